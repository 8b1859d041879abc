"""The hook for pre-commit."""

from pathlib import Path

import yaml

from tests.conftest import GOOD, ROOT, Run, block
from tests.repository import git


def test_the_hook_tells_of_what_is_not_committed(run: Run, committed_runs: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    program, *words = map(str, (*hook["entry"].split(), *hook["args"]))
    assert program == "fcosreport"
    assert not hook["pass_filenames"]
    assert run(*words).code == 0
    (committed_runs / "lr1en3" / "log.txt").write_text("\n" + block(GOOD))
    git(committed_runs.parent, "add", "-A")
    assert run(*words).code == 1
