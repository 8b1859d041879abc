"""What has room in a column of a paper: how wide LaTeX sets a text, and which columns of a table fit."""

import re
from collections.abc import Sequence

from msgspec import Struct

WIDTH = 238
"""Points of a column in a paper of two: 3.3 inches."""
GAP = 6
"""Points between columns: twice what the template sets."""
_SIZE = 9  # points of \small
_BOLD = 1.15  # times as wide
_COMMAND = re.compile(r"\\[A-Za-z]+\{?|\\|[{}$^]")
_CLASSES = (  # characters of one width in Computer Modern, in sizes of the font; Times is no wider
    (re.compile(r"[fijlrt.,:;!|'()\[\] -]"), 0.36),
    (re.compile(r"[A-Zmw%&=+<>?@]"), 0.78),
    (re.compile(r"[^\x00-\x7f]"), 1.0),
)
_OTHER = 0.53
_LOW = re.compile(r"_\{([^}]*)\}")  # what is set low is a third smaller


class Part(Struct, frozen=True):
    """A column beside the names: what it is called, its letter of alignment, its heading and cells in LaTeX.

    Where there is no room, the parts of the highest `weight` go first, all together; those of 0 never.
    """

    label: str
    alignment: str
    heading: str
    cells: Sequence[str]
    weight: int = 0

    @property
    def width(self) -> float:
        """Points, with the gap before it."""
        return GAP + max(map(width, (self.heading, *self.cells)))


def width(tex: str) -> float:
    """About how wide a text in LaTeX is in a table, in points; rather too much than too little."""
    low = sum(width(found) for found in _LOW.findall(tex)) * 2 / 3
    bold = _BOLD if "\\textbf" in tex else 1
    text = _COMMAND.sub("", _LOW.sub("", tex))
    known = 0.0
    for pattern, size in _CLASSES:
        text, count = pattern.subn("", text)
        known += size * count
    return low + bold * _SIZE * (known + _OTHER * len(text))


def fitting(parts: Sequence[Part], room: float) -> tuple[Part, ...]:
    """The parts that fit into so many points, in their order."""
    for limit in sorted({part.weight for part in parts if part.weight}, reverse=True):
        if sum(part.width for part in parts) <= room:
            break
        parts = [part for part in parts if part.weight < limit]
    return tuple(parts)
