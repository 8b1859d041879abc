"""MLPerf training logs, of detection and of other benchmarks."""

import json

import pytest

from fcosreport.dialects.mlperf import Mlperf
from tests.dialects.feeding import evaluations, feed, settings


def log(benchmark: str, *accuracies: float) -> str:
    """The lines of one training."""
    said: list[tuple[str, object, dict[str, int]]] = [
        ("submission_benchmark", benchmark, {}),
        ("global_batch_size", 256, {}),
        ("opt_base_learning_rate", 1e-4, {}),
    ]
    said += [("eval_accuracy", value, {"epoch_num": epoch}) for epoch, value in enumerate(accuracies, 1)]
    lines = ({"namespace": "", "key": key, "value": value, "metadata": metadata} for key, value, metadata in said)
    return "".join(f":::MLLOG {json.dumps(line)}\n" for line in lines)


SAMPLES = {"result_0.txt": log("retinanet", 0.3, 0.34).encode()}


def test_the_accuracy_of_detection_is_an_ap() -> None:
    records = feed(Mlperf, log("ssd", 0.3, 0.34))
    assert [(each.epoch, each["AP"], each.where.line) for each in evaluations(records)] == [(1, 0.3, 4), (2, 0.34, 5)]
    assert settings(records) == {"train_batch_size": 256, "lr": 1e-4}


def test_the_accuracy_of_boxes_and_masks_is_two_results() -> None:
    text = log("maskrcnn", 0.3).replace("0.3", '{"BBOX": 0.3, "SEGM": 0.25, "other": 1}')
    assert [(each.task, each.epoch, each["AP"]) for each in evaluations(feed(Mlperf, text))] == [
        ("bbox", 1, 0.3),
        ("segm", 1, 0.25),
    ]


@pytest.mark.parametrize("text", [log("resnet", 0.7), log("ssd", 300.0), ":::MLLOG {\n", log("", 0.3)])
def test_other_benchmarks_and_what_is_no_score_are_quiet(text: str) -> None:
    assert not evaluations(feed(Mlperf, text))
