"""Several outputs at once: which go together, and where each is written."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from fcosreport.errors import OutputError, UsageError
from fcosreport.report.outputs import contents, parse, run_page, with_summary, write_contents, write_report
from fcosreport.report.report import renderers
from tests.baseline import baseline
from tests.conftest import Run
from tests.renderers.rendering import render


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


@pytest.mark.parametrize(
    ("environment", "page"),
    [
        (
            {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"},
            "https://github.com/a/b/actions/runs/7",
        ),
        ({"CI_JOB_URL": "https://gitlab.example/a/b/-/jobs/7"}, "https://gitlab.example/a/b/-/jobs/7"),
        ({"CI_JOB_URL": "javascript:alert(1)"}, ""),
        ({}, ""),
    ],
)
def test_the_page_of_a_run_is_what_the_ci_server_says_and_only_an_address(
    environment: dict[str, str], page: str
) -> None:
    assert run_page(environment) == page


def test_markdown_is_the_comment_and_md_the_whole_report() -> None:
    assert [each.form.name for each in parse(["markdown", "md=x"])] == ["comment", "md"]


def test_github_goes_with_one_other_output_on_stdout() -> None:
    assert [each.form.name for each in parse(["github", "markdown", "sarif=x"])] == ["github", "comment", "sarif"]
    assert [each.form.name for each in parse([])] == ["text"]


def test_the_job_summary_is_appended_and_never_too_long(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environment = {"GITHUB_STEP_SUMMARY": str(summary)}
    met: list[object] = []
    outputs = with_summary(parse([f"github={tmp_path / 'a'}"]), environment)
    write_contents(contents(baseline(), outputs, environment, met.append), outputs)
    assert summary.read_text() == "before\n" + render("md", baseline())
    one = baseline().findings[0]
    long = replace(baseline(), findings=tuple(replace(one, code=f"FR{n}", message="x " * 200) for n in range(4000)))
    summary.write_text("")
    write_contents(contents(long, outputs, environment, met.append), outputs)
    assert 900_000 < summary.stat().st_size < 1 << 20


def test_several_outputs_are_written_at_once(run: Run, committed_runs: Path) -> None:
    formats = ["github", "text", "sarif=out/a.sarif", "junit=out/j.xml", "gitlab=out/g.json", "markdown=out/r.md"]
    done = run("check", "runs", *(word for each in formats for word in ("--format", each)))
    assert done.code == 1
    assert {file.name for file in (committed_runs.parent / "out").iterdir()} == {"a.sarif", "j.xml", "g.json", "r.md"}
    lines = done.out.splitlines()
    assert any(line.startswith("::error file=runs/lr1en") for line in lines)
    token = next(line for line in lines if line.startswith("::stop-commands::")).rpartition("::")[2]
    assert lines[-1] == f"::{token}::"  # what a log holds between the two is text to the runner of GitHub


def test_paths_are_relative_to_the_root_of_the_repository(run: Run, committed_runs: Path) -> None:
    environment = {**os.environ, "GITHUB_WORKSPACE": str(committed_runs.parent.parent)}
    done = run("check", committed_runs, "--format", "github", env=environment)
    assert f"file={committed_runs.parent.name}/runs/lr1en" in done.out
    assert "file=runs/lr1en" in run("check", committed_runs, "--format", "github").out


def test_a_device_is_no_folder_for_a_report_although_it_has_no_suffix(tmp_path: Path) -> None:
    (form,) = (each for each in renderers() if each.name == "csv")
    assert write_report(baseline(), [form], Path(os.devnull), lambda met: None) == [Path(os.devnull)]
    assert write_report(baseline(), [form], tmp_path / "new", lambda met: None) == [tmp_path / "new" / "runs.csv"]
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="nobody reads from it"):
        write_report(baseline(), [form], tmp_path / "pipe", lambda met: None)
