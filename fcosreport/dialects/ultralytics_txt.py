"""`results.txt`, the table without a head that YOLOv5 before 2021 and YOLOv7 write: one row an epoch.

Losses come first, as many as the model has, the total last of them; then the objects and the size of the last batch,
four metrics, and the losses of validation. So a fork with a loss of its own (faces, key points) is read as well.
"""

import re
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_NUMBER = rb"(?:nan|(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d+)?)"
_ROW = re.compile(rb"[ \t]*(\d{1,6})/\d{1,6} +(\d+(?:\.\d+)?)([GM]?)((?: +" + _NUMBER + rb"){10,30})[ \t]*")
_LINE = re.compile(rb"[^\r\n]+")
_FIRST = ("box_loss", "obj_loss", "cls_loss")
_MORE = {0: (), 2: ("kpt_loss", "kptv_loss")}
_METRICS = ("P", "R", "AP50", "AP")
_VALIDATION = ("val/box_loss", "val/obj_loss", "val/cls_loss")


@dialect("ultralytics: results.txt of YOLOv5 and YOLOv7", paths=r"(?i)(?:^|/)results[^/]*\.txt$")
class UltralyticsTxt:
    """Reads row by row; what is no row is passed over."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.is_own = re.search(r"(?i)results[^/\\]*\.txt$", path) is not None

    def feed(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        for line in _LINE.finditer(window.data, window.start) if self.is_own else ():
            row = _ROW.fullmatch(line[0])
            texts = row[4].decode().split() if row else []
            losses = _losses(texts)
            if row and losses:
                where = Where(self.path, window.line_at(line.start()))
                first = len(losses) + 2  # behind them the objects and the size of the last batch
                validated = texts[first : first + 7]
                memory = float(row[2]) * (1 if row[3] == b"M" else 1024)
                names, values = ("memory", *losses), [memory, *map(float, texts[: len(losses)])]
                if any(map(float, validated)):  # else nothing was evaluated in this epoch: its losses are 0 as well
                    found = metrics(zip(_METRICS, validated[:4], strict=True))
                    yield from with_issues(Evaluation("bbox", found, where, self.origin, int(row[1])))
                    names, values = (*names, *_VALIDATION), [*values, *map(float, validated[4:])]
                rows.append((names, float(row[1]), values, where.line))
        yield from samples(rows, partial(Where, self.path), "epoch")

    def close(self) -> Iterator[Record]:
        return iter(())


def _losses(texts: list[str]) -> tuple[str, ...]:
    """The names of the losses that a row begins with: up to a count of objects and the size of an image."""
    for count in range(len(_FIRST) + 1, len(texts) - len(_METRICS) - len(_VALIDATION) - 1):
        objects, size = texts[count : count + 2]
        if objects.isdecimal() and size.isdecimal() and len(size) < 6 and int(size) >= 32 and int(size) % 32 == 0:
            others = count - len(_FIRST) - 1
            more = _MORE.get(others, tuple(f"loss_{number}" for number in range(4, 4 + others)))
            return (*_FIRST, *more, "loss")
    return ()
