"""Darknet: what `detector map` prints, and the line of each iteration of a training.

class_id = 1, name = bicycle, ap = 72.58%   	 (TP = 346, FP = 180)
 for conf_thresh = 0.25, precision = 0.74, recall = 0.62, F1-score = 0.67
 IoU threshold = 50 %, used Area-Under-Curve for each unique Recall
 mean average precision (mAP@0.50) = 0.639302, or 63.93 %
 1200: 0.432151, 0.521000 avg loss, 0.001000 rate, 2.532000 seconds, 76800 images, 3.2 hours left
"""

import re
from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from fcosreport.grammar.class_lines import ClassLine, class_line
from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_N = rb"-?(?:\d{1,9}(?:\.\d{1,20})?(?!\d|\. ?\d)|nan)"  # which none is that was torn apart, as `0. 9885`
_TOLD = re.compile(
    rb"(?P<listing>calculation mAP \(mean)"
    rb"|(?P<of_class>class_id = \d+, name = [^\r\n]{1,80}?, +ap = " + _N + rb" ?%)"
    rb"|thresh = [\d.]+, precision = (?P<P>" + _N + rb"), recall = (?P<R>" + _N + rb"), F1-score = (?P<F1>" + _N + rb")"
    rb"|IoU threshold = (?P<iou>\d{1,2}) ?%"
    rb"|mean average precision \(mAP(?:@(?P<at>0?\.\d{1,4}))?\) = (?P<mean>" + _N + rb")"
    rb"|^ *(?P<iteration>\d{1,9}): (?P<loss>"
    + _N
    + rb"), (?P<average>"
    + _N
    + rb") avg(?: loss)?, (?P<lr>"
    + _N
    + rb") rate, ",
    re.M,
)
_CURVES = {"average": "loss", "loss": "batch_loss", "lr": "lr"}


@dialect(
    "Darknet: `detector map` and its training",
    *(
        b"mean average precision (mAP",
        b"class_id = ",
        b"F1-score = ",
        b"IoU threshold = ",
        b" rate, ",
        b"calculation mAP",
    ),
)
class Darknet:
    """Reads a listing of classes with what stands below it; the mean ends it."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.iteration: int | None = None
        self._begin()

    def _begin(self) -> None:
        self.classes: list[tuple[ClassLine, Where]] = []
        self.side: dict[str, str] = {}
        self.iou = ""

    def feed(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        for told in _TOLD.finditer(window.data, window.start):
            where = Where(self.path, window.line_at(told.start()))
            if told["mean"]:
                yield from self._result(told, where)
            elif told["iteration"]:
                self.iteration = int(told["iteration"])
                values = [float(told[name]) for name in _CURVES]
                rows.append((tuple(_CURVES.values()), self.iteration, values, where.line))
            else:
                self._note(told, where)
        yield from samples(rows if self.origin == "log" else (), partial(Where, self.path))

    def close(self) -> Iterator[Record]:
        return iter(())

    def _note(self, told: re.Match[bytes], where: Where) -> None:
        if told["listing"]:
            self._begin()
        elif told["of_class"] and (each := class_line(told["of_class"].decode(errors="replace"))):
            self.classes.append((each, where))
        elif told["P"]:
            self.side = {name: told[name].decode() for name in ("P", "R", "F1")}
        elif told["iou"]:
            self.iou = told["iou"].decode()

    def _result(self, told: re.Match[bytes], where: Where) -> Iterator[Record]:
        """The AP of each class and the mean, whose line or that above it tells the IoU of all."""
        iou = f"{round(100 * float(told['at']))}" if told["at"] else self.iou
        made = Evaluation("bbox", (), where, self.origin, None, self.iteration, task_stated=False, family="voc")
        for each, place in self.classes:
            found = metrics([(f"AP{iou}", each.text)], percent=True)
            yield from with_issues(replace(made, metrics=found, where=place, category=each.name, also=(where,)))
        if iou or self.classes:
            found = metrics([(f"AP{iou}", told["mean"].decode()), *self.side.items()])
            yield from with_issues(replace(made, metrics=found))
        self._begin()
