"""PaddleDetection: `ppdet.engine INFO: Epoch: [0] [ 20/791] learning_rate: ...`, its VOC result, its categories."""

import re
from collections.abc import Iterator

from fcosreport.grammar.category_table import CategoryTables
from fcosreport.grammar.training_lines import NAMES, NUMBER, TrainingLines
from fcosreport.grammar.windowed import LastTrained, Windowed, parted, starts
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Setting
from fcosreport.vocabulary.metrics import is_score, metrics

_HEAD = re.compile(rb"Epoch: \[(\d{1,7})\] \[ *(\d{1,9})/(\d{1,9})\] (?=learning_rate: )")
_place_in_run = LastTrained(b"Epoch: [", re.compile(rb"Epoch: \[(\d{1,7})\] \["))  # `Eval iter: 100` counts images
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
class Paddledetection(Windowed):
    """Reads PaddleDetection 2, and the training lines of the versions before."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.lines = TrainingLines(path, _HEAD, step=_step, names=_NAMES)
        self.old = TrainingLines(path, _OLD_HEAD, pair=_OLD_PAIR)
        self.tables = CategoryTables(path, origin, _TABLE, {"AP": "AP"}, percent=False, said=_place_in_run)

    def close(self) -> Iterator[Record]:
        return self.tables.close()

    @property
    def is_open(self) -> bool:
        return self.tables.is_open

    def found(self, window: Window) -> Iterator[Record]:
        for begin, stop, start in parted(window, starts(_FIRST, window)):
            line = window.line_at(begin)
            yield from self.lines.read(window.data, begin, stop, line)
            yield from self.old.read(window.data, begin, stop, line)
            if start:
                where = self.where(window, stop)
                yield Event("started", "PaddleDetection epoch 0", where)
                yield Setting("framework", "paddledetection", "learning_rate", where, True)
        yield from self._declared(window)
        yield from self.tables.feed(window)
        if self.origin == "log":
            yield from self._results(window)

    def _declared(self, window: Window) -> Iterator[Setting]:
        for match, where in self.places(_SAMPLES, window):
            file = match[2].decode(errors="replace")
            use = "train" if "train" in file.lower() else "val" if re.search("val|test", file, re.I) else ""
            if use:
                yield Setting(f"{use}_data", file, file, where)
                yield Setting(f"{use}_images", int(match[1]), match[1].decode(), where)
        for match, where in self.places(_LOADED, window):
            path = match[1].decode(errors="replace")
            yield Setting("weights", path, path, where)

    def _results(self, window: Window) -> Iterator[Evaluation]:
        """VOC results, which have no block. In prose about a log they are no result of the note."""
        for match, where in self.places(_VOC, window):
            epoch, text = _place_in_run(window.data, match.start()).epoch, match[2].decode()
            if is_score(text):
                found = metrics([(f"AP{100 * float(match[1]):.3g}", text)], percent=True)
                yield Evaluation("bbox", found, where, self.origin, epoch, task_stated=False)


def _step(epoch: bytes, iteration: bytes, iterations: bytes) -> int:
    return int(epoch) * int(iterations) + int(iteration)
