"""What trackers and the trainer of this project leave on disk, and dialects of other packages."""

import importlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.dialects.fcos_trainer import FcosTrainer
from fcosreport.dialects.mlflow import Mlflow
from fcosreport.dialects.tensorboard import tensorboard
from fcosreport.dialects.wandb import Wandb
from fcosreport.reading.dialect import Reader, Record, Window
from fcosreport.records import Evaluation, Event, Issue, Origin, Samples, Setting

HEAD = {
    "schema": "fcos-trainer/1",
    "run": "baseline",
    "seed": 0,
    "commit": "4ea0f7d",
    "time": "2019-12-09T08:00:00",
    "settings": {"lr": 1e-4, "train_batch_size": 4, "norm": "frozen", "init": "imagenet"},
    "versions": {"torch": "2.5.1"},
    "data": {"train": "instances_train2017.json", "train_images": 117266, "val_images": 5000},
}
EVENTS: list[dict[str, Any]] = [
    {"event": "train", "iteration": 20, "lr": 1e-4, "loss": 1.87, "loss_cls": 0.9, "time": 0.31, "memory": 2786},
    {"event": "train", "iteration": 40, "lr": 1e-4, "loss": None, "loss_cls": 0.8, "time": 0.30, "memory": 2786},
    {
        "event": "evaluation",
        "iteration": 40,
        "epoch": 1,
        "task": "bbox",
        "metrics": {"AP": 0.387, "AP50": 0.573, "APs": -1.0},
        "per_class": {"person": 0.52},
        "images": 5000,
        "results": "results/bbox.json",
        "results_sha256": "ab12",
        "checkpoint_sha256": "cd34",
    },
    {"event": "resumed", "iteration": 40, "checkpoint": "checkpoint.pt"},
    {"event": "probe", "stage": 1, "spread": 0.2},
    {"event": "status", "status": "failed", "reason": "out of memory", "iteration": 41, "time": "2019-12-09T09:00:00"},
]
METRICS = "".join(json.dumps(line) + "\n" for line in [HEAD, *EVENTS])
SUMMARY = {
    "_step": 89999,
    "_timestamp": 1575878400.5,
    "bbox/AP": 38.7,
    "bbox/AP50": 57.3,
    "bbox/AP-person": 52.1,
    "segm/AP": 35.2,
    "total_loss": 0.9,
    "_wandb": {"runtime": 100},
}
METADATA = {
    "os": "Linux",
    "python": "3.8.10",
    "startedAt": "2019-12-09T08:00:00.123456",
    "host": "node7",
    "program": "tools/train_net.py",
    "args": ["--config-file", "configs/fcos.yaml", "SOLVER.BASE_LR", "0.01", "--seed=3"],
    "git": {"commit": "4ea0f7d", "remote": "x"},
    "gpu_count": 8,
}


def fed(
    reader: Callable[[str, Origin], Reader], path: str, text: str | bytes | dict[str, Any], size: int = 1 << 20
) -> list[Record]:
    text = json.dumps(text, indent=2) if isinstance(text, dict) else text
    data = text.encode() if isinstance(text, str) else text
    one, at, found = reader(path, "log"), 0, list[Record]()
    while at < len(data):
        stop = data.find(b"\n", min(at + size, len(data)) - 1) + 1 or len(data)
        found += one.feed(Window(data[:stop], at, len((data[:at] + b".").splitlines())))
        at = stop
    return [*found, *one.close()]


def evaluations(records: list[Record]) -> list[Evaluation]:
    return [record for record in records if isinstance(record, Evaluation)]


def said(records: list[Record]) -> dict[str, object]:
    return {record.name: record.value for record in records if isinstance(record, Setting)}


def points(records: list[Record]) -> list[tuple[object, ...]]:
    return [
        (name, step, repr(value))
        for record in records
        if isinstance(record, Samples)
        for name, column in zip(record.names, record.columns, strict=True)
        for step, value in zip(record.steps, column, strict=True)
    ]


class TestTrainer:
    def test_the_first_line_tells_settings_and_starts_the_run(self) -> None:
        records = fed(FcosTrainer, "run/metrics.jsonl", METRICS)
        assert said(records) == {
            "framework": "fcos-trainer",
            "lr": 1e-4,
            "train_batch_size": 4,
            "norm": "frozen",
            "init": "imagenet",
            "seed": 0,
            "commit": "4ea0f7d",
            "train_data": "instances_train2017.json",
            "train_images": 117266,
            "val_images": 5000,
            "predicted_images": 5000,
            "predictions_sha256": "ab12",
            "checkpoint_sha256": "cd34",
        }

    def test_evaluations_are_fractions_and_have_classes(self) -> None:
        overall, person = evaluations(fed(FcosTrainer, "metrics.jsonl", METRICS))
        assert (overall["AP"], overall["APs"], overall.iteration, overall.epoch) == (0.387, -1.0, 40, 1)
        assert (overall.task, overall.where.line) == ("bbox", 4)
        assert (person.category, person["AP"]) == ("person", 0.52)

    def test_the_curve_keeps_a_nan(self) -> None:
        found = points(fed(FcosTrainer, "metrics.jsonl", METRICS))
        assert ("loss", 20.0, "1.87") in found
        assert ("loss", 40.0, "nan") in found
        assert ("time", 20.0, "0.31") in found

    @pytest.mark.parametrize(
        ("status", "reason", "kind"),
        [
            ("finished", "", "finished"),
            ("failed", "out of memory", "out of memory"),
            ("failed", "nan", "nan"),
            ("failed", "killed", "killed"),
            ("failed", "no such file", "error"),
            ("interrupted", "SIGTERM", "killed"),
        ],
    )
    def test_how_it_ended_is_an_event(self, status: str, reason: str, kind: str) -> None:
        end = {"event": "status", "status": status, "reason": reason, "iteration": 7, "time": "2019-12-09T09:00:00"}
        *_, event = fed(FcosTrainer, "metrics.jsonl", f"{json.dumps(HEAD)}\n{json.dumps(end)}\n")
        assert isinstance(event, Event)
        assert (event.kind, event.iteration, event.time) == (kind, 7, "2019-12-09T09:00:00")

    def test_it_starts_and_resumes(self) -> None:
        events = [each for each in fed(FcosTrainer, "metrics.jsonl", METRICS) if isinstance(each, Event)]
        assert [(event.kind, event.where.line) for event in events] == [
            ("started", 1),
            ("resumed", 5),
            ("out of memory", 7),
        ]

    def test_a_line_that_is_cut_is_an_issue_and_the_others_are_read(self) -> None:
        records = fed(
            FcosTrainer, "metrics.jsonl", METRICS.replace('"memory": 2786}\n{"event": "eval', '"mem\n{"event": "eval')
        )
        assert [record.where.line for record in records if isinstance(record, Issue)] == [3]
        assert len(evaluations(records)) == 2

    def test_a_newer_schema_is_told(self) -> None:
        records = fed(FcosTrainer, "metrics.jsonl", METRICS.replace("trainer/1", "trainer/2"))
        assert any(isinstance(record, Issue) for record in records)

    def test_other_json_lines_are_quiet(self) -> None:
        assert fed(FcosTrainer, "events.json", '{"event": "train", "iteration": 1, "loss": 2}\n{"event": "x"\n') == []
        assert fed(FcosTrainer, "a.json", '{"schema": "other/1", "event": "train", "iteration": 1, "loss": 2}\n') == []


class TestWandb:
    def test_the_summary_is_the_last_evaluation(self) -> None:
        box, person, mask = evaluations(fed(Wandb, "wandb/run-1/files/wandb-summary.json", SUMMARY))
        assert (box["AP"], box["AP50"], box.iteration, box.task) == (0.387, 0.573, 89999, "bbox")
        assert person.category == "person"
        assert person["AP"] == pytest.approx(0.521)
        assert mask.task == "segm"
        assert mask["AP"] == pytest.approx(0.352)

    @pytest.mark.parametrize(
        ("summary", "task", "name", "value"),
        [
            ({"coco/bbox_mAP": 0.374, "coco/bbox_mAP_50": 0.58}, "bbox", "AP50", 0.58),
            ({"val/bbox_mAP_s": 0.2}, "bbox", "APs", 0.2),
            ({"metrics/mAP50-95(B)": 0.37, "metrics/mAP50(B)": 0.52}, "bbox", "AP", 0.37),
            ({"metrics/mAP50-95(M)": 0.3}, "segm", "AP", 0.3),
            ({"metrics/mAP_0.5:0.95": 0.3, "metrics/mAP_0.5": 0.4}, "bbox", "AP50", 0.4),
            ({"val": {"map_50": 0.4, "mar_100": 0.6}}, "bbox", "AR100", 0.6),
            ({"keypoints/AP": 66.0}, "keypoints", "AP", 0.66),
            ({"bbox/AP": "NaN"}, "bbox", "AP", None),
        ],
    )
    def test_names_of_all_frameworks(self, summary: dict[str, Any], task: str, name: str, value: float) -> None:
        (one,) = evaluations(fed(Wandb, "files/wandb-summary.json", summary))
        assert (one.task, one[name]) == (task, value)

    def test_a_run_without_arguments_is_read_too(self) -> None:
        assert fed(Wandb, "files/wandb-metadata.json", json.dumps({**METADATA, "args": []}))

    def test_the_metadata_tells_start_host_and_arguments(self) -> None:
        records = fed(Wandb, "files/wandb-metadata.json", METADATA)
        assert said(records) == {
            "host": "node7",
            "commit": "4ea0f7d",
            "program": "tools/train_net.py",
            "gpus": 8,
            "config": "configs/fcos.yaml",
            "lr": 0.01,
            "seed": 3,
        }
        (start,) = [record for record in records if isinstance(record, Event)]
        assert (start.kind, start.time, start.where.line) == ("started", "2019-12-09T08:00:00", 4)

    @pytest.mark.parametrize("text", ['{"accuracy": 0.9, "loss": 0.1, "mapping": 3}', "{}", "", "{}\n"])
    def test_a_summary_without_detection_is_quiet(self, text: str) -> None:
        assert fed(Wandb, "files/wandb-summary.json", text) == []

    @pytest.mark.parametrize("text", ['{"bbox/AP": 3', "[1]", "\x00", "[" * 100_000])
    def test_a_garbled_file_is_an_issue(self, text: str) -> None:
        (issue,) = fed(Wandb, "files/wandb-summary.json", text)
        assert isinstance(issue, Issue)


class TestMlflow:
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
    def test_parameters_and_tags_are_settings(self, path: str, text: str, expected: dict[str, object]) -> None:
        assert said(fed(Mlflow, path, text)) == expected

    def test_a_metric_is_an_evaluation_for_each_line(self) -> None:
        text = "1575878400000 0.2 7330\n1575878500000 0.387 14660\n"
        found = evaluations(fed(Mlflow, "mlruns/0/ab/metrics/bbox/AP", text))
        assert [(one["AP"], one.iteration, one.where.line) for one in found] == [(0.2, 7330, 1), (0.387, 14660, 2)]
        (percent,) = evaluations(fed(Mlflow, "metrics/bbox/AP", "1575878400000 38.7 7330\n"))
        assert percent["AP"] == pytest.approx(0.387)

    def test_a_loss_is_a_curve(self) -> None:
        text = "1575878400000 1.87 20\n1575878500000 nan 40\n"
        assert points(fed(Mlflow, "mlruns/0/ab/metrics/loss", text)) == [("loss", 20.0, "1.87"), ("loss", 40.0, "nan")]

    def test_the_run_tells_when_it_began_and_ended(self) -> None:
        text = "end_time: 1575882000000\nrun_name: a\nstart_time: 1575878400000\nstatus: 3\n"
        events = [each for each in fed(Mlflow, "mlruns/0/ab/meta.yaml", text) if isinstance(each, Event)]
        assert {(event.kind, event.time) for event in events} == {
            ("started", "2019-12-09T08:00:00"),
            ("finished", "2019-12-09T09:00:00"),
        }

    @pytest.mark.parametrize("path", ["metrics/accuracy", "metrics/notes.txt", "metrics", "a/metrics/loss"])
    def test_other_content_is_quiet(self, path: str) -> None:
        assert fed(Mlflow, path, "this is\nno metric file 0.387 12\n") == []


class TestTensorboard:
    def write(self, folder: Path, scalars: dict[str, list[tuple[int, float]]]) -> Path:
        pytest.importorskip("tensorboard", reason="the extra 'tensorboard' is not installed")
        writer = importlib.import_module("tensorboard.summary.writer.event_file_writer")
        event_pb2 = importlib.import_module("tensorboard.compat.proto.event_pb2")
        summary_pb2 = importlib.import_module("tensorboard.compat.proto.summary_pb2")
        one = writer.EventFileWriter(str(folder))
        for tag, values in scalars.items():
            for step, value in values:
                summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])
                one.add_event(event_pb2.Event(step=step, wall_time=1.0, summary=summary))
        one.close()
        return next(folder.glob("events.out.tfevents.*"))

    def test_scalars_are_evaluations_and_curves(self, tmp_path: Path) -> None:
        scalars = {
            "bbox/AP": [(7330, 20.0), (14660, 38.7)],
            "bbox/AP50": [(7330, 40.5), (14660, 57.3)],
            "total_loss": [(20, 1.75), (40, 1.5)],
            "lr": [(20, 0.25)],
            "histogram/x": [(20, 1.0)],
        }
        records = list(tensorboard(self.write(tmp_path, scalars), "run/events.out.tfevents.1"))
        first, last = evaluations(records)
        assert (first.iteration, last.iteration) == (7330, 14660)
        assert last["AP"] == pytest.approx(0.387)
        assert last["AP50"] == pytest.approx(0.573)
        assert points(records) == [("loss", 20.0, "1.75"), ("loss", 40.0, "1.5"), ("lr", 20.0, "0.25")]

    def test_a_file_that_is_cut_gives_what_is_whole(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, {"loss": [(step, 0.5) for step in range(100)]})
        path.write_bytes(path.read_bytes()[:-700])
        assert 50 < len(points(list(tensorboard(path, "a")))) < 100

    @pytest.mark.parametrize("content", [b"", b"no event file", b"\xff" * 1000, bytes(1000)])
    def test_a_damaged_file_never_raises(self, tmp_path: Path, content: bytes) -> None:
        pytest.importorskip("tensorboard", reason="the extra 'tensorboard' is not installed")
        path = tmp_path / "events.out.tfevents.1"
        path.write_bytes(content)
        assert not evaluations(list(tensorboard(path, "a")))

    def test_without_the_extra_an_issue_says_how_to_install_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "tensorboard", None)
        monkeypatch.setitem(sys.modules, "tensorboard.backend.event_processing.event_file_loader", None)
        (issue,) = tensorboard(tmp_path, "run/events.out.tfevents.1")
        assert isinstance(issue, Issue)
        assert "pip install 'fcosreport[tensorboard]'" in issue.message


READERS = (
    (FcosTrainer, "metrics.jsonl", METRICS),
    (Wandb, "wandb-summary.json", json.dumps(SUMMARY)),
    (Wandb, "wandb-metadata.json", json.dumps(METADATA, indent=1)),
    (Mlflow, "params/lr", "0.01"),
    (Mlflow, "metrics/bbox/AP", "1575878400000 0.387 7330\n" * 5),
    (Mlflow, "mlruns/0/a/meta.yaml", "end_time: 1575882000000\nstatus: 3\n"),
)


@given(st.sampled_from(READERS), st.binary(max_size=100), st.integers(0, 900))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_without_an_error(one: tuple[Any, str, str], noise: bytes, at: int) -> None:
    reader, path, text = one
    data = text.encode()
    fed(reader, path, data[:at] + noise + data[at:])
    fed(reader, path, noise)


@given(st.sampled_from(READERS), st.integers(1, 700))
@settings(max_examples=60, deadline=None)
def test_windows_do_not_change_what_is_read(one: tuple[Any, str, str], size: int) -> None:
    reader, path, text = one

    def told(records: list[Record]) -> list[object]:
        return [*(each for each in records if not isinstance(each, Samples)), *sorted(points(records), key=repr)]

    assert told(fed(reader, path, text, size)) == told(fed(reader, path, text))


@pytest.fixture
def package(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Another package with a dialect, and what `dialects()` makes of it in a process of its own."""

    def ask(module: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "my_logs.py").write_text(textwrap.dedent(module))
        info = tmp_path / "my_logs-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-logs\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text("[fcosreport.dialects]\nmine = my_logs\n")
        code = """
            import sys
            sys.path.insert(0, sys.argv[1])
            from fcosreport.reading.dialect import dialects
            from fcosreport.errors import FcosreportError
            try:
                print([each.name for each in dialects()])
            except FcosreportError as error:
                sys.exit(str(error))
        """
        command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    return ask


READER = """
    from fcosreport.plugins import dialect

    @dialect("My logs", b"mine:")
    class Mine:
        def __init__(self, path, origin): ...
        def feed(self, window): return ()
        def close(self): return ()
"""


def test_another_package_adds_a_dialect(package: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    done = package(READER)
    assert "'my-logs'" in done.stdout, done.stderr
    assert "'events'" in done.stdout


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError"),
        ("raise RuntimeError('broken')", "broken"),
        (READER + "\n    Mine.__module__ = 'x.events'\n    dialect('Mine')(Mine)\n", "taken: events"),
    ],
)
def test_a_dialect_that_cannot_be_loaded_names_its_package(
    package: Callable[[str], subprocess.CompletedProcess[str]], module: str, reason: str
) -> None:
    done = package(module)
    assert done.returncode == 1
    assert "my-logs 1.2" in done.stderr
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
