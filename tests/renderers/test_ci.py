"""At home in CI: outputs for its servers, the action, the hook, and what a change touches."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
import yaml

from fcosreport.errors import UsageError
from fcosreport.records import Finding, Where
from fcosreport.report.outputs import parse, write_formats
from fcosreport.report.report import Report, renderers
from tests.baseline import baseline
from tests.conftest import FAIR, GOOD, ROOT, Run, block
from tests.hostile import hostile

SCHEMAS = ROOT / "tests" / "schemas"
OUTPUTS = {each.name: each for each in renderers()}
REASON = "one checkpoint, on purpose"
BIN = Path(sys.executable).parent


def living() -> Report:
    """The founding note's report, with its duplicate ignored and a rule that did not run."""
    report = baseline()
    duplicate, *others = report.findings
    ignored = (replace(duplicate, ignored=REASON), *others)
    return replace(report, findings=ignored, not_run=(("flat-over-iou", "no log was read"),))


EMPTY = replace(baseline(), experiments=(), findings=(), passed=())
REPORTS = pytest.mark.parametrize(
    "report", [EMPTY, baseline(), living(), hostile()], ids=["empty", "baseline", "living", "hostile"]
)


def render(name: str, report: Report) -> str:
    content = OUTPUTS[name].render(report)
    assert isinstance(content, str)
    return content


@REPORTS
def test_sarif_keeps_to_its_public_schema(report: Report) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    sarif = json.loads(render("sarif", report))
    jsonschema.Draft4Validator(schema).validate(sarif)
    prints = [each["partialFingerprints"]["fcosreport/v1"] for each in sarif["runs"][0]["results"]]
    assert len(set(prints)) == len(prints) == len(report.findings)


def test_sarif_tells_rules_places_and_what_is_suppressed() -> None:
    (run,) = json.loads(render("sarif", living()))["runs"]
    duplicate, rate, *_ = run["results"]
    assert (duplicate["ruleId"], duplicate["level"], rate["level"]) == ("FR401", "error", "warning")
    assert duplicate["suppressions"] == [{"kind": "external", "status": "accepted", "justification": REASON}]
    assert rate["suppressions"] == []
    place = {"artifactLocation": {"uri": "runs/191209-baseline.md"}, "region": {"startLine": 59}}
    assert duplicate["locations"] == [{"physicalLocation": place}]
    rule = run["tool"]["driver"]["rules"][duplicate["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("FR401", "DuplicateMetrics")
    assert "Why:" in rule["help"]["text"]


@REPORTS
def test_junit_keeps_to_its_public_schema(report: Report) -> None:
    xmlschema.XMLSchema(SCHEMAS / "junit-4.xsd").validate(ElementTree.fromstring(render("junit", report)))


def test_junit_fails_on_errors_alone_and_skips_what_is_ignored_or_not_run() -> None:
    def counts(report: Report) -> list[str]:
        suite = ElementTree.fromstring(render("junit", report))[0]
        return [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")]

    assert counts(baseline()) == ["7", "1", "0", "0"]
    assert counts(living()) == ["8", "0", "0", "2"]
    texts = [
        (each.text or "").split("\n")[0] for each in ElementTree.fromstring(render("junit", living())).iter("skipped")
    ]
    assert texts == [f"ignored: {REASON}", "no log was read"]


@REPORTS
def test_gitlab_gets_what_its_code_quality_report_needs(report: Report) -> None:
    entries = json.loads(render("gitlab", report))
    assert len({each["fingerprint"] for each in entries}) == len(entries) == len(report.open_findings)
    for entry in entries:
        assert entry["description"]
        assert entry["check_name"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
        assert "\\" not in entry["location"]["path"]


@REPORTS
def test_github_gets_one_command_a_finding_whatever_a_name_holds(report: Report) -> None:
    *commands, sums = render("github", report).splitlines()
    assert len(commands) == len(report.open_findings)
    for command in commands:
        assert re.fullmatch(r"::(error|warning|notice) (\w+=[^:,]*,)*title=[^:,]*::[^\n]+", command)
    assert sums.startswith("fcosreport: ")


def test_github_points_at_file_and_line() -> None:
    finding = Finding("FR101", "ap-above-ap50", "error", "100% odd: a, b", (), (Where("./a,b:c\\log.txt", 7),))
    command = render("github", replace(EMPTY, findings=(finding,))).splitlines()[0]
    assert command == "::error file=a%2Cb%3Ac/log.txt,line=7,title=FR101 ap-above-ap50::100%25 odd: a, b"


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (["text", "json"], "several outputs would go to stdout"),
        (["sarif=a", "junit=./a"], "several outputs would go to"),
        (["github", "github=a", "json=a"], "several outputs would go to"),
        (["sariff=a"], "Did you mean sarif?"),
        (["markdwon"], "Did you mean markdown?"),
        (["sarif="], "a file is missing"),
    ],
)
def test_outputs_that_cannot_be_are_refused(formats: list[str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(formats)
    assert said in str(error.value)


def test_github_goes_with_one_other_output_on_stdout() -> None:
    assert [each.form.name for each in parse(["github", "markdown", "sarif=x"])] == ["github", "md", "sarif"]
    assert [each.form.name for each in parse([])] == ["text"]


def test_the_job_summary_is_appended_and_never_too_long(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environment = {"GITHUB_STEP_SUMMARY": str(summary)}
    write_formats(baseline(), parse([f"github={tmp_path / 'a'}"]), environment)
    assert summary.read_text() == "before\n" + render("md", baseline())
    one = baseline().findings[0]
    long = replace(baseline(), findings=tuple(replace(one, code=f"FR{n}", message="x " * 200) for n in range(4000)))
    summary.write_text("")
    write_formats(long, parse([f"github={tmp_path / 'a'}"]), environment)
    assert 900_000 < summary.stat().st_size < 1 << 20


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs that declare another learning rate and print the same numbers, and a third of its own, in git."""
    for name, numbers in (("lr1en3", GOOD), ("lr1en2", GOOD), ("lr2en2", FAIR)):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(block(numbers))
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("reports/\n")
    commit(tmp_path)
    return tmp_path / "runs"


def git(folder: Path, *words: str) -> None:
    person = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "runs", "--allow-empty")


def test_several_outputs_are_written_at_once(run: Run, runs: Path) -> None:
    formats = ["github", "text", "sarif=out/a.sarif", "junit=out/j.xml", "gitlab=out/g.json", "markdown=out/r.md"]
    done = run("check", "runs", *(word for each in formats for word in ("--format", each)))
    assert done.code == 1
    assert {file.name for file in (runs.parent / "out").iterdir()} == {"a.sarif", "j.xml", "g.json", "r.md"}
    lines = done.out.splitlines()
    assert any(line.startswith("::error file=runs/lr1en") for line in lines)
    token = next(line for line in lines if line.startswith("::stop-commands::")).rpartition("::")[2]
    assert lines[-1] == f"::{token}::"  # what a log holds between the two is text to the runner of GitHub


def test_paths_are_relative_to_the_root_of_the_repository(run: Run, runs: Path) -> None:
    environment = {**os.environ, "GITHUB_WORKSPACE": str(runs.parent.parent)}
    done = run("check", runs, "--format", "github", env=environment)
    assert f"file={runs.parent.name}/runs/lr1en" in done.out
    assert "file=runs/lr1en" in run("check", runs, "--format", "github").out


def test_only_what_a_change_touches_is_told(run: Run, runs: Path) -> None:
    assert run("check", "runs", "--changed-since", "HEAD").code == 0
    (runs / "lr2en2" / "log.txt").write_text(block(FAIR) + "\n")
    report = json.loads(run("check", "runs", "--changed-since", "HEAD", "--format", "json").out)
    assert [each["name"] for each in report["experiments"]] == ["lr2en2"]
    assert report["findings"] == []
    (runs / "lr1en3" / "log.txt").write_text("\n" + block(GOOD))
    assert run("check", "runs", "--changed-since", "HEAD").code == 1
    commit(runs.parent)
    assert run("check", "runs", "--changed-since", "HEAD").code == 0
    assert run("check", "runs", "--changed-since", "HEAD~1").code == 1
    (runs / "实验 1").mkdir()
    (runs / "实验 1" / "log.txt").write_text(block(FAIR.replace("0.292", "0.592")))
    report = json.loads(run("check", "runs", "--changed-since", "HEAD", "--format", "json").out)
    assert [each["name"] for each in report["experiments"]] == ["实验 1"]


def test_a_revision_that_is_none_says_what_to_do(run: Run, runs: Path) -> None:
    for rev in ("nowhere", "--help", "", "HEAD:runs"):
        done = run("check", "runs", f"--changed-since={rev}")
        assert (done.code, "fetch it" in done.err, len(done.err.splitlines())) == (2, True, 1)
    (runs.parent / ".git").rename(runs.parent / "git")
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(runs.parent.parent)}
    done = run("check", "runs", "--changed-since", "HEAD", env=environment)
    assert (done.code, "needs a git checkout" in done.err) == (2, True)


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


def test_the_action_annotates_summarises_and_fails(runs: Path, tmp_path: Path) -> None:
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
    runs.rename(tmp_path / "my runs")
    assert checked_by_the_action(tmp_path, temp, paths='"my runs/lr1en2" "my runs/lr1en3"').returncode == 1


def test_what_an_input_holds_is_no_shell(runs: Path, tmp_path: Path) -> None:
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


def test_the_commands_of_the_gitlab_example_run(run: Run, runs: Path) -> None:
    (gitlab,) = re.findall(r"```yaml\n# .gitlab-ci.yml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.S)
    job = yaml.safe_load(gitlab)["experiments"]
    (runs.parent / "notes").mkdir()
    install, check = (line.split() for line in job["script"])
    assert install[:2] == ["pip", "install"]
    done = run(*check[1:], env={**os.environ, "CI_PROJECT_DIR": str(runs.parent)})
    assert done.code == 1, done.err
    assert all((runs.parent / file).exists() for file in job["artifacts"]["reports"].values())


def test_the_hook_tells_of_what_is_not_committed(run: Run, runs: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    program, *words = map(str, (*hook["entry"].split(), *hook["args"]))
    assert program == "fcosreport"
    assert not hook["pass_filenames"]
    assert run(*words).code == 0
    (runs / "lr1en3" / "log.txt").write_text("\n" + block(GOOD))
    git(runs.parent, "add", "-A")
    assert run(*words).code == 1
