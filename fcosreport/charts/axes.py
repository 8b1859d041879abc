"""What an axis shows of its values, and where its ticks are."""

import math
from collections.abc import Iterable, Sequence

Range = tuple[float, float]

LARGEST = 1e100
"""What is larger is drawn as if it were infinite: as a gap."""
_SPREAD = 20  # times the lowest value, from which on a logarithm shows more
_FAR = 10_000  # times the median, beyond which a value is drawn at the edge
_TICKS = 8


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


def round_(shown: Range) -> Range:
    """The range out to round numbers."""
    low, high = shown
    exact = (high - low) / _TICKS
    step = next(step for step in _steps(exact, exact) if step >= exact)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def ticks(low: float, high: float) -> Sequence[float]:
    """The ticks of a logarithmic axis, from the finest that are not too many."""
    for factors in ((1, 2, 5), (1,)):
        steps = [step for step in _steps(low, high, factors) if low <= step <= high]
        if len(steps) <= _TICKS:
            break
    return steps[:: -(-len(steps) // _TICKS)]


def whole(low: float, high: float) -> Sequence[int]:
    """The whole numbers from `low` to `high`, where these are so few that all can be ticks; else none."""
    return range(math.ceil(low), math.floor(high) + 1) if high - low <= _TICKS else ()


def _steps(low: float, high: float, factors: Sequence[int] = (1, 2, 5)) -> list[float]:
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    return [float(f"{factor}e{power}") for power in powers for factor in factors]
