"""`diff` and `group`: what is printed of experiments side by side."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from fcosreport.cli import compare
from fcosreport.errors import UsageError
from tests.conftest import FAIR, GOOD, block


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, numbers in (("fcos_lr1en3_seed1", FAIR), ("fcos_lr1en2_seed1", GOOD)):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text(block(numbers))
    return tmp_path / "runs"


def invoke(*words: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("diff")(compare.diff)
    app.command("group")(compare.group)
    return CliRunner().invoke(app, words)


def test_diff_prints_only_what_differs_in_80_columns_without_colour(runs: Path) -> None:
    done = invoke("diff", "fcos_lr1en3_seed1", "fcos_lr1en2_seed1", "runs")
    assert done.exit_code == 0, done.output
    assert "\033" not in done.output
    assert max(map(len, done.output.splitlines())) <= 80
    rows = [line.split() for line in done.output.splitlines()]
    assert ["lr", "1e-3", "0.01"] in rows or ["lr", "0.001", "0.01"] in rows
    assert ["AP", "images", "unknown", "0.292", "0.387", "+9.50"] in rows
    assert not [row for row in rows if row[:1] == ["seed"]]
    everything = invoke("diff", "fcos_lr1en3_seed1", "fcos_lr1en2_seed1", "--all").output
    assert ["seed", "1", "1"] in [line.split() for line in everything.splitlines()]


def test_diff_and_group_print_json_and_markdown(runs: Path) -> None:
    pair = ("fcos_lr1en3_seed1", "fcos_lr1en2_seed1", "runs")
    found = json.loads(invoke("diff", *pair, "--format", "json").output)
    assert found["metrics"][0]["values"] == [0.292, 0.387]
    assert {"name": "lr", "values": [0.001, 0.01]} in found["settings"]
    assert "| AP | images unknown | 0.292 | 0.387 | +9.50 |" in invoke("diff", *pair, "--format", "markdown").output
    groups = json.loads(invoke("group", "runs", "--by", "lr", "--format", "json").output)
    assert [group["settings"]["lr"] for group in groups] == [0.01, 0.001]
    assert groups[0]["metrics"][0] == {
        **{"task": "bbox", "name": "AP", "mean": 0.387, "standard_deviation": None, "count": 1}
    }


def test_group_shows_twelve_metrics_on_request_and_fits(runs: Path) -> None:
    done = invoke("group", "runs", "--by", "lr,seed", "--metrics")
    assert done.exit_code == 0, done.output
    assert max(map(len, done.output.splitlines())) <= 80
    assert all(name in done.output for name in ("AP75", "AR100", "ARl"))


def test_an_unknown_experiment_is_a_usage_error(runs: Path) -> None:
    done = invoke("diff", "fcos_lr1en3", "nothing", "runs")
    assert isinstance(done.exception, UsageError)
