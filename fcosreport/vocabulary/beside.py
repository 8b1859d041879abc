"""Names that mean what they do only beside others: `mp` beside `mr`, a plain `mAP` beside `mAP50-95`, `map_person`."""

import re

from fcosreport.vocabulary.metric_names import RANGE, Meaning, metric_of

_KEY_OF_CLASS = re.compile(r"(?P<name>.*?(?<![a-z])map)_(?P<category>(?!per_class$)[^/]+)")
_PLAIN = re.compile(r"(?i)m?ap")
_ALL = re.compile(rf"(?i)(?<![a-z])coco(?![a-z])|{RANGE}")


def mean_of(name: str, names: set[str]) -> Meaning | None:
    """The mean precision and recall, as YOLO calls them beside each other: `mp`, `mr`, which alone is a miss rate."""
    return metric_of(name[-1]) if name in ("mp", "mr") and {"mp", "mr"} <= names else None


def half_of(name: str, names: set[str]) -> Meaning | None:
    """The AP at an IoU of 0.5 that a plain `mAP` is beside one that says it is of COCO, or of all thresholds."""
    head, part, last = name.rpartition("/")
    if not _PLAIN.fullmatch(last):
        return None
    around = {each.removeprefix(head + part) for each in names if each.startswith(head + part)} - {last}
    told = {said.metric for each in around if (said := metric_of(each)) and (said.metric != "AP" or says_all(each))}
    overall = metric_of(name)
    return overall._replace(metric="AP50") if overall and "AP" in told and "AP50" not in told else None


def whole_of(name: str, names: set[str]) -> Meaning | None:
    """The AP that `map95` is beside `map50`: short for the mean over IoU 0.5 to 0.95."""
    overall = metric_of(name) if "95" in name else None
    told = {said.metric for each in names if (said := metric_of(each))} if overall else set[str]()
    is_short = overall and overall.metric == "AP95" and "AP50" in told and "AP" not in told
    return overall._replace(metric="AP") if overall and is_short else None


def says_all(name: str) -> bool:
    """Whether the name of an AP says that it is the mean over IoU 0.5 to 0.95, as that of COCO is."""
    return bool(_ALL.search(name))


def class_of(name: str, names: set[str]) -> Meaning | None:
    """The AP of one class, as torchmetrics calls it beside its recall: `map_person` with `mar_100_person`."""
    found = _KEY_OF_CLASS.fullmatch(name)
    if not found or f"{found['name'][:-3]}mar_100_{found['category']}" not in names:
        return None
    overall = metric_of(found["name"])
    return overall._replace(category=found["category"]) if overall else None
