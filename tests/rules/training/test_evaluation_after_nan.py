"""An evaluation after the loss became nan."""

from tests.conftest import GOOD
from tests.rules.asking import found, only


def test_an_evaluation_before_the_nan_is_sound_and_one_after_it_is_not() -> None:
    nan = "nan: loss is nan, stopping training"
    run: dict[str, object] = {"bbox": [f"{GOOD} @1 #50", "0.001 0.002 0.001 @2 #90"]}
    finding = only([{**run, "events": [f"#70 {nan}"]}], "FR203")
    assert [where.line for where in finding.where] == [70, 90]
    assert "an evaluation follows at epoch 2 with AP 0.001" in finding.message
    assert not found([{**run, "events": [f"#95 {nan}"]}], "FR203")


def test_a_nan_whose_place_the_log_does_not_tell_spares_a_good_result() -> None:
    assert not found([{"bbox": GOOD, "curve_loss": "2.1 1.4 nan"}], "FR203")
