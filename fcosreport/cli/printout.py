"""A few small tables with notes, as text of 80 columns or as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from fcosreport.report.table import code, text
from fcosreport.wording import MISSING, plain

WIDTH = 80
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of foreign text; all columns but the first `words` are numbers and set to the right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True, slots=True)
class Printout:
    """A title, tables, and sentences below them."""

    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def as_text(printout: Printout, width: int = WIDTH) -> str:
    """The printout without any escape code, no line wider than `width` columns."""
    import textwrap

    parts = [textwrap.fill(plain(printout.title), width)]
    parts += ["\n".join(_lines(table, width)) for table in printout.tables if table.rows]
    parts += [textwrap.fill(plain(note), width) for note in printout.notes]
    return "\n\n".join(parts) + "\n"


def as_markdown(printout: Printout) -> str:
    """The printout as Markdown in which foreign text does nothing."""
    tables = ["\n".join(_markdown(table)) for table in printout.tables if table.rows]
    return "\n\n".join([f"### {text(printout.title)}", *tables, *map(text, printout.notes)]) + "\n"


def _lines(table: Table, width: int) -> list[str]:
    from rich.cells import cell_len

    rows = [tuple(plain(cell) or MISSING for cell in row) for row in (table.headings, *table.rows)]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    shown = [_line(row, widths, table.words) for row in rows]
    return [shown[0], "-" * min(width, sum(widths) + 2 * (len(widths) - 1)), *shown[1:]]


def _line(row: Sequence[str], widths: Sequence[int], words: int) -> str:
    return "  ".join(
        _fit(cell, w, right=i >= words) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
    ).rstrip()


def _fit(cell: str, width: int, *, right: bool) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(cell) > width:
        return set_cell_size(set_cell_size(cell, width - 1).rstrip() + "…", width)
    pad = " " * (width - cell_len(cell))
    return pad + cell if right else cell + pad


def _markdown(table: Table) -> list[str]:
    rule = ["---" if number < table.words else "---:" for number in range(len(table.headings))]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    return [f"| {' | '.join(cells)} |" for cells in ([_cell(heading) for heading in table.headings], rule, *rows)]


def _cell(foreign: str) -> str:
    shown = plain(foreign).replace("\\|", "∖|")
    harmless = all(c.isalnum() or c in " .+-±–~" for c in shown)
    return shown or MISSING if harmless else code(shown).replace("|", "\\|")
