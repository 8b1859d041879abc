"""results.csv and results.txt of YOLOv5 and ultralytics. The samples are written here; real files come last."""

from itertools import chain
from pathlib import Path

import pytest

from fcosreport.dialects.ultralytics_csv import UltralyticsCsv
from fcosreport.records import Origin
from tests.dialects.feeding import curve, entries, evaluations, expected, feed, issues, points

HEAD = (
    "                  epoch,      train/box_loss,      train/cls_loss,   metrics/precision(B),      metrics/recall(B),"
    "    metrics/mAP50(B), metrics/mAP50-95(B),   metrics/precision(M),  metrics/recall(M),  metrics/mAP50(M),"
    "  metrics/mAP50-95(M),        val/box_loss,              lr/pg0,              lr/pg1\n"
)
ROWS = (
    "1,1.158,3.098,0.629,0.476,0.521,0.37,0.63,0.45,0.488,0.304,1.2,0.00033,0.001\n"
    "2,1.101,2.9,0.639,0.486,0.531,0.38,0.64,0.46,0.498,0.314,1.1,0.00066,0.002\n"
)
TXT = "     0/299     3.05G   0.0779   0.05166   0.04003    0.1696        80       640    0.1    0.2    0.3    0.4"
SAMPLES = {"results.csv": (HEAD + ROWS).encode(), "results.txt": f"{TXT} 0.07 0.05 0.03\n".encode()}


def test_every_row_of_results_csv_is_an_evaluation() -> None:
    records = feed(UltralyticsCsv, HEAD + ROWS)
    assert [(each.task, each.epoch, each["AP"], each["AP50"]) for each in evaluations(records)] == [
        ("bbox", 1, 0.37, 0.521),
        ("segm", 1, 0.304, 0.488),
        ("bbox", 2, 0.38, 0.531),
        ("segm", 2, 0.314, 0.498),
    ]
    assert points(records)["lr by epoch"][1] == (2, 0.00066)
    assert set(points(records)) == {f"{name} by epoch" for name in ("box_loss", "cls_loss", "val/box_loss", "lr")}


def test_results_csv_of_yolov5() -> None:
    head = "epoch, train/box_loss, metrics/precision, metrics/recall, metrics/mAP_0.5,metrics/mAP_0.5:0.95, x/lr0\n"
    (found,) = evaluations(feed(UltralyticsCsv, head + "  0, 0.064, 1.0e-05, 0.0012, 5.0e-06, 1.6e-06, 0.0019\n"))
    assert {metric.name: metric.value for metric in found.metrics} == {
        "P": 1e-05,
        "R": 0.0012,
        "AP50": 5e-06,
        "AP": 1.6e-06,
    }


def test_results_txt_has_no_head() -> None:
    records = feed(UltralyticsCsv, f"{TXT} 0.07 0.05 0.03\n", path="runs/exp/results.txt")
    assert [(each.epoch, each["AP50"], each["AP"]) for each in evaluations(records)] == [(0, 0.3, 0.4)]
    assert curve(records, "memory") == [(0, 3.05 * 1024)]
    assert feed(UltralyticsCsv, f"{TXT} 0.07 0.05 0.03\n", path="other.txt") == []


def test_a_row_that_is_cut_is_an_issue() -> None:
    records = feed(UltralyticsCsv, HEAD + ROWS + "3,1.0,2.8,0.64\n")
    assert issues(records) == [4]
    assert len(evaluations(records)) == 4


@pytest.mark.parametrize("text", ["epoch,loss,acc\n1,2,3\n", "1,2,3,4\n", "a,b\n", "epoch\n"])
def test_other_tables_are_quiet(text: str) -> None:
    assert feed(UltralyticsCsv, text, path="data.csv") == []


def test_what_follows_a_pasted_table_is_quiet() -> None:
    records = feed(UltralyticsCsv, HEAD + ROWS + "\n1. next, we train longer\n", origin="note")
    assert not issues(records)


def test_real_files_give_what_the_manifest_says(corpus: Path) -> None:
    for entry in entries(corpus, "results_csv"):
        records = feed(UltralyticsCsv, (corpus / entry["file"]).read_bytes(), size=92 << 10, path=entry["file"])
        boxes = [each for each in evaluations(records) if each.task == "bbox"]
        assert len(boxes) == entry["counts"]["results_csv"], entry["file"]
        for want, got in zip(expected(entry, "results_csv"), (boxes[0], boxes[-1]), strict=True):
            assert {name: got[name] for name in want["metrics"]} == want["metrics"], entry["file"]
            assert got.where.line == want["line"]
            assert "epoch" not in want or got.epoch == int(want["epoch"])


def test_other_real_files_are_quiet(corpus: Path) -> None:
    own = {entry["file"] for entry in entries(corpus, "yolo_all", "results_csv")}
    for path in sorted(chain(corpus.glob("0*/*.md"), corpus.glob("0[1-5]*/*"))):
        if str(path.relative_to(corpus)) not in own:
            origin: Origin = "note" if path.suffix == ".md" else "log"
            assert feed(UltralyticsCsv, path.read_bytes(), origin, 92 << 10) == [], path
