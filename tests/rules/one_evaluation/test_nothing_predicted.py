"""Evaluations of nothing: what the log says of them, and which numbers are theirs."""

from pathlib import Path

import pytest

from tests.conftest import FAIR, GOOD
from tests.rules.asking import found, only, reported

HEAD = "[01/02 15:00:00 detectron2]: Rank of current process: 0. World size: 1\n"
EMPTY = "WARNING [01/02 15:42:27 d2.evaluation.coco_evaluation]: No predictions from the model!\n"
SAID = ["#70 no predictions: No predictions from the model!"]


def copypaste(task: str, numbers: str) -> str:
    prefix = "[01/02 15:42:27 d2.evaluation.testing]: copypaste:"
    return f"{prefix} Task: {task}\n{prefix} AP,AP50,AP75,APs,APm,APl\n{prefix} {numbers}\n"


@pytest.mark.parametrize("number", ["-1.0000", "nan"])
def test_a_log_that_says_so_is_believed_before_its_numbers(tmp_path: Path, number: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "log.txt").write_text(HEAD + EMPTY + copypaste("bbox", ",".join([number] * 6)))
    (finding,) = reported(tmp_path)
    assert (finding.code, finding.severity) == ("FR117", "error")
    assert "the log says that the model predicted nothing" in finding.message


def test_without_predictions_an_mmdetection_log_prints_the_numbers_before_again() -> None:
    finding = only([{"bbox": [f"{FAIR} @10 #50", f"{FAIR} @20 #72"], "events": SAID}], "FR117")
    assert finding.message.endswith("predicted nothing at epoch 20, so its bbox AP 0.292 is stale.")


def test_only_the_evaluation_below_the_line_is_meant() -> None:
    evaluations = [f"{FAIR} @10 #60", f"{FAIR} @20 #72", f"{GOOD} @30 #90"]
    finding = only([{"bbox": evaluations, "events": SAID}], "FR117")
    assert finding.severity == "warning"
    assert [where.line for where in finding.where] == [72, 70]
    assert not found([{"bbox": f"{GOOD} @30 #990", "events": SAID}], "FR117")


def test_one_task_that_is_all_nan_beside_one_that_is_not() -> None:
    finding = only([{"bbox": GOOD, "keypoints": "nan nan nan nan nan"}], "FR117")
    assert "all 5 keypoints numbers are nan" in finding.message
