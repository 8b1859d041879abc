"""What the rules on protocol, comparison and state promise: what they say and what leaves them silent."""

from dataclasses import replace

import pytest

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.records import Evaluation, Experiment, Finding, Metric, Records, Where
from fcosreport.settings import Settings

GOOD = "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
FAIR = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.645"
FOUND: dict[str, object] = {"cited": "run/a", "found": "run/a"}


def found(case: Case, code: str, settings: Settings | None = None) -> list[Finding]:
    return [f for f in check(records_of(case), settings or Settings()).findings if f.code == code]


def only(case: Case, code: str, settings: Settings | None = None) -> Finding:
    (finding,) = found(case, code, settings)
    return finding


def test_rules_that_lack_their_input_say_that_they_did_not_run() -> None:
    idle = dict(check(records_of([{"bbox": GOOD}]), Settings()).not_run)
    assert idle["fewer-predicted-images"] == "no log tells for how many images predictions were made"
    assert {"not-val2017", "train-is-val", "high-score-threshold", "no-warm-up", "small-batch-norm"} <= set(idle)
    told = check(records_of([{"bbox": GOOD, "val_images": 5000, "predicted_images": 5000}]), Settings())
    assert "fewer-predicted-images" in told.passed


def test_the_images_that_have_objects_are_an_info_and_a_part_of_them_a_warning() -> None:
    case = {"bbox": GOOD, "val_data": "annotations/instances_val2017.json"}
    assert only([{**case, "val_images": 4952}], "FR302").severity == "info"
    assert only([{**case, "val_images": 500}], "FR302").severity == "warning"


def test_a_log_that_tells_two_numbers_of_images_is_not_judged() -> None:
    (run,) = records_of([{"bbox": GOOD, "val_data": "coco_2017_val", "val_images": 2346}]).experiments
    other = replace(run.settings[-1], value=5000, text="5000")
    assert check(Records((run,)), Settings()).findings
    assert not check(Records((replace(run, settings=(*run.settings, other)),)), Settings()).findings


def _with_max_dets(name: str, dets: int) -> Records:
    where = Where("log.txt", 1)
    metrics = (Metric("AP", 0.387, "0.387", max_dets=dets), Metric("AP50", 0.573, "0.573", max_dets=dets))
    return Records(
        (
            Experiment(
                id=name,
                name=name,
                state="finished",
                where=where,
                evaluations=(Evaluation("bbox", metrics, where),),
            ),
        )
    )


@pytest.mark.parametrize(
    ("name", "dets", "fires"),
    [
        ("fcos", 100, False),
        ("fcos", 300, True),
        ("fcos", 9, True),
        ("mask_rcnn.lvis", 300, False),
        ("fcos_aitod", 1500, False),
        ("fcos.widerface", 1000, False),
    ],
)
def test_ap_is_read_at_a_hundred_detections_unless_the_data_set_says_otherwise(
    name: str, dets: int, fires: bool
) -> None:
    codes = [finding.code for finding in check(_with_max_dets(name, dets), Settings()).findings]
    assert codes == (["FR303"] if fires else [])


def test_runs_of_one_high_threshold_are_one_finding() -> None:
    runs = [{"bbox": GOOD, "score_threshold": 0.2}, {"bbox": FAIR, "score_threshold": 0.2}]
    assert only(runs, "FR304").experiments == ("run1", "run2")
    assert not found(runs, "FR304", Settings(score_threshold=0.2))


def test_monitoring_the_training_data_beside_the_validation_is_no_leak() -> None:
    assert found([{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train"}], "FR306")
    assert not found([{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train, nyu_val"}], "FR306")


def test_missing_keys_are_an_error_where_the_model_is_broken() -> None:
    keys = ["#70 missing keys: missing keys in source state_dict: bbox_head.cls.weight"]
    assert only([{"bbox": "0.001 0.002 0.001 #90", "events": keys}], "FR307").severity == "error"
    assert only([{"bbox": f"{GOOD} #90", "events": keys}], "FR307").severity == "warning"
    assert not found([{"bbox": f"{GOOD} #90", "events": keys, "curve_loss": "2.1 1.9"}], "FR307")


LOSSES = " ".join(f"{2.1 - 0.0437 * step:.4f}" for step in range(24))


def test_a_setting_without_effect_is_named() -> None:
    finding = only(
        [{"curve_loss": LOSSES, "lr": lr, "bbox": bbox} for lr, bbox in ((0.01, GOOD), (0.1, FAIR))], "FR405"
    )
    assert finding.message.endswith("so lr had no effect.")
    assert "log the same 20 losses (2.1, 2.0563, ...)" in finding.message


def test_equal_losses_with_equal_results_are_told_once_as_a_duplicate() -> None:
    case = [{"curve_loss": LOSSES, "seed": seed, "bbox": GOOD} for seed in (1, 2)]
    codes = [finding.code for finding in check(records_of(case), Settings()).findings]
    assert codes == ["FR401"]


def test_noise_is_taken_from_repeats_where_there_are_any() -> None:
    group = {"group": "note#norms"}
    best = {"name": "gn, best", "norm": "gn", "note_bbox": "0.392", **group}
    repeats = [
        {"name": f"bn {n}", "norm": "bn", "seed": n, "note_bbox": ap, **group}
        for n, ap in enumerate(("0.370", "0.380", "0.390"))
    ]
    assert "two standard deviations (0.0100 each)" in only([best, *repeats], "FR407").message
    assert "(0.0020 each)" in only([best, repeats[-1]], "FR407").message
    assert not found([best, repeats[0]], "FR407")


def test_the_compared_protocol_is_named_with_its_values() -> None:
    group = {"group": "note#table"}
    runs: Case = [{"note_bbox": GOOD, "max_dets": 100, **group}, {"note_bbox": FAIR, "max_dets": 300, **group}]
    assert "differ in detections an image (100 and 300)" in only(runs, "FR408").message


def test_a_trained_model_with_the_numbers_of_its_start_is_found_and_its_test_is_not() -> None:
    first = {"name": "runs/first", "bbox": GOOD}
    tuned: dict[str, object] = {"name": "tuned", "bbox": GOOD, "weights": "runs/first/model_final.pth"}
    finding = only([first, {**tuned, "curve_loss": "0.9 0.8"}], "FR409")
    assert finding.explanations[0].startswith("Chance:")
    assert not found([first, tuned], "FR409")


@pytest.mark.parametrize(
    ("state", "run", "said"),
    [
        ("finished", {"curve_loss": "2.1", "events": ["#7 killed: slurmstepd"]}, "the run failed (slurmstepd)"),
        ("finished", {"curve_loss": "2.1"}, "the log holds no result"),
        ("planned", {"bbox": GOOD}, "still to be done"),
        ("running", {"bbox": GOOD, "events": ["#7 finished: 12 epochs"]}, "the log has finished"),
    ],
)
def test_a_state_that_the_log_contradicts_is_told(state: str, run: dict[str, object], said: str) -> None:
    assert said in only([{"state": state, **run, **FOUND}], "FR504").message
    assert not found([{"state": state, **run}], "FR504")


def _blocks(*texts: str) -> Records:
    experiments = records_of([{"bbox": text} for text in texts]).experiments
    return Records(
        tuple(
            replace(each, evaluations=tuple(replace(e, form="coco-summary") for e in each.evaluations))
            for each in experiments
        )
    )


def test_a_block_in_percent_beside_others_is_mixed_units_and_percent_of_another_tool_is_not() -> None:
    (finding,) = check(_blocks(GOOD, "% 29.2 47.0 30.8"), Settings()).findings
    assert (finding.code, finding.message) == ("FR116", "run2 gives AP 29.2, while run1 has AP 0.387.")
    assert not check(_blocks(GOOD, FAIR), Settings()).findings
    assert not check(_blocks("% 38.7 57.3 41.9", "% 29.2 47.0 30.8"), Settings()).findings
    assert not found([{"bbox": GOOD}, {"bbox": "% 29.2 47.0 30.8"}], "FR116")


def test_the_log_of_several_trainings_is_not_called_missing() -> None:
    runs = records_of([{"note_bbox": GOOD, "cited": "work/a/log.txt"}, {"bbox": GOOD}, {"bbox": FAIR}]).experiments
    parts = [replace(run, files=("logs/work/a/log.txt",)) for run in runs[1:]]
    (finding,) = [f for f in check(Records((runs[0], *parts)), Settings()).findings if f.code == "FR502"]
    assert finding.severity == "info"
    assert "work/a/log.txt holds 2 trainings, and run1 does not say which" in finding.message
    other = [replace(run, files=("logs/work/aa/log.txt",)) for run in runs[1:]]
    (finding,) = [f for f in check(Records((runs[0], *other)), Settings()).findings if f.code == "FR502"]
    assert "no log that the note cites was found" in finding.message
