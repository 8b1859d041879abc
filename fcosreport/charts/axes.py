"""What an axis shows of its values, and where its ticks are."""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

Range = tuple[float, float]

LARGEST = 1e100
"""What is larger is drawn as if it were infinite: as a gap."""
_SPREAD = 20  # times the lowest value, from which on a logarithm shows more
_FAR = 10_000  # times the median, beyond which a value is drawn at the edge
_TICKS = 8
_NEAR = 1e-9  # of a step, by which a number may miss it
_SMALL, _LARGE, _HUGE = 1e-3, 1e7, 1e15  # what is told as 1e-4, as 20M, and as 1e15
_WIDE = 1e6  # what there is no room for at the end of an axis of logarithms; it is told as 1M
_THOUSANDS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


class Axis(Struct, frozen=True):
    """Where values are in a picture: those of `shown` from `begin` to `end`, others at the edge, in pixels.

    `is_counted`: its values are whole numbers, and so are its ticks wherever it shows more than one of these.
    """

    shown: Range
    begin: float
    end: float
    is_log: bool = False
    is_counted: bool = False

    def place(self, value: float) -> float:
        """Where the value is."""
        low, high = self.shown
        value = min(max(value, low), high)
        share = math.log(value / low) / math.log(high / low) if self.is_log else (value - low) / (high - low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Where a tick is, and what stands there."""
        values, step = (ticks(*self.shown), 0.0) if self.is_log else _even(self.shown, self.is_counted)
        for value in values:
            yield self.place(value), self._told(value, step, values)

    def _told(self, value: float, step: float, values: Sequence[float]) -> str:
        largest = max(map(abs, values))
        if (min(values) if self.is_log else largest) < _SMALL or largest >= _HUGE:
            digits, _, power = f"{value:.3e}".partition("e")
            return f"{float(digits):g}e{int(power)}" if value else "0"
        if largest >= (_WIDE if self.is_log else _LARGE):
            size, sign = next((each for each in _THOUSANDS if abs(value) >= each[0]), (1.0, ""))
            return f"{value / size:g}{sign}"
        return f"{value:g}" if self.is_log else f"{value:,.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def is_drawn(value: float | None) -> bool:
    """Whether the value is a number of a size that can be drawn."""
    return value is not None and abs(value) <= LARGEST


def around(values: Iterable[float | None]) -> Range:
    """From the lowest to the highest value, with some room around one that is alone."""
    drawn = [value for value in values if value is not None]
    low, high = min(drawn, default=0.0), max(drawn, default=1.0)
    room = 0.0 if low < high else abs(low) / 10 or 1.0
    return low - room, high + room


def logarithmic(values: Iterable[float | None]) -> Range:
    """From 1, 2 or 5 times a power of ten to another, so that there are two ticks at least."""
    drawn = [value for value in values if value is not None and value > 1 / LARGEST]
    low, high = min(drawn), max(drawn)
    steps = _steps(low, high)
    return max(step for step in steps if step <= low), min(step for step in steps if step >= high * (1 - 1e-9))


def of_curves(values: Iterable[float | None]) -> tuple[Range, bool]:
    """What shows curves best, and whether as logarithms. One spike, however high, does not flatten all else."""
    drawn = sorted(value for value in values if value is not None)
    above = [value for value in drawn if value > 1 / LARGEST]
    if above and drawn[0] >= 0 and drawn[-1] > _SPREAD * above[0]:
        middle = above[len(above) // 2]
        return logarithmic((max(above[0], middle / _FAR), min(above[-1], middle * _FAR))), True
    cut = len(drawn) // 50
    low, high = around(drawn[cut : len(drawn) - cut])
    far = _SPREAD * (high - low)
    return around((max(low - far, drawn[0]), min(high + far, drawn[-1]))), False


def round_(shown: Range, most: int = _TICKS) -> Range:
    """The range out to round numbers, of which it holds about so many at most."""
    step = _step(shown, most)
    return math.floor(shown[0] / step + _NEAR) * step, math.ceil(shown[1] / step - _NEAR) * step


def ticks(low: float, high: float) -> Sequence[float]:
    """The ticks of a logarithmic axis, from the finest that are not too many."""
    for factors in ((1, 2, 5), (1,)):
        steps = [step for step in _steps(low, high, factors) if low <= step <= high]
        if len(steps) <= _TICKS:
            break
    return steps[:: -(-len(steps) // _TICKS)]


def _even(shown: Range, is_counted: bool) -> tuple[Sequence[float], float]:
    """The ticks of an axis that is no logarithm, and what lies between two."""
    low, high = shown
    step = _step(shown, _TICKS)
    if is_counted and math.floor(high) > math.ceil(low):
        step = max(step, 1.0)
    numbers = range(math.ceil(low / step - _NEAR), math.floor(high / step + _NEAR) + 1)
    return [number * step for number in numbers], step


def _step(shown: Range, most: int) -> float:
    """1, 2 or 5 times a power of ten, of which the range holds no more than so many."""
    exact = max((shown[1] - shown[0]) / most, sys.float_info.min)
    return next(step for step in _steps(exact, exact) if step >= exact * (1 - _NEAR))


def _steps(low: float, high: float, factors: Sequence[int] = (1, 2, 5)) -> list[float]:
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    return [float(f"{factor}e{power}") for power in powers for factor in factors]
