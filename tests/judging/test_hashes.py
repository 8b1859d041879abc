"""Files beside two runs that are read to tell why their results are equal."""

import os
from pathlib import Path

import pytest

from fcosreport.collecting.collect import collect, open_store
from fcosreport.judging import hashes
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Finding
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD, block
from tests.rules.asking import about


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
    (folder.parent / "store.sqlite").unlink(missing_ok=True)
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


def test_a_link_to_predictions_of_the_other_run_is_evidence_and_one_out_of_the_runs_is_not_followed(runs: Path) -> None:
    one, other = (runs / name / "results" / "bbox.json" for name in ("fcos_lr1en3", "fcos_lr5en3"))
    one.write_text('[{"image_id": 1}]')
    other.symlink_to(one)
    (finding,) = explained(runs)
    assert "the files are the same" in finding.explanations[0]
    for link in (one, other):
        link.unlink()
        link.symlink_to(runs.parent / "secret.json")
    (runs.parent / "secret.json").write_text('["secret"]')
    (finding,) = explained(runs)
    assert "the files are the same" not in "".join(finding.explanations)


def test_checkpoints_are_chosen_by_their_names_whatever_their_time_stamps(runs: Path) -> None:
    for name in ("fcos_lr1en3", "fcos_lr5en3"):
        (runs / name / "model_final.pth").unlink()
        for epoch in (2, 8, 9, 10, 11):
            (runs / name / f"epoch_{epoch}.pth").write_text(f"{epoch}" if epoch < 9 else f"{epoch} of {name}")
    for times in (1, 2_000_000_000):
        for file in (runs / "fcos_lr1en3").iterdir():
            os.utime(file, (times, times))
        (finding,) = explained(runs)
        assert "against it: their checkpoints differ, by their hashes" in about("checkpoint", finding.explanations)


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
