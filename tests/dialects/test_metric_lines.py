"""Lines that say a metric by its name, and lines that only look like it."""

from typing import Any

import pytest

from fcosreport.dialects.metric_lines import MetricLines
from tests.dialects.feeding import evaluations, feed

TREE = """SUMMARY OF EPOCH {epoch}
├── Train
│   └── Ppyoloeloss/loss = 2.5411
│       ├── Epoch N-1      = 3.0411 (↘ -0.5)
│       └── Best until now = 3.0411 (↘ -0.5)
└── Validation
    ├── Precision@0.50 = 0.05
    │   ├── Epoch N-1      = 0.04 (↗ 0.01)
    │   └── Best until now = 0.04 (↗ 0.01)
    ├── Map@0.50 = 0.4{epoch}
    │   ├── Epoch N-1      = 0.3502 (↗ 0.06)
    │   └── Best until now = 0.3502 (↗ 0.06)
    ├── Best_score_threshold = 0.07
    ├── Precision@0.50:0.95 = 0.03
    └── Map@0.50:0.95 = 0.2{epoch}
        ├── Epoch N-1      = 0.2102 (↗ 0.05)
        └── Best until now = 0.2102 (↗ 0.05)

"""
LVIS = "  AP = 0.507\nAP50 = 0.812\n APr = 0.400\n AR@300 = 0.560\nARs@300 = 0.469\n"
FIRST = "".join(line for line in TREE.splitlines(keepends=True) if "N-1" not in line and "Best" not in line)
SAMPLES = {"console.log": (FIRST.format(epoch=1) + FIRST.format(epoch=2)).encode(), "eval.log": LVIS.encode()}


def told(text: str) -> list[tuple[Any, ...]]:
    """Epoch, family and metrics of each evaluation."""
    found = evaluations(feed(MetricLines, text))
    return [(e.epoch, e.family, {m.name: m.value for m in e.metrics}) for e in found]


def test_a_tree_is_a_result_without_what_was_before() -> None:
    assert told(TREE.format(epoch=1) + TREE.format(epoch=2)) == [
        (1, "", {"P": 0.05, "AP50": 0.41, "AP": 0.21}),
        (2, "", {"P": 0.05, "AP50": 0.42, "AP": 0.22}),
    ]


def test_lines_near_each_other_are_one_result() -> None:
    assert told(LVIS) == [(None, "lvis", {"AP": 0.507, "AP50": 0.812, "APr": 0.4, "AR300": 0.56, "ARs": 0.469})]
    assert told(LVIS + LVIS.replace("0.5", "0.4")) == [
        (None, "lvis", {"AP": 0.507, "AP50": 0.812, "APr": 0.4, "AR300": 0.56, "ARs": 0.469}),
        (None, "lvis", {"AP": 0.407, "AP50": 0.812, "APr": 0.4, "AR300": 0.46, "ARs": 0.469}),
    ]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (" mean average precision (mAP@0.50) = 0.712345, or 71.23 %", {"AP50": 0.712345}),
        ("mAP: 0.5123", {"AP": 0.5123}),
        ("Mean mAP = 0.7749", {"AP": 0.7749}),
        ("2024-01-01 10:00:00,000 - INFO - mAP: 37.4, mAP50: 58.1", {"AP": 0.374, "AP50": 0.581}),
        ("[12:00:01] val: mAP=3.74e-01, AP50=.581", {"AP": 0.374, "AP50": 0.581}),
        ("val_mAP: 0.3", {"AP": 0.3}),
        ("IDF1: 70.1 | MOTA: 65.2", {"IDF1": 0.701, "MOTA": 0.652}),
    ],
)
def test_a_line_however_it_is_written(line: str, values: dict[str, float]) -> None:
    ((_, _, found),) = told(f"{line}\n")
    assert found == pytest.approx(values)


@pytest.mark.parametrize(
    "line",
    [
        "Best mAP: 0.5",
        "best_mAP = 0.5",
        "mAP of the paper: 0.5",
        "map: 3",
        "map = 0.4",
        "precision = 0.5, recall = 0.4",
        "mAP threshold: 0.5",
        "if mAP == 0.5:",
        "assert mAP50 = 0.5",
        "metrics = {'mAP50': 0.5}",
        "the target mAP: 0.5",
        "mAP50: 812 ms",
        "mAP: 1.2.3",
        "a roadmap: 0.5",
        "expected AP50: 0.5",
        "epoch,  metrics/mAP_0.5,  metrics/mAP_0.5:0.95,  val/box_loss",
    ],
)
def test_what_is_no_result_is_quiet(line: str) -> None:
    assert feed(MetricLines, f"{line}\n") == []


def test_prose_of_a_note_is_quiet() -> None:
    assert feed(MetricLines, LVIS, origin="note") == []


@pytest.mark.parametrize(
    "line",
    ["mAP50-95): 25% ━━━──── 1/4 0.4s", "Class  Images  mAP50  mAP50-95: 100%|████| 4/4", "mAP: 50% 2/4 [00:01<00:01]"],
)
def test_how_far_a_progress_bar_is_is_no_result(line: str) -> None:
    assert feed(MetricLines, f"{line}\n{line}\n") == []
