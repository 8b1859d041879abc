"""WZMIAOMIAO's rows of results, one an epoch. The sample is written by hand."""

from pathlib import Path

import pytest

from fcosreport.dialects.wz_rows import WzRows
from fcosreport.records import COCO_METRICS, Evaluation
from tests.dialects.feeding import entries, feed, issues, points, results

ROW = "0.2350  0.4111  0.2459  0.1338  0.2578  0.3063  0.2297  0.3747  0.3927  0.2180  0.4232  0.5052"
ROWS = f"epoch:0 {ROW}  1.0145  0.100000\nepoch:1 {ROW.replace('0.2350', '0.2495')}  0.9376  0.010000\n"
SAMPLES = {"det_results.txt": ROWS.encode()}
PREFIXES = ("2025-01-28 stdout F ",)


@pytest.mark.parametrize(
    ("path", "task", "stated"),
    [
        ("runs/det_results20220410.txt", "bbox", True),
        ("runs/seg_results20220410.txt", "segm", True),
        ("results.txt", "bbox", False),
    ],
)
def test_rows_tell_their_task_by_the_file(path: str, task: str, stated: bool) -> None:
    found = [each for each in feed(WzRows, ROWS, path=path) if isinstance(each, Evaluation)]
    assert [(each.task, each.task_stated, each.epoch, each.where.line) for each in found] == [
        (task, stated, 0, 1),
        (task, stated, 1, 2),
    ]
    assert [metric.name for metric in found[0].metrics] == list(COCO_METRICS)
    assert [metric.text for metric in found[0].metrics] == ROW.split()


def test_rows_tell_loss_and_rate_by_epoch() -> None:
    assert points(feed(WzRows, ROWS)) == {
        "loss by epoch": [(0, 1.0145), (1, 0.9376)],
        "lr by epoch": [(0, 0.1), (1, 0.01)],
    }


def test_rows_of_keypoints_have_ten_numbers() -> None:
    text = f"epoch:0 {'  '.join(ROW.split()[:10])}  0.0015  0.001000\n"
    found = results(feed(WzRows, text, path="key_results.txt"))
    assert [list(each[3]) for each in found] == [  # type: ignore[call-overload]
        ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "epoch:1 0.21331953997252312\nepoch:2 0.2713624650786766\n",
        "best_epoch:3 " + ROW + "\n",
        "epoch:1 loss 0.5 lr 0.1\n",
    ],
)
def test_lines_that_hold_no_result(text: str) -> None:
    assert not feed(WzRows, text)


def test_a_cut_row_is_told_and_not_taken() -> None:
    records = feed(WzRows, ROWS + f"epoch:2 {ROW[:40]}")
    assert len(results(records)) == 2
    assert issues(records) == [3]


def test_rows_keep_missing_values() -> None:
    found = results(feed(WzRows, ROWS.replace("0.1338", "-1.0000").replace("0.2180", "nan")))
    assert [(each[3]["APs"], each[3]["ARs"]) for each in found] == [(-1.0, None)] * 2  # type: ignore[index]


def test_public_rows_give_what_they_hold(corpus: Path) -> None:
    (entry,) = entries(corpus, "wz_rows")
    data = (corpus / entry["file"]).read_bytes()
    found = [each for each in feed(WzRows, data, path=entry["file"]) if isinstance(each, Evaluation)]
    assert len(found) == entry["counts"]["wz_rows"]
    for want, got in ((entry["expected"]["first"], found[0]), (entry["expected"]["last"], found[-1])):
        assert {metric.name: metric.value for metric in got.metrics} == want["metrics"]
        assert (got.where.line, got.epoch, got.task) == (want["line"], want["epoch"], want["iou_type"])
    assert not feed(WzRows, next(corpus.glob("05_torchvision/113__*")).read_bytes(), path="det_results.txt")
