"""Expected results: how they are written in the settings, and when `check` says that they were missed."""

from pathlib import Path

import pytest

from fcosreport.errors import SettingsError
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Finding
from fcosreport.settings import load, quantity


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("0.387 ± 0.002", 0.387, 0.002),
        ("0.387 +- 0.002", 0.387, 0.002),
        ("0.387+/-0.002", 0.387, 0.002),
        ("38.7 ± 0.2", 0.387, 0.002),
        ("0.9 ± 0.2 %", 0.009, 0.002),
        ("38.7", 0.387, 0.0005),
        ("38.7 %", 0.387, 0.0005),
        ("0.39", 0.39, 0.005),
        ("0.390", 0.39, 0.0005),
        ("1", 1.0, 0.5),
    ],
)
def test_a_value_is_a_fraction_or_a_percentage_with_a_tolerance(text: str, value: float, tolerance: float) -> None:
    assert quantity(text) == pytest.approx((value, tolerance))


@pytest.mark.parametrize("text", ["", "nan", "-1", "0.387 ± ", "1e-3", "387", "0.38.7", "0.387 0.002", "٣٨", "True"])
def test_anything_else_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"no value|above 100"):
        quantity(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("expect = 1", "list of tables"),
        ("expect = ['a']", "entry 1 must be a table"),
        ("expect = [{ AP = '0.3' }]", "must name an experiment"),
        ("expect = [{ experiment = 'a' }]", "no metric"),
        ("expect = [{ experiment = 'a', ap = '0.3' }]", "unknown key 'ap'"),
        ("expect = [{ experiment = 'a', AP = 'x' }]", "entry 1: 'x' is no value"),
        ("expect = [{ experiment = 'a', AP = '0.3' }, { experiment = 'a', task = 1, AP = '0.3' }]", "entry 2"),
    ],
)
def test_a_slip_in_an_expectation_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "fcosreport.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load(tmp_path)


def found(folder: Path, text: str, *experiments: dict[str, object]) -> list[Finding]:
    (folder / "fcosreport.toml").write_text(text)
    return [f for f in check(records_of(experiments), load(folder)).findings if f.code == "FR410"]


def test_a_miss_says_what_was_expected_and_what_was_found_and_where(tmp_path: Path) -> None:
    text = "reference_lr = 0.02\nexpect = [\n  { experiment = 'r50*', AP = '0.387 ± 0.002', task = 'segm' },\n]\n"
    (miss,) = found(tmp_path, text, {"name": "r50_1x", "segm": "0.350 0.560 @9 #70"}, {"name": "x", "segm": "0.2 0.3"})
    assert miss.severity == "error"
    assert miss.experiments == ("r50_1x",)
    for words in ("segm AP 0.387 ± 0.002", "AP 0.350", "at epoch 9", "-3.70 points"):
        assert words in miss.message
    assert [where.line for where in miss.where] == [70, 3]
    assert miss.where[1].path.endswith("fcosreport.toml")


def test_several_metrics_of_one_entry_are_held_each(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '38.7', AP50 = '57.3', AR100 = 0.572 }]"
    numbers = "AP=0.38742 AP50=0.580 AR100=0.5724"
    assert [f.message.split()[2] for f in found(tmp_path, text, {"name": "a", "bbox": numbers})] == ["AP50"]


def test_the_last_evaluation_counts_and_the_log_before_the_note(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '0.387' }]"
    logged = {"bbox": ["0.387 0.573", "0.380 0.570"], "note_bbox": "0.387 0.573"}
    (miss,) = found(tmp_path, text, {"name": "a", "cited": "run/a", "found": "run/a", **logged})
    assert "0.380" in miss.message


def test_an_experiment_that_is_not_there_or_has_no_such_result_is_a_warning(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '0.387' }, { experiment = 'b', AR1 = '0.387' }]"
    absent, silent = found(tmp_path, text, {"name": "b", "bbox": "0.387 0.573"})
    assert {absent.severity, silent.severity} == {"warning"}
    assert "no such experiment" in absent.message
    assert "without such a result" in silent.message


def test_without_expectations_the_rule_has_not_run(tmp_path: Path) -> None:
    names = [name for name, _ in check(records_of([{"bbox": "0.3 0.5"}]), load(tmp_path)).not_run]
    assert "expectation-missed" in names
