"""How numbers, places and foreign text are shown, the same in every output."""

import re
from collections.abc import Sequence

from fcosreport.comparing.columns import Cell
from fcosreport.records import Evaluation, Experiment, Finding, Metric, Source
from fcosreport.translation import Language, english
from fcosreport.wording import MISSING, plain

_SENTENCE = 240  # characters
_NAMED = 3  # files that are not understood
_PLACES = 4  # decimals at most: JSON logs print 16
_PRINTED = re.compile(r"[+-]?\d+(?:\.(\d*))?%?")

_DIGEST = re.compile(r"[0-9a-f]{64}")
DIGITS = 12
"""Of a SHA-256, that tell files apart."""

plural = english.plural
"""`1 error`, `2 errors`, `1,000 experiments`."""


def show(cell: Cell) -> str:
    """A metric as COCO prints it (0.387) at its printed precision, four decimals at most; a setting as a short text."""
    if cell is None or cell.value is None:
        return MISSING
    if isinstance(cell, Metric):
        return _number(cell, cell.value)
    text = plain(cell.shown)
    return (text[:DIGITS] if _DIGEST.fullmatch(text) else text) or MISSING


def state_told(experiment: Experiment, language: Language = english) -> str:
    """The state in words; of a run that was stopped or goes on with how far it came, as its result is of there."""
    is_on_its_way = experiment.state in ("stopped", "running") and experiment.reason
    return f"{language(experiment.state)} {experiment.reason}" if is_on_its_way else language(experiment.state)


def place_in_run(evaluation: Evaluation, language: Language = english) -> str:
    """`epoch 9`, `iteration 2999`, or the line where neither is told."""
    if evaluation.epoch is not None:
        return language("epoch {n}", n=evaluation.epoch)
    if evaluation.iteration is not None:
        return language("iteration {n}", n=evaluation.iteration)
    return language("line {n}", n=evaluation.where.line)


def coverage_told(sources: Sequence[Source], _: Language = english) -> str:
    """How many of the files were understood, and which were not; empty where all were."""
    lost = {state: [each.path for each in sources if each.state == state] for state in ("not understood", "not read")}
    count = sum(map(len, lost.values()))
    files = _.plural(len(sources), "file")
    said = _("{n} of {files} understood", n=f"{len(sources) - count:,}", files=files)
    if doubtful := lost["not understood"]:
        said += _("; {n} with what looks like a result: {names}", n=f"{len(doubtful):,}", names=_some(doubtful))
    if unread := lost["not read"]:
        said += _("; {n} not read: {names}", n=f"{len(unread):,}", names=_some(unread))
    return f"{said}." if count else ""


def _some(paths: Sequence[str]) -> str:
    return plain(", ".join(paths[:_NAMED]) + (", …" if len(paths) > _NAMED else ""))


def are_numbers(cells: Sequence[Cell]) -> bool:
    """Whether a column of these cells is set to the right: it holds no text."""
    return not any(cell and isinstance(cell.value, str) for cell in cells)


def _number(metric: Metric, value: float) -> str:
    if value == -1 or not -10 < value < 10:  # no ground truth; a value out of range is shown as it is
        return f"{value:.6g}"
    return f"{value:.{places(metric)}f}"


def places(metric: Metric) -> int:
    """The decimals to which a fraction is shown: those that were printed, four at most."""
    printed = _PRINTED.fullmatch(metric.text.strip())
    return min(len(printed[1] or "") + 2 * metric.percent if printed else _PLACES, _PLACES)


def sentence(text: str) -> str:
    """What an annotation says: one sentence on one line, of which a long one is cut behind a word."""
    told = plain(text, 4096)
    return told if len(told) <= _SENTENCE else f"{told[:_SENTENCE].rpartition(' ')[0] or told[:_SENTENCE]}…"


def finding_text(finding: Finding) -> str:
    """All that a finding says, a line each: the message, the explanations with their number, and what to do."""
    reasons = [f"{number}. {explanation}" for number, explanation in enumerate(finding.explanations, 1)]
    advice = [f"→ {finding.advice}"] if finding.advice else []
    return "\n".join(map(plain, (finding.message, *reasons, *advice)))
