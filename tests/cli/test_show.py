"""`show` and `open`: one experiment on the terminal, and the page in the browser."""

import os
from pathlib import Path

from tests.conftest import FAIR, Run
from tests.logs import log


def test_show_tells_all_of_one_experiment(run: Run, resumed_runs: Path) -> None:
    done = run("show", "resumed", "runs")
    assert done.code == 0, done.err
    assert done.out.startswith("resumed: ☑ finished\n")
    for told in ("0.292", "0.470", "loss", "█", "WARNING FR207", "file: runs/resumed/train.log", "iteration 299"):
        assert told in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_show_lists_results_by_class_where_none_is_of_all(run: Run, tmp_path: Path) -> None:
    block = "Car AP_R40@0.70, 0.70, 0.70:\nbbox AP:95.1, 93.2, 90.3\n3d   AP:87.4, 78.5, 75.6\n"
    (tmp_path / "log_eval.txt").write_text(block)
    done = run("show", "log_eval", ".")
    assert done.code == 0, done.err
    for told in ("bbox Car", "3d Car", "APmoderate", "0.785"):
        assert told in done.out


def test_show_of_what_is_not_there_names_the_nearest(run: Run, resumed_runs: Path) -> None:
    done = run("show", "resume", "runs")
    assert (done.code, done.err) == (2, "fcosreport: there is no experiment 'resume'. Did you mean resumed?\n")


def test_folders_of_one_name_seen_from_two_places_stay_apart_in_a_store(run: Run, resumed_runs: Path) -> None:
    other = resumed_runs.parent / "other" / "runs" / "steady"
    other.mkdir(parents=True)
    (other / "log.txt").write_text(log([0.01] * 5, numbers=FAIR))
    store = resumed_runs.parent / "both.sqlite"
    for folder in (resumed_runs.parent, other.parents[1], resumed_runs.parent, other.parents[1]):
        done = run("collect", "runs", "--store", store, folder=folder)
        assert done.code == 0, done.err
    assert "1 unchanged" in done.out
    assert "3 experiments" in done.out
    assert "1 experiment ·" in run("render", "runs", "--store", store, folder=other.parents[1]).out
    assert "2 experiments ·" in run("render", "runs", "--store", store).out


def test_open_writes_the_page_and_hands_it_to_the_browser(run: Run, resumed_runs: Path) -> None:
    browser = resumed_runs.parent / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {resumed_runs.parent}/opened\n')
    browser.chmod(0o755)
    done = run("open", "runs", "-o", "mine", env={**os.environ, "BROWSER": f"{browser} %s"})
    assert (done.code, done.err) == (0, "wrote mine/report.html\n")
    assert (resumed_runs.parent / "opened").read_text().strip() == (
        resumed_runs.parent / "mine" / "report.html"
    ).as_uri()
