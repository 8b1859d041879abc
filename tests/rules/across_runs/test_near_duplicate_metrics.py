"""Nearly equal results are found by sorting, and they are the ones that comparing each pair finds."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.rules.across_runs.near_duplicate_metrics import leaders_by_sorting, plain_leaders

MOST = 2.000001
ROW = (292, 470, 308, 163, 325, 383, 270, 455, 490, 283, 539, 645)


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """Rows of 12 numbers, many of which differ in a few places by little, as copies do; some without ground truth."""
    random = Random(draw(st.integers()))
    values = draw(st.sampled_from([2, 3, 6, 600]))
    apart = draw(st.sampled_from([1, 2, 3]))
    missing = draw(st.sets(st.integers(0, 11), max_size=5))
    made: list[tuple[int, ...]] = []
    for _ in range(draw(st.integers(0, 80))):
        row = [number + apart * random.randrange(values) for number in ROW]
        if made and random.random() < 0.5:
            row = list(random.choice(made))
            for place in random.sample(range(12), random.randrange(6)):
                row[place] += random.choice((-3, -2, -1, 1, 2, 3))
        made.append(tuple(-1000 if place in missing and number % 3 else number for place, number in enumerate(row)))
    return sorted(set(made)) or [ROW]


@settings(deadline=None)  # the first example imports numpy
@given(rows(), st.sampled_from([0.0, MOST, 5.0, 1e9]))
def test_sorting_finds_what_comparing_each_pair_finds(made: list[tuple[int, ...]], most: float) -> None:
    assert leaders_by_sorting(made, most) == plain_leaders(made, most)


@settings(deadline=None)
@given(st.permutations(range(12)), st.lists(st.sampled_from([-2, -1, 1, 2]), min_size=4, max_size=4))
def test_a_pair_is_found_wherever_its_four_differences_stand(places: list[int], changes: list[int]) -> None:
    other = list(ROW)
    for place, change in zip(places, changes, strict=False):
        other[place] += change
    assert leaders_by_sorting(sorted([ROW, tuple(other)]), MOST) == [0, 0]
    other[places[4]] += 1
    assert leaders_by_sorting(sorted([ROW, tuple(other)]), MOST) == [0, 1]


def test_rows_that_hang_together_in_a_chain_are_one_group() -> None:
    chain = [(*ROW[:11], ROW[11] + 2 * step) for step in range(300)]
    assert set(leaders_by_sorting(chain, MOST)) == {0}
    assert leaders_by_sorting([chain[0], chain[2]], MOST) == [0, 1]
