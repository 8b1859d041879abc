r"""Tables of pandas wider than the terminal: their columns stand in parts below each other. For dialects.

            model  precision  \
    0     yolov8n      0.801
    1     yolov8s      0.821
    <BLANKLINE>
        mAP50  mAP50-95
    0   0.712     0.456
    1   0.752     0.486

The heading of each part but the last ends with a backslash, and each part has the same rows.
"""

import re
from typing import NamedTuple

from fcosreport.grammar.lines import line_begin, line_end, past_end

_GAP = re.compile(r"\s{2,}")
_ROWS = 1_000
_PARTS = 60
_WIDE = 4_000  # bytes of a line that are looked at


class Wrapped(NamedTuple):
    """Such a table put together: headings, the first of which is empty, rows with their places, and where it ends."""

    head: list[str]
    rows: list[tuple[int, list[str]]]
    end: int


def wrapped(data: bytes, at: int) -> Wrapped | None:
    """The whole table, where the line of `data[at]` is the heading of one of its parts; None where it is of none."""
    begin = line_begin(data, at)
    for _ in range(_PARTS):
        above = _part_above(data, begin)
        if above is None:
            break
        begin = above
    return _joined(data, begin) if _goes_on(data, begin) else None


def _goes_on(data: bytes, begin: int) -> bool:
    return data[begin : line_end(data, begin)].rstrip().endswith(b"\\")


def _part_above(data: bytes, begin: int) -> int | None:
    """Where the part begins that ends with the blank line before `data[begin]`."""
    last = _before(data, begin)
    if last is None or data[last : line_end(data, last)].strip():
        return None
    at, above = last, _before(data, last)
    for _ in range(_ROWS):
        if above is None or not data[above : line_end(data, above)].strip():
            break
        at, above = above, _before(data, above)
    return at if at != last and _goes_on(data, at) else None


def _before(data: bytes, begin: int) -> int | None:
    return line_begin(data, begin - 1 - data.startswith(b"\r\n", begin - 2)) if begin else None


def _joined(data: bytes, at: int) -> Wrapped | None:
    head, rows = [""], list[tuple[int, list[str]]]()
    for part in range(_PARTS):
        goes_on = _goes_on(data, at)
        lines = list(_lines(data, at))
        names = _cells(lines[0][1].rstrip().removesuffix("\\"))
        cells = [(begin, _cells(text)) for begin, text in lines[1:]]
        if not cells or any(len(row) != len(names) + 1 for _, row in cells):
            return None
        if part and [row[0] for _, row in cells] != [row[0] for _, row in rows]:
            return None
        beside = zip(rows, cells, strict=True) if part else ()
        rows = [(place, [*row, *more[1:]]) for (place, row), (_, more) in beside] or cells
        head += names
        end = past_end(data, line_end(data, lines[-1][0]))
        at = past_end(data, line_end(data, end))  # behind the blank line
        if not goes_on or at >= len(data):
            return Wrapped(head, rows, end)
    return None


def _lines(data: bytes, at: int) -> "list[tuple[int, str]]":
    """The lines from there to the next blank one, with their places."""
    found: list[tuple[int, str]] = []
    while at < len(data) and len(found) <= _ROWS:
        text = data[at : min(line_end(data, at), at + _WIDE)].decode(errors="replace")
        if not text.strip():
            break
        found.append((at, text))
        at = past_end(data, line_end(data, at))
    return found


def _cells(text: str) -> list[str]:
    return _GAP.split(text.strip())
