"""Living with findings: an ignore takes one out of the count, and is told where it is of no use."""

import json
from pathlib import Path

import pytest

from fcosreport.errors import SettingsError
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.ignores import apply, last_day, today
from fcosreport.records import Experiment, Finding, Ignore, Where
from fcosreport.settings import IgnoreTable, Settings
from tests.conftest import Run

NOTE = "notes/sweep.md"
EXPERIMENTS = tuple(
    Experiment(id=f"runs/{name}", name=name, state="finished", where=Where(NOTE, line))
    for name, line in (("a", 10), ("b", 20))
)
FINDING = Finding("FR401", "duplicate-metrics", "error", "equal", ("runs/a",), (Where("runs/a/log.txt", 3),))


def ignore(code: str = "FR401", reason: str = "seen", **told: str | int) -> Ignore:
    return Ignore(code, reason, Where(NOTE, 9), **told)  # type: ignore[arg-type]


def applied(*ignores: Ignore, on: str = "2020-01-01") -> list[tuple[str, str]]:
    """The code of each finding, and why it is ignored."""
    return [(each.code, each.ignored) for each in apply([FINDING], EXPERIMENTS, ignores, on)]


@pytest.mark.parametrize(
    "given",
    [
        ignore(),
        ignore("duplicate-metrics"),
        ignore("fr401"),
        ignore(pattern="a"),
        ignore(pattern="runs/*"),
        ignore(first=8, last=12),
        ignore(first=1, last=99),
    ],
)
def test_an_ignore_that_matches_takes_the_finding_out_of_the_count(given: Ignore) -> None:
    assert applied(given) == [("FR401", "seen")]


def test_an_ignore_with_a_last_day_says_so_and_only_such_a_one_looks_at_the_calendar() -> None:
    assert applied(ignore(until="2020-01-01")) == [("FR401", "seen (until 2020-01-01)")]
    assert today([ignore()]) == ""
    assert today([ignore(), ignore(until="2020-01-01")]) >= "2020-01-01"
    assert last_day([ignore(), ignore(until="2020-01-01"), ignore(until="2019-12-31")], "2020-01-01") == "2020-01-01"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (ignore("FR402"), "FR001"),
        (ignore(pattern="b"), "FR001"),
        (ignore(first=13, last=30), "FR001"),
        (ignore("FR4O1"), "FR001"),
        (ignore(reason=" "), "FR002"),
        (ignore(until="2019-12-31"), "FR003"),
    ],
)
def test_an_ignore_of_no_use_is_told_and_the_finding_counts(given: Ignore, told: str) -> None:
    assert applied(given) == [("FR401", ""), (told, "")]


def test_a_code_that_no_rule_has_is_an_error_that_names_the_nearest() -> None:
    (_, slip) = apply([FINDING], EXPERIMENTS, [ignore("duplicate-metric")], "")
    assert slip.severity == "error"
    assert "Did you mean FR401 duplicate-metrics" in slip.advice
    with pytest.raises(SettingsError, match=r"f\.toml:7: .*Did you mean FR401 duplicate-metrics"):
        check(records_of([]), Settings(ignore=(IgnoreTable("duplicate-metric", file="f.toml", line=7),)))


def test_a_lone_ignored_error_leaves_no_passed_rule_and_the_next_one_counts() -> None:
    records = records_of([{"name": "a", "bbox": "0.600 0.573 0.419"}, {"name": "b", "bbox": "0.700 0.573 0.419"}])
    table = IgnoreTable("FR101", "a", "a typing error in the log", file="f.toml")
    checked = check(records, Settings(ignore=(table,)))
    assert [(each.experiments, each.ignored) for each in checked.findings] == [(("a",), table.reason), (("b",), "")]
    assert "ap-above-ap50" not in checked.passed
    assert "unused-ignore" in checked.passed
    assert "unused-ignore" not in check(records_of([]), Settings(ignore=(table,))).passed


def test_an_ignored_duplicate_is_listed_with_its_reason_and_makes_nothing_suspect(run: Run, runs: Path) -> None:
    (runs.parent / "fcosreport.toml").write_text("[[ignore]]\ncode = 'FR401'\nreason = 'one checkpoint, on purpose'\n")
    report = json.loads(run("check", "runs", "--format", "json").out)
    assert {each["state"] for each in report["experiments"]} == {"finished"}
    for words in (["check", "runs"], ["render", "runs", "--md", "-o", "-"]):
        done = run(*words)
        assert done.code == 0
        assert "one checkpoint, on purpose" in " ".join(done.out.split())
        assert "1 ignored" in done.out


def test_a_note_ignores_what_its_section_says(run: Run, runs: Path) -> None:
    note = "# A\n{}\n- lr = 1e-3\n- log: `runs/lr1en3`\n# B\n- lr = 1e-2\n- log: `runs/lr1en2`\n"
    for comment, code in (("<!-- fcosreport: ignore=FR401 on purpose -->", 0), ("", 1)):
        (runs.parent / "note.md").write_text(note.format(comment))
        assert run("check", "note.md", "runs").code == code


def test_an_ignore_in_the_settings_is_unused_only_where_everything_is_looked_at(run: Run, runs: Path) -> None:
    (runs.parent / "fcosreport.toml").write_text("[[ignore]]\ncode = 'FR102'\nreason = 'of another run'\n")
    assert "FR001" in run("check", "runs").out
    assert "FR001" not in run("check", "runs/lr1en3").out
    assert "FR001" in run("check").out
