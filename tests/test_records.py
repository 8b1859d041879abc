"""Which evaluation stands for an experiment, and which is its best: of several kinds, by rule."""

from typing import Any

import pytest

from fcosreport.records import Evaluation, Experiment, Metric, Setting, Where

AT = Where("log.txt", 1)


def evaluation(ap: float, **of: Any) -> Evaluation:
    return Evaluation(of.pop("task", "bbox"), (Metric("AP", ap, f"{ap}"),), AT, **of)


def experiment(*evaluations: Evaluation, val_data: str = "") -> Experiment:
    settings = (Setting("val_data", val_data, val_data, AT),) if val_data else ()
    return Experiment(id="a", name="a", state="finished", where=AT, evaluations=evaluations, settings=settings)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"augmented": True}, "augmentation is of the test"),
        ({"weights": "ema"}, "plain weights are there"),
        ({"split": "test"}, "a validation is there"),
        ({"split": "train"}, "training images are no validation"),
        ({"data_set": "city_val"}, "the data set that is evaluated first is the run's"),
        ({"family": "voc"}, "another AP"),
        ({"origin": "note"}, "the log is the evidence"),
        ({"category": "cat"}, "one class is not all"),
    ],
)
def test_what_is_of_another_kind_neither_is_the_result_nor_the_best(other: dict[str, Any], why: str) -> None:
    early, late = evaluation(0.31, epoch=1), evaluation(0.30, epoch=2)
    found = experiment(early, evaluation(0.39, epoch=2, **other), late, evaluation(0.40, epoch=3, **other))
    assert found.result() is late, why
    assert found.best() is early, why


@pytest.mark.parametrize(
    "of", [{"augmented": True}, {"weights": "ema"}, {"split": "test"}, {"family": "voc"}, {"origin": "note"}]
)
def test_what_is_alone_stands_for_the_experiment(of: dict[str, Any]) -> None:
    only = evaluation(0.3, **of)
    assert experiment(only).result() is only


def test_the_configured_validation_set_comes_before_those_met_earlier() -> None:
    first, own = evaluation(0.3, data_set="city_val"), evaluation(0.2, data_set="coco_2017_val")
    assert experiment(first, own, val_data="coco_2017_val, city_val").result() is own
    assert experiment(first, own, val_data="nyu_val").result() is first


def test_a_named_checkpoint_is_plain_weights() -> None:
    trained, tested = evaluation(0.3, epoch=12), evaluation(0.31, weights="epoch_11.pth")
    assert experiment(trained, tested).result() is tested


def test_a_result_without_ap_is_no_best_where_another_has_one() -> None:
    none, some = evaluation(-1.0), evaluation(0.2)
    assert experiment(none, some, none).best() is some
    assert experiment(none).best() is none
    assert experiment().best() is None
    assert experiment().result() is None
