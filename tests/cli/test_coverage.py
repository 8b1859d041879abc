"""Nothing read is never green, and why there is nothing is told in one of three ways."""

from pathlib import Path

import pytest

from tests.conftest import FAIR, GOOD, Run, block

LOST = "step 9 mean_ap=0.31\n"


def test_check_with_nothing_to_check_is_no_success_unless_that_is_allowed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    done = run("check", "runs")
    assert done.code == 2
    assert "there is no log or note" in done.err
    assert "passed" not in done.out
    assert run("check", "runs", "--allow-empty").code == 0
    (tmp_path / "runs" / "a.log").write_text("nothing of a result\n")
    done = run("check", "runs")
    assert done.code == 2
    assert "nothing in 1 file is" in done.err


@pytest.mark.parametrize(("name", "text"), [("config.yaml", "lr: 0.01\n"), ("n.md", "# a\n\n- lr: 0.01\n")])
def test_settings_alone_are_no_success(run: Run, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / name).write_text(text)
    done = run("check", "runs")
    assert done.code == 2
    assert done.out.startswith("No result yet.")
    (tmp_path / "runs" / "b.log").write_text(block(GOOD))
    assert run("check", "runs").code == 0


def test_the_table_that_was_written_into_a_note_is_no_result_that_nobody_took(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "b.log").write_text(block(GOOD))
    (tmp_path / "n.md").write_text("# All\n\nMake a table\n")
    run("note", "update", "n.md", "runs", "--append", "--store", "s.sqlite")
    assert "| `b` |" in (tmp_path / "n.md").read_text()
    assert "not understood" not in run("check", "n.md", "runs", "--strict").out.lower()
    (tmp_path / "n.md").write_text((tmp_path / "n.md").read_text() + "\n{'widget_mAP': 0.387}\n")
    assert run("check", "n.md", "runs", "--strict").code == 2


def test_a_result_that_is_not_understood_is_told_first_and_is_no_success_where_that_is_asked(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.log").write_text(block(GOOD))
    (tmp_path / "runs" / "b.log").write_text(LOST)
    done = run("check", "runs")
    assert done.code == 0
    told = "1 experiment · 1 of 2 files understood; 1 with what looks like a result: runs/b.log"
    assert " ".join(done.out.split()).startswith(f"Nothing odd was found in 1 result. {told}")
    assert "runs/b.log:1: Not understood: 'step 9 mean_ap=0.31'" in " ".join(done.out.split("\n"))
    assert run("check", "runs", "--strict").code == 2
    (tmp_path / "runs" / "b.log").unlink()
    assert run("check", "runs", "--strict").code == 0


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("lr>1", "None of 2 experiments has lr>1 (lr: 0.001 to 0.01)."),
        ("AP>0.9 and lr>0", "None of 2 experiments has AP>0.9 and lr>0 (AP: 0.292 to 0.387, lr: 0.001 to 0.01)."),
    ],
)
def test_a_condition_that_leaves_nothing_says_what_there_is(run: Run, tmp_path: Path, where: str, told: str) -> None:
    for name, numbers in (("lr1en2", GOOD), ("lr1en3", FAIR)):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(block(numbers))
    done = run("render", "runs", "--where", where)
    assert done.code == 0
    assert done.err.strip().endswith(told)
