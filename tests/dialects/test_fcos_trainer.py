"""The metrics.jsonl of the trainer of this project."""

import json
from typing import Any

import pytest

from fcosreport.dialects.fcos_trainer import FcosTrainer
from fcosreport.records import Event
from tests.dialects.feeding import evaluations, feed, issues, kinds, points, results, settings

HEAD = {
    "schema": "fcos-trainer/1",
    "run": "baseline",
    "seed": 0,
    "commit": "4ea0f7d",
    "time": "2019-12-09T08:00:00",
    "settings": {"lr": 1e-4, "train_batch_size": 4, "norm": "frozen", "init": "imagenet"},
    "versions": {"torch": "2.5.1"},
    "data": {"train": "instances_train2017.json", "train_images": 117266, "val_images": 5000},
}
EVENTS: list[dict[str, Any]] = [
    {"event": "train", "iteration": 20, "lr": 1e-4, "loss": 1.87, "loss_cls": 0.9, "time": 0.31, "memory": 2786},
    {"event": "train", "iteration": 40, "lr": 1e-4, "loss": None, "loss_cls": 0.8, "time": 0.30, "memory": 2786},
    {
        "event": "evaluation",
        "iteration": 40,
        "epoch": 1,
        "task": "bbox",
        "metrics": {"AP": 0.387, "AP50": 0.573, "APs": -1.0},
        "per_class": {"person": 0.52},
        "images": 5000,
        "results": "results/bbox.json",
        "results_sha256": "ab12",
        "checkpoint_sha256": "cd34",
    },
    {"event": "resumed", "iteration": 40, "checkpoint": "checkpoint.pt"},
    {"event": "probe", "stage": 1, "spread": 0.2},
    {"event": "status", "status": "failed", "reason": "out of memory", "iteration": 41, "time": "2019-12-09T09:00:00"},
]
METRICS = "".join(json.dumps(line) + "\n" for line in [HEAD, *EVENTS])
SAMPLES = {"run/metrics.jsonl": METRICS.encode()}


def test_the_first_line_tells_settings_and_starts_the_run() -> None:
    records = feed(FcosTrainer, METRICS)
    assert settings(records) == {
        "framework": "fcos-trainer",
        "lr": 1e-4,
        "train_batch_size": 4,
        "norm": "frozen",
        "init": "imagenet",
        "seed": 0,
        "commit": "4ea0f7d",
        "train_data": "instances_train2017.json",
        "train_images": 117266,
        "val_images": 5000,
        "predicted_images": 5000,
        "predictions_sha256": "ab12",
        "checkpoint_sha256": "cd34",
    }


def test_evaluations_are_fractions_and_have_classes() -> None:
    records = feed(FcosTrainer, METRICS)
    (overall,), (person,) = evaluations(records), evaluations(records, by_category=True)
    assert (overall["AP"], overall["APs"], overall.iteration, overall.epoch) == (0.387, -1.0, 40, 1)
    assert (overall.task, overall.where.line) == ("bbox", 4)
    assert (person.category, person["AP"]) == ("person", 0.52)


OWN = {"val": "coco/annotations/instances_val2017.json", "val_images": 5000, "val_sha256": "ef56"}
OTHER = {"val": "mine/annotations/instances_val.json", "val_images": 70, "val_sha256": "0123"}


def with_data(data: dict[str, Any], images: int) -> str:
    """A log of today: what was evaluated, of which weights and how, stands beside the numbers."""
    about = {"weights": "checkpoint.pt", "precision": "bfloat16", "settings": {"score_threshold": 0.2}}
    evaluation = EVENTS[2] | about | {"data": data, "images": images}
    head = HEAD | {"data": OWN, "machine": {"device": "Tesla T4", "tf32": True}}
    return "".join(json.dumps(line) + "\n" for line in (head, evaluation))


def test_an_evaluation_tells_its_data_and_its_weights() -> None:
    records = feed(FcosTrainer, with_data(OWN, 5000))
    (overall,) = evaluations(records)
    assert (overall.data_set, overall.split, overall.weights) == (OWN["val"], "val", "checkpoint.pt")
    told = settings(records)
    assert (told["val_data"], told["annotations_sha256"], told["predicted_images"]) == (OWN["val"], "ef56", 5000)
    assert (told["precision"], told["score_threshold"], told["device"]) == ("bfloat16", 0.2, "Tesla T4")


def test_an_evaluation_of_other_data_is_not_taken_for_one_of_the_runs_own() -> None:
    records = feed(FcosTrainer, with_data(OTHER, 70))
    (overall,) = evaluations(records)
    assert overall.data_set == OTHER["val"]
    told = settings(records)
    assert (told["val_data"], told["val_images"]) == (OWN["val"], 5000)
    assert not told.keys() & {"predicted_images", "score_threshold"}


def test_a_resumed_run_has_the_settings_it_went_on_with() -> None:
    resumed = {"event": "resumed", "iteration": 40, "checkpoint": "checkpoint.pt", "settings": {"lr": 2e-4}}
    records = feed(FcosTrainer, METRICS + json.dumps(resumed) + "\n")
    assert settings(records)["lr"] == 2e-4


def test_the_curve_keeps_a_nan() -> None:
    found = points(feed(FcosTrainer, METRICS))
    assert found["loss by iteration"] == [(20, 1.87), (40, -9)]
    assert found["time by iteration"][0] == (20, 0.31)


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        ("finished", "", "finished"),
        ("failed", "out of memory", "out of memory"),
        ("failed", "nan", "nan"),
        ("failed", "killed", "killed"),
        ("failed", "no such file", "error"),
        ("interrupted", "SIGTERM", "killed"),
    ],
)
def test_how_it_ended_is_an_event(status: str, reason: str, kind: str) -> None:
    end = {"event": "status", "status": status, "reason": reason, "iteration": 7, "time": "2019-12-09T09:00:00"}
    *_, event = feed(FcosTrainer, f"{json.dumps(HEAD)}\n{json.dumps(end)}\n")
    assert isinstance(event, Event)
    assert (event.kind, event.iteration, event.time) == (kind, 7, "2019-12-09T09:00:00")


def test_it_starts_and_resumes() -> None:
    assert kinds(feed(FcosTrainer, METRICS)) == [("started", 1), ("resumed", 5), ("out of memory", 7)]


def test_a_line_that_is_cut_is_an_issue_and_the_others_are_read() -> None:
    records = feed(FcosTrainer, METRICS.replace('"memory": 2786}\n{"event": "eval', '"mem\n{"event": "eval'))
    assert issues(records) == [3]
    assert len(results(records)) == 2


def test_a_newer_schema_is_told() -> None:
    assert issues(feed(FcosTrainer, METRICS.replace("trainer/1", "trainer/2")))


def test_other_json_lines_are_quiet() -> None:
    assert feed(FcosTrainer, '{"event": "train", "iteration": 1, "loss": 2}\n{"event": "x"\n') == []
    assert feed(FcosTrainer, '{"schema": "other/1", "event": "train", "iteration": 1, "loss": 2}\n') == []
