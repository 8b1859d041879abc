"""What TensorBoard's page saves as JSON. The samples are written by hand."""

import pytest

from fcosreport.dialects.tensorboard_json import TensorboardJson
from tests.dialects.feeding import evaluations, feed, points

POINTS = "[[1621000000.1, 0, 0.4111], [1621000001.1234567, 400, 0.5111], [1621000002, 800, 5.2e-1]]"
SAMPLES = {"run-val-tag-metrics_mAP_0.5.json": POINTS.replace("], ", "],\n").encode()}


@pytest.mark.parametrize("size", [40, 60_000])
@pytest.mark.parametrize("name", ["run-val-tag-metrics_mAP_0.5.json", "tb/run-.-tag-val_mAP50.json"])
def test_each_point_is_a_result_of_the_metric_that_the_name_of_the_file_tells(name: str, size: int) -> None:
    found = evaluations(feed(TensorboardJson, POINTS, path=name, size=size))
    assert [(each.iteration, each["AP50"]) for each in found] == [(0, 0.4111), (400, 0.5111), (800, 0.52)]


def test_a_loss_is_a_curve_and_another_tag_or_name_is_nothing() -> None:
    records = feed(TensorboardJson, POINTS, path="run-a-tag-train_loss.json")
    assert not evaluations(records)
    assert list(points(records).values()) == [[(0, 0.4111), (400, 0.5111), (800, 0.52)]]
    for name in ("run-a-tag-mAP_threshold.json", "run-a-tag-images_seen.json", "points.json"):
        assert feed(TensorboardJson, POINTS, path=name) == []
