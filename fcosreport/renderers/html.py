"""One page for the browser that needs nothing else: no network, no other file, and no script to be read."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from fcosreport.comparing.columns import EXPERIMENT, REASON, STATE, WHERE, Cell, Column, cells_of
from fcosreport.errors import OutputError
from fcosreport.records import Evaluation, Experiment, Metric, Setting
from fcosreport.report.ablation import ablation
from fcosreport.report.doubts import doubts
from fcosreport.report.first_screen import FirstScreen, first_screen
from fcosreport.report.folding import Fold, fold_told, folds
from fcosreport.report.grouping import Group, groups
from fcosreport.report.history import History, histories
from fcosreport.report.quoting import excerpt, quoted, side_by_side
from fcosreport.report.report import Report, renderer, renderers
from fcosreport.report.showing import are_numbers, show
from fcosreport.report.templating import fill, folder
from fcosreport.report.verdict import extent, verdict
from fcosreport.wording import MISSING, plain

if TYPE_CHECKING:
    from fcosreport.charts.figures import Figure

ROWS = 1000  # in the table; more make sorting slow
ALL = "runs.csv"  # beside the page
_MOST = 1_860_000  # bytes of a page, about; beyond that, experiments have no section of their own
_FINDINGS, _FINDING = 20, 1200  # of one rule, and about how many bytes each takes
_LISTED, _SOURCE = 500, 260  # sources, and about how many bytes each takes
_BADGES = 3  # findings that a row tells
_ASKED_FOR = 48  # columns that a reader may ask for
_CURVED = 16  # experiments whose sections have charts, each of which takes a while to draw
_ABLATED = 100  # rows of the table of what was changed, where it is not asked for
_EVALUATIONS, _METRICS = 20, 36  # of one experiment and task
_MANY = 40  # rows, above which each group of the table is one line that opens
_LONG = 100  # rows of a group that stand there before all are asked for, as the style has it
_SHOWN = {
    **{"LISTED": _LISTED, "PLACES": 4, "NAMED": 8, "SETTINGS": 60, "FINDINGS": _FINDINGS, "BADGES": _BADGES},
    **{"MANY": _MANY, "LONG": _LONG, "ALL": ALL},
}
_SCRIPTS = ("sortable", "page.js", "where.js", "table.js", "compare.js")
_CURVES = ("uPlot.iife", "curves.js")
CHAPTERS = {
    "curves": "Learning curves",
    "lr": "Learning rate against AP",
    "tasks": "Boxes against masks",
    "classes": "AP per class",
}


class Row(Struct, frozen=True):
    """An experiment in the table: its cells as text and whether it is a best value, then settings, then the rest.

    `result` is the evaluation that the numbers are of. `folds` are the numbers of the findings that name it, `spark`
    the points of a small curve in the colour `color`.
    """

    id: str
    experiment: Experiment
    result: Evaluation | None
    metrics: tuple[tuple[str, bool], ...]
    settings: tuple[str, ...]
    doubt: str
    folds: tuple[int, ...]
    spark: str
    color: int

    @property
    def size(self) -> int:
        """About how many bytes it takes on the page."""
        cells, badges = len(self.metrics) + len(self.settings), len(self.folds[:_BADGES])
        progress = 190 if self.result and self.result.of else 0
        curve = 75 + len(self.spark) if self.spark else 0
        return 290 + 36 * cells + 62 * badges + 2 * len(self.experiment.name) + progress + curve


class Section(Struct, frozen=True):
    """All that there is to say about one experiment, which has a row in the table."""

    id: str
    row: Row
    settings: tuple[Setting, ...]
    histories: tuple[History, ...]
    figures: tuple["Figure", ...]

    @property
    def size(self) -> int:
        """About how many bytes it takes on the page."""
        cells = sum(15 * each.cells + 150 * len(each.rows) for each in self.histories)
        charts = sum(figure.size for figure in self.figures)
        return 1500 + len(self.row.spark) + cells + charts + 60 * len(self.settings)


def beside(report: Report) -> Mapping[str, str | bytes]:
    """All experiments as CSV, where the table has no room for them."""
    csv = next(each for each in renderers() if each.name == "csv")
    return {ALL: csv.render(report)} if len(report.experiments) > ROWS else {}


@renderer("html", "A page for the browser", "report.html", beside=beside, tells_losses=True)
def render(report: Report) -> str:
    """The report as one HTML document, the same bytes for the same data.

    Raises OutputError for a template or an asset of the user's that cannot be used.
    """
    from markupsafe import Markup

    from fcosreport.charts import charts
    from fcosreport.charts.figures import figure, in_script

    shown, first, folded = report.rows(ROWS), first_screen(report), folds(report)
    parted = groups(report, shown)
    rows = {row.experiment.id: row for row in _rows(report, parted, first, folded)}
    ids = {name: row.id for name, row in rows.items()}
    figures: dict[str, list[Figure]] = defaultdict(list)
    for chart in charts(report):
        figures[chart.section].append(figure(chart, "all", ids))
    data = Markup(in_script(_data(report, rows, first)))
    spent = len(data) + sum(row.size for row in rows.values()) + sum(each.size for each in chain(*figures.values()))
    spent += _FINDING * sum(len(fold.findings[:_FINDINGS]) for fold in folded) + _SOURCE * len(report.sources[:_LISTED])
    sections = tuple(_sections(report, rows, _MOST - spent))
    drawn = chain(*figures.values(), *(section.figures for section in sections))
    used = (*_SCRIPTS, *(_CURVES if any(each.data for each in drawn) else ()))
    scripts = [_asset(report, name) if name.endswith(".js") else _vendored(report, name) for name in used]
    style = _asset(report, "vendored/uPlot.min.css") + _asset(report, "report.css")
    quotes = quoted(
        report, (where for fold in folded for each in fold.findings[:_FINDINGS] for where in each.where[:4])
    )
    known = {each.id: each for each in report.experiments}
    return fill(
        report,
        "report.html",
        {"grouped": "{:,}".format, "sha256": _sha256, "short": _without_zero, "hash": _shortened, "compact": _compact},
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        verdict=verdict(report),
        extent=tuple(extent(report)),
        numbers={finding: number for number, fold in enumerate(folded) for finding in fold.findings},
        folds=folded,
        fold_told=lambda fold: fold_told(fold, report.view.language),
        quotes=quotes,
        excerpt=excerpt,
        side_by_side=lambda finding: side_by_side(finding, known),
        first=first,
        text_columns=_texts(first, shown),
        groups=[(group, [rows[each.id] for each in group.experiments]) for group in parted],
        ablated=_ablation(report, shown, rows),
        data=data,
        shared=[(report.view.language(Column(setting.name).label), show(setting)) for setting in report.shared],
        chapters=[(name, title, figures[name]) for name, title in CHAPTERS.items() if figures[name]],
        sections=sections,
        names={experiment.id: experiment.name for experiment in report.experiments},
        targets=ids | {each.row.experiment.id: each.id for each in sections},
        rows=ids,
        **_SHOWN,
    )


def _rows(report: Report, parted: Sequence[Group], first: FirstScreen, folded: Sequence[Fold]) -> Iterator[Row]:
    from fcosreport.charts.figures import spark
    from fcosreport.charts.lines import colors

    why, color = doubts(report), colors(report)
    naming: dict[str, list[int]] = defaultdict(list)
    for number, fold in enumerate(folded):
        for name in fold.experiments:
            naming[name].append(number)
    leaders = {leader for group in parted for leader in group.leaders}
    for number, each in enumerate(experiment for group in parted for experiment in group.experiments):
        scores = zip(first.metrics, cells_of(each, first.metrics), strict=True)
        yield Row(
            f"r{number}",
            each,
            next((result for task in each.tasks if (result := each.result(task))), None),
            tuple((_score(cell), (column, each.id) in leaders) for column, cell in scores),
            tuple(map(show, cells_of(each, first.settings))),
            why.get(each.id, ""),
            tuple(naming[each.id]),
            spark(each),
            color.get(each.id, 0),
        )


def _score(cell: Cell) -> str:
    """A score to the three decimals that COCO prints, so that a column is even; all decimals stand in its section.

    Nothing for -1, which means that there is no ground truth.
    """
    if not isinstance(cell, Metric) or cell.value is None:
        return MISSING
    text = show(cell)
    return f"{cell.value:.3f}" if len(text.partition(".")[2]) > 3 else MISSING if cell.value == -1 else text


def _texts(first: FirstScreen, shown: Sequence[Experiment]) -> list[bool]:
    """Of each column of a setting, whether it holds text and is set to the left."""
    cells = [cells_of(experiment, first.settings) for experiment in shown]
    return [not are_numbers(column) for column in zip(*cells, strict=True)] or [False] * len(first.settings)


def _data(report: Report, rows: Mapping[str, Row], first: FirstScreen) -> dict[str, Any]:
    """What a reader may ask for by a condition, or as a further column, by the names that the command line knows."""
    columns = (*first.metrics, *first.settings, *first.others[:_ASKED_FOR])
    fixed = (EXPERIMENT, STATE, REASON, WHERE)
    cells = {row.id: [_told(cell) for cell in cells_of(row.experiment, columns)] for row in rows.values()}
    return {
        "names": [*fixed, *(plain(column.name) for column in columns)],
        "labels": [*fixed, *(plain(report.view.language(column.label)) for column in columns)],
        "first": len(fixed) + len(first.metrics) + len(first.settings),
        "rows": {
            row.id: [plain(e.name), e.state, plain(e.reason), plain(f"{e.where.path}:{e.where.line}"), *cells[row.id]]
            for row in rows.values()
            for e in (row.experiment,)
        },
    }


def _told(cell: Cell) -> str:
    """A cell for a condition: empty for nothing, as -1 for "no ground truth" is."""
    is_nothing = cell is None or cell.value is None or (isinstance(cell, Metric) and cell.value < 0)
    return "" if is_nothing else show(cell)


def _ablation(report: Report, shown: Sequence[Experiment], rows: Mapping[str, Row]) -> dict[str, Any] | None:
    """The table of what was changed and what that brought; None where it would tell nothing."""
    if not report.view.ablation and len(shown) > _ABLATED:
        return None
    made, leaders = ablation(report, shown), report.leaders
    if not report.view.ablation and not (made.options and any(made.gains)):
        return None
    cells = [
        (rows[each.id], [(text, (column, each.id) in leaders) for text, column in made.cells(number, each)])
        for number, each in enumerate(shown)
    ]
    return {"headings": made.headings, "rows": cells}


def _sections(report: Report, rows: Mapping[str, Row], room: int) -> Iterator[Section]:
    """Sections of the weightiest experiments, as many as `room` bytes hold, in the order of the table."""
    made = {}
    weightiest = dict.fromkeys(each.id for limit in (10, 50, 200, ROWS) for each in report.rows(limit))
    for count, name in enumerate(weightiest):
        section = _section(report, rows, rows[name], is_curved=count < _CURVED)
        room -= section.size
        if room < 0:
            break
        made[name] = section
    return (made[name] for name in rows if name in made)


def _section(report: Report, rows: Mapping[str, Row], row: Row, *, is_curved: bool) -> Section:
    from fcosreport.charts import curves_of
    from fcosreport.charts.figures import figure

    name, experiment = f"e{row.id[1:]}", row.experiment
    drawn = (figure(chart, name, {}) for chart in (curves_of(report, experiment) if is_curved else ()))
    settings = {setting.name: setting for setting in experiment.settings}  # what is declared last holds
    told = histories(experiment, _EVALUATIONS, _METRICS)
    return Section(name, row, tuple(settings.values()), tuple(told), tuple(drawn))


def _without_zero(number: str) -> str:
    """A fraction as printed tables have it: `.573`."""
    return number[1:] if number.startswith("0.") else number


def _compact(steps: int) -> str:
    """A count of epochs or iterations in little room: `12`, `9,620`, `90k`."""
    return f"{steps // 1000}k" if steps >= 10_000 and steps % 1000 == 0 else f"{steps:,}"


def _shortened(text: str) -> str:
    """The beginning of a digest, which is all that anybody compares by eye; other text as it is."""
    is_digest = len(text) >= 32 and all(digit in "0123456789abcdef" for digit in text)
    return f"{text[:12]}…" if is_digest else text


def _vendored(report: Report, name: str) -> str:
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
