"""Darknet's `detector map` and its training. The samples are written by hand."""

import pytest

from fcosreport.dialects.darknet import Darknet
from tests.dialects.feeding import evaluations, feed, points, results

MAP = """\
 calculation mAP (mean average precision)...
 detections_count = 75, unique_truth_count = 40
 rank = 0 of ranks = 75 class_id = 0, name = person, ap = 81.50%   \t (TP = 4, FP = 1)
class_id = 1, name = traffic light, ap = 0.50%   \t (TP = 1, FP = 9)

 for conf_thresh = 0.25, precision = 0.67, recall = 0.50, F1-score = 0.57
 for conf_thresh = 0.25, TP = 5, FP = 10, FN = 5, average IoU = 65.90 %

 IoU threshold = 75 %, used Area-Under-Curve for each unique Recall
 mean average precision (mAP) = 0.410000, or 41.00 % (2 classes)
"""
TRAINING = """\
 (next mAP calculation at 1000 iterations)
 999: 0.432151, 0.521000 avg loss, 0.001000 rate, 2.532000 seconds, 63936 images, 3.2 hours left
 1000: 0.400000, 0.509000 avg loss, 0.001000 rate, 2.532000 seconds, 64000 images, 3.2 hours left
"""
ECHO = "\n (next mAP calculation at 1100 iterations) \n Last accuracy mAP@0.50 = 41.00 %, best = 41.00 % \n"
SAMPLES = {"log.txt": (TRAINING + MAP + ECHO).encode()}
BOTH = {"AP75": 0.41, "P": 0.67, "R": 0.5, "F1": 0.57}


def test_a_mean_with_its_classes_at_the_iou_that_the_line_above_tells() -> None:
    assert results(feed(Darknet, MAP)) == [
        (3, None, "person", {"AP75": 0.815}),
        (4, None, "traffic light", {"AP75": 0.005}),
        (10, None, None, BOTH),
    ]


@pytest.mark.parametrize(("at", "name"), [("0.50", "AP50"), ("0.5", "AP50"), (".75", "AP75")])
def test_the_iou_of_the_mean_itself_counts(at: str, name: str) -> None:
    (mean,) = evaluations(feed(Darknet, MAP.replace("(mAP)", f"(mAP@{at})")))
    assert mean[name] == 0.41


def test_a_map_in_a_training_is_of_its_iteration_and_no_echo_is_another() -> None:
    records = feed(Darknet, TRAINING + MAP + ECHO)
    assert points(records) == {
        "loss by iteration": [(999, 0.521), (1000, 0.509)],
        "batch_loss by iteration": [(999, 0.432151), (1000, 0.4)],
        "lr by iteration": [(999, 0.001), (1000, 0.001)],
    }
    assert [each.iteration for each in evaluations(records)] == [1000]


def test_a_mean_of_another_program_is_quiet() -> None:
    assert feed(Darknet, "mean average precision (mAP) = 0.41\n") == []
    assert feed(Darknet, "name = person, ap = 81.50%\n 12: 0.4, 0.5, 0.1\n") == []


def test_a_number_that_was_torn_apart_is_no_zero() -> None:
    assert evaluations(feed(Darknet, MAP.replace("0.410000", "0. 410000"))) == []
