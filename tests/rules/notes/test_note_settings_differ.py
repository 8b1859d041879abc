"""A note's settings against those of the log that it cites."""

from pathlib import Path

from tests.conftest import GOOD, block
from tests.rules.asking import found, only, reported

NOTE = "### OHEM\n- Baseline: Faster-RCNN R50 FPN\n- lr = {lr}\n- optimizer: {optimizer}\n\nlog: `ohem`\n"
LOG = (
    "2020-06-09 00:00:00,000 - mmdet - INFO - Config:\n"
    'optimizer = dict(type="Adam", lr=5e-05, amsgrad=True)\ntotal_epochs = 12\n\n'
    "2020-06-09 00:01:00,000 - mmdet - INFO - workflow: [('train', 1)], max: 12 epochs\n"
)


def notes(folder: Path, lr: str, optimizer: str) -> list[str]:
    (folder / "ohem").mkdir(parents=True)
    (folder / "note.md").write_text(NOTE.format(lr=lr, optimizer=optimizer))
    (folder / "ohem" / "20200609_000000.log").write_text(LOG + block(GOOD))
    return [each.message for each in reported(folder) if each.code == "FR508"]


def test_a_learning_rate_and_an_optimizer_that_the_log_does_not_tell(tmp_path: Path) -> None:
    (message,) = notes(tmp_path / "odd", "1e-5", "Adagrad")
    assert message.endswith("lr 1e-5 (log: 5e-05) and optimizer adagrad (log: adam).")
    assert not notes(tmp_path / "even", "5e-5", "Adam")


def test_what_the_run_planned_and_what_it_reached_are_both_its_epochs() -> None:
    run = {"name": "a", "cited": "run/a", "found": "run/a", "bbox": f"{GOOD} @8", "train.log": {"epochs": 12}}
    assert not found([{**run, "epochs": 8}], "FR508")
    assert not found([{**run, "epochs": 12}], "FR508")
    assert only([{**run, "epochs": 24}], "FR508").severity == "warning"
