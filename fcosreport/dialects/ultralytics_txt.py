"""`results.txt`, the table without a head that YOLOv5 before 2021 and YOLOv7 write: one row an epoch.

What a column holds is told by their number: 15 for boxes, 17 where YOLOv7 looks for key points as well.
"""

import re
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_NUMBER = rb"(?:nan|[\d.]+(?:e[-+]?\d+)?)"
_ROW = re.compile(rb"[ \t]*(\d{1,6})/\d{1,6} +(\d+(?:\.\d+)?)([GM]?)((?: +" + _NUMBER + rb"){13,15})[ \t]*")
_LINE = re.compile(rb"[^\r\n]+")
_LOSSES = {
    13: ("box_loss", "obj_loss", "cls_loss", "loss"),
    15: ("box_loss", "obj_loss", "cls_loss", "kpt_loss", "kptv_loss", "loss"),
}
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
            losses = _LOSSES.get(len(texts))
            if row and losses and all(text.count(".") < 2 for text in texts):
                where = Where(self.path, window.line_at(line.start()))
                first = len(losses) + 2  # behind them the objects and the size of the last batch
                found = metrics(zip(_METRICS, texts[first : first + 4], strict=True))
                yield from with_issues(Evaluation("bbox", found, where, self.origin, int(row[1])))
                memory = float(row[2]) * (1 if row[3] == b"M" else 1024)
                values = [memory, *map(float, (*texts[: len(losses)], *texts[first + 4 :]))]
                rows.append((("memory", *losses, *_VALIDATION), float(row[1]), values, where.line))
        yield from samples(rows, partial(Where, self.path), "epoch")

    def close(self) -> Iterator[Record]:
        return iter(())
