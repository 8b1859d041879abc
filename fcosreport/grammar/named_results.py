"""Rows of named numbers, whichever carrier they came in: what of them is a result, and of what. For dialects."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import inf
from typing import NamedTuple

from fcosreport.grammar.plans import Plans
from fcosreport.grammar.statements import Progress
from fcosreport.reading.dialect import Record
from fcosreport.records import Evaluation, Issue, Origin, Where
from fcosreport.vocabulary.beside import FEW, meanings
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metric_names import Meaning, metric_of, own, split_of
from fcosreport.vocabulary.metrics import can_be_score, metric, number, with_issues
from fcosreport.vocabulary.other_trades import is_of_classes
from fcosreport.vocabulary.signs import signed
from fcosreport.wording import plain

_EPOCHS = ("epoch", "epochs", "cur_epoch", "current_epoch", "train/epoch", "epoch_num")
_ITERATIONS = ("iteration", "iter", "iters", "global_step", "_step", "step", "cur_iter", "train/global_step")
CHECKPOINTS = ("checkpoint", "ckpt", "checkpoint_path", "weights", "snapshot")
"""Columns whose texts may tell the epoch at which weights were saved."""
_SAVED_AT = re.compile(
    r"(?i)(?<![a-z])(?:epochs?|ep)[_=-]?(\d{1,6})(?![\da-z])|(?<![a-z])iter(?:ation)?[_=-]?(\d{1,9})"
)
_COUNT = re.compile(r"(\d{1,12})(?:\.0*)?(?:/\d+)?")
_BELOW_0 = ("MOTA", "AMOTA")  # where more is wrong than there is
_ECHO = signed(
    r"\b(?:best|previous|last accuracy|target|expected|required|baseline|threshold|paper|official)|N-1",
    "best|previous|accuracy|target|expected|required|baseline|threshold|paper|official|n-1",
)
_CLASSES = r"[_ ]?(?:per|by|each)?[_ ]?class(?:es|wise)?(?![a-z])[_ ]?"
_PER_CLASS = re.compile(_CLASSES, re.I)
_BY_CLASS = re.compile(
    rf"(?:(?P<before>.*)/)?(?P<head>[^/]*{_CLASSES}[^/]*)/(?P<category>[^/]+)(?:/(?P<name>[^/]+))?", re.I
)
_DETECTION = re.compile(r"(?:object_)?detect(?:ion|or)s?|b?box(?:es)?")
_COUNTED = re.compile(r"^(?:num_|total_)?(t|f)(?:rue|alse)?[ _]?(p|n)(?:ositive|egative)?s?$")
_OF_OTHERS = re.compile(r"(?i)\b(?:paper|published|reported|literature)\b")
"""In the name of a model beside others: its numbers were read somewhere, and not obtained."""
_OF_IMAGE = re.compile(
    r"(?i)(?<![a-z])(?:im(?:age|g)|photo|frame|sample|slice|case|patient|subject|scan|volume|brats)[\W_]?\d"
    r"|\.(?:png|jpe?g|bmp|tiff?|nii(?:\.gz)?)$"
)
"""The name of a picture or a patient, of which a mean over classes may be told as well."""
_MEASURED = re.compile(r"\d{1,2}\.\d{4}")
_NETWORK = re.compile(
    r"(?i)net(?![a-z])|deep-?lab|former|mamba|ensemble|(?<![a-z])(?:baseline|ours|proposed|teacher|student|model)(?![a-z])"
)
"""In the name of a model of segmentation."""
_LISTS = 2
"""Metrics, from which on they may list the models."""
_BETWEEN = re.compile(r"(?i)(?<![a-z])(?:minus|vs|diff|difference|delta|gain|improvement)(?![a-z])")
_MEAN = re.compile(r"mean|mdice|avg|average")
_COCO_ONLY = re.compile(r"AP(?:75|[sml])|AR(?:1|10|100|[sml])")


_FEW, _SHOWN = 3, 40
"""Numbers that an issue names, and characters of one."""


def progress(row: Mapping[str, str]) -> Progress:
    """What a row tells of its progress, if only by the name of its checkpoint; half an epoch is none."""
    epochs, iterations, checkpoints = (_steps if len(row) <= FEW else _steps.__wrapped__)(tuple(row))
    at = Progress(_counted(row, epochs), _counted(row, iterations))
    return at if at.is_told or not checkpoints else _of_checkpoint(row[name] for name in checkpoints)


@lru_cache(512)
def _steps(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The names that may tell the epoch, the iteration and the checkpoint, the first of which that does counts."""
    said = {name.lower(): name for name in names}
    return tuple(tuple(said[each] for each in kind if each in said) for kind in (_EPOCHS, _ITERATIONS, CHECKPOINTS))


def _of_checkpoint(named: Iterable[str]) -> Progress:
    found = next(filter(None, map(_SAVED_AT.search, named)), None)
    return Progress() if not found else Progress(int(found[1])) if found[1] else Progress(None, int(found[2]))


@lru_cache(4096)
def is_counter(name: str) -> bool:
    """Whether a column of that name tells the progress."""
    return name.lower() in _EPOCHS or name.lower() in _ITERATIONS


def of_best_and_last(row: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What a row that sums up a run tells of its best result, and what of its last, without the words that say so."""
    best, last = dict[str, str](), dict[str, str]()
    for told, text in row.items():
        name, is_best = own(told)
        (best if is_best else last).setdefault(name, text)
    return best, last


def _counted(row: Mapping[str, str], names: Iterable[str]) -> int | None:
    for name in names:  # a loop, as each row of a table asks
        if count := _COUNT.fullmatch(row[name].strip()):
            return int(count[1])
    return None


def is_echo(text: str) -> bool:
    """Whether a line or a label speaks of another result: the best so far, one that is expected, that of a paper."""
    return _ECHO.search(text) is not None


def results(
    row: Mapping[str, str],
    where: Where,
    origin: Origin,
    at: Progress,
    *,
    percent: bool | None = None,
    category: str | None = None,
    is_known: bool = False,
) -> Iterable[Record]:
    """The evaluations in a row of names and printed numbers: one for each task, class, split and kind of weights.

    `percent` says how its scores are printed, where that is known from more than the row; else they are in percent
    where one of them is above 1. Nothing where no name is surely one of detection, unless the row `is_known` for that
    or is of the class `category` of a known result; and nothing of a group that holds what can be no score.
    """
    return _PLANS.records(row, where, at, origin, percent, category, is_known)


def _results(
    row: Mapping[str, str],
    where: Where,
    at: Progress,
    origin: Origin,
    percent: bool | None,
    category: str | None,
    is_known: bool,
) -> Iterator[Record]:
    numbers = {name: value for name, text in row.items() if (value := number(text)) is not None}
    told = tuple(numbers)
    names = told if len(told) == len(row) else tuple(row)
    groups = (_remembered if len(names) <= FEW else _groups)(names, told, of_result=is_known or bool(category))
    if percent is None and groups:
        shares = [numbers[name] for group in groups for each, name in group.said if not each.is_distance]
        percent = any(1 < value <= 100 for value in shares)
    for group in groups:
        said = _of_told_ious(group.said, numbers)
        is_of_boxes = group.is_of_boxes or (is_known and {"P", "R"} <= {each.metric for each, _ in said})
        is_side = group.is_side and not (category is None and is_of_boxes)
        if is_side:
            continue
        if unfit := [name for each, name in said if not _fits(each, numbers[name], percent=bool(percent))]:
            yield from _no_scores({name: row[name] for name in unfit if numbers[name] > 100}, where)
            continue
        fractions = _fractions({each.metric: numbers[name] for each, name in said if each.is_side}) if percent else ()
        found = [
            metric(
                each.metric,
                row[name],
                percent=each.in_percent or bool(percent and not (each.is_distance or each.metric in fractions)),
            )
            for each, name in said
        ]
        first = said[0][0]
        made = Evaluation(
            *(first.task, tuple(filter(None, found)), where, origin, at.epoch, at.iteration),
            category=first.category or category,
            task_stated=group.stated,
            split=first.split,
            weights=first.weights,
            of=at.of,
            family=group.family if said is group.said else "",
        )
        yield from with_issues(made)


_PLANS = Plans(_results)


def _fractions(sides: Mapping[str, float]) -> Collection[str]:
    """Of precision and the like those that are fractions beside an AP in percent: all, or the mean that lies below."""
    if all(value <= 1 for value in sides.values()):
        return sides
    is_below = sides.get("F1", inf) <= 1 < min(sides.get("P", 0), sides.get("R", 0))
    return ("F1",) if is_below else ()


def _no_scores(row: Mapping[str, str], where: Where) -> Iterator[Issue]:
    """The issue of what is called a score of detection and is none; a whole number may as well be a count."""
    named = [name for name, text in row.items() if not text.strip().isdecimal()]
    lost = [name for name in named if (of := metric_of(name)) and of.sure and not of.is_side]
    if lost:
        texts = ", ".join(f"{name} {plain(row[name], _SHOWN)}" for name in lost[:_FEW])
        yield Issue(f"No score can be {texts}. It is left out; look at the evaluation.", where)


def _of_told_ious(said: Sequence[tuple[Meaning, str]], numbers: Mapping[str, float]) -> Sequence[tuple[Meaning, str]]:
    """The metrics; of those that are all at an IoU of 0.5, whatever they are called, the one that says so.

    torchmetrics tells these where it is given no other threshold, and -1 at 0.75.
    """
    told = {each.metric: numbers[name] for each, name in said}
    is_one = told.get("AP75") == -1 and 0 < told.get("AP", 0) == told.get("AP50")
    return [each for each in said if each[0].metric == "AP50" or each[0].is_side] if is_one else said


def _fits(meaning: Meaning, value: float, *, percent: bool) -> bool:
    is_any = meaning.is_distance or meaning.metric in _BELOW_0
    return is_any or can_be_score(value, percent=percent or meaning.in_percent)


class _Group(NamedTuple):
    """The metrics in a row that belong together, each with its name there.

    `stated`: one of them says the task. `is_side`: all of them are results only beside others, as precision is.
    `is_of_boxes`: precision and recall of boxes that were found or not, which are a result by themselves.
    """

    said: tuple[tuple[Meaning, str], ...]
    stated: bool
    family: str
    is_side: bool
    is_of_boxes: bool


def _groups(names: tuple[str, ...], told: tuple[str, ...], *, of_result: bool) -> tuple[_Group, ...]:
    """The metrics in a row of such names, of which those `told` have a number; none where they are surely of no result.

    The first of two that mean the same counts. `of_result`: it is known that the row is of one.
    """
    numbered = frozenset(told)
    groups: dict[tuple[str | None, ...], dict[str, tuple[Meaning, str]]] = {}
    for name, meaning in meanings(names):
        if name in numbered:
            key = meaning.task, meaning.category, meaning.split, meaning.weights
            groups.setdefault(key, {}).setdefault(meaning.metric, (meaning, name))
    together = [tuple(group.values()) for group in groups.values()]
    overall = [each for said in together for each, _ in said if not each.category]
    is_of_boxes = are_of_boxes(names) and {"P", "R"} <= {each.metric for each in overall}
    if not (of_result or is_of_boxes or _is_result(overall, of_classes=is_of_classes(" ".join(names)))):
        return ()
    return tuple(
        _Group(
            said,
            any(each.stated for each, _ in said),
            _family([each for each, _ in said]),
            all(each.is_side for each, _ in said),
            is_of_boxes and {"P", "R"} <= {each.metric for each, _ in said},
        )
        for said in together
    )


def are_of_boxes(names: Iterable[str]) -> bool:
    """Whether names beside precision and recall say that these are of boxes.

    They count boxes: right, wrong and missed ones, but none as true negatives; or stand below `detection`, where no
    accuracy does; or have a harmonic mean, as text detection calls its F1.
    """
    parts = [name.lower().split("/") for name in names]
    last = {_COUNTED.sub(r"\1\2", each[-1]) for each in parts}
    are_counted = {"tp", "fp", "fn"} <= last and "tn" not in last
    is_headed = any(_DETECTION.fullmatch(head) for each in parts for head in each[:-1])
    has_accuracy = any("accuracy" in name or "auc" in name for name in last)
    return are_counted or (is_headed and not has_accuracy) or any("hmean" in name for name in last)


_remembered = lru_cache(512)(_groups)


def may_be_of_boxes(names: Collection[str]) -> bool:
    """Whether names tell precision and recall and nothing of a classifier: those of a detector, where it is named."""
    said = {each.metric for _, each in meanings(names)}
    return {"P", "R"} <= said and not is_of_classes(" ".join(names).lower())


def are_of_detection(names: Collection[str]) -> bool:
    """Whether the names of columns surely speak of results of detection."""
    said = [each for _, each in meanings(names)]
    return _is_result(said, of_classes=is_of_classes(" ".join(names)))


def _is_result(said: list[Meaning], *, of_classes: bool) -> bool:
    """Whether names surely speak of detection: one that no other trade has, or two that only together are not."""
    main = [each for each in said if not each.is_side and not (of_classes and each.metric == "AP")]
    return any(each.sure for each in main) or len(main) > 1


def _family(said: Sequence[Meaning]) -> str:
    """The family of metrics that is named, or told by names that only it has."""
    if named := next((each.family for each in said if each.family), ""):
        return named
    return "coco" if said[0].stated or any(_COCO_ONLY.fullmatch(each.metric) for each in said) else ""


def by_model(row: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """The row, by the name "", or those of the models in it by theirs: of `ssl/mAP_50` and `baseline/mAP_50`.

    A mean over classes is never that of one class, so what stands before several `mAP` are names of models. One alone
    is called as detectors are, or was surely measured; it, and what tells the same beside it, may tell an AP that none
    calls a mean, or precision and recall of boxes alone. A mean Dice or
    IoU may be that of one class over all images: one at least of those that have it is called as networks are.
    """
    parted: dict[str, dict[str, str]] = {}
    for name, text in _turned(row).items():
        model, inner = _of_model(name)
        parted.setdefault(model, {})[inner] = text
    of_pixels = {model for model, inner in parted.items() if any(map(_is_mean_of_pixels, inner))}
    networks = {model for model in of_pixels if _NETWORK.search(model)}
    named = {model for model, inner in parted.items() if detectors(model.lower()) or _is_measured(inner)} | networks
    of_boxes = {_told(inner) for model, inner in parted.items() if model in named and _is_of_boxes(inner)}
    models = {
        model: inner
        for model, inner in parted.items()
        if model and (any(map(_is_mean, inner)) or (networks and model in of_pixels) or _told(inner) in of_boxes)
    }
    models = {model: inner for model, inner in models.items() if not _OF_IMAGE.search(model)}
    models = {model: inner for model, inner in models.items() if not _OF_OTHERS.search(model)} or models
    is_one = len(models) < 2 and named.isdisjoint(models)
    return {"": row} if is_one or any(map(metric_of, row)) else {**models}


def _turned(row: Mapping[str, str]) -> Mapping[str, str]:
    """The row with the models first where each of its metrics lists them, one of which is called as detectors are.

    `{"map_50": {"faster_rcnn": 0.9, "retinanet": 0.8}, "map_75": {..}}`; what lies between two models is none.
    """
    parts = [(name, *name.rpartition("/")[::2]) for name in row]
    listed = [(name, head.rpartition("/")[2], model) for name, head, model in parts if not metric_of(model)]
    below = [(name, metric, model) for name, metric, model in listed if metric_of(metric)]
    if len({metric for _, metric, _ in below}) < _LISTS or not any(detectors(model.lower()) for *_, model in below):
        return row
    turned = {name: f"{model}/{metric}" for name, metric, model in below if not _BETWEEN.search(model)}
    dropped = {name for name, *_ in below} - turned.keys()
    return {turned.get(name, name): text for name, text in row.items() if name not in dropped}


def _told(row: Collection[str]) -> frozenset[str]:
    """The metrics of a row, by their names: models beside each other tell the same."""
    return frozenset(filter(metric_of, row))


def _is_of_boxes(row: Collection[str]) -> bool:
    """Whether a detector may tell such numbers as its result: an AP, or precision and recall of boxes."""
    return are_of_boxes(row) or any((of := metric_of(name)) and of.metric.startswith("AP") for name in row)


def _is_measured(row: Mapping[str, str]) -> bool:
    """Whether the numbers of a row have more digits than those of a goal or a threshold have, which people set."""
    return any(_MEASURED.match(text) for name, text in row.items() if _is_mean(name))


def by_class(row: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """The numbers of single classes, by the names of these: of `per_class_metrics/car/AP50` or `AP_per_class/car`.

    What stands before may say the split, as in `test/AP_per_class/car`.
    """
    found: dict[str, dict[str, str]] = {}
    for name, text in row.items():
        if said := _BY_CLASS.fullmatch(name):
            last, split = said["name"] or _PER_CLASS.sub("", said["head"]), split_of(said["before"] or "")
            found.setdefault(said["category"], {})[f"{split} {last}" if split else last] = text
    return {**found}


def _of_model(name: str) -> tuple[str, str]:
    """The model of `results/ssl/metrics/mAP_50`, which is the last word that no metric has before it, and the rest.

    "" where the name says that it is of classes, as people also call the AP of one an mAP.
    """
    *heads, last = name.split("/")
    for at in reversed(range(len(heads))) if "class" not in name.lower() else ():
        if not metric_of(f"{heads[at]}/mAP"):
            return heads[at], "/".join((*heads[at + 1 :], last))
    return "", name


def _is_mean(name: str) -> bool:
    """Whether an AP of that name is a mean over classes: it says so, or that it is COCO's."""
    meaning, said = metric_of(name), name.lower()
    return bool(meaning and meaning.metric.startswith("AP") and ("map" in said or "coco" in said))


def _is_mean_of_pixels(name: str) -> bool:
    """Whether a Dice or IoU of that name is a mean: over classes, or over the images of one class."""
    meaning = metric_of(name)
    return bool(meaning and (meaning.metric == "mIoU" or (meaning.metric == "Dice" and _MEAN.search(name.lower()))))
