"""The terminal: the ☑️ table, then the findings, then the sum of it, which stands next to the prompt."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING

from fcosreport.comparing.columns import EXPERIMENT, STATE, Column, cells_of
from fcosreport.records import Experiment, Finding, Severity, State
from fcosreport.report.ablation import ablation
from fcosreport.report.report import SEVERITIES, STATES, Report, renderer
from fcosreport.report.showing import are_numbers, coverage_told, place_in_run, show, state_told
from fcosreport.translation import Language
from fcosreport.wording import MISSING, plain

if TYPE_CHECKING:
    from rich.console import JustifyMethod, RenderableType
    from rich.table import Table
    from rich.text import Text

ROWS = 100
BETTER = 5  # experiments that are named whose best evaluation is not the last
TASKS = 4  # whose best AP is named
FINDINGS = 20  # of one rule
ISSUES = 20
NOTED = 10  # that are named
PLACES = 4  # of one finding
_NARROWEST, _WIDEST = 40, 160  # columns of the terminal that are used
_NAME = 28  # columns for a name, before further numbers get theirs
_SETTINGS = 3  # that differ, before further numbers get their room
_COLORS: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "blue"}


def _terminal() -> tuple[int, bool]:
    """How many columns are used, and whether in colour."""
    is_colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST)), is_colored


@renderer("text", "Text for the terminal", "report.txt", sees=_terminal)
def render(report: Report) -> str:
    """The report as wide as the terminal; in colour where stdout is one that wants it, else without any escape code."""
    from rich.console import Console

    width, is_colored = _terminal()
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=is_colored,
        color_system="standard" if is_colored else None,
        legacy_windows=False,
    )
    for part in _parts(report, console.width):
        console.print(part, markup=False, highlight=False, emoji=False)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().split("\n")[:-1])


def _parts(report: Report, width: int) -> Iterator["RenderableType"]:
    from rich.text import Text

    _ = report.view.language
    if told := coverage_told(report.sources, _):
        yield Text(f"{told}\n", style="yellow")
    if report.experiments:
        yield from _experiments(report, width)
    for findings, more in report.grouped_findings(FINDINGS):
        for finding in findings:
            yield from _finding(finding, _)
        if more:
            told = _("… and {findings} more of {code}", findings=_.plural(more, "finding"), code=findings[0].code)
            yield Text(f"{told}: fcosreport render --json\n")
    yield from _ignored(report)
    if report.noted:
        names = ", ".join(each.name for each in report.noted[:NOTED]) + (", …" if len(report.noted) > NOTED else "")
        yield Text(plain(_("Only noted, without a word of what came of it: {names}.", names=names)) + "\n")
    for issue in report.issues[:ISSUES]:
        yield Text(plain(f"{issue.where.path}:{issue.where.line}: {issue.message}"))
    if len(report.issues) > ISSUES:
        told = _("… and {more} more", more=_.plural(len(report.issues) - ISSUES, "issue"))
        yield Text(f"{told}: fcosreport render --json")
    if report.issues:
        yield Text()
    yield from _summary(report)


def _ignored(report: Report) -> Iterator["Text"]:
    """A line for each finding that does not count, with the reason."""
    from rich.text import Text

    _ = report.view.language
    for finding in report.ignored[:FINDINGS]:
        told = f"{SEVERITIES[finding.severity][0]} {finding.code} {finding.message}"
        yield Text(plain(f"{_('ignored')}: {told} {_('Reason')}: {finding.ignored}"), style="dim")
    if len(report.ignored) > FINDINGS:
        told = _("… and {more} more", more=_.plural(len(report.ignored) - FINDINGS, "finding"))
        yield Text(f"{told}: fcosreport render --json")
    if report.ignored:
        yield Text()


def _experiments(report: Report, width: int) -> Iterator["RenderableType"]:
    from rich.text import Text

    _ = report.view.language
    if settings := report.shared:
        shared = ", ".join(f"{_(Column(s.name).label)} {show(s)}" for s in settings)
        yield Text(plain(f"{_('All share')}: {shared}"))
    yield _table(report, width)
    more = len(report.experiments) - ROWS
    if more > 0:
        yield Text(f"{_('… and {more} more', more=_.plural(more, 'experiment'))}: fcosreport render --csv")
    if report.view.hidden:
        yield Text(_("{hidden} filtered out.", hidden=_.plural(report.view.hidden, "experiment")))
    better = report.better
    if better:
        count = _.plural(len(better), "experiment")
        yield Text(_("Numbers are those of the last evaluation; {count} had a better AP before:", count=count))
    for experiment, best in better[:BETTER]:
        place = _("{value} at {place}", value=show(best.metric("AP")), place=place_in_run(best, _))
        yield Text(plain(f"  {experiment.name}: {place}"))
    yield Text()


def _summary(report: Report) -> Iterator["Text"]:
    from rich.text import Text

    _ = report.view.language
    states = [f"{_narrow(state)} {count} {_(state)}" for state, count in report.states]
    yield Text(_.plural(len(report.experiments), "experiment") + ": " * bool(states) + ", ".join(states))
    for metric in report.rankings[:TASKS]:
        for best in report.best(metric)[:1]:
            value = show(cells_of(best, (metric,))[0])
            yield Text(plain(_("Best {metric} {value}: {name}", metric=metric.name, value=value, name=best.name)))
    sums = [_.plural(count, SEVERITIES[severity][1]) for severity, count in report.severities]
    counted = [*(sums or [_("no findings")]), *([_.plural(len(report.issues), "issue")] if report.issues else [])]
    yield Text(
        ", ".join(counted)
        + (_(", {n} ignored", n=f"{len(report.ignored):,}") if report.ignored else "")
        + (_("; {checks} passed", checks=_.plural(len(report.passed), "check")) if report.passed else "")
        + (_(", {n} not run", n=len(report.not_run)) if report.not_run else "")
    )
    for name, text in report.compared:
        yield Text(plain(f"{name}: {text}"))


def _finding(finding: Finding, _: Language) -> Iterator["RenderableType"]:
    from rich.padding import Padding
    from rich.text import Text

    sign, word = SEVERITIES[finding.severity]
    head = Text(plain(f"{sign} {_(word).upper()} {finding.code} {finding.name}"), style=_COLORS[finding.severity])
    head.stylize("bold")
    yield head
    places = ", ".join(f"{where.path}:{where.line}" for where in finding.where[:PLACES])
    more = _(" and {n} more", n=len(finding.where) - PLACES) if len(finding.where) > PLACES else ""
    yield Padding(Text(plain(finding.message), style="bold"), (0, 0, 0, 2))
    if places:
        yield Padding(Text(plain(places) + more, style="dim"), (0, 0, 0, 2))
    for number, explanation in enumerate(finding.explanations, 1):
        yield Padding(Text(plain(f"{number}. {explanation}")), (0, 0, 0, 2))
    if finding.advice:
        yield Padding(Text(plain(f"→ {finding.advice}")), (0, 0, 0, 2))
    yield Text()


_SHORTEST = 12  # columns that a name has at least


def _table(report: Report, width: int) -> "Table":
    from rich.cells import cell_len
    from rich.text import Text

    _ = report.view.language
    shown = report.rows(ROWS)
    names = [plain(experiment.name) or MISSING for experiment in shown]
    longest = max(map(cell_len, (*names, _(EXPERIMENT))))
    if report.view.ablation:
        return _ablation(report, shown, names, width)
    columns, left = _fitting(report, shown, width - min(longest, _NAME))
    table = _headed(_)
    rows = [cells_of(experiment, columns) for experiment in shown]
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        table.add_column(Text(plain(_(column.label))), justify="right" if are_numbers(cells) else "left", no_wrap=True)
    leaders = report.leaders
    short = shortened(names, min(longest, _NAME) + left)
    for name, experiment, row in zip(short, shown, rows, strict=True):
        values = (
            Text(show(cell), style="bold green" if (c, experiment.id) in leaders else "")
            for c, cell in zip(columns, row, strict=True)
        )
        table.add_row(Text(name), Text(_state(experiment, _)), *values)
    return table


def _ablation(report: Report, shown: Sequence[Experiment], names: Sequence[str], width: int) -> "Table":
    from rich.cells import cell_len
    from rich.text import Text

    _, leaders = report.view.language, report.leaders
    made = ablation(report, shown)
    table = _headed(_)
    rows = [list(made.cells(number, experiment)) for number, experiment in enumerate(shown)]
    headings = [plain(_(heading)) for heading, _is_numeric in made.headings]
    widths = [  # a heading is folded between its words
        max(cell_len(text) for text in (*heading.split(), *(row[number][0] for row in rows)))
        for number, heading in enumerate(headings)
    ]
    kept = list(range(len(headings)))
    room = width - max((cell_len(_state(experiment, _)) for experiment in shown), default=0) - 4

    def left() -> int:
        return room - sum(widths[number] + 2 for number in kept)

    for heading in ("AP75", "AP50"):  # what goes where there is no room; the difference stays
        if left() < _SHORTEST and heading in headings:
            kept.remove(headings.index(heading))
    for number in kept:
        is_tick = number < len(made.options) and made.options[number].is_tick
        side: JustifyMethod = "center" if is_tick else "right" if made.headings[number][1] else "left"
        table.add_column(Text(headings[number]), justify=side, min_width=widths[number])
    names = shortened(names, min(_NAME, max(left(), _SHORTEST)))
    for name, experiment, cells in zip(names, shown, rows, strict=True):
        values = (
            Text(text, style="bold green" if (c, experiment.id) in leaders else "")
            for text, c in map(cells.__getitem__, kept)
        )
        table.add_row(Text(name), Text(_state(experiment, _)), *values)
    return table


def _headed(_: Language) -> "Table":
    """A table that begins with name and state."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(_(EXPERIMENT), no_wrap=True)
    table.add_column(_(STATE), no_wrap=True)
    return table


def _fitting(report: Report, shown: Sequence[Experiment], width: int) -> tuple[list[Column], int]:
    """The columns that there is room for beside name and state, the weightiest first, and the room that is left.

    Those that were chosen are all shown.
    """
    from rich.cells import cell_len

    if report.view.columns:
        return list(report.view.columns), 0
    task, *others = report.tasks
    precisions = [column for column in report.metrics(task) if not column.is_recall and column.key != "AP"]
    further = [Column("AP", other) for other in others]
    differing = report.differing
    first, later = differing[:_SETTINGS], differing[_SETTINGS : 2 * _SETTINGS]
    wanted = [Column("AP", task), *first, *further, *precisions, *later]
    _ = report.view.language
    left = width - 2 - max((cell_len(_state(experiment, _)) for experiment in shown), default=len(STATE))
    columns: list[Column] = []
    for column in wanted:
        texts = [plain(_(column.label)), *(show(cells_of(experiment, (column,))[0]) for experiment in shown)]
        needed = 2 + max(map(cell_len, texts))
        if needed <= left:
            columns.append(column)
            left -= needed
    shown_order = [Column("AP", task), *first, *later, *precisions, *further]
    return sorted(columns, key=shown_order.index), left


def _state(experiment: Experiment, _: Language) -> str:
    """Sign and word, with the words below each other though some signs are two columns wide."""
    from rich.cells import cell_len

    sign = _narrow(experiment.state)
    return f"{sign}{' ' * (3 - cell_len(sign))}{state_told(experiment, _)}"


def _narrow(state: State) -> str:
    """The sign without its wish for colour, which terminals give different widths."""
    return STATES[state].removesuffix("\ufe0f")


def shortened(names: Sequence[str], width: int) -> list[str]:
    """The names in at most `width` columns each, cut where they are alike, so that the difference stays visible."""
    from rich.cells import cell_len

    order = sorted(set(names))
    alike = dict.fromkeys(order, 0)
    for one, next_ in pairwise(order):
        length = len(os.path.commonprefix([one, next_]))  # noqa: RUF071  # character by character is what is meant
        alike[one], alike[next_] = max(alike[one], length), length
    return [name if cell_len(name) <= width else _cut(name, alike[name], width) for name in names]


def _cut(name: str, alike: int, width: int) -> str:
    """Keep the beginning, and what follows the first `alike` characters: `run/fcos…lr1en3_191210`."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(name[: alike + 1]) < width:
        return set_cell_size(name, width - 1).rstrip() + "…"
    room = width * 2 // 3
    while cell_len(name[alike - 1 :]) <= room:
        alike -= 1
    tail = name[alike:]
    if cell_len(tail) > room:
        tail = set_cell_size(tail, room - 1).rstrip() + "…"
    return f"{set_cell_size(name, width - cell_len(tail) - 1).rstrip()}…{tail}"
