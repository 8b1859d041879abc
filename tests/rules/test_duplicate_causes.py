"""Why a duplicate is one: the causes in the order of what speaks for them, and the files that are read to tell."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from fcosreport.collecting.collect import collect, open_store
from fcosreport.judging import hashes
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.records import Finding
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD, block

LOSSES = " ".join(f"{2 - number / 50:.4f}" for number in range(30))
OTHER_LOSSES = " ".join(f"{2.1 - number / 50:.4f}" for number in range(30))
SIX = "0.245 0.445 0.242 -1 0.083 0.250"


def causes(case: Case) -> tuple[str, ...]:
    (finding,) = (f for f in check(records_of(case), Settings()).findings if f.code == "FR401")
    return finding.explanations


def pair(**both: Sequence[object]) -> Case:
    return [{"bbox": GOOD, "lr": lr, **{k: v[n] for k, v in both.items()}} for n, lr in enumerate((0.01, 0.03))]


def about(word: str, explanations: Sequence[str]) -> str:
    (sentence,) = (sentence for sentence in explanations if word in sentence.partition(":")[0])
    return sentence


def test_one_predictions_file_of_two_checkpoints_is_the_first_cause() -> None:
    told = causes(pair(predictions_sha256=["aa", "aa"], checkpoint_sha256=["cc", "dd"]))
    assert told[0].startswith("The same predictions file was evaluated again: the files are the same")
    assert "of other checkpoints" in told[0]
    assert "against it: their checkpoints differ" in about("checkpoint", told)
    assert told[-1].startswith("Chance:")


def test_one_checkpoint_is_the_first_cause_where_the_predictions_were_made_anew() -> None:
    told = causes(pair(predictions_sha256=["aa", "bb"], checkpoint_sha256=["cc", "cc"]))
    assert told[0].startswith("The same checkpoint was evaluated: the files are the same")
    assert "against it: their predictions differ" in about("predictions", told)


def test_weights_printed_in_the_logs_of_tests_tell_of_one_checkpoint() -> None:
    assert causes(pair(weights=["run/a/last.pth"] * 2))[0] == (
        "The same checkpoint was evaluated: both load run/a/last.pth."
    )
    apart = about("checkpoint", causes(pair(weights=["run/a/last.pth", "run/b/last.pth"])))
    assert "against it: they load run/a/last.pth and run/b/last.pth" in apart


def test_weights_that_a_training_starts_from_say_less_than_equal_losses() -> None:
    told = causes(pair(weights=["run/a/last.pth"] * 2, curve_loss=[LOSSES, LOSSES]))
    assert told[0].startswith("lr never took effect: nothing else is declared differently; the first 30 training")
    assert "both start from run/a/last.pth" in told[1]


def test_different_losses_speak_against_a_setting_without_effect() -> None:
    told = causes(pair(curve_loss=[LOSSES, OTHER_LOSSES]))
    assert "against it: their training losses differ" in about("lr never took effect", told)
    assert "against it: their training losses differ" in about("One run", told)
    few = causes(pair(curve_loss=["2 1.9 1.8", "2 1.9 1.8"]))
    assert "first 3" not in "".join(few)


def test_losses_that_never_change_are_no_evidence() -> None:
    assert "training losses are equal" not in "".join(causes(pair(curve_loss=["nan " * 30, "nan " * 30])))


def test_logs_that_print_the_numbers_speak_against_a_copy_by_hand() -> None:
    found = [{"note_bbox": GOOD, "bbox": GOOD, "lr": lr, "cited": f"run/{lr}", "found": f"run/{lr}"} for lr in (1, 2)]
    assert "against it: the logs themselves print" in about("Copied by hand", causes(found))


def test_six_equal_numbers_become_an_error_where_a_file_is_the_same() -> None:
    runs = [{"bbox": SIX, "lr": 0.01, "predictions_sha256": "aa"}, {"bbox": SIX, "lr": 0.03}]
    (weak,) = check(records_of(runs), Settings()).findings
    (proven,) = check(records_of([runs[0], runs[1] | {"predictions_sha256": "aa"}]), Settings()).findings
    assert (weak.severity, proven.severity) == ("warning", "error")


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("fcos_lr1en3", "fcos_lr5en3"):
        folder = tmp_path / "runs" / name
        (folder / "results").mkdir(parents=True)
        (folder / "log.txt").write_text(block(GOOD))
        (folder / "model_final.pth").write_text(f"weights of {name}")
    return tmp_path / "runs"


def explained(folder: Path) -> tuple[Finding, ...]:
    store = open_store(folder.parent / "store.sqlite")
    done = collect([folder], store)
    experiments = tuple(store.experiments())
    store.close()
    assert done.read
    records = records_of([])
    records = type(records)(experiments=experiments)
    return hashes.explained(records, check(records, Settings()).findings, Settings())


def test_files_that_are_equal_on_disk_explain_a_duplicate(runs: Path) -> None:
    for name in ("fcos_lr1en3", "fcos_lr5en3"):
        (runs / name / "results" / "bbox.json").write_text('[{"image_id": 1}]')
    (finding,) = explained(runs)
    assert finding.explanations[0].startswith("The same predictions file was evaluated again: the files are the same")


def test_predictions_older_than_the_checkpoint_are_told(runs: Path) -> None:
    for name in ("fcos_lr1en3", "fcos_lr5en3"):
        predictions = runs / name / "results" / "bbox.json"
        predictions.write_text(f'["{name}"]')
        os.utime(predictions, (1, 1))
    (finding,) = explained(runs)
    told = about("predictions", finding.explanations)
    assert "is older than model_final.pth" in told
    assert "against it: their predictions differ" in told


def test_without_a_duplicate_no_file_is_read(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (runs / "fcos_lr1en3" / "log.txt").write_text(block(FAIR))
    monkeypatch.setattr(hashes, "sha256", lambda path: pytest.fail(f"{path} was read"))
    assert explained(runs) == ()


def test_pipes_empty_files_and_folders_are_no_evidence(runs: Path) -> None:
    for name in ("fcos_lr1en3", "fcos_lr5en3"):
        os.mkfifo(runs / name / "predictions.json")
        (runs / name / "results" / "bbox.json").write_text("[]")
        (runs / name / "latest.pth").mkdir()
    (finding,) = explained(runs)
    assert "the files are the same" not in "".join(finding.explanations)


def test_a_folder_that_two_runs_share_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs"
    folder.mkdir()
    for name in ("fcos_lr1en3", "fcos_lr5en3"):
        (folder / f"{name}.log").write_text(block(GOOD))
    (folder / "model_final.pth").write_text("weights")
    (finding,) = explained(folder)
    assert "the files are the same" not in "".join(finding.explanations)
