"""Lines of one shape: of one text, but for the digits of their numbers.

Most lines of a log are alike, and a line of each shape is a tenth of its text: what is in none of these is in no line.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_UNSURE = re.compile(rb"[\d\r\n]")


@dataclass(slots=True)
class Shapes:
    """The shapes of the lines of a text, and a line of each, both parted by line feeds.

    `of_lines` is the shape of every line, `size` that of the text.
    """

    shapes: bytes
    lines: bytes
    of_lines: Sequence[bytes]
    size: int
    _numbers: dict[bytes, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def may_hold(self, literal: bytes) -> bool:
        """Whether a byte string may occur in the text; False where it surely does not."""
        return sign_of(literal) in self.shapes

    def lines_with(self, hint: re.Pattern[bytes]) -> Sequence[int]:
        """The numbers from 0 of the lines of a shape that has the hint."""
        those, at, number = set[int](), 0, 0
        while found := hint.search(self.lines, at):
            number += self.lines.count(b"\n", at, found.start())
            those.add(number)
            at, number = self.lines.find(b"\n", found.start()) + 1, number + 1
            if not at:
                break
        if not those:
            return ()
        numbers = self._of_shapes()
        shapes = (shape for number, shape in enumerate(self.shapes.split(b"\n")) if number in those)
        return sorted(chain.from_iterable(numbers.get(shape, ()) for shape in shapes))

    def _of_shapes(self) -> dict[bytes, list[int]]:
        """The numbers of the lines of each shape."""
        if not self._numbers:
            for number, shape in enumerate(self.of_lines):
                self._numbers.setdefault(shape, []).append(number)
        return self._numbers


def shapes_of(text: bytes) -> Shapes:
    """The shapes of the lines of a text, each once."""
    of_lines = shape(text).splitlines()
    lines = dict(zip(of_lines, text.splitlines(), strict=True))
    return Shapes(b"\n".join(lines), b"\n".join(lines.values()), of_lines, len(text))


def shape(text: bytes) -> bytes:
    """A text with one 0 for digits that stand together: where it occurs in another, so does its shape in that's."""
    text = text.translate(_DIGITS)
    if numpy := sys.modules.get("numpy"):  # five times as fast, where something has loaded it
        characters = numpy.frombuffer(text, numpy.uint8)
        is_digit = characters == ord("0")
        is_kept = numpy.ones(len(text), bool)
        numpy.logical_not(is_digit[1:] & is_digit[:-1], out=is_kept[1:])
        return bytes(characters[is_kept])
    while b"00" in text:
        text = text.replace(b"00", b"0")
    return text


@lru_cache(4096)
def is_surely_there(literal: bytes) -> bool:
    """Whether a byte string that may occur in a text of some shapes does: it has no digit and no line end."""
    return _UNSURE.search(literal) is None


@lru_cache(4096)
def sign_of(literal: bytes) -> bytes:
    """What is in the shapes of each text in which a byte string occurs."""
    return shape(max(literal.splitlines(), key=len, default=b""))
