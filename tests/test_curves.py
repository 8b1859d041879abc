"""Curves keep their spikes and gaps in 500 points, however long they are, and can be gone on with."""

import math
from array import array
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fcosreport.curves import POINTS, Gatherer, thinned
from fcosreport.records import Samples, Where

WHERE = Where("log", 1)
VALUES = st.lists(st.floats(allow_infinity=True, width=32) | st.just(math.nan), min_size=1, max_size=3000)


def samples(values: list[float], first: int = 0) -> Samples:
    return Samples(("loss",), array("d", range(first, first + len(values))), (array("d", values),), WHERE)


@given(VALUES)
def test_the_extremes_and_every_gap_survive_in_order(values: list[float]) -> None:
    steps, kept = thinned(array("d", range(len(values))), array("d", values))
    assert len(steps) == len(kept) <= POINTS
    assert list(steps) == sorted(steps)
    assert all(values[int(step)] == value or math.isnan(value) for step, value in zip(steps, kept, strict=True))
    assert any(map(math.isnan, kept)) == any(map(math.isnan, values))
    if not any(map(math.isnan, values)):
        assert (min(kept), max(kept)) == (min(values), max(values))


@given(VALUES)
def test_a_curve_tells_how_many_values_it_stands_for_and_between_which(values: list[float]) -> None:
    gatherer = Gatherer()
    gatherer.add(samples(values))
    (curve,) = gatherer.curves()
    finite = [value for value in values if math.isfinite(value)]
    assert curve.count == len(values)
    assert (curve.begin, curve.end) == (0, len(values) - 1)
    assert (curve.low, curve.high) == ((min(finite), max(finite)) if finite else (None, None))


@given(VALUES, st.lists(st.integers(0, 3000), max_size=5))
def test_the_points_are_the_same_however_the_values_came(values: list[float], cuts: list[int]) -> None:
    whole, parts = Gatherer(), Gatherer()
    whole.add(samples(values))
    places = sorted({0, len(values), *(min(cut, len(values)) for cut in cuts)})
    for first, last in pairwise(places):
        parts.add(samples(values[first:last], first))
        parts.settle()
    assert parts.curves() == whole.curves()


def test_a_spike_in_a_million_values_survives() -> None:
    gatherer = Gatherer()
    for block in range(100):
        values = [0.5] * 10_000
        values[77] = 99.0 if block == 42 else 0.5
        gatherer.add(samples(values, block * 10_000))
    (curve,) = gatherer.curves()
    points = array("d", curve.points)
    assert 99.0 in points[1::2]
    assert len(points) <= 2 * POINTS
    assert curve.count == 1_000_000


def test_every_point_is_kept_on_demand() -> None:
    gatherer = Gatherer(whole=True)
    gatherer.add(samples([float(i % 7) for i in range(100_000)]))
    (curve,) = gatherer.curves()
    assert len(curve.points) == 16 * 100_000
