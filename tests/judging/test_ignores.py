"""Living with findings: ignores in notes and settings, and the baseline."""

import json
from pathlib import Path

import pytest

from fcosreport.errors import SettingsError
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.ignores import apply
from fcosreport.notes import read
from fcosreport.records import Experiment, Finding, Ignore, Where
from fcosreport.settings import IgnoreTable, Settings, load
from tests.conftest import FAIR, GOOD, Run, block

NOTE = "notes/sweep.md"
EXPERIMENTS = tuple(
    Experiment(id=f"runs/{name}", name=name, state="finished", where=Where(NOTE, line))
    for name, line in (("a", 10), ("b", 20))
)
FINDING = Finding("FR401", "duplicate-metrics", "error", "equal", ("runs/a",), (Where("runs/a/log.txt", 3),))


def ignore(code: str = "FR401", reason: str = "seen", **told: str | int) -> Ignore:
    return Ignore(code, reason, Where(NOTE, 9), **told)  # type: ignore[arg-type]


def applied(*ignores: Ignore, today: str = "2020-01-01") -> list[tuple[str, str]]:
    """The code of each finding, and why it is ignored."""
    return [(each.code, each.ignored) for each in apply([FINDING], EXPERIMENTS, ignores, today)]


@pytest.mark.parametrize(
    "given",
    [
        ignore(),
        ignore("duplicate-metrics"),
        ignore("fr401"),
        ignore(pattern="a"),
        ignore(pattern="runs/*"),
        ignore(until="2020-01-01"),
        ignore(first=8, last=12),
        ignore(first=1, last=99),
    ],
)
def test_an_ignore_that_matches_takes_the_finding_out_of_the_count(given: Ignore) -> None:
    assert applied(given) == [("FR401", "seen")]


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
    assert "did you mean FR401 (duplicate-metrics)" in slip.message
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


COMMENTS = """\
<!-- fcosreport: ignore=FR201 the whole note -->
# Sweep
<!--fcosreport:ignore=FR401, FR402 one
checkpoint -->
Write `<!-- fcosreport: ignore=FR101 code -->`, or

```
<!-- fcosreport: ignore=FR102 code, too -->
```
## Part
- lr = 1e-3 <!-- fcosreport: ignore=FR103: in a list -->
# Next
<!-- fcosreport:begin experiments -->
<!-- fcosreport: ignore=FR104 -->
<!-- fcosreport: ignore FR105 -->
<!-- ignore=FR106 another tool's -->
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comments_of_a_note_hold_for_their_section(end: str) -> None:
    note = read(COMMENTS.replace("\n", end), NOTE, ())
    assert [(each.code, each.reason, each.where.line, each.first, each.last) for each in note.ignores] == [
        ("FR201", "the whole note", 1, 1, 17),
        ("FR401", "one checkpoint", 3, 2, 11),
        ("FR402", "one checkpoint", 3, 2, 11),
        ("FR103", "in a list", 11, 10, 11),
        ("FR104", "", 14, 12, 17),
    ]
    assert [(each.where.line, "ignore=CODE reason" in each.message) for each in note.issues] == [(15, True)]


@pytest.mark.parametrize("text", ["<!-- fcosreport: ignore=FR101" * 30_000, "<!--" * 99_999, "`" * 99_999 + "<!-- -->"])
def test_a_comment_that_never_ends_is_no_comment(text: str) -> None:
    assert read(text, NOTE, ()).ignores == ()


def test_the_settings_hold_ignores(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(
        "[tool.fcosreport]\nreference_lr = 0.02\n\n[[tool.fcosreport.ignore]]\ncode = 'FR401'\nreason = 'seen'\n\n"
        "[[tool.fcosreport.ignore]]\ncode = 'FR101'\nexperiment = 'a*'\nreason = 'old'\nuntil = 2030-01-31\n"
    )
    assert load(tmp_path).ignore == (
        IgnoreTable("FR401", "*", "seen", "", str(file), 4),
        IgnoreTable("FR101", "a*", "old", "2030-01-31", str(file), 8),
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("ignore = 1", "must be tables"),
        ("ignore = ['FR401']", "must be tables"),
        ("[[ignore]]\nreason = 'x'", ":1: an ignore needs the code"),
        ("[[ignore]]\ncode = 'FR401'\nexperimnt = 'x'", "'experimnt' in ignore. Did you mean experiment?"),
        ("[[ignore]]\ncode = 401", "code must be a text"),
        ("[[ignore]]\ncode = 'FR401'\nuntil = '2030-01-31'", "until must be a date"),
        ("[[ignore]]\ncode = 'FR401'\nuntil = 2030-01-31T00:00:00", "until must be a date"),
        ("reference_rl = 1", "Did you mean reference_lr?"),
    ],
)
def test_a_slip_in_the_settings_is_named(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "fcosreport.toml").write_text(table)
    with pytest.raises(SettingsError) as error:
        load(tmp_path)
    assert said in str(error.value)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs that declare another learning rate and print the same numbers."""
    for name in ("lr1en3", "lr1en2"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(block(GOOD))
    return tmp_path / "runs"


def test_only_findings_fail_that_are_not_in_the_baseline(run: Run, runs: Path) -> None:
    assert run("check", "runs").code == 1
    written = run("check", "runs", "--write-baseline")
    assert (written.code, written.out) == (0, "")
    baseline = runs.parent / "fcosreport-baseline.json"
    first = baseline.read_bytes()
    assert {"FR401"} <= {entry["code"] for entry in json.loads(first)["findings"]}
    done = run("check", "runs", "--fail-on", "info")
    assert (done.code, "Reason: in the baseline" in done.out) == (0, True)
    run("check", "runs", "--write-baseline")
    assert baseline.read_bytes() == first
    for name in ("lr1en3", "lr1en2"):  # lines move
        (runs / name / "log.txt").write_text("\n\nline\n" + block(GOOD))
    assert run("check", "runs").code == 0
    (runs / "lr1en2" / "log.txt").write_text(block(FAIR.replace("0.292", "0.492")))
    done = run("check", "runs")
    assert done.code == 1
    assert "of the baseline no longer there: write it anew with --write-baseline" in done.err


def test_a_baseline_can_lie_elsewhere_and_must_be_one(run: Run, runs: Path) -> None:
    assert run("check", "runs", "--write-baseline", "--baseline", "known/b.json").code == 0
    assert run("check", "runs").code == 1
    assert run("check", "runs", "--baseline", "known/b.json").code == 0
    for content in (
        "",
        "[]",
        '{"schema": "x/9", "findings": []}',
        '{"schema": "fcosreport-baseline/1", "findings": [1]}',
    ):
        (runs.parent / "bad.json").write_text(content)
        done = run("check", "runs", "--baseline", "bad.json")
        assert (done.code, "--write-baseline" in done.err) == (2, True)
    assert run("check", "runs", "--baseline", "none.json").code == 2


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
