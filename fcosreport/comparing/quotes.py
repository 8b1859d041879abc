"""A number that a note quotes, against the one that the log prints."""

from math import isclose

from fcosreport.comparing.scores import as_fractions
from fcosreport.records import Evaluation, Metric

Pair = tuple[Metric, Metric]
"""A metric as it is quoted, and as it is logged."""


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
