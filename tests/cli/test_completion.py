"""What a shell offers behind TAB."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

INSTALLED = "import sys; from fcosreport.__main__ import main; sys.argv = ['fcosreport']; main()"


def offered(folder: Path, line: str) -> list[str]:
    """What bash is told where the cursor stands behind the line."""
    asked = {"_FCOSREPORT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    command, environment = [sys.executable, "-c", INSTALLED], {**os.environ, **asked, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "one"),
    [
        ("fcosreport che", "check"),
        ("fcosreport render --x", "--xlsx"),
        ("fcosreport check --qu", "--quiet"),
        ("fcosreport explain FR40", "FR401"),
    ],
)
def test_commands_options_and_rules_are_offered(tmp_path: Path, line: str, one: str) -> None:
    assert one in offered(tmp_path, line)


def test_experiments_of_the_store_are_offered(run: Run, committed_runs: Path) -> None:
    assert not any(offered(committed_runs.parent, "fcosreport show lr1"))
    assert run("collect", committed_runs, "--quiet").out == ""
    assert offered(committed_runs.parent, "fcosreport show lr1") == ["lr1en2", "lr1en3"]
