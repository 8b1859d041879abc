"""Files of bare numbers that are called after what they hold."""

import pytest

from fcosreport.dialects.number_lists import NumberLists
from tests.dialects.feeding import evaluations, feed, points

MAP = "0\n0.5630931844688134\n0.6181862382344864\n\n0.6205965779107204\n"
SAMPLES = {"logs/epoch_map.txt": MAP.encode(), "logs/epoch_val_loss.txt": b"5.3556\n1.844\n1.6854\n"}


def told(text: str, path: str) -> list[tuple[int, float | None]]:
    return [(each.where.line, each["AP"]) for each in evaluations(feed(NumberLists, text, path=path))]


def test_each_number_is_an_evaluation_of_an_epoch_that_is_not_told() -> None:
    found = evaluations(feed(NumberLists, MAP, path="a/epoch_map.txt"))
    assert [(each.where.line, each.epoch, each["AP"]) for each in found] == [
        (2, None, 0.5630931844688134),
        (3, None, 0.6181862382344864),
        (5, None, 0.6205965779107204),
    ]


@pytest.mark.parametrize("path", ["a/epoch_val_map.txt", "val_mAP_per_epoch.txt", "a\\epochs_map.txt"])
def test_siblings(path: str) -> None:
    assert told("0.0\n0.25\n", path) == [(1, 0.0), (2, 0.25)]


@pytest.mark.parametrize("path", ["a/mAP.txt", "val_mAP.txt", "a\\map50.txt"])
def test_a_file_called_after_a_metric_holds_one_number(path: str) -> None:
    assert len(evaluations(feed(NumberLists, "0.757918\n\n", path=path))) == 1
    assert feed(NumberLists, "0.757918\n0.5\n", path=path) == []


def test_a_list_is_in_one_unit() -> None:
    assert told("0.5\n12\n", "epoch_map.txt") == [(1, 0.005), (2, 0.12)]


def test_losses_are_a_curve() -> None:
    assert points(feed(NumberLists, "5.3\n1.8\n", path="epoch_loss.txt")) == {"loss by epoch": [(1, 5.3), (2, 1.8)]}
    assert points(feed(NumberLists, "5.3\n1.8\n", path="epoch_val_loss.txt")) == {
        "val_loss by epoch": [(1, 5.3), (2, 1.8)]
    }


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("0.5\n0.6\n", "numbers.txt"),
        ("0.5\n0.6\n", "map.txt"),
        ("0.5\n", "map.txt"),
        ("0.5\n", "mAP_threshold.txt"),
        ("0.5\n", "roadmap.txt"),
        ("12\n", "mAP50_count.txt"),
        ("0.5\n0.6\n", "epoch_bitmap.txt"),
        ("0.5\nwall\n", "epoch_map.txt"),
        ("0.5 0.6\n", "epoch_map.txt"),
        ("12\n400\n", "epoch_map.txt"),
        ("", "epoch_map.txt"),
    ],
)
def test_what_is_no_such_list_is_quiet(text: str, path: str) -> None:
    assert feed(NumberLists, text, path=path) == []


def test_a_place_that_is_kept_is_no_result() -> None:
    assert told("0\n", "epoch_map.txt") == []
