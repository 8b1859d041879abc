"""An evaluation after the loss became nan."""

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Event, Records, Where
from fcosreport.settings import Settings
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


def test_in_two_files_the_steps_are_compared_and_not_the_lines() -> None:
    (run,) = records_of([{"bbox": ["0.2 0.4 0.2 @4", "0.1 0.2 0.1 @6"], "curve_loss": "2 nan"}]).experiments
    event = Event("nan", "loss is nan", Where("train.log", 900), epoch=5)
    (finding,) = check(Records((replace(run, events=(event,)),)), Settings()).findings
    assert "an evaluation follows at epoch 6" in finding.message
    assert not check(Records((replace(run, events=(replace(event, epoch=7),)),)), Settings()).findings


def test_in_a_table_of_epochs_the_nan_of_a_validation_moves_no_line() -> None:
    (run,) = records_of([{"bbox": ["0.2 0.4 0.2 @1 #2", "0.1 0.2 0.1 @2 #3"], "curve_loss": "2 nan"}]).experiments
    event = Event("nan", "loss is nan", Where("case", 2), epoch=2)  # the line of the first nan, of whichever column
    (finding,) = check(Records((replace(run, events=(event,)),)), Settings()).findings
    assert "an evaluation follows at epoch 2" in finding.message
