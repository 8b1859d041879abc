"""One evaluation seen in several forms: a block, a copypaste line, a JSON line. Of each number the finest stays."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, zip_longest
from math import inf
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from fcosreport.comparing.scores import agree
from fcosreport.records import Evaluation, Event, Metric, Segment, Setting
from fcosreport.vocabulary.metrics import by_difficulty
from fcosreport.vocabulary.paths import last_part

_Placed = TypeVar("_Placed", Evaluation, Event, Setting)

_FAMILIES = dict.fromkeys(("APr", "APc", "APf"), "lvis") | {"APvt": "aitod"}
"""Whose AP a result is that has such a row: rare, common and frequent classes, very tiny objects."""
_ORIENTED = re.compile(r"-obb\.|(?:^|[/\\])obb[/\\]")
"""What the name of a model of ultralytics for oriented boxes holds, and the folder that it writes to."""
_TELLING_ORIENTED = ("weights", "init", "config", "output_dir")
_BESIDE = 40
"""Lines between two forms of one evaluation that are printed together."""
_LEAST = 3  # numbers that must agree, or all of the shorter form


def merged_in_file(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """The evaluations of one file in the order of their lines, those in two forms right behind each other as one.

    A form that is printed before its step is logged is told at the one logged last: near by, the later step is right.
    """
    merged: list[Evaluation] = []
    latest: dict[tuple[str, str | None], int] = {}
    for each in sorted(evaluations, key=lambda evaluation: evaluation.where):
        key = each.task, each.category
        index = latest.get(key)
        known = None if index is None or each.form in merged[index].form.split("+") else merged[index]
        slack = inf if known and each.where.line - known.where.line <= _BESIDE else 1
        if index is not None and known and is_same(known, each, slack):
            merged[index] = _at_later(merge(known, each), each)
        else:
            latest[key] = len(merged)
            merged.append(each)
    return merged


def _at_later(one: Evaluation, other: Evaluation) -> Evaluation:
    """The one, at the step of the other where that is more than a neighbour behind it."""
    is_later = one.iteration is not None and other.iteration is not None and other.iteration > one.iteration + 1
    return replace(one, iteration=other.iteration) if is_later else one


def merged_files(one: Sequence[Evaluation], other: Sequence[Evaluation]) -> list[Evaluation]:
    """The evaluations of two files that tell of one run, such as a log and its JSON twin, in the order of its steps.

    A log may tell an evaluation at the last step that it logged, and another file at its own: where no other lies
    between, these are one. A file that tells no step, as a test does, comes behind one that tells some.
    """
    merged, rest = _paired(one, other, slack=1)
    merged, rest = _paired(merged, rest, slack=min(_gap(one), _gap(other)) / 2)
    if any(each.progress for each in rest) and not any(each.progress for each in merged):
        merged, rest = rest, merged
    return _in_order([*merged, *rest]) if all(map(_is_ascending, (one, other))) else [*merged, *rest]


def gone_on(before: Sequence[Evaluation], after: Sequence[Evaluation]) -> list[Evaluation]:
    """The evaluations of a training, and of its continuation, which evaluates some steps again.

    Where the result of such a step is the same, it is one evaluation; one whose step is not told is another.
    """
    at_step: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, each in enumerate(before):
        if each.progress:
            at_step[each.progress, each.task, each.category].append(index)
    merged, again = [], set()
    for each in after:
        places = at_step.get((each.progress, each.task, each.category), ())
        same = next((index for index in places if is_same(before[index], each)), None)
        merged.append(each if same is None else merge(each, before[same]))
        again.add(same)
    return [*(each for index, each in enumerate(before) if index not in again), *merged]


def begun_anew(segment: Segment) -> list[Segment]:
    """The segment of a log without losses, parted where its epochs begin anew and are evaluated otherwise."""
    if segment.curves:
        return [segment]
    told: dict[tuple[object, ...], dict[int, Evaluation]] = defaultdict(dict)
    starts: list[int] = []
    for each in sorted(segment.evaluations, key=attrgetter("where")):
        if each.epoch is None or each.category is not None:
            continue
        of = each.task, *_subject(each)
        before = told[of].get(each.epoch)
        if before and each.epoch == min(told[of]) <= 1 and len(told[of]) >= _LEAST and not is_same(before, each):
            starts.append(each.where.line)
            told.clear()
        told[of][each.epoch] = each
    bounds = [segment.line, *starts]
    return [_part(segment, *part) for part in zip_longest(bounds, starts)] if starts else [segment]


def _part(segment: Segment, line: int, stop: int | None) -> Segment:
    """What of a segment stands between two lines; one that does not begin where it does has begun there."""

    def between(records: Sequence[_Placed]) -> tuple[_Placed, ...]:
        return tuple(each for each in records if line <= each.where.line and (not stop or each.where.line < stop))

    evaluations, events = between(segment.evaluations), between(segment.events)
    if line != segment.line:
        start = Event("started", f"epoch {evaluations[0].epoch} is evaluated anew", evaluations[0].where)
        events = (start, *events)
    said = between(segment.settings)
    return replace(segment, line=line, evaluations=evaluations, settings=said, events=events)


def _paired(
    one: Sequence[Evaluation], other: Sequence[Evaluation], slack: float
) -> tuple[list[Evaluation], list[Evaluation]]:
    """The first evaluations, merged with those of the others that are the same, and those that are not."""
    merged, rest = list(one), []
    waiting: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, evaluation in enumerate(one):
        waiting[evaluation.task, evaluation.category].append(index)
    for each in other:
        places = waiting[each.task, each.category]
        same = next((index for index in places if is_same(merged[index], each, slack)), None)
        if same is None:
            rest.append(each)
        else:
            places.remove(same)
            merged[same] = merge(merged[same], each)
    return merged, rest


def _gap(evaluations: Sequence[Evaluation]) -> float:
    """The least iterations between two evaluations; 0 where there are no two."""
    steps = sorted({each.iteration for each in evaluations if each.iteration is not None})
    return min((later - step for step, later in pairwise(steps)), default=0)


def _in_order(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """The evaluations by epoch or by iteration, where all tell it."""
    for unit in ("epoch", "iteration"):
        if all(getattr(each, unit) is not None for each in evaluations):
            return sorted(evaluations, key=attrgetter(unit))
    return list(evaluations)


def _is_ascending(evaluations: Sequence[Evaluation]) -> bool:
    return _in_order(evaluations) == list(evaluations)


def in_epochs(counted: Sequence[Evaluation], others: Sequence[Evaluation]) -> list[Evaluation]:
    """The others with the epochs of those `counted` in epochs, where they have as many steps of another unit.

    Two files that tell of one run evaluate as often: the first step of the one is the first epoch of the other.
    """
    epochs = sorted({each.epoch for each in counted if each.epoch is not None})
    steps = sorted({each.iteration for each in others if each.iteration is not None and each.epoch is None})
    if len(epochs) != len(steps):
        return list(others)
    epoch_of = dict(zip(steps, epochs, strict=True))
    is_epoch = steps == epochs or [step - 1 for step in steps] == epochs

    def counted_in_epochs(each: Evaluation) -> Evaluation:
        if each.epoch is not None or each.iteration is None:
            return each
        return replace(each, epoch=epoch_of[each.iteration], iteration=None if is_epoch else each.iteration)

    return list(map(counted_in_epochs, others))


def is_same(one: Evaluation, other: Evaluation, slack: float = 1) -> bool:
    """Whether both can be one evaluation: nothing that both tell contradicts, and enough is told by both.

    Their iterations lie at most `slack` apart.
    """
    if _differ(one.epoch, other.epoch) or _differ(one.iteration, other.iteration, max(1, slack)):
        return False
    if any(mine and theirs and mine != theirs for mine, theirs in zip(_subject(one), _subject(other), strict=True)):
        return False
    numbers = {metric.name: metric for metric in other.metrics}
    if one.form == other.form and len(numbers) == 1 and one.iteration is not None and one.iteration == other.iteration:
        return not numbers.keys() & {metric.name for metric in one.metrics}  # a tracker's file for each metric
    pairs = [(metric, numbers[metric.name]) for metric in one.metrics if metric.name in numbers]
    needed = min(_LEAST, len(one.metrics), len(other.metrics))
    return len(pairs) >= needed > 0 and all(agree(mine, theirs) for mine, theirs in pairs)


def are_evaluated_alike(ours: Sequence[Evaluation], theirs: Sequence[Evaluation]) -> bool:
    """Whether two files evaluate a training at three epochs or more, and at all that both tell with the same result."""
    at_epoch: dict[tuple[str, str | None, int | None], Evaluation]
    at_epoch = {(each.task, each.category, each.epoch): each for each in ours if each.epoch is not None}
    pairs = [(at_epoch.get((each.task, each.category, each.epoch)), each) for each in theirs]
    same = [is_same(one, other) for one, other in pairs if one]
    return len(same) >= _LEAST and all(same)


def _subject(evaluation: Evaluation) -> tuple[str, str, str]:
    return evaluation.data_set, evaluation.split, evaluation.weights


def _differ(one: int | None, other: int | None, slack: float = 1) -> bool:
    """Whether two counters contradict; frameworks count from 0 or from 1, so neighbours do not."""
    return one is not None and other is not None and abs(one - other) > slack


def merge(one: Evaluation, other: Evaluation) -> Evaluation:
    """Both as one, at the place of the first, with the more precise of each two numbers."""
    metrics = {metric.name: metric for metric in one.metrics}
    for metric in other.metrics:
        metrics[metric.name] = _finer(metrics[metric.name], metric) if metric.name in metrics else metric
    return replace(
        one,
        metrics=tuple(metrics.values()),
        epoch=other.epoch if one.epoch is None else one.epoch,
        iteration=other.iteration if one.iteration is None else one.iteration,
        task_stated=one.task_stated or other.task_stated,
        data_set=one.data_set or other.data_set,
        split=one.split or other.split,
        weights=one.weights or other.weights,
        augmented=one.augmented or other.augmented,
        family=(other.family or one.family) if one.family in ("", "coco") else one.family,
        form="+".join(dict.fromkeys((*one.form.split("+"), *other.form.split("+")))),
        also=tuple(dict.fromkeys((*one.also, other.where, *other.also))),
    )


def subjected(
    evaluations: Iterable[Evaluation], settings: Iterable[Setting], *, trained: bool = True, folder: str = ""
) -> Iterator[Evaluation]:
    """The evaluations of a run with what its settings say of them: the validation set, augmentation, the schedule.

    `folder`: of the run. Where nothing was trained, the weights that were loaded are what was evaluated. A model for
    oriented boxes has no others, though ultralytics prints them as any.
    """
    evaluations = list(evaluations)
    said = {setting.name: setting.value for setting in settings}
    telling = (folder, *(str(said.get(name, "")) for name in _TELLING_ORIENTED))
    is_oriented = any(map(_ORIENTED.search, telling))
    checkpoint = "" if trained else last_part(str(said.get("weights", "")))
    told = {each.of for each in evaluations if each.of and each.epoch is not None}
    epochs = said.get("epochs") or (told.pop() if len(told) == 1 else None)
    augments = said.get("tta") is True and not any(each.augmented for each in evaluations)
    for each in map(by_difficulty, evaluations):
        data_set = str(said.get("val_data", "")) if each.split in ("", "val") else ""
        schedule, done = said.get("iterations"), each.iteration
        if each.epoch is not None:
            schedule, done = epochs, each.epoch
        fits = type(schedule) is int and done is not None and done <= schedule
        yield replace(
            each,
            task="obb" if is_oriented and each.task == "bbox" else each.task,
            data_set=each.data_set or ("" if "," in data_set else data_set),
            weights=each.weights or checkpoint,
            augmented=each.augmented or augments,
            family=_FAMILIES.get(next((m.name for m in each.metrics if m.name in _FAMILIES), ""), each.family),
            of=each.of or (int(schedule) if fits and schedule else None),
        )


def _finer(one: Metric, other: Metric) -> Metric:
    if one.value is None or (other.value is not None and other.half_unit < one.half_unit):
        return replace(other, max_dets=other.max_dets or one.max_dets)
    return one if one.max_dets else replace(one, max_dets=other.max_dets)
