"""Losses of training loops of one's own, and of trainings that are of another trade."""

import pytest

from fcosreport.dialects.printed_losses import PrintedLosses
from fcosreport.reading.dialect import Record, Window
from fcosreport.records import Samples
from tests.dialects.feeding import curve, feed, kinds, settings

OWN = """Training Faster R-CNN on custom data
Epoch [1/10] Train Loss: 0.9512 Val Loss: 0.8512 Time: 120s
Epoch [2/10] Train Loss: 0.7512 Val Loss: 0.7012 Time: 120s
"""
BATCHES = """Epoch: 0 | Iteration: 0 | Classification loss: 1.12 | Regression loss: 0.98 | Running loss: 2.10
Epoch: 0 | Iteration: 1 | Classification loss: 1.02 | Regression loss: 0.88 | Running loss: 1.90
Epoch: 1 | Iteration: 0 | Classification loss: 0.92 | Regression loss: 0.78 | Running loss: 1.70
"""
SAMPLES = {"train.log": OWN.encode()}


def by_name(records: list[Record]) -> dict[str, list[tuple[float, float]]]:
    names = dict.fromkeys(name for each in records if isinstance(each, Samples) for name in each.names)
    return {name: curve(records, name) for name in names}


def test_an_epoch_in_the_line_or_above_it_has_its_last_losses() -> None:
    found = feed(PrintedLosses, OWN)
    assert by_name(found) == {"loss": [(1, 0.9512), (2, 0.7512)], "val_loss": [(1, 0.8512), (2, 0.7012)]}
    assert (settings(found), kinds(found)) == ({"epochs": 10}, [("started", 2)])
    assert by_name(feed(PrintedLosses, BATCHES)) == {
        "classification_loss": [(0, 1.02), (1, 0.92)],
        "regression_loss": [(0, 0.88), (1, 0.78)],
        "loss": [(0, 1.9), (1, 1.7)],
    }
    above = "Epoch 1/2\nloss_bbox 0.5, loss_cls 0.25\nval loss: 0.7\nEpoch 2/2\nloss_bbox 0.4, loss_cls 0.2\n"
    assert by_name(feed(PrintedLosses, above)) == {
        "loss_bbox": [(1, 0.5), (2, 0.4)],
        "loss_cls": [(1, 0.25), (2, 0.2)],
        "val_loss": [(1, 0.7)],
    }


def test_a_first_epoch_after_others_begins_another_training() -> None:
    assert kinds(feed(PrintedLosses, OWN + OWN)) == [("started", 2), ("started", 5)]
    resumed = OWN + OWN.replace("[1/", "[3/").replace("[2/", "[4/")
    assert kinds(feed(PrintedLosses, resumed)) == [("started", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "Epoch 1/10 loss: 0.95 accuracy: 0.41\nEpoch 2/10 loss: 0.75 accuracy: 0.51\n",  # of a classifier
        "Training YOLO\nbest loss: 0.5\nloss: 0.7\n",  # of no epoch
        "YOLO epoch 3 best_loss: 0.5 min loss 0.4\n",  # of an epoch before
        "Loading /ssd1/data\nEpoch 1 loss: 0.5\n",  # no detector
    ],
)
def test_other_losses_are_none_of_a_detector(text: str) -> None:
    assert not feed(PrintedLosses, text)


def test_it_gives_way_to_who_reads_the_training_lines() -> None:
    window = Window(OWN.encode(), 0, 1)
    window.follow()
    reader = PrintedLosses("train.log", "log")
    assert [*reader.feed(window), *reader.close()] == []


def test_a_path_that_names_a_detector_says_enough_where_no_accuracy_is_told() -> None:
    text = (
        "Epoch:1/2  Learning Rate: 0.001  Train Loss: 4.8  Val Loss: 3.2\nEpoch:2/2  Train Loss: 2.8  Val Loss: 2.4\n"
    )
    assert settings(feed(PrintedLosses, text, path="YOLOv1/output/log.txt")) == {"epochs": 2}
    assert not feed(PrintedLosses, text, path="output/log.txt")
    assert not feed(PrintedLosses, text.replace("Learning Rate", "Acc"), path="YOLOv1/output/log.txt")
