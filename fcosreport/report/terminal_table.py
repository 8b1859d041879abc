"""The ☑️ table as wide as a terminal: the columns that have room, and the names cut where they are alike."""

import os
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from fcosreport.comparing.columns import EXPERIMENT, STATE, Column, cells_of
from fcosreport.records import Experiment, State
from fcosreport.report import remade
from fcosreport.report.ablation import ablation
from fcosreport.report.first_screen import first_screen
from fcosreport.report.grouping import groups
from fcosreport.report.report import STATES, Report
from fcosreport.report.showing import are_numbers, show, state_told
from fcosreport.wording import MISSING, plain

if TYPE_CHECKING:
    from rich.console import JustifyMethod, RenderableType
    from rich.table import Table
    from rich.text import Text

_NAME = 28  # columns for a name, before further numbers get theirs
_SHORTEST = 12  # columns that a name has at least
_COLORS: dict[State, str] = {
    "finished": "green",
    "suspect": "yellow",
    "stopped": "yellow",
    "failed": "red",
    "running": "cyan",
}


def terminal_table(report: Report, most: int, width: int) -> tuple[list["RenderableType"], tuple[str, ...]]:
    """The table of at most so many experiments in so many columns, and the headings that have no room there."""
    from rich.cells import cell_len

    _ = report.view.language
    shown = report.rows(most)
    longest = max(cell_len(text) for text in (*map(_named, shown), _(EXPERIMENT)))
    if report.view.ablation:
        return _ablation(report, shown, width)
    columns, left = _fitting(report, shown, width - min(longest, _NAME))
    screen = first_screen(report)
    gone = (each for each in (*screen.metrics, *screen.settings) if each not in columns)
    return _grouped(report, shown, columns, min(longest, _NAME) + left), tuple(_(each.label) for each in gone)


def _grouped(
    report: Report, shown: Sequence[Experiment], columns: Sequence[Column], room: int
) -> list["RenderableType"]:
    """The rows, those that can be compared together below what they share, the best of each in bold."""
    from rich.text import Text

    _ = report.view.language
    parts = groups(report, shown)
    leaders = frozenset(chain.from_iterable(part.leaders for part in parts))
    names = dict(zip((each.id for each in shown), shortened([*map(_named, shown)], room), strict=True))
    cells = {each.id: cells_of(each, columns) for each in shown}
    rows = {
        each.id: [
            Text(names[each.id]),
            _state(each, report),
            *(
                Text(show(cell), style="bold green" if (column, each.id) in leaders else "")
                for column, cell in zip(columns, cells[each.id], strict=True)
            ),
        ]
        for each in shown
    }
    headings = [Text(_(EXPERIMENT)), Text(_(STATE)), *(Text(plain(_(column.label))) for column in columns)]
    widths = [max(text.cell_len for text in column) for column in zip(headings, *rows.values(), strict=True)]
    rights = [False, False, *(are_numbers(column) for column in zip(*cells.values(), strict=True))]

    def table(*experiments: Experiment, is_headed: bool = False) -> "Table":
        made = _empty(is_headed=is_headed)
        for heading, width, is_right in zip(headings, widths, rights, strict=True):
            made.add_column(heading, width=width, no_wrap=True, justify="right" if is_right else "left")
        for each in experiments:
            made.add_row(*rows[each.id])
        return made

    drawn: list[RenderableType] = [table(is_headed=True)]
    for part in parts:
        title = ", ".join(filter(None, (part.title, part.data)))
        if len(parts) > 1 and title:
            drawn.append(Text(plain(title), style="dim italic", no_wrap=True, overflow="ignore"))
        drawn.append(table(*part.experiments))
    return drawn


def _ablation(
    report: Report, shown: Sequence[Experiment], width: int
) -> tuple[list["RenderableType"], tuple[str, ...]]:
    from rich.cells import cell_len
    from rich.text import Text

    _, leaders = report.view.language, report.leaders
    made = ablation(report, shown)
    table = _empty(is_headed=True)
    table.add_column(_(EXPERIMENT), no_wrap=True)
    table.add_column(_(STATE), no_wrap=True)
    rows = [list(made.cells(number, experiment)) for number, experiment in enumerate(shown)]
    headings = [plain(_(heading)) for heading, _is_numeric in made.headings]
    widths = [  # a heading is folded between its words
        max(cell_len(text) for text in (*heading.split(), *(row[number][0] for row in rows)))
        for number, heading in enumerate(headings)
    ]
    kept = list(range(len(headings)))
    room = width - max((_state(experiment, report).cell_len for experiment in shown), default=0) - 4

    def left() -> int:
        return room - sum(widths[number] + 2 for number in kept)

    metrics = (headings.index(heading) for heading in ("AP75", "AP50") if heading in headings)
    for number in (*metrics, *range(len(made.options) - 1, 0, -1)):  # the difference stays
        if left() < _SHORTEST:
            kept.remove(number)
    for number in kept:
        is_tick = number < len(made.options) and made.options[number].is_tick
        side: JustifyMethod = "center" if is_tick else "right" if made.headings[number][1] else "left"
        table.add_column(Text(headings[number]), justify=side, min_width=widths[number])
    names = shortened([*map(_named, shown)], min(_NAME, max(left(), _SHORTEST)))
    for name, experiment, cells in zip(names, shown, rows, strict=True):
        values = (
            Text(text, style="bold green" if (c, experiment.id) in leaders else "")
            for text, c in map(cells.__getitem__, kept)
        )
        table.add_row(Text(name), _state(experiment, report), *values)
    return [table], tuple(heading for number, heading in enumerate(headings) if number not in kept)


def _empty(*, is_headed: bool) -> "Table":
    """A table without columns."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), show_header=is_headed)


def _fitting(report: Report, shown: Sequence[Experiment], width: int) -> tuple[list[Column], int]:
    """The columns that there is room for beside name and state, the weightiest first, and the room that is left.

    Those that were chosen are all shown.
    """
    from rich.cells import cell_len

    screen, _ = first_screen(report), report.view.language
    everything = (*screen.metrics, *screen.settings)
    if report.view.columns:
        return list(report.view.columns), 0
    wanted = sorted(everything, key=lambda each: (each != report.ranking, each.task is not None, each.key != "AP"))
    left = width - 2 - max((_state(experiment, report).cell_len for experiment in shown), default=len(STATE))
    kept: set[Column] = set()
    for column in wanted:
        texts = [plain(_(column.label)), *(show(cells_of(experiment, (column,))[0]) for experiment in shown)]
        needed = 2 + max(map(cell_len, texts))
        if needed <= left:
            kept.add(column)
            left -= needed
    return [column for column in everything if column in kept], left


def _named(experiment: Experiment) -> str:
    return plain(experiment.name) or MISSING


def _state(experiment: Experiment, report: Report) -> "Text":
    """Sign and word, with the words below each other though some signs are two columns wide."""
    from rich.cells import cell_len
    from rich.text import Text

    sign = narrow(experiment.state)
    told = f"{state_told(experiment, report.view.language)}{remade.sign(report, experiment)}"
    return Text(f"{sign}{' ' * (3 - cell_len(sign))}{told}", style=_COLORS.get(experiment.state, "dim"))


def narrow(state: State) -> str:
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
