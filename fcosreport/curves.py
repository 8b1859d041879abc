"""Learning curves: gathered from samples as they are read, and kept as at most 500 points each.

A curve of more values is parted into bins, of which the lowest and the highest value stay, so that spikes survive; a
nan in a bin stays in place of the lowest, and is a gap. Bins hold a power of two of values, counted from the first, so
that the points are the same however the values came: at once, in batches, or with years between them.
"""

import math
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fcosreport.records import Curve, Samples, Unit, Where

if TYPE_CHECKING:  # a short curve needs no numpy
    import numpy as np

    Table = np.ndarray[Any, np.dtype[np.float64]]

POINTS = 500
"""Points of a curve that is kept; two for a bin."""
HEAD = 32
"""First values that are kept exactly, so that two curves can be held against each other."""
_ROOM = 1 << 15  # values that wait to be binned


class Gatherer:
    """The curves of one run, while its log is read."""

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        self._growing: dict[tuple[str, Unit], _Growing] = {}

    def add(self, samples: Samples) -> None:
        """Put one batch behind what was gathered."""
        if not len(samples.steps) or not math.isfinite(sum(samples.steps)):  # no trainer counts so
            return
        end = max(samples.steps)
        for name, column in zip(samples.names, samples.columns, strict=True):
            key = name, samples.unit
            if key not in self._growing:
                self._growing[key] = _Growing(samples.where, whole=self.whole)
            self._growing[key].add(samples.steps, column, end)

    def __bool__(self) -> bool:
        return bool(self._growing)

    def curves(self) -> tuple[Curve, ...]:
        """All curves so far, in the order they were met."""
        return tuple(growing.curve(*key) for key, growing in self._growing.items())

    def settle(self) -> None:
        """Take as little room as can be."""
        for growing in self._growing.values():
            growing.points.bin()


class _Points:
    """Values in their order, as few as stand for all of them, and between which they lie, if they are finite.

    The first are two for each of `bins` full bins, then two for the `begun` first values of the next bin, if it has
    begun; those behind wait to be binned.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        self.steps, self.values = array("d"), array("d")
        self.low, self.high = math.inf, -math.inf
        self.count = self.bins = self.begun = 0
        self.width = 1  # values of a bin
        self.room = _ROOM

    def add(self, steps: Sequence[float], values: Sequence[float]) -> None:
        self.count += len(values)
        self.steps.extend(steps)
        self.values.extend(values)
        if len(self.values) > self.room:
            self.bin()

    def bound(self) -> None:
        """Learn between which numbers the values lie."""
        finite = [value for value in (min(self.values), max(self.values)) if math.isfinite(value)]
        if not math.isfinite(sum(self.values)):  # min and max pass over a nan as chance has it
            finite = [value for value in self.values if math.isfinite(value)]
        self.low, self.high = min((self.low, *finite)), max((self.high, *finite))

    def bin(self) -> None:
        """Bin what fills bins of a width at which there are few enough."""
        if self.whole or self.count <= POINTS:
            return
        import numpy as np

        self.bound()
        table = np.stack([np.frombuffer(self.steps), np.frombuffer(self.values)], axis=1)
        full, open_, waiting = np.split(table, [2 * self.bins, 2 * self.bins + 2 * bool(self.begun)])
        full = full.reshape(-1, 2, 2)
        while -(-self.count // self.width) > POINTS // 2:
            if len(full) % 2:  # the half of a wider bin
                open_ = _picked(np.concatenate([full[-1], open_])[None])[0]
                full, self.begun = full[:-1], self.begun + self.width
            full = _picked(full.reshape(-1, 4, 2))
            self.width *= 2
        missing = self.width - self.begun if self.begun else 0
        if missing and len(waiting) >= missing:
            full = np.concatenate([full, _picked(np.concatenate([open_, waiting[:missing]])[None])])
            open_, waiting, self.begun = waiting[:0], waiting[missing:], 0
        if not self.begun:
            filled = len(waiting) // self.width * self.width
            full = np.concatenate([full, _picked(waiting[:filled].reshape(-1, self.width, 2))])
            waiting = waiting[filled:]
        self.bins = len(full)
        table = np.concatenate([full.reshape(-1, 2), open_, waiting])
        self.steps, self.values = array("d", table[:, 0].tobytes()), array("d", table[:, 1].tobytes())
        self.room = len(table) + _ROOM

    def shown(self) -> tuple["array[float]", "array[float]"]:
        """Steps and values of at most POINTS points; of all, if `whole`."""
        if self.whole or self.count <= POINTS:
            return self.steps, self.values
        import numpy as np

        self.bin()
        table = np.stack([np.frombuffer(self.steps), np.frombuffer(self.values)], axis=1)
        full, rest = table[: 2 * self.bins], table[2 * self.bins :]
        if len(rest):
            full = np.concatenate([full, _picked(rest[None])[0]])
        lows, highs = full[::2], full[1::2]
        is_one = (lows == highs) | (
            np.isnan(lows) & np.isnan(highs)
        )  # the only value of a bin is its lowest and highest
        kept = full[np.stack([np.ones(len(lows), bool), ~is_one.all(axis=1)], axis=1).ravel()]
        return array("d", kept[:, 0].tobytes()), array("d", kept[:, 1].tobytes())


def _picked(bins: "Table") -> "Table":
    """Of each bin (bins x points x step and value) two points in their order: the lowest, or a nan, and the highest."""
    import numpy as np

    values = bins[:, :, 1]
    low = values.argmin(axis=1)  # a nan, if there is one
    high = np.where(np.isnan(values), -np.inf, values).argmax(axis=1)
    return np.take_along_axis(bins, np.sort(np.stack([low, high], axis=1), axis=1)[:, :, None], axis=1)


class _Growing:
    def __init__(self, where: Where, *, whole: bool = False) -> None:
        self.where = where
        self.points = _Points(whole=whole)
        self.head = array("d")
        self.begin = self.first = self.last = math.nan
        self.end = -math.inf

    def add(self, steps: Sequence[float], values: Sequence[float], end: float) -> None:
        """Take values; `end` is the highest of the steps."""
        if not self.points.count:
            self.begin, self.first = steps[0], values[0]
        self.end, self.last = max(self.end, end), values[-1]
        if len(self.head) < HEAD:
            self.head.extend(values[: HEAD - len(self.head)])
        self.points.add(steps, values)

    def curve(self, name: str, unit: Unit) -> Curve:
        self.points.bound()
        steps, values = self.points.shown()
        return Curve(
            *(name, unit, self.points.count, self.begin, self.end, _finite(self.first), _finite(self.last)),
            *(_finite(self.points.low), _finite(self.points.high), self.where, self.head.tobytes()),
            packed(steps, values),
        )


def curve_of(name: str, unit: Unit, steps: Sequence[float], values: Sequence[float], where: Where) -> Curve:
    """A curve with a point for each of these values."""
    growing = _Growing(where, whole=True)
    growing.add(steps, values, max(steps))
    return growing.curve(name, unit)


def packed(steps: Sequence[float], values: Sequence[float]) -> bytes:
    """Points as a curve keeps them: pairs of step and value."""
    points = array("d", bytes(16 * len(values)))
    points[::2], points[1::2] = array("d", steps), array("d", values)
    return points.tobytes()


def thinned(steps: Sequence[float], values: Sequence[float]) -> tuple["array[float]", "array[float]"]:
    """At most POINTS of the points: of each bin the lowest and the highest value in order; a nan, if it has one."""
    points = _Points()
    points.add(steps, values)
    return points.shown()


def _finite(value: float) -> float | None:
    """A value as JSON can hold it: what is nan or infinite is not told."""
    return value if math.isfinite(value) else None
