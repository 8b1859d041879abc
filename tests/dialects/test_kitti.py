"""Blocks of KITTI, and what only looks alike."""

import pytest

from fcosreport.dialects.kitti import Kitti
from tests.dialects.feeding import evaluations, feed

CAR = """Car AP@0.70, 0.70, 0.70:
bbox AP:90.1, 89.2, 88.3
bev  AP:89.1, 87.2, 86.3
3d   AP:88.1, 78.2, 77.3
aos  AP:90.0, 89.1, 88.2
"""
R40 = CAR.replace("AP@", "AP_R40@").replace("90.1", "95.1")
LOOSE = CAR.replace("0.70, 0.70, 0.70", "0.70, 0.50, 0.50").replace("88.1", "90.1")
OVERALL = "Overall AP40@easy, moderate, hard:\nbbox AP40: 80.5, 70.5, 60.5\n"
SAMPLES = {
    "openpcdet.log": f"EPOCH 80 EVALUATION\n{CAR}{R40}{LOOSE}{CAR.replace('Car', 'Cyclist')}".encode(),
    "mmdetection3d.log": OVERALL.encode(),
}


def test_a_block_tells_a_class_in_each_view() -> None:
    found = evaluations(feed(Kitti, "INFO  EPOCH 80 EVALUATION\n\n" + CAR), by_category=True)
    assert [(each.category, each.task, each.epoch) for each in found] == [
        ("Car", task, 80) for task in ("bbox", "bev", "3d")
    ]
    assert {metric.name: metric.value for metric in found[2].metrics} == pytest.approx(
        {"APeasy": 0.881, "APmoderate": 0.782, "APhard": 0.773}
    )


def test_40_recalls_are_another_metric_and_looser_ious_are_left_out() -> None:
    found = evaluations(feed(Kitti, CAR + R40 + LOOSE), by_category=True)
    assert [(each.family, len(each.metrics)) for each in found] == [("kitti at 11 recalls", 3)] * 3 + [("kitti", 3)] * 3
    assert found[3]["APeasy"] == pytest.approx(0.951)


def test_the_mean_over_the_classes_is_the_result() -> None:
    (found,) = evaluations(feed(Kitti, CAR + OVERALL))
    assert found["APmoderate"] == pytest.approx(0.705)


@pytest.mark.parametrize(
    "text",
    [
        "Car AP@0.70, 0.70, 0.70:\nnot evaluated\nbbox AP:90.1, 89.2, 88.3\n",
        "bbox AP:90.1, 89.2, 88.3\n",
        "Car AP@0.70, 0.70, 0.70:\nbbox AP:901, 892, 883\n",
        "Car AP@0.70: 0.9\n",
    ],
)
def test_what_is_no_block_is_quiet(text: str) -> None:
    assert feed(Kitti, text) == []
