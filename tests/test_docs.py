"""What README and the committed reports say is what the product does; `python -m tests.adopt` takes changes over."""

import os
import re
import shutil
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

from fcosreport.judging.rule import rules
from fcosreport.reading.dialect import dialects
from fcosreport.report.report import renderers
from tests.adopt import compare
from tests.conftest import ROOT

README = ROOT / "README.md"
NOTES = ROOT / "docs" / "notes.md"
_COMMAND = re.compile(
    r"```console\n\$ fcosreport (.*)\n(?:.*\n)*?```(?:\n\n````(?:diff|markdown)\n(?:.*\n)*?````)?"
)  # with what it told, and what it printed or wrote


def table(name: str, rows: list[str]) -> tuple[str, str]:
    """The table between the marks `name` in README as it is, and as it should be."""
    text = README.read_text()
    found = re.search(rf"<!-- {name} -->\n(.*?\n\|-.*?\n)(.*?)<!-- end {name} -->", text, re.S)
    assert found, name
    return found[2], "".join(f"| {row} |\n" for row in rows)


def example(tmp_path: Path, *words: str) -> str:
    """What a command says of the committed example."""
    done = subprocess.run(
        [sys.executable, "-m", "fcosreport", words[0], "runs", *words[1:], "--store", str(tmp_path / "s.sqlite")],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    return done.stdout.decode()


def test_readme_lists_every_dialect_rule_and_output_and_shows_the_example(tmp_path: Path) -> None:
    text = README.read_text()
    for name, rows in (
        ("dialects", [f"`{each.name}` | {each.title}" for each in sorted(dialects(), key=attrgetter("name"))]),
        ("rules", [f"{each.code} | `{each.name}` | {each.severity} | {each.title}" for each in rules()]),
        ("outputs", [f"`--{each.name}` | {each.title} | `{each.filename}`" for each in renderers()]),
    ):
        is_, should_be = table(name, rows)
        text = text.replace(is_ + f"<!-- end {name} -->", should_be + f"<!-- end {name} -->")
    fence = re.compile(r"```text\n.*?```", re.S)
    text = fence.sub(lambda _: f"```text\n{example(tmp_path, 'render')}```", text)
    compare({README: text})


def test_the_committed_reports_are_those_of_the_committed_runs(tmp_path: Path) -> None:
    example(tmp_path, "render", "--html", "--md", "--json", "--csv", "-o", str(tmp_path / "out"))
    made = sorted(file for file in (tmp_path / "out").rglob("*") if file.is_file())
    compare({ROOT / "reports" / file.relative_to(tmp_path / "out"): file.read_bytes().decode() for file in made})


def test_every_command_in_readme_exists() -> None:
    helped = subprocess.run([sys.executable, "-m", "fcosreport", "--help"], capture_output=True, text=True, check=True)
    for command in set(re.findall(r"^ +fcosreport (\w+)|`fcosreport (\w+)", README.read_text(), re.M)):
        assert f"  {''.join(command)} " in helped.stdout


def test_the_python_in_readme_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.S)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Baseline_lr5en3_191211" in done.stdout
    assert "error FR401" in done.stdout


def test_the_commands_on_notes_do_what_the_page_shows(tmp_path: Path) -> None:
    text = NOTES.read_text()
    shutil.copytree(ROOT / "runs" / "191209", tmp_path / "runs" / "191209")
    (found,) = re.findall(r"in a folder with the.*?```markdown\n(.*?)```", text, re.S)
    (tmp_path / "note.md").write_text(found)

    def executed(command: re.Match[str]) -> str:
        words = command[1].split()
        before = (tmp_path / "note.md").read_text()
        done = subprocess.run(
            [sys.executable, "-m", "fcosreport", *words], cwd=tmp_path, capture_output=True, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        told, printed = done.stderr.decode(), done.stdout.decode()
        after = (tmp_path / "note.md").read_text()
        if after != before:
            printed = "".join(line for line in after.splitlines(keepends=True) if line.startswith("|"))
        kind = "diff" if words[1] == "fix" else "markdown"
        if words[1] == "fix":
            subprocess.run(["patch", "-s", "note.md"], cwd=tmp_path, input=done.stdout, check=True)
        return f"```console\n$ fcosreport {command[1]}\n{told}```\n\n````{kind}\n{printed}````"

    compare({NOTES: _COMMAND.sub(executed, text)})
