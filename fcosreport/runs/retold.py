"""One experiment that several tables tell: of a notebook, of the CSV that it wrote, of the README that quotes both."""

import re
from collections import defaultdict
from collections.abc import Sequence

from fcosreport.comparing.scores import agree
from fcosreport.notes.again import is_row
from fcosreport.records import Evaluation, Experiment, Metric
from fcosreport.runs.evaluations import merge
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.run_names import canonical

ENOUGH = 4
"""Digits of all numbers that two results print; with fewer they may be equal by chance."""
_LONG = 12  # characters of a name, for which a digit less is enough
_NEAR = 50  # experiments of one name to which one is held: thousands may be called `1`


def retold(said: Sequence[Experiment]) -> list[list[int]]:
    """The numbers of what is said, those that tell one experiment together; first those with results, in their order.

    What is planned or done, as lists say without results, is the first experiment of that name.
    """
    told: list[list[int]] = []
    named: dict[str, list[list[int]]] = defaultdict(list)
    for number in sorted(range(len(said)), key=lambda each: not said[each].evaluations):
        experiment = said[number]
        near = named[canonical(experiment.name)]
        mine = next((each for each in near[-_NEAR:] if is_retold(said[each[0]], experiment)), None)
        if mine is None and near and _is_listed(said[near[0][0]], experiment):
            mine = near[0]
        if mine is None:
            mine = []
            told.append(mine)
            near.append(mine)
        mine.append(number)
    return told


def is_retold(one: Experiment, other: Experiment) -> bool:
    """Whether both are rows of one name and the same results, and no setting contradicts that.

    Two pages of one name and the same results may be of two runs, one page copied from the other.
    """
    if canonical(one.name) != canonical(other.name) or not (is_row(one) and is_row(other)) or _contradict(one, other):
        return False
    pairs = [(e, each) for e in other.evaluations for each in one.evaluations if _is_of_one_kind(each, e)]
    both = [digits(each, e) for e, each in pairs]
    least = ENOUGH - (len(one.name) >= _LONG)
    return None not in both and sum(filter(None, both)) >= least


def _is_listed(one: Experiment, listed: Experiment) -> bool:
    """Whether a list, or a row without results, means that experiment of its name: on its page, or of that model."""
    is_bare = not (listed.evaluations or listed.is_evident or _contradict(one, listed))
    return is_bare and (one.where.path == listed.where.path or bool(detectors(listed.name)))


def _contradict(one: Experiment, other: Experiment) -> bool:
    ours, theirs = ({setting.name: setting.value for setting in each.settings} for each in (one, other))
    return any(ours[name] != theirs[name] for name in ours.keys() & theirs.keys())


def merged_results(first: Experiment, *others: Experiment) -> tuple[Evaluation, ...]:
    """The results of one experiment that several tables tell, each once."""
    results = list(first.evaluations)
    for each in (each for other in others for each in other.evaluations):
        at = next((at for at, known in enumerate(results) if _is_of_one_kind(known, each)), None)
        if at is None:
            results.append(each)
        else:
            results[at] = merge(results[at], each)
    return tuple(results)


def _is_of_one_kind(one: Evaluation, other: Evaluation) -> bool:
    """Whether nothing but their numbers can contradict."""
    told = ((e.data_set, e.split, e.weights, e.epoch, e.iteration) for e in (one, other))
    return (one.task, one.category, one.augmented) == (other.task, other.category, other.augmented) and not any(
        mine and theirs and mine != theirs for mine, theirs in zip(*told, strict=True)
    )


def digits(one: Evaluation, other: Evaluation) -> int | None:
    """The digits of the numbers that both print; None where one of these is another."""
    pairs = [(metric, found) for metric in one.metrics if (found := other.metric(metric.name))]
    return sum(min(map(_significant, pair)) for pair in pairs) if all(agree(*pair) for pair in pairs) else None


def _significant(metric: Metric) -> int:
    return len(re.sub(r"\D", "", metric.text).lstrip("0"))
