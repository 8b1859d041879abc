"""The ☑️ table, and foreign text in Markdown that does nothing."""

import re
from collections.abc import Sequence
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.comparing.columns import EXPERIMENT, STATE, Cell, Column, cells_of
from fcosreport.records import Experiment
from fcosreport.report.ablation import ablation
from fcosreport.report.grouping import groups
from fcosreport.report.remade import sign
from fcosreport.report.report import STATES, Report
from fcosreport.report.showing import are_numbers, show, state_told
from fcosreport.wording import MISSING, plain

COLUMNS = 12  # what a reader can take in; the other numbers stand in tables that open on a click
ROWS = 100
_REASON = 80  # characters of why a run failed
TASKS = 4  # whose AP stands in the main table
_HARMLESS = re.compile(r"""["'(]*([^\x00-\x7f]|[A-Za-z0-9.,+='-])*[%"')]*[.,;:!?]*|[<>]=?|[=&/]""")
_DOTTED = re.compile(r"[A-Za-z]\.[A-Za-z]{2}|www\.", re.IGNORECASE)  # many viewers make a link of it
_REFERENCE = re.compile(  # GH-12, a commit, a list, a rule
    r"[A-Za-z]+-\d+|(?=[a-f]*\d)[0-9a-f]{7,40}|[-+]+|==+|.*---.*"
)


class Table(Struct, frozen=True):
    """A table, ready for the template. `numeric` tells for each column whether it is set to the right."""

    title: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


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
    further = [report.leading(other) for other in others[: TASKS - 1]]
    room = COLUMNS - 3 - len(precisions) - len(further)
    return (report.leading(task), *report.differing[:room], *precisions, *further)


def main_table(report: Report, shown: Sequence[Experiment]) -> Table:
    """The main table of a report, of the experiments that are `shown`: the usual one, or that of the ablation."""
    if report.view.ablation:
        return ablation_table(report, shown)
    return table(report, "", main_columns(report), shown)


def grouped_table(report: Report, shown: Sequence[Experiment]) -> Table:
    """The main table, its rows in groups that can be held against each other, each with its own best number.

    Above a group stands a row with what it shares. Of one group alone, or of an ablation, it is the main table.
    """
    parts = groups(report, shown)
    if report.view.ablation or len(parts) < 2:
        return main_table(report, shown)
    members = [each for part in parts for each in part.experiments]
    leaders = frozenset(chain.from_iterable(part.leaders for part in parts))
    made = table(report, "", main_columns(report), members, leaders)
    rows, told = iter(made.rows), list[tuple[str, ...]]()
    for part in parts:
        if title := ", ".join(_cell(each) for each in (part.title, part.data) if each):
            told.append((f"*{title}*", *[""] * (len(made.headings) - 1)))
        told += islice(rows, len(part.experiments))
    return replace(made, rows=tuple(told))


def table(
    report: Report,
    title: str,
    columns: Sequence[Column],
    shown: Sequence[Experiment],
    leaders: frozenset[tuple[Column, str]] | None = None,
) -> Table:
    """The experiments that have anything in `columns`; the table without a title is the main one, with all of them.

    The numbers of the `leaders` stand out; without any, those of the report's.
    """
    rows = [(experiment, cells_of(experiment, columns)) for experiment in shown]
    if title:
        rows = [(experiment, cells) for experiment, cells in rows if any(cells)]
    leaders, _ = report.leaders if leaders is None else leaders, report.view.language
    return Table(
        title,
        (_(EXPERIMENT), *(() if title else (_(STATE),)), *(_cell(_(column.label)) for column in columns)),
        (
            False,
            *(() if title else (False,)),
            *(are_numbers(cells) for cells in zip(*(r for _, r in rows), strict=True)),
        ),
        tuple(
            (
                _cell(experiment.name, is_name=True),
                *(() if title else (_state(report, experiment),)),
                *(
                    _value(cell, is_best=(column, experiment.id) in leaders)
                    for column, cell in zip(columns, cells, strict=True)
                ),
            )
            for experiment, cells in rows
        ),
    )


def _state(report: Report, experiment: Experiment) -> str:
    return f"{STATES[experiment.state]} {state_told(experiment, report.view.language)}{sign(report, experiment)}"


def kept_table(report: Report, shown: Sequence[Experiment]) -> Table:
    """The main table as it stands in a note of the user's: with what is still owed, and why a row is in doubt."""
    owed = tuple(Column("AP", task) for task in report.awaited if task not in report.tasks)
    if not report.view.columns and not report.view.ablation:
        report = replace(report, view=replace(report.view, columns=(*main_columns(report), *owed)))
    made = main_table(report, shown)
    told = [(row, _why(report, experiment)) for row, experiment in zip(made.rows, shown, strict=True)]
    return replace(made, rows=tuple((row[0], f"{row[1]}{why}", *row[2:]) for row, why in told))


def _why(report: Report, experiment: Experiment) -> str:
    """Why an experiment failed, or which finding makes it suspect; empty for any other."""
    if experiment.state == "failed" and experiment.reason:
        return f": {_cell(plain(experiment.reason, _REASON))}"
    named = [each for each in report.open_findings if experiment.id in each.experiments]
    return f": {named[0].code} {named[0].name}" if experiment.state == "suspect" and named else ""


def ablation_table(report: Report, shown: Sequence[Experiment]) -> Table:
    """The ablation table: name and state, options, metrics, and what was gained over the baseline."""
    _, leaders = report.view.language, report.leaders
    made = ablation(report, shown)
    rows = []
    for number, experiment in enumerate(shown):
        cells = (
            f"**{text}**" if column and (column, experiment.id) in leaders else _cell(text) if text else ""
            for text, column in made.cells(number, experiment)
        )
        rows.append((_cell(experiment.name, is_name=True), _state(report, experiment), *cells))
    return Table(
        "",
        (_(EXPERIMENT), _(STATE), *(_cell(_(heading)) for heading, _numeric in made.headings)),
        (False, False, *(is_numeric for _heading, is_numeric in made.headings)),
        tuple(rows),
    )


def _value(cell: Cell, *, is_best: bool) -> str:
    return f"**{show(cell)}**" if is_best else _cell(show(cell))
