"""A learning rate that does not fit the batch size."""

from fcosreport.judging.rule import Case
from tests.rules.asking import found, only


def test_the_learning_rate_is_held_against_the_scale_of_its_detector() -> None:
    faster: Case = [{"name": "faster_rcnn_r50", "lr": 0.01, "train_batch_size": 1}]
    fcos: Case = [{"name": "fcos_r50", "lr": 0.01, "train_batch_size": 1}]
    assert "8 times the linear scale of 0.02 at 16" in only(faster, "FR201").message
    assert "16 times the linear scale of 0.01 at 16" in only(fcos, "FR201").message
    assert len(found([*faster, *fcos], "FR201")) == 2


def test_runs_named_by_their_learning_rates_are_a_sweep_and_one_alone_is_none() -> None:
    names = ("fcos_lr0.02", "fcos_lr0.04")
    sweep: Case = [{"name": name, "lr": float(name[7:]), "train_batch_size": 4} for name in names]
    assert only(sweep, "FR201").severity == "info"
    assert only(sweep[:1], "FR201").severity == "warning"


def test_a_run_whose_name_says_the_factor_studies_that() -> None:
    run: Case = [{"name": "faster_rcnn_r50_lrx3", "lr": 0.03, "train_batch_size": 8}]
    assert only(run, "FR201").severity == "info"
    assert only([{**run[0], "name": "faster_rcnn_r50"}], "FR201").severity == "warning"


def test_a_learning_rate_far_below_the_scale_may_be_one_of_adam() -> None:
    assert only([{"lr": 1e-4, "train_batch_size": 16}], "FR201").severity == "info"
    assert "AdamW" not in only([{"lr": 1e-4, "train_batch_size": 16, "optimizer": "sgd"}], "FR201").advice


def test_a_learning_rate_below_the_scale_spoils_nothing_and_one_above_it_does() -> None:
    assert only([{"lr": 0.004, "train_batch_size": 16, "optimizer": "sgd"}], "FR201").severity == "info"
    assert only([{"lr": 0.04, "train_batch_size": 16, "optimizer": "sgd"}], "FR201").severity == "warning"
