"""Learning curves: gathered from samples as they are read, and kept as at most 500 points each.

A curve of more values is parted into bins, of which the lowest and the highest value stay, so that spikes survive; a
nan in a bin stays as well, and is a gap.
"""

import math
from array import array
from collections.abc import Sequence

from fcosreport.records import Curve, Samples, Unit, Where

POINTS = 500
"""Points of a curve that is kept; two for a bin."""
HEAD = 32
"""First values that are kept exactly, so that two curves can be held against each other."""
_ROOM = 1 << 15  # values that wait to be binned


class Gatherer:
    """The curves of one run, while its log is read. `old` are curves to go on with."""

    def __init__(self, old: Sequence[Curve] = (), *, whole: bool = False) -> None:
        self.whole = whole
        self._growing = {(curve.name, curve.unit): _Growing.of(curve) for curve in old}

    def add(self, samples: Samples) -> None:
        """Put one batch behind what was gathered."""
        for name, column in zip(samples.names, samples.columns, strict=True):
            key = name, samples.unit
            if key not in self._growing:
                self._growing[key] = _Growing(samples.where)
            self._growing[key].add(samples.steps, column, whole=self.whole)

    def __bool__(self) -> bool:
        return bool(self._growing)

    def curves(self) -> tuple[Curve, ...]:
        """All curves so far, in the order they were met."""
        return tuple(growing.curve(*key, whole=self.whole) for key, growing in self._growing.items())


class _Growing:
    def __init__(self, where: Where) -> None:
        self.where = where
        self.count = 0
        self.steps, self.values, self.head = array("d"), array("d"), array("d")
        self.begin = self.first = self.last = math.nan
        self.end = -math.inf
        self.low, self.high = math.inf, -math.inf

    @classmethod
    def of(cls, curve: Curve) -> "_Growing":
        growing = cls(curve.where)
        growing.steps, growing.values, growing.head = curve.steps, curve.values, curve.beginning
        growing.count, growing.begin, growing.end = curve.count, curve.begin, curve.end
        growing.first, growing.last = _number(curve.first), _number(curve.last)
        growing.low = math.inf if curve.low is None else curve.low
        growing.high = -math.inf if curve.high is None else curve.high
        return growing

    def add(self, steps: Sequence[float], values: Sequence[float], *, whole: bool) -> None:
        if not len(values):
            return
        if not self.count:
            self.begin, self.first = steps[0], values[0]
        self.count += len(values)
        self.end, self.last = max(self.end, *(steps[0], steps[-1])), values[-1]
        if len(self.head) < HEAD:
            self.head.extend(values[: HEAD - len(self.head)])
        self.steps.extend(steps)
        self.values.extend(values)
        if len(self.values) > _ROOM and not whole:
            self._thin()

    def _thin(self) -> None:
        self._bounds()
        self.steps, self.values = thinned(self.steps, self.values)

    def _bounds(self) -> None:
        finite = [value for value in (min(self.values), max(self.values)) if math.isfinite(value)]
        if not math.isfinite(sum(self.values)):  # min and max pass over a nan as chance has it
            finite = [value for value in self.values if math.isfinite(value)]
        self.low, self.high = min((self.low, *finite)), max((self.high, *finite))

    def curve(self, name: str, unit: Unit, *, whole: bool) -> Curve:
        self._bounds()
        steps, values = (self.steps, self.values) if whole else thinned(self.steps, self.values)
        return Curve(
            *(name, unit, self.count, self.begin, self.end, _finite(self.first), _finite(self.last)),
            *(_finite(self.low), _finite(self.high), self.where, self.head.tobytes(), packed(steps, values)),
        )


def curve_of(name: str, unit: Unit, steps: Sequence[float], values: Sequence[float], where: Where) -> Curve:
    """A curve with a point for each of these values."""
    growing = _Growing(where)
    growing.add(steps, values, whole=True)
    return growing.curve(name, unit, whole=True)


def packed(steps: Sequence[float], values: Sequence[float]) -> bytes:
    """Points as a curve keeps them: pairs of step and value."""
    points = array("d", bytes(16 * len(values)))
    points[::2], points[1::2] = array("d", steps), array("d", values)
    return points.tobytes()


def thinned(steps: "array[float]", values: "array[float]") -> tuple["array[float]", "array[float]"]:
    """At most POINTS of the points: of each bin the lowest and the highest value in order, or a nan if it has one."""
    if len(values) <= POINTS:
        return steps, values
    import numpy as np

    width = -(-2 * len(values) // POINTS)
    y = np.frombuffer(values)
    pad = -len(y) % width
    table = np.concatenate([y, np.full(pad, y[-1])]).reshape(-1, width)
    gaps = np.isnan(table).any(axis=1)
    with np.errstate(invalid="ignore"):
        low, high = (pick(table, axis=1) for pick in (np.argmin, np.argmax))  # both find a nan if there is one
    offsets = np.sort(np.stack([low, np.where(gaps, width - 1, high)], axis=1), axis=1)
    kept = np.minimum((np.arange(len(table)) * width)[:, None] + offsets, len(y) - 1).ravel()
    chosen = np.unique(kept)
    return array("d", np.frombuffer(steps)[chosen].tobytes()), array("d", y[chosen].tobytes())


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _finite(value: float) -> float | None:
    """A value as JSON can hold it: what is nan or infinite is not told."""
    return value if math.isfinite(value) else None
