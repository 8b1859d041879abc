"""Results of one file that nothing tells apart: of these the last stands for the run, which is to be told."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fcosreport.comparing.scores import agree
from fcosreport.records import Evaluation, Fragment, Issue
from fcosreport.runs.joining import runs_of
from fcosreport.runs.run import Run

_SHOWN, _WIDE = 3, 6  # results that are named, and characters of each


def indistinct(fragment: Fragment) -> Issue | None:
    """The issue of results that differ while no epoch, model, split or data set does, if a file has such; else None.

    Those of a training stand in the order of its losses.
    """
    if sum(each.progress is None for segment in fragment.segments for each in segment.evaluations) < 2:
        return None
    found = next((alike for run in runs_of([fragment]) if not run.curves for alike in _alike(run)), None)
    return _told(found) if found else None


def _alike(run: Run) -> Iterator[list[Evaluation]]:
    """The results of each kind and form that differ and that tell no step, nor does another of that kind."""
    kinds: dict[tuple[object, ...], list[Evaluation]] = defaultdict(list)
    for each in run.results(run.settings):
        if each.category is None:
            of = each.data_set, each.split, each.weights, each.augmented, each.family
            kinds[each.task, *of, each.form].append(each)
    for found in kinds.values():
        if not any(each.progress for each in found) and any(_differing(*pair) for pair in pairwise(found)):
            yield found


def _differing(one: Evaluation, other: Evaluation) -> str:
    """The first metric that both tell otherwise; "" for none."""
    pairs = ((metric, other.metric(metric.name)) for metric in one.metrics)
    return next((metric.name for metric, same in pairs if same and not agree(metric, same)), "")


def _told(found: Sequence[Evaluation]) -> Issue:
    name = next(filter(None, (_differing(*pair) for pair in pairwise(found))))
    said = [f"{metric.text[:_WIDE]} in line {each.where.line}" for each in found if (metric := each.metric(name))]
    texts = f"{name} {', '.join(said[:_SHOWN])}" + (f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else "")
    return Issue(
        f"{len(found)} results differ, and no epoch, model or split tells them apart: {texts}. The last one stands."
        " Name the model above each, or keep a file for each.",
        found[0].where,
    )
