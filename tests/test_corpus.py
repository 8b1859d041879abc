"""Real public files: each gives the evaluations that its entry in the manifest says, and no others."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from fcosreport.read import read
from fcosreport.records import Evaluation


def summaries(entry: dict[str, Any]) -> dict[str, Any] | None:
    """What the manifest says of the summary blocks: how many, the first and the last."""
    expected = entry["expected"]
    if "block12" not in entry["counts"]:
        return None
    if expected["first"]["source"] in ("block12", "by eye"):
        return {"count": entry["n_blocks"], "last": expected["first"], **expected}
    found: dict[str, Any] = expected["other_sources"]["block12"]
    return found


def misses(corpus: Path, entry: dict[str, Any]) -> list[str]:
    path = corpus / entry["file"]
    reading = read(path, entry["file"], "note" if path.suffix == ".md" else "log")
    evaluations = [record for record in reading.records if isinstance(record, Evaluation)]
    wanted = summaries(entry)
    count = wanted["count"] if wanted else 0
    if len(evaluations) != count:
        return [f"{len(evaluations)} evaluations for {count}"]
    if not wanted:
        return []
    return [
        miss
        for want, got in ((wanted["first"], evaluations[0]), (wanted["last"], evaluations[-1]))
        for miss in differences(
            want, got, lines=path.suffix != ".ipynb" and "n_printed_copies" not in entry["expected"]
        )
    ]


def differences(want: dict[str, Any], got: Evaluation, *, lines: bool) -> list[str]:
    found = [f"{name} {got[name]} for {value}" for name, value in want["metrics"].items() if got[name] != value]
    if got.task != want["iou_type"]:
        found.append(f"{got.task} for {want['iou_type']}")
    if lines and "line" in want and got.where.line != want["line"]:
        found.append(f"line {got.where.line} for {want['line']}")
    return found


def test_every_file_gives_the_evaluations_that_it_holds(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score: dict[str, list[str]] = defaultdict(list)
    count: dict[str, int] = defaultdict(int)
    for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        family = entry["family"] if summaries(entry) else "without a block"
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
        if path.stat().st_size < 100_000:
            assert read(path, "log", "log", 5000).records == read(path, "log", "log").records, path
