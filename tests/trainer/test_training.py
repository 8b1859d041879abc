"""Training: stopped and resumed it ends as if never stopped; every end is written down and has its exit code."""

import errno
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.conftest import TINY, command, options, trainer
from tests.trainer.test_contract import agree
from trainer.cli import main
from trainer.data import load
from trainer.errors import End, NotFiniteError, TerminatedError, TrainerError, ending
from trainer.evaluation import evaluate
from trainer.files import read_checkpoint, sha256, write_checkpoint
from trainer.journal import Journal, events
from trainer.model import build
from trainer.processes import ALONE, Team
from trainer.settings import Settings
from trainer.training import Training, train

Event = dict[str, Any]


def kinds(folder: Path, kind: str) -> list[Event]:
    return [each for each in events(folder) if each.get("event") == kind]


def outcome(folder: Path) -> Event:
    """What a run gave: its numbers, what it found, and its weights."""
    last = kinds(folder, "evaluation")[-1]
    return {name: last[name] for name in ("metrics", "per_class", "results_sha256", "iteration")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    train(Settings(**TINY), folder)
    return folder


def stop(process: subprocess.Popen[bytes], folder: Path, at: int, how: signal.Signals) -> int:
    """Send a signal once the run has reached an iteration, and wait for its end."""
    deadline = time.monotonic() + 200
    while max((each["iteration"] for each in kinds(folder, "train")), default=0) < at:
        assert process.poll() is None, "it ended before it was stopped"
        assert time.monotonic() < deadline, "it did not get there"
        time.sleep(0.01)
    process.send_signal(how)
    return process.wait(timeout=100)


class KilledError(Exception):
    """The process is gone, and what it has not saved."""


def test_stopped_at_ten_random_places_it_ends_as_if_it_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, run, full = Settings(**TINY | {"iterations": 12, "checkpoint_every": 3}), tmp_path / "run", tmp_path / "a"
    train(settings, full)
    places = sorted(random.sample(range(1, 12), 10))
    ends: list[type[BaseException]] = [random.choice((TerminatedError, KilledError)) for _ in places]
    step = Training.step

    def stopped(self: Training, iteration: int, stream: Iterator[Any]) -> None:
        if iteration == places[0] and ends[0] is KilledError:
            raise KilledError
        if iteration == places[0]:
            os.kill(os.getpid(), signal.SIGTERM)
        step(self, iteration, stream)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "step", stopped)
        while places:
            with pytest.raises(ends[0]):
                train(settings, run, resume=True)
            if ends[0] is TerminatedError:
                assert read_checkpoint(run / "checkpoint.pt")["iteration"] == places[0]
            del places[0], ends[0]
    train(settings, run, resume=True)
    assert outcome(run) == outcome(full)
    weights, expected = (read_checkpoint(each / "checkpoint.pt")["model"] for each in (run, full))
    assert all(torch.equal(value, expected[name]) for name, value in weights.items())


def test_a_run_that_was_stopped_ends_as_if_it_never_was(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    settings, full = TINY | {"iterations": 24, "checkpoint_every": 5}, tmp_path / "full"
    begin = command("train", folder, "--resume", *options(settings))
    train(Settings(**settings), full)
    first, second = random.randint(1, 8), random.randint(10, 20)
    code = stop(subprocess.Popen(begin), folder, first, signal.SIGTERM)
    ended = kinds(folder, "status")[-1]
    assert (code, ended["status"], ended["reason"]) == (143, "interrupted", "SIGTERM")
    assert f"Interrupted at iteration {ended['iteration']}: SIGTERM" in (folder / "log.txt").read_text()
    assert stop(subprocess.Popen(begin), folder, second, signal.SIGKILL) == -signal.SIGKILL
    assert subprocess.run(begin, check=False).returncode == 0
    assert outcome(folder) == outcome(full)
    weights, expected = (read_checkpoint(each / "checkpoint.pt")["model"] for each in (folder, full))
    assert all(torch.equal(value, expected[name]) for name, value in weights.items())
    assert not list(folder.glob(".checkpoint*")), "a part of a checkpoint was left"


def test_ctrl_c_has_its_own_line_and_exit_code(tmp_path: Path) -> None:
    process = subprocess.Popen(command("train", tmp_path / "run", *options(TINY | {"iterations": 1000})))
    assert stop(process, tmp_path / "run", 1, signal.SIGINT) == 130
    assert kinds(tmp_path / "run", "status")[-1]["reason"] == "Ctrl-C"


def test_out_of_memory_is_a_result_and_not_a_crash(tmp_path: Path) -> None:
    heavy = TINY | {"image_size": 1200, "train_batch_size": 8, "memory_limit": 300}
    told = trainer("train", tmp_path / "run", *options(heavy), code=3)
    assert "Failed at iteration 0: out of memory. Lower --train-batch-size" in told
    last = events(tmp_path / "run")[-1]
    assert (last["status"], last["reason"]) == ("failed", "out of memory")


def test_a_loss_that_becomes_nan_ends_the_run_and_no_checkpoint_holds_it(tmp_path: Path) -> None:
    with pytest.raises(NotFiniteError):
        train(Settings(**TINY | {"lr": 1e9, "warmup_iterations": 0, "log_every": 3}), tmp_path / "run")
    last = kinds(tmp_path / "run", "status")[-1]
    assert (last["status"], last["reason"]) == ("failed", "nan")
    assert kinds(tmp_path / "run", "train")[-1]["loss"] is None
    path = tmp_path / "run" / "checkpoint.pt"
    assert not path.exists() or all(bool(v.isfinite().all()) for v in read_checkpoint(path)["model"].values())


def test_weights_that_a_last_step_has_spoiled_are_in_no_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Training.step

    def spoiled(self: Training, iteration: int, stream: Iterator[Any]) -> None:
        step(self, iteration, stream)
        if iteration == 4:
            next(iter(self.trained.values())).data.fill_(float("nan"))

    monkeypatch.setattr(Training, "step", spoiled)
    with pytest.raises(NotFiniteError):
        train(Settings(**TINY), tmp_path / "run")
    assert kinds(tmp_path / "run", "train")[-1]["loss"] is not None
    assert read_checkpoint(tmp_path / "run" / "checkpoint.pt")["iteration"] == 2


def by_two(module: str, *words: str | Path) -> None:
    """Run a command of the trainer by two processes."""
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", module]
    done = subprocess.run([*launch, *map(str, words)], capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr


def losses(folder: Path) -> list[float]:
    return [each["loss"] for each in kinds(folder, "train")]


def test_two_processes_train_as_one_does_and_find_what_one_finds(tmp_path: Path) -> None:
    settings = TINY | {"train_batch_size": 4, "norm": "gn", "iterations": 3}
    by_two("trainer", "train", tmp_path / "two", *options(settings))
    train(Settings(**settings), tmp_path / "one")
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), rel=1e-6)
    assert len(kinds(tmp_path / "two", "evaluation")) == 1
    evaluate(tmp_path / "two" / "checkpoint.pt", tmp_path / "again")
    assert outcome(tmp_path / "two") == outcome(tmp_path / "again")


def test_norms_that_wait_for_all_processes_train_and_none_waits_for_ever(tmp_path: Path) -> None:
    settings = TINY | {"iterations": 2}
    by_two("tests.trainer.synced", "train", tmp_path / "two", *options(settings))
    train(Settings(**settings), tmp_path / "one")
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), rel=1e-4)
    assert len(kinds(tmp_path / "two", "probe")) == 1


def test_the_first_line_says_what_runs_and_the_last_how_it_ended(whole: Path) -> None:
    first, *_, last = events(whole)
    assert first["schema"] == "fcos-trainer/1"
    assert first["settings"]["backbone"] == "R-18-FPN"
    assert (first["settings"]["norm"], first["settings"]["init"], first["seed"]) == ("bn", "scratch", 0)
    assert first["machine"] == {"device": "cpu"}
    assert first["data"]["train"].endswith("-8-0/annotations/instances_train.json")
    assert first["data"]["val_images"] == 2
    assert len(kinds(whole, "probe")) == 1
    assert (last["status"], last["iteration"]) == ("finished", 6)
    assert [each["iteration"] for each in kinds(whole, "train")] == [1, 2, 3, 4, 5, 6]


def test_an_evaluation_tells_its_own_data_and_leaves_the_run_as_it_was(whole: Path, tmp_path: Path) -> None:
    def files() -> dict[str, str]:
        return {path.name: sha256(path) for path in whole.rglob("*") if path.is_file()}

    before = files()
    folder = tmp_path / "runs" / "mine"
    folder.parent.mkdir()
    folder.symlink_to(whole)
    evaluate(folder / "checkpoint.pt", None, {"data": "shapes:4", "score_threshold": 0.2})
    beside = tmp_path / "runs" / "mine-on-shapes-4"
    (told,) = kinds(beside, "evaluation")
    trained = kinds(whole, "evaluation")[-1]
    assert told["data"]["val"].endswith("-4-0/annotations/instances_val.json")
    assert told["data"]["val_sha256"] != trained["data"]["val_sha256"] == events(whole)[0]["data"]["val_sha256"]
    assert (told["images"], told["weights"], told["precision"]) == (1, "checkpoint.pt", "float32")
    assert (told["settings"]["data"], told["settings"]["score_threshold"]) == ("shapes:4", 0.2)
    assert files() == before
    with pytest.raises(TrainerError, match=r"holds a run\. Name another folder with --output"):
        evaluate(folder / "checkpoint.pt", whole, {"data": "shapes:4"})


def test_a_finished_run_keeps_its_numbers_when_it_is_resumed(whole: Path) -> None:
    before = outcome(whole)
    train(Settings(**TINY), whole, resume=True)
    assert len(kinds(whole, "evaluation")) == 1
    assert outcome(whole) == before


def test_a_run_is_not_trained_over_nor_resumed_with_other_settings(whole: Path) -> None:
    with pytest.raises(TrainerError, match=r"holds a run\. Go on with it by --resume"):
        train(Settings(**TINY), whole)
    with pytest.raises(TrainerError, match=r"was begun with --lr 0\.01\. Resume with that"):
        train(Settings(**TINY | {"lr": 0.02}), whole, resume=True)


def test_other_settings_are_refused_where_a_run_died_before_its_first_checkpoint(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text((whole / "metrics.jsonl").read_text().splitlines()[0] + "\n")
    with pytest.raises(TrainerError, match=r"was begun with --seed 0\. Resume with that"):
        train(Settings(**TINY | {"seed": 1}), tmp_path, resume=True)
    (tmp_path / "metrics.jsonl").write_text(json.dumps({"schema": "fcos-trainer/1", "data": {}, "seed": 0}) + "\n")
    with pytest.raises(TrainerError, match=r"annotations in shapes:8 are others"):
        train(Settings(**TINY), tmp_path, resume=True)


def test_a_checkpoint_without_its_log_is_not_trained_over(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes((whole / "checkpoint.pt").read_bytes())
    for resume in (False, True):
        with pytest.raises(TrainerError, match=r"lies there without its metrics\.jsonl"):
            train(Settings(**TINY), tmp_path, resume)


def test_a_resume_without_a_checkpoint_says_so(tmp_path: Path) -> None:
    train(Settings(**TINY | {"iterations": 0}), tmp_path / "run", resume=True)
    log = (tmp_path / "run" / "log.txt").read_text()
    assert "There is no checkpoint.pt to go on from: the training begins at iteration 0" in log


def made(folder: Path, layout: torch.memory_format, **changes: object) -> Training:
    """A training whose weights lie in memory as on a GPU (channels_last) or as on a CPU."""
    settings = Settings(**TINY | changes)
    splits = load(settings.data, "train"), load(settings.data, "val")
    torch.manual_seed(0)
    model = build(settings, splits[0].categories)
    training = Training(settings, ALONE, Journal(folder), model, *splits)
    model.to(memory_format=layout)
    training.optimizer = torch.optim.SGD(training.trained.values(), lr=0.01, momentum=0.9, fused=True)
    return training


def test_a_checkpoint_of_a_gpu_goes_on_on_a_cpu_and_back(tmp_path: Path) -> None:
    layouts = (torch.channels_last, torch.contiguous_format)
    for one, other in (layouts, layouts[::-1]):
        here, there = made(tmp_path, one), made(tmp_path, other)
        with here.batches() as stream:
            here.step(1, stream)
        write_checkpoint(tmp_path / "moved.pt", here.state())
        there.restore(read_checkpoint(tmp_path / "moved.pt"))
        for training in (here, there):
            training.optimizer.param_groups[0]["lr"] = 0.01
            for parameter in training.trained.values():
                parameter.grad = torch.zeros_like(parameter)
            training.optimizer.step()  # by the momentum alone
        for name, value in here.trained.items():
            assert torch.equal(value, there.trained[name]), name


def test_a_checkpoint_of_syncbn_is_evaluated_where_there_is_no_gpu(tmp_path: Path) -> None:
    train(Settings(**TINY | {"norm": "syncbn", "iterations": 1}), tmp_path / "run")
    evaluate(tmp_path / "run" / "checkpoint.pt", tmp_path / "again")
    assert outcome(tmp_path / "run") == outcome(tmp_path / "again")


def test_float16_is_trained_with_scaled_losses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Team, "half", torch.float16)
    train(Settings(**TINY | {"amp": True, "iterations": 2}), tmp_path / "run")
    assert read_checkpoint(tmp_path / "run" / "checkpoint.pt")["scaler"]["scale"] > 1
    assert kinds(tmp_path / "run", "evaluation")[0]["precision"] == "float16"
    train(Settings(**TINY | {"amp": True, "iterations": 3}), tmp_path / "run", resume=True)
    assert kinds(tmp_path / "run", "resumed")[0]["settings"] == {"iterations": 3}


def test_the_best_checkpoint_is_kept(tmp_path: Path) -> None:
    train(Settings(**TINY | {"eval_every": 2}), tmp_path / "run")
    told = kinds(tmp_path / "run", "evaluation")
    best = max(told, key=lambda each: each["metrics"]["AP"])
    assert sha256(tmp_path / "run" / "best.pt") == best["checkpoint_sha256"]


def test_a_checkpoint_can_begin_another_run(whole: Path, tmp_path: Path) -> None:
    start = TINY | {"iterations": 0}
    train(Settings(**start | {"init": str(whole / "checkpoint.pt")}), tmp_path / "same")
    assert outcome(tmp_path / "same")["metrics"] == outcome(whole)["metrics"]
    backbone = TINY | {"init": f"backbone:{whole / 'checkpoint.pt'}", "norm": "frozen", "iterations": 1}
    train(Settings(**backbone), tmp_path / "backbone")
    told = kinds(tmp_path / "backbone", "probe")[0]
    assert (told["norm_layers"], told["identity"]) == (20, 0)
    with pytest.raises(TrainerError, match=r"does not fit: size mismatch .*\. Set --backbone, --channels, --norm"):
        train(Settings(**start | {"init": str(whole / "checkpoint.pt"), "channels": 96}), tmp_path / "other")


def test_boxes_and_masks_are_evaluated_where_masks_are_trained(tmp_path: Path) -> None:
    train(Settings(**TINY | {"mask": True, "iterations": 2, "amp": True, "image_size": 128}), tmp_path / "masks")
    assert agree(tmp_path / "masks", ["bbox", "segm"])
    assert all(each["loss_mask"] > 0 for each in kinds(tmp_path / "masks", "train"))
    assert json.loads((tmp_path / "masks" / "results" / "segm.json").read_text()) is not None


@pytest.mark.parametrize("spoil", ["cut", "code", "empty"])
def test_what_is_no_checkpoint_is_told_and_never_run(whole: Path, tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "spoiled.pt"
    if spoil == "code":
        torch.save({"model": Settings(**TINY)}, path)
    else:
        path.write_bytes((whole / "checkpoint.pt").read_bytes()[: 1000 if spoil == "cut" else 0])
    with pytest.raises(TrainerError, match="is no checkpoint of tensors and plain values, or was cut"):
        evaluate(path)


def test_weights_alone_are_no_checkpoint_and_are_told_what_they_are_good_for(whole: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.pt"
    write_checkpoint(weights, read_checkpoint(whole / "checkpoint.pt")["model"])
    with pytest.raises(TrainerError, match=r"is not a checkpoint of this trainer\. Begin a run .* with --init"):
        evaluate(weights)


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, {"iteration": 1})
    with pytest.raises((AttributeError, pickle.PicklingError)):
        write_checkpoint(path, {"iteration": lambda: 1})
    assert read_checkpoint(path) == {"iteration": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--lr", "-1"], "lr: expected `float` > 0"),
        (["--data", "nowhere"], "There is no nowhere/annotations/instances_train*.json"),
        (["--train-batch-size", "3", "--accumulate", "2"], "--train-batch-size 3: give a multiple of 2"),
        (["--config", "nowhere.toml"], "nowhere.toml cannot be read"),
    ],
)
def test_wrong_options_are_one_line(
    tmp_path: Path, words: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["trainer", "train", str(tmp_path / "run"), "--size", "cpu", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert says in told
    assert told.count("\n") == 1


def test_what_cannot_be_written_is_the_users_to_mend_and_other_faults_are_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Not a directory") as told:
        Journal(tmp_path / "file" / "run")
    assert ending(told.value) == End("failed", f"{tmp_path}/file/run: Not a directory", 2)
    assert ending(OSError(errno.ENOSPC, "No space left on device")).code == 2
    assert ending(ConnectionResetError("the other process is gone")).code == 1


def run_of(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> str | int | None:
    """The exit code of the command line, run in this process."""
    monkeypatch.setattr("sys.argv", ["trainer", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_a_file_may_tell_the_settings_of_a_run_and_options_beat_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, text = tmp_path / "run.toml", "\n".join(f"{name} = {json.dumps(value)}" for name, value in TINY.items())
    file.write_text(text)
    words = ("train", tmp_path / "run", "--config", file, "--iterations", "1", "--pictures", "1")
    assert run_of(monkeypatch, *words) == 0
    told = events(tmp_path / "run")[0]["settings"]
    assert (told["data"], told["steps"], told["iterations"]) == ("shapes:8", "", 1)
    assert [each.name for each in (tmp_path / "run" / "results" / "pictures").iterdir()] == ["1.png"]
    file.write_text(f"{text}\nlearning_rate = 1")
    assert run_of(monkeypatch, *words) == 2
    assert "run.toml: there is no setting learning_rate" in capsys.readouterr().err


def test_help_shows_choices_and_the_defaults_of_each_size(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run_of(monkeypatch, "train", "--help") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "frozen|bn|syncbn|gn" in told
    assert "resnext50_32x4d|" in told
    assert "Default: gpu 90000, cpu 450." in told
    assert run_of(monkeypatch, "evaluate", "--help") == 0
    assert "Default: as it was trained." in " ".join(capsys.readouterr().out.split())


def test_the_learning_rate_warms_up_and_falls() -> None:
    given = Settings(**TINY | {"lr": 0.3, "warmup_iterations": 10, "steps": "20,30", "iterations": 40})
    assert given.rate(0) == pytest.approx(0.1)
    assert [given.rate(n) for n in (10, 20, 21, 31)] == pytest.approx([0.3, 0.3, 0.03, 0.003])
