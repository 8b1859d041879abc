"""The tables of a note as rows of cells, in Markdown, in HTML or as sheets. No meaning yet."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import chain, pairwise

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.notes.blocks import Block, blocks_of, cells_of
from fcosreport.notes.markup import LONGEST_TITLE, Markup
from fcosreport.notes.sheets import Sheet, sheets
from fcosreport.vocabulary.headers import header
from fcosreport.wording import HUGE_ESCAPE, unescaped

MOST_HTML = 1 << 20
"""Characters of one HTML table that are read."""
_SPAN = 40  # columns or rows that a cell may span

_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{0,300})\]\(\s*<?([^()\s<>]{1,800})")
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,200}?href\s*=\s*[\"']?([^\"'<>\s]{1,800})[\"']?[^<>]{0,200}>(.{0,300}?)</a>", re.I | re.S
)
_BARE = re.compile(r"(?<![(<\"'=\w])https?://[^\s<>()\[\]|`，。]{4,500}")
"""An address that stands by itself."""
_WHOLE_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{0,300})\]\([^()\n]{0,900}\)")
_REFERENCE = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,100}\]")
"""A link whose target stands elsewhere: `[YOLOv5n][assets]`."""
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,900}\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,900}>")
_EMPHASIS = re.compile(r"\\([_*|])|(?<!\d)\*+|\*+(?!\d)|~~|`|(?<!\w)_+|_+(?!\w)")
"""Marks that are left out; an escaped one stays, and one that multiplies: `1333*800`."""
_EMPHASIZED = re.compile(r"[*~`_\\]")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_BEST = re.compile(r"^[\u2600-\u27bf\u2b50\ufe0f\U0001f300-\U0001faff]+ ?(?=\.?\d)")
"""A sign that shows the best of a column: `✅0.52`."""
_MARKS = re.compile(r"[][<>&*~`_\\]")
"""The characters of all the above: most cells have none."""
_COMMA = re.compile(r"\W{0,4}(?:0,\d{2,18}\s*%?|\d{1,2},\d{1,2}\s?%)\W{0,4}")
"""A number that only its comma parts, beside which `19,39` is no 1939."""
_PARTED = re.compile(r"\W{0,4}\d{1,3},\d{1,2}\W{0,4}")
_POINT = re.compile(r"\d\.\d")
_ALONE = re.compile(r"^(\W*\d{1,3}),(\d{1,18}(?![\d,])[^,]*)$")
_WITH_COMMA = re.compile(r"\b(0),(\d)")
_IN_FORMULA = re.compile(r"\$ ?(?:\\(?:mathbf|textbf|bm)\{)?(\d{1,3}(?:\.\d{1,18})?)(?: ?\\(%))?\}?(?: ?\\(%))? ?\$")
"""A number that is written as a formula: `$85.9\\%$`."""
_BEFORE = re.compile(r"^\s*%\s?(\d{1,3}(?:[.,]\d{1,18})?)\s*$")
"""A percentage as Turkish writes it: `%97.3`."""
_RULED = re.compile(r"^[ \t]*+\|?+[ \t]*+:?+-{2,}+:?+[ \t]*+\|", re.M)
_BOLD_TITLE = re.compile(r"(?:\*\*|__)([^*_\n]{2,200}?)(?:\*\*|__)\s*:?")


class Cell(Struct, frozen=True):
    """A cell: its text without markup, its markup, and its links as (text, target)."""

    text: str
    raw: str
    links: tuple[tuple[str, str], ...] = ()


_EMPTY = Cell("", "")


@dataclass(slots=True)
class Grid:
    """A table: its headers and, for each row, the line and the cells. `title` is the heading above, at `section`,
    `around` the headings that this one stands below.

    `is_code`: it stands in a code block, as what a program printed.
    """

    line: int
    title: str
    section: int
    headers: list[Cell]
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    is_code: bool = False
    around: str = ""


def grids(note: Markup, lists: Iterable[Sheet] = ()) -> Iterator[Grid]:
    """The tables in a note, in their order, with the `lists` that are read as such."""
    found = [*_markdown(note.blocks), *_html(note), *_set(chain(sheets(note), lists))]
    titles = list(_titles(note.blocks)) if found else []
    for grid in sorted(found, key=lambda each: each.line):
        above = bisect_left(titles, (grid.line, "", ""))
        grid.section, grid.title, grid.around = titles[above - 1] if above else (0, "", "")
        if _has_commas([each.text for _, cells in grid.rows for each in cells]):
            grid.headers = [_with_points(each, _WITH_COMMA) for each in grid.headers]
            grid.rows = [(line, [_with_points(each, _ALONE) for each in cells]) for line, cells in grid.rows]
        yield grid


def _has_commas(texts: Sequence[str]) -> bool:
    """Whether a comma parts the digits of the numbers of a table: in one that has nothing else, or in all of them."""
    is_sure = any(map(_COMMA.fullmatch, texts))
    return is_sure or (sum(map(bool, map(_PARTED.fullmatch, texts))) > 1 and not any(map(_POINT.search, texts)))


def _with_points(cell: Cell, number: re.Pattern[str]) -> Cell:
    """The cell with a point in a number that is written with a comma."""
    return replace(cell, text=number.sub(r"\1.\2", cell.text), raw=number.sub(r"\1.\2", cell.raw))


def cell(raw: str) -> Cell:
    """A cell from its Markdown or HTML."""
    if not raw:
        return _EMPTY
    raw = raw[:5000]
    raw = _BEFORE.sub(r"\1%", raw) if "%" in raw else raw
    raw = _IN_FORMULA.sub(r"\1\2\3", raw) if "$" in raw else raw
    bare = [("", target) for target in _BARE.findall(raw)] if "://" in raw else []
    if not _MARKS.search(raw):
        return Cell(_BEST.sub("", " ".join(raw.split())), raw, tuple(bare))
    return Cell(_text(raw), raw, (*((_text(label), target) for label, target in links_in(raw)), *bare))


def links_in(raw: str) -> Iterator[tuple[str, str]]:
    """The links in Markdown or HTML: the markup of the text of each, and its target."""
    for label, target in _LINK.findall(_IMAGE.sub("", raw)) if "](" in raw else ():
        yield label, unescaped(target)
    for target, label in _ANCHOR.findall(raw) if "<" in raw else ():
        yield label, unescaped(target)


def _text(raw: str) -> str:
    text = _WHOLE_LINK.sub(r"\1", _IMAGE.sub("", raw)) if "](" in raw else raw
    text = _REFERENCE.sub(r"\1", text) if "][" in text else text
    text = _TAG.sub("", _BREAK.sub(" ", text)) if "<" in text else text
    text = unescaped(text)
    text = _EMPHASIS.sub(r"\1", text) if _EMPHASIZED.search(text) else text
    return _BEST.sub("", " ".join(text.split()))


def _titles(blocks: Sequence[Block]) -> Iterator[tuple[int, str, str]]:
    """The line and text of each heading, and the texts of those around it."""
    level = 0
    around: list[tuple[int, str]] = []
    for token in blocks:
        if token.type == "inline" and token.map:
            bold = _BOLD_TITLE.fullmatch(token.content.strip())
            text = _text(token.content[:LONGEST_TITLE]) if level or bold else ""
            while level and around and around[-1][0] >= level:
                around.pop()
            if level or bold:
                yield token.map[0] + 1, text, " ".join(above for _, above in around)
            if level:
                around.append((level, text))
        level = int(token.tag[1]) if token.type == "heading_open" else 0


def _markdown(blocks: Sequence[Block], first: int = 1, *, is_code: bool = False) -> list[Grid]:
    found: list[Grid] = []
    is_open = False
    for token in blocks:
        if token.type == "table":
            (line, headers), *rows = [(line + first, list(map(cell, cells))) for line, cells in token.rows]
            if rows and _is_second(headers, rows[0][1]):
                headers, rows = _joined(headers, rows[0][1]), rows[1:]
            found.append(Grid(line, "", 0, headers, rows, is_code))
            is_open = True
            continue
        more = list(_more(token, len(found[-1].headers), first)) if is_open else []
        if is_open := bool(more):
            found[-1].rows.extend(more)
        if token.type in ("fence", "code_block") and token.map and _RULED.search(token.content):
            inside = token.map[0] + first + (token.type == "fence")
            found.extend(_markdown(blocks_of(token.content), inside, is_code=True))
    return found


def _is_second(headers: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether the first row is a second one of headers: below groups, of which some span columns, it names metrics."""
    spans = any(above.text and not beside.text for above, beside in pairwise(headers))
    told = [header(each.text).kind for each in row if each.text] if spans else ()
    return len(told) > 1 and 2 * told.count("metric") >= len(told)


def _joined(headers: Sequence[Cell], row: Sequence[Cell]) -> list[Cell]:
    """One row of headers of two: each group before the names below it."""
    group, names = "", list[str]()
    for above, below in zip(headers, row, strict=True):
        group = above.raw or group
        names.append(f"{group} {below.raw}".strip())
    return list(map(cell, names))


def _more(token: Block, width: int, first: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a paragraph below a table that an empty line cut: each as wide as it, between pipes."""
    lines = token.content.split("\n") if token.type == "inline" and token.map else []
    rows = [cells_of(line) if line.startswith("|") and line.rstrip().endswith("|") else [] for line in lines]
    if token.map and all(len(cells) == width for cells in rows):
        yield from ((token.map[0] + first + at, list(map(cell, cells))) for at, cells in enumerate(rows))


def _set(found: Iterable[Sheet]) -> Iterator[Grid]:
    for (line, headers), *rows in found:
        yield Grid(line, "", 0, list(map(cell, headers)), [(number, list(map(cell, cells))) for number, cells in rows])


def _html(note: Markup) -> Iterator[Grid]:
    masked = list(note.rows)
    for start, end in (t.map for t in note.blocks if t.type in ("fence", "code_block") and t.map):
        masked[start:end] = [""] * (end - start)
    text = "\n".join(masked)
    low, at, line, counted = text.lower(), 0, 1, 0
    while (at := low.find("<table", at)) >= 0:
        end = low.find("</table", at)
        end = min(end if end >= 0 else len(text), at + MOST_HTML)
        line += text.count("\n", counted, at)
        counted = at
        parser = _Table(line)
        parser.feed(HUGE_ESCAPE.sub("", text[at:end]))
        parser.close()
        if grid := parser.grid():
            yield grid
        at = end + 1


class _Table(HTMLParser):
    """The rows of one HTML table. Cells that span columns or rows stand in each of them."""

    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.line = line
        self.rows: list[tuple[int, bool, list[Cell]]] = []
        self.cells: list[tuple[str, int, int]] = []
        self.heads = 0
        self.at = line
        self.text: list[str] | None = None
        self.span = (1, 1)
        self.waiting: dict[int, tuple[Cell, int]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_row()
            self.at = self.line + self.getpos()[0] - 1
        elif tag in ("td", "th"):
            self._end_cell()
            if not self.cells:
                self.at = self.line + self.getpos()[0] - 1
            self.heads += tag == "th"
            values = dict(attrs)
            self.span = (_count(values.get("colspan")), _count(values.get("rowspan")))
            self.text = []
        elif self.text is not None:
            self.text.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "thead"):
            self._end_row()
        elif self.text is not None:
            self.text.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(escape(data, quote=False))

    def close(self) -> None:
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self.text is not None:
            self.cells.append(("".join(self.text), *self.span))
            self.text = None

    def _end_row(self) -> None:
        self._end_cell()
        if not self.cells:
            return
        row: list[Cell] = []
        for raw, columns, rows in self.cells:
            self._fill(row)
            made = cell(raw)
            for _ in range(columns):
                if rows > 1:
                    self.waiting[len(row)] = (made, rows - 1)
                row.append(made)
        self._fill(row)
        self.rows.append((self.at, self.heads == len(self.cells), row[:200]))
        self.cells, self.heads = [], 0

    def _fill(self, row: list[Cell]) -> None:
        """Put in what cells of the rows above span, and count down."""
        while len(row) in self.waiting and len(row) < 200:
            above, left = self.waiting.pop(len(row))
            if left > 1:
                self.waiting[len(row)] = (above, left - 1)
                row.append(above)
                continue
            row.append(above)

    def grid(self) -> Grid | None:
        """The table; header rows above each other are joined column by column."""
        if len(self.rows) < 2:
            return None
        heads = 1
        while heads < len(self.rows) - 1 and heads < 4 and self.rows[heads][1]:
            heads += 1
        headers = []
        for column in range(len(self.rows[heads - 1][2])):
            above = [row[column].raw for _, _, row in self.rows[:heads] if column < len(row)]
            headers.append(cell(" ".join(dict.fromkeys(above))))
        made = Grid(self.line, "", 0, headers)
        made.rows = [(line, row) for line, _, row in self.rows[heads:]]
        return made


def _count(text: str | None) -> int:
    return min(int(text), _SPAN) if text and text.isdecimal() and len(text) < 4 and int(text) else 1
