"""The command line on small trees: what is read, what is written where, and with which exit code."""

import inspect
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from fcosreport.cli import note
from fcosreport.cli.app import app, render
from fcosreport.version import __version__
from tests.conftest import FAIR, GOOD, ROOT, Run, block


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs of different learning rates with different results."""
    for name, numbers in (("lr1en3", FAIR), ("lr1en2", GOOD)):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text(block(numbers))
    return tmp_path / "runs"


def test_collect_reads_only_what_changed(run: Run, runs: Path) -> None:
    assert run("collect").out == "2 files read, 0 unchanged, 0 gone; 2 experiments in reports/fcosreport.sqlite\n"
    assert run("collect").out.startswith("0 files read, 2 unchanged, 0 gone")
    (runs / "lr1en3" / "log.txt").write_text(block(GOOD) + block(GOOD, "segm"))
    assert run("collect", "runs").out.startswith("1 files read, 1 unchanged, 0 gone")
    (runs / "lr1en2" / "log.txt").unlink()
    assert run("collect", str(runs)).out.startswith("1 files read, 0 unchanged, 1 gone; 1 experiments")


def test_a_path_given_to_render_or_check_is_collected_first_and_alone_counts(run: Run, runs: Path) -> None:
    run("collect", "runs")
    report = json.loads(run("render", "runs/lr1en2", "--json", "-o", "-").out)
    assert [experiment["name"] for experiment in report["experiments"]] == ["lr1en2"]
    everything = json.loads(run("render", "--json", "-o", "-").out)
    assert [experiment["name"] for experiment in everything["experiments"]] == ["lr1en2", "lr1en3"]


def test_render_writes_to_a_folder_a_file_or_stdout(run: Run, runs: Path, tmp_path: Path) -> None:
    assert run("render", "runs", "--md", "--json", "--csv").code == 0
    assert {"report.md", "report.json", "runs.csv"} <= {path.name for path in (tmp_path / "reports").iterdir()}
    assert run("render", "runs", "--md", "-o", "mine.md").code == 0
    assert (tmp_path / "mine.md").read_text() == (tmp_path / "reports" / "report.md").read_text()
    printed = run("render", "runs", "--md", "-o", "-").out
    assert "report_files" not in printed
    pictured = [line for line in (tmp_path / "mine.md").read_text().splitlines() if "report_files" not in line]
    assert set(printed.splitlines()) <= {*pictured, ""}
    assert run("render", "runs", "--md", "--csv", "-o", "new/folder").code == 0
    assert (tmp_path / "new" / "folder" / "runs.csv").exists()
    assert run("render", "runs", "--md", "--csv", "-o", "-").code == 2
    assert run("render", "runs", "--md", "--csv", "-o", "one.md").code == 2


def test_the_same_data_gives_the_same_bytes(run: Run, runs: Path) -> None:
    for form in ("--md", "--json", "--csv", "--text"):
        assert run("render", "runs", form, "-o", "-").out == run("render", "--store", "s2", "runs", form, "-o", "-").out


def test_check_fails_on_a_duplicate_and_not_on_clean_runs(run: Run, runs: Path) -> None:
    assert run("check", "runs").code == 0
    (runs / "lr1en3" / "log.txt").write_text(block(GOOD))
    done = run("check", "runs")
    assert done.code == 1
    assert "FR401" in done.out
    assert run("check", "runs", "--fail-on", "never").code == 0
    assert run("check", "runs", "--fail-on", "info").code == 1
    report = json.loads(run("check", "runs", "--format", "json").out)
    assert [experiment["state"] for experiment in report["experiments"]] == ["suspect", "suspect"]


def test_a_note_is_held_against_the_run_that_it_cites_even_if_only_the_note_is_given(run: Run, runs: Path) -> None:
    note = runs.parent / "note.md"
    note.write_text(f"# Baseline\n- lr = 1e-2\n- log: `runs/lr1en2`\n\n```\n{block(GOOD)}```\n")
    report = json.loads(run("check", "note.md", "--format", "json").out)
    (experiment,) = report["experiments"]
    assert [e["where"]["origin"] for e in experiment["evaluations"]] == ["note", "log"]
    note.write_text(note.read_text().replace("0.387", "0.397"))
    done = run("check", "note.md", "--format", "json")
    assert "note-differs-from-log" in {finding["name"] for finding in json.loads(done.out)["findings"]}


def test_output_is_quiet_and_plain_when_nobody_watches(run: Run, runs: Path) -> None:
    done = run("render", "runs")
    assert "\x1b" not in done.out + done.err
    assert max(map(len, done.out.splitlines())) <= 80


def test_help_version_and_rules_need_no_pandas(run: Run) -> None:
    for words in (["--help"], ["render", "--help"], ["--version"], ["rules"], ["explain", "duplicate-metrics"]):
        code = "import sys, fcosreport.cli.app\ntry:\n    fcosreport.cli.app.main()\nfinally:\n"
        code += "    print({'pandas', 'jinja2', 'markdown_it'} & set(sys.modules), file=sys.stderr)"
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        assert done.stderr == "set()\n", words


def test_the_version_is_told_before_the_command_line_is_imported() -> None:
    code = "import sys; from fcosreport.__main__ import main; main(); print('typer' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"{__version__}\nFalse\n"


def test_help_loads_no_output_and_no_result() -> None:
    code = "import sys, fcosreport.cli.app\ntry:\n    fcosreport.cli.app.main()\nfinally:\n"
    code += "    print({'fcosreport.report.report', 'msgspec'} & {*sys.modules}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


def test_every_command_runs_without_a_training_framework(runs: Path) -> None:
    code = "import sys\nfor name in ('torch', 'torchvision', 'pycocotools'): sys.modules[name] = None\n"
    code += "from fcosreport.cli.app import main\nmain()"
    forms = ["--md", "--json", "--csv", "--text"]
    for words in (["collect", "runs"], ["render", *forms, "-o", "out"], ["check"], ["rules"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=runs.parent)
        assert done.returncode == 0, done.stderr


def test_the_wheel_holds_the_templates_and_runs(tmp_path: Path, runs: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "site")], check=True)
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
    code += "import fcosreport.cli.app as cli; print(cli.__file__, flush=True); cli.main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "render", "runs", "--md", "-o", "-"],
        capture_output=True,
        text=True,
        cwd=runs.parent,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert "lr1en2" in done.stdout


def test_the_project_declares_what_the_user_fixed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"typer", "rich", "pandas", "jinja2"} <= {name.split(">")[0] for name in project["dependencies"]}
    assert all((ROOT / name).exists() for name in ("fcosreport", "templates", "runs", "tests", "reports"))


def test_every_command_that_reads_paths_says_where_links_and_notes_may_lead() -> None:
    commands = [*app.registered_commands, *note.app.registered_commands]
    options = {str(each.name): inspect.signature(each.callback).parameters for each in commands if each.callback}
    options["render"] = inspect.signature(render).parameters
    reading = {name for name, each in options.items() if "paths" in each}
    assert reading == {name for name, each in options.items() if "follow" in each}
    assert reading >= {"collect", "render", "check", "watch", "update"}
