"""Numbers of a note that are not those of its log: how they differ, and how much."""

from fcosreport.judging.rule import Case
from tests.conftest import FAIR, GOOD, POOR
from tests.rules.asking import found, only


def test_a_note_with_another_epoch_is_a_warning_that_names_it() -> None:
    case: Case = [{"note_bbox": POOR, "bbox": [f"{POOR} @9", f"{GOOD} @12"], "cited": "run/a", "found": "run/a"}]
    finding = only(case, "FR501")
    assert finding.severity == "warning"
    assert "at epoch 9 of the log, not the last ones at epoch 12" in finding.message


def test_swapped_columns_are_named() -> None:
    finding = only([{"note_bbox": "AP=0.292 APs=0.325 APm=0.163", "bbox": FAIR, "cited": "a", "found": "a"}], "FR501")
    assert "APs is the log's APm and APm is the log's APs" in finding.message


def test_a_slip_in_the_last_digit_is_a_warning_and_rounding_is_none() -> None:
    joined = {"cited": "a", "found": "a"}
    assert only([{"note_bbox": "AP=0.293", "bbox": FAIR, **joined}], "FR501").severity == "warning"
    assert only([{"note_bbox": "AP=0.294", "bbox": FAIR, **joined}], "FR501").severity == "error"
    assert not found([{"note_bbox": "AP=0.293", "bbox": "AP=0.2925 AP50=0.47", **joined}])
    assert only([{"note_bbox": "AP=0.294", "bbox": f"AP={'9' * 290}", **joined}], "FR501").severity == "error"
