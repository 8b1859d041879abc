"""How numbers, places and foreign text are shown, the same in every output."""

import posixpath
import re
import unicodedata
from collections.abc import Sequence

from fcosreport.frames import Cell
from fcosreport.languages import Language, english
from fcosreport.records import Evaluation, Finding, Metric

MISSING = "–"
_PLACES = 4  # decimals at most: JSON logs print 16
_PRINTED = re.compile(r"[+-]?\d+(?:\.(\d*))?%?")

plural = english.plural
"""`1 error`, `2 errors`, `1,000 experiments`."""


def show(cell: Cell) -> str:
    """A metric as COCO prints it (0.387) at its printed precision, four decimals at most; a setting as a short text."""
    if cell is None or cell.value is None:
        return MISSING
    if isinstance(cell, Metric):
        return _number(cell, cell.value)
    return plain(cell.shown) or MISSING


def place_in_run(evaluation: Evaluation, language: Language = english) -> str:
    """`epoch 9`, `iteration 2999`, or the line where neither is told."""
    if evaluation.epoch is not None:
        return language("epoch {n}", n=evaluation.epoch)
    if evaluation.iteration is not None:
        return language("iteration {n}", n=evaluation.iteration)
    return language("line {n}", n=evaluation.where.line)


def are_numbers(cells: Sequence[Cell]) -> bool:
    """Whether a column of these cells is set to the right: it holds no text."""
    return not any(cell and isinstance(cell.value, str) for cell in cells)


def _number(metric: Metric, value: float) -> str:
    if value == -1 or not -10 < value < 10:  # no ground truth; a value out of range is shown as it is
        return f"{value:.6g}"
    printed = _PRINTED.fullmatch(metric.text.strip())
    places = len(printed[1] or "") + 2 * metric.percent if printed else _PLACES
    return f"{value:.{min(places, _PLACES)}f}"


def plain(text: str, limit: int = 500) -> str:
    """Foreign text on one line and harmless to look at: no control and no bidi characters, at most `limit` long."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE:  # no XML or YAML may hold halves and noncharacters
        return "\ufffd"
    return "" if category in ("Cc", "Cf") else character


def relative(path: str) -> str:
    """A path for another program: with forward slashes, without `./`, and without what nobody sees."""
    seen = path if path.isprintable() else "".join(map(_visible, path))
    return posixpath.normpath(seen.replace("\\", "/"))


def told(finding: Finding) -> str:
    """All that a finding says, a line each: the message, the explanations with their number, and what to do."""
    reasons = [f"{number}. {explanation}" for number, explanation in enumerate(finding.explanations, 1)]
    advice = [f"→ {finding.advice}"] if finding.advice else []
    return "\n".join(map(plain, (finding.message, *reasons, *advice)))
