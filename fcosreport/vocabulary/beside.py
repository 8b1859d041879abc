"""Names that mean what they do only beside others: `mp` beside `mr`, `mAP` beside `mAP50-95`, `map_person`, `iou`."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Set
from functools import lru_cache

from fcosreport.vocabulary.metric_names import RANGE, Meaning, metric_of, split_of

_KEY_OF_CLASS = re.compile(r"(?P<name>.*?(?<![a-z])map)_(?P<category>(?!per_class$)[^/]+)")
_BETWEEN = frozenset(f"AP{iou}" for iou in (55, 60, 65, 70, 80, 85, 90))
"""Beside these AP95 is the one at an IoU of 0.95."""
_PLAIN = re.compile(r"(?i)m?ap")
_OVERLAP = re.compile(r"(?i)(?:(?P<head>.*)[/_ ])?(?:iou|jaccard)(?:[/_ ](?:score|index|coef\w*))?")
_HEADS = frozenset(("", "metric", "metrics", "score", "scores", "result", "results", "eval"))
_OF_SPLITS = frozenset(("iou", "train_iou", "val_iou", "test_iou"))
_SIDES = frozenset(("P", "R", "F1"))
_OTHER_PARTS = ("bce", "ce", "focal")
"""Beside one of these of its kind a Dice is the other part of a loss: `bce`, `dice`, `loss`."""
_SUMMARY = re.compile(r"(?i)(?:^|/)training[_ ]\w+/")
"""A heading of what came of a training, which is the split where another of the same is told beside it."""
_REPEATS = re.compile(r"(?i)(?:n|num|number_of)_(?:seeds|runs|folds|repeats)|(?:seeds|runs|folds)_used|used_seeds")
"""Beside these numbers are the mean and the spread of several runs, and the result of none."""
FEW = 64
"""Names beside each other that are kept in mind, as those of a table, whose rows have them all."""
_ALL = re.compile(rf"(?i)(?<![a-z])coco(?![a-z])|{RANGE}")


def meanings(names: Collection[str]) -> tuple[tuple[str, Meaning], ...]:
    """What each of the names beside each other means; those that are no metric are left out.

    A plain `mAP` beside one that says it is of COCO, or of all thresholds, is AP at an IoU of 0.5; `map95` beside
    `map50` is short for the mean over IoU 0.5 to 0.95.
    """
    key = tuple(names)
    return _remembered(key) if len(key) <= FEW else _meanings(key)


def _meanings(names: tuple[str, ...]) -> tuple[tuple[str, Meaning], ...]:
    repeated = of_repeats(names)
    known = frozenset(names)
    known_as = {name.lower() for name in names}
    alone = {
        name: None if name.rpartition("/")[0] in repeated or _is_part_of_loss(name, known_as) else metric_of(name)
        for name in names
    }
    told: dict[str, set[str]] = defaultdict(set)  # metrics below each heading, and below "" all, but plain APs
    for name, said in alone.items():
        head, _, last = name.rpartition("/")
        for place in {"", head} if said and (said.metric != "AP" or says_all(last)) else ():
            told[place].add(said.metric if said else "")
    has_all = any(said and said.metric == "AP" for said in alone.values())
    is_short = "AP50" in told[""] and not has_all and _BETWEEN.isdisjoint(told[""])

    are_of_pixels = _are_of_pixels(alone)
    headed = [(name.rpartition("/")[0], said) for name, said in alone.items() if said]
    # beside an AP of boxes a mean IoU tells how well those fit that were found, and that the AP is of a detector
    fitted = {head for head, said in headed if said.metric == "mIoU"}
    fitted &= {head for head, said in headed if said.task == "bbox" and said.metric.startswith("AP")}

    def meaning_of(name: str, said: Meaning | None) -> Meaning | None:
        if said and said.metric == "AP95" and is_short:
            return said._replace(metric="AP")
        head, _, last = name.rpartition("/")
        if said and head in fitted:
            said = None if said.metric == "mIoU" else said._replace(sure=True)
        if said and _PLAIN.fullmatch(last) and "AP" in told[head] and "AP50" not in told[head]:
            return said._replace(metric="AP50")
        return _mean_of(name, known) or said or _class_of(name, known) or (_overlap_of(name) if are_of_pixels else None)

    found = ((name, meaning_of(name, said)) for name, said in alone.items())
    validated = {name.lower()[4:] for name in names if name.lower().startswith(("val_", "val/"))}
    meant = [(name, _of_training(each) if name.lower() in validated else each) for name, each in found if each]
    if all(each.split == "train" and _SUMMARY.search(name) for name, each in meant):
        meant = [(name, each._replace(split="")) for name, each in meant]
    is_of_pixels = {each.task for _, each in meant if not each.is_side} == {"sem_seg"}
    return tuple((name, _of_pixels(each) if is_of_pixels else each) for name, each in meant)


_remembered = lru_cache(512)(_meanings)


def _is_part_of_loss(name: str, names: Set[str]) -> bool:
    """Whether a Dice is a part of the loss; `names`: all in lower case."""
    before = name.lower().removesuffix("dice")
    return len(before) < len(name) and any(before + other in names for other in _OTHER_PARTS)


def _mean_of(name: str, names: Set[str]) -> Meaning | None:
    """The mean precision and recall, as YOLO calls them beside each other: `mp`, `mr`, which alone is a miss rate."""
    return metric_of(name[-1]) if name in ("mp", "mr") and {"mp", "mr"} <= names else None


def of_repeats(names: Collection[str]) -> set[str]:
    """The headings below which numbers are of several runs together; "" for names that have none."""
    parts = (name.rpartition("/") for name in names)
    return {head for head, _, last in parts if _REPEATS.fullmatch(last)}


def _are_of_pixels(alone: Mapping[str, Meaning | None]) -> bool:
    """Whether names are of a segmentation, so that a plain IoU is none of boxes and no threshold.

    It has a Dice, or precision, recall, F1 and a loss beside it, and no AP; or is told of several splits, as of
    training and validation both.
    """
    said = {each.metric for each in alone.values() if each}
    told = {name.lower() for name in alone if name.lower().endswith("iou")}
    if len(told & _OF_SPLITS) > 1 and "AP" not in {name[:2] for name in said}:
        return True
    return "Dice" in said or (_SIDES <= said == said & _SIDES and any("loss" in name.lower() for name in alone))


def _of_pixels(meaning: Meaning) -> Meaning:
    """Precision and the like beside the metrics of a segmentation, which are of that as well."""
    return meaning if meaning.stated else meaning._replace(task="sem_seg", stated=True)


def _of_training(meaning: Meaning) -> Meaning:
    """A metric beside the same of validation, as Keras logs both."""
    return meaning if meaning.split else meaning._replace(split="train")


def may_overlap(name: str) -> bool:
    """Whether the IoU of that name is a result beside a Dice."""
    return _overlap_of(name) is not None


def _overlap_of(name: str) -> Meaning | None:
    """The mean IoU that a plain one is: `iou`, `val_iou`, `test/jaccard_index`."""
    found = _OVERLAP.fullmatch(name)
    head = found["head"] or "" if found else ""
    split = split_of(head)
    return metric_of(f"{split} mIoU") if found and (split or head.lower() in _HEADS) else None


def says_all(name: str) -> bool:
    """Whether the name of an AP says that it is the mean over IoU 0.5 to 0.95, as that of COCO is."""
    return bool(_ALL.search(name))


def _class_of(name: str, names: Set[str]) -> Meaning | None:
    """The AP of one class, as torchmetrics calls it beside its recall: `map_person` with `mar_100_person`."""
    found = _KEY_OF_CLASS.fullmatch(name)
    if not found or f"{found['name'][:-3]}mar_100_{found['category']}" not in names:
        return None
    overall = metric_of(found["name"])
    return overall._replace(category=found["category"]) if overall else None
