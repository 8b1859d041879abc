"""What a renderer is, and the Report: the one view of everything a reader sees.

A renderer is a function `(report) -> str | bytes` in one file under `renderers/`. All of them get the same Report, and
all show its states, numbers and foreign text in the way that is told here.
"""

import importlib
import math
import pkgutil
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from fcosreport import frames, plugins
from fcosreport.frames import Cell, Column
from fcosreport.records import Evaluation, Experiment, Finding, Issue, Metric, Setting, Severity, Source, State, Step

if TYPE_CHECKING:
    from jinja2 import Environment

STATES: dict[State, str] = {"finished": "☑️", "suspect": "⚠️", "failed": "❌", "running": "⏳", "planned": "☐"}
SEVERITIES: dict[Severity, tuple[str, str]] = {
    "error": ("✖", "error"),
    "warning": ("▲", "warning"),
    "info": ("●", "note"),
}
MISSING = "–"
_PLACES = 4  # decimals at most: JSON logs print 16
_PRINTED = re.compile(r"[+-]?\d+(?:\.(\d*))?%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was read and what was found. Experiments carry their final states; findings are sorted, worst first.

    `passed` names the rules that ran and found nothing, `not_run` those that could not run and why. The same data gives
    the same bytes in every output, so clock and version are arguments.
    """

    title: str
    version: str
    experiments: tuple[Experiment, ...]
    findings: tuple[Finding, ...]
    issues: tuple[Issue, ...]
    sources: tuple[Source, ...]
    steps: tuple[Step, ...] = ()
    passed: tuple[str, ...] = ()
    not_run: tuple[tuple[str, str], ...] = ()

    @property
    def states(self) -> tuple[tuple[State, int], ...]:
        """How many experiments are in each state that occurs, the good ones first."""
        counts = Counter(experiment.state for experiment in self.experiments)
        return tuple((state, counts[state]) for state in STATES if counts[state])

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that count, worst first."""
        return tuple(finding for finding in self.findings if not finding.ignored)

    @property
    def ignored(self) -> tuple[Finding, ...]:
        """The findings that do not count, each with its reason, worst first."""
        return tuple(finding for finding in self.findings if finding.ignored)

    @property
    def severities(self) -> tuple[tuple[Severity, int], ...]:
        """How many open findings there are of each severity that occurs, the worst first."""
        counts = Counter(finding.severity for finding in self.open_findings)
        return tuple((severity, counts[severity]) for severity in SEVERITIES if counts[severity])

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that have a result, boxes first; boxes alone where nothing has a result."""
        return frames.tasks(self.experiments) or ("bbox",)

    @property
    def shared(self) -> tuple[Setting, ...]:
        """The settings that all experiments share; they stand above the table."""
        return frames.shared(self.experiments)

    @property
    def differing(self) -> tuple[Column, ...]:
        """The settings that tell the experiments apart."""
        return frames.differing(self.experiments)

    @property
    def open_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.done)

    def metrics(self, task: str) -> tuple[Column, ...]:
        """The metrics that results in `task` have."""
        return frames.metrics(self.experiments, task)

    def best(self, task: str) -> tuple[Experiment, ...]:
        """The finished experiments of the highest AP in `task`, never a suspect one; several may share it."""
        rated = [(_finished_ap(experiment, task), experiment) for experiment in self.experiments]
        highest = max((ap for ap, _ in rated if ap is not None), default=None)
        return tuple(experiment for ap, experiment in rated if ap is not None and ap == highest)

    @property
    def leaders(self) -> frozenset[tuple[str, str]]:
        """Task and id of every experiment that is the best of its task: their AP stands out."""
        return frozenset((task, best.id) for task in self.tasks for best in self.best(task))

    @property
    def better(self) -> tuple[tuple[Experiment, Evaluation], ...]:
        """The experiments whose last evaluation of boxes (or of the first task) is not the best by AP, and that one."""
        pairs = [(each, each.result(self.tasks[0]), each.best(self.tasks[0])) for each in self.experiments]
        return tuple((each, best) for each, last, best in pairs if last and best and best["AP"] != last["AP"])

    def rows(self, limit: int) -> tuple[Experiment, ...]:
        """At most `limit` experiments in their order: the best by AP, then those that failed or have a finding."""
        if len(self.experiments) <= limit:
            return self.experiments
        named = {name for finding in self.open_findings for name in finding.experiments}
        task = self.tasks[0]
        by_ap = sorted(self.experiments, key=lambda e: -(_finished_ap(e, task) or 0))
        pressing = [e for e in self.experiments if e.id in named or e.state == "failed"]
        chosen = {id(e): e for e in (*by_ap[: limit // 2], *pressing, *by_ap)}
        kept = set(list(chosen)[:limit])
        return tuple(e for e in self.experiments if id(e) in kept)

    def grouped_findings(self, limit: int) -> Iterator[tuple[tuple[Finding, ...], int]]:
        """For each rule and severity at most `limit` open findings, and how many more there are."""
        for _, group in groupby(self.open_findings, key=lambda finding: (finding.severity, finding.code)):
            found = tuple(group)
            yield found[:limit], max(0, len(found) - limit)


def _finished_ap(experiment: Experiment, task: str) -> float | None:
    result = experiment.result(task) if experiment.state == "finished" else None
    value = result["AP"] if result else None
    return value if value is not None and math.isfinite(value) and value >= 0 else None


def show(cell: Cell) -> str:
    """A metric as COCO prints it (0.387) at its printed precision, four decimals at most; a setting as a short text."""
    if cell is None or cell.value is None:
        return MISSING
    if isinstance(cell, Metric):
        return _number(cell, cell.value)
    return plain(cell.shown) or MISSING


def place_in_run(evaluation: Evaluation) -> str:
    """`epoch 9`, `iteration 2999`, or the line where neither is told."""
    if evaluation.epoch is not None:
        return f"epoch {evaluation.epoch}"
    return f"iteration {evaluation.iteration}" if evaluation.iteration is not None else f"line {evaluation.where.line}"


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
    return "\ufffd" if category == "Cs" else "" if category in ("Cc", "Cf") else character


def relative(path: str) -> str:
    """A path for another program: with forward slashes, without `./`, and without what nobody sees."""
    seen = path if path.isprintable() else "".join(map(_visible, path))
    return posixpath.normpath(seen.replace("\\", "/"))


def told(finding: Finding) -> str:
    """All that a finding says, a line each: the message, the explanations with their number, and what to do."""
    reasons = [f"{number}. {explanation}" for number, explanation in enumerate(finding.explanations, 1)]
    advice = [f"→ {finding.advice}"] if finding.advice else []
    return "\n".join(map(plain, (finding.message, *reasons, *advice)))


def plural(count: int, word: str) -> str:
    """`1 error`, `2 errors`, `1,000 experiments`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Renderer:
    """A registered output. `name` is its command-line option, `filename` the file it becomes in a folder."""

    name: str
    title: str
    filename: str
    render: Callable[[Report], str | bytes]


_RENDERERS: dict[str, Renderer] = {}


def renderer(
    name: str, title: str, filename: str
) -> Callable[[Callable[[Report], str | bytes]], Callable[[Report], str | bytes]]:
    """Register the decorated function as the output `--name`."""

    def register(render: Callable[[Report], str | bytes]) -> Callable[[Report], str | bytes]:
        _RENDERERS[name] = Renderer(name, title, filename, render)
        return render

    return register


@cache
def renderers() -> tuple[Renderer, ...]:
    """All outputs, by name. The modules under `renderers/` are found here, so a new one edits nothing.

    Other packages add theirs by an entry point of the group `fcosreport.renderers` that names a module which registers
    one. Raises FcosreportError for one that cannot be loaded.
    """
    package = importlib.import_module("fcosreport.renderers")
    for module in pkgutil.iter_modules(package.__path__, "fcosreport.renderers."):
        importlib.import_module(module.name)
    plugins.load("fcosreport.renderers", "output", _RENDERERS)
    return tuple(sorted(_RENDERERS.values(), key=lambda each: each.name))


def templates() -> Path:
    """The folder of the Jinja templates: beside the package in a wheel, else at the checkout's root."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def environment() -> "Environment":
    """Jinja as all templates expect it: an unknown name is an error, and `*.html` escapes whatever it is given."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(plain=plain, plural=plural)
    return made
