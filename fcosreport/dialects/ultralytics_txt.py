"""`results.txt`, the table without a head that YOLOv3, YOLOv5 before 2021 and YOLOv7 write: one row an epoch.

Losses come first, as many as the model has, the total last of them; then the objects and the size of the last batch,
four metrics, and the losses of validation. So a fork with a loss of its own (faces, key points) is read as well.

The fourth metric is AP, and in YOLOv3 F1: that is what follows from precision and recall in each row.
"""

import re
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Setting, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_NUMBER = rb"(?:nan|(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d+)?)"
_ROW = re.compile(rb"[ \t]*(\d{1,6})/(\d{1,6}) +(\d+(?:\.\d+)?)([GM]?)((?: +" + _NUMBER + rb"){10,30})[ \t]*")
_LINE = re.compile(rb"[^\r\n]+")
_FIRST = ("box_loss", "obj_loss", "cls_loss")
_MORE = {0: (), 2: ("kpt_loss", "kptv_loss")}
_METRICS = ("P", "R", "AP50", "AP")
_F1_OFF = 0.05
"""How much of itself a mean over classes may be from the F1 of mean precision and recall."""
_VALIDATION = ("val/box_loss", "val/obj_loss", "val/cls_loss")


@dialect("ultralytics: results.txt of YOLOv3, YOLOv5 and YOLOv7", paths=r"(?i)(?:^|/)results[^/]*\.txt$")
class UltralyticsTxt:
    """Reads row by row; what is no row is passed over."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.is_own = re.search(r"(?i)results[^/\\]*\.txt$", path) is not None
        self.last = -1  # epoch of the schedule
        self.tells_ap = False
        self.held: list[tuple[int, list[str], Where]] = []  # results of which all may tell F1

    def feed(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        for line in _LINE.finditer(window.data, window.start) if self.is_own else ():
            row = _ROW.fullmatch(line[0])
            texts = row[5].decode().split() if row else []
            losses = _losses(texts)
            if row and losses:
                where = Where(self.path, window.line_at(line.start()))
                if self.last != int(row[2]):
                    self.last = int(row[2])
                    yield Setting("epochs", self.last + 1, f"{int(row[1])}/{self.last}", where)
                first = len(losses) + 2  # behind them the objects and the size of the last batch
                validated = texts[first : first + 7]
                memory = float(row[3]) * (1 if row[4] == b"M" else 1024)
                names, values = ("memory", *losses), [memory, *map(float, texts[: len(losses)])]
                if any(map(float, validated)):  # else nothing was evaluated in this epoch: its losses are 0 as well
                    self.held.append((int(row[1]), validated[:4], where))
                    self.tells_ap = self.tells_ap or not _may_be_f1(*map(float, validated[:4]))
                    names, values = (*names, *_VALIDATION), [*values, *map(float, validated[4:])]
                rows.append((names, float(row[1]), values, where.line))
        if self.tells_ap:
            yield from self._results("AP")
        yield from samples(rows, partial(Where, self.path), "epoch")

    def close(self) -> Iterator[Record]:
        # of a single row it may be by chance, unless AP were above AP50
        is_f1 = len(self.held) > 1 or any(float(last) > float(ap50) for _, (*_, ap50, last), _ in self.held)
        yield from self._results("F1" if is_f1 else "AP")

    def _results(self, last: str) -> Iterator[Record]:
        held, self.held = self.held, []
        for epoch, texts, where in held:
            found = metrics(zip((*_METRICS[:-1], last), texts, strict=True))
            yield from with_issues(Evaluation("bbox", found, where, self.origin, epoch))


def _losses(texts: list[str]) -> tuple[str, ...]:
    """The names of the losses that a row begins with: up to a count of objects and the size of an image."""
    for count in range(len(_FIRST) + 1, len(texts) - len(_METRICS) - len(_VALIDATION) - 1):
        objects, size = texts[count : count + 2]
        if objects.isdecimal() and size.isdecimal() and len(size) < 6 and int(size) >= 32 and int(size) % 32 == 0:
            others = count - len(_FIRST) - 1
            more = _MORE.get(others, tuple(f"loss_{number}" for number in range(4, 4 + others)))
            return (*_FIRST, *more, "loss")
    return ()


def _may_be_f1(precision: float, recall: float, _ap50: float, last: float) -> bool:
    mean = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return abs(mean - last) <= _F1_OFF * mean
