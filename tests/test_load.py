"""The report from Python: `fcosreport.load`."""

from pathlib import Path

import pandas as pd
import pytest

import fcosreport
from fcosreport.errors import FcosreportError, UsageError


def test_load_gives_frames_and_leaves_nothing_behind(resumed_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(resumed_runs.parent)
    report = fcosreport.load("runs")
    experiments = report.frame("experiments")
    assert dict(zip(experiments.experiment, experiments.AP, strict=True)) == {"resumed": 0.292, "steady": 0.387}
    assert list(report.frame("evaluations").columns[:3]) == ["experiment", "task", "epoch"]
    curves = report.frame("curves")
    steady = curves[(curves.experiment == "steady") & (curves.curve == "lr")]
    assert steady.value.tolist() == [0.01] * 5 + [0.001] * 5
    assert steady.step.tolist() == list(range(20, 201, 20))
    assert isinstance(report.frame("findings"), pd.DataFrame)
    assert [each.name for each in resumed_runs.parent.iterdir()] == ["runs"]
    with pytest.raises(UsageError, match="Did you mean experiments"):
        report.frame("experiment")


def test_a_report_is_one_line_at_the_prompt(resumed_runs: Path) -> None:
    assert repr(fcosreport.load(resumed_runs)) == "<Report 'runs': 2 experiments, 1 warning>"


def test_what_a_report_holds_is_imported_from_the_package() -> None:
    for name in fcosreport.__all__:
        assert getattr(fcosreport, name).__doc__ or name == "__version__"
    with pytest.raises(AttributeError, match="no attribute 'Raport'"):
        fcosreport.Raport  # noqa: B018  # looked up


def test_load_keeps_a_store_if_asked_and_reads_it_alone(resumed_runs: Path) -> None:
    store = resumed_runs.parent / "kept.sqlite"
    first = fcosreport.load(resumed_runs, store=store)
    assert fcosreport.load(store=store).experiments == first.experiments
    with pytest.raises(FcosreportError, match="there is no store yet"):
        fcosreport.load(store=resumed_runs / "none.sqlite")
