"""PaddleDetection: `ppdet.engine INFO: Epoch: [0] [ 20/791] learning_rate: ...`, its VOC result, its categories."""

import re
from collections.abc import Iterator

from fcosreport.grammar.category_table import CategoryTables
from fcosreport.grammar.numbers import is_score, metrics
from fcosreport.grammar.statements import FAR, Statements
from fcosreport.grammar.training_lines import NAMES, NUMBER, TrainingLines
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Setting, Where

_HEAD = re.compile(rb"Epoch: \[(\d{1,7})\] \[ *(\d{1,9})/(\d{1,9})\] (?=learning_rate: )")
_LAST = re.compile(rb"Epoch: \[(\d{1,7})\] \[")
_FIRST = re.compile(rb"Epoch: \[0\] \[ *0/\d+\] learning_rate: ")
_OLD_HEAD = re.compile(rb"-INFO: iter: (\d{1,12}), (?=lr: )")
_OLD_PAIR = re.compile(rb"(?<![\w.])'?([A-Za-z_][\w.]*)'?: *'?(" + NUMBER + rb")()(?=['\s,]|$)")
_TABLE = re.compile(rb"Per-category of (?P<task>bbox|segm|keypoints) AP:")
_VOC = re.compile(rb"ppdet\.metrics\.metrics INFO: mAP\((0\.\d+), (?:integral|11point)\) = (\d{1,3}\.\d+)%")
_SAMPLES = re.compile(
    rb"ppdet\.data\.source\.\w+ INFO: Load \[(\d{1,9}) samples valid, \d+ samples invalid\] in file "
    rb"([^\r\n]{1,300}?)\.?(?=[\s\x1b\\]|$)"
)
_LOADED = re.compile(
    rb"ppdet\.utils\.checkpoint INFO: Finish (?:loading model weights: |resuming model weights: )([^\s\x1b]{1,300})"
)
_NAMES = {**NAMES, "batch_cost": "time", "data_cost": "data_time", "max_mem_allocated": "memory"}


@dialect("PaddleDetection", b"ppdet.", b"] learning_rate: ", b"Per-category of ", b"-INFO: iter: ")
class Paddledetection:
    """Reads PaddleDetection 2, and the training lines of the versions before."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.lines = TrainingLines(path, _HEAD, step=_step, names=_NAMES)
        self.old = TrainingLines(path, _OLD_HEAD, pair=_OLD_PAIR)
        self.tables = CategoryTables(path, origin, _TABLE, {"AP": "AP"}, percent=False, said=_said)

    def feed(self, window: Window) -> Iterator[Record]:
        yield from sorted(self._found(window), key=lambda record: record.where.line)

    def close(self) -> Iterator[Record]:
        return self.tables.close()

    def _found(self, window: Window) -> Iterator[Record]:
        data, at = window.data, window.start
        for start in _FIRST.finditer(data, at):
            yield from self._trained(window, at, start.start())
            where = Where(self.path, window.line_at(start.start()))
            yield Event("started", "PaddleDetection epoch 0", where)
            yield Setting("framework", "paddledetection", "learning_rate", where, True)
            at = start.start()
        yield from self._trained(window, at, len(data))
        yield from self._said(window)
        yield from self.tables.feed(window)
        if self.origin == "log":
            yield from self._results(window)

    def _trained(self, window: Window, start: int, stop: int) -> Iterator[Record]:
        line = window.line_at(start)
        yield from self.lines.read(window.data, start, stop, line)
        yield from self.old.read(window.data, start, stop, line)

    def _said(self, window: Window) -> Iterator[Setting]:
        for match in _SAMPLES.finditer(window.data, window.start):
            where, file = Where(self.path, window.line_at(match.start())), match[2].decode(errors="replace")
            use = "train" if "train" in file.lower() else "val" if re.search("val|test", file, re.I) else ""
            if use:
                yield Setting(f"{use}_data", file, file, where)
                yield Setting(f"{use}_images", int(match[1]), match[1].decode(), where)
        for match in _LOADED.finditer(window.data, window.start):
            where, path = Where(self.path, window.line_at(match.start())), match[1].decode(errors="replace")
            yield Setting("weights", path, path, where)

    def _results(self, window: Window) -> Iterator[Evaluation]:
        """VOC results, which have no block. In prose about a log they are no result of the note."""
        for match in _VOC.finditer(window.data, window.start):
            where, text = Where(self.path, window.line_at(match.start())), match[2].decode()
            epoch = _said(window.data, match.start()).epoch
            if is_score(text):
                found = metrics([(f"AP{100 * float(match[1]):.3g}", text)], percent=True)
                yield Evaluation("bbox", found, where, self.origin, epoch, task_stated=False)


def _said(data: bytes, stop: int) -> Statements:
    """The epoch of the training line before `data[stop]`; `Eval iter: 100` counts images."""
    at = data.rfind(b"Epoch: [", max(0, stop - FAR), stop)
    last = _LAST.match(data, at, stop) if at >= 0 else None
    return Statements(None, int(last[1])) if last else Statements()


def _step(epoch: bytes, iteration: bytes, iterations: bytes) -> int:
    return int(epoch) * int(iterations) + int(iteration)
