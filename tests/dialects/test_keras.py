"""The losses that Keras prints at the end of its progress bars. The samples are written by hand."""

import pytest

from fcosreport.dialects.keras import Keras
from tests.dialects.feeding import feed, kinds, points, settings

BAR = "[==============================] - 1976s 20s/step"
LOG = f"""\
Epoch 1/20
 50/100 [=======>......] - ETA: 5s - loss: 20.1 - rpn_bbox_loss: 15.0\r\
100/100 {BAR} - loss: 14.5 - rpn_bbox_loss: 12.3\r\
100/100 {BAR} - loss: 14.5 - rpn_bbox_loss: 12.25 - val_loss: 9.1
Epoch 2/20
100/100 {BAR} - loss: 8.3 - rpn_bbox_loss: 7.18 - val_loss: nan
"""
KERAS3 = """\
Epoch 1/3
\x1b[1m391/391\x1b[0m \x1b[32m━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m12s\x1b[0m 30ms/step - box_loss: 1.5 - loss: 2.5
"""
SAMPLES = {"train.log": LOG.encode(), "out/keras3.log": KERAS3.encode()}


def test_each_epoch_has_the_losses_of_its_last_bar() -> None:
    records = feed(Keras, LOG)
    assert settings(records) == {"epochs": 20}
    curves = points(records)
    assert curves["loss by epoch"] == [(1, 14.5), (2, 8.3)]
    assert curves["rpn_bbox_loss by epoch"] == [(1, 12.25), (2, 7.18)]
    assert points(feed(Keras, KERAS3))["loss by epoch"] == [(1, 2.5)]


def test_a_training_that_goes_on_is_one_and_a_new_one_another() -> None:
    later = LOG.replace("Epoch 1/", "Epoch 21/").replace("Epoch 2/", "Epoch 22/").replace("/20", "/40")
    assert [kind for kind, _ in kinds(feed(Keras, LOG + later))] == ["started"]
    assert [kind for kind, _ in kinds(feed(Keras, LOG + LOG))] == ["started", "started"]


@pytest.mark.parametrize(
    "text",
    [
        f"Epoch 1/2\n100/100 {BAR} - loss: 0.5 - accuracy: 0.9 - val_loss: 0.4\n",
        f"100/100 {BAR} - loss: 0.5 - bbox_loss: 0.4\n",
        "Epoch 1/2\n 50/100 [=======>......] - ETA: 5s - loss: 20.1 - rpn_bbox_loss: 15.0\n",
    ],
)
def test_another_trade_and_a_bar_on_its_way_are_quiet(text: str) -> None:
    assert feed(Keras, text) == []
