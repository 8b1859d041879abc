"""What the trainer writes is what fcosreport reads: log.txt and metrics.jsonl say the same 12 numbers.

These need no torch: they read the files of a small run. `test_training.py` holds the same of files freshly written.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from fcosreport.dialects.coco_summary import CocoSummary
from fcosreport.dialects.fcos_trainer import FcosTrainer
from fcosreport.records import Evaluation
from tests.conftest import ROOT, Run
from tests.dialects.feeding import evaluations, feed, issues, settings

SAMPLE = Path(__file__).parent / "sample"


def said_twice(folder: Path) -> list[tuple[Evaluation, Evaluation]]:
    """Each evaluation as log.txt and as metrics.jsonl tell it."""
    log = feed(CocoSummary, (folder / "log.txt").read_bytes())
    metrics = feed(FcosTrainer, (folder / "metrics.jsonl").read_bytes())
    assert not issues(log)
    assert not issues(metrics)
    return list(zip(evaluations(log), evaluations(metrics), strict=True))


def agree(folder: Path, tasks: list[str]) -> bool:
    """Whether both files tell these tasks, at one iteration, with the same 12 names and numbers."""
    pairs = said_twice(folder)
    assert [(printed.task, told.task) for printed, told in pairs] == [(task, task) for task in tasks]
    for printed, told in pairs:
        assert printed.iteration == told.iteration
        exact = {metric.name: metric.value for metric in told.metrics}
        assert len(exact) == 12
        assert {m.name: m.text for m in printed.metrics} == {name: f"{value:.3f}" for name, value in exact.items()}
    return True


def test_both_files_say_the_same_numbers() -> None:
    assert agree(SAMPLE, ["bbox", "segm"])


def test_a_number_that_differs_is_seen(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "run"))
    text = (folder / "log.txt").read_text()
    (folder / "log.txt").write_text(text.replace("maxDets=  1 ] = 0.", "maxDets=  1 ] = 0.9"))
    with pytest.raises(AssertionError):
        agree(folder, ["bbox", "segm"])


def test_settings_have_the_names_of_the_field() -> None:
    told = settings(feed(FcosTrainer, (SAMPLE / "metrics.jsonl").read_bytes()))
    wanted = "lr train_batch_size test_batch_size norm init backbone iterations image_size optimizer seed gpus commit"
    assert told.keys() >= set(wanted.split())
    assert told["backbone"] == "R-18-FPN"
    assert told["norm"] in ("frozen", "bn", "syncbn", "gn")
    assert told["train_data"] == "shapes-v1-100-0/annotations/instances_train.json"
    assert told["val_data"] == "shapes-v1-100-0/annotations/instances_val.json"


def test_the_whole_run_is_read_as_one(tmp_path: Path, run: Run) -> None:
    shutil.copytree(SAMPLE, tmp_path / "runs" / "sample")
    report = json.loads(run("render", "runs", "--json", "-o", "-").out)
    (experiment,) = report["experiments"]
    assert not report["issues"]
    assert experiment["state"] == "finished"
    overall = [each for each in experiment["evaluations"] if each["category"] is None]
    assert [(each["task"], each["form"]) for each in overall] == [
        ("bbox", "coco-summary+fcos-trainer"),
        ("segm", "coco-summary+fcos-trainer"),
    ]
    first = json.loads((SAMPLE / "metrics.jsonl").read_text().splitlines()[0])
    assert {name: experiment["settings"][name] for name in first["settings"]} == first["settings"]
    assert {each["where"]["path"] for each in experiment["curves"]} == {"runs/sample/metrics.jsonl"}


def test_the_trainer_and_its_reader_know_nothing_of_each_other() -> None:
    for package, other in (("trainer", "fcosreport"), ("fcosreport", "trainer")):
        modules = list((ROOT / package).rglob("*.py"))
        assert len(modules) > 5
        assert not [path for path in modules if re.search(rf"^\s*(from|import) {other}\b", path.read_text(), re.M)]
