"""What trainers call the numbers they log to a tracker: `bbox/AP`, `coco/bbox_mAP_50`, `metrics/mAP50-95(B)`.

For dialects that read what a tracker kept. A name tells which metric of which task a number is, or which curve.
"""

import re
from typing import NamedTuple

_TASKS = {"bbox": "bbox", "box": "bbox", "B": "bbox", "segm": "segm", "mask": "segm", "M": "segm"}
_TASKS |= {"keypoints": "keypoints", "pose": "keypoints", "P": "keypoints"}
_NEST = r"(?:(?:val|test|eval|valid|validation|coco|metrics|evaluation)[/_.])*"
_AP = r"(?P<metric>AP|AP50|AP75|APs|APm|APl|AR1|AR10|AR100|AR|ARs|ARm|ARl|mAP|map|mAR|mar)"
_PATTERNS = (
    re.compile(rf"{_NEST}(?P<task>bbox|segm|keypoints)[/_.]{_AP}(?P<part>[_@.:\d]*(?:[sml]|small|medium|large)?)"),
    re.compile(r"metrics/(?P<metric>precision|recall|mAP)(?P<part>[_@]?[\d.:-]*)(?:\((?P<task>[BMP])\))?"),
    re.compile(rf"{_NEST}(?P<task>(?!))?{_AP}(?P<part>[_@.:\d-]*(?:[sml]|small|medium|large)?)"),
)
_OF_CLASS = re.compile(rf"{_NEST}(?P<task>bbox|segm|keypoints)/AP-(?P<category>.+)")
_PARTS = {"": "", "50": "50", "75": "75", "0.5": "50", ".5": "50", "0.50": "50", "0.75": "75"}
_PARTS |= {"50-95": "", "50:95": "", "0.5:0.95": "", ".5:.95": "", "0.50:0.95": "", "50_95": ""}
_PARTS |= {"s": "s", "m": "m", "l": "l", "small": "s", "medium": "m", "large": "l"}
_BASES = {"mAP": "AP", "map": "AP", "mAR": "AR", "mar": "AR", "precision": "P", "recall": "R"}
_CURVES = {
    **dict.fromkeys(("lr", "learning_rate", "base_lr", "lr0", "pg0", "lr-sgd", "lr-adam", "lr-adamw"), "lr"),
    **dict.fromkeys(("loss", "total_loss", "loss_total"), "loss"),
    **dict.fromkeys(("grad_norm", "data_time", "memory", "time"), None),
}


class Meaning(NamedTuple):
    """Which metric of which task a logged number is, and of which class if of one.

    `stated`: the name says the task, else bbox is assumed.
    """

    task: str
    metric: str
    stated: bool
    category: str | None = None


def metric_of(name: str) -> Meaning | None:
    """The metric that a logged number of that name is, or None."""
    name = name.strip()[:200]
    of_class = _OF_CLASS.fullmatch(name)
    if of_class:
        return Meaning(of_class["task"], "AP", True, of_class["category"])
    for pattern in _PATTERNS:
        found = pattern.fullmatch(name)
        if found:
            said = found.groupdict()
            printed, base = said["part"].lstrip("_@"), _BASES.get(said["metric"], said["metric"])
            part = printed if base == "AR" and printed.isdecimal() else _PARTS.get(printed)
            task = said["task"]
            return None if part is None else Meaning(_TASKS[task or "B"], base + part, bool(task))
    return None


def curve_of(name: str) -> str | None:
    """What the curve of that name is called here: `lr`, `loss`, or a part of the loss as it is printed; else None."""
    parts = name.strip()[:200].split("/")
    last = parts[-1].lower()
    if "val" in parts or "test" in parts or "eval" in parts or "valid" in parts:
        return name.strip() if "loss" in last else None
    if last in _CURVES:
        return _CURVES[last] or last
    return parts[-1] if "loss" in last else None
