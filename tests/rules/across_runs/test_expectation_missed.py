"""Expected results: when `check` says that they were missed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Finding
from fcosreport.settings import load


def missed(folder: Path, text: str, *experiments: Mapping[str, object]) -> list[Finding]:
    (folder / "fcosreport.toml").write_text(text)
    return [f for f in check(records_of(experiments), load(folder)).findings if f.code == "FR410"]


def test_a_miss_says_what_was_expected_and_what_was_found_and_where(tmp_path: Path) -> None:
    text = "reference_lr = 0.02\nexpect = [\n  { experiment = 'r50*', AP = '0.387 ± 0.002', task = 'segm' },\n]\n"
    (miss,) = missed(tmp_path, text, {"name": "r50_1x", "segm": "0.350 0.560 @9 #70"}, {"name": "x", "segm": "0.2 0.3"})
    assert miss.severity == "error"
    assert miss.experiments == ("r50_1x",)
    for words in ("segm AP 0.387 ± 0.002", "AP 0.350", "at epoch 9", "-3.70 points"):
        assert words in miss.message
    assert [where.line for where in miss.where] == [70, 3]
    assert miss.where[1].path.endswith("fcosreport.toml")


def test_several_metrics_of_one_entry_are_held_each(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '38.7', AP50 = '57.3', AR100 = 0.572 }]"
    numbers = "AP=0.38742 AP50=0.580 AR100=0.5724"
    assert [f.message.split()[2] for f in missed(tmp_path, text, {"name": "a", "bbox": numbers})] == ["AP50"]


def test_the_last_evaluation_counts_and_the_log_before_the_note(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '0.387' }]"
    logged = {"bbox": ["0.387 0.573", "0.380 0.570"], "note_bbox": "0.387 0.573"}
    (miss,) = missed(tmp_path, text, {"name": "a", "cited": "run/a", "found": "run/a", **logged})
    assert "0.380" in miss.message


def test_an_experiment_that_is_not_there_or_has_no_such_result_is_missed(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '0.387' }, { experiment = 'b', AR1 = '0.387' }]"
    absent, silent = missed(tmp_path, text, {"name": "b", "bbox": "0.387 0.573"})
    assert {absent.severity, silent.severity} == {"error"}
    assert "no such experiment" in absent.message
    assert "without such a result" in silent.message


@pytest.mark.parametrize(
    ("value", "found", "told"),
    [
        (">= 0.35", "0.420", ""),
        (">= 0.35", "0.350", ""),
        (">= 0.35", "0.341", "-0.90 points"),
        ("<= 40 %", "0.39", ""),
        ("<= 40 %", "0.412", "+1.20 points"),
    ],
)
def test_a_floor_lets_a_better_run_pass_and_a_ceiling_a_worse_one(
    tmp_path: Path, value: str, found: str, told: str
) -> None:
    text = f"expect = [{{ experiment = 'a', AP = '{value}' }}]"
    misses = missed(tmp_path, text, {"name": "a", "bbox": f"AP={found}"})
    assert len(misses) == bool(told)
    assert all(told in miss.message for miss in misses)


@pytest.mark.parametrize(
    ("found", "told"),
    [("0.450", ""), ("0.385", ""), ("0.380", "AP 0.380 against AP 0.387 was found, -0.50 points")],
)
def test_runs_are_held_against_a_base_which_is_not_held_against_itself(tmp_path: Path, found: str, told: str) -> None:
    text = "expect = [{ experiment = '*', AP = 'not worse than base* by more than 0.2' }]"
    runs = [{"name": "base_a", "bbox": "AP=0.380"}, {"name": "base_b", "bbox": "AP=0.387"}]
    misses = missed(tmp_path, text, *runs, {"name": "a", "bbox": f"AP={found}"})
    assert [miss.experiments for miss in misses] == [("a",)] * bool(told)
    assert all(told in miss.message for miss in misses)


def test_a_base_without_a_result_is_an_error_as_nothing_was_held(tmp_path: Path) -> None:
    text = "expect = [{ experiment = '*', AP = 'not worse than base' }]"
    for run in ({"name": "base", "segm": "AP=0.3"}, {"name": "a", "bbox": "AP=0.3"}):
        (miss,) = missed(tmp_path, text, run)
        assert (miss.severity, "no experiment base has such a result" in miss.message) == ("error", True)


def test_without_expectations_the_rule_has_not_run(tmp_path: Path) -> None:
    names = [name for name, _ in check(records_of([{"bbox": "0.3 0.5"}]), load(tmp_path)).not_run]
    assert "expectation-missed" in names
