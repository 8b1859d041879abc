"""Dialects, rules and outputs are found by being there, as one new file or in another package; the page of rules."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fcosreport.judging.handbook import markdown
from fcosreport.judging.rule import rules
from tests.adopt import compare
from tests.conftest import GOOD, ROOT, block

DIALECT = '''
from fcosreport.plugins import Evaluation, Metric, Setting, Where, dialect


@dialect("Toy detector", b"toydet ")
class Reader:
    """Reads lines like `toydet lr=0.1 AP=0.25`."""

    def __init__(self, path, origin):
        self.path, self.origin = path, origin

    def feed(self, window):
        at = window.data.find(b"toydet ", window.start)
        while at >= 0:
            line = window.data[at:].split(b"\\n", 1)[0].decode()
            lr, ap = (word.partition("=")[2] for word in line.split()[1:])
            where = Where(self.path, window.line_at(at))
            yield Setting("lr", float(lr), lr, where)
            yield Evaluation("bbox", (Metric("AP", float(ap), ap),), where, self.origin)
            at = window.data.find(b"toydet ", at + 1)

    def close(self):
        return ()
'''
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
ROOMS = {
    "fcosreport.plugins import Evaluation, Metric, Setting, Where, dialect": (
        "fcosreport.reading.dialect import dialect\nfrom fcosreport.records import Evaluation, Metric, Setting, Where"
    ),
    "fcosreport.plugins import Fault, rule": "fcosreport.judging.rule import Fault, rule",
    "fcosreport.plugins import renderer": "fcosreport.report.report import renderer",
}
"""How a file of the project itself imports the same."""
LOG = "toydet lr=0.5 AP=0.25\n"


def at_home(plugin: str) -> str:
    for elsewhere, here in ROOMS.items():
        plugin = plugin.replace(elsewhere, here)
    return plugin


def installed(folder: Path, group: str, module: str) -> dict[str, str]:
    """An environment in which a package `others` adds a module to the group."""
    info = folder / "others-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[fcosreport.{group}]\nmine = others_module\n")
    (folder / "others_module.py").write_text(module)
    return {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def fcosreport(folder: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fcosreport", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_dialect_a_rule_and_an_output_are_each_one_new_file_and_no_edit(tmp_path: Path) -> None:
    for folder in ("fcosreport", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, plugin in (
        ("dialects/toydet.py", DIALECT),
        ("rules/one_evaluation/any_result.py", RULE.format(code="FR199")),
        ("renderers/count.py", OUTPUT.format(code="count")),
    ):
        new = tmp_path / "fcosreport" / name
        assert not new.exists()
        new.write_text(at_home(plugin))
    (tmp_path / "log.txt").write_text(LOG)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    assert "There is one." in fcosreport(tmp_path, environment, "check", "log.txt").stdout
    assert "FR199  error    any-result" in fcosreport(tmp_path, environment, "rules").stdout
    assert fcosreport(tmp_path, environment, "render", "log.txt", "--count", "-o", "-").stdout == "1\n"
    row = fcosreport(tmp_path, environment, "render", "log.txt", "--csv", "-o", "-").stdout.splitlines()[1]
    assert row.startswith("log,suspect,")
    assert ",0.25," in row
    assert ",0.5," in row


@pytest.mark.parametrize("plugin", [DIALECT, RULE, OUTPUT], ids=["dialect", "rule", "output"])
def test_a_plugin_of_another_package_needs_nothing_but_what_is_promised(plugin: str) -> None:
    imported = list(ast.walk(ast.parse(plugin)))
    modules = {node.module for node in imported if isinstance(node, ast.ImportFrom)}
    assert modules == {"fcosreport.plugins"}
    assert not [node for node in imported if isinstance(node, ast.Import)]


def test_a_dialect_of_another_package_is_a_dialect(tmp_path: Path) -> None:
    environment = installed(tmp_path, "dialects", DIALECT)
    (tmp_path / "log.txt").write_text(f"{LOG}\n{block(GOOD)}")
    report = fcosreport(tmp_path, environment, "show", "log", "log.txt").stdout
    assert "0.25" in report
    assert "0.387" in report, "those of ours read on"


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
        ("dialects", "import nowhere_to_be_found", "ModuleNotFoundError"),
        ("dialects", "raise RuntimeError('broken')", "RuntimeError: broken"),
        (
            "dialects",
            f"{DIALECT}\nReader.__module__ = 'x.events'\ndialect('Mine')(Reader)\n",
            "ValueError: it registers a name that is taken: events",
        ),
        ("rules", RULE.format(code="FR401"), "ValueError: FR401 is the code of both"),
        ("rules", "import nowhere", "ModuleNotFoundError"),
        ("renderers", OUTPUT.format(code="json"), "ValueError: it registers a name that is taken: json"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_named(tmp_path: Path, group: str, module: str, said: str) -> None:
    (tmp_path / "log.txt").write_text(block(GOOD))
    done = fcosreport(tmp_path, installed(tmp_path, group, module), "check", "log.txt")
    assert done.returncode == 2
    assert "mine of the package others 1.2 cannot be loaded" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_committed_page_of_rules_is_the_one_that_the_command_prints(tmp_path: Path) -> None:
    printed = fcosreport(tmp_path, dict(os.environ), "rules", "--markdown").stdout
    assert printed == markdown(rules())
    assert all(f"\n## {rule.code} {rule.name}\n" in printed for rule in rules())
    compare({ROOT / "docs" / "rules.md": printed})


PLACE = "others_module.py:"
BREAKING = {
    "dialects": (DIALECT, "dialect others-module", "log.txt:1: "),
    "rules": (
        RULE.format(code="XY001").replace("yield Fault(", "yield fault_of("),
        "rule any-result",
        "others_module.py:",
    ),
    "renderers": (OUTPUT.format(code="count").replace("len(", "length("), "output count", PLACE),
}
"""Plugins that raise where they are used, how they are called, and the place that is told."""


@pytest.mark.parametrize("group", ["dialects", "rules", "renderers"])
def test_a_package_that_exits_when_it_is_loaded_is_named(tmp_path: Path, group: str) -> None:
    (tmp_path / "log.txt").write_text(block(GOOD))
    done = fcosreport(tmp_path, installed(tmp_path, group, "import sys\nsys.exit(0)"), "render", "log.txt", "--csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "mine of the package others 1.2 cannot be loaded: SystemExit: 0" in done.stderr


@pytest.mark.parametrize("group", BREAKING)
def test_a_plugin_that_raises_ends_alone_and_the_command_with_3(tmp_path: Path, group: str) -> None:
    module, called, place = BREAKING[group]
    environment = installed(tmp_path, group, module)
    (tmp_path / "log.txt").write_text(f"toydet lr=0.1 AP=0.2.5\n{block(GOOD)}")
    count = ["--count"] if group == "renderers" else []
    done = fcosreport(tmp_path, environment, "render", "log.txt", "--csv", *count, "-o", "reports")
    assert done.returncode == 3
    (told,) = [line for line in done.stderr.splitlines() if "A fault of" in line]
    assert place in told
    assert f"A fault of {called}" in told
    assert "Please report it" in told
    assert "Traceback" not in done.stderr
    assert "0.387" in (tmp_path / "reports" / "runs.csv").read_text(), "all others go on"
    assert not (tmp_path / "reports" / "count.txt").exists()
    again = fcosreport(tmp_path, environment, "--debug", "render", "log.txt", "--csv", *count, "-o", "reports")
    assert again.returncode == 3, "also where nothing is read again"
    assert "Traceback (most recent call last)" in again.stderr
    if group == "rules":
        found = fcosreport(tmp_path, environment, "check", "log.txt", "--format", "json")
        report = json.loads(found.stdout)
        assert found.returncode == 3
        assert {"name": "any-result", "reason": "a fault of the rule ended it; the issues tell more"} in report[
            "not_run"
        ]
        assert any("any-result" in issue["message"] for issue in report["issues"])
