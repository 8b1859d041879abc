"""results.txt of YOLOv5 and YOLOv7, which has no head."""

import pytest

from fcosreport.dialects.ultralytics_txt import UltralyticsTxt
from tests.dialects.feeding import curve, evaluations, feed, settings

BOXES = "     0/299     3.05G   0.0779   0.05166   0.04003    0.1696        80       640    0.1    0.2    0.3    0.4"
POSE = "  7/99  1.51G  0.013  0.003  0  0.027  0.0017  0.046  4  640  0.91  0.82  0.73  0.64  0.012  0.0019  0"
SAMPLES = {"results.txt": f"{BOXES} 0.07 0.05 0.03\n".encode(), "exp/results.txt": f"{POSE}\n".encode()}


@pytest.mark.parametrize(
    ("row", "epoch", "values"),
    [
        (f"{BOXES} 0.07 0.05 0.03", 0, [0.1, 0.2, 0.3, 0.4]),
        (POSE, 7, [0.91, 0.82, 0.73, 0.64]),
        ("1/29 1.7G 0.11 0.07 0 0.31 0.5 50 640 0 0 0.0009 0.0001 0.1 0.09 0", 1, [0, 0, 0.0009, 0.0001]),
    ],
)
def test_a_row_is_read_however_many_losses_its_model_has(row: str, epoch: int, values: list[float]) -> None:
    (found,) = evaluations(feed(UltralyticsTxt, f"{row}\n", path="runs/exp/results.txt"))
    assert (found.epoch, [found[name] for name in ("P", "R", "AP50", "AP")]) == (epoch, values)


def test_losses_and_memory_are_curves() -> None:
    records = feed(UltralyticsTxt, f"{POSE}\n", path="results.txt")
    assert curve(records, "memory") == [(7, 1.51 * 1024)]
    assert curve(records, "kpt_loss") == [(7, 0.027)]
    assert curve(records, "loss") == [(7, 0.046)]


def test_the_schedule_is_one_more_than_the_last_epoch_that_rows_count_to() -> None:
    records = feed(UltralyticsTxt, f"{BOXES} 0.07 0.05 0.03\n" * 2, path="results.txt")
    assert settings(records) == {"epochs": 300}


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (["0.2 0.6 0.35 0.3", "0.4 0.8 0.61 0.53"], "F1"),  # what 2PR / (P + R) is, about
        (["0.2 0.6 0.35 0.3", "0.4 0.8 0.61 0.40"], "AP"),
        (["0.2 0.6 0.35 0.3"], "AP"),  # one row may be so by chance
        (["0.2 0.6 0.15 0.3"], "F1"),  # but no AP is above AP50
        (["0 0 0.01 0.001", "0.4 0.8 0.61 0.53"], "AP"),
        (["0 0 0.01 0", "0.4 0.8 0.61 0.53"], "F1"),
    ],
)
def test_the_last_metric_is_f1_where_it_follows_from_precision_and_recall(rows: list[str], name: str) -> None:
    text = "".join(f"{at}/9 3G 0.1 0.2 0 0.3 21 416 {row} 0.1 0.2 0\n" for at, row in enumerate(rows))
    for size in (10, 60_000):
        found = evaluations(feed(UltralyticsTxt, text, path="results.txt", size=size))
        assert [each.metrics[-1].name for each in found] == [name] * len(rows)


def test_an_epoch_that_was_not_evaluated_has_no_result() -> None:
    text = "0/2 1.7G 0.11 0.07 0 0.31 0 640 0 0 0 0 0 0 0\n2/2 1.7G 0.11 0.07 0 0.31 0 640 0 0 0 0 0.1 0.09 0\n"
    records = feed(UltralyticsTxt, text, path="results.txt")
    assert [(found.epoch, found["AP"]) for found in evaluations(records)] == [(2, 0.0)]
    assert curve(records, "val/box_loss") == [(2, 0.1)]
    assert [epoch for epoch, _ in curve(records, "box_loss")] == [0, 2]


@pytest.mark.parametrize(
    "text",
    [f"{BOXES} 0.07 0.05\n", "1/2 3G 4\n", f"{BOXES} 0.07 0.05 0.0.3\n", f"{BOXES} 0.07 0.05 .\n", "\n"],
)
def test_what_is_no_row_is_quiet(text: str) -> None:
    assert feed(UltralyticsTxt, text, path="results.txt") == []


def test_a_text_of_another_name_is_quiet() -> None:
    assert feed(UltralyticsTxt, f"{POSE}\n", path="other.txt") == []
