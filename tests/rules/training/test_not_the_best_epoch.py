"""A reported epoch that is not the best one."""

from fcosreport.settings import Settings
from tests.rules.asking import FOUND, found, only


def test_the_reported_epoch_is_held_against_the_best_one() -> None:
    run = [f"{ap} 0.573 0.419 @{epoch}" for epoch, ap in enumerate(("0.310", "0.395", "0.371"), 1)]
    finding = only([{"note_bbox": "0.371 0.573", "bbox": run, **FOUND}], "FR210")
    assert "reports AP 0.371 at epoch 3, and the log's best is 0.395 at epoch 2" in finding.message
    assert not found([{"note_bbox": "0.395 0.573", "bbox": run, **FOUND}], "FR210")
    assert not found([{"note_bbox": "0.371 0.573", "bbox": run, **FOUND}], "FR210", Settings(best_gap=0.03))
