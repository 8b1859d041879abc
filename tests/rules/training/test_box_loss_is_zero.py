"""Losses of boxes that are 0: in each epoch of a training, and not in the first validation alone."""

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Records
from fcosreport.settings import Settings


def of_epochs(**curves: str) -> Records:
    records = records_of([{"bbox": "0.000 0.000 0.000 @1", **{f"curve_{k}": v for k, v in curves.items()}}])
    (run,) = records.experiments
    return replace(records, experiments=(replace(run, curves=tuple(replace(c, unit="epoch") for c in run.curves)),))


def count(records: Records) -> int:
    return sum(each.code == "FR214" for each in check(records, Settings()).findings)


def test_the_first_validation_may_find_nothing() -> None:
    assert count(of_epochs(**{"val/box_loss": "0", "val/cls_loss": "22.3"})) == 0
    assert count(of_epochs(**{"val/box_loss": "0 0", "val/cls_loss": "22.3 28.1"})) == 1
    assert count(of_epochs(**{"train/box_loss": "0", "train/cls_loss": "22.3"})) == 1


def test_runs_on_one_data_set_are_told_together() -> None:
    losses = {"curve_box_loss": "0 " * 12, "curve_cls_loss": "9 " * 12, "train_data": "data.yaml"}
    runs = [{"name": name, **losses} for name in "ab"]
    other = {"name": "c", **losses, "train_data": "cars.yaml"}
    told, alone = (each.message for each in check(records_of([*runs, other]), Settings()).findings)
    assert told == "a and b log 0 as box_loss to the end, and more for classes, as without labels."
    assert alone.startswith("c logs 0 as box_loss")


def test_what_the_runs_on_one_data_set_log_as_zero_is_told_at_once() -> None:
    """One that was stopped before its validation says less, and is of the same fault."""
    losses = {"curve_train/box_loss": "0 " * 12, "curve_train/cls_loss": "9 " * 12, "train_data": "data.yaml"}
    validated = {**losses, "curve_val/box_loss": "0 " * 12, "curve_val/cls_loss": "9 " * 12}
    (told,) = check(records_of([{"name": "a", **losses}, {"name": "b", **validated}]), Settings()).findings
    assert told.message.startswith("a and b log 0 as train/box_loss and val/box_loss to the end")


def test_a_training_with_boxes_and_a_validation_without_is_another_fault() -> None:
    empty = {"curve_train/box_loss": "0 " * 12, "curve_train/cls_loss": "9 " * 12, "train_data": "data.yaml"}
    trained = {"curve_train/box_loss": "1 " * 12, "curve_val/box_loss": "0 " * 12, "curve_val/cls_loss": "9 " * 12}
    runs = [{"name": "a", **empty}, {"name": "b", "train_data": "data.yaml", **trained}]
    told = [each.message for each in check(records_of(runs), Settings()).findings]
    assert [each.partition(" to the end")[0] for each in told] == [
        "a logs 0 as train/box_loss",
        "b logs 0 as val/box_loss",
    ]
