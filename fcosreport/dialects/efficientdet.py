"""Yet-Another-EfficientDet-Pytorch: progress bars that tell step, epoch and losses, each ended by a carriage return."""

import re
from collections.abc import Iterator

from fcosreport.grammar.training_lines import NUMBER, TrainingLines
from fcosreport.grammar.windowed import Windowed, parted, starts
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event, Origin, Setting, Where

_HEAD = re.compile(rb"Step: (\d{1,12})\. Epoch: \d+/\d+\. Iteration: \d+/\d+\. ")
_EPOCHS = re.compile(rb"Step: \d+\. Epoch: \d+/(\d{1,6})\. Iteration")
_VAL = re.compile(rb"Val\. Epoch: (\d{1,7})/\d+\. ")
_PAIR = re.compile(
    rb"(?<!\w)((?:Cls|Reg|Total|Classification|Regression) loss): *(" + NUMBER + rb")()(?=\.?(?:[\s:\\]|$))"
)
_STARTED = re.compile(
    rb"\[Info\] (?:loaded weights: ([^\r\n]{1,300}?), resuming checkpoint from step: (\d{1,12})|initializing weights)"
)
_TESTED = re.compile(rb"running coco-style evaluation on project [^\r\n,]{1,200}, weights ([^\r\n]{1,300}?)\.{3}")
_TRAINING = {"Total loss": "loss"}
_VALIDATION = {"Total loss": "val_loss", "Classification loss": "val Cls loss", "Regression loss": "val Reg loss"}


@dialect(
    "Yet-Another-EfficientDet-Pytorch",
    *(b". Iteration: ", b"Val. Epoch: ", b"[Info] loaded weights", b"[Info] init", b"running coco-style evaluation"),
)
class Efficientdet(Windowed):
    """Reads the losses of training and validation, and the weights that a test loads."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.lines = TrainingLines(path, _HEAD, pair=_PAIR, names=_TRAINING)
        self.validation = TrainingLines(path, _VAL, pair=_PAIR, names=_VALIDATION, unit="epoch")

    def found(self, window: Window) -> Iterator[Record]:
        for begin, stop, start in parted(window, starts(_STARTED, window)):
            line = window.line_at(begin)
            yield from self.lines.read(window.data, begin, stop, line)
            yield from self.validation.read(window.data, begin, stop, line)
            yield from self.planned(_EPOCHS, window, begin, stop)
            if start:
                self.epochs = b""
                yield from self._declared(start, self.where(window, stop))

        for match, where in self.places(_TESTED, window):
            weights = match[1].decode(errors="replace")
            yield Setting("weights", weights, weights, where)

    def _declared(self, start: re.Match[bytes], where: Where) -> Iterator[Record]:
        text = start[0].decode(errors="replace")
        yield Event("started", f"EfficientDet {text}", where)
        yield Setting("framework", "efficientdet", "[Info]", where, True)
        if start[1]:
            weights, step = start[1].decode(errors="replace"), int(start[2])
            yield Setting("weights", weights, weights, where)
            if step:
                yield Event("resumed", text, where, iteration=step)
