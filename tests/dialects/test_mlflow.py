"""The file store of MLflow."""

import pytest

from fcosreport.dialects.mlflow import Mlflow
from fcosreport.records import Event
from tests.dialects.feeding import evaluations, feed, points, settings

SAMPLES = {
    "mlruns/0/ab/params/lr": b"0.01",
    "mlruns/0/ab/metrics/bbox/AP": b"1575878400000 0.387 7330\n" * 5,
    "mlruns/0/ab/metrics/loss": b"1575878400000 1.87 20\n1575878500000 nan 40\n",
    "mlruns/0/ab/meta.yaml": b"end_time: 1575882000000\nstatus: 3\n",
}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("mlruns/0/ab/params/lr", "0.01", {"lr": 0.01}),
        ("mlruns/0/ab/params/batch_size", "16", {"train_batch_size": 16}),
        ("mlruns/0/ab/params/SOLVER.BASE_LR", "1e-4\n", {"lr": 1e-4}),
        ("mlruns/0/ab/tags/mlflow.runName", "baseline", {"run_name": "baseline"}),
        ("metrics/mlruns/0/ab/params/lr", "0.01", {"lr": 0.01}),
        ("mlruns/0/ab/params/dropout", "0.5", {}),
        ("mlruns/0/ab/tags/mlflow.user", "me", {}),
        ("params/lr", "x" * 10_000, {}),
        ("src/params/lr.py", "0.01", {}),
    ],
)
def test_parameters_and_tags_are_settings(path: str, text: str, expected: dict[str, object]) -> None:
    assert settings(feed(Mlflow, text, path=path)) == expected


def test_a_metric_is_an_evaluation_for_each_line() -> None:
    text = "1575878400000 0.2 7330\n1575878500000 0.387 14660\n"
    found = evaluations(feed(Mlflow, text, path="mlruns/0/ab/metrics/bbox/AP"))
    assert [(one["AP"], one.iteration, one.where.line) for one in found] == [(0.2, 7330, 1), (0.387, 14660, 2)]
    (percent,) = evaluations(feed(Mlflow, "1575878400000 38.7 7330\n", path="metrics/bbox/AP"))
    assert percent["AP"] == pytest.approx(0.387)


def test_a_loss_is_a_curve() -> None:
    text = "1575878400000 1.87 20\n1575878500000 nan 40\n"
    assert points(feed(Mlflow, text, path="mlruns/0/ab/metrics/loss")) == {"loss by iteration": [(20, 1.87), (40, -9)]}


def test_the_run_tells_when_it_began_and_ended() -> None:
    text = "end_time: 1575882000000\nrun_name: a\nstart_time: 1575878400000\nstatus: 3\n"
    records = feed(Mlflow, text, path=f"mlflow/0/{'ab' * 16}/meta.yaml")
    events = [each for each in records if isinstance(each, Event)]
    assert settings(records) == {"run_name": "a"}
    assert {(event.kind, event.time) for event in events} == {
        ("started", "2019-12-09T08:00:00"),
        ("finished", "2019-12-09T09:00:00"),
    }


@pytest.mark.parametrize("path", ["metrics/accuracy", "metrics/notes.txt", "metrics", "a/metrics/loss"])
def test_other_content_is_quiet(path: str) -> None:
    assert feed(Mlflow, "this is\nno metric file 0.387 12\n", path=path) == []
