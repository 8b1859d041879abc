"""The blocks of a Markdown text, read by markdown-it in time that follows the text.

A line is shown only to the rules that its first character can begin. Paragraphs and tables are read here: markdown-it
shows each of their lines to all rules, a paragraph twice, and makes three tokens of a cell. A test holds both equal.
"""

import re
from collections.abc import Callable, Mapping

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock, blockquote, code, fence, heading, hr, html_block, list_block
from markdown_it.token import Token

_Rule = Callable[[StateBlock, int, int, bool], bool]

_HR = re.compile(r"([-*_])[ \t]*+(?:\1[ \t]*+){2,}+")
_RULE = re.compile(r"(?!-(?:[ \t]|$))\|?+[ \t]*+:?+-++:?+[ \t]*+(?:\|[ \t]*+:?+-++:?+[ \t]*+)*+\|?+[ \t]*+")
_PIPE = re.compile(r"(?<!\\)\|")
_ADDED = 1 << 16  # cells that a table may lack, as in markdown-it


def _hr(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    return bool(_HR.fullmatch(_text(state, line))) and hr(state, line, end, silent)


_BEGINS: Mapping[str, tuple[_Rule, ...]] = {
    "`": (fence,),
    "~": (fence,),
    ">": (blockquote,),
    "*": (_hr, list_block),
    "-": (_hr, list_block),
    "_": (_hr,),
    "+": (list_block,),
    "<": (html_block,),
    "#": (heading,),
    **dict.fromkeys("0123456789", (list_block,)),
}
"""The rules that a line can begin with, by its first character; in the order of markdown-it."""
_ENDS_ITEM = {first: tuple(r for r in rules if r in (fence, blockquote, _hr)) for first, rules in _BEGINS.items()}


def tokens(text: str) -> list[Token]:
    """The blocks of a text whose lines end with LF.

    A paragraph is one token, its content; a table is one as well, whose `meta` has its lines with their cells.
    References are paragraphs: as a rule of their own they are slow on a page of "[", and would hide the line.
    """
    markdown = MarkdownIt("commonmark")
    markdown.block.ruler = _Rules()
    found: list[Token] = []
    markdown.block.parse(text.replace("\0", "\ufffd"), markdown, {}, found)
    return found


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
    rules = begins.get(_first(state, line))
    return rules is not None and any(rule(state, line, end, silent) for rule in rules)


def _first(state: StateBlock, line: int) -> str:
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at : at + 1]


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _paragraph(state: StateBlock, start: int, end: int) -> bool:
    """The lines from `start` on to the first that begins another block; a heading, if one that underlines follows."""
    around, state.parentType = state.parentType, "paragraph"
    line, underline = start + 1, ""
    while line < state.lineMax and not state.isEmpty(line):
        indent = state.sCount[line] - state.blkIndent
        if indent <= 3:
            first = _first(state, line)
            if indent >= 0 and first in "-=" and line < end and not _text(state, line).rstrip(" \t").strip(first):
                underline = first
                break
            if state.sCount[line] >= 0 and _ends_paragraph(state, line, state.lineMax, True):
                break
        line += 1
    content = mdTrim(state.getLines(start, line, state.blkIndent, False))
    state.line = line + bool(underline)
    tag = "h1" if underline == "=" else "h2"
    if underline:
        state.push("heading_open", tag, 1).markup = underline
    inline = state.push("inline", "", 0)
    inline.map, inline.content = [start, line], content
    if underline:
        state.push("heading_close", tag, -1)
    state.parentType = around
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, which the rule below its headers announces."""
    line = start + 1
    if line >= end or _first(state, line) not in ("|", "-", ":") or state.sCount[line] < state.blkIndent:
        return False
    rule = _text(state, line)
    if not _RULE.fullmatch(rule) or state.is_code_block(line) or state.is_code_block(start):
        return False
    headers = mdTrim(_text(state, start))
    cells = cells_of(headers) if "|" in headers else []
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
    token = state.push("table", "table", 0)
    token.map, token.meta = [start, line], {"rows": rows}
    state.parentType, state.line = around, line
    return True


def cells_of(text: str) -> list[str]:
    """The cells of a row, in which a mark may be escaped."""
    cells = text.split("|") if "\\" not in text else [each.replace("\\|", "|") for each in _PIPE.split(text)]
    first, last = not cells[0], -1 if len(cells) > 1 and not cells[-1] else None
    return [mdTrim(cell) for cell in cells[first:last]]
