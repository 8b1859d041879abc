"""A file grows where somebody saw it shorter, and for a while after."""

import pytest

from fcosreport.collecting.growth import STILL, Growth
from fcosreport.records import Evaluation, Experiment, Source, State, Where


def test_a_file_grows_where_it_was_seen_shorter_until_it_is_still_for_long() -> None:
    growth = Growth()
    looks = [(0, 10), (5, 10), (10, 12), (20, 12), (10 + STILL, 12), (11 + STILL, 13)]
    seen = [growth.growing([Source("a.log", "log", size)], now) for now, size in looks]
    assert [bool(paths) for paths in seen] == [False, False, True, True, False, True]


def test_a_file_that_was_written_anew_and_is_shorter_does_not_grow() -> None:
    growth = Growth()
    growth.growing([Source("a.log", "log", 20)], 0)
    assert not growth.growing([Source("a.log", "log", 10), Source("b.log", "log", 5)], 1)


HERE = Where("a.log", 1)


def at(iteration: int, *, of: int | None = 1000, state: State = "running") -> Experiment:
    reached = (Evaluation("bbox", (), HERE, iteration=iteration, of=of),)
    return Experiment(id="a", name="a", state=state, where=HERE, evaluations=reached)


def test_the_time_left_is_told_once_a_pace_was_seen() -> None:
    growth = Growth()
    looks = [(0, 100), (30, 200), (30, 200), (90, 300), (150, 400)]
    assert [growth.paced(at(reached), now).reason for now, reached in looks] == [
        "at 100 of 1,000",
        *["at 200 of 1,000"] * 2,
        "at 300 of 1,000, 7 min left",
        "at 400 of 1,000, 6 min left",
    ]


def test_a_run_that_began_again_has_a_new_pace() -> None:
    growth = Growth()
    for now, reached in ((0, 100), (30, 200), (90, 300)):
        growth.paced(at(reached), now)
    assert growth.paced(at(150), 100).reason == "at 150 of 1,000"


def test_what_does_not_run_or_has_no_known_end_is_as_it_was() -> None:
    for each in (at(100, state="finished"), at(100, of=None)):
        assert Growth().paced(each, 0) == each


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(3, "3 s left"), (200, "3 min left"), (7800, "2 h 10 min left"), (273_600, "3 d 4 h left"), (0, "0 s left")],
)
def test_a_time_is_told_in_its_two_largest_units(seconds: int, told: str) -> None:
    growth = Growth()
    for now, reached in ((0, 1), (1, 2)):
        growth.paced(at(reached, of=3 + seconds), now)
    assert growth.paced(at(3, of=3 + seconds), 2).reason.endswith(told)
