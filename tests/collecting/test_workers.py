"""Several processes read what one reads, and only where it pays."""

from pathlib import Path

import pytest

from fcosreport.collecting import executors, workers
from fcosreport.collecting.collect import collect, open_store
from fcosreport.collecting.discover import Discovery
from tests.conftest import FAIR, GOOD, block


def test_small_trees_are_read_by_one_process() -> None:
    assert workers.fitting([]) == 1
    assert workers.fitting([10**12]) == 1
    assert workers.fitting([1000] * 1000) == 1
    assert workers.fitting([10**8] * 1000) == min(executors.cores(), 1000)


def test_several_processes_give_the_same_store_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        folder = tmp_path / "runs" / f"run{number:02}"
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text("iter: 1  loss: 0.5\n" * 50 + block(GOOD if number % 2 else FAIR))
    (tmp_path / "runs" / "note.md").write_text(f"# A\n- lr = 0.1\n- log: runs/run01\n\n```\n{block(GOOD)}```\n")
    monkeypatch.chdir(tmp_path)
    held = []
    for start in (None, executors.processes(2)):
        store = open_store(tmp_path / f"{bool(start)}.sqlite")
        assert collect([Path("runs")], store, executor=start).read == 13
        held.append((store.fragments(points=True), store.experiments()))
        store.close()
    assert held[0] == held[1]
    assert len(held[0][1]) == 12


def test_one_evaluation_in_two_forms_is_one_in_a_note_too(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    copied = "bbox_mAP_copypaste: " + " ".join(GOOD.split()[:6])
    fence = f"```\n{block(GOOD)}\n{copied}\n```\n"
    note.write_text(f"# A\n- lr = 0.1\n\n{fence}\n# B\n- lr = 0.2\n\n{fence}")
    (found,) = Discovery([note]).files()
    assert [(each.name, len(each.evaluations)) for each in workers.fragment_of(found).experiments] == [
        ("A", 1),
        ("B", 1),
    ]
