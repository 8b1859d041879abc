"""A few small tables with notes, as text of 80 columns or as Markdown."""

from msgspec import Struct

from fcosreport.report.table import code, text
from fcosreport.wording import MISSING, plain

WIDTH = 80


class Table(Struct, frozen=True):
    """Headings and rows of foreign text; all columns but the first `words` are numbers and set to the right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


class Printout(Struct, frozen=True):
    """A title, tables, and sentences below them."""

    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def as_text(printout: Printout, width: int = WIDTH) -> str:
    """The printout without any escape code, no line wider than `width` columns."""
    import textwrap

    parts = [textwrap.fill(plain(printout.title), width)]
    parts += [_drawn(table, width) for table in printout.tables if table.rows]
    parts += [textwrap.fill(plain(note), width) for note in printout.notes]
    return "\n\n".join(parts) + "\n"


def as_markdown(printout: Printout) -> str:
    """The printout as Markdown in which foreign text does nothing."""
    tables = ["\n".join(_markdown(table)) for table in printout.tables if table.rows]
    return "\n\n".join([f"### {text(printout.title)}", *tables, *map(text, printout.notes)]) + "\n"


def _drawn(table: Table, width: int) -> str:
    """The table as wide as its cells, or as wide as there is room: then words end in an ellipsis, numbers never."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    def shown(cell: str) -> Text:
        return Text(plain(cell) or MISSING, no_wrap=True, overflow="ellipsis")

    drawn = Drawn(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for number, heading in enumerate(table.headings):
        is_words = number < table.words
        drawn.add_column(shown(heading), justify="left" if is_words else "right", no_wrap=not is_words)
    for row in table.rows:
        drawn.add_row(*map(shown, row))
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(drawn)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _markdown(table: Table) -> list[str]:
    rule = ["---" if number < table.words else "---:" for number in range(len(table.headings))]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    return [f"| {' | '.join(cells)} |" for cells in ([_cell(heading) for heading in table.headings], rule, *rows)]


def _cell(foreign: str) -> str:
    shown = plain(foreign).replace("\\|", "∖|")
    harmless = all(c.isalnum() or c in " .+-±–~" for c in shown)
    return shown or MISSING if harmless else code(shown).replace("|", "\\|")
