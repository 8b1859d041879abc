"""`note update`: when it writes, what it refuses, and which table it keeps."""

import os
import stat
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from fcosreport.cli import note
from fcosreport.errors import OutputError, UsageError
from fcosreport.notes.table import BEGIN, END
from tests.conftest import FAIR, GOOD, block

PAIR = f"{BEGIN}\n{END}\n"
NOTE = f"""# Sweep
- ## One
  - lr = 0.01
  - result:
    ```
{block(GOOD)}    ```
  - location: "run/one"
  ------
  - lr = 0.02
  - result:
    ```
{block(FAIR)}    ```
  - location: "run/two"

# Finally, make a ☑️ table
{{table}}
# Next: test the masks
"""
CLI = typer.Typer()
CLI.add_typer(note.app, name="note")


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(CLI, ["note", "update", *map(str, words)])


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("note.md")
    file.write_text(NOTE.format(table=PAIR))
    return file


def table_of(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith("|")]


def test_a_second_update_and_a_check_write_nothing(path: Path) -> None:
    stale = path.read_bytes()
    check = invoke(path, "--check")
    assert check.exit_code == 1
    assert "+| `one` | ☑️ finished | **0.387** | 0.01 |" in check.stdout
    assert "out of date" in check.stderr
    assert path.read_bytes() == stale
    assert invoke(path).exit_code == 0
    assert "| `two` | ☑️ finished | 0.292 | 0.02 |" in path.read_text()
    before = path.stat()
    assert [invoke(path).exit_code, invoke(path, "--check").exit_code] == [0, 0]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_an_edited_table_is_written_over_only_with_force(path: Path) -> None:
    invoke(path)
    good = path.read_bytes()
    line = good.count(b"\n", 0, good.index(b"fcosreport:begin")) + 1
    path.write_bytes(edited := good.replace(b"**0.387**", b"0.5\x1b[31m"))
    for words, code in (([], None), (["--check"], 1)):
        done = invoke(path, *words)
        assert "-| `one` | ☑️ finished | 0.5[31m |" in done.stdout
        assert f"note.md:{line}: the table was edited by hand" in done.stderr
        assert done.exit_code == 1
        assert isinstance(done.exception, UsageError) == (code is None)
        assert path.read_bytes() == edited
    assert invoke(path, "--force").exit_code == 0
    assert path.read_bytes() == good


def test_a_note_without_marks_gets_them_on_demand(path: Path) -> None:
    path.write_text(before := NOTE.format(table=""))
    assert isinstance(invoke(path).exception, UsageError)
    assert path.read_text() == before
    assert invoke(path, "--append", "--check").exit_code == 1
    assert path.read_text() == before
    assert [invoke(path, "--append").exit_code, invoke(path, "--append").exit_code] == [0, 0]
    above, below = before.split("table\n")
    assert path.read_text().startswith(f"{above}table\n\n<!-- fcosreport:begin")
    assert path.read_text().endswith(f"{END}\n{below}")
    assert path.read_text().count(END) == 1


def test_the_table_is_of_the_paths_that_are_given(path: Path) -> None:
    log = Path("logs/fcos7/log.txt")
    log.parent.mkdir(parents=True)
    log.write_text(block())
    assert invoke(path, "logs").exit_code == 0
    assert table_of(path)[2:] == ["| `fcos7` | ☑️ finished | **0.387** | 0.573 | 0.419 | 0.226 | 0.424 | 0.502 |"]


def test_the_columns_can_be_chosen(path: Path) -> None:
    assert invoke(path, "--columns", "lr,AP75").exit_code == 0
    assert table_of(path)[0] == "| experiment | state | lr | AP75 |"
    assert isinstance(invoke(path, "--columns", "AP76").exception, UsageError)


def test_masks_that_a_note_asks_for_have_a_column_which_is_empty_until_they_are_there(path: Path) -> None:
    assert invoke(path, "--columns", "lr,segm.AP").exit_code == 0
    assert table_of(path)[2:] == ["| `one` | ☑️ finished | 0.01 | – |", "| `two` | ☑️ finished | 0.02 | – |"]
    assert invoke(path).exit_code == 0
    assert table_of(path)[0].endswith("| segm AP |")
    path.write_text(path.read_text().replace("# Next: test the masks\n", ""))
    assert isinstance(invoke(path, "--columns", "segm.AP").exception, UsageError)


def test_a_row_says_why_it_failed_or_is_in_doubt(path: Path) -> None:
    path.write_text(
        path.read_text()
        .replace(FAIR.split()[1], "0.270")
        .replace("# Next", "- ## Three\n  - lr = 1\n  - OOM\n\n# Next")
    )
    assert invoke(path).exit_code == 0
    states = [row.split(" | ")[1] for row in table_of(path)[2:]]
    assert states == ["☑️ finished", "⚠️ suspect: FR101 ap-above-ap50", "❌ failed: out of GPU memory: OOM"]


def test_the_ablation_table_can_be_kept(path: Path) -> None:
    assert invoke(path, "--ablation").exit_code == 0
    assert table_of(path)[0] == "| experiment | state | lr | masks | AP | AP50 | AP75 | segm AP | Δ AP |"
    assert isinstance(invoke(path, "--ablation", "--columns", "lr").exception, UsageError)


def test_the_table_speaks_the_language_of_the_note(path: Path) -> None:
    path.write_text(f"# 学习率的实验\n- lr = 0.01\n- 因为显存不够，没办法跑\n\n# 最后搞一个表格\n{PAIR}")
    assert invoke(path).exit_code == 0
    assert table_of(path)[0].startswith("| 实验 | 状态 |")


def test_the_mode_is_kept_and_links_are_followed(path: Path) -> None:
    path.chmod(0o640)
    link = Path("other.md")
    link.symlink_to(path)
    assert invoke(link).exit_code == 0
    assert link.is_symlink()
    assert "| `one` |" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir()) == ["note.md", "other.md", "reports"]


def test_a_read_only_note_is_refused_before_anything_is_collected_but_can_be_checked(path: Path) -> None:
    path.chmod(0o444)
    before = path.read_bytes()
    done = invoke(path)
    assert isinstance(done.exception, OutputError)
    assert str(done.exception) == "note.md: read-only. Make the file, or the file system that it is on, writable."
    assert os.listdir() == ["note.md"]
    assert path.read_bytes() == before
    assert invoke(path, "--check").exit_code == 1


def test_all_names_of_a_note_show_the_table(path: Path) -> None:
    other = Path("other.md")
    other.hardlink_to(path)
    assert invoke(path).exit_code == 0
    assert "| `one` |" in other.read_text()
    assert sorted(os.listdir()) == ["note.md", "other.md", "reports"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"# ok\n\xff\n", "note.md:2: this is not UTF-8"),
        (PAIR.encode("utf-16-le"), "NUL"),
        ("# é".encode("gbk"), ":1: "),
    ],
)
def test_another_encoding_is_refused(path: Path, data: bytes, told: str) -> None:
    path.write_bytes(data)
    done = invoke(path, "--append", "--force")
    assert isinstance(done.exception, UsageError)
    assert told in str(done.exception)
    assert path.read_bytes() == data


@pytest.mark.parametrize("name", ["nowhere.md", "folder.md", "note.txt"])
def test_what_is_no_note_is_told(path: Path, name: str) -> None:
    Path("folder.md").mkdir()
    Path("note.txt").write_text(PAIR)
    done = invoke(name)
    assert isinstance(done.exception, UsageError)
    assert name in str(done.exception)


@pytest.mark.parametrize("name", ["note.org", "note.rst"])
def test_a_note_that_is_read_and_not_written_is_told_as_such(tmp_path: Path, name: str) -> None:
    other = tmp_path / name
    other.write_text("* Run\n- mAP: 0.3\n")
    with pytest.raises(UsageError, match="a note that is read, but only one in Markdown can be written"):
        note.text_of(other)
