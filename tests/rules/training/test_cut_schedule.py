"""A training that ends before its schedule."""

from tests.conftest import GOOD
from tests.rules.asking import FOUND, only


def test_a_cut_schedule_is_a_warning_where_a_note_reports_it_and_an_info_elsewhere() -> None:
    log = [f"{GOOD} @{epoch}" for epoch in (6, 7)]
    assert only([{"bbox": log, "epochs": 12}], "FR208").severity == "info"
    noted = only([{"bbox": log, "note_bbox": GOOD, "epochs": 12, **FOUND}], "FR208")
    assert noted.severity == "warning"
    assert "7 of 12 epochs" in noted.message
