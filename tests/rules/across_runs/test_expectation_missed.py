"""Expected results: when `check` says that they were missed."""

from pathlib import Path

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Finding
from fcosreport.settings import load


def missed(folder: Path, text: str, *experiments: dict[str, object]) -> list[Finding]:
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


def test_an_experiment_that_is_not_there_or_has_no_such_result_is_a_warning(tmp_path: Path) -> None:
    text = "expect = [{ experiment = 'a', AP = '0.387' }, { experiment = 'b', AR1 = '0.387' }]"
    absent, silent = missed(tmp_path, text, {"name": "b", "bbox": "0.387 0.573"})
    assert {absent.severity, silent.severity} == {"warning"}
    assert "no such experiment" in absent.message
    assert "without such a result" in silent.message


def test_without_expectations_the_rule_has_not_run(tmp_path: Path) -> None:
    names = [name for name, _ in check(records_of([{"bbox": "0.3 0.5"}]), load(tmp_path)).not_run]
    assert "expectation-missed" in names
