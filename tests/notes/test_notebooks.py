"""Experiments that the Markdown of a notebook tells."""

import json
from pathlib import Path

from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import fragment_of
from fcosreport.records import Fragment

TABLE = "## Results\n| model | mAP |\n|--|--|\n| n | 0.31 |\n| s | 0.35 |"


def read(folder: Path, *cells: tuple[str, str, str]) -> Fragment:
    made = [
        {"cell_type": kind, "source": [source]}
        | ({"outputs": [{"output_type": "stream", "text": [printed]}]} if kind == "code" else {})
        for kind, source, printed in cells
    ]
    path = folder / "a.ipynb"
    path.write_text(json.dumps({"cells": made}, indent=1))
    return fragment_of(Found(str(path), str(path), "a.ipynb", "log", path.stat().st_size, 0))


def test_a_table_in_markdown_has_a_run_in_each_row(tmp_path: Path) -> None:
    found = read(tmp_path, ("markdown", "# Signs", ""), ("code", "show()", "done\n"), ("markdown", TABLE, ""))
    assert found.source.kind == "note"
    assert [(each.name, each.evaluations[0]["AP"]) for each in found.experiments] == [("n", 0.31), ("s", 0.35)]
    lines = (tmp_path / "a.ipynb").read_text().splitlines()
    assert all("| n | 0.31 |" in lines[each.where.line - 1] for each in found.experiments)


def test_where_cells_print_results_these_count(tmp_path: Path) -> None:
    printed = "Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.374\n"
    found = read(tmp_path, ("code", "model.train()", printed * 1), ("markdown", TABLE, ""))
    assert not found.experiments


def test_a_notebook_that_explains_tells_of_no_run(tmp_path: Path) -> None:
    found = read(tmp_path, ("markdown", "# How to train\n- lr = 0.01\n- epochs: 20", ""), ("code", "train()", ""))
    assert not found.experiments


def test_a_table_of_runs_that_a_cell_printed_goes_before_what_the_markdown_says(tmp_path: Path) -> None:
    printed = "  Experiment  mAP50  mAP50-95\n0  yolov8n       0.96      0.71\n1  yolov8s       0.98      0.76\n"
    found = read(tmp_path, ("code", "df", printed), ("markdown", "# Insights\n* yolov8s is the best (mAP50=0.98).", ""))
    assert [(each.name, each.evaluations[0]["AP50"]) for each in found.experiments] == [
        ("yolov8n", 0.96),
        ("yolov8s", 0.98),
    ]
