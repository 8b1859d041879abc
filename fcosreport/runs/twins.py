"""Curves held against each other: whether they are one training told twice, or one that goes on in the next file."""

import math
from collections.abc import Sequence

from fcosreport.curves import packed, thinned
from fcosreport.records import Curve, Segment

LEAST = 5
"""Logged values that must agree before two curves count as one; losses of different runs do not share five."""
_LOST = 0.1  # of the steps of a training, which may be missing where it goes on


def is_same_training(one: Sequence[Curve], other: Sequence[Curve]) -> bool:
    """Whether both tell of one training: every loss that both log begins at one step with the same printed values.

    A loss that does not change tells nothing, and is not asked.
    """
    pairs = _comparable(one, other)
    return bool(pairs) and all(_begin_alike(a, b) for a, b in pairs)


def are_columns(one: Sequence[Curve], other: Sequence[Curve]) -> bool:
    """Whether both tell of one training in files for each name: nothing is told twice, and all at the same steps."""
    steps = {(curve.unit, curve.begin, curve.end, curve.count) for curve in (*one, *other)}
    lasts = len(steps) == 1 and min(curve.count for curve in one) > 1
    return lasts and not {curve.name for curve in one} & {curve.name for curve in other}


def contradict(one: Sequence[Curve], other: Sequence[Curve]) -> bool:
    """Whether a loss that both log, from the same step on, has other values in the one than in the other."""
    pairs = ((a, b) for a, b in _comparable(one, other) if abs(a.begin - b.begin) <= 1)
    return any(not all(map(alike, a.beginning, b.beginning)) for a, b in pairs)


def _comparable(one: Sequence[Curve], other: Sequence[Curve]) -> list[tuple[Curve, Curve]]:
    pairs = ((a, b) for a in one for b in other if a.name == b.name and "loss" in a.name)
    return [(a, b) for a, b in pairs if _have_one_unit(a, b) and changes(a) and changes(b)]


def _have_one_unit(one: Curve, other: Curve) -> bool:
    """Whether steps can be held against each other; event files know no epochs, and count these as steps."""
    return one.unit == other.unit or (one.begin, one.end, one.count) == (other.begin, other.end, other.count)


def changes(curve: Curve) -> bool:
    """Whether the first values of the curve are not all one."""
    return len(set(curve.beginning)) > 1


def _begin_alike(one: Curve, other: Curve) -> bool:
    mine, theirs = one.beginning, other.beginning
    both = min(len(mine), len(theirs))
    return (
        both >= min(LEAST, max(one.count, other.count))
        and abs(one.begin - other.begin) <= 1
        and all(map(alike, mine[:both], theirs[:both]))
    )


def alike(one: float, other: float) -> bool:
    """Whether two numbers can be one, printed with four digits or more."""
    return math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-4) or (math.isnan(one) and math.isnan(other))


def continues(before: Segment, after: Segment) -> bool:
    """Whether a training goes on: its steps begin behind the first, and not far behind the last, of what was before.

    What was logged last before it was killed may be lost.
    """
    if not before.curves or not after.curves or before.curves[0].unit != after.curves[0].unit:
        return False
    begin, end = min(c.begin for c in before.curves), max(c.end for c in before.curves)
    count = max(c.count for c in before.curves)
    stride = max(1.0, (end - begin) / max(1, count - 1))
    start = min(c.begin for c in after.curves)
    resumed = any(event.kind == "resumed" for event in after.events)
    lost = max(2 * stride, _LOST * (end - begin))
    return begin + stride < start <= end + lost or (resumed and start > stride)


def stitched(parts: Sequence[Sequence[Curve]]) -> tuple[Curve, ...]:
    """The curves of the parts of one training, those of one name behind each other."""
    curves: dict[tuple[str, str], Curve] = {}
    for part in parts:
        for curve in part:
            key = curve.name, curve.unit
            curves[key] = _appended(curves[key], curve) if key in curves else curve
    return tuple(curves.values())


def _appended(one: Curve, other: Curve) -> Curve:
    points = packed(*thinned(one.steps + other.steps, one.values + other.values))
    lows = [low for low in (one.low, other.low) if low is not None]
    highs = [high for high in (one.high, other.high) if high is not None]
    return Curve(
        *(one.name, one.unit, one.count + other.count, one.begin, max(one.end, other.end), one.first, other.last),
        *(min(lows, default=None), max(highs, default=None), one.where, one.head, points),
    )
