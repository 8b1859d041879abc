"""A reported epoch that is not the best one."""

from fcosreport.settings import Settings
from tests.rules.asking import FOUND, found, only


def test_the_reported_epoch_is_held_against_the_best_one() -> None:
    run = [f"{ap} 0.573 0.419 @{epoch}" for epoch, ap in enumerate(("0.310", "0.395", "0.371"), 1)]
    finding = only([{"note_bbox": "0.371 0.573", "bbox": run, **FOUND}], "FR210")
    assert "reports AP 0.371 at epoch 3, and the log's best is 0.395 at epoch 2" in finding.message
    assert not found([{"note_bbox": "0.395 0.573", "bbox": run, **FOUND}], "FR210")
    assert not found([{"note_bbox": "0.371 0.573", "bbox": run, **FOUND}], "FR210", Settings(best_gap=0.03))


def test_a_collapse_late_in_the_schedule_is_told_by_its_size() -> None:
    def run(*values: float) -> list[str]:
        return [f"{ap:.4f} 0.5730 0.1190 @{epoch}" for epoch, ap in enumerate(values, 1)]

    finding = only([{"bbox": run(0.11, 0.15, 0.18, 0.2094, 0.13, 0.1106)}], "FR210")
    assert "fell from AP 0.2094 at epoch 4 to 0.1106 at epoch 6, by 47%" in finding.message
    assert not found([{"bbox": run(0.11, 0.15, 0.18, 0.2094, 0.20, 0.19)}], "FR210")
    assert not found([{"bbox": run(0.01, 0.015, 0.02, 0.03, 0.02, 0.012)}], "FR210")


def test_a_plateau_and_a_training_that_was_cut_are_not_judged_by_their_end() -> None:
    run = [f"{ap:.3f} 0.5730 0.119 @{epoch}" for epoch, ap in enumerate((0.2, 0.36, 0.35, 0.34, 0.36, 0.35, 0.345), 1)]
    assert not found([{"bbox": run}], "FR210")
    falling = [f"{ap:.3f} 0.573 0.119 @{epoch}" for epoch, ap in enumerate((0.2, 0.36, 0.35, 0.33, 0.31, 0.3, 0.29), 1)]
    assert found([{"bbox": falling, "epochs": 7}], "FR210")
    assert not found([{"bbox": falling, "epochs": 300}], "FR210")


def test_what_only_tries_whether_a_training_runs_is_worth_knowing() -> None:
    run = [f"{ap:.3f} 0.5730 0.119 @{epoch}" for epoch, ap in enumerate((0.2, 0.36, 0.35, 0.33, 0.31, 0.3, 0.29), 1)]
    for data, severity in (
        ("coco8-pose.yaml", "info"),
        ("data/coco8/people.yaml", "warning"),
        ("coco.yaml", "warning"),
    ):
        assert only([{"bbox": run, "train_data": data}], "FR210").severity == severity


def test_what_leaps_or_rises_again_may_still_get_better() -> None:
    leaping, rising = (0.02, 0.13, 0.13, 0.01, 0.01, 0.08, 0.08), (0.17, 0.23, 0.05, 0.03, 0.02, 0.03, 0.04, 0.15, 0.16)
    falling = (0.17, 0.23, 0.16, 0.12, 0.11, 0.10, 0.09, 0.08, 0.08)
    for values, severity in ((leaping, "info"), (rising, "info"), (falling, "warning")):
        run = [f"{ap:.3f} 0.5730 0.119 @{epoch}" for epoch, ap in enumerate(values, 1)]
        assert only([{"bbox": run}], "FR210").severity == severity
