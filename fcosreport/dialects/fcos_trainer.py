"""`metrics.jsonl` of the trainer of this project. This is the contract that the trainer follows.

Each line is one JSON object whose first key is `schema` or `event`. The first line says what runs; a line like it may
follow where a run was started anew:

    {"schema": "fcos-trainer/1", "run": "baseline", "seed": 0, "commit": "4ea0f7d", "time": "2019-12-09T08:00:00",
     "settings": {"lr": 1e-4, "train_batch_size": 4, ...}, "versions": {"torch": "2.5.1", ...},
     "machine": {"device": "Tesla T4", "cuda": "12.4", "cudnn": 90100, "tf32": true},
     "data": {"train": "coco/annotations/instances_train2017.json", "train_images": 117266, "train_sha256": "...",
              "val": ..., "val_images": 5000, "val_sha256": ...}}       an evaluation on its own tells `val` alone

`settings` has canonical names (see `fcosreport.vocabulary`). Every other line is an event:

    {"event": "train", "iteration": 20, "lr": 1e-4, "loss": 1.87, "loss_cls": 0.9, "time": 0.31,
     "memory": 2786}                       seconds an iteration; MiB; a number that is not finite is null
    {"event": "evaluation", "iteration": 7330, "epoch": 1, "task": "bbox", "metrics": {"AP": 0.387, ...},
     "per_class": {"person": 0.52, ...}, "data": {"val": ..., "val_images": 5000, "val_sha256": ...}, "images": 5000,
     "weights": "checkpoint.pt", "checkpoint_sha256": "...", "results": "results/bbox.json", "results_sha256": "...",
     "settings": {"score_threshold": 0.05, ...}, "precision": "bfloat16", "evaluator": "hotcoco"}
                                           fractions; -1 where there is no ground truth; `images` are those that
                                           predictions were made for; what older files leave out is the first line's
    {"event": "resumed", "iteration": 3000, "checkpoint": "checkpoint.pt", "settings": {"iterations": 180000}}
                                           the settings that changed
    {"event": "probe", "norm_layers": 20, "identity": 20, "norm_trainable": 0, "parameters": 11720329,
     "trainable": 11720329, "spread": {"stem": 0.19, "layer1": 0.78, ..., "layer4": 2.03}}      what the norm layers do
                                           when the training begins, not read here: layers in the backbone, those that
                                           are the identity, those that train; parameters of the whole model; the
                                           standard deviation of the activations after each stage
    {"event": "status", "status": "finished" | "failed" | "interrupted", "reason": "out of memory", "iteration": 90000}

`reason` of a failure is `out of memory`, `nan`, `killed` or any other text; of an interruption what interrupted. But
for `train`, `time` is when something happened, in ISO 8601; it may be left out.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from fcosreport.grammar.json_lines import decoded, number
from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, EventKind, Issue, Metric, Origin, Samples, Setting, Where
from fcosreport.vocabulary.metrics import metrics

SCHEMA = "fcos-trainer/1"
"""The schema that is read."""

_LINE = re.compile(rb'\{"(?:event|schema)"[^\r\n]*')
_DATA = {"train": "train_data", "val": "val_data", "val_sha256": "annotations_sha256"}  # the others keep their names
_HASHES = {"results_sha256": "predictions_sha256", "checkpoint_sha256": "checkpoint_sha256"}
_NO_CURVE = frozenset({"event", "iteration", "epoch"})
_ENDS: dict[object, EventKind] = {"finished": "finished", "interrupted": "killed"}
_REASONS: dict[object, EventKind] = {"out of memory": "out of memory", "nan": "nan", "killed": "killed"}


@dialect("The trainer of this project: metrics.jsonl", b'"fcos-trainer/', b'{"event"')
class FcosTrainer:
    """Reads the lines after the first, which tells that the file is of the trainer."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.is_ours = path.replace("\\", "/").endswith("metrics.jsonl")
        self.rows: list[Row] = []
        self.keys: tuple[str, ...] = ()  # of the last training line, and which of them are curves
        self.names: tuple[str, ...] = ()
        self.said: dict[str, str | int | float] = {}  # the settings that hold

    def feed(self, window: Window) -> Iterator[Record]:
        for match in _LINE.finditer(window.data, window.start):
            line = decoded(match[0])
            if line is None and not self.is_ours:
                continue
            if self.is_ours and line is not None and line.get("event") == "train":
                self._train(line, match.start())
                continue
            where = Where(self.path, window.line_at(match.start()))
            if line is None:
                yield Issue("A line of metrics.jsonl is cut or garbled, and left out. Look at it.", where)
            elif "schema" in line:
                yield from self._samples(window)
                yield from self._started(line, where)
            elif self.is_ours:
                yield from self._event(line, where)
        yield from self._samples(window)

    def close(self) -> Iterator[Record]:
        return iter(())

    def _started(self, line: dict[str, Any], where: Where) -> Iterator[Record]:
        self.is_ours = str(line["schema"]).startswith("fcos-trainer/")
        if not self.is_ours:
            return
        if line["schema"] != SCHEMA:
            yield Issue(f"The schema {line['schema']} is newer than {SCHEMA}. Update fcosreport.", where)
        yield Event("started", f"run {line.get('run', '')}".strip(), where, _text(line, "time"))
        yield Setting("framework", "fcos-trainer", str(line["schema"]), where)
        self.said = {}
        data = {_DATA.get(key, key): value for key, value in _mapping(line, "data").items()}
        own = {
            "seed": line.get("seed"),
            "commit": line.get("commit"),
            "device": _mapping(line, "machine").get("device"),
        }
        yield from self._settings({**_mapping(line, "settings"), **own, **data}, where)

    def _settings(self, given: dict[str, Any], where: Where) -> Iterator[Setting]:
        """Those that were not said before."""
        for name, value in given.items():
            if isinstance(value, str | int | float) and value != "" and self.said.get(name) != value:
                self.said[name] = value
                yield Setting(name, value, str(value), where)

    def _event(self, line: dict[str, Any], where: Where) -> Iterator[Record]:
        kind, at = line.get("event"), {"epoch": _count(line, "epoch"), "iteration": _count(line, "iteration")}
        if kind == "evaluation":
            yield from self._evaluation(line, where)
        elif kind == "resumed":
            yield Event("resumed", _text(line, "checkpoint") or "resumed", where, _text(line, "time"), **at)
            yield from self._settings(_mapping(line, "settings"), where)
        elif kind == "status":
            status, reason = line.get("status"), _text(line, "reason")
            told = _ENDS.get(status) or _REASONS.get(reason, "error")
            yield Event(told, reason or str(status), where, _text(line, "time"), **at)

    def _train(self, line: dict[str, Any], at: int) -> None:
        keys, step = tuple(line), _count(line, "iteration")
        if keys != self.keys:
            self.keys, self.names = keys, tuple(key for key in keys if key not in _NO_CURVE)
        try:
            values = [math.nan if line[name] is None else float(line[name]) for name in self.names]
        except (TypeError, ValueError, OverflowError):
            return
        if step is not None and values:
            self.rows.append((self.names, step, values, at))

    def _samples(self, window: Window) -> Iterator[Samples]:
        yield from samples(self.rows, lambda at: Where(self.path, window.line_at(at)))
        self.rows = []

    def _evaluation(self, line: dict[str, Any], where: Where) -> Iterator[Record]:
        task, epoch, iteration = _text(line, "task"), _count(line, "epoch"), _count(line, "iteration")
        found = _metrics(_mapping(line, "metrics"))
        if not task or not found:
            yield Issue("An evaluation without task or metrics is left out. Look at the line.", where)
            return
        data = _mapping(line, "data")
        evaluation = Evaluation(
            *(task, found, where, self.origin, epoch, iteration),
            data_set=_text(data, "val"),
            split="val" if data else "",
            weights=_text(line, "weights"),
        )
        yield evaluation
        for category, value in _mapping(line, "per_class").items():
            for metric in _metrics({"AP": value}):
                yield replace(evaluation, metrics=(metric,), category=category)
        is_own = not data or data.get("val_sha256") == self.said.get("annotations_sha256")
        made = {name: line.get(key) for key, name in _HASHES.items()} | {"precision": line.get("precision")}
        of_run = {**_mapping(line, "settings"), "predicted_images": _count(line, "images")} if is_own else {}
        yield from self._settings({**made, **of_run}, where)


def _metrics(given: dict[str, Any]) -> tuple[Metric, ...]:
    numbers = ((name, value) for name, value in given.items() if number(value) is not None)
    return metrics((name, "nan" if value is None else repr(value)) for name, value in numbers)


def _mapping(line: dict[str, Any], key: str) -> dict[str, Any]:
    value = line.get(key)
    return value if isinstance(value, dict) else {}


def _text(line: dict[str, Any], key: str) -> str:
    value = line.get(key)
    return value if isinstance(value, str) else ""


def _count(line: dict[str, Any], key: str) -> int | None:
    value = line.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None
