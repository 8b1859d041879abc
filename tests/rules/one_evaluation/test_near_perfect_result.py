"""Nearly perfect results: worth knowing, unless the run tells what it read."""

from fcosreport.judging.rule import Case
from tests.rules.asking import found, only

PERFECT = "P=0.98 R=0.97 AP50=0.994 AP=0.972"


def test_objects_may_be_few_and_all_alike() -> None:
    assert only([{"bbox": PERFECT}], "FR115").severity == "info"


def test_one_folder_for_both_is_told_instead() -> None:
    case: Case = [{"bbox": PERFECT, "train_data": "a.yaml"}, {"data_set": "a.yaml", "train": "all", "val": "all"}]
    assert [each.code for each in found(case)] == ["FR306"]
