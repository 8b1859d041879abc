"""A checkpoint that was evaluated in its training and again in a test."""

import pytest

from tests.conftest import FAIR, GOOD
from tests.rules.asking import found, only

TRAINING = {"name": "a", "curve_loss": "2.0 1.9", "bbox": [f"{FAIR} @10", f"{GOOD} @11", f"{FAIR} @12"]}


def of_checkpoint(weights: str, bbox: str, **settings: object) -> dict[str, object]:
    return {"name": "test", "init": weights, "weights": weights, "bbox": bbox, **settings}


@pytest.mark.parametrize(
    ("weights", "numbers"),
    [
        ("work/a/epoch_11.pth", GOOD),
        ("work/a/epoch_12.pth", FAIR),
        ("work/a/weights/best.pt", GOOD),
        ("work/a/latest.pth", FAIR),
        ("work/b/epoch_12.pth", GOOD),
    ],
)
def test_the_evaluation_of_its_step_is_meant(weights: str, numbers: str) -> None:
    assert not found([TRAINING, of_checkpoint(weights, numbers)], "FR411")


def test_what_is_declared_differently_is_told() -> None:
    finding = only([TRAINING, of_checkpoint("work/a/epoch_11.pth", FAIR)], "FR411")
    assert "at epoch 11, a: AP 0.292 (0.387)" in finding.message
    assert finding.message.endswith("neither declares why.")
    training, other = (
        {**TRAINING, "score_threshold": 0.05},
        of_checkpoint("work/a/epoch_11.pth", FAIR, score_threshold=0.3),
    )
    finding = only([training, other], "FR411")
    assert finding.message.endswith("they declare another score_threshold.")
    assert finding.severity == "info"
