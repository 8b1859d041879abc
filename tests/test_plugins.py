"""Rules and outputs of other packages, by entry points; and the page of all rules."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fcosreport.judging.handbook import markdown
from fcosreport.judging.rule import rules
from tests.adopt import compare
from tests.conftest import GOOD, ROOT, block

RULE = '''
from fcosreport.plugins import Fault, rule


@rule("{code}", "error", fires=[[{{"bbox": "0.3"}}]], quiet=[[{{"lr": 0.1}}]])
def any_result(records, settings):
    """There is a result.

    Why: a/b#1.

    Do: nothing.
    """
    for experiment in records.experiments:
        yield Fault("There is one.", (experiment,), (experiment.where,))
'''
OUTPUT = """
from fcosreport.plugins import renderer


@renderer("{code}", "A count", "count.txt")
def render(report):
    return f"{{len(report.experiments)}}\\n"
"""


def installed(folder: Path, group: str, module: str) -> dict[str, str]:
    """An environment in which a package `others` adds a module to the group."""
    info = folder / "others-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[fcosreport.{group}]\nmine = others_module\n")
    (folder / "others_module.py").write_text(module)
    return {**os.environ, "PYTHONPATH": str(folder)}


def fcosreport(folder: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fcosreport", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_rule_of_another_package_is_a_rule(tmp_path: Path) -> None:
    environment = installed(tmp_path, "rules", RULE.format(code="XY001"))
    (tmp_path / "log.txt").write_text(block(GOOD))
    assert "XY001  error    any-result" in fcosreport(tmp_path, environment, "rules").stdout
    assert "Do: nothing." in fcosreport(tmp_path, environment, "explain", "any-result").stdout
    assert "There is one." in fcosreport(tmp_path, environment, "check", "log.txt").stdout
    (tmp_path / "fcosreport.toml").write_text("[[ignore]]\ncode = 'XY001'\nreason = 'so'\n")
    assert fcosreport(tmp_path, environment, "check", "log.txt").returncode == 0


def test_an_output_of_another_package_is_an_output(tmp_path: Path) -> None:
    environment = installed(tmp_path, "renderers", OUTPUT.format(code="count"))
    (tmp_path / "log.txt").write_text(block(GOOD))
    assert fcosreport(tmp_path, environment, "render", "log.txt", "--count", "-o", "-").stdout == "1\n"
    assert fcosreport(tmp_path, environment, "check", "log.txt", "--format", "count").stdout == "1\n"


@pytest.mark.parametrize(
    ("group", "module", "said"),
    [
        ("rules", RULE.format(code="FR401"), "ValueError: FR401 is the code of both"),
        ("rules", "import nowhere", "ModuleNotFoundError"),
        ("renderers", OUTPUT.format(code="json"), "ValueError: it registers a name that is taken: json"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_named(tmp_path: Path, group: str, module: str, said: str) -> None:
    done = fcosreport(tmp_path, installed(tmp_path, group, module), "check", ".")
    assert done.returncode == 2
    assert "mine of the package others 1.2 cannot be loaded" in done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_committed_page_of_rules_is_the_one_that_the_command_prints(tmp_path: Path) -> None:
    printed = fcosreport(tmp_path, dict(os.environ), "rules", "--markdown").stdout
    assert printed == markdown(rules())
    assert all(f"\n## {rule.code} {rule.name}\n" in printed for rule in rules())
    compare({ROOT / "docs" / "rules.md": printed})
