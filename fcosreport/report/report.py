"""What a renderer is, and the Report: the one view of everything a reader sees.

A renderer is a function `(report) -> str | bytes` in one file under `renderers/`. All of them get the same Report, and
show its states by the signs that are told here, its numbers and foreign text in the way that `showing` tells.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from fcosreport.comparing.columns import (
    Column,
    differing_columns,
    leading_column,
    metric_columns,
    shared_settings,
    tasks_of,
)
from fcosreport.comparing.comparable import together
from fcosreport.errors import UsageError
from fcosreport.records import (
    Evaluation,
    Experiment,
    Finding,
    Issue,
    Remade,
    Setting,
    Severity,
    Source,
    State,
    Step,
    TableRow,
)
from fcosreport.registry import load
from fcosreport.report import frames
from fcosreport.translation import Language, english
from fcosreport.wording import suggestion

if TYPE_CHECKING:
    import pandas as pd

STATES: dict[State, str] = {
    "finished": "☑️",
    "suspect": "⚠️",
    "stopped": "⏸️",
    "failed": "❌",
    "trained": "▣",
    "running": "⏳",
    "planned": "☐",
    "abandoned": "⊘",
    "noted": "·",
}
SEVERITIES: dict[Severity, tuple[str, str]] = {
    "error": ("✖", "error"),
    "warning": ("▲", "warning"),
    "info": ("●", "note"),
}
Detail = Literal["verdict", "table", "findings", "all"]
"""How much is told on a terminal: the verdict; with it the table; and the findings, in short; or all that they say."""
_LEAST = 0.0005  # half a unit of what COCO's summary prints
CHARTED = 50
"""Experiments whose curves are drawn: the weightiest."""


class View(Struct, frozen=True, kw_only=True):
    """How a report is to be shown, as its reader chose.

    `columns` of the table besides name and state; empty for the usual ones. `ablation`: the table is the one of what
    was changed and what that brought. `best_by`: the metric that ranks the experiments; None for AP of the first task.
    `hidden` counts the experiments that were filtered out, and `nothing` says why none is left. `templates` is a folder
    whose files go before those of the same name that come with fcosreport. `with_files`: whether other files (pictures)
    are written beside an output; where not, it does without them. `in_file`: the output is for a file, `detail` and
    `most_rows` of the table are for a terminal. `since` is the revision since which what is shown has changed, `link`
    the page on which more is told; empty where there is none.
    """

    columns: tuple[Column, ...] = ()
    ablation: bool = False
    best_by: Column | None = None
    hidden: int = 0
    nothing: str = ""
    language: Language = english
    templates: Path | None = None
    with_files: bool = False
    in_file: bool = False
    detail: Detail = "findings"
    most_rows: int = 100
    since: str = ""
    link: str = ""


class Report(Struct, frozen=True, kw_only=True, dict=True):
    """What was read and what was found. Experiments carry their final states; findings are sorted, worst first.

    `passed` names the rules that ran and found nothing, `not_run` those that could not run and why, and `compared` says
    of some how much they could judge. `columns` are those of all experiments, where only some of these are here.
    `last_day` (ISO) is the last one on which the same findings are ignored; empty for ever.
    `published` are rows of tables that others obtained, `noted` sections of notes with settings and no word of what
    came of them, which no count and no rule knows, `remade` the results that were to be made again. `is_zoo`: a tree of
    published models, without a run. The same data gives the same bytes in every output, so clock and version are
    arguments.
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
    compared: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    last_day: str = ""
    published: tuple[TableRow, ...] = ()
    noted: tuple[Experiment, ...] = ()
    remade: tuple[Remade, ...] = ()
    is_zoo: bool = False
    view: View = View()

    @cached_property
    def states(self) -> tuple[tuple[State, int], ...]:
        """How many experiments are in each state that occurs, the good ones first."""
        counts = Counter(experiment.state for experiment in self.experiments)
        return tuple((state, counts[state]) for state in STATES if counts[state])

    @cached_property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that count, worst first."""
        return tuple(finding for finding in self.findings if not finding.ignored)

    @cached_property
    def ignored(self) -> tuple[Finding, ...]:
        """The findings that do not count, each with its reason, worst first."""
        return tuple(finding for finding in self.findings if finding.ignored)

    @cached_property
    def severities(self) -> tuple[tuple[Severity, int], ...]:
        """How many open findings there are of each severity that occurs, the worst first."""
        counts = Counter(finding.severity for finding in self.open_findings)
        return tuple((severity, counts[severity]) for severity in SEVERITIES if counts[severity])

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that have a result, boxes first; boxes alone where nothing has a result."""
        return tasks_of(self.experiments) or ("bbox",)

    @cached_property
    def shared(self) -> tuple[Setting, ...]:
        """The settings that all experiments share; they stand above the table."""
        return shared_settings(self.experiments)

    @cached_property
    def differing(self) -> tuple[Column, ...]:
        """The settings that tell the experiments apart."""
        return differing_columns(self.experiments)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was read that can be judged: no experiment and no published result, and nothing was found."""
        return not (self.experiments or self.published or self.is_zoo or self.findings)

    @cached_property
    def doubtful(self) -> tuple[Source, ...]:
        """The files that hold what looks like a result, and were not understood."""
        return tuple(source for source in self.sources if source.state == "not understood")

    @property
    def open_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.done)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The tasks whose results a note still asks for."""
        return tuple(dict.fromkeys(step.task for step in self.open_steps if step.task))

    def metrics(self, task: str) -> tuple[Column, ...]:
        """The metrics that results in `task` have."""
        return metric_columns(self.experiments, task)

    def leading(self, task: str) -> Column:
        """The metric that results in `task` are told by: AP, or another where none has it."""
        return leading_column(self.experiments, task)

    @cached_property
    def ranking(self) -> Column:
        """The metric by which experiments are ranked."""
        return self.view.best_by or self.leading(self.tasks[0])

    @cached_property
    def rankings(self) -> tuple[Column, ...]:
        """The metrics whose best value stands out: that of the ranking, and AP of every task."""
        return tuple(dict.fromkeys((self.ranking, *map(self.leading, self.tasks))))

    def best(self, metric: Column) -> tuple[Experiment, ...]:
        """The finished experiments of the best value of `metric`, never a suspect one; several may share it.

        Of results that cannot be held against each other, those of the most frequent kind are ranked.
        """
        rated = [(e, value) for e in self.experiments if (value := finished_value(e, metric)) is not None]
        pairs = ((result, each) for each in rated if (result := each[0].result(metric.task or "bbox")))
        ranked = next(iter(together(pairs)), [])
        best = (min if metric.lower_is_better else max)((value for _, value in ranked), default=None)
        return tuple(experiment for experiment, value in ranked if value == best)

    @cached_property
    def leaders(self) -> frozenset[tuple[Column, str]]:
        """Metric and id of every experiment that is the best by one of the rankings: their number stands out."""
        return frozenset((metric, best.id) for metric in self.rankings for best in self.best(metric))

    @cached_property
    def better(self) -> tuple[tuple[Experiment, Evaluation], ...]:
        """The experiments whose last evaluation of boxes (or of the first task) is not the best by AP, and that one.

        A number that was rounded up, or is better by less than a summary prints, is no better one.
        """
        task = self.tasks[0]
        pairs = [(each, each.result(task), each.best(task)) for each in self.experiments]
        return tuple((each, best) for each, last, best in pairs if last and best and not _is_one("AP", last, best))

    def rows(self, limit: int) -> tuple[Experiment, ...]:
        """At most `limit` experiments in their order: the best, then those that failed or have a finding."""
        if len(self.experiments) <= limit:
            return self.experiments
        named = {name for finding in self.open_findings for name in finding.experiments}
        ranking = self.ranking
        ranked = sorted(
            self.experiments, key=lambda e: finished_value(e, ranking) or 0.0, reverse=not ranking.lower_is_better
        )
        pressing = [e for e in self.experiments if e.id in named or e.state == "failed"]
        chosen = {id(e): e for e in (*ranked[: limit // 2], *pressing, *ranked)}
        kept = set(list(chosen)[:limit])
        return tuple(e for e in self.experiments if id(e) in kept)

    def frame(self, name: str) -> "pd.DataFrame":
        """The `experiments`, `evaluations`, `curves` or `findings` as a pandas frame, one row each; they join by `id`.

        `involved` has a row for each experiment that a finding names. Curves are those whose points are at hand: all of
        a report that `fcosreport.load` gives.
        """
        known: dict[str, Callable[[], pd.DataFrame]] = {
            "experiments": lambda: frames.experiments(self.experiments),
            "evaluations": lambda: frames.evaluations(self.experiments),
            "curves": lambda: frames.curves(self.experiments),
            "findings": lambda: frames.findings(self.findings),
            "involved": lambda: frames.involved(self.experiments, self.findings),
        }
        if name not in known:
            raise UsageError(f"there is no frame {name!r}. {suggestion(name, known)}")
        return known[name]()

    def __repr__(self) -> str:  # one line: <Report 'runs': 15 experiments, 2 errors, 4 warnings>
        sums = [english.plural(count, SEVERITIES[severity][1]) for severity, count in self.severities]
        told = (english.plural(len(self.experiments), "experiment"), *(sums or ["no findings"]))
        return f"<Report {self.title!r}: {', '.join(told)}>"

    def _repr_html_(self) -> str:
        """The page of `render --html`, in a frame of its own, for notebooks."""
        page = next(each for each in renderers() if each.name == "html").render(self)
        return f'<iframe srcdoc="{escape(str(page))}" sandbox="allow-scripts" width="100%" height="720"></iframe>'

    def grouped_findings(self, limit: int) -> Iterator[tuple[tuple[Finding, ...], int]]:
        """For each rule and severity at most `limit` open findings, and how many more there are."""
        for _, group in groupby(self.open_findings, key=lambda finding: (finding.severity, finding.code)):
            found = tuple(group)
            yield found[:limit], max(0, len(found) - limit)


def _is_one(name: str, one: Evaluation, other: Evaluation) -> bool:
    """Whether the metric of that name is the same in both: as it is printed, or in three decimals."""
    mine, theirs = one.metric(name), other.metric(name)
    if mine is None or theirs is None or mine.value is None or theirs.value is None:
        return mine is theirs
    least = _LEAST if max(mine.value, theirs.value) <= 1 else 100 * _LEAST
    return mine.agrees(theirs) or abs(mine.value - theirs.value) < least


def finished_value(experiment: Experiment, metric: Column) -> float | None:
    """The metric of an experiment that may be the best by it; None for what is not finished or has no such score."""
    result = experiment.result(metric.task) if metric.task and experiment.state == "finished" else None
    value = result[metric.key] if result else None
    return value if value is not None and math.isfinite(value) and value >= 0 else None


Render = Callable[[Report], str | bytes]
Beside = Callable[[Report], Mapping[str, str | bytes]]
Sees = Callable[[], object]


class Renderer(Struct, frozen=True):
    """A registered output. `name` is its command-line option, `filename` the file it becomes in a folder.

    `beside` gives the files that belong beside it, by their paths from its folder; `sees` gives what `render` looks at
    beside the report. One `for_programs` is English whatever the report's language, as its texts are compared and its
    keys known. One that `tells_losses` tells where the AP of results made again is lost.
    """

    name: str
    title: str
    filename: str
    render: Render
    beside: Beside | None = None
    for_programs: bool = False
    sees: Sees | None = None
    tells_losses: bool = False


_RENDERERS: dict[str, Renderer] = {}


def renderer(
    name: str,
    title: str,
    filename: str,
    beside: Beside | None = None,
    *,
    for_programs: bool = False,
    sees: Sees | None = None,
    tells_losses: bool = False,
) -> Callable[[Render], Render]:
    """Register the decorated function as the output `--name`."""

    def register(render: Render) -> Render:
        _RENDERERS[name] = Renderer(name, title, filename, render, beside, for_programs, sees, tells_losses)
        return render

    return register


@cache
def renderers() -> tuple[Renderer, ...]:
    """All outputs, by name. Raises FcosreportError for one of another package that cannot be loaded."""
    load("fcosreport.renderers", "output", _RENDERERS)
    return tuple(sorted(_RENDERERS.values(), key=lambda each: each.name))
