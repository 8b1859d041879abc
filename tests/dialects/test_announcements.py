"""What a trainer announces after its configuration is what the run has."""

import pytest

from fcosreport.dialects.announcements import Announcements
from tests.dialects.feeding import events, feed, settings

LOG = (
    "2024-01-01 10:00:00,000 - mmdet - INFO - LR has been automatically scaled from 0.02 to 0.0025\n"
    "01/01 10:00:00 - mmengine - INFO - LR is set based on batch size of 16 and the current batch size is 2. "
    "Scaling the original LR by 0.125.\n"
    "Auto-scaling the config to batch_size=8, learning_rate=0.01, max_iter=180000, warmup=2000.\n"
)
SAMPLES = {"log.txt": LOG.encode()}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("LR has been automatically scaled from 0.02 to 0.0025", {"lr": 0.0025}),
        (LOG.splitlines()[1], {"train_batch_size": 2, "lr_factor": 0.125}),
        (
            LOG.splitlines()[2],
            {"train_batch_size": 8, "lr": 0.01, "iterations": 180000, "warmup_iterations": 2000},
        ),
        ("AutoBatch: Using batch-size 23 for CUDA:0 8.52G/11.77G (72%)", {"train_batch_size": 23}),
        ("\x1b[34m\x1b[1mAutoBatch: \x1b[0mUsing batch-size 23 for CUDA:0", {"train_batch_size": 23}),
        ("  Gradient Accumulation steps = 4", {"accumulation": 4}),
        ("  Instantaneous batch size per device = 8", {"images_per_gpu": 8}),
        (
            "  Total train batch size (w. parallel, distributed & accumulation) = 64",
            {"effective_batch_size": 64},
        ),
        ("accumulate grad iterations: 2", {"accumulation": 2}),
        ("Learning rate (0.1) calculated from base learning rate (0.05) and effective global batch", {"lr": 0.1}),
        ("base lr: 1.00e-02\nactual lr: 1.00e-03", {"lr": 0.001}),
        ("AutoBatch: Computing optimal batch size for imgsz=640", {}),
        ("the contactual lr: 0.1", {}),
        ("the loss has been scaled from 1 to 2", {}),
    ],
)
def test_what_is_announced_is_a_setting(line: str, told: dict[str, float]) -> None:
    assert settings(feed(Announcements, line + "\n")) == told


def test_a_training_that_a_script_starts_is_a_start() -> None:
    line = "2025-08-01 12:00:23,880 - INFO - Training started on cuda with weights a.pt\n"
    assert events(feed(Announcements, f"hello\n{line}{line}")) == [("started", 2, None), ("started", 3, None)]


@pytest.mark.parametrize(
    "line",
    ["2025-08-01 12:00:23 - INFO - Training started for epoch 3", "Training started by hand", "Training started"],
)
def test_an_epoch_and_prose_are_no_start(line: str) -> None:
    assert feed(Announcements, line + "\n") == []


@pytest.mark.parametrize("said", ["Starting training...", "Starting the training of fcos"])
def test_a_start_may_be_told_before_it(said: str) -> None:
    found = feed(Announcements, f"[2026-04-03 22:45:19,472][pipeline][INFO] - {said}\n")
    assert events(found) == [("started", 1, None)]
    assert feed(Announcements, f"{said}\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "10/21 23:11 - mmengine - INFO - the monitored metric did not improve in the last 10 records. best score: 0",
        "Monitored metric val_map did not improve in the last 3 records. Best score: 0.300. Signaling Trainer to stop.",
        "Epoch 00012: early stopping",
        "EarlyStopping: Training stopped early as no improvement observed in last 50 epochs.",
        "Stopping training early as no improvement observed in last 100 epochs. Best results observed at epoch 3",
        "Early stopping triggered after 10 epochs without a better mAP.",
        "  ⏹  Early stopping triggered",
        "Early stopping at epoch 28",
        "Early stopping",
    ],
)
def test_a_training_that_stops_early_is_done(line: str) -> None:
    assert [(kind, at) for kind, at, _ in events(feed(Announcements, f"loss 1\n{line}\n"))] == [("finished", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "EarlyStopping counter: 3 out of 10",
        "Early stopping: patience 10",
        "early stopping = True",
        "Early stopping after 10 epochs is how we train.",
        "Using early stopping",
        "No improvement (9/10)",
    ],
)
def test_that_a_training_may_stop_early_is_no_end(line: str) -> None:
    assert feed(Announcements, line + "\n") == []
