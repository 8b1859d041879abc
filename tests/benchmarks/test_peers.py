"""What fcosreport is held against reads the same numbers, else a ratio says nothing."""

from pathlib import Path

from benchmarks import event_files, loops, reading
from tests.conftest import block


def test_an_event_file_is_one_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    event_files.write(path, ((tag, step, 1 / (step + 1)) for step in range(300) for tag in ("lr", "total_loss")))
    assert reading.curves([path]) == 600


def test_the_naive_loop_reads_results_losses_and_rates(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.txt").write_text(
        f"iter: 20  lr: 0.0025  loss: 1.2 (1.3)  time: 0.5\n{block()}no loss here\n"
    )
    (tmp_path / "b.json").write_text('{"iter": 20, "lr": 0.01, "loss_cls": 0.5, "loss": 1e-1, "time": 0.2}\n')
    assert loops.naive(tmp_path) == 2 + 12 + 3


def test_a_collect_leaves_its_store_to_be_measured(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "log.txt").write_text(block())
    store = tmp_path / "store.sqlite"
    for _ in range(2):
        reading.collect_alone(tmp_path / "runs", store)
        assert store.stat().st_size > 0
