"""What README, the docs and the committed reports say is what the product does.

On a page, a fence with a title is a file, `console` a command and what it prints, `python` is run, and `text` right
below it is what it prints. Of an output with a line `...` only the lines before and after need come, in their order. A
page that gives no file is about the committed example. `python -m tests.adopt` takes changes over.
"""

import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest
import typer.main

from fcosreport.cli.app import app
from fcosreport.reading.dialect import dialects
from fcosreport.report.report import renderers
from fcosreport.settings import Settings
from tests.adopt import compare
from tests.conftest import ROOT

README = ROOT / "README.md"
DOCS = ROOT / "docs"
NOTES = DOCS / "notes.md"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
_FENCE = re.compile(
    r"^```(?:\w+ title=\"(?P<file>.+?)\"\n(?P<content>.*?)"
    r"|console\n\$ fcosreport (?P<command>.*?)\n(?P<told>.*?)"
    r"|python\n(?P<code>.*?)```\n\n```text\n(?P<printed>.*?))```$",
    re.S | re.M,
)
_ON_NOTES = re.compile(
    r"```console\n\$ fcosreport (.*)\n(?:.*\n)*?```(?:\n\n````(?:diff|markdown)\n(?:.*\n)*?````)?"
)  # with what it told, and what it printed or wrote
_WRITTEN = re.compile(r"(?:^(?:    |\$ |    - )|`|args: )fcosreport ([^`\n]+?)(?:`|   .*|$)", re.M)

OUTPUTS = [f"--{each.name.replace('_', '-')}" for each in renderers()]
EXECUTED = [page for page in PAGES if page != NOTES and _FENCE.search(page.read_text())]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command as a reader of the docs gives it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, env=environment)


def example(tmp_path: Path, *words: str) -> str:
    """What a command says of the committed example."""
    done = run(ROOT, "-m", "fcosreport", words[0], "runs", *words[1:], "--store", str(tmp_path / "s.sqlite"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def thresholds() -> Iterator[str]:
    """The rows of the settings that are numbers: name, default, what is allowed, and what its comment says it is."""
    told = dict(re.findall(r"^    (\w+): .*?  # (.*)$", inspect.getsource(Settings), re.M))
    for name, hint in get_type_hints(Settings, include_extras=True).items():
        if get_origin(hint) is Annotated:
            _, meta = get_args(hint)
            low = f"from {meta.ge:g}" if meta.gt is None else f"above {meta.gt:g}"
            yield f"`{name}` | {getattr(Settings(), name):g} | {low} to {meta.le:,} | {told[name]}"


def test_the_docs_list_every_dialect_output_and_setting() -> None:
    pages = {DOCS / f"{name}.md": (DOCS / f"{name}.md").read_text() for name in ("formats", "reports", "settings")}
    known = sorted(dialects(), key=attrgetter("name"))
    outputs = [
        f"`{option}` | {each.title} | `{each.filename}`" for option, each in zip(OUTPUTS, renderers(), strict=True)
    ]
    for page, name, rows in (
        ("formats", "dialects", [f"`{each.name}` | {each.title}" for each in known]),
        ("reports", "outputs", outputs),
        ("settings", "settings", list(thresholds())),
    ):
        head, foot = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        before, _, rest = pages[DOCS / f"{page}.md"].partition(head)
        old, _, after = rest.partition(foot)
        heading = "".join(old.splitlines(keepends=True)[:2])
        new = "".join(f"| {row} |\n" for row in rows)
        pages[DOCS / f"{page}.md"] = f"{before}{head}{heading}{new}{foot}{after}"
    compare(pages)


def test_the_committed_reports_are_those_of_the_committed_runs(tmp_path: Path) -> None:
    example(tmp_path, "render", "--html", "--md", "--json", "--csv", "-o", str(tmp_path / "out"))
    made = sorted(file for file in (tmp_path / "out").rglob("*") if file.is_file())
    compare({ROOT / "reports" / file.relative_to(tmp_path / "out"): file.read_bytes().decode() for file in made})


@pytest.mark.parametrize("page", EXECUTED, ids=[page.stem for page in EXECUTED])
def test_what_a_page_shows_is_what_comes(page: Path, tmp_path: Path) -> None:
    text = page.read_text()
    if "title=" not in text:
        for name in ("runs", "reports", "examples"):
            shutil.copytree(ROOT / name, tmp_path / name)

    def executed(fence: re.Match[str]) -> str:
        if fence["file"]:
            (tmp_path / fence["file"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / fence["file"]).write_text(fence["content"])
            return fence[0]
        if fence["code"]:
            done, shown = run(tmp_path, "-c", fence["code"]), fence["printed"]
            assert done.returncode == 0, done.stderr
        else:
            done, shown = run(tmp_path, "-m", "fcosreport", *shlex.split(fence["command"])), fence["told"]
            assert done.returncode in (0, 1, 2), done.stderr
        came = done.stdout + done.stderr
        if "...\n" in shown.splitlines(keepends=True):
            lines = iter(came.splitlines(keepends=True))
            assert all(line == "...\n" or line in lines for line in shown.splitlines(keepends=True)), came
            return fence[0]
        return fence[0][: len(fence[0]) - len(shown) - len("```")] + came + "```"

    compare({page: _FENCE.sub(executed, text)})


def written() -> Iterator[tuple[str, str]]:
    """Each command that README or a page writes down, in a line of its own or in a sentence."""
    for page in PAGES:
        if page.stem == "plugins":  # its outputs are options too
            continue
        for command in _WRITTEN.findall(page.read_text()):
            yield page.name, command.strip()


def test_every_command_that_is_written_down_exists_with_its_options() -> None:
    for page, command in set(written()):
        words = [word for word in re.split(r"[\s\[\]|]+", command) if word not in ("...", "")]
        known = typer.main.get_command(app)
        while words and words[0] in (commands := getattr(known, "commands", {})):
            known = commands[words.pop(0)]
        options = {name for each in known.params for name in (*each.opts, *each.secondary_opts)}
        assert not hasattr(known, "commands") or not words or words[0][0] == "-", f"{page}: {command}"
        for option in re.findall(r"(?:^| )(--[\w-]+|-\w)(?=[ =]|$)", " ".join(words)):
            assert option in (*options, *OUTPUTS, "--help"), f"{page}: {option} of {command}"


def test_the_site_is_built_and_no_link_in_it_is_dead(tmp_path: Path) -> None:
    done = run(ROOT, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        assert not re.search(r"<(?:script|link|img)[^>]* (?:src|href)=\"?https?:", page.read_text()), page


def test_the_commands_on_notes_do_what_the_page_shows(tmp_path: Path) -> None:
    text = NOTES.read_text()
    shutil.copytree(ROOT / "runs" / "191209", tmp_path / "runs" / "191209")
    (found,) = re.findall(r"in a folder with the.*?```markdown\n(.*?)```", text, re.S)
    (tmp_path / "note.md").write_text(found)

    def executed(command: re.Match[str]) -> str:
        words = command[1].split()
        before = (tmp_path / "note.md").read_text()
        done = run(tmp_path, "-m", "fcosreport", *words)
        printed, after = done.stdout, (tmp_path / "note.md").read_text()
        if after != before:
            printed = "".join(line for line in after.splitlines(keepends=True) if line.startswith("|"))
        kind = "diff" if words[1] == "fix" else "markdown"
        if words[1] == "fix":
            subprocess.run(["patch", "-s", "note.md"], cwd=tmp_path, input=done.stdout, check=True, text=True)
        return f"```console\n$ fcosreport {command[1]}\n{done.stderr}```\n\n````{kind}\n{printed}````"

    compare({NOTES: _ON_NOTES.sub(executed, text)})
