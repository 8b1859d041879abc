"""Several processes read what one reads, and only where it pays."""

from pathlib import Path

import pytest

from fcosreport import pipeline, workers
from tests.conftest import FAIR, GOOD, block


def test_small_trees_are_read_by_one_process() -> None:
    assert workers.processes([]) == 1
    assert workers.processes([10**12]) == 1
    assert workers.processes([1000] * 1000) == 1
    assert workers.processes([10**8] * 1000) >= 1


def test_several_processes_give_the_same_store_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        folder = tmp_path / "runs" / f"run{number:02}"
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text("iter: 1  loss: 0.5\n" * 50 + block(GOOD if number % 2 else FAIR))
    (tmp_path / "runs" / "note.md").write_text(f"# A\n- lr = 0.1\n- log: runs/run01\n\n```\n{block(GOOD)}```\n")
    monkeypatch.chdir(tmp_path)
    held = []
    for count in (1, 2):
        monkeypatch.setattr(workers, "processes", lambda sizes, count=count: count)
        store = pipeline.open_store(tmp_path / f"{count}.sqlite")
        assert pipeline.collect([Path("runs")], store).read == 13
        held.append((store.fragments(points=True), store.experiments()))
        store.close()
    assert held[0] == held[1]
    assert len(held[0][1]) == 12
