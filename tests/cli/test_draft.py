"""`note draft`: prints an entry and says where it belongs, or puts it there."""

from pathlib import Path

import pytest

from tests.conftest import FAIR, Run, block


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    (tmp_path / "runs" / "lr1en2").mkdir(parents=True)
    (tmp_path / "runs" / "lr1en2" / "log.txt").write_text(block(FAIR))
    return tmp_path / "runs"


def test_an_entry_is_printed_for_a_run_by_its_name_or_folder(run: Run, runs: Path) -> None:
    named = run("note", "draft", "lr1en2", "runs")
    assert named.out.startswith("- ## lr1en2\n  - lr = 0.01\n")
    assert named.out.endswith('  - location: "runs/lr1en2"\n')
    assert run("note", "draft", "runs/lr1en2").out == named.out


def test_an_entry_is_put_into_a_note_once(run: Run, runs: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Runs\n")
    printed = run("note", "draft", "runs/lr1en2", "--into", "note.md")
    assert "note.md:1: it belongs behind this line" in printed.err
    assert note.read_text() == "# Runs\n"
    assert run("note", "draft", "runs/lr1en2", "--into", "note.md", "--write").out == ""
    assert note.read_text() == f"# Runs\n{printed.out}"
    again = run("note", "draft", "runs/lr1en2", "--into", "note.md", "--write")
    assert (again.code, "tells of this run already" in again.err) == (2, True)
    assert run("note", "fix", "note.md").out == ""


def test_what_cannot_be_done_is_one_line(run: Run, runs: Path) -> None:
    for words in (("lr1en3", "runs"), ("lr1en2", "runs", "--write"), ("lr1en2", "runs", "--into", "none.md")):
        done = run("note", "draft", *words)
        assert (done.code, done.err.count("\n")) == (2, 1)
