"""`note fix`: prints a diff, writes on demand, and tells what it leaves."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import FAIR, Run, block

NOTE = f"## one\r\n- lr = 0.1\r\n\r\n```\r\n{block(FAIR)}```\r\n- location: runs/a".replace("0.470", "0.740")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    (tmp_path / "runs" / "a").mkdir(parents=True)
    (tmp_path / "runs" / "a" / "log.txt").write_text(block(FAIR))
    file = tmp_path / "note.md"
    file.write_bytes(NOTE.encode())
    return file


def test_the_diff_is_one_that_a_patch_takes_and_write_does_the_same(run: Run, note: Path) -> None:
    done = run("note", "fix", "note.md")
    assert done.code == 0
    assert "note.md:6: AP50 0.740 -> 0.470, as " in done.err
    assert "runs/a/log.txt:2 says." in done.err
    assert note.read_bytes() == NOTE.encode()
    subprocess.run(["git", "apply", "-p0"], input=done.out.encode(), cwd=note.parent, check=True)
    patched = note.read_bytes()
    note.write_bytes(NOTE.encode())
    assert run("note", "fix", "note.md", "--write").out == ""
    assert note.read_bytes() == patched == NOTE.replace("0.740", "0.470").encode()
    again = run("note", "fix", "note.md", "--write")
    assert (again.out, again.err) == ("", "note.md: there is nothing to mend.\n")


def test_what_is_left_is_told_with_its_reason(run: Run, note: Path) -> None:
    note.write_text(NOTE.replace("runs/a", "runs/b"))
    done = run("note", "fix", "note.md", "runs")
    assert done.out == ""
    assert "left as it is: runs/b was not found" in done.err


def test_a_note_that_cannot_be_written_is_one_line(run: Run, note: Path) -> None:
    note.chmod(0o400)
    done = run("note", "fix", "note.md", "--write")
    assert (done.code, done.err.count("\n")) == (2, 1)
    note.write_bytes("调".encode("gbk"))
    assert "Save the note in UTF-8" in run("note", "fix", "note.md").err


def test_of_two_notes_about_one_run_the_one_that_errs_is_mended(run: Run, note: Path) -> None:
    (note.parent / "1.md").write_bytes(NOTE.replace("0.740", "0.470").encode())
    done = run("note", "fix", "note.md", "note.md", "1.md", "runs")
    assert "note.md:6: AP50 0.740 -> 0.470, as " in done.err
    assert "nothing to mend" in run("note", "fix", "1.md", "note.md", "1.md", "runs").err
