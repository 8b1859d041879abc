"""Settings that a program of one's own says in plain words, and numbers beside its losses, which are none."""

from typing import Any

import pytest

from fcosreport.dialects.printed_settings import PrintedSettings
from tests.dialects.feeding import feed, settings

LIST = """\
==== args ====
backbone: resnet50
accumulate: 1
batch_size: 8
dist_url: env://
epochs: 30
lr: 0.02
lr_backbone: 1e-05
test_batch_size: 1
weight_decay: 0.0001
"""
LOGGED = """\
2024-01-01 12:00:00,123 - INFO - Batch size: 16
2024-01-01 12:00:00,124 - INFO - Learning rate: 1e-4
2024-01-01 12:00:00,124 - INFO - Min learning rate: 1e-6
2024-01-01 12:00:00,125 - INFO - Number of epochs: 50
2024-01-01 12:00:09,125 - INFO - Epoch 1/50 loss: 3 lr: 3e-5
"""
TABLE = """\
+---------------+-------+
| Learning rate | 0.01  |
| Batch size    | 4     |
| Optimizer     | SGD   |
+---------------+-------+
"""
SAMPLES = {"train.log": LIST.encode(), "out.txt": b"lr: 0.001 batch_size: 16\n" + LOGGED.encode()}


def told(text: str, path: str = "train.log") -> dict[str, Any]:
    return settings(feed(PrintedSettings, text, path=path))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            LIST,
            {
                "backbone": "R-50",
                "train_batch_size": 8,
                "epochs": 30,
                "lr": 0.02,
                "test_batch_size": 1,
                "weight_decay": 0.0001,
            },
        ),
        (LOGGED, {"train_batch_size": 16, "lr": 0.0001, "epochs": 50}),
        (TABLE, {"lr": 0.01, "train_batch_size": 4, "optimizer": "sgd"}),
        ("lr: 0.001 batch_size: 16\n", {"lr": 0.001, "train_batch_size": 16}),
        ("Training with epochs=50, lr=1e-3, batch size=4.\n", {"epochs": 50, "lr": 0.001, "train_batch_size": 4}),
        ("lr: 0.1 batch_size: 16 epochs: 12 lr: 0.2\n", {"train_batch_size": 16, "epochs": 12}),
        ("Epochs: 50 | Batch size: 16 | LR: 0.001\n", {"epochs": 50, "train_batch_size": 16, "lr": 0.001}),
        ("Batch size ........ 16\nLearning rate ..... 0.001\n", {"train_batch_size": 16, "lr": 0.001}),
    ],
)
def test_settings_in_plain_words(text: str, values: dict[str, Any]) -> None:
    assert told(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "epoch 3 lr: 0.001 batch_size: 16 loss: 0.3\n",
        "Epoch: 3 batch_size: 16 lr: 0.001\n",
        "The batch size: see the paper\n",
        "Batch size: 16\n",
        "test batch size: 16\nmin learning rate: 0.1\n",
        "batch_size: 16\n\nlr: 0.1\n",
    ],
)
def test_what_says_no_settings_is_quiet(text: str) -> None:
    assert told(text) == {}


def test_a_configuration_has_a_reader_of_its_own() -> None:
    assert told(LIST, "config.yaml") == {}
