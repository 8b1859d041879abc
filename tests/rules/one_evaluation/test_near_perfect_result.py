"""Nearly perfect results: a warning, and less where the log follows its validation, or tells what it read."""

from fcosreport.judging.rule import Case
from tests.rules.asking import found, only

PERFECT = "P=0.98 R=0.97 AP50=0.994 AP=0.972"


def test_a_training_that_follows_its_validation_gives_an_info() -> None:
    assert only([{"bbox": PERFECT}], "FR115").severity == "warning"
    assert only([{"bbox": PERFECT, "curve_val/box_loss": "0.4 0.3 0.2"}], "FR115").severity == "info"


def test_one_folder_for_both_is_told_instead() -> None:
    case: Case = [{"bbox": PERFECT, "train_data": "a.yaml"}, {"data_set": "a.yaml", "train": "all", "val": "all"}]
    assert [each.code for each in found(case)] == ["FR306"]
