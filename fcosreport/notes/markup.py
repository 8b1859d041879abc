"""The Markdown of a note as a flat list of lines: what is a heading, a list item, a rule, code. No meaning yet."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from fcosreport.notes.blocks import Block, blocks_of
from fcosreport.records import Setting

Kind = Literal["heading", "item", "text", "rule", "code"]
Box = Literal["", "open", "done", "failed"]

MOST_LINES = 100_000
"""Lines of a note whose structure is read; a note written by hand is far shorter, and parsing takes its time."""
LONGEST_TITLE = 300
"""Characters of a heading that are kept: each run and each row of a table below it has them."""

OPEN_BOX = re.compile(r"(?:\[ ?\](?=\s|$)|[☐□⬜🔲])️?\s*")
"""A box that is not ticked yet, with the blanks behind it."""
_BOXES: tuple[tuple[Box, re.Pattern[str]], ...] = (
    ("open", OPEN_BOX),
    ("done", re.compile(r"(?:\[[xX✓√]\](?=\s|$)|[☑✅✔🗹])️?\s*")),
    ("failed", re.compile(r"(?:\[-\](?=\s|$)|[❌✗✘☒✖])️?\s*")),
)
_BOX_BEGINS = frozenset("[☐□⬜🔲☑✅✔🗹❌✗✘☒✖")
_GLUED_HEADING = re.compile(r"^([ \t]*(?:[-*+][ \t]+)*)(#{2,6}|#(?=[A-Z\u0080-\uffff](?!.* #)))(?=[^#\s])", re.M)
_ADDED = re.compile(r"^([ \t]*(?:[-*]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)\+ (?=\S)", re.M)
"""What an item adds to the run above it, `- + mosaic: 0.61`, where Markdown sees a list in a list."""
_HTML_HEADING = re.compile(r"^[ ]{0,3}<h([1-6])(?:\s[^<>\n]{0,200})?>(.{1,300}?)</h\1>[ \t]*$", re.M | re.I)
_SUMMARY = re.compile(
    r"^[ ]{0,3}(?:<details[^<>\n]{0,200}>[ \t]*\n?[ ]{0,3})?<summary>(.{1,300}?)</summary>[ \t]*$", re.M
)
"""What stands above a part of a note that is folded away: its heading, unless it only says so."""
_UNFOLDS = re.compile(r"(?i)\b(?:click|expand|show|see|view|more|details?|toggle)\b|展开|点击|詳細|자세히")
_TAG = re.compile(r"</?\w[^<>\n]{0,200}>")
_STATEMENT = re.compile(r"[=:：]\s*\S|\S(?:\t|  ).*\S(?:\t|  )")
"""What a line that a rule is drawn below says, where it is no heading: a value, or the titles of columns."""
_BOLD_HEADING = re.compile(
    r"(?:\*\*|__)(?!(?:\S+ ){4}.*[.!]\s*[*_]|.{8,}[。！]\s*[*_])([^*_|\n][^*|\n]{0,98}?)(?:\*\*|__)\s*[:：.。]?"
)
"""A line in bold letters that is no sentence: one of five words or more that ends as sentences do."""
_WRAPPED = re.compile(r"(= ?)(\n[ \t]*)(\d[\d.]*%?[.,;]?)")
"""A number that an editor wrapped behind its sign."""
BOLD_LEVEL = 7
"""The level of a line in bold letters that stands for a heading: below every real one."""
_PROGRAM = re.compile(
    r"(?i)\s*\{?\.?(?:py(?:thon|con)?3?|(?:ba|z)?sh|shell|console|c|cpp|c\+\+|java\w*|js|ts|go|rust|diff|html|css|sql"
    r"|docker\w*|ya?ml|toml|xml|(?:la)?tex|mermaid)\b"
)
"""Languages of code whose names with numbers are no results: programs and their settings."""
_MARK = re.compile(r"<!--\s*fcosreport:(?:(begin) experiments(?: hash=(\w+))?|(end) experiments)\s*-->")
_WRITTEN = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_MEANT_AS_MARK = re.compile(r"<!--\s*fcosreport\s*:?\s*(?:begin|end)\b", re.I)


class Line(Struct, frozen=True):
    """A line of a note without its Markdown. `level` is the heading's, `depth` the number of lists around it.

    A block of code is one, whose text begins in line `number`, or in the one below where a fence opens it.
    """

    number: int
    kind: Kind
    text: str = ""
    level: int = 0
    depth: int = 0
    box: Box = ""
    is_fenced: bool = False


class Markup(Struct, frozen=True):
    """The lines of a note in order; the fences that are never closed; whether it is too long to be read whole.

    `rows` are the lines as they are written, `blocks` what Markdown makes of them.
    """

    lines: tuple[Line, ...]
    unclosed: tuple[int, ...]
    cut: bool
    rows: Sequence[str]
    blocks: Sequence[Block]


class Mark(Struct, frozen=True):
    """A comment, alone on its line, that begins or ends the table that fcosreport keeps in a note.

    `stamp` is the hash that the begin may carry. `kind` is empty for one that is meant as a mark and is none.
    """

    line: int
    kind: Literal["begin", "end", ""]
    stamp: str = ""


def parse(text: str) -> Markup:
    """Read any text; CR, LF and CR LF each end a line. Tables and HTML give no lines."""
    rows = _rows(text)
    cut = len(rows) > MOST_LINES
    rows = rows[:MOST_LINES]
    marked = _HTML_HEADING.sub(_marked, _GLUED_HEADING.sub(r"\1\2 ", "\n".join(rows)))
    marked = _ADDED.sub(r"\1\\+ ", marked) if " + " in marked else marked
    blocks = blocks_of(_SUMMARY.sub(_unfolded, marked) if "<summary>" in marked else marked)
    unclosed = tuple(t.map[0] + 1 for t in blocks if t.type == "fence" and t.map and not _closed(t, rows))
    return Markup(tuple(_lines(blocks)), unclosed, cut, rows, blocks)


def in_code(note: Markup, settings: Sequence[Setting]) -> list[Setting]:
    """Those of the settings that stand in code, such as a pasted log, in the order of their lines."""
    spans = [t.map for t in note.blocks if t.type in ("fence", "code_block") and t.map]
    starts = [start for start, _ in spans]

    def is_within(line: int) -> bool:
        at = bisect_right(starts, line - 1)
        return at > 0 and line <= spans[at - 1][1]

    return sorted((s for s in settings if is_within(s.where.line)), key=lambda s: s.where.line)


def printed(note: Markup, taken: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Each piece of code that is no program, such as a pasted log, and how many lines stand before it.

    Code that holds one of the lines `taken` is left out.
    """
    read = sorted(taken)
    for token in note.blocks:
        if token.type not in ("fence", "code_block") or not token.map or _PROGRAM.match(token.info):
            continue
        begin, end = token.map
        at = bisect_right(read, begin)
        if at == len(read) or read[at] > end:
            yield begin + (token.type == "fence"), token.content


def below(note: Markup, says: Callable[[str], bool]) -> frozenset[int]:
    """The numbers of the lines of code that stand right below a line of text that `says` takes."""
    found: set[int] = set()
    for before, code in pairwise(note.lines):
        if code.kind == "code" and before.kind in ("text", "item") and says(before.text):
            found.update(range(code.number, code.number + code.text.count("\n") + 2))
    return frozenset(found)


def written(note: Markup) -> Iterator[tuple[int, str]]:
    """The lines of paragraphs and of code that is no program as they are written, each with its number.

    Pipes in code are an example of Markdown, or what a reader of logs takes.
    """
    for token in note.blocks:
        is_fence = token.type == "fence"
        is_code = is_fence or token.type == "code_block"
        if token.map and (token.type == "inline" or (is_code and not _PROGRAM.match(token.info))):
            begin, end = token.map[0] + is_fence, token.map[1] - is_fence
            lines = enumerate(note.rows[begin:end], begin + 1)
            yield from ((number, row) for number, row in lines if not (is_code and "|" in row))


def marks(text: str) -> tuple[Mark, ...]:
    """The marks in any text, in their order. In code, or among other words, they are text and no marks."""
    if not _MEANT_AS_MARK.search(text):
        return ()
    rows = _rows(text.removeprefix("\ufeff"))[:MOST_LINES]
    blocks = [t.map for t in blocks_of("\n".join(rows)) if t.type == "html_block" and t.map]
    found = (_mark(rows[index].strip(), index + 1) for block in blocks for index in range(*block))
    return tuple(mark for mark in found if mark)


def without_table(text: str) -> tuple[str, frozenset[int]]:
    """The text with empty lines where its generated table was, as nobody wrote that; and the numbers of these lines."""
    generated: set[int] = set()
    begin = 0
    for mark in marks(text):
        if mark.kind == "end" and begin:
            generated.update(range(begin, mark.line + 1))
        begin = mark.line if mark.kind == "begin" else 0
    if not generated:
        return text, frozenset()
    rows = ("" if number in generated else row for number, row in enumerate(_rows(text), 1))
    return "\n".join(rows), frozenset(generated)


def lines_of(text: str) -> list[str]:
    """The lines as they are written, each with what ends it: LF, CR LF, CR, or nothing."""
    return _WRITTEN.findall(text)


def end_of(line: str) -> str:
    """What ends a written line."""
    return line[len(line.rstrip("\r\n")) :]


def _marked(heading: re.Match[str]) -> str:
    """A heading in HTML as Markdown has it; else Markdown would take the lines below it for HTML as well."""
    return f"{'#' * int(heading[1])} {_TAG.sub('', heading[2]).strip()}"


def _unfolded(summary: re.Match[str]) -> str:
    """The same of what folds a part of a note; as many lines, and deeper than other headings."""
    title = _TAG.sub("", summary[1]).strip(" *_")
    return (
        f"{summary[0].count(chr(10)) * chr(10)}###### {title}" if title and not _UNFOLDS.search(title) else summary[0]
    )


def _rows(text: str) -> list[str]:
    """The lines, without the characters that have no width: editors leave them beside bold letters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u200b", "").split("\n")


def _mark(row: str, line: int) -> Mark | None:
    found = _MARK.fullmatch(row)
    if found:
        return Mark(line, "begin" if found[1] else "end", found[2] or "")
    return Mark(line, "") if _MEANT_AS_MARK.search(row) else None


def _closed(fence: Block, rows: Sequence[str]) -> bool:
    start, end = fence.map or (0, 0)
    last = rows[end - 1].strip(" \t>") if start + 1 < end <= len(rows) else ""
    return last.startswith(fence.markup) and not last.strip(fence.markup[0])


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    depth, first, heading = 0, False, None
    for token in blocks:
        number = token.map[0] + 1 if token.map else 1
        if token.type in ("list_item_open", "list_item_close"):
            depth += token.nesting
            first = token.nesting == 1
        elif token.type == "heading_open":
            heading = token
        elif token.type in ("fence", "code_block"):
            yield Line(number, "code", token.content, depth=depth, is_fenced=token.type == "fence")
        elif token.type == "hr":
            yield Line(number, "rule", depth=depth)
        elif token.type == "inline":
            yield from _heading(heading, token, depth) if heading else _paragraph(token, depth, first)
            heading, first = None, False


def _heading(heading: Block, inline: Block, depth: int) -> Iterator[Line]:
    number = (inline.map or [0])[0] + 1
    underlined = heading.markup in ("-", "=")
    if underlined and ("\n" in inline.content or _STATEMENT.search(inline.content)):
        yield from _paragraph(inline, depth, False)  # a rule drawn below the last line of a run is no heading
        yield Line(number + inline.content.count("\n") + 1, "rule", depth=depth)
        return
    box, text = _ticked(inline.content)
    yield Line(number, "heading", text.strip("*_ "), int(heading.tag[1:]), depth, box)


def _paragraph(inline: Block, depth: int, item: bool) -> Iterator[Line]:
    number = (inline.map or [0])[0] + 1
    rows = _WRAPPED.sub(r"\1\3\2", inline.content).split("\n") if "\n" in inline.content else [inline.content]
    for offset, row in enumerate(rows):
        if not (item and offset == 0) and not depth and (bold := _BOLD_HEADING.fullmatch(row.strip())):
            yield Line(number + offset, "heading", bold[1].strip(), BOLD_LEVEL)
            continue
        if row.startswith("|") and row.rstrip().endswith("|"):
            continue  # a row of a table that an empty line cut
        box, text = _boxed(_unescaped(row.strip()))
        yield Line(number + offset, "item" if item and offset == 0 else "text", text, 0, depth, box)


def _unescaped(text: str) -> str:
    return text[1:] if text.startswith("\\+ ") else text


def _boxed(text: str) -> tuple[Box, str]:
    for box, pattern in _BOXES if text[:1] in _BOX_BEGINS else ():
        found = pattern.match(text)
        if found:
            return box, text[found.end() :].strip()
    return "", text


def _ticked(title: str) -> tuple[Box, str]:
    """A heading carries its box at either end."""
    box, text = _boxed(title)
    head, _, last = text.rpartition(" ")
    end, rest = _boxed(last) if not box and head else ("", last)
    return (end, head.strip()) if end and not rest else (box, text)
