"""A result of zero: within a training, or at its end."""

from fcosreport.judging.rule import Case
from tests.conftest import GOOD
from tests.rules.asking import found, only

ZERO = "0.000 0.000 0.000"


def severity(case: Case) -> str:
    return only(case, "FR111").severity


def test_a_zero_between_sound_results_is_an_info_and_a_last_one_an_error() -> None:
    assert severity([{"bbox": [f"{GOOD} @1", f"{ZERO} @2", f"{GOOD} @3"]}]) == "info"
    assert severity([{"bbox": [f"{GOOD} @1", f"{ZERO} @2"]}]) == "error"
    assert severity([{"bbox": [f"{ZERO} @{epoch}" for epoch in range(1, 21)]}]) == "error"
    assert severity([{"bbox": ZERO}]) == "error"


def test_a_few_epochs_that_found_nothing_are_an_info() -> None:
    assert severity([{"bbox": [f"{ZERO} @{epoch}" for epoch in range(1, 8)], "epochs": 20}]) == "info"
    assert severity([{"note_bbox": ZERO, "epochs": 10}]) == "info"


def test_a_last_zero_of_results_that_leap_is_an_info() -> None:
    leaps = (0.3, 0.1, 0.4, 0.0) * 4 + (0.3, 0.0)
    assert severity([{"bbox": [f"AP50={ap} AP={ap} @{epoch}" for epoch, ap in enumerate(leaps, 1)]}]) == "info"


def test_what_has_not_learnt_yet_or_was_not_meant_to_is_no_fault() -> None:
    assert not found([{"bbox": [f"{ZERO} @1", f"{ZERO} @2", f"{GOOD} @3"]}], "FR111")
    assert not found([{"bbox": f"{ZERO} @1"}], "FR111")
    assert not found([{"name": "r50", "output_dir": "runs/sanity_check", "bbox": ZERO}], "FR111")
    assert found([{"name": "debugger_detector", "bbox": ZERO}], "FR111")


def test_runs_on_one_data_set_that_never_found_anything_are_told_together() -> None:
    nothing = [f"{ZERO} @{epoch}" for epoch in range(1, 21)]
    runs = [{"name": name, "bbox": nothing, "train_data": "data.yaml"} for name in "ab"]
    told = only([*runs, {"name": "c", "bbox": [GOOD, GOOD, GOOD], "train_data": "data.yaml"}], "FR111")
    assert told.message == "a and b: bbox AP and AP50 are 0 in all evaluations."
    assert told.experiments == ("a", "b")
    fallen = {"name": "c", "bbox": [f"{GOOD} @1", *nothing[1:]], "train_data": "data.yaml"}
    other = {"name": "d", "bbox": nothing, "train_data": "cars.yaml"}
    assert len(found([*runs, fallen, other], "FR111")) == 3
