"""Keras: the losses that its progress bar tells at the end of an epoch, as Mask R-CNN, RetinaNet and YOLO print them.

    Epoch 1/20
    100/100 [==============================] - 1976s 20s/step - loss: 14.45 - rpn_bbox_loss: 12.3 - val_loss: 9.1

A training without a loss of boxes is of another trade.
"""

import re
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event, Origin, Setting, Where
from fcosreport.vocabulary.metric_names import curve_of
from fcosreport.vocabulary.metrics import number

_BAR = re.compile(rb"s/step - (?P<losses>[^\r\n\x08]*)(?=[\r\n\x08])")
_WHOLE = re.compile(rb"(?<![\d/])(\d{1,9})/\1(?!\d)")
"""How a bar begins that is at its end."""
_EPOCH = re.compile(rb"Epoch (\d{1,6})/(\d{1,6})[ \t]*[\r\n]")
_PAIR = re.compile(r"(?:^| - )([A-Za-z_]\w*): ([\w.+-]+)(?=\s|$)")
_OF_BOXES = re.compile(r"rpn|bbox|box|regression|[gcd]iou|yolo|objectness|anchor")
_WIDE = 300  # bytes of a bar before its losses


@dialect("Keras: Mask R-CNN, RetinaNet, YOLO", b"s/step - ", b" - ETA: ")
class Keras(Windowed):
    """Keeps the last state of each epoch's bar."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.epoch = self.of = 0  # that is trained, and the last of all
        self.line = 0  # where it began
        self.told = 0  # the last of which the losses were told
        self.bar: Row | None = None  # what its bar says so far, which may be printed again

    def found(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        at = 0
        for bar, where in self.places(_BAR, window) if self.origin == "log" else ():
            self._begin(window, at, bar.start())
            at = bar.start()
            losses = _losses(bar["losses"].decode(errors="replace"))
            if not self.epoch or not any(map(_OF_BOXES.search, losses)) or not _is_whole(window.data, at):
                continue
            window.follow()  # although the bar is told when the next epoch begins
            if self.epoch > self.told and self.bar:
                rows.append(self.bar)
            if not self.told:
                yield from self._samples(rows)
                yield Event("started", f"Epoch {self.epoch}/{self.of}", where, epoch=self.epoch)
                yield Setting("epochs", self.of, str(self.of), where)
                rows = []
            self.told, self.bar = self.epoch, (tuple(losses), self.epoch, list(losses.values()), where.line)
        self._begin(window, at, len(window.data))
        yield from self._samples(rows)

    def close(self) -> Iterator[Record]:
        yield from self._samples([self.bar] if self.bar else [])

    def _samples(self, rows: list[Row]) -> Iterator[Record]:
        return samples(rows, partial(Where, self.path), "epoch")

    def _begin(self, window: Window, start: int, stop: int) -> None:
        """Note the epochs that begin in `data[start:stop]`, of which a window repeats some."""
        for epoch in _EPOCH.finditer(window.data, start, stop):
            line = window.line_at(epoch.start())
            if line > self.line:
                self.line, self.epoch, self.of = line, int(epoch[1]), int(epoch[2])
                self.told = self.told if self.epoch > self.told else 0


def _is_whole(data: bytes, at: int) -> bool:
    """Whether the bar before `data[at]` is at its end."""
    begin = max(data.rfind(end, max(0, at - _WIDE), at) for end in (b"\r", b"\n", b"\x08"))
    return _WHOLE.search(data, max(begin, at - _WIDE, 0), at) is not None


def _losses(text: str) -> dict[str, float]:
    said = ((curve_of(pair[1]), pair[2]) for pair in _PAIR.finditer(text))
    return {curve: value for curve, text in said if curve and "loss" in curve and (value := number(text)) is not None}
