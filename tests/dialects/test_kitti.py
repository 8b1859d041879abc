"""Blocks of KITTI, and what only looks alike."""

import json

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
    "scalars.json": b'{"step": 80, "KITTI/Car_3D_AP40_easy_strict": 88.1,\n"KITTI/Car_3D_AP40_hard_strict": 74.2}\n',
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


KEYS = {"Car_3D_AP40_easy_strict": 88.1, "Car_3D_AP40_hard_strict": 74.2, "Car_3D_AP40_hard_loose": 95.0}
KEYS |= {"Car_2D_AP11_hard_strict": 90.5, "Overall_3D_AP40_hard": 66.1}


@pytest.mark.parametrize("indent", [None, 2])
def test_keys_of_mmdetection3d_are_a_result_of_each_class_and_view(indent: int | None) -> None:
    text = json.dumps(
        {"step": 80} | {f"pred_instances_3d/KITTI/{key}": value for key, value in KEYS.items()}, indent=indent
    )
    found = evaluations(feed(Kitti, text), by_category=True)
    assert [(e.category, e.task, e.family, {m.name: m.text for m in e.metrics}) for e in found] == [
        ("Car", "3d", "kitti", {"APeasy": "88.1", "APhard": "74.2"}),
        ("Car", "bbox", "kitti at 11 recalls", {"APhard": "90.5"}),
    ]
    (overall,) = evaluations(feed(Kitti, text))
    assert overall["APhard"] == pytest.approx(0.661)


def test_keys_that_come_again_are_of_another_epoch() -> None:
    line = "INFO - Epoch(val) [{}][99/99]  Kitti metric/pred/KITTI/Car_3D_AP40_hard_strict: {}  time: 0.05\n"
    found = evaluations(feed(Kitti, line.format(40, 70.5) + line.format(80, 74.2)), by_category=True)
    assert [(each.epoch, each["APhard"]) for each in found] == [(40, 0.705), (80, 0.742)]


@pytest.mark.parametrize(
    "text",
    [
        "KITTI/Car_3D_AP40_hard_loose: 95.0\n",
        "KITTI/Car_3D_AP40_hard_strict: none\n",
        "Car AP@0.70, 0.70, 0.70:\nnot evaluated\nbbox AP:90.1, 89.2, 88.3\n",
        "bbox AP:90.1, 89.2, 88.3\n",
        "Car AP@0.70, 0.70, 0.70:\nbbox AP:901, 892, 883\n",
        "Car AP@0.70: 0.9\n",
    ],
)
def test_what_is_no_block_is_quiet(text: str) -> None:
    assert feed(Kitti, text) == []
