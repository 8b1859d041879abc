"""JSON lines of mmdetection and its kin: results, settings, curves."""

import json

import pytest

from fcosreport.dialects.mmdetection_json import MmdetectionJson
from tests.dialects.feeding import curve, evaluations, events, feed, issues, settings
from tests.dialects.mmdetection_samples import LINES, LOG_JSON, aps

SAMPLES = {"a.log.json": LOG_JSON.encode()}


def test_json_lines_of_version_2() -> None:
    found = feed(MmdetectionJson, LOG_JSON)
    assert aps(found) == [("bbox", 0.2, 4, 1), ("segm", 0.1, 4, 1), ("bbox", 0.2, 7, 2)]
    assert evaluations(found)[0].metrics[0].text == "0.200"
    assert curve(found, "loss") == [(50, 0.05), (100, 0.1), (170, 0.05), (220, 0.1)]
    assert {"lr": 0.01, "config": "fcos_1x.py", "seed": 0, "norm": "frozen"}.items() <= settings(found).items()
    assert events(found) == [("started", 1, None)]


def test_json_lines_of_version_3_count_epochs_or_iterations() -> None:
    train = {"base_lr": 0.02, "lr": 0.02, "data_time": 0.1, "loss": 1.5, "epoch": 3, "iter": 39, "step": 39}
    val = {"coco/bbox_mAP": 0.25, "coco/bbox_mAP_50": 0.5, "coco/person_precision": 0.3, "time": 0.1, "step": 3}
    found = feed(MmdetectionJson, f"{json.dumps(train)}\n{json.dumps(val)}\n")
    assert aps(found) == [("bbox", 0.25, 2, 3)]
    assert [each.category for each in evaluations(found, by_category=True)] == ["person"]
    assert curve(found, "loss") == [(39, 1.5)]
    del train["epoch"]
    val["step"] = 39
    (each,) = evaluations(feed(MmdetectionJson, f"{json.dumps(train)}\n{json.dumps(val)}"))
    assert (each.epoch, each.iteration) == (None, 39)


def test_json_of_a_resumed_log_waits_for_the_length_of_an_epoch() -> None:
    lines = [line | {"epoch": line["epoch"] + 4} for line in LINES[1:] if line["mode"] == "train"]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    assert curve(feed(MmdetectionJson, text), "loss") == [(450, 0.05), (500, 0.1), (550, 0.05), (600, 0.1)]


def test_nan_and_half_lines_of_json_lose_nothing_else() -> None:
    odd = LOG_JSON.replace('"loss": 0.1}', '"loss": NaN}').replace(
        '"lr": 0.01, "memory"', '"lr": [0.01, 0.02], "memory"'
    )
    found = feed(MmdetectionJson, odd + '{"mode": "train", "epoch": 3, "it')
    assert len(curve(found, "loss")) == 4
    assert curve(found, "lr")[0] == (50, 0.01)
    assert issues(found) == [8]
    assert len(aps(found)) == 3


def test_json_of_a_test_alone() -> None:
    (found,) = evaluations(feed(MmdetectionJson, '{"config": "c.py", "metric": {"bbox_mAP": 0.3, "bbox_mAP_50": 0.5}}'))
    assert (found["AP"], found.epoch) == (0.3, None)


def test_json_of_others_is_left_alone() -> None:
    text = (
        '{"iteration": 19, "lr": 0.1, "total_loss": 1.0}\n{"_step": 3, "val/bbox_mAP": 0.3}\n{"step": 1, "loss": 2}\n'
    )
    assert feed(MmdetectionJson, text) == []


def test_json_lines_of_ever_other_keys_are_read_as_those_of_the_same() -> None:
    lines = [
        {"mode": "train", "epoch": 1, "iter": n, "loss": n / 4, f"loss_{n % 40}": 1, "lr": [0.5, 0.25], "time": "a"}
        for n in range(1, 101)
    ]
    found = feed(MmdetectionJson, "".join(json.dumps(line) + "\n" for line in lines))
    assert curve(found, "loss") == [(n, n / 4) for n in range(1, 101)]
    assert curve(found, "loss_7") == [(7, 1), (47, 1), (87, 1)]
    assert {rate for _, rate in curve(found, "lr")} == {0.5}


def test_a_json_line_whose_place_no_float_holds_is_left_out() -> None:
    text = '{"mode": "train", "epoch": 1, "iter": %s, "loss": 0.5}\n'
    assert curve(feed(MmdetectionJson, text % ("9" * 400) + text % 2), "loss") == [(2, 0.5)]


@pytest.mark.parametrize(
    ("more", "metrics"),
    [
        ('"mAP": 0.65', {"AP50": 0.65}),
        ('"AP50": 0.65, "mAP": 0.6', {"AP50": 0.65, "mAP": 0.6}),
        ('"mAP": 0.65, "CP": 0.7, "OF1": 0.6', None),
        ('"mAP": 65.1, "accuracy_top-1": 70.0', None),
    ],
)
def test_an_map_alone_is_that_of_voc_unless_a_classifier_prints_it(more: str, metrics: dict[str, float] | None) -> None:
    found = evaluations(feed(MmdetectionJson, f'{{"mode": "val", "epoch": 2, "iter": 100, {more}}}\n'))
    told = [(each.family, {metric.name: metric.value for metric in each.metrics}) for each in found]
    assert told == ([("voc", metrics)] if metrics else [])
