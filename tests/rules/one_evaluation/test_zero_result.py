"""A result of zero: within a training, or at its end."""

from tests.conftest import GOOD
from tests.rules.asking import found, only


def test_a_zero_between_sound_results_is_a_warning_and_a_last_one_an_error() -> None:
    zero = "0.000 0.000 0.000"
    assert only([{"bbox": [f"{GOOD} @1", f"{zero} @2", f"{GOOD} @3"]}], "FR111").severity == "warning"
    assert only([{"bbox": [f"{GOOD} @1", f"{zero} @2"]}], "FR111").severity == "error"
    assert only([{"bbox": [f"{zero} @1", f"{zero} @2"]}], "FR111").severity == "error"


def test_what_has_not_learnt_yet_or_was_not_meant_to_is_no_fault() -> None:
    zero = "0.000 0.000 0.000"
    assert not found([{"bbox": [f"{zero} @1", f"{zero} @2", f"{GOOD} @3"]}], "FR111")
    assert not found([{"bbox": f"{zero} @1"}], "FR111")
    assert not found([{"name": "r50", "output_dir": "runs/sanity_check", "bbox": zero}], "FR111")
    assert found([{"name": "debugger_detector", "bbox": zero}], "FR111")
