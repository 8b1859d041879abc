"""The blocks of a Markdown text, read by markdown-it in time that follows the text.

A line is shown only to the rules that its first character can begin. Lists, headings, rules, paragraphs and tables are
read here: markdown-it looks at their characters one by one, shows each of their lines to all rules, a paragraph twice,
and makes three tokens of a cell. Most items of lists are one line of words, and are read at once. Blocks that say
nothing of their own are shared. A test holds both equal.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import ParserBlock
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock, blockquote, code, fence, html_block
from msgspec import Struct

_Rule = Callable[[StateBlock, int, int, bool], bool]

_HR = re.compile(r"([-*_])[ \t]*+(?:\1[ \t]*+){2,}+")
_ATX = re.compile(r"(#{1,6})((?:[ \t].*)?)", re.S)
_MARKER = re.compile(r"(?:[-*+]|(?P<number>[0-9]{1,9})[.)])(?=[ \t]|$)")
_RULE = re.compile(r"(?!-(?:[ \t]|$))\|?+[ \t]*+:?+-++:?+[ \t]*+(?:\|[ \t]*+:?+-++:?+[ \t]*+)*+\|?+[ \t]*+")
_RULE_BEGINS = frozenset("|-:")
_PIPE = re.compile(r"(?<!\\)\|")
_ADDED = 1 << 16  # cells that a table may lack, as in markdown-it
_WORDS_ONLY = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)]) {1,4}([^\s`~>*\-_+<#0-9].*)")
"""An item whose first line begins nothing but a paragraph."""


class Block(Struct):
    """A block, or where one begins or ends, as markdown-it tells it; without what is asked of none.

    `map` is its first line and the one behind it, both from 0 on. `rows` are those of a table: lines with their cells.
    """

    type: str
    tag: str = ""
    nesting: int = 0
    map: list[int] | None = None
    content: str = ""
    markup: str = ""
    info: str = ""
    rows: Sequence[tuple[int, list[str]]] = ()


class _State(StateBlock):
    """A text whose blocks are read. Tokens of markdown-it take five times as long to be made, and so do its marks."""

    def __init__(self, text: str, markdown: MarkdownIt, found: list[Any]) -> None:
        super().__init__("", markdown, {}, found)
        lines = text.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()
        blanks = [len(line) - len(line.lstrip(" \t")) for line in lines]
        ends = list(accumulate([len(line) + 1 for line in lines], initial=0))
        self.src, self.lineMax = text, len(lines)
        self.bMarks = [*ends[:-1], len(text)]
        self.eMarks = [*(end - 1 for end in ends[1:]), len(text)]
        self.tShift, self.bsCount = [*blanks, 0], [0] * (len(lines) + 1)
        self.sCount = [_widths(line[:n]) if "\t" in line else n for line, n in zip(lines, blanks, strict=True)]
        self.sCount.append(0)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Block:  # type: ignore[override]  # as it is used
        """Add what a rule of markdown-it found."""
        block = Block(ttype, tag, nesting)
        self.level += nesting
        _add(self, block)
        return block


def _widths(blanks: str) -> int:
    return len(blanks.expandtabs(4))


def _add(state: StateBlock, *blocks: Block) -> None:
    state.tokens.extend(blocks)  # type: ignore[arg-type]  # nobody but this module looks at them before all are read


def _hr(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if not _HR.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line]):
        return False
    if not silent:
        state.line = line + 1
        _add(state, Block("hr", "hr", map=[line, line + 1]))
    return True


def _heading(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    found = _ATX.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    if found and not silent:
        said, state.line = found[2].rstrip(" \t"), line + 1
        bare = said.rstrip("#")
        _head(state, f"h{len(found[1])}", found[1], (line, line + 1), bare if bare[-1:] in (" ", "\t") else said)
    return found is not None


def _head(state: StateBlock, tag: str, mark: str, lines: tuple[int, int], content: str) -> None:
    _add(state, _heading_open(tag, mark), _words(*lines, mdTrim(content)), _heading_close(tag))


@cache
def _heading_open(tag: str, mark: str) -> Block:
    return Block("heading_open", tag, 1, markup=mark)


@cache
def _heading_close(tag: str) -> Block:
    return Block("heading_close", tag, -1)


def _words(start: int, end: int, content: str) -> Block:
    return Block("inline", map=[start, end], content=content)


_ITEM_OPEN, _ITEM_CLOSE = Block("list_item_open", "li", 1), Block("list_item_close", "li", -1)


def _list(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The items of a list, each with its blocks."""
    indent = state.sCount[line]
    if state.listIndent >= 0 and indent - state.listIndent >= 4 and indent < state.blkIndent:
        return False
    marker = _marker(state, line)
    if not marker:
        return False
    if silent and state.parentType == "paragraph" and indent >= state.blkIndent:  # which not every list can interrupt
        is_empty = not state.src[marker.end() : state.eMarks[line]].strip(" \t")
        return not is_empty and (not marker["number"] or int(marker["number"]) == 1)
    if silent:
        return True
    kind, around = state.src[marker.end() - 1], state.parentType
    state.parentType = "list"
    state.level += 1
    while marker and state.src[marker.end() - 1] == kind:
        if not _is_line_of_words(state, line, end):
            _item(state, line, end, marker.end())
        line = state.line
        if line >= end or state.sCount[line] < state.blkIndent or state.is_code_block(line):
            break
        marker = None if _ends_item(state, line, end, True) else _marker(state, line)
    state.parentType = around
    state.level -= 1
    return True


def _marker(state: StateBlock, line: int) -> re.Match[str] | None:
    return _MARKER.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])


def _is_line_of_words(state: StateBlock, line: int, end: int) -> bool:
    """Whether an item is one line of words, right above the mark of another, less indented; then it is read."""
    begin, below = state.bMarks[line] + state.tShift[line], line + 1
    found = _WORDS_ONLY.fullmatch(state.src, begin, state.eMarks[line])
    if not found or below >= end or state.level >= state.md.options.maxNesting - 1:
        return False
    indent = state.sCount[below]
    if not 0 <= indent < state.sCount[line] + found.start(1) - begin or indent - state.blkIndent >= 4:
        return False
    if not _marker(state, below):
        return False
    _add(state, _ITEM_OPEN, _words(line, below, mdTrim(found[1])), _ITEM_CLOSE)
    state.line = below
    return True


def _item(state: StateBlock, line: int, end: int, at: int) -> None:
    """An item of a list, whose mark ends at `at`."""
    begin = state.bMarks[line] + state.tShift[line]
    before, content = state.sCount[line] + at - begin, at
    indent = before
    while content < state.eMarks[line] and (blank := state.src[content]) in " \t":
        indent += 4 - (indent + state.bsCount[line]) % 4 if blank == "\t" else 1
        content += 1
    is_empty = content >= state.eMarks[line]
    kept = state.tShift[line], state.sCount[line], state.listIndent
    _add(state, _ITEM_OPEN)
    state.level += 1
    blanks = indent - before
    state.listIndent = state.blkIndent
    state.blkIndent = before + (1 if is_empty or blanks > 4 else blanks)  # more blanks begin code
    state.tShift[line], state.sCount[line] = content - state.bMarks[line], indent
    if is_empty and state.isEmpty(line + 1):
        state.line = min(line + 2, end)
    else:
        state.md.block.tokenize(state, line, end)
    state.blkIndent = state.listIndent
    state.tShift[line], state.sCount[line], state.listIndent = kept
    _add(state, _ITEM_CLOSE)
    state.level -= 1


_BEGINS: Mapping[str, tuple[_Rule, ...]] = {
    "`": (fence,),
    "~": (fence,),
    ">": (blockquote,),
    "*": (_hr, _list),
    "-": (_hr, _list),
    "_": (_hr,),
    "+": (_list,),
    "<": (html_block,),
    "#": (_heading,),
    **dict.fromkeys("0123456789", (_list,)),
}
"""The rules that a line can begin with, by its first character; in the order of markdown-it."""
_ENDS_ITEM = {first: tuple(r for r in rules if r in (fence, blockquote, _hr)) for first, rules in _BEGINS.items()}


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text whose lines end with LF.

    A paragraph is one, its content, and so is a table.
    References are paragraphs: as a rule of their own they are slow on a page of "[", and would hide the line.
    """
    found: list[Any] = []
    markdown = _markdown()
    state = _State(text.replace("\0", "\ufffd"), markdown, found)
    markdown.block.tokenize(state, 0, state.lineMax)
    return found


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    markdown.block = _Parser(markdown.options.maxNesting)
    return markdown


class _Parser(ParserBlock):
    """Block after block, each begun by one rule."""

    def __init__(self, deepest: int) -> None:
        self.ruler, self.deepest = _Rules(), deepest

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """The blocks of some lines; what is nested deeper than markdown-it reads is passed over."""
        line = startLine
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                return
            if state.level >= self.deepest:
                state.line = endLine
                return
            _block(state, line, endLine, False)
            line = state.line
            if line < endLine and state.isEmpty(line):
                state.line = line = line + 1


class _Rules(Ruler[_Rule]):
    """What markdown-it asks of a line: which block it begins, or whether it ends the block of the lines above."""

    def __init__(self) -> None:
        super().__init__()
        self.push("code", code, {"alt": []})
        self.chains: dict[str, list[_Rule]] = {
            "": [_block],
            "paragraph": [_ends_paragraph],
            "blockquote": [_ends_quote],
            "list": [_ends_item],
        }

    def getRules(self, chainName: str = "") -> list[_Rule]:  # noqa: N802, N803 - the names of markdown-it
        return self.chains[chainName]


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if state.is_code_block(line):
        return code(state, line, end, silent)
    if _table(state, line, end, silent):
        return True
    return _one_of(_BEGINS, state, line, end, silent) or _paragraph(state, line, end)


def _ends_paragraph(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    return _one_of(_BEGINS, state, line, end, silent) or _table(state, line, end, silent)


def _ends_quote(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    return _one_of(_BEGINS, state, line, end, silent)


def _ends_item(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    return _one_of(_ENDS_ITEM, state, line, end, silent)


def _one_of(begins: Mapping[str, tuple[_Rule, ...]], state: StateBlock, line: int, end: int, silent: bool) -> bool:
    for rule in begins.get(_first(state, line), ()) if not state.is_code_block(line) else ():
        if rule(state, line, end, silent):
            return True
    return False


def _first(state: StateBlock, line: int) -> str:
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at : at + 1]


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _paragraph(state: StateBlock, start: int, end: int) -> bool:
    """The lines from `start` on to the first that begins another block; a heading, if one that underlines follows."""
    around, state.parentType = state.parentType, "paragraph"
    line, underline = start + 1, ""
    below = _first(state, line)
    while line < state.lineMax and not state.isEmpty(line):
        indent = state.sCount[line] - state.blkIndent
        first, below = below, _first(state, line + 1)
        if indent <= 3 and (first in _BEGINS or first == "=" or below in _RULE_BEGINS):
            if indent >= 0 and first in "-=" and line < end and not _text(state, line).rstrip(" \t").strip(first):
                underline = first
                break
            if state.sCount[line] >= 0 and _ends_paragraph(state, line, state.lineMax, True):
                break
        line += 1
    is_one = line == start + 1
    content = mdTrim(_text(state, start) if is_one else state.getLines(start, line, state.blkIndent, False))
    state.line = line + bool(underline)
    if underline:
        _head(state, "h1" if underline == "=" else "h2", underline, (start, line), content)
    else:
        _add(state, _words(start, line, content))
    state.parentType = around
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, which the rule below its headers announces."""
    line = start + 1
    if line >= end or state.sCount[line] < state.blkIndent or _first(state, line) not in _RULE_BEGINS:
        return False
    if state.src.find("|", state.bMarks[start] + state.tShift[start], state.eMarks[start]) < 0:
        return False
    rule = _text(state, line)
    if not _RULE.fullmatch(rule) or state.is_code_block(line) or state.is_code_block(start):
        return False
    headers = mdTrim(_text(state, start))
    cells = cells_of(headers)
    width = len(cells)
    if not width or width != sum(map(bool, map(str.strip, rule.split("|")))):
        return False
    if silent:
        return True
    around, state.parentType = state.parentType, "table"
    rows = [(start, cells)]
    lacking, line = 0, start + 2
    while line < end and state.sCount[line] >= state.blkIndent and not _ends_quote(state, line, end, True):
        text = mdTrim(_text(state, line))
        if not text or state.is_code_block(line):
            break
        cells = cells_of(text)
        lacking += width - len(cells)
        if lacking > _ADDED:
            break
        rows.append((line, (cells + [""] * (width - len(cells)))[:width]))
        line += 1
    _add(state, Block("table", "table", map=[start, line], rows=rows))
    state.parentType, state.line = around, line
    return True


def cells_of(text: str) -> list[str]:
    """The cells of a row, in which a mark may be escaped."""
    cells = text.split("|") if "\\" not in text else [each.replace("\\|", "|") for each in _PIPE.split(text)]
    first, last = not cells[0], -1 if len(cells) > 1 and not cells[-1] else None
    return [mdTrim(cell) for cell in cells[first:last]]
