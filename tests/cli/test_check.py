"""`check` of a large store is kept while nothing changes; whoever asks is told the same, byte for byte, as without."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer

from fcosreport.cli.check import FailOn, check
from fcosreport.errors import FcosreportError
from fcosreport.judging import ignores, kept
from fcosreport.pipeline import Session
from tests.conftest import FAIR, GOOD, ROOT, block
from tests.repository import commit, git

Said = tuple[int | str, bytes, bytes]
"""The exit code or the error, and what was printed."""
Says = Callable[..., Said]
IGNORED = '[[tool.fcosreport.ignore]]\ncode = "FR401"\nreason = "seen"\nuntil = 2090-01-31\n'


@pytest.fixture(autouse=True)
def _keep_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MANY", 0)


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Says:
    """What `check` says in a folder with the committed runs, of all that was collected or of `paths`."""
    shutil.copytree(ROOT / "runs", tmp_path / "runs")
    (tmp_path / "runs" / "bare").mkdir()
    (tmp_path / "runs" / "bare" / "log.txt").write_text(block(GOOD))
    monkeypatch.chdir(tmp_path)

    def says(*paths: str, **options: Any) -> Said:
        code: int | str = 0
        try:
            check([*map(Path, paths)] or None, Path("s.sqlite"), **options)
        except typer.Exit as end:
            code = end.exit_code
        except FcosreportError as error:
            code = str(error)
        return code, *capfdbinary.readouterr()

    return says


@pytest.fixture
def both(says: Says, monkeypatch: pytest.MonkeyPatch) -> Says:
    """The same, after it was made anew, kept, and said again without a report."""

    def both(*paths: str, **options: Any) -> Said:
        with monkeypatch.context() as anew:
            anew.setattr(kept.Kept, "get", lambda *_: None)
            made = says(*paths, **options)
        assert says(*paths, **options) == made
        with monkeypatch.context() as again:
            again.setattr(Session, "report", never)
            assert says(*paths, **options) == made
        return made

    return both


def never(*_: object) -> None:
    raise AssertionError("a report was made")


def test_it_is_said_again_until_what_it_is_made_of_changes(both: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    code, first, _ = both("runs")
    assert code == 1
    assert both()[1] != b""
    Path("runs/bare/log.txt").write_text(block(FAIR))
    changed = both("runs")
    assert changed[1] != first
    Path("runs/bare/log.txt").unlink()
    gone = both("runs")
    assert gone not in (changed, first)
    Path("pyproject.toml").write_text(IGNORED)
    ignored = both("runs")
    assert b"seen (until 2090-01-31)" in ignored[1]
    for module in (kept, ignores):
        monkeypatch.setattr(module, "date", type("Later", (date,), {"today": lambda: date(2099, 1, 1)}))
    assert b"seen (until 2090-01-31)" not in both("runs")[1]


def test_what_is_asked_tells_answers_apart(both: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [both("runs"), both("runs/191209"), both("runs", format=["json"]), both("runs", fail_on=FailOn.never)]
    said += [both("runs", quiet=True), both("runs", verbose=True)]
    monkeypatch.setenv("COLUMNS", "60")
    said.append(both("runs"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    said.append(both("runs", format=["github", "sarif=a.sarif"]))
    said.append(both("runs", format=["github", "sarif=a.sarif"], fail_on=FailOn.never))
    assert len(set(said)) == len(said)
    assert Path("summary.md").stat().st_size % 6 == 0  # appended each time, three times for one


def test_quiet_tells_the_verdict_and_both_are_refused(says: Says) -> None:
    code, out, _ = says("runs", quiet=True)
    assert code == 1
    assert b"cannot be trusted" in out
    assert b"FR401" not in out
    assert "contradict each other" in str(says("runs", quiet=True, verbose=True)[0])


def test_a_comment_says_since_when(says: Says, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    Path("runs/bare/log.txt").write_text(block(FAIR))
    _, out, _ = says("runs", format=["markdown"], changed_since="HEAD")
    assert b"Only what changed since `HEAD`." in out
    assert b"| `bare` |" in out
    assert len(out.splitlines()) <= 15


def test_a_baseline_is_one_thing_that_is_asked(both: Says, says: Says) -> None:
    open_findings = both("runs")
    says("runs", write_baseline=True)
    known = both("runs")
    assert (open_findings[0], known[0]) == (1, 0)
    Path("runs/bare/log.txt").unlink()
    Path("runs/191209-baseline.md").unlink()
    assert b"no longer there" in both("runs")[2]


def test_outputs_are_written_again_where_they_are_gone(both: Says) -> None:
    both("runs", format=["junit=out/j.xml"])
    made = Path("out/j.xml").read_bytes()
    Path("out/j.xml").unlink()
    both("runs", format=["junit=out/j.xml"])
    assert Path("out/j.xml").read_bytes() == made


def test_nothing_to_check_is_an_error_each_time(says: Says) -> None:
    Path("empty").mkdir()
    first = says("empty")
    assert "nothing to check" in str(first[0])
    assert says("empty") == first
    assert says("empty", allow_empty=True)[0] == 0


def test_what_is_very_large_is_made_each_time(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST", 100)
    first = says("runs")
    assert says("runs") == first
    monkeypatch.setattr(Session, "report", never)
    with pytest.raises(AssertionError, match="a report was made"):
        says("runs")
