"""How numbers, places and foreign text are shown, the same in every output."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fcosreport.comparing.columns import Cell
from fcosreport.errors import UsageError
from fcosreport.records import Evaluation, Experiment, Finding, Metric, Source
from fcosreport.wording import MISSING, plain, suggestion

_FOLDER = Path(__file__).parents[1] / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 code. Calling it translates a text, and puts values into its `{names}`."""

    code: str
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language; in English where there is no translation."""
        said = self.texts.get(text, text)
        return said.format(**values) if values else said

    def plural(self, count: int, word: str) -> str:
        """`1 error`, `2 errors`, `1,000 experiments`; in a language without plurals as `{n} word` is translated."""
        counted = self.texts.get(f"{{n}} {word}")
        if counted:
            return counted.format(n=f"{count:,}")
        return f"{count:,} {word}{'' if count == 1 else 's'}"


english = Language("en")


@cache
def language(code: str) -> Language:
    """The language of that code. Raises UsageError for one that is not there."""
    known = ("en", *sorted(file.stem for file in _FOLDER.glob("*.json")))
    if code not in known:
        raise UsageError(f"--lang: there is no language {code!r}. {suggestion(code, known)}")
    if code == "en":
        return english
    import msgspec

    return Language(code, msgspec.json.decode((_FOLDER / f"{code}.json").read_bytes(), type=dict[str, str]))


_NAMED = 3  # files that are not understood
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


def state_told(experiment: Experiment, language: Language = english) -> str:
    """The state in words; of a run that was stopped with how far it came, as its result is of there."""
    return " ".join((language(experiment.state), *((experiment.reason,) if experiment.state == "stopped" else ())))


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
        named = ", ".join(doubtful[:_NAMED]) + (", …" if len(doubtful) > _NAMED else "")
        said += _("; {n} with what looks like a result: {names}", n=f"{len(doubtful):,}", names=plain(named))
    if unread := lost["not read"]:
        said += _("; {n} not read", n=f"{len(unread):,}")
    return f"{said}." if count else ""


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


def finding_text(finding: Finding) -> str:
    """All that a finding says, a line each: the message, the explanations with their number, and what to do."""
    reasons = [f"{number}. {explanation}" for number, explanation in enumerate(finding.explanations, 1)]
    advice = [f"→ {finding.advice}"] if finding.advice else []
    return "\n".join(map(plain, (finding.message, *reasons, *advice)))
