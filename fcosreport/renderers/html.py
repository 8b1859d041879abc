"""One page for the browser that needs nothing else: no network, no other file, and no script to be read."""

import base64
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from fcosreport.comparing.columns import Column, cells_of, metric_columns
from fcosreport.errors import OutputError
from fcosreport.records import Evaluation, Experiment, Finding, Metric, Setting
from fcosreport.report.ablation import ablation
from fcosreport.report.report import Report, renderer, renderers
from fcosreport.report.showing import are_numbers, show
from fcosreport.report.templating import fill, folder

if TYPE_CHECKING:
    from markupsafe import Markup

    from fcosreport.charts import Chart

ROWS = 1000  # in the table; more make sorting slow
ALL = "runs.csv"  # beside the page
_MOST = 1_800_000  # bytes of a page, about; beyond that, experiments have no section of their own
_FINDINGS = 20  # of one rule
_DIFFERING = 12  # columns of settings
_METRICS = 36  # columns of metrics
_CURVED = 16  # experiments whose sections have charts, each of which takes a while to draw
_EVALUATIONS = 20  # of one experiment and task
_SETTINGS = 60  # of one experiment, and those that all share
_SHOWN = {"LISTED": 500, "PLACES": 6, "NAMED": 8, "EXPLAINED": 3, "LEADERS": 3, "SETTINGS": _SETTINGS, "ALL": ALL}
CHAPTERS = {
    "curves": "Learning curves",
    "lr": "Learning rate against AP",
    "tasks": "Boxes against masks",
    "classes": "AP per class",
}

Numbered = tuple[int, Finding]
"""A finding with its number on the page."""


@dataclass(frozen=True, slots=True)
class Row:
    """An experiment in the table. A cell is its text and whether it is a best value."""

    id: str
    experiment: Experiment
    cells: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of experiments: its headings, each with the style of its column; `more` columns had no room."""

    headings: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart on the page; a curve has its points as JSON."""

    chart: "Chart"
    svg: "Markup"
    data: "Markup"

    @property
    def size(self) -> int:
        """About how many bytes it takes on the page."""
        return len(self.svg) + len(self.data) + len(self.chart.description) + 300


@dataclass(frozen=True, slots=True)
class History:
    """The evaluations of an experiment for one task over time, of which the first `left_out` are not shown."""

    task: str
    names: tuple[str, ...]
    rows: tuple[tuple[Evaluation, tuple[Metric | None, ...]], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Section:
    """All that there is to say about one experiment. `row` is the id of its row in the table."""

    id: str
    row: str
    experiment: Experiment
    settings: tuple[Setting, ...]
    findings: tuple[Numbered, ...]
    histories: tuple[History, ...]
    figures: tuple[Figure, ...]

    @property
    def size(self) -> int:
        """About how many bytes it takes on the page."""
        cells = sum(len(history.rows) * (15 * len(history.names) + 150) for history in self.histories)
        charts = sum(figure.size for figure in self.figures)
        return 1000 + cells + charts + 60 * len(self.settings[:_SETTINGS]) + 300 * len(self.findings)


def beside(report: Report) -> Mapping[str, str | bytes]:
    """All experiments as CSV, where the table has no room for them."""
    csv = next(each for each in renderers() if each.name == "csv")
    return {ALL: csv.render(report)} if len(report.experiments) > ROWS else {}


@renderer("html", "A page for the browser", "report.html", beside=beside)
def render(report: Report) -> str:
    """The report as one HTML document, the same bytes for the same data.

    Raises OutputError for a template or an asset of the user's that cannot be used.
    """
    from markupsafe import Markup

    from fcosreport.charts import charts

    figures: dict[str, list[Figure]] = defaultdict(list)
    for chart in charts(report):
        figures[chart.section].append(_figure(chart, "all"))
    findings = tuple(_numbered(report))
    table = _ablation(report) if report.view.ablation else _table(report)
    spent = sum(20 * len(row.cells) for row in table.rows) + sum(each.size for each in chain(*figures.values()))
    sections = tuple(_sections(report, table, [each for shown, _ in findings for each in shown], _MOST - spent))
    drawn = chain(*figures.values(), *(section.figures for section in sections))
    plots = [_script(report, "uPlot.iife")] if any(figure.data for figure in drawn) else []
    scripts = [_script(report, "sortable"), *plots, _asset(report, "report.js")]
    style = _asset(report, "vendored/uPlot.min.css") + _asset(report, "report.css")
    return fill(
        report,
        "report.html",
        {"grouped": "{:,}".format, "sha256": _sha256},
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        files_read=sum(source.kind in ("log", "note") for source in report.sources),
        leaders=[
            (metric, best, show(cells_of(best[0], (metric,))[0]))
            for metric in report.rankings
            if (best := report.best(metric))
        ],
        findings=findings,
        shared=[(report.view.language(Column(setting.name).label), show(setting)) for setting in report.shared],
        table=table,
        chapters=[(name, title, figures[name]) for name, title in CHAPTERS.items() if figures[name]],
        sections=sections,
        names={experiment.id: experiment.name for experiment in report.experiments},
        targets={row.experiment.id: row.id for row in table.rows} | {each.experiment.id: each.id for each in sections},
        **_SHOWN,
    )


def _numbered(report: Report) -> Iterator[tuple[tuple[Numbered, ...], int]]:
    """The findings that are shown, one rule after the other, and how many more of it there are."""
    number = 0
    for shown, more in report.grouped_findings(_FINDINGS):
        yield tuple(enumerate(shown, number)), more
        number += len(shown)


def _table(report: Report) -> Table:
    shown = report.rows(ROWS)
    columns, more = _columns(report)
    values = [cells_of(experiment, columns) for experiment in shown]
    styles = ("" if are_numbers(cells) else "t" for cells in zip(*values, strict=True))
    headings = tuple(zip((report.view.language(column.label) for column in columns), styles, strict=False))
    leaders = report.leaders
    rows = []
    for number, (experiment, cells) in enumerate(zip(shown, values, strict=True)):
        told = zip(columns, cells, strict=True)
        texts = tuple((show(cell), (column, experiment.id) in leaders) for column, cell in told)
        rows.append(Row(f"r{number}", experiment, texts))
    return Table(headings, tuple(rows), more)


def _ablation(report: Report) -> Table:
    shown, leaders = report.rows(ROWS), report.leaders
    made = ablation(report, shown)
    rows = []
    for number, experiment in enumerate(shown):
        cells = ((text, (column, experiment.id) in leaders) for text, column in made.cells(number, experiment))
        rows.append(Row(f"r{number}", experiment, tuple(cells)))
    headings = ((report.view.language(heading), "" if is_numeric else "t") for heading, is_numeric in made.headings)
    return Table(tuple(headings), tuple(rows), 0)


def _columns(report: Report) -> tuple[tuple[Column, ...], int]:
    """The columns that were chosen; else AP, what differs, precisions, AP of other tasks, recalls, and the rest.

    And how many there was no room for.
    """
    if report.view.columns:
        return report.view.columns, 0
    task, *others = report.tasks
    own, further = report.metrics(task), [column for other in others for column in report.metrics(other)]
    precisions = (column for column in own if not column.is_recall)
    first, *metrics = dict.fromkeys(
        (Column("AP", task), *precisions, *(column for column in further if column.key == "AP"), *own, *further)
    )
    settings = report.differing
    shown = (first, *settings[:_DIFFERING], *metrics[:_METRICS])
    return shown, 1 + len(settings) + len(metrics) - len(shown)


def _sections(report: Report, table: Table, findings: Sequence[Numbered], room: int) -> Iterator[Section]:
    """Sections of the weightiest experiments, as many as `room` bytes hold, in the order of the table."""
    naming = defaultdict(list)
    for number, finding in findings:
        for name in finding.experiments:
            naming[name].append((number, finding))
    made = {}
    places = {row.experiment.id: row for row in table.rows}
    weightiest = dict.fromkeys(each.id for limit in (10, 50, 200, ROWS) for each in report.rows(limit))
    for count, name in enumerate(weightiest):
        row = places[name]
        section = _section(report, row, tuple(naming[name][:_FINDINGS]), is_curved=count < _CURVED)
        room -= section.size
        if room < 0:
            break
        made[row.id] = section
    return (made[row.id] for row in table.rows if row.id in made)


def _section(report: Report, row: Row, findings: tuple[Numbered, ...], *, is_curved: bool) -> Section:
    from fcosreport.charts import curves_of

    name, experiment = f"e{row.id[1:]}", row.experiment
    figures = (_figure(chart, name) for chart in (curves_of(report, experiment) if is_curved else ()))
    settings = {setting.name: setting for setting in experiment.settings}  # what is declared last holds
    histories = tuple(_histories(experiment))
    return Section(name, row.id, experiment, tuple(settings.values()), findings, histories, tuple(figures))


def _histories(experiment: Experiment) -> Iterator[History]:
    """The evaluations over all classes, each task's for themselves; classes have a chart of their own."""
    for task in experiment.tasks:
        told = [each for each in experiment.evaluations if each.task == task and each.category is None]
        names = tuple(column.key for column in metric_columns((experiment,), task))[:_METRICS]
        rows = tuple((each, tuple(map(each.metric, names))) for each in told[-_EVALUATIONS:])
        yield History(task, names, rows, len(told) - len(rows))


def _figure(chart: "Chart", prefix: str) -> Figure:
    from markupsafe import Markup

    return Figure(chart, Markup(chart.inline(prefix)), Markup(_points(chart) if chart.is_curve else ""))


def _points(chart: "Chart") -> str:
    """A curve as JSON that nothing in it can end, whatever a name holds."""
    data = {
        **{"x": chart.x_label, "y": chart.y_label, "xLog": chart.x_is_log, "yLog": chart.y_is_log},
        **{"yRange": chart.y_range, "description": chart.description},
        "series": [
            {
                **{"name": series.name, "color": series.variable, "dashed": series.dashed},
                "x": [_short(x, 7) for x in series.x],
                "y": [_short(y, 4) for y in series.y],
            }
            for series in chart.series
        ],
    }
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def _short(value: float | None, digits: int) -> float | None:
    """The value at so many digits as a screen can show, or None for what is no number."""
    if value is None or not math.isfinite(value):
        return None
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() else short


def _script(report: Report, name: str) -> str:
    """A script of others, behind its licence."""
    licence = _asset(report, f"vendored/{name.partition('.')[0]}.LICENSE.txt")
    return f"/*!\n{licence}\n*/\n{_asset(report, f'vendored/{name}.min.js')}"


def _asset(report: Report, name: str) -> str:
    """The text of a file in the folder `assets`, the user's own before ours."""
    places = [place / "assets" / name for place in (report.view.templates, folder()) if place]
    file = next(filter(Path.is_file, places), places[-1])
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{file}: {error}. Mend the file or remove it.") from error


def _sha256(text: str) -> str:
    """What the policy knows a style or script by."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
