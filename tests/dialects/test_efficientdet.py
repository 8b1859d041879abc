"""The progress lines of EfficientDet. The sample is written by hand."""

import json
from pathlib import Path

from fcosreport.dialects.efficientdet import Efficientdet
from tests.dialects.feeding import feed, kinds, points, settings

EFFICIENTDET = (
    "[Info] loaded weights: d0.pth, resuming checkpoint from step: 27\n"
    "\r  0%|          | 0/28 [00:00<?, ?it/s]"
    "\rStep: 27. Epoch: 0/50. Iteration: 28/28. Cls loss: 26.29772. Reg loss: 0.01289. Total loss: 26.31061:  96%|#|"
    "\rStep: 55. Epoch: 1/50. Iteration: 28/28. Cls loss: 3.5. Reg loss: nan. Total loss: nan: 100%|#| 28/28\n"
    "Val. Epoch: 0/50. Classification loss: 12.20426. Regression loss: 0.01610. Total loss: 12.22037\n"
)
SAMPLES = {"log.txt": EFFICIENTDET.encode()}


def test_efficientdet_tells_each_progress_line_once() -> None:
    curves = points(records := feed(Efficientdet, EFFICIENTDET))
    assert curves["loss by iteration"] == [(27, 26.31061), (55, -9)]
    assert curves["val_loss by epoch"] == [(0, 12.22037)]
    assert kinds(records) == [("started", 1), ("resumed", 1)]
    assert settings(records)["epochs"] == 50


def test_in_a_notebook_it_tells_the_same() -> None:
    lines = EFFICIENTDET.splitlines(keepends=True)
    cell = {"cell_type": "code", "outputs": [{"name": "stdout", "output_type": "stream", "text": lines}]}
    notebook = json.dumps({"cells": [cell], "nbformat": 4}, indent=1)
    assert points(feed(Efficientdet, notebook, path="train.ipynb")) == points(feed(Efficientdet, EFFICIENTDET))


def test_a_public_notebook_tells_its_curve(corpus: Path) -> None:
    path = next(corpus.glob("07_other/154__*"))
    curves = points(feed(Efficientdet, path.read_bytes()))
    assert curves["loss by iteration"][-1][0] == 1399
    assert len(curves["val_loss by epoch"]) == len({step for step, _ in curves["val_loss by epoch"]})


def test_a_test_tells_which_weights_it_loads() -> None:
    said = "running coco-style evaluation on project coco, weights weights/efficientdet-d0.pth...\n"
    assert settings(feed(Efficientdet, said)) == {"weights": "weights/efficientdet-d0.pth"}
