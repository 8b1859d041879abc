"""A LaTeX table of results for a paper. What stands around it is said in the template `results.tex`.

Numbers are percent, as papers print them; repeats of one configuration with other seeds are one row. The table fits
into a column of a paper in two columns, and says what has no room there. The output is ASCII, except in arguments that
only xelatex and lualatex look at.
"""

import math
import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.comparing.columns import Column, cells_of, differing_columns, metric_columns
from fcosreport.comparing.noise import OF_ONE_RUN, alike, repeats
from fcosreport.comparing.scores import as_fractions, score
from fcosreport.records import Experiment, Metric
from fcosreport.report import remade
from fcosreport.report.ablation import GAIN, TICK, ablation
from fcosreport.report.paper import WIDTH, Part, fitting, width
from fcosreport.report.remade import SIGN, sign
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import are_numbers, show, state_told
from fcosreport.report.templating import fill
from fcosreport.translation import Language
from fcosreport.wording import MISSING, plain

ROWS = 50  # what a page holds
TASKS = 4  # whose AP stands in the table
_SETTINGS = 3  # that differ, at most
_PRECISIONS = ("AP", "AP50", "AP75", "APs", "APm", "APl")
_NAME, _LONGEST = 20, 60  # characters of a name: beside columns that would else go, and where there is room
_CELL = 20  # characters
_ONE_DECIMAL = 0.00051  # half a unit of what is printed, as a fraction, up to which a decimal of a percent is known
_NOTHING = "--"
_DOUBT = "†"
_TICK = r"$\surd$"  # the tick that needs no package

_SPECIAL = {
    **{character: f"\\{character}" for character in "{}_&%$#"},
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': r"{\char34}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"},
    **{"±": r"$\pm$", "–": "--", "—": "---", "…": r"\ldots{}", _DOUBT: r"$^\dagger$", SIGN[0]: _TICK},
}
_LIGATURE = re.compile(r"([-',`])(?=\1)|[?!](?=`)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


class Table(Struct, frozen=True):
    """A table in LaTeX, ready for the template. `alignment` has a letter for each column.

    One that `is_wide` takes both columns of a page. `left_out` are the labels of columns that have no room.
    """

    alignment: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_wide: bool
    left_out: tuple[str, ...]


class _Score(Struct, frozen=True):
    """A number of the table in percent as it is shown, and its standard deviation where it is a mean."""

    shown: str
    deviation: str = ""


Row = tuple[Experiment, ...]
"""The experiments of one row: one, or the repeats of one configuration."""


@renderer("latex", "LaTeX table for papers", "results.tex")
def render(report: Report) -> str:
    """A `table` that a paper takes in, with the packages that it needs in a comment."""
    _ = report.view.language
    rows = [(each,) for each in report.experiments] if report.view.ablation else _rows(report)
    shown = _shown(report, rows)
    table = _ablation(report, shown) if report.view.ablation else _table(report, shown)
    title = plain(report.title).rstrip(".")
    caption = [f"{title}.", _("Percent; the best of each column is bold, the second underlined.")]
    if any(len(row) > 1 for row in shown):
        caption.append(_("± is the sample standard deviation over n runs with other seeds."))
    firsts = [row[0] for row in shown]
    if any(len(alike(firsts, task)) < sum(task in each.tasks for each in firsts) for task in report.tasks):
        caption.append(_("What was evaluated on other data, or in another way, than most is never marked."))
    if any(row[0].state == "suspect" for row in shown):
        caption.append(_("† is in doubt and never marked."))
    if any(len(row) == 1 and sign(report, row[0]) for row in shown):
        caption.append(_("✓✓ was made again from the predictions."))
    if any(row[0].state not in ("suspect", "finished") for row in shown):
        caption.append(_("What is not finished is named so and never marked."))
    left_out = [
        (len(report.experiments) - sum(map(len, rows)), _("Left out, without a result: {experiments}.")),
        (sum(map(len, rows)) - sum(map(len, shown)), _("Left out, as the table is long: {experiments}.")),
        (report.view.hidden, _("Left out, as filtered out: {experiments}.")),
    ]
    told = [said.format(experiments=_.plural(count, "experiment")) for count, said in left_out if count]
    if table.left_out:
        names = ", ".join(map(plain, table.left_out))
        told.append(_("Left out, as a column of a paper has no room: {columns}. --columns chooses.", columns=names))
    told.extend(plain(f"{experiment.name}: {made}") for experiment, made in remade.lines(report))
    caption = [tex(sentence) for sentence in caption]
    texts = [*caption, *table.headings, *(cell for row in table.rows for cell in row)]
    return fill(
        report,
        "results.tex",
        {},
        title=tex(title),
        caption=" ".join(caption),
        left_out=told,
        needs_unicode=any("\\fcosreporttext" in text for text in texts),
        table=table,
        environment="table*" if table.is_wide else "table",
    )


def tex(foreign: str) -> str:
    """Text in LaTeX, in which no character does anything."""
    return _BEYOND_ASCII.sub(lambda found: _either(found[0]), _escaped(foreign))


def _either(text: str) -> str:
    """Characters beyond ASCII for xelatex and lualatex, and what pdflatex is to set in their place."""
    plainer = "".join(
        unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?"
        for character in text
        if not unicodedata.combining(character)
    )
    return f"\\fcosreporttext{{{text}}}{{{_escaped(plainer)}}}"


def _escaped(text: str) -> str:
    """The text with what LaTeX takes for more than a character made harmless; so is a bracket where a row begins."""
    parts = [_SPECIAL.get(character, character) for character in _LIGATURE.sub("\\g<0>\x00", text)]
    return re.sub(r"^(?=[\[*])", "{}", "".join(parts).replace("\x00", "{}"))


def _rows(report: Report) -> list[Row]:
    """The experiments that have a score, repeats together, each where its first one stands."""
    rated = [e for e in report.experiments if any(_score(e, c) for task in e.tasks for c in metric_columns([e], task))]
    groups = {members[0].id: tuple(members) for members in repeats(rated)}
    among = {experiment.id for members in groups.values() for experiment in members[1:]}
    return [groups.get(each.id, (each,)) for each in rated if each.id not in among]


def _shown(report: Report, rows: Sequence[Row]) -> list[Row]:
    """As many rows as a page holds, the best of all, in their order."""
    firsts = replace(report, experiments=tuple(row[0] for row in rows), findings=()).rows(ROWS)
    kept = {experiment.id for experiment in firsts}
    return [row for row in rows if row[0].id in kept]


def _columns(report: Report, rows: Sequence[Row]) -> tuple[Column, ...]:
    if report.view.columns:
        return report.view.columns
    task, *others = report.tasks
    precisions = [column for column in report.metrics(task) if column.key in _PRECISIONS]
    metrics = [*precisions, *(Column("AP", other) for other in others[: TASKS - 1])]
    told = [column for column in metrics if any(_score(row[0], column) for row in rows)]
    settings = [c for c in differing_columns([row[0] for row in rows]) if c.key not in OF_ONE_RUN]
    return (*settings[:_SETTINGS], *told)


def _weight(report: Report, column: Column, columns: Sequence[Column]) -> int:
    """How soon a column goes that has no room: AP never, then the first setting stays longest; sizes go first."""
    if report.view.columns or column == Column("AP", report.tasks[0]):
        return 0
    if column.task is None:
        return 1 if column == columns[0] else 5
    return 4 if column.key == "AP" else {"AP50": 2, "AP75": 3}.get(column.key, 6)


def _table(report: Report, rows: Sequence[Row]) -> Table:
    _ = report.view.language
    columns = _columns(report, rows)
    parts = []
    for column in columns:
        alignment, cells = _numbers(rows, column) if column.task else _settings(rows, column)
        weight = _weight(report, column, columns)
        parts.append(Part(column.label, alignment, _heading(column, _), cells, weight))
    return _set(report, rows, parts)


def _set(report: Report, rows: Sequence[Row], parts: Sequence[Part]) -> Table:
    """The names, and those of the parts for which a column of a paper has room beside them."""
    heading = tex(report.view.language("Experiment"))

    def names(most: int) -> list[str]:
        return [_name(report, row, most) for row in rows]

    def taken(most: int) -> float:
        return max(map(width, (heading, *names(most))))

    kept = fitting(parts, WIDTH - taken(_NAME))
    room = WIDTH - sum(part.width for part in kept)
    most = next((most for most in range(_LONGEST, _NAME, -1) if taken(most) <= room), _NAME)
    return Table(
        "".join(("l", *(part.alignment for part in kept))),
        (heading, *(part.heading for part in kept)),
        tuple(zip(names(most), *(part.cells for part in kept), strict=True)),
        is_wide=taken(most) > room,
        left_out=tuple(part.label for part in parts if part not in kept),
    )


def _ablation(report: Report, rows: Sequence[Row]) -> Table:
    """Options, metrics and gains in points; nothing stands where a result is still owed."""
    made = ablation(report, [row[0] for row in rows])
    options = [("c" if option.is_tick else "r" if option.is_numeric else "l", option) for option in made.options]
    metrics = [[_owed(cell) for cell in _numbers(rows, column)[1]] for column in made.metrics]
    gains = [f"${100 * gain[0]:+.{max(0, min(gain[1] - 2, 1))}f}$" if gain else "" for gain in made.gains]
    ticked = [[_TICK if cell == TICK else tex(_short(cell, _CELL)) for cell in option.cells] for _, option in options]
    _ = report.view.language
    parts = [
        *(
            Part(option.heading, alignment, tex(_(option.heading)), cells)
            for (alignment, option), cells in zip(options, ticked, strict=True)
        ),
        *(
            Part(column.label, "r", _heading(column, _), cells, weight=int(column.key != "AP"))
            for column, cells in zip(made.metrics, metrics, strict=True)
        ),
        Part(GAIN, "r", r"$\Delta$ AP", gains),
    ]
    return _set(report, rows, parts)


def _owed(cell: str) -> str:
    return "" if cell == _NOTHING else cell


def _name(report: Report, row: Row, most: int) -> str:
    """The name, with what is to be known of it: `fcos_seed* (n = 3)`, `fcos (suspect)`."""
    pieces = [re.split(r"(\d+)", experiment.name) for experiment in row]
    name = "".join(words[0] if len(set(words)) == 1 else "*" for words in zip(*pieces, strict=True))
    if len(row) > 1:
        told = f" (n = {len(row)})"
    elif row[0].state in ("finished", "suspect"):
        told = f"{_DOUBT if row[0].state == 'suspect' else ''}{sign(report, row[0])}"
    else:
        told = f" ({state_told(row[0], report.view.language)})"
    return tex((_short(name, most) or MISSING) + told)


def _heading(column: Column, _: Language) -> str:
    """The label, with the threshold or size of an AP set low, as papers do."""
    label = _short(_(column.label), _CELL)
    found = re.fullmatch(r"(.*\bA[PR])(\d+|[sml])", label) if column.task else None
    return f"{tex(found[1])}$_{{{found[2].upper()}}}$" if found else tex(label)


def _settings(rows: Sequence[Row], column: Column) -> tuple[str, list[str]]:
    """The alignment and the cells of a setting; a row has one where all its experiments say the same."""
    found = [cells_of(row[0], (column,))[0] for row in rows]
    texts = [
        tex(_short(show(cell), _CELL)) if cell and len({e.value(column.key) for e in row}) == 1 else _NOTHING
        for cell, row in zip(found, rows, strict=True)
    ]
    return "r" if are_numbers(found) else "l", texts


def _numbers(rows: Sequence[Row], column: Column) -> tuple[str, list[str]]:
    """The alignment and the cells of a metric, with the best and the second of what is finished marked."""
    found = [_mean([_score(experiment, column) for experiment in row]) for row in rows]
    ranked = {each.id for each in alike((row[0] for row in rows if row[0].state == "finished"), column.task or "bbox")}
    finished = {s.shown for s, row in zip(found, rows, strict=True) if s and row[0].id in ranked}
    order = sorted(finished, key=float, reverse=not column.lower_is_better)
    marks = dict(zip(order, (r"\textbf", r"\underline"), strict=False))
    texts = []
    for cell, row in zip(found, rows, strict=True):
        mark = marks.get(cell.shown) if cell and row[0].id in ranked else None
        texts.append(_number(cell, mark) if cell else _NOTHING)
    return "c" if any(cell and cell.deviation for cell in found) else "r", texts


def _number(cell: _Score, mark: str | None) -> str:
    shown = f"{mark}{{{cell.shown}}}" if mark else cell.shown
    return f"{shown} {{\\scriptsize$\\pm$ {cell.deviation}}}" if cell.deviation else shown


def _score(experiment: Experiment, column: Column) -> Metric | None:
    result = experiment.result(column.task) if column.task else None
    found = score(as_fractions(result), column.key) if result else None
    return found if found and math.isfinite(found.value or 0) else None


def _mean(metrics: Sequence[Metric | None]) -> _Score | None:
    """The mean as it is shown; None where one of the metrics is missing."""
    from statistics import fmean, stdev

    values = [100 * metric.value for metric in metrics if metric and metric.value is not None]
    if len(values) < len(metrics):
        return None
    places = 1 if all(metric.half_unit < _ONE_DECIMAL for metric in metrics if metric) else 0
    deviation = f"{stdev(values):.{places}f}" if len(set(values)) > 1 else ""
    return _Score(f"{fmean(values):.{places}f}" if fmean(values) < 1000 else f"{fmean(values):.6g}", deviation)


def _short(text: str, limit: int) -> str:
    """The text on one line, with a long one cut in its middle, as names often differ at their end."""
    text = plain(text)
    return text if len(text) <= limit else f"{text[: limit // 2 - 2]}...{text[-limit // 2 :]}"
