"""The day of an entry in a note."""

import pytest

from fcosreport.notes.dates import day_of


@pytest.mark.parametrize(
    ("path", "titles", "day"),
    [
        ("note.md", ["2019-12-10 lr 1e-3"], "2019-12-10"),
        ("note.md", ["more", "2021年3月4日", "2020-01-01"], "2021-03-04"),
        ("note.md", ["2021.08.11: FrozenBN"], "2021-08-11"),
        ("note.md", ["20191210"], "2019-12-10"),
        ("191210.md", ["the sweep"], "2019-12-10"),
        ("diary_2019-12-10.md", [], "2019-12-10"),
        ("note.md", ["lr 0.01", "v2019.1.2.3", "201912101", "2019-13-40", "AP 191210"], ""),
        ("note.md", [], ""),
    ],
)
def test_the_nearest_title_that_tells_a_day_counts_then_the_file(path: str, titles: list[str], day: str) -> None:
    assert day_of(path, titles) == day
