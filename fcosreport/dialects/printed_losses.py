"""Losses that a training loop of one's own prints, each epoch or now and then, with the epoch in the line or above it.

    Epoch [3/10] Train Loss: 0.6512 Val Loss: 0.6512                                    hand-made
    epoch: 1 |loss 3.200000 | hm_loss 2.100000 | wh_loss 5.0 | time 10.2                CenterNet
    Epoch: 0 | Iteration: 0 | Classification loss: 1.12 | Regression loss: 0.98         pytorch-retinanet
    Val. Epoch: 1/10. Classification loss: 0.9. Regression loss: 0.4. Total loss: 1.3   EfficientDet in PyTorch

Of each epoch the last losses count. Losses of boxes say that a detector is trained, or else its name before them;
beside an accuracy alone they are of another trade.
"""

import re
from collections import deque
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.lines import line_begin, line_end, since
from fcosreport.grammar.training_lines import NUMBER
from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event, Origin, Setting, Where
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metrics import number

WIDE = 1_000
"""Bytes of a line that are looked at."""
LAST = 16
"""Lines with losses at the end of an epoch, the last of which count."""
TRIED = 2_000
"""Lines that may say that a detector is trained."""
EPOCHS = 100_000
"""Epochs that are held back."""

_TRAINED = re.compile(rb"epoch|loss")
_MARK = re.compile(
    _TRAINED.pattern + rb"|ap_?@?(?:50|0?\.5)|r-?cnn|yolo|retinanet|detr|ssd|fcos|centernet|efficientdet"
)
"""What is looked for in small letters, as long as nothing has said that a detector is trained."""
_EPOCH = re.compile(
    rb"(?i)(?<![a-z_/-])epoch(?:[ :#=|]{0,3}[\[(]?|_)[ ]*(\d{1,6})(?!\.\d)(?: ?(?:/|of) ?(\d{1,6}))?(?![\w.%]*\.pth?\b)"
)
_LOSS = re.compile(
    rb"(?i)(?<![\w./-])(?P<name>(?:[a-z][\w/-]* ){0,2}?[\w/-]*loss(?:es)?[\w/-]*)(?: ?\(\w{1,12}\))?"
    rb" {0,2}[:=]? {0,4}(?P<value>" + NUMBER + rb")(?=[\s,;|)\]]|\.(?!\d)|$)"
)
_OF_BOXES = re.compile(
    r"rpn|box|regr?(?:ession)?_|[gcd]iou|iou_|yolo|objectness|anchor|(?:^|_)(?:obj|loc|wh|off|hm|dfl|conf|noobj|roi"
    r"|center\w*|landm|mask)(?:_|$)"
)
_OF_DETECTOR = re.compile(rb"mAP_?@?(?:50|0?\.5)|\bAP_?50|map_50")
_OF_CLASSIFIER = re.compile(rb"(?i)\bacc(?:uracy)?\b")
_OF_VALIDATION = re.compile(rb"(?i)\W*(?:\[?val|\S* ?- ?val|validation)")
_OTHER = re.compile(r"best|min|lowest|prev|patience|delta|weight|improve|early")
_WHOLE = ("total_loss", "train_loss", "loss_total", "all_loss", "losses")
_FOLDERS = 3  # the last parts of a path, which are of the project and the run
_FIRST = 2
"""Epochs that a training begins with, however it counts them."""
_SPEAKING = re.compile(r"^(?:(?:train(?:ing)?|average|avg|mean|running|epoch|current|batch)_)+(?=.*loss)")


@dialect("Losses of a training loop of one's own", b"Loss", b"loss", gives_way=True)
class PrintedLosses(Windowed):
    """Holds all back until something says that a detector is trained, and gives way to who knows the training lines."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.epoch: int | None = None
        self.of = 0  # epochs that are planned
        self.lines = deque[bytes](maxlen=LAST)  # with losses of this epoch
        self.line = 0  # where they were told first
        self.tried = 0  # lines that may have said that a detector is trained
        self.next = 1  # line that is read next
        self.rows: list[Row] = []  # of the epochs before
        self.ready: list[Record] = []
        self.last = -1  # the epoch of the last row
        self.is_known = False  # that a detector is trained
        folders = re.split(r"[/\\]", path)[-_FOLDERS:]
        self.is_named = bool(detectors("/".join(folders)))  # by its path, which counts where no accuracy is told
        self.is_left = origin == "note"  # to a dialect that reads the training lines of a framework

    def found(self, window: Window) -> Iterator[Record]:
        first = past = since(window, self.next)  # epochs and names may stand in lines without a loss
        self.is_left = self.is_left or window.is_followed
        text = b"" if self.is_left else window.data[first:].lower()
        for mark in (_TRAINED if self.is_known else _MARK).finditer(text):
            if (at := first + mark.start()) >= past:
                begin = max(line_begin(window.data, at), past)
                past = max(line_end(window.data, at), at + 1)
                self._line(window.data[begin : min(past, begin + WIDE)], window.line_at(begin))
        self.next = window.line_at(len(window.data))
        yield from self._told()

    def close(self) -> Iterator[Record]:
        self._end()
        yield from self._told(is_whole=True)

    def _line(self, line: bytes, at: int) -> None:
        if epoch := _EPOCH.search(line):
            self._begin(int(epoch[1]), int(epoch[2] or 0))
        if has_loss := b"loss" in line.lower() and self.epoch is not None:
            self.line = self.line or at
            self.lines.append(line)
            self.is_named = self.is_named and not _OF_CLASSIFIER.search(line)
        if not self.is_known and self.tried < TRIED:
            self.tried += 1
            is_of_boxes = has_loss and any(map(_OF_BOXES.search, _losses(line)))
            self.is_known = is_of_boxes or bool(_OF_DETECTOR.search(line)) or _names_detector(line)

    def _begin(self, epoch: int, of: int) -> None:
        if epoch != self.epoch:
            self._end()
        self.epoch, self.of = epoch, of or self.of

    def _end(self) -> None:
        """Keep what the epoch has told; one that is no later than the last is of another training."""
        losses: dict[str, float] = {}
        for line in self.lines:
            losses |= _losses(line)
        if losses and self.epoch is not None and len(self.rows) < EPOCHS:
            where = Where(self.path, self.line)
            if self.last < 0 or self.epoch < min(self.last, _FIRST):
                self._flush()
                self.ready.append(Event("started", f"epoch {self.epoch}", where, epoch=self.epoch))
            if self.of and self.epochs != b"%d" % self.of:
                self.epochs = b"%d" % self.of
                self.ready.append(Setting("epochs", self.of, str(self.of), where))
            self.last = self.epoch
            self.rows.append((tuple(losses), float(self.epoch), list(losses.values()), self.line))
        self.lines.clear()
        self.line = 0

    def _flush(self) -> None:
        self.ready += samples(self.rows, partial(Where, self.path), "epoch")
        self.rows = []

    def _told(self, *, is_whole: bool = False) -> Iterator[Record]:
        if (self.is_known or (self.is_named and is_whole)) and not self.is_left:
            self._flush()
            yield from self.ready
            self.ready = []


def _names_detector(line: bytes) -> bool:
    return not _OF_CLASSIFIER.search(line) and bool(detectors(line.decode(errors="replace")))


def _losses(line: bytes) -> dict[str, float]:
    """The losses that a line tells, by the names of curves; those of a validation begin with `val_`."""
    before = "val_" if _OF_VALIDATION.match(line) else ""
    found: dict[str, float] = {}
    for loss in _LOSS.finditer(line):
        name = _SPEAKING.sub("", "_".join(loss["name"].decode(errors="replace").lower().split()))
        name = re.sub("^validation_", "val_", name)
        value = number(loss["value"].decode())
        if value is not None and not _OTHER.search(name):
            name = name if not before or name.startswith("val") else before + name
            found.setdefault("loss" if name in _WHOLE else name, value)
    return found
