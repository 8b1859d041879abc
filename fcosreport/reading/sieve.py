"""Which of many byte strings may occur in a text: told by the groups of three bytes in its shapes, not by a search for
each.
"""

from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from fcosreport.reading.shapes import Shapes, sign_of

_WIDTH = 3  # bytes of a group; the shortest anchors are such names as `mAP`
_STEP = 4  # bytes of a number, of which the first three count
_GROUP = np.dtype("<u4")
_MASK = np.uint32(0xFFFFFF)
_FACTOR = np.uint32(2654435761)  # spreads the groups over the table
_SHIFT = np.uint32(16)


class Sieve:
    """Holds back byte strings that are not in a text. Those that pass are there, but for rare mistakes."""

    def __init__(self, needles: Iterable[bytes]) -> None:
        all_needles = frozenset(needles)
        long = sorted(needle for needle in all_needles if len(sign_of(needle)) >= _WIDTH)
        self._short = all_needles.difference(long)
        self._long = np.array([*long, b""], dtype=object)[:-1]
        signs = map(sign_of, long)
        groups = [[sign[at : at + _WIDTH] for at in range(len(sign) - _WIDTH + 1)] for sign in signs]
        self._places = _places(np.frombuffer(b"".join(map(_padded, chain(*groups))), _GROUP))
        self._starts = np.cumsum([0, *map(len, groups)])[:-1]
        self._table = np.zeros(1 << 16, bool)

    def passed(self, shapes: Shapes) -> frozenset[bytes]:
        """The byte strings that may occur in the text of these shapes, among them all that do."""
        if not len(self._long):
            return self._short
        self._table[:] = False
        data = shapes.shapes
        for at in range(min(_STEP, len(data))):
            self._table[_places(np.frombuffer(data, _GROUP, (len(data) - at) // _STEP, at))] = True
        self._table[_places(np.frombuffer(_padded(data[-_WIDTH:]), _GROUP))] = True
        there = np.logical_and.reduceat(self._table[self._places], self._starts)
        return self._short.union(self._long[there])


def _padded(group: bytes) -> bytes:
    return group.ljust(_STEP, b"\0")


def _places(groups: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return ((groups & _MASK) * _FACTOR) >> _SHIFT
