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


def test_a_table_of_runs_in_a_file_of_its_own_is_read_as_one_in_a_note(tmp_path: Path) -> None:
    table = tmp_path / "export_2024-05-02.csv"
    table.write_text("name,state,seed,lr,mAP50\na-1,done,1,0.1,0.37\na-2,done,2,0.1,0.36\na-3,crashed,3,0.1,\n")
    store = open_store(tmp_path / "s.sqlite")
    collect([table], store)
    (fragment,), made = store.fragments(), store.experiments()
    store.close()
    assert (fragment.source.state, fragment.source.evaluations, fragment.issues) == ("read", 2, ())
    assert [(each.name, each.state, [s.value for s in each.settings]) for each in made] == [
        ("a-1", "finished", [1, 0.1]),
        ("a-2", "finished", [2, 0.1]),
        ("a-3", "failed", [3, 0.1]),
    ]
