"""The report from Python, one experiment on the terminal, and what a rule needs of the curves."""

import os
from pathlib import Path

import pandas as pd
import pytest

import fcosreport
from fcosreport.errors import FcosreportError, UsageError
from tests.conftest import FAIR, GOOD, Run, block

LINE = (
    "[11/17 15:{minute:02}:42 d2.utils.events]:  eta: 0:12:23  iter: {at}  total_loss: {loss}  loss_cls: 0.2853"
    "  time: 0.6826  data_time: 0.3791  lr: {lr}  max_mem: 11810M\n"
)


def log(rates: list[float], start: int = 0, numbers: str = GOOD) -> str:
    lines = (
        LINE.format(minute=index, at=start + 20 * index + 19, loss=round(2 / (index + 1), 4), lr=rate)
        for index, rate in enumerate(rates)
    )
    return "".join(lines) + block(numbers)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs in a folder: `steady`, and `resumed`, whose learning rate jumps up where its second log goes on."""
    for name, numbers in (("steady", GOOD), ("resumed", FAIR)):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(log([0.01] * 5 + [0.001] * 5, numbers=numbers))
    (tmp_path / "runs" / "resumed" / "train.log").write_text(log([0.01] * 5, start=200, numbers=FAIR))
    return tmp_path / "runs"


def test_a_resumed_run_whose_learning_rate_jumps_is_found(runs: Path) -> None:
    report = fcosreport.load(runs)
    (finding,) = [each for each in report.findings if each.code == "FR207"]
    assert "resumed was resumed, and its learning rate jumps from 0.001 to 0.01" in finding.message


def test_load_gives_frames_and_leaves_nothing_behind(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(runs.parent)
    report = fcosreport.load("runs")
    experiments = report.frame("experiments")
    assert dict(zip(experiments.experiment, experiments.AP, strict=True)) == {"resumed": 0.292, "steady": 0.387}
    assert list(report.frame("evaluations").columns[:3]) == ["experiment", "task", "epoch"]
    curves = report.frame("curves")
    steady = curves[(curves.experiment == "steady") & (curves.curve == "lr")]
    assert steady.value.tolist() == [0.01] * 5 + [0.001] * 5
    assert steady.step.tolist() == list(range(20, 201, 20))
    assert isinstance(report.frame("findings"), pd.DataFrame)
    assert [each.name for each in runs.parent.iterdir()] == ["runs"]
    with pytest.raises(UsageError, match="Known: experiments, evaluations, curves, findings"):
        report.frame("experiment")


def test_load_keeps_a_store_if_asked_and_reads_it_alone(runs: Path) -> None:
    store = runs.parent / "kept.sqlite"
    first = fcosreport.load(runs, store=store)
    assert fcosreport.load(store=store).experiments == first.experiments
    with pytest.raises(FcosreportError, match="there is no store yet"):
        fcosreport.load(store=runs / "none.sqlite")


def test_show_tells_all_of_one_experiment(run: Run, runs: Path) -> None:
    done = run("show", "resumed", "runs")
    assert done.code == 0, done.err
    assert done.out.startswith("resumed: ☑ finished\n")
    for told in ("0.292", "0.470", "loss", "█", "WARNING FR207", "file: runs/resumed/train.log", "iteration 299"):
        assert told in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_show_of_what_is_not_there_names_the_nearest(run: Run, runs: Path) -> None:
    done = run("show", "resume", "runs")
    assert (done.code, done.err) == (2, "fcosreport: there is no experiment 'resume'. Did you mean resumed?\n")


def test_folders_of_one_name_seen_from_two_places_stay_apart_in_a_store(run: Run, runs: Path) -> None:
    other = runs.parent / "other" / "runs" / "steady"
    other.mkdir(parents=True)
    (other / "log.txt").write_text(log([0.01] * 5, numbers=FAIR))
    store = runs.parent / "both.sqlite"
    for folder in (runs.parent, other.parents[1], runs.parent, other.parents[1]):
        done = run("collect", "runs", "--store", store, folder=folder)
        assert done.code == 0, done.err
    assert "1 unchanged" in done.out
    assert "3 experiments" in done.out
    assert "\n1 experiment:" in run("render", "runs", "--store", store, folder=other.parents[1]).out
    assert "\n2 experiments:" in run("render", "runs", "--store", store).out


def test_open_writes_the_page_and_hands_it_to_the_browser(run: Run, runs: Path) -> None:
    browser = runs.parent / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {runs.parent}/opened\n')
    browser.chmod(0o755)
    done = run("open", "runs", "-o", "mine", env={**os.environ, "BROWSER": f"{browser} %s"})
    assert (done.code, done.err) == (0, "wrote mine/report.html\n")
    assert (runs.parent / "opened").read_text().strip() == (runs.parent / "mine" / "report.html").as_uri()
