"""The file store of MLflow: `mlruns/<experiment>/<run>/` with one file for each parameter, metric and tag.

    params/lr                    the value
    metrics/bbox/AP              a line for each value: milliseconds, value, step
    tags/mlflow.runName          the value
    meta.yaml                    start_time and end_time in milliseconds, status

A file is known by its path alone, so each gives what it says by itself. What belongs together is the folder above
`params`, `metrics` and `tags`.
"""

import re
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime

from fcosreport.grammar.configs.yaml import parse
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Samples, Setting, Where
from fcosreport.vocabulary.metric_names import Meaning, curve_of, metric_of
from fcosreport.vocabulary.metrics import metrics, with_issues
from fcosreport.vocabulary.settings.keys import declared

VALUE = 6000
"""Bytes of a parameter or tag; MLflow allows no longer parameter."""
POINTS = 100_000
"""Results that a metric may have; it is evaluated once an epoch."""

_PATH = re.compile(  # a folder further up may be called `metrics` as well
    r"(?:^(?:.*/)?(?:[0-9a-f]{32}|mlruns/[^/]+/[^/]+)/|(?:^|/))(?:(params|metrics|tags)/([^\n]{1,250})|(meta)\.yaml)$"
)
_POINT = re.compile(rb"^\d{10,16} (-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|-?nan|-?inf|NaN) (\d{1,12})[ \t]*\r?$", re.M)
_TAGS = {"mlflow.runName": "run_name", "mlflow.source.git.commit": "commit", "mlflow.source.name": "program"}


@dialect(
    "MLflow file store",
    paths=r"(?:^|/)(?:params|metrics|tags)/[^.][^\n]*$|(?:^|/)(?:mlruns(?:/[^/]+)+|[0-9a-f]{32})/meta\.yaml$",
)
class Mlflow:
    """Reads one file, whose path says what it is. Other files in folders of these names are quiet."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        found = _PATH.search(path.replace("\\", "/"))
        self.kind, self.name = (found[1] or found[3], found[2] or "") if found else ("", "")
        self.meaning = metric_of(self.name) if self.kind == "metrics" else None
        self.curve = curve_of(self.name) if self.kind == "metrics" and not self.meaning else None
        self.text = b""
        self.points: list[tuple[float, str, int, int]] = []

    def feed(self, window: Window) -> Iterator[Record]:
        if self.kind in ("params", "tags", "meta") and len(self.text) <= VALUE:
            self.text += window.data[window.start :][: VALUE + 1]
        if not (self.meaning or self.curve):
            return
        points = [
            (float(found[1]), found[1].decode(), int(found[2]), window.line_at(found.start()))
            for found in _POINT.finditer(window.data, window.start)
        ]
        if self.curve and points:
            values, _, steps, lines = zip(*points, strict=True)
            yield Samples((self.curve,), array("d", steps), (array("d", values),), Where(self.path, lines[0]))
        elif self.meaning:
            self.points += points[: POINTS - len(self.points)]

    def close(self) -> Iterator[Record]:
        text = self.text.decode(errors="replace")
        if len(self.text) > VALUE:
            return
        if self.kind == "params":
            yield from declared(self.name.replace("/", "."), text, Where(self.path, 1))
        elif self.kind == "tags" and self.name in _TAGS and text.strip():
            yield Setting(_TAGS[self.name], text.strip(), text.strip(), Where(self.path, 1))
        elif self.kind == "meta":
            yield from self._meta()
        elif self.meaning:
            yield from self._evaluations(self.meaning)

    def _evaluations(self, meaning: Meaning) -> Iterator[Record]:
        found = metrics([(meaning.metric, text) for _, text, _, _ in self.points], percent=None)
        for metric, (_, _, step, line) in zip(found, self.points, strict=True):
            where = Where(self.path, line)
            yield from with_issues(
                Evaluation(meaning.task, (metric,), where, self.origin, None, step, meaning.category, meaning.stated)
            )

    def _meta(self) -> Iterator[Record]:
        said = parse(self.text)[0].entries
        name, status = (said[key].text if key in said else "" for key in ("run_name", "status"))
        if name:
            yield Setting("run_name", name, name, Where(self.path, said["run_name"].line))
        for key in ("start_time", "end_time"):
            value, line = (said[key].text, said[key].line) if key in said else ("", 1)
            if value.isdecimal() and 10 <= len(value) < 15 and (key == "start_time" or status in ("3", "FINISHED")):
                time = datetime.fromtimestamp(int(value) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
                yield Event("started" if key == "start_time" else "finished", name, Where(self.path, line), time)
