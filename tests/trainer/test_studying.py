"""A study does what is not yet done; the two mistakes made on purpose are found in what they leave."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import TINY, trainer
from trainer.data import Batch, load
from trainer.errors import TerminatedError, TrainerError
from trainer.evaluation import evaluate, report, results_path
from trainer.files import CHECKPOINT, read_checkpoint
from trainer.journal import Journal, events, told
from trainer.processes import ALONE
from trainer.settings import Settings
from trainer.studying import plan, run
from trainer.training import Training, train

Finding = dict[str, Any]


@pytest.mark.parametrize("size", ["cpu", "gpu"])
def test_the_study_of_the_note_has_its_runs(size: str, tmp_path: Path) -> None:
    planned = plan("191209", size, tmp_path, {})
    by_name = {each.folder.name: each.settings for each in planned}
    assert [by_name[name].lr for name in by_name if name.startswith("lr")] == [1e-4, 1e-3, 5e-3]
    assert {each.settings.train_batch_size for each in planned if each.folder.name.startswith("lr")} == {4}
    assert [(by_name[n].init, by_name[n].norm) for n in ("scratch_frozen", "scratch_bn")] == [
        ("scratch", "frozen"),
        ("scratch", "bn"),
    ]
    assert [each.folder.name for each in planned if each.ends == "out of memory"] == ["original"]
    assert [name for name, settings in by_name.items() if settings.mask] == ["masks_lr5en3"]


def study(folder: Path, *runs: tuple[str, str]) -> Path:
    path = folder / "small.toml"
    values = "\n".join(f"{name} = {json.dumps(value)}" for name, value in (TINY | {"iterations": 1}).items())
    path.write_text(f"[all]\n{values}\n" + "".join(f'[[run]]\nname = "{name}"\n{text}\n' for name, text in runs))
    return path


def test_a_study_goes_on_after_a_failure_and_does_nothing_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nan = 'iterations = 3\nlr = 1e9\nwarmup_iterations = 0\nends = "nan"'
    planned = plan(str(study(tmp_path, ("fails", nan), ("works", ""))), "cpu", tmp_path, {})
    assert run(planned, processes=1) == 0
    assert capsys.readouterr().out.splitlines() == [f"{tmp_path}/{name}: begins" for name in ("fails", "works")]
    assert run(planned, processes=1) == 0
    assert capsys.readouterr().out.splitlines() == [f"{tmp_path}/fails: nan", f"{tmp_path}/works: finished"]
    other = [replace(each, ends="out of memory") for each in planned]
    assert run(other, processes=1) == 1
    assert "works: finished, where the study expects out of memory" in capsys.readouterr().out


def test_the_commands_of_a_study_can_be_read_before_they_run(tmp_path: Path) -> None:
    path = study(tmp_path, ("works", "mask = true"))
    told = trainer("study", path, "--size", "cpu", "--output", tmp_path / "runs", "--dry")
    assert told.count("\n") == 1
    assert all(words in told for words in ("trainer train", "runs/works --resume", "--mask ", "--iterations 1 "))
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lr = 0.1", r"each \[\[run\]\] needs a name"),
        ('[[run]]\nname = "a"\nrate = 1', "a: there is no setting rate"),
        ('[[run]]\nname = "a"\nlr = "much"', "a: lr: expected `float`, got `str`"),
        ("[[run]", "is no TOML"),
    ],
)
def test_a_wrong_study_is_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(TrainerError, match=says):
        plan(str(path), "cpu", None, {})


def test_an_unknown_study_is_told_with_those_there_are() -> None:
    with pytest.raises(TrainerError, match=r"There is no study 191210\. There are: 191209"):
        plan("191210", "cpu", None, {})


def found(folders: tuple[Path, Path], store: Path, *options: str | Path) -> list[Finding]:
    """What fcosreport finds in two runs."""
    words = [sys.executable, "-m", "fcosreport", "check", *map(str, (*folders, *options)), "--format", "json"]
    done = subprocess.run([*words, "--store", str(store)], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1, done.stderr
    findings: list[Finding] = json.loads(done.stdout)["findings"]
    return findings


def causes(findings: list[Finding]) -> list[str]:
    (duplicate,) = (each for each in findings if each["code"] == "FR401")
    assert duplicate["severity"] == "error"
    return list(duplicate["explanations"])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is long enough for numbers that are not 0."""
    given = Settings(**TINY | {"data": "shapes:40", "train_batch_size": 4, "iterations": 44, "checkpoint_every": 44})
    folder = tmp_path_factory.mktemp("rate") / f"lr{given.lr:g}"
    train(replace(given, log_every=2), folder)
    return folder


@pytest.fixture(scope="module")
def repeated(trained: Path) -> Path:
    """The same with another seed."""
    folder = trained.with_name("seed1")
    train(replace(settings_in(trained), seed=1), folder)
    return folder


@pytest.fixture(scope="module")
def mistaken(trained: Path) -> tuple[Path, Path]:
    """Two runs, the second with another learning rate, for which its schedule comes too late: it was made before."""
    given, other = settings_in(trained), trained.with_name("lr0.02")
    with pytest.MonkeyPatch.context() as patch:
        rate = Settings.rate
        patch.setattr(Settings, "rate", lambda _, iteration: rate(given, iteration))
        train(replace(given, lr=0.02), other)
    return trained, other


def settings_in(run: Path) -> Settings:
    return Settings(**read_checkpoint(run / CHECKPOINT)["settings"])


def stale_predictions(first: Path, second: Path, folder: Path) -> tuple[Path, Path]:
    """Tests of two checkpoints; the second finds the first's detections, and makes none of its own.

    So did evaluation scripts that write a predictions file only where there is none.
    """
    tests = folder / f"{first.name}_test", folder / f"{second.name}_test"
    evaluate(first / CHECKPOINT, tests[0])
    settings = settings_in(second)
    split, journal = load(settings.data, "val"), Journal(tests[1])
    results_path(tests[1], "bbox").parent.mkdir(exist_ok=True)
    shutil.copyfile(results_path(tests[0], "bbox"), results_path(tests[1], "bbox"))
    with told(journal):
        journal.iteration = settings.iterations
        journal.began(settings, split.described(), ALONE)
        report(journal, split, settings, second / CHECKPOINT, "float32")
    return tests


def test_a_rate_without_effect_is_found(mistaken: tuple[Path, Path], tmp_path: Path) -> None:
    findings = found(mistaken, tmp_path / "store.sqlite")
    assert re.match(r"lr never took effect: .*the first \d+ training losses are equal", causes(findings)[0])


def test_stale_predictions_are_found(trained: Path, tmp_path: Path) -> None:
    other = tmp_path / "seed1"
    train(Settings(**TINY | {"data": "shapes:40", "seed": 1, "iterations": 2}), other)
    tests = stale_predictions(trained, other, tmp_path / "tests")
    first = causes(found(tests, tmp_path / "store.sqlite"))[0]
    assert first.startswith("The same predictions file was evaluated again: the files are the same")
    assert "of other checkpoints" in first


def test_the_run_is_named_whose_the_numbers_are(trained: Path, repeated: Path, tmp_path: Path) -> None:
    """The founding story: the second was evaluated on the predictions of the first, and its own lie beside it now."""
    tests = stale_predictions(trained, repeated, tmp_path / "tests")
    evaluate(repeated / CHECKPOINT, tmp_path / "again")
    shutil.copyfile(results_path(tmp_path / "again", "bbox"), results_path(tests[1], "bbox"))
    truth = load(settings_in(trained).data, "val").path
    findings = found(tests, tmp_path / "store.sqlite", "--recompute", "--truth", truth)
    assert re.match(
        rf"The numbers are those of {tests[0].name}, .* not of {tests[1].name} \(bbox AP", causes(findings)[0]
    )
    (foreign,) = (each for each in findings if each["code"] == "FR602")
    assert foreign["message"].startswith(f"{tests[1].name} prints the bbox numbers of {tests[0].name}")


def test_honest_runs_are_not_accused(trained: Path, repeated: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "fcosreport", "check", str(trained), str(repeated), "--format", "json"]
    done = subprocess.run([*words, "--store", str(tmp_path / "s")], capture_output=True, text=True, check=False)
    codes = {each["code"] for each in json.loads(done.stdout)["findings"]}
    assert not codes & {"FR401", "FR405"}


def told_of(folder: Path, store: Path) -> dict[str, Any]:
    """What fcosreport makes of the runs in a folder, by name; it finds no error in them."""
    command, given = [sys.executable, "-m", "fcosreport"], [str(folder), "--store", str(store)]
    checked = subprocess.run([*command, "check", *given], capture_output=True, text=True, timeout=200, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    words = [*command, "render", *given, "--json", "-o", "-"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=200, check=False)
    report = json.loads(done.stdout)
    assert not report["issues"]
    return {each["name"]: each for each in report["experiments"]}


def results(experiment: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Data set, checkpoint, iteration and numbers of each evaluation."""
    overall = [each for each in experiment["evaluations"] if each["category"] is None]
    return [
        (each["data_set"].partition("/")[0], each["weights"], each["iteration"], each["metrics"]) for each in overall
    ]


def left(run: Path) -> list[dict[str, float]]:
    """The numbers of each evaluation, as the run has written them down."""
    return [each["metrics"] for each in events(run) if each.get("event") == "evaluation"]


def test_every_number_name_and_state_is_true_of_a_run_its_copy_and_its_test_on_other_data(
    trained: Path, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    mine = Path(shutil.copytree(trained, runs / "mine"))
    shutil.copytree(mine, runs / "backup" / "mine")
    evaluate(mine / CHECKPOINT, None, {"data": "shapes:8"})
    told = told_of(runs, tmp_path / "store.sqlite")
    assert sorted(told) == ["mine", "mine-on-shapes-8"], "a copy is no other run"
    assert [each["state"] for each in told.values()] == ["finished", "finished"]
    for name, data, images in (("mine", "shapes-v1-40-0", 10), ("mine-on-shapes-8", "shapes-v1-8-0", 2)):
        assert results(told[name]) == [(data, "checkpoint.pt", 44, *left(runs / name))]
        assert {told[name]["settings"][each] for each in ("val_images", "predicted_images")} == {images}


def test_a_run_that_was_stopped_has_no_result_until_it_goes_on_and_then_its_own(trained: Path, tmp_path: Path) -> None:
    run, given = tmp_path / "runs" / "mine", replace(settings_in(trained), iterations=12)
    step = Training.step

    def stopped(self: Training, iteration: int, stream: Iterator[Batch]) -> None:
        if iteration == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        step(self, iteration, stream)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Training, "step", stopped)
        with pytest.raises(TerminatedError):
            train(given, run)
    (told,) = told_of(run, tmp_path / "store.sqlite").values()
    assert (told["state"], told["reason"], results(told)) == ("failed", "killed: SIGTERM", [])
    train(given, run, resume=True)
    (told,) = told_of(run, tmp_path / "store.sqlite").values()
    assert (told["state"], told["settings"]["iterations"]) == ("finished", 12)
    assert results(told) == [("shapes-v1-40-0", "checkpoint.pt", 12, *left(run))]


def test_a_run_that_went_on_with_more_iterations_is_told_as_one_that_did(trained: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(trained, tmp_path / "runs" / "mine"))
    train(replace(settings_in(trained), iterations=46), run, resume=True)
    (told,) = told_of(run, tmp_path / "store.sqlite").values()
    assert (told["state"], told["settings"]["iterations"]) == ("finished", 46)
    assert [(each[2], each[3]) for each in results(told)] == [*zip((44, 46), left(run), strict=True)]
