"""What ultralytics writes of a model that was evaluated in several formats, into `benchmarks.log` and onto the screen.

Benchmarks complete for yolov8n.pt on coco8.yaml at imgsz=640 (102.67s)
                   Format Status❔  Size (MB)  metrics/mAP50-95(B)  Inference time (ms/im)
0                 PyTorch       ✅        6.2               0.6381                  101.14
2                    ONNX       ❌        0.0                  NaN                     NaN
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from fcosreport.grammar.lines import line_end, past_end
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Setting, Where
from fcosreport.vocabulary.metric_names import Meaning, metric_of
from fcosreport.vocabulary.metrics import is_score, metrics
from fcosreport.vocabulary.settings.keys import declared

_MARK = b"Benchmarks complete for "
_TITLE = re.compile(r"Benchmarks complete for (?P<model>\S{1,200}) on (?P<data>\S{1,200}) at imgsz=(?P<size>\d{1,5})\b")
_HEAD = re.compile(r"\s+Format +Status\S* +Size \(MB\) +(?P<metric>\S+)")
_ROW = re.compile(r"\d{1,3} +(?P<format>\S.{0,40}?) +\S{1,3} +[\d.]+ +(?P<text>\d\.\d+)(?:\s|$)")
_TABLE = 40
"""Lines that a title and its table may take."""


@dialect("ultralytics benchmarks of formats", _MARK)
class UltralyticsBenchmarks:
    """Reads a table below each title; each format is an export of the weights, and evaluated by itself."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.title: re.Match[str] | None = None
        self.meaning: Meaning | None = None
        self.left = 0

    @property
    def is_open(self) -> bool:
        return self.left > 0

    def feed(self, window: Window) -> Iterator[Record]:
        at, data = window.start, window.data
        if not self.left:
            at = data.find(_MARK, at)
        while 0 <= at < len(data):
            end = line_end(data, at)
            text = data[at:end].decode(errors="replace")
            yield from self._line(text, Where(self.path, window.line_at(at)))
            at = past_end(data, end) if self.left else data.find(_MARK, end)

    def close(self) -> Iterator[Record]:
        return iter(())

    def _line(self, text: str, where: Where) -> Iterator[Record]:
        self.left -= 1
        if title := _TITLE.match(text):
            self.title, self.meaning, self.left = title, None, _TABLE
            yield from self._settings(title, where)
        elif head := _HEAD.match(text):
            self.meaning = metric_of(head["metric"])
        elif (row := _ROW.match(text)) and self.title and self.meaning and is_score(row["text"], percent=False):
            yield Evaluation(
                *(self.meaning.task, metrics([(self.meaning.metric, row["text"])]), where, self.origin),
                task_stated=self.meaning.stated,
                data_set=PurePosixPath(self.title["data"]).stem,
                weights=f"{self.title['model']}, {row['format']}",
                family=self.meaning.family or "coco",
            )

    def _settings(self, title: re.Match[str], where: Where) -> Iterator[Setting]:
        yield from declared("imgsz", title["size"], where)
