"""The baseline: only new findings fail."""

import json
from pathlib import Path

from tests.conftest import FAIR, GOOD, Run, block


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
