"""Real public files: each gives the evaluations that its entry in the manifest says, and no others."""

import json
from collections import defaultdict
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from fcosreport.reading.file import read
from fcosreport.records import Evaluation, Setting

FORMS = {
    "block12": {"coco-summary"},
    "by eye": {"coco-summary"},
    "ordereddict": {"maskrcnn-benchmark"},
    "d2_copypaste": {"detectron2"},
    "mm_copypaste": {"mmdetection", "mmdetection-json"},
    "mm3_line": {"mmdetection"},
    "jsonl": {"mmdetection-json", "detr", "detectron2-json"},
    "wz_rows": {"wz-rows"},
    "tfod": {"tf-object-detection"},
    "yolo_all": {"ultralytics"},
    "results_csv": {"csv-results", "ultralytics-txt"},
}
"""The dialects that read what the manifest calls a source."""

SETTINGS = {
    "lr": "lr",
    "batch_size": "train_batch_size",
    "max_iter": "iterations",
    "max_epochs": "epochs",
    "epochs": "epochs",
    "samples_per_gpu": "images_per_gpu",
}


def wanted(entry: dict[str, Any]) -> Iterator[tuple[set[str], dict[str, Any]]]:
    """For each form in which the file tells evaluations: how many, the first and the last."""
    expected = entry["expected"]
    if "first" in expected:
        first = expected["first"]
        yield FORMS[first["source"]], {"count": entry["n_blocks"], "last": first, **expected}
        for source, other in expected.get("other_sources", {}).items():
            if not FORMS[source] & FORMS[first["source"]] and (source, first["source"]) != ("mm_copypaste", "jsonl"):
                yield FORMS[source], other


def misses(corpus: Path, entry: dict[str, Any]) -> list[str]:
    path = corpus / entry["file"]
    reading = read(path, entry["file"], "note" if path.suffix == ".md" else "log")
    overall = [
        r for r in reading.records if isinstance(r, Evaluation) and (r.category is None or r.form == "coco-summary")
    ]
    lines = path.suffix != ".ipynb" and "n_printed_copies" not in entry["expected"]
    found = [] if entry["n_blocks"] or not overall else [f"{len(overall)} evaluations for 0"]
    for forms, want in wanted(entry):
        got = [evaluation for evaluation in overall if evaluation.form in forms]
        if forms == {"ultralytics"}:  # one line tells boxes and masks, and counts as one there
            got = list({evaluation.where: evaluation for evaluation in reversed(got)}.values())[::-1]
        if len(got) != want["count"]:
            found.append(f"{len(got)} evaluations for {want['count']} as {'/'.join(sorted(forms))}")
        else:
            found.extend(differences(want["first"], got[0], lines=lines))
            found.extend(differences(want["last"], got[-1], lines=lines))
    settings = {r.name: r.value for r in reading.records if isinstance(r, Setting)}
    for name, value in entry["expected"].get("hyper", {}).items():
        told = [settings.get(SETTINGS[name]), settings.get("images_per_gpu") if name == "batch_size" else None]
        if value not in told:  # some frameworks call the images of one GPU their batch size
            found.append(f"{SETTINGS[name]} {settings.get(SETTINGS[name])} for {value}")
    return found


def differences(want: dict[str, Any], got: Evaluation, *, lines: bool) -> list[str]:
    found = [
        f"{name} {got[name]} for {value}" for name, value in want["metrics"].items() if not equal(got[name], value)
    ]
    if "epoch" in want and got.epoch != int(want["epoch"]):
        found.append(f"epoch {got.epoch} for {want['epoch']}")
    if got.task != want["iou_type"]:
        found.append(f"{got.task} for {want['iou_type']}")
    if lines and "line" in want and got.where.line != want["line"]:
        found.append(f"line {got.where.line} for {want['line']}")
    return found


def equal(got: float | None, want: float | None) -> bool:
    return got == want or (got is not None and want is not None and isclose(got, want, rel_tol=1e-12))


def test_every_file_gives_the_evaluations_that_it_holds(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score: dict[str, list[str]] = defaultdict(list)
    count: dict[str, int] = defaultdict(int)
    for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        family = entry["family"]
        count[family] += 1
        if found := misses(corpus, entry):
            score[family].append(f"{entry['file']}: {'; '.join(found)}")
    with capsys.disabled():
        print("\nfiles right of files")  # noqa: T201  # the score is what this test is for
        for family in sorted(count):
            print(f"  {family:20} {count[family] - len(score[family]):3} of {count[family]:3}")  # noqa: T201
    assert not any(score.values()), [miss for family in score.values() for miss in family]


def test_what_several_ranks_print_is_one_evaluation_with_its_places(corpus: Path) -> None:
    entries = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    entry = next(entry for entry in entries if "n_printed_copies" in entry["expected"])
    records = read(corpus / entry["file"], "log", "log").records
    evaluations = [record for record in records if isinstance(record, Evaluation)]
    assert [len(evaluation.also) for evaluation in evaluations] == [7] * entry["n_blocks"]
    assert [evaluation["AP"] for evaluation in evaluations] == [round(ap, 3) for ap in entry["expected"]["current_ap"]]
    assert [evaluation.iteration for evaluation in evaluations] == [1860, 2500, 2800, 3120]


def test_no_file_reads_otherwise_in_small_pieces(corpus: Path) -> None:
    for path in sorted(corpus.glob("*/*")):
        if path.stat().st_size < 300_000:
            assert read(path, "log", "log", 60_000).records == read(path, "log", "log").records, path
