"""What the results of mmdetection 1, 2 and 3, mmyolo, mmrotate and mmpose are called. For dialects.

bbox_mAP_50, coco/segm_mAP, bbox_mAP_copypaste, lvis/bbox_APr, coco/AP .5, pascal_voc/AP50, coco/person_precision
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import Struct

from fcosreport.records import Metric
from fcosreport.vocabulary.metrics import is_score, metric, metrics

COPYPASTE = ("AP", "AP50", "AP75", "APs", "APm", "APl")
"""The six numbers of `bbox_mAP_copypaste`, in its order."""

_OVERALL = re.compile(
    r"(?:(?P<set>.*)/)?(?P<task>bbox|segm|keypoints)_(?P<name>mAP(?:_(?:copypaste|\d+|[sml]))?|AP(?:\d+|[smlrcf])?"
    r"|AR(?P<area>_[sml])?@(?P<dets>\d+))"
)
_KEYPOINTS = re.compile(r"(?:(?P<set>.*)/)?(?P<base>AP|AR)(?: (?:\.(?P<iou>\d+)|\((?P<area>[ML])\)))?")
_CLASSES = re.compile(r"(?:(?P<set>.*)/)(?P<category>[^/]+)_precision")
_OTHER = re.compile(r"(?:(?P<set>.*)/)?(?P<name>mAP|AP\d\d)")
_METRICS = ("coco", "lvis", "voc", "pascal_voc", "dota", "crowdpose")  # what comes before where no data set is named
_IOUS = {"5": "50", "50": "50", "75": "75"}
_LONGEST = 200  # characters of a key: what is asked for again is kept in mind


class Key(Struct, frozen=True):
    """Which number a key is: `name` of a `task`, or `copypaste`. `data` is the data set where it is named."""

    data: str
    task: str
    name: str
    category: str | None = None


@dataclass(slots=True)
class Result:
    """The numbers of one evaluation as they are printed, by name.

    `copied`: they have a copypaste form. `family`: whose AP it is.
    """

    texts: dict[str, str] = field(default_factory=dict)
    copied: bool = False
    family: str = "coco"

    def metrics(self) -> tuple[Metric, ...]:
        """The metrics, in the order of COPYPASTE, then as printed. What can be no AP or AR is left out."""
        names = sorted(self.texts, key=lambda name: COPYPASTE.index(name) if name in COPYPASTE else len(COPYPASTE))
        return metrics(((name, self.texts[name]) for name in names if is_score(self.texts[name])), percent=None)


def key(text: str) -> Key | None:
    """What a key means; None for one that is no result, as is one of more than 200 characters."""
    return _key(text) if len(text) <= _LONGEST else None


@lru_cache(4096)
def _key(text: str) -> Key | None:
    if found := _OVERALL.fullmatch(text):
        name = found["name"].replace("mAP_", "AP").replace("mAP", "AP")
        if found["dets"]:
            name = f"AR{found['area'][1:]}" if found["area"] else f"AR{found['dets']}"
        return Key(found["set"] or "", found["task"], "copypaste" if name == "APcopypaste" else name)
    if found := _KEYPOINTS.fullmatch(text):
        iou = _IOUS.get(found["iou"] or "", "")
        return Key(found["set"] or "", "keypoints", found["base"] + iou + (found["area"] or "").lower())
    if found := _CLASSES.fullmatch(text):
        return Key(found["set"], "bbox", "AP", found["category"])
    if found := _OTHER.fullmatch(text):
        return Key(found["set"] or "", "other", found["name"])
    return None


def data_set(nest: str) -> str:
    """The data set in what stands before a key: none in `coco`, the metric's own prefix; `city` in `city/coco`."""
    first, _, last = nest.rpartition("/")
    return first if last in _METRICS else nest


def results(pairs: Iterable[tuple[str, str]], *, voc: bool = False) -> dict[tuple[str, str, str | None], Result]:
    """The evaluations that pairs of key and printed value tell, by data set, task and category.

    `voc`: an mAP alone is that of VOC, at an IoU of 0.5; without it, nothing says of what it is.
    The numbers of a copypaste form win: what is printed beside them has zeros behind, or lacks them. Where they are
    others, it has the order of another evaluator, and the names count.
    """
    found: dict[tuple[str, str, str | None], Result] = {}
    for text, value in pairs:
        known = key(text)
        if not known or "NuScenes" in known.data:  # whose mAP is by distance, beside the NDS that is read with it
            continue
        result = found.setdefault((known.data, known.task, known.category), Result())
        if known.name != "copypaste":
            result.texts.setdefault(known.name, value)
        elif (copied := _copied(value)) and _fits(copied, result.texts):
            result.texts.update(copied)
            result.copied = True
    for data, task, category in list(found):
        if task == "other":  # bounding boxes of VOC and DOTA; mAP alone is a word of classification too
            other = found.pop((data, task, category))
            if voc and set(other.texts) == {"mAP"} and is_score(other.texts["mAP"], percent=False):
                other.texts = {"AP50": other.texts["mAP"]}
            if "AP50" in other.texts and (voc or "mAP" in other.texts):
                other.family = "voc"
                found.setdefault((data, "bbox", None), other)
        elif task == "keypoints" and "AP50" not in found[data, task, category].texts:
            del found[data, task, category]
    return {which: result for which, result in found.items() if result.texts}


def _copied(value: str) -> dict[str, str]:
    """The numbers of a copypaste form: six by their place, or those of LVIS by name."""
    items = value.split()
    if all(":" in item for item in items):
        return dict(item.split(":", 1) for item in items)
    return dict(zip(COPYPASTE, items, strict=True)) if len(items) == len(COPYPASTE) else {}


def _fits(copied: Mapping[str, str], named: Mapping[str, str]) -> bool:
    """Whether a copypaste form has the numbers that are printed by name beside it."""
    pairs = ((metric(name, copied[name]), metric(name, named[name])) for name in copied.keys() & named.keys())
    return all(mine.agrees(theirs) for mine, theirs in pairs if mine and theirs)
