"""The action for GitHub and the examples for CI, run as their servers run them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT, Run

BIN = Path(sys.executable).parent


def action() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return loaded


def checked_by_the_action(folder: Path, temp: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """The action's last step, run as GitHub runs it: inputs in the environment, `bash -e -o pipefail`."""
    step = action()["runs"]["steps"][-1]
    inputs = {name: str(each["default"]) for name, each in action()["inputs"].items()}
    inputs.update({name.replace("_", "-"): value for name, value in given.items()})
    environment = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) }}", lambda found: inputs[found[1]], value)
        for key, value in step["env"].items()
    }
    (temp / "fcosreport" / "bin").mkdir(parents=True, exist_ok=True)
    program = temp / "fcosreport" / "bin" / "fcosreport"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m fcosreport "$@"\n')
    program.chmod(0o755)
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
