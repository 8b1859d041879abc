"""What a change touches, as git tells it: `check --changed-since`."""

import json
import os
from pathlib import Path

from tests.conftest import FAIR, GOOD, Run, block
from tests.repository import commit


def test_only_what_a_change_touches_is_told(run: Run, committed_runs: Path) -> None:
    assert run("check", "runs", "--changed-since", "HEAD").code == 0
    (committed_runs / "lr2en2" / "log.txt").write_text(block(FAIR) + "\n")
    report = json.loads(run("check", "runs", "--changed-since", "HEAD", "--format", "json").out)
    assert [each["name"] for each in report["experiments"]] == ["lr2en2"]
    assert report["findings"] == []
    (committed_runs / "lr1en3" / "log.txt").write_text("\n" + block(GOOD))
    assert run("check", "runs", "--changed-since", "HEAD").code == 1
    commit(committed_runs.parent)
    assert run("check", "runs", "--changed-since", "HEAD").code == 0
    assert run("check", "runs", "--changed-since", "HEAD~1").code == 1
    (committed_runs / "实验 1").mkdir()
    (committed_runs / "实验 1" / "log.txt").write_text(block(FAIR.replace("0.292", "0.592")))
    report = json.loads(run("check", "runs", "--changed-since", "HEAD", "--format", "json").out)
    assert [each["name"] for each in report["experiments"]] == ["实验 1"]


def test_a_revision_that_is_none_says_what_to_do(run: Run, committed_runs: Path) -> None:
    for rev in ("nowhere", "--help", "", "HEAD:runs"):
        done = run("check", "runs", f"--changed-since={rev}")
        assert (done.code, "fetch it" in done.err, len(done.err.splitlines())) == (2, True, 1)
    (committed_runs.parent / ".git").rename(committed_runs.parent / "git")
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(committed_runs.parent.parent)}
    done = run("check", "runs", "--changed-since", "HEAD", env=environment)
    assert (done.code, "needs a git checkout" in done.err) == (2, True)
