"""The validation table of YOLOv3 to v12: its head, for boxes, masks and key points, and its images. For dialects."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from fcosreport.vocabulary.metric_names import split_alone, split_of

_TITLE = re.compile(rb"(?:(Box|Mask|Pose)\()?(P|R|F1|mAP[@.:\d-]*)(?:@[\d.]+(?:iou)?|iou)?(?=[\s():\\]|$)")
_USUAL = ("P", "R", "AP50", "AP")
_TASKS = {b"Box": "bbox", b"Mask": "segm", b"Pose": "keypoints"}
_BESIDE = re.compile(r"-(seg|pose)\.")
"""What the name of a model holds that has more than boxes."""
_SECOND = {"seg": "segm", "pose": "keypoints"}
_F1_OFF = 0.1
"""How far a mean over classes may be from the F1 of mean precision and recall, as old versions print it last."""
_SCANNED = re.compile(r"(train|val): Scanning '?([^'\r\n]*?)(?:\.cache)?'?(?:\.\.\.| images and|: |$)")
_FOLDERS = ("", "labels", "images", "annotations")
"""Names of folders that do not say of which data set they are."""
_APS = {b"50": "AP50", b"75": "AP75", b"50-95": "AP", b"50:95": "AP", b"": "AP"}


class Table(NamedTuple):
    """The columns of a validation table: names by task."""

    tasks: tuple[str, ...]
    names: tuple[str, ...]


def columns(text: bytes) -> Table | None:
    """The columns of a head; None for one without AP, unless a progress bar cut that off."""
    tasks, names, task = [], [], "bbox"
    for group, title in _TITLE.findall(text.partition(b"100%")[0]):
        task = _TASKS.get(group, task)
        name = title.decode() if not title.startswith(b"mAP") else _ap(title)
        tasks.append(task)
        names.append(name)
    is_cut = names and tuple(names) == _USUAL[: len(names)]
    return Table(tuple(tasks), tuple(names)) if is_cut or any(name.startswith("AP") for name in names) else None


def completed(table: Table, count: int, model: str) -> Table:
    """The table with the columns that a progress bar cut off its head.

    `model`: by its name it may have masks or key points behind the boxes.
    """
    beside = _BESIDE.search(model)
    usual = Table((table.tasks[0],) * len(_USUAL), _USUAL)
    if beside and table.tasks[0] == "bbox" and count == 2 * len(_USUAL):
        usual = Table((*usual.tasks, *(_SECOND[beside[1]],) * len(_USUAL)), _USUAL * 2)
    is_cut = count == len(usual.names) > len(table.names) and table.names == usual.names[: len(table.names)]
    return usual if is_cut else table


def headless(texts: Sequence[bytes]) -> Table | None:
    """The usual table that a row of numbers without a head above it is of; None where the last may be F1 instead."""
    values = [float(text) for text in texts]
    if len(values) != len(_USUAL) or not all(0 < value <= 1 for value in values):
        return None
    precision, recall, ap50, ap = values
    is_f1 = abs(ap - 2 * precision * recall / (precision + recall)) < _F1_OFF
    return None if ap >= ap50 or is_f1 else Table(("bbox",) * len(_USUAL), _USUAL)


def _ap(title: bytes) -> str:
    """`mAP@.5`, `mAP50`, `mAP@0.5` are AP50; `mAP@.5:.95`, `mAP50-95` are AP."""
    part = re.sub(rb"0?\.(\d)(?!\d)", rb"\g<1>0", title[3:].strip(b"@:").replace(b"0.", b".")).replace(b".", b"")
    return _APS.get(part, "AP" + part.decode())


def scanned(text: str, part: str = "val") -> str:
    """Where the labels lie that a validation reads, as `val: Scanning /data/cars/test/labels...` tells it; else "".

    Or those that the training reads, where `part` is `train`.
    """
    found = _SCANNED.match(text)
    return found[2] if found and found[1] == part else ""


def subject(labels: str) -> tuple[str, str]:
    """The data set and the split whose labels lie there: `cars` and `test`."""
    parts = [part for part in re.split(r"[/\\]+", labels) if part not in _FOLDERS]
    if len(parts) > 1 and split_alone(parts[-1]):
        return parts[-2], split_of(parts[-1])
    return (parts[-1] if parts else ""), ""
