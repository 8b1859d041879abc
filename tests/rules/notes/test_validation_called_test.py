"""A note's numbers of test images against the epochs of the training."""

from pathlib import Path

import pytest

import fcosreport

CSV = (
    "epoch,train/box_loss,metrics/precision(B),metrics/recall(B),metrics/mAP50(B),metrics/mAP50-95(B)\n"
    "1,1.52101,0.72131,0.65172,0.70312,0.38181\n2,1.31231,0.81212,0.74812,0.80112,0.46731\n"
    "3,1.21733,0.86137,0.80760,0.84312,0.50403\n"
)
TABLE = "| Model | mAP50 | mAP50-95 |\n|-|-|-|\n| YOLOv8n (`runs/detect/train`) | 0.843 | 0.504 |\n"
LIST = "Run: `runs/detect/train`\n\n- mAP50: 0.843\n- mAP50-95: 0.504\n"


@pytest.mark.parametrize(
    ("note", "is_told"),
    [
        (f"## Results on the held-out test set\n\n{TABLE}", True),
        (f"## Test set results\n\n{LIST}", True),
        ("## YOLOv8n\n\nRun: `runs/detect/train`\n\nOn the test set: mAP50 = 0.843, mAP50-95 = 0.504\n", True),
        (f"## Results\n\n{TABLE}", False),
        (f"## Results on the validation and test sets\n\n{TABLE}", False),
        (f"## Results on the validation set, not the test set\n\n{TABLE}", False),
        (f"## Test set up\n\n{LIST}", False),
        ("## YOLOv8n\n\nRun: `runs/detect/train`\n\nOn the test set: mAP50 = 0.821, mAP50-95 = 0.488\n", False),
    ],
)
def test_numbers_of_the_validation_that_stand_for_the_test_set_are_told(
    tmp_path: Path, note: str, is_told: bool
) -> None:
    run = tmp_path / "runs" / "detect" / "train"
    run.mkdir(parents=True)
    (run / "results.csv").write_text(CSV)
    (tmp_path / "README.md").write_text(f"# Helmets\n\n{note}")
    codes = [each.code for each in fcosreport.load(tmp_path).findings]
    assert codes == ["FR525"] * is_told
