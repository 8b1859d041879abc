"""A score threshold that cuts off detections."""

from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD
from tests.rules.asking import found, only


def test_runs_of_one_high_threshold_are_one_finding() -> None:
    runs = [{"bbox": GOOD, "score_threshold": 0.2}, {"bbox": FAIR, "score_threshold": 0.2}]
    assert only(runs, "FR304").experiments == ("run1", "run2")
    assert not found(runs, "FR304", Settings(score_threshold=0.2))
