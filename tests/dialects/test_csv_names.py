"""CSV files with the names of metrics in a column, and such that only look like it."""

from typing import Any

import pytest

from fcosreport.dialects.csv_names import CsvNames
from fcosreport.records import Evaluation
from tests.dialects.feeding import feed

PAIRS = "mAP50,0.712\nmAP50-95,0.481\nprecision,0.74\n"
SAMPLES = {"run/final.csv": PAIRS.encode(), "cmp.csv": b"Metric,all,car\nAP50,0.6,0.7\nRecall,0.5,0.6\n"}


def told(text: str, path: str = "final.csv") -> list[tuple[Any, ...]]:
    """Epoch, split, weights, class and metrics of each evaluation."""
    found = [each for each in feed(CsvNames, text, path=path) if isinstance(each, Evaluation)]
    return [(e.epoch, e.split, e.weights, e.category, {m.name: m.value for m in e.metrics}) for e in found]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (PAIRS, {"AP50": 0.712, "AP": 0.481, "P": 0.74}),
        ("Metric,Value\n" + PAIRS, {"AP50": 0.712, "AP": 0.481, "P": 0.74}),
        ("metric\tscore\nloss\t0.4\nmAP50\t71.2%\nRecall\t60.1%\n", {"AP50": 0.712, "R": 0.601}),
        ("IoU,72.18\nDice,83.11\n", {"mIoU": 0.7218, "Dice": 0.8311}),
    ],
)
def test_names_and_values_with_and_without_a_head(text: str, values: dict[str, float]) -> None:
    assert told(text) == [(None, "", "", None, values)]


def test_columns_are_of_what_their_titles_say() -> None:
    table = "Metric,{},{}\nmAP50,0.7,0.6\nmAP50-95,0.4,0.3\n"
    first, second = {"AP50": 0.7, "AP": 0.4}, {"AP50": 0.6, "AP": 0.3}
    of_models = [(None, "", "slim net", None, first), (None, "", "wide net", None, second)]
    assert told(table.format("slim net", "wide net")) == of_models
    assert told(table.format("val", "test")) == [(None, "val", "", None, first), (None, "test", "", None, second)]
    assert told(table.format("epoch 5", "epoch 10")) == [(5, "", "", None, first), (10, "", "", None, second)]
    assert told(table.format("Value", "Target")) == [(None, "", "", None, first)]


def test_classes_are_known_by_the_column_over_all() -> None:
    assert told("Metric,all,car\nAP50,0.6,0.7\nRecall,0.5,0.6\n") == [
        (None, "", "", None, {"AP50": 0.6, "R": 0.5}),
        (None, "", "", "car", {"AP50": 0.7, "R": 0.6}),
    ]
    assert told("Metric,bus,car\nAP50,0.6,0.7\nRecall,0.5,0.6\n") == []


def test_a_row_a_number_with_what_it_is_of_before_it() -> None:
    text = "epoch,metric,value,space\n10,PCK@0.2,0.72,a\n10,MPJPE,40.3,a\n20,PCK@0.2,0.74,a\n20,MPJPE,38.2,a\n"
    assert told(text) == [(10, "", "", None, {"PCK@0.2": 0.72}), (20, "", "", None, {"PCK@0.2": 0.74})]
    text = "model,joint,metric,value\nnet,ALL,PCK@0.2,0.42\nnet,wrist,PCK@0.2,0.2\nnet,ALL,AUC,0.5\n"
    assert told(text) == [
        (None, "", "net", None, {"PCK@0.2": 0.42}),
        (None, "", "net", "wrist", {"PCK@0.2": 0.2}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "precision,0.74\nrecall,0.7\nf1,0.72\naccuracy,0.9\n",
        "the mAP50, which we saw\nand the recall, too\n",
        "threshold,mAP50\n0.5,0.712\n0.6,0.698\n",
        "setting,value\nmAP threshold,0.5\nlr,0.01\n",
        "mAP50,0.712\n",
    ],
)
def test_other_tables_and_prose_are_quiet(text: str) -> None:
    assert feed(CsvNames, text, path="a.csv") == []
    assert feed(CsvNames, text, path="a.txt") == []


def test_a_part_of_a_split_is_a_data_set_of_its_own() -> None:
    table = "model,split,metric,value\n" + "".join(
        f"slim net,{split},{name},{value}\n"
        for split, ap in (("test", 0.4), ("test/crowded", 0.3))
        for name, value in (("map", ap), ("map_50", ap + 0.2))
    )
    found = [each for each in feed(CsvNames, table, path="cmp.csv") if isinstance(each, Evaluation)]
    assert [(each.split, each.data_set, each["AP"]) for each in found] == [
        ("test", "", 0.4),
        ("test", "test/crowded", 0.3),
    ]
