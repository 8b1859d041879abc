"""The run folder that Weights & Biases leaves on disk."""

import json
from typing import Any

import pytest

from fcosreport.dialects.wandb import Wandb
from fcosreport.reading.dialect import Record
from fcosreport.records import Event, Issue
from tests.dialects.feeding import evaluations, feed, settings

SUMMARY = {
    "_step": 89999,
    "_timestamp": 1575878400.5,
    "bbox/AP": 38.7,
    "bbox/AP50": 57.3,
    "bbox/AP-person": 52.1,
    "segm/AP": 35.2,
    "total_loss": 0.9,
    "_wandb": {"runtime": 100},
}
METADATA = {
    "os": "Linux",
    "python": "3.8.10",
    "startedAt": "2019-12-09T08:00:00.123456",
    "host": "node7",
    "program": "tools/train_net.py",
    "args": ["--config-file", "configs/fcos.yaml", "SOLVER.BASE_LR", "0.01", "--seed=3"],
    "git": {"commit": "4ea0f7d", "remote": "x"},
    "gpu_count": 8,
}
SAMPLES = {
    "wandb/run-1/files/wandb-summary.json": json.dumps(SUMMARY).encode(),
    "wandb/run-1/files/wandb-metadata.json": json.dumps(METADATA, indent=1).encode(),
}


def read(name: str, content: str | dict[str, Any]) -> list[Record]:
    text = json.dumps(content, indent=2) if isinstance(content, dict) else content
    return feed(Wandb, text, path=f"wandb/run-1/files/wandb-{name}.json")


def test_the_summary_is_the_last_evaluation() -> None:
    records = read("summary", SUMMARY)
    (box, mask), (person,) = evaluations(records), evaluations(records, by_category=True)
    assert (box["AP"], box["AP50"], box.iteration, box.task) == (0.387, 0.573, 89999, "bbox")
    assert person.category == "person"
    assert person["AP"] == pytest.approx(0.521)
    assert mask.task == "segm"
    assert mask["AP"] == pytest.approx(0.352)


@pytest.mark.parametrize(
    ("summary", "task", "name", "value"),
    [
        ({"coco/bbox_mAP": 0.374, "coco/bbox_mAP_50": 0.58}, "bbox", "AP50", 0.58),
        ({"val/bbox_mAP_s": 0.2}, "bbox", "APs", 0.2),
        ({"metrics/mAP50-95(B)": 0.37, "metrics/mAP50(B)": 0.52}, "bbox", "AP", 0.37),
        ({"metrics/mAP50-95(M)": 0.3}, "segm", "AP", 0.3),
        ({"metrics/mAP_0.5:0.95": 0.3, "metrics/mAP_0.5": 0.4}, "bbox", "AP50", 0.4),
        ({"val": {"map_50": 0.4, "mar_100": 0.6}}, "bbox", "AR100", 0.6),
        ({"keypoints/AP": 66.0}, "keypoints", "AP", 0.66),
        ({"bbox/AP": "NaN"}, "bbox", "AP", None),
    ],
)
def test_names_of_all_frameworks(summary: dict[str, Any], task: str, name: str, value: float) -> None:
    (one,) = evaluations(read("summary", summary))
    assert (one.task, one[name]) == (task, value)


def test_a_run_without_arguments_is_read_too() -> None:
    assert read("metadata", json.dumps({**METADATA, "args": []}))


def test_the_metadata_tells_start_host_and_arguments() -> None:
    records = read("metadata", METADATA)
    assert settings(records) == {
        "host": "node7",
        "commit": "4ea0f7d",
        "program": "tools/train_net.py",
        "gpus": 8,
        "config": "configs/fcos.yaml",
        "lr": 0.01,
        "seed": 3,
    }
    (start,) = [record for record in records if isinstance(record, Event)]
    assert (start.kind, start.time, start.where.line) == ("started", "2019-12-09T08:00:00", 4)


@pytest.mark.parametrize("text", ['{"accuracy": 0.9, "loss": 0.1, "mapping": 3}', "{}", "", "{}\n"])
def test_a_summary_without_detection_is_quiet(text: str) -> None:
    assert read("summary", text) == []


@pytest.mark.parametrize("text", ['{"bbox/AP": 3', "[1]", "\x00", "[" * 100_000])
def test_a_garbled_file_is_an_issue(text: str) -> None:
    (issue,) = read("summary", text)
    assert isinstance(issue, Issue)
