"""The action for GitHub and the examples for CI, run as their servers run them."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Run

BIN = Path(sys.executable).parent


def action() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return loaded


def checked_by_the_action(
    folder: Path, temp: Path, program: str = "-m fcosreport", **given: str
) -> subprocess.CompletedProcess[str]:
    """The action's last step, run as GitHub runs it: inputs in the environment, `bash -e -o pipefail`.

    In the place of fcosreport stands what Python makes of `program`.
    """
    step = action()["runs"]["steps"][-1]
    inputs = {name: str(each["default"]) for name, each in action()["inputs"].items()}
    inputs.update({name.replace("_", "-"): value for name, value in given.items()})
    environment = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) }}", lambda found: inputs[found[1]], value)
        for key, value in step["env"].items()
    }
    (temp / "fcosreport" / "bin").mkdir(parents=True, exist_ok=True)
    installed = temp / "fcosreport" / "bin" / "fcosreport"
    installed.write_text(f'#!/bin/sh\nexec {sys.executable} {program} "$@"\n')
    installed.chmod(0o755)
    environment |= {
        "RUNNER_TEMP": str(temp),
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_STEP_SUMMARY": str(temp / "s.md"),
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)


def test_the_action_annotates_summarises_and_fails(committed_runs: Path, tmp_path: Path) -> None:
    temp = tmp_path / "temp dir"
    done = checked_by_the_action(tmp_path, temp, paths="runs", formats="sarif=a.sarif junit=j.xml")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=runs/lr1en")
    assert (temp / "s.md").read_text().startswith("# runs")
    assert (tmp_path / "a.sarif").exists()
    assert (tmp_path / "j.xml").exists()
    assert checked_by_the_action(tmp_path, temp, paths="runs", fail_on="never").returncode == 0
    assert checked_by_the_action(tmp_path, temp, paths="runs", changed_since="HEAD").returncode == 0
    assert checked_by_the_action(tmp_path, temp, paths="runs/lr2en2\nruns/lr1en2").returncode == 0
    committed_runs.rename(tmp_path / "my runs")
    assert checked_by_the_action(tmp_path, temp, paths='"my runs/lr1en2" "my runs/lr1en3"').returncode == 1


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., list[str]]:
    """What the action asks of the program: the words behind `check`, of which those of the store are left out."""
    (tmp_path / "checkout").mkdir()
    for name in ("a.sarif", "b.sarif", "re.py"):
        (tmp_path / "checkout" / name).write_text("raise SystemExit(9)\n")

    def asked(**given: str) -> list[str]:
        tell = """'import sys; print("\\n".join(sys.argv[4:]))'"""
        done = checked_by_the_action(tmp_path / "checkout", tmp_path / "t", program=f"-c {tell}", **given)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return asked


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ("runs notes", ["runs", "notes"]),
        ("runs\n  notes\n", ["runs", "notes"]),
        ('"my runs" notes', ["my runs", "notes"]),
        ("'my runs' notes", ["my runs", "notes"]),
        ("Bob's", ["Bob's"]),
        ("Bob's Al's", ["Bob's", "Al's"]),
        ('"Bob\'s runs" \'say "hi" there\'', ["Bob's runs", 'say "hi" there']),
        ('"never closed', ['"never', "closed"]),
        ("* ?.log [ab] {a,b} a\\b ~ $HOME", ["*", "?.log", "[ab]", "{a,b}", "a\\b", "~", "$HOME"]),
        ("-x --help", ["-x", "--help"]),
        ("实验 nöte", ["实验", "nöte"]),
        ("", ["."]),
        (" \n ", ["."]),
    ],
)
def test_the_paths_are_those_that_are_written(asked: Callable[..., list[str]], paths: str, words: list[str]) -> None:
    assert asked(paths=paths) == ["--format", "github", "--fail-on", "error", "--", *words]


def test_no_format_is_a_list_of_files(asked: Callable[..., list[str]]) -> None:
    words = asked(formats='sarif=*\n"junit=my file.xml" *.sarif')[4:-2]
    assert words == ["--format", "sarif=*", "--format", "junit=my file.xml", "--format", "*.sarif"]
    assert asked(formats=" ", baseline="a b*", changed_since="x y")[4:-2] == [
        *("--changed-since", "x y"),
        *("--baseline", "a b*"),
    ]


def test_a_path_that_is_not_there_fails_whatever_is_in_its_name(committed_runs: Path, tmp_path: Path) -> None:
    (tmp_path / "Bob's").symlink_to(committed_runs)
    assert checked_by_the_action(tmp_path, tmp_path / "t", paths="Bob's").returncode == 1
    for paths in ("Al's", "runs Al's", '"runs', "run*"):
        done = checked_by_the_action(tmp_path, tmp_path / "t", paths=paths)
        assert done.returncode == 2
        assert "No such file or directory. Give a folder, a log or a note." in done.stderr


def test_what_an_input_holds_is_no_shell(committed_runs: Path, tmp_path: Path) -> None:
    for name in ("paths", "formats", "fail_on", "baseline", "changed_since"):
        done = checked_by_the_action(tmp_path, tmp_path / "t", **{name: "$(touch here) `touch here`; touch here #"})
        assert done.returncode == 2
    assert not (tmp_path / "here").exists()
    steps = action()["runs"]["steps"]
    assert not [step for step in steps if "${{" in step["run"]]


def test_the_files_for_ci_keep_to_their_public_schemas(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.S)
    github, gitlab, hooks = blocks
    for name, text in (("workflow.yml", github), ("gitlab.yml", gitlab), ("hooks.yaml", hooks)):
        (tmp_path / name).write_text(text)
    for schema, file in (
        ("vendor.github-actions", ROOT / "action.yml"),
        ("vendor.github-workflows", tmp_path / "workflow.yml"),
        ("vendor.gitlab-ci", tmp_path / "gitlab.yml"),
    ):
        subprocess.run([BIN / "check-jsonschema", "--builtin-schema", schema, file], check=True, capture_output=True)
    for kind, file in (("manifest", ROOT / ".pre-commit-hooks.yaml"), ("config", tmp_path / "hooks.yaml")):
        subprocess.run([BIN / "pre-commit", f"validate-{kind}", file], check=True, capture_output=True)


def test_the_commands_of_the_gitlab_example_run(run: Run, committed_runs: Path) -> None:
    (gitlab,) = re.findall(r"```yaml\n# .gitlab-ci.yml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.S)
    job = yaml.safe_load(gitlab)["experiments"]
    (committed_runs.parent / "notes").mkdir()
    install, check = (line.split() for line in job["script"])
    assert install[:2] == ["pip", "install"]
    done = run(*check[1:], env={**os.environ, "CI_PROJECT_DIR": str(committed_runs.parent)})
    assert done.code == 1, done.err
    assert all((committed_runs.parent / file).exists() for file in job["artifacts"]["reports"].values())
