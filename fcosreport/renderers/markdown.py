"""Markdown as GitHub and GitLab show it. What is shown where is said in the template `report.md`.

Foreign text does nothing there: names and log text stand in code spans, and in sentences every word that could be
markup, a link, a mention or a reference to an issue does.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fcosreport.comparing.columns import Column, cells_of
from fcosreport.records import Where
from fcosreport.report.audit import audit, places
from fcosreport.report.quoting import excerpt, quoted
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import place_in_run, show
from fcosreport.report.table import COLUMNS, ROWS, TASKS, code, grouped_table, main_columns, table, text
from fcosreport.report.templating import fill
from fcosreport.report.verdict import extent, verdict

if TYPE_CHECKING:
    from fcosreport.charts import Chart

FINDINGS = 20  # of one rule
PLACES = 6  # of one finding
QUOTED = 2  # lines of one finding
PICTURES = "report_files"  # the folder of the charts, beside the report
_SETTINGS = 22  # that differ, in tables that open on a click


def pictures(report: Report) -> dict[str, str]:
    """The charts as files, by their paths from the folder of the report."""
    return {_file(chart): chart.svg() for chart in _charts(report)}


@renderer("md", "Markdown for GitHub and GitLab", "report.md", beside=pictures)
def render(report: Report) -> str:
    """The report as one Markdown document, the same bytes for the same data."""
    shown = report.rows(ROWS)
    main = main_columns(report)
    return fill(
        report,
        "report.md",
        {"text": text, "code": code, "place": place, "picture": picture},
        audit=audit(report),
        places=places,
        leaders=[
            (metric, best, show(cells_of(best[0], (metric,))[0]))
            for metric in report.rankings[:TASKS]
            if (best := report.best(metric))
        ],
        shared=[(report.view.language(Column(setting.name).label), show(setting)) for setting in report.shared],
        table=grouped_table(report, shown),
        details=[table(report, title, columns, shown) for title, columns in _details(report, main)],
        better=[(each, place_in_run(best), show(best.metric("AP"))) for each, best in report.better],
        verdict=verdict(report),
        extent=[*extent(report)],
        quotes=_quotes(report),
        pictures=_charts(report) if report.view.with_files else (),
        shown=shown,
        ROWS=ROWS,
        FINDINGS=FINDINGS,
        PLACES=PLACES,
    )


def _quotes(report: Report) -> dict[Where, str]:
    """The lines that findings point at; of notes none, as they say that nothing is wrong."""
    told = [each for each in report.open_findings if each.severity != "info"]
    known = quoted(report, (where for each in told for where in each.where[:QUOTED]))
    return {
        where: excerpt(known[where], each.message) for each in told for where in each.where[:QUOTED] if where in known
    }


def place(where: Where) -> str:
    """A file and line, as a code span."""
    return code(f"{where.path}:{where.line}")


def picture(chart: "Chart") -> str:
    """A chart as a picture beside the report; where it cannot be seen, its description is read."""
    return f"![{text(chart.description)}]({_file(chart)})"


def _charts(report: Report) -> "tuple[Chart, ...]":
    from fcosreport.charts import charts  # what is not drawn takes no time

    return charts(report)


def _file(chart: "Chart") -> str:
    return f"{PICTURES}/{chart.name}.svg"


def _details(report: Report, main: Sequence[Column]) -> Iterator[tuple[str, tuple[Column, ...]]]:
    """The columns that the main table has no room for, in tables of their own."""
    if report.view.columns:
        return
    _ = report.view.language
    for task in report.tasks:
        left = [column for column in report.metrics(task) if column not in main]
        yield from _parted(_("Average recall, {task}", task=task), [column for column in left if column.is_recall])
        yield from _parted(_("More metrics, {task}", task=task), [column for column in left if not column.is_recall])
    settings = [column for column in report.differing if column not in main]
    yield from _parted(_("More settings"), settings[:_SETTINGS])


def _parted(title: str, columns: Sequence[Column]) -> Iterator[tuple[str, tuple[Column, ...]]]:
    for start in range(0, len(columns), COLUMNS - 1):
        yield title, tuple(columns[start : start + COLUMNS - 1])
