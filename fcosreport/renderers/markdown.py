"""Markdown as GitHub and GitLab show it. What is shown where is said in the template `report.md`.

Foreign text does nothing there: names and log text stand in code spans, and in sentences every word that could be
markup, a link, a mention or a reference to an issue does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcosreport import frames
from fcosreport.frames import EXPERIMENT, STATE, Cell, Column
from fcosreport.records import Experiment, Where
from fcosreport.renderer import STATES, Report, renderer
from fcosreport.showing import MISSING, are_numbers, place_in_run, plain, show
from fcosreport.templating import fill

if TYPE_CHECKING:
    from fcosreport.charts import Chart

COLUMNS = 12  # what a reader can take in; the other numbers stand in tables that open on a click
ROWS = 100
TASKS = 4  # whose AP stands in the main table
FINDINGS = 20  # of one rule
PLACES = 6  # of one finding
PICTURES = "report_files"  # the folder of the charts, beside the report
_SETTINGS = 22  # that differ, in tables that open on a click

_HARMLESS = re.compile(r"""["'(]*([^\x00-\x7f]|[A-Za-z0-9.,+='-])*[%"')]*[.,;:!?]*|[<>]=?|[=&/]""")
_DOTTED = re.compile(r"[A-Za-z]\.[A-Za-z]{2}|www\.", re.IGNORECASE)  # many viewers make a link of it
_REFERENCE = re.compile(  # GH-12, a commit, a list, a rule
    r"[A-Za-z]+-\d+|(?=[a-f]*\d)[0-9a-f]{7,40}|[-+]+|==+|.*---.*"
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, ready for the template. `numeric` tells for each column whether it is set to the right."""

    title: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


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
        leaders=[
            (metric, best, show(frames.cells(best[0], (metric,))[0]))
            for metric in report.rankings[:TASKS]
            if (best := report.best(metric))
        ],
        shared=[(Column(setting.name).label, show(setting)) for setting in report.shared],
        table=table(report, "", main, shown),
        details=[table(report, title, columns, shown) for title, columns in _details(report, main)],
        better=[(each, place_in_run(best), show(best.metric("AP"))) for each, best in report.better],
        pictures=_charts(report) if report.view.with_files else (),
        shown=shown,
        ROWS=ROWS,
        FINDINGS=FINDINGS,
        PLACES=PLACES,
    )


def text(foreign: str) -> str:
    """A sentence with foreign words in it, for a paragraph or a heading."""
    return " ".join(map(_word, plain(foreign).split())) or MISSING


def code(foreign: str) -> str:
    """Foreign text as a code span, which nothing can end, for anywhere but a table."""
    shown = plain(foreign)
    if not shown:
        return MISSING
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


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


def _word(word: str) -> str:
    if _is_harmless(word):
        return word
    core = word.lstrip("(\"'")
    before, core = word[: len(word) - len(core)], core.rstrip(".,;:!?\"')")
    core += ")" * (core.count("(") - core.count(")"))
    if not core or not word.startswith(before + core):
        return code(word)
    return f"{before}{code(core)}{word[len(before + core) :]}"


def _is_harmless(word: str) -> bool:
    core = word.strip("\"'().,;:!?%")
    return bool(_HARMLESS.fullmatch(word)) and not _DOTTED.search(word) and not _REFERENCE.fullmatch(core)


def _cell(foreign: str, *, is_name: bool = False) -> str:
    """Foreign text in a table: plain where it is harmless, but names are always code."""
    shown = plain(foreign)
    if not is_name and all(map(_is_harmless, shown.split())):
        return shown or MISSING
    one_reading = shown.replace("\\|", "∖|")  # viewers disagree on a backslash before a pipe
    return code(one_reading).replace("|", "\\|")


def main_columns(report: Report) -> tuple[Column, ...]:
    """AP, what differs, the other precisions, AP of the other tasks: with name and state at most 12. Or as chosen."""
    if report.view.columns:
        return report.view.columns
    task, *others = report.tasks
    precisions = [column for column in report.metrics(task) if column.key in ("AP50", "AP75", "APs", "APm", "APl")]
    further = [Column("AP", other) for other in others[: TASKS - 1]]
    room = COLUMNS - 3 - len(precisions) - len(further)
    return (Column("AP", task), *report.differing[:room], *precisions, *further)


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


def table(report: Report, title: str, columns: Sequence[Column], shown: Sequence[Experiment]) -> Table:
    """The experiments that have anything in `columns`; the table without a title is the main one, with all of them."""
    rows = [(experiment, frames.cells(experiment, columns)) for experiment in shown]
    if title:
        rows = [(experiment, cells) for experiment, cells in rows if any(cells)]
    leaders, _ = report.leaders, report.view.language
    return Table(
        title,
        (_(EXPERIMENT), *(() if title else (_(STATE),)), *(_cell(column.label) for column in columns)),
        (
            False,
            *(() if title else (False,)),
            *(are_numbers(cells) for cells in zip(*(r for _, r in rows), strict=True)),
        ),
        tuple(
            (
                _cell(experiment.name, is_name=True),
                *(() if title else (f"{STATES[experiment.state]} {_(experiment.state)}",)),
                *(
                    _value(cell, is_best=(column, experiment.id) in leaders)
                    for column, cell in zip(columns, cells, strict=True)
                ),
            )
            for experiment, cells in rows
        ),
    )


def _value(cell: Cell, *, is_best: bool) -> str:
    return f"**{show(cell)}**" if is_best else _cell(show(cell))
