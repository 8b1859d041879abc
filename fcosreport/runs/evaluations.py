"""One evaluation seen in several forms: a block, a copypaste line, a JSON line. Of each number the finest stays."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from fcosreport.comparing.scores import agree
from fcosreport.records import Evaluation, Metric

_LEAST = 3  # numbers that must agree, or all of the shorter form


def merged_in_file(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """The evaluations of one file in the order of their lines, those in two forms right behind each other as one."""
    merged: list[Evaluation] = []
    latest: dict[tuple[str, str | None], int] = {}
    for each in sorted(evaluations, key=lambda evaluation: evaluation.where):
        key = each.task, each.category
        index = latest.get(key)
        if index is not None and each.form not in merged[index].form.split("+") and is_same(merged[index], each):
            merged[index] = merge(merged[index], each)
        else:
            latest[key] = len(merged)
            merged.append(each)
    return merged


def merged_files(one: Sequence[Evaluation], other: Sequence[Evaluation]) -> list[Evaluation]:
    """The evaluations of two files that tell of one run, such as a log and its JSON twin."""
    merged = list(one)
    waiting: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, evaluation in enumerate(one):
        waiting[evaluation.task, evaluation.category].append(index)
    for each in other:
        places = waiting[each.task, each.category]
        same = [index for index in places if is_same(merged[index], each)][:1]
        for index in same:
            places.remove(index)
            merged[index] = merge(merged[index], each)
        if not same:
            merged.append(each)
    return merged


def is_same(one: Evaluation, other: Evaluation) -> bool:
    """Whether both can be one evaluation: nothing that both tell contradicts, and enough is told by both."""
    if _differ(one.epoch, other.epoch) or _differ(one.iteration, other.iteration):
        return False
    numbers = {metric.name: metric for metric in other.metrics}
    if one.form == other.form and len(numbers) == 1 and one.iteration is not None and one.iteration == other.iteration:
        return not numbers.keys() & {metric.name for metric in one.metrics}  # a tracker's file for each metric
    pairs = [(metric, numbers[metric.name]) for metric in one.metrics if metric.name in numbers]
    needed = min(_LEAST, len(one.metrics), len(other.metrics))
    return len(pairs) >= needed > 0 and all(agree(mine, theirs) for mine, theirs in pairs)


def _differ(one: int | None, other: int | None) -> bool:
    """Whether two counters contradict; frameworks count from 0 or from 1, so neighbours do not."""
    return one is not None and other is not None and abs(one - other) > 1


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
        form="+".join(dict.fromkeys((*one.form.split("+"), *other.form.split("+")))),
        also=tuple(dict.fromkeys((*one.also, other.where, *other.also))),
    )


def _finer(one: Metric, other: Metric) -> Metric:
    if one.value is None or (other.value is not None and other.half_unit < one.half_unit):
        return replace(other, max_dets=other.max_dets or one.max_dets)
    return one if one.max_dets else replace(one, max_dets=other.max_dets)
