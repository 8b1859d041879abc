"""The report on a terminal of any width."""

import re
import sys
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from fcosreport.records import Finding, Source, Where
from fcosreport.report.report import Detail, Report
from tests.baseline import NOTE, baseline
from tests.renderers.rendering import EMPTY, render, reports


@pytest.mark.parametrize("width", [40, 60, 80, 132])
@reports
def test_the_terminal_is_never_too_narrow(monkeypatch: pytest.MonkeyPatch, width: int, report: Report) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = render("text", report)
    assert "\x1b" not in text
    whole = re.compile(r"  .+:\d+( and .+ more)?|\S.*:\d+: .+")  # a path is never broken
    assert max(cell_len(line) for line in text.splitlines() if not whole.fullmatch(line)) <= width


def test_the_terminal_shows_state_numbers_findings_and_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = render("text", baseline())
    assert text.startswith("✖ 2 of 4 results cannot be trusted: lr 0.001 and lr 0.005 share all 12 numbers")
    assert re.search(r"^Baseline_lr1en4_191209 +☑  finished +0\.172 .*0\.0001", text, re.M)
    assert re.search(r"^✖ FR401 lr 0.001 and lr 0.005 share all 12 numbers", text, re.M)
    assert f"  {NOTE}:59 and 1 more\n" in text
    assert "☑ 2 finished, ⚠ 2 suspect, ❌ 1 failed, ☐ 2 planned" in " ".join(text.split())


def test_the_columns_stand_below_each_other_whatever_width_a_sign_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    rows = re.findall(r"^.*(?:☑  finished|❌ failed|⚠  suspect|☐  planned) .*$", render("text", baseline()), re.M)
    assert len(rows) == 7
    assert len({cell_len(row) for row in rows}) == 1


def at(detail: Detail, report: Report | None = None) -> str:
    report = report or baseline()
    return render("text", replace(report, view=replace(report.view, detail=detail)))


def test_how_much_is_told_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    verdict, table, findings, everything = map(at, get_args(Detail))
    assert verdict.splitlines() == table.splitlines()[: len(verdict.splitlines())]
    assert "Baseline_lr1en4_191209" in table
    assert "FR401" not in table
    assert "-v tells all" in findings
    assert "→" not in findings
    assert "✖ ERROR FR401 duplicate-metrics" in everything
    assert "1. The numbers were copied by hand into the note." in everything
    assert re.search(r"^  AP50 +0\.470 = 0\.470$", everything, re.M), "numbers stand side by side"


def test_seven_experiments_and_what_is_odd_in_them_fit_on_25_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (80, 100):
        monkeypatch.setenv("COLUMNS", str(width))
        assert len(render("text", baseline()).splitlines()) <= 25


def test_findings_of_one_rule_are_one_line_that_names_whom_they_are_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    report = baseline()
    finding = next(each for each in report.findings if each.severity == "warning")
    twice = tuple(replace(finding, experiments=(each.id,)) for each in report.experiments[:2])
    text = render("text", replace(report, findings=twice))
    (line,) = (line for line in text.splitlines() if finding.code in line)
    assert line.startswith(f"▲ {finding.code} {finding.name} in 2 experiments: {report.experiments[0].name}, ")


def test_one_line_of_many_errors_names_some_and_says_what_the_first_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    first = baseline().experiments[0]
    runs = tuple(replace(first, id=f"r{number}", name=f"r{number}") for number in range(12))
    odd = tuple(
        Finding("FR410", "missed", "error", f"{each.name}: AP >= 0.9 is expected.", (each.id,)) for each in runs
    )
    told = render("text", replace(baseline(), experiments=runs, findings=odd))
    assert "in 12 experiments: r0, r1, r2, r3, r4, r5, r6, r7, …\n  r0: AP >= 0.9" in told
    assert told.count(": AP >= 0.9 is expected.") == 3


def test_an_error_quotes_the_lines_that_it_points_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    log = tmp_path / ("a long name " * 10) / "log.txt"
    log.parent.mkdir()
    log.write_text("one\ntwo = 2\n")
    finding = Finding("FR1", "odd", "error", "Two is odd.", (), (Where(str(log), 2),))
    report = replace(EMPTY, findings=(finding,), sources=(Source(str(log), "log", log.stat().st_size),))
    lines = render("text", report).splitlines()
    assert lines[lines.index(f"  {log}:2") + 1] == "  2 │ two = 2", "and the path is whole"
    noted = replace(report, findings=(replace(finding, severity="warning"),))
    assert "two = 2" not in at("findings", noted)
    assert "two = 2" in at("all", noted)


def test_a_line_of_another_file_stands_below_its_own_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    for name in ("note.md", "log.txt"):
        Path(name).write_text(f"{name} says so\n")
    where = Where("note.md", 1), Where("log.txt", 1)
    sources = tuple(Source(each.path, "log", Path(each.path).stat().st_size) for each in where)
    report = replace(EMPTY, findings=(Finding("FR1", "odd", "error", "They differ.", (), where),), sources=sources)
    lines = render("text", report).splitlines()
    start = lines.index("  note.md:1 and 1 more")
    assert lines[start + 1 : start + 4] == ["  1 │ note.md says so", "  log.txt:1", "  1 │ log.txt says so"]


def test_a_file_holds_whole_sentences_whatever_the_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    report = baseline()
    message = report.findings[1].message
    filed = replace(report, view=replace(report.view, in_file=True))
    texts = set()
    for width in ("40", "160"):
        monkeypatch.setenv("COLUMNS", width)
        monkeypatch.setenv("FORCE_COLOR", "1")
        texts.add(render("text", filed))
    (text,) = texts
    assert message in text
    assert "\x1b" not in text
    monkeypatch.delenv("COLUMNS")
    monkeypatch.delenv("FORCE_COLOR")
    assert render("text", report) == text, "a pipe holds the same"


@pytest.mark.parametrize(
    ("variables", "is_terminal", "is_colored"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm"}, False, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_color_is_for_those_who_want_it_and_links_for_a_terminal(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], is_terminal: bool, is_colored: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    text = render("text", baseline())
    assert ("\x1b[" in text) == is_colored
    assert (f"\x1b]8;;{Path(NOTE).absolute().as_uri()}\x1b\\" in text) == (is_colored and is_terminal)
    assert text == render("text", baseline())
