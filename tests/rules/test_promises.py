"""What every rule promises: its cases and its words, and that neither order nor absurd values matter."""

import random
import re

import pytest
from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Rule, rules
from fcosreport.records import Curve, Finding, Records, Where
from fcosreport.settings import Settings
from tests.conftest import GOOD
from tests.rules.asking import FOUND, found, not_run


def _case(value: Rule | int) -> str:
    return value.name if isinstance(value, Rule) else str(value)


@pytest.mark.parametrize(("rule", "number"), [(r, n) for r in rules() for n in range(len(r.fires))], ids=_case)
def test_a_firing_case_gives_findings_of_its_rule_alone(rule: Rule, number: int) -> None:
    findings = [
        f for f in found(rule.fires[number], settings=rule.cases_with) if f.severity != "info" or f.code == rule.code
    ]
    assert {finding.code for finding in findings} == {rule.code}
    for finding in findings:
        assert finding.where
        assert finding.advice
        assert finding.message.endswith(".")
        assert "None" not in finding.message


@pytest.mark.parametrize(("rule", "number"), [(r, n) for r in rules() for n in range(len(r.quiet))], ids=_case)
def test_a_quiet_case_gives_nothing(rule: Rule, number: int) -> None:
    results = rule.run(records_of(rule.quiet[number]), rule.cases_with)
    assert not [result for result in results if isinstance(result, Finding)]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_is_documented_and_has_as_many_quiet_cases_as_firing_ones(rule: Rule) -> None:
    assert rule.title
    assert "#" in rule.section("Why") or "/" in rule.section("Why")
    assert rule.section("Do")
    assert 0 < len(rule.fires) <= len(rule.quiet)


def test_findings_do_not_depend_on_the_order_of_experiments() -> None:
    cases = [item for rule in rules() for case in rule.fires for item in case if "step" not in item]
    named = [{**item, "name": f"{item.get('name', 'run')}-{number}"} for number, item in enumerate(cases)]
    records = records_of(named)
    expected = check(records, Settings()).findings
    shuffled = list(records.experiments)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert check(replace(records, experiments=tuple(shuffled)), Settings()).findings == expected


def test_rules_that_lack_their_input_say_that_they_did_not_run() -> None:
    idle = not_run([{"bbox": GOOD}])
    assert idle["fewer-predicted-images"] == "no log tells for how many images predictions were made"
    assert {"not-val2017", "train-is-val", "high-score-threshold", "no-warm-up", "small-batch-norm"} <= set(idle)
    told = check(records_of([{"bbox": GOOD, "val_images": 5000, "predicted_images": 5000}]), Settings())
    assert "fewer-predicted-images" in told.passed


def test_absurd_numbers_end_no_rule() -> None:
    absurd = "1e308 1e300 -1e300 inf 0 999999999999"
    found([{"bbox": absurd, "note_bbox": GOOD, "lr": lr, "train_batch_size": 10**400} for lr in (10**400, 1e308)])


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
