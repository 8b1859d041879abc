"""A file grows where somebody saw it shorter, and for a while after."""

from fcosreport.collecting.growth import STILL, Growth
from fcosreport.records import Source


def test_a_file_grows_where_it_was_seen_shorter_until_it_is_still_for_long() -> None:
    growth = Growth()
    looks = [(0, 10), (5, 10), (10, 12), (20, 12), (10 + STILL, 12), (11 + STILL, 13)]
    seen = [growth.growing([Source("a.log", "log", size)], now) for now, size in looks]
    assert [bool(paths) for paths in seen] == [False, False, True, True, False, True]


def test_a_file_that_was_written_anew_and_is_shorter_does_not_grow() -> None:
    growth = Growth()
    growth.growing([Source("a.log", "log", 20)], 0)
    assert not growth.growing([Source("a.log", "log", 10), Source("b.log", "log", 5)], 1)
