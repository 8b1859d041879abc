"""`note list`: a year of notes as one view."""

import json
from pathlib import Path

import pytest

from tests.conftest import FAIR, Run, block

FIRST = f"""# 2019-12-10

## run a, lr 1e-3

```
{block(FAIR)}```

# To do

- [ ] test the masks
- [ ] finally, make a ☑️ table
"""
LATER = f"# 2020-01-09\n\n## run b, lr 5e-3\n\n```\n{block(FAIR)}```\n\n# Next\n\n- [ ] test the keypoints\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "2019-12-10.md").write_text(FIRST)
    (folder / "2020-01-09.md").write_text(LATER)
    return folder


def test_each_run_stands_beside_what_notes_say_of_it(run: Run, notes: Path) -> None:
    told = json.loads(run("note", "list", "notes", "--format", "json").out)
    places = [(each["name"], [(n["path"], n["line"]) for n in each["notes"]]) for each in told["runs"]]
    assert places == [
        ("run a, lr 1e-3", [("notes/2019-12-10.md", 7)]),
        ("run b, lr 5e-3", [("notes/2020-01-09.md", 7)]),
    ]


def test_open_tasks_have_an_age_and_what_would_close_them(run: Run, notes: Path) -> None:
    told = json.loads(run("note", "list", "notes", "--format", "json").out)
    assert [(each["text"], each["since"], each["days"]) for each in told["tasks"]] == [
        ("test the masks", "2019-12-10", 30),
        ("finally, make a ☑️ table", "2019-12-10", 30),
        ("test the keypoints", "2020-01-09", 0),
    ]
    assert [each["closed_by"] for each in told["tasks"]] == [
        "a segm result of run a, lr 1e-3 and run b, lr 5e-3",
        "fcosreport note update notes/2019-12-10.md --append",
        "a keypoints result of run a, lr 1e-3 and run b, lr 5e-3",
    ]


def test_a_run_without_a_note_is_left_out(run: Run, notes: Path) -> None:
    (notes / "lr1en2").mkdir()
    (notes / "lr1en2" / "log.txt").write_text(block(FAIR))
    told = json.loads(run("note", "list", "notes", "--format", "json").out)
    assert len(told["runs"]) == 2


def test_it_is_a_text_of_two_tables_or_markdown_in_either_language(run: Run, notes: Path) -> None:
    text = run("note", "list", "notes").out
    assert text.startswith("2 runs · 3 open tasks\n")
    assert "test the masks" in text
    chinese = run("note", "list", "notes", "--format", "markdown", "--lang", "zh").out
    assert "| 待办 | 出处 |" in chinese
    assert "run a, lr 1e-3 和 run b, lr 5e-3 的 segm 结果" in chinese


def test_a_folder_without_notes_gives_empty_lists(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert json.loads(run("note", "list", "empty", "--format", "json").out) == {"runs": [], "tasks": []}
