"""The metrics.json of detectron2. The sample is written by hand."""

import json
import time

import pytest

from fcosreport.dialects.detectron2_json import Detectron2Json
from tests.dialects.feeding import curve, evaluations, events, feed, issues

METRICS = "".join(
    json.dumps(line) + "\n"
    for line in (
        {"iteration": 19, "loss_cls": 0.5, "lr": 0.001, "total_loss": 1.5, "time": 0.25},
        {"iteration": 39, "loss_cls": 0.4, "lr": 0.002, "total_loss": 1.25, "time": 0.25},
        {"bbox/AP": 37.4123, "bbox/AP-person": 52.5, "bbox/AP50": 58.102, "iteration": 39, "segm/AP": float("nan")},
    )
)
SAMPLES = {"metrics.json": METRICS.encode()}


def test_metrics_json_holds_results_and_curves() -> None:
    records = feed(Detectron2Json, METRICS)
    bbox, segm = evaluations(records)
    (person,) = evaluations(records, by_category=True)
    assert [(metric.name, metric.value, metric.text) for metric in bbox.metrics] == [
        ("AP", 0.374123, "37.4123"),
        ("AP50", 0.58102, "58.102"),
    ]
    assert (bbox.iteration, bbox.where.line, segm.task, segm["AP"], person.category) == (40, 3, "segm", None, "person")
    assert issues(records) == [3]
    assert curve(records, "loss") == [(20, 1.5), (40, 1.25)]
    assert curve(records, "lr") == [(20, 0.001), (40, 0.002)]


def test_a_cut_line_of_metrics_json_is_told() -> None:
    records = feed(Detectron2Json, METRICS + METRICS[:40])
    assert issues(records) == [3, 4]
    assert len(curve(records, "loss")) == 2


@pytest.mark.parametrize(
    "piece",
    [
        "copypaste: ",
        "copypaste: 1,",
        "Running with full config:\n",
        "World size: ",
        " iter: 19  loss",
        '{"iteration": 1',
        '{"iteration": 1, "total_loss": ',
        "| ",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    begin = time.process_time()
    feed(Detectron2Json, text)
    assert time.process_time() - begin < 20


def test_each_data_set_and_augmented_results_are_results_of_their_own() -> None:
    line = {"bbox/AP": 38.4, "city_val/bbox/AP": 30.3, "a/b/bbox/AP": 20.1, "bbox_TTA/AP": 40.2, "iteration": 39}
    found = evaluations(feed(Detectron2Json, json.dumps({**line, "total_loss": 1.5}) + "\n"))
    assert [(each["AP"], each.data_set, each.augmented) for each in found] == [
        (0.384, "", False),
        (0.303, "city_val", False),
        (0.201, "a/b", False),
        (0.402, "", True),
    ]


def test_each_launch_that_begins_anew_in_one_file_is_told() -> None:
    def line(step: int) -> str:
        return json.dumps({"iteration": step, "total_loss": 1.5}) + "\n"

    def starts(*steps: int) -> list[tuple[str, int, int | None]]:
        return events(feed(Detectron2Json, "".join(map(line, steps))))

    assert starts(19, 39, 19, 39, 0, 19) == [("started", 3, None), ("started", 5, None)]
    assert starts(19, 39, 59, 39, 59) == []  # as after a resumption
    assert starts(19, 19, 39, 39) == []  # results stand beside the losses of their iteration


def test_a_launch_that_died_before_its_first_line_leaves_the_next_one_a_run() -> None:
    def logged(*steps: int) -> str:
        return "".join(f'{{"iteration": {step}, "lr": 0.01, "total_loss": 1.5}}\n' for step in steps)

    assert len(events(feed(Detectron2Json, logged(14, 19, 39, 19, 39, 59)))) == 1
    assert events(feed(Detectron2Json, logged(14, 19, 39, 59, 39, 59))) == []  # it went on from a checkpoint
