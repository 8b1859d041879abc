"""What the rules on training promise: what they say, how severe it is, and what leaves them silent."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fcosreport.collecting.collect import collect, open_store
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case, rules
from fcosreport.pipeline import Session
from fcosreport.records import Curve, Finding, Records, Where
from fcosreport.settings import Settings

CORPUS = Path(__file__).parents[2] / "../shared/corpus"
GOOD = "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
FOUND: dict[str, object] = {"cited": "run/a", "found": "run/a"}


def found(case: Case, code: str, settings: Settings | None = None) -> list[Finding]:
    return [f for f in check(records_of(case), settings or Settings()).findings if f.code == code]


def only(case: Case, code: str, settings: Settings | None = None) -> Finding:
    (finding,) = found(case, code, settings)
    return finding


def not_run(case: Case) -> dict[str, str]:
    return dict(check(records_of(case), Settings()).not_run)


def reported(path: Path, store: Path) -> Sequence[Finding]:
    opened = open_store(store)
    try:
        done = collect([path], opened)
        return Session(opened, Settings(), done=done).report().findings
    finally:
        opened.close()


def test_an_evaluation_before_the_nan_is_sound_and_one_after_it_is_not() -> None:
    nan = "nan: loss is nan, stopping training"
    run: dict[str, object] = {"bbox": [f"{GOOD} @1 #50", "0.001 0.002 0.001 @2 #90"]}
    finding = only([{**run, "events": [f"#70 {nan}"]}], "FR203")
    assert [where.line for where in finding.where] == [70, 90]
    assert "an evaluation follows at epoch 2 with AP 0.001" in finding.message
    assert not found([{**run, "events": [f"#95 {nan}"]}], "FR203")


def test_a_nan_whose_place_the_log_does_not_tell_spares_a_good_result() -> None:
    assert not found([{"bbox": GOOD, "curve_loss": "2.1 1.4 nan"}], "FR203")


def test_a_claim_for_a_failed_run_is_told_once() -> None:
    case: Case = [{"note_bbox": GOOD, "events": ["#70 out of memory: CUDA out of memory."], **FOUND}]
    codes = {finding.code for finding in check(records_of(case), Settings()).findings}
    assert codes == {"FR204"}
    assert only(case, "FR204").message.endswith("CUDA out of memory.")


def test_a_failed_run_without_a_claim_is_no_fault() -> None:
    assert not check(records_of([{"state": "failed", "events": ["#70 killed: 9"], **FOUND}]), Settings()).findings


def test_warm_up_is_only_missed_where_the_log_begins_early() -> None:
    case: Case = [{"lr": 0.01, "train_batch_size": 16, "curve_lr": "0.01 0.01 0.01"}]
    assert "at iteration 20" in only(case, "FR205").message
    assert not found(case, "FR205", Settings(warm_up_shown=10))


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("fcos_lr1en3", {"lr": 0.01}, "lr 0.001, its settings say lr 0.01"),
        ("fcos_24e", {"epochs": 12}, "epochs 24, its settings say epochs 12"),
        ("fcos_r50_2x", {"epochs": 12, "train_data": "instances_train2017.json, coco"}, "schedule 2x"),
        ("fcos_2x", {"iterations": 90000, "train_batch_size": 16, "train_data": "coco_2017_train"}, "iterations 90000"),
        ("fcos_seed3", {"seed": 4}, "seed 3, its settings say seed 4"),
        ("fcos_bs32", {"train_batch_size": 16, "images_per_gpu": 2}, "train_batch_size 32"),
    ],
)
def test_a_name_that_contradicts_its_settings_is_told_with_both(
    name: str, settings: dict[str, object], said: str
) -> None:
    assert said in only([{"name": name, **settings}], "FR206").message


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("fcos_r50_1x", {"epochs": 12, "train_data": "coco_2017_train"}),
        ("fcos_2x", {"iterations": 90000, "train_batch_size": 32, "train_data": "coco_2017_train"}),
        ("fcos_2x_voc", {"epochs": 8, "train_data": "voc_2007_trainval"}),
        ("fcos_8xb2", {"train_batch_size": 16}),
        ("fcos_lr10_20191209", {"lr": 0.001, "seed": 20191209}),
        ("fcos_0a1b2c3d2e", {"epochs": 12}),
        ("fcos_syncbn", {"norm": "bn"}),
    ],
)
def test_a_name_that_may_mean_its_settings_is_no_contradiction(name: str, settings: dict[str, object]) -> None:
    assert not found([{"name": name, **settings}], "FR206")


def test_names_that_differ_in_a_factor_alone_are_one_finding() -> None:
    runs = [
        {"name": "a", "output_dir": "runs/fcos_lrx10", "lr": 0.03},
        {"name": "b", "config": "fcos_lrx3.py", "lr": 0.03},
    ]
    finding = only(runs, "FR206")
    assert finding.experiments == ("a", "b")
    assert "lrx10 and lrx3" in finding.message
    assert finding.confidence == "likely"


def test_a_jump_of_the_learning_rate_needs_a_resumed_run_and_its_values() -> None:
    seam = {"events": ["#50 resumed: from iteration 60"], "bbox": GOOD}
    assert "from 0.001 to 0.01" in only([{"curve_lr": "0.01 0.001 0.01", **seam}], "FR207").message
    assert not_run([{"bbox": GOOD}])["iterations-go-backwards"] == "no run was resumed"
    assert not_run([seam])["iterations-go-backwards"] == "no resumed run has its learning rates at hand"


def test_a_cut_schedule_is_a_warning_where_a_note_reports_it_and_an_info_elsewhere() -> None:
    log = [f"{GOOD} @{epoch}" for epoch in (6, 7)]
    assert only([{"bbox": log, "epochs": 12}], "FR208").severity == "info"
    noted = only([{"bbox": log, "note_bbox": GOOD, "epochs": 12, **FOUND}], "FR208")
    assert noted.severity == "warning"
    assert "7 of 12 epochs" in noted.message


def test_the_reported_epoch_is_held_against_the_best_one() -> None:
    run = [f"{ap} 0.573 0.419 @{epoch}" for epoch, ap in enumerate(("0.310", "0.395", "0.371"), 1)]
    finding = only([{"note_bbox": "0.371 0.573", "bbox": run, **FOUND}], "FR210")
    assert "reports AP 0.371 at epoch 3, and the log's best is 0.395 at epoch 2" in finding.message
    assert not found([{"note_bbox": "0.395 0.573", "bbox": run, **FOUND}], "FR210")
    assert not found([{"note_bbox": "0.371 0.573", "bbox": run, **FOUND}], "FR210", Settings(best_gap=0.03))


def test_a_configuration_file_that_the_log_overrides_is_told_with_both_places() -> None:
    finding = only([{"lr": 0.01, "runs/a/config.yaml": {"lr": 0.02}}], "FR211")
    assert [where.path for where in finding.where] == ["runs/a/config.yaml", "case"]
    assert "says lr 0.02 and the log 0.01" in finding.message


SETTINGS = (
    "lr",
    "epochs",
    "iterations",
    "train_batch_size",
    "images_per_gpu",
    "gpus",
    "seed",
    "max_dets",
    "val_images",
)
OWN = re.compile(r"FR20[3-9]|FR21\d|FR30\d|FR40[5-9]|FR504")


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308, float("inf"), float("nan"), 0, -1, "x" * 5000, True])
@pytest.mark.parametrize("numbers", ["1e308 1e300 inf", "nan nan nan", "-1 -1 -1"])
def test_absurd_values_end_no_rule(value: object, numbers: str) -> None:
    run: dict[str, object] = {
        "bbox": numbers,
        "note_bbox": GOOD,
        "norm": "bn",
        **dict.fromkeys(SETTINGS, value),
        **FOUND,
    }
    run |= {"train_data": "coco_2017_train", "val_data": "coco_2017_val", "config.yaml": {"lr": 0.1}, "group": "note#a"}
    run |= {"curve_loss": "inf nan 1e308", "curve_lr": "1e308 nan 0 inf", "events": ["#1 resumed: x"]}
    names = ("best_run1_lr0.1_seed3_1x_bs4_gn", "best_run2_lr0.1_seed3_1x_bs4_gn")
    records = records_of([{**run, "name": name} for name in names])
    for rule in rules():
        if OWN.fullmatch(rule.code):
            list(rule.run(records, Settings()))


def test_a_curve_without_values_is_no_evidence() -> None:
    (run,) = records_of([{"bbox": GOOD, "lr": 0.01, "events": ["#5 resumed: at 60"]}]).experiments
    empty = tuple(
        Curve(name, "iteration", 0, 0.0, 0.0, None, None, None, None, Where("case", 1)) for name in ("loss", "lr")
    )
    assert not check(Records((replace(run, curves=empty),)), Settings()).findings


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real logs is not here")
def test_the_contradicting_names_of_the_corpus_are_found(tmp_path: Path) -> None:
    restarted = next((CORPUS / "02_detectron2").glob("021__*"))
    (finding,) = (f for f in reported(restarted, tmp_path / "one.sqlite") if f.code == "FR206")
    assert "lr 0.004, its settings say lr 0.01 from line 2385 on" in finding.message
    named = [f for f in reported(CORPUS / "03_mmdet", tmp_path / "two.sqlite") if f.code == "FR206"]
    assert [finding.message.count("061__") + finding.message.count("062__") for finding in named] == [2]


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
