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
