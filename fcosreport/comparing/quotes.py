"""A number that a note quotes, against the one that the log prints."""

from collections.abc import Sequence
from math import isclose

from fcosreport.comparing.scores import as_fractions
from fcosreport.records import Evaluation, Metric

Pair = tuple[Metric, Metric]
"""A metric as it is quoted, and as it is logged."""

_ROWS = 3  # of a table, which do not all differ from their logs by slips
_FEW = 0.25  # of them, which may agree by chance
_AT_BEST_F1 = ("P", "R")
_NEAR = 0.03  # by which they differ where the same weights are validated again


def compared(claim: Evaluation, logged: Evaluation) -> list[Pair]:
    """The numbers that both print, percent taken for what they are; a nan is no number."""
    logged = as_fractions(logged)
    pairs = ((m, logged.metric(m.name)) for m in as_fractions(claim).metrics if m.value is not None)
    return [(ours, theirs) for ours, theirs in pairs if theirs and theirs.value is not None]


def differing_from(claim: Evaluation, logged: Evaluation) -> list[Pair]:
    """The claimed numbers that the log prints otherwise, each with the log's."""
    return [pair for pair in compared(claim, logged) if not agree(*pair)]


def units_apart(ours: Metric, theirs: Metric) -> int:
    """How many units of the last digit of the coarser one lie between two numbers."""
    unit = 2 * max(ours.half_unit, theirs.half_unit)
    return round(min(abs((ours.value or 0) - (theirs.value or 0)) / unit, 1e9)) if unit else 0


def agree(ours: Metric, theirs: Metric) -> bool:
    """Whether a quoted number can be the log's, rounded; printed to the same digit, the two are equal."""
    if ours.half_unit and isclose(ours.half_unit, theirs.half_unit):
        return units_apart(ours, theirs) < 1
    return ours.agrees(theirs)


def is_of_other_images(rows: Sequence[tuple[Evaluation, Sequence[Evaluation]]]) -> bool:
    """Whether a table tells of other images or thresholds than the logs, which are given beside each of its rows.

    Of three rows or more, no more than a quarter have half of their numbers at some epoch; in many epochs, one of them
    is there by chance.
    """
    return len(rows) >= _ROWS and sum(is_at_home(claim, logged) for claim, logged in rows) <= _FEW * len(rows)


def is_at_home(claim: Evaluation, logged: Sequence[Evaluation]) -> bool:
    """Whether half of the numbers of a claim, or more, are those of one of the evaluations."""
    return any(0 < len(compared(claim, each)) >= 2 * len(differing_from(claim, each)) for each in logged)


def is_validated_again(claim: Evaluation, logged: Evaluation) -> bool:
    """Whether a claim is of the weights that the log tells of, validated once more: P and R are those at the best F1.

    They jump where AP hardly moves.
    """
    differing = differing_from(claim, logged)
    shown = [pair for pair in differing if pair[0].name in _AT_BEST_F1]
    steady = [pair for pair in differing if pair not in shown]
    return (
        bool(shown)
        and any(ours.name in ("AP", "AP50") for ours, _ in compared(claim, logged))
        and all(abs((ours.value or 0) - (theirs.value or 0)) <= _NEAR for ours, theirs in shown)
        and all(units_apart(*pair) <= 1 for pair in steady)
    )
