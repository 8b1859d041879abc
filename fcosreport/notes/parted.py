"""Columns whose cells hold a number for each metric of their head, as columns of their own: `mAP50 / mAP50-95`."""

import re
from collections.abc import Sequence

from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.upright import cell_at
from fcosreport.vocabulary.headers import header

_LONGEST = 100  # characters of a head, or of a cell, that is parted
_SLASH = re.compile(r"\s*[/／|]\s*")
_WORDS = re.compile(r"[^\s/()（）]+(?:/[^\s/()（）]+)+")
"""The words of a head of which each stands for one of the numbers: `AP (val/test)`, `box/mask AP`."""
_BRACKETS = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")
_SCORE = re.compile(r"[~≈]?(?:\d{1,3}(?:\.\d{1,18})?|\.\d{1,18})\s?%?")
_NONE = re.compile(r"[-–—\s]*|(?i:n/?a)")


def parted(grid: Grid) -> Grid:
    """The table with a column for each of the numbers that stand together in the cells of one."""
    rows = [cells for _, cells in grid.rows]
    found = {
        at: heads for at, each in enumerate(grid.headers) if (heads := _heads(each.text)) and _fits(rows, at, heads)
    }
    if not found or grid.is_code:
        return grid
    headers = [new for at, each in enumerate(grid.headers) for new in found.get(at, [each])]
    made = Grid(grid.line, grid.title, grid.section, headers, [], grid.is_code)
    for line, cells in grid.rows:
        numbers = ((at, each, _numbers(each.text)) for at, each in enumerate(cells))
        made.rows.append((line, [new for at, each, told in numbers for new in _cells(each, told, found.get(at))]))
    return made


def _heads(text: str) -> list[Cell]:
    """The heads of which one is made; none where it is one metric's, or has a part that is none."""
    if len(text) > _LONGEST or not ("/" in text or "／" in text or "(" in text or "（" in text):
        return []
    text = _SLASH.sub("/", text)
    words = _WORDS.search(text)
    ways = [[f"{text[: words.start()]}{word}{text[words.end() :]}" for word in words[0].split("/")]] if words else []
    ways.append(text.split("/"))
    if brackets := _BRACKETS.fullmatch(text):
        ways.append([*brackets.groups()])
    for names in ways:
        meanings = [header(name) for name in names]
        if len(set(meanings)) == len(names) > 1 and all(each.kind == "metric" for each in meanings):
            return [Cell(name.strip(), name.strip()) for name in names]
    return []


def _fits(rows: Sequence[Sequence[Cell]], column: int, heads: Sequence[Cell]) -> bool:
    """Whether each cell of a column has as many numbers as its head has metrics, or none."""
    texts = [text for cells in rows if not _NONE.fullmatch(text := cell_at(cells, column).text)]
    return bool(texts) and all(len(_numbers(text)) == len(heads) for text in texts)


def _numbers(text: str) -> list[str]:
    """The numbers that a cell is, between slashes or the last one in brackets."""
    brackets = _BRACKETS.fullmatch(text) if len(text) <= _LONGEST else None
    told = [part.strip() for part in (brackets.groups() if brackets else _SLASH.split(text[:_LONGEST]))]
    return told if all(map(_SCORE.fullmatch, told)) else []


def _cells(cell: Cell, numbers: Sequence[str], heads: Sequence[Cell] | None) -> list[Cell]:
    if heads is None:
        return [cell]
    return [Cell(each, each) for each in numbers] or [Cell("", "")] * len(heads)
