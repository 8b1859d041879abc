"""The tables that ultralytics writes beside a log: `results.csv`, and `results.txt` of YOLOv5 before 2021 and YOLOv7.

One row an epoch: losses, metrics and learning rates. The heads of a CSV tell what they are; those of a text are known.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import NamedTuple

from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Origin, Where
from fcosreport.vocabulary.metrics import metrics, with_issues
from fcosreport.vocabulary.tracker_names import curve_of, metric_of

COLUMNS = 200
"""Columns that a table may have."""

_HEAD = re.compile(rb"[\"' \t\xef\xbb\xbf]*epoch[\"' \t]*,[^\r\n]*metrics/mAP", re.I)
_LINE = re.compile(rb"[^\r\n]+")
_OLD = re.compile(rb"(\d{1,6})/\d{1,6} +(\d+(?:\.\d+)?)G?((?: +(?:nan|[\d.]+(?:e[-+]?\d+)?)){13})[ \t]*")
_OLD_HEADS = (
    *("epoch", "memory", "train/box_loss", "train/obj_loss", "train/cls_loss", "loss", "labels", "size"),
    *("metrics/precision", "metrics/recall", "metrics/mAP50", "metrics/mAP50-95"),
    *("val/box_loss", "val/obj_loss", "val/cls_loss"),
)


class _Column(NamedTuple):
    """What a column holds: a metric of a task, or a curve."""

    at: int
    metric: str = ""
    task: str = ""
    curve: str = ""


@dialect("ultralytics: results.csv, results.txt", b"metrics/mAP", paths=r"(?i)(?:\.csv|(?:^|/)results[^/]*\.txt)$")
class UltralyticsCsv:
    """Reads rows from the head on; what comes before a head is no such table."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.columns: list[_Column] = []
        self.width = 0
        self.is_text = re.search(r"(?i)results[^/\\]*\.txt$", path) is not None

    def feed(self, window: Window) -> Iterator[Record]:
        data, rows, place = window.data, list[Row](), partial(Where, self.path)
        for line in _LINE.finditer(data, window.start):
            text = line[0]
            if b"metrics/mAP" in text and _HEAD.match(text):
                yield from samples(rows, place, "epoch")
                rows.clear()
                self._head(text.replace(b"\xef\xbb\xbf", b"").decode(errors="replace").split(","))
                continue
            cells = self._cells(text)
            if not cells:
                continue
            where = Where(self.path, window.line_at(line.start()))
            values = _numbers(cells) if len(cells) == self.width else None
            if values is None:
                yield Issue("A row of a results table is cut or garbled. Its numbers are left out; look at it.", where)
                continue
            yield from self._evaluations(cells, values, where)
            curves = {each.curve: values[each.at] for each in self.columns if each.curve}
            rows.append((tuple(curves), values[0], list(curves.values()), where.line))
        yield from samples(rows, place, "epoch")

    def close(self) -> Iterator[Record]:
        return iter(())

    def _cells(self, text: bytes) -> list[str]:
        """The cells of a row; none where the line is no row."""
        if self.is_text:
            old = _OLD.fullmatch(text.strip())
            if old:
                self._head(list(_OLD_HEADS))
                return [old[1].decode(), str(1024 * float(old[2])), *old[3].decode().split()]
            return []
        if self.origin == "note" and text.count(b",") < self.width - 1:
            self.columns = []  # the table that was pasted has ended
        if not self.columns or not re.match(rb"[\"' \t]*\d", text):
            return []
        return [cell.strip("\"' \t") for cell in text[:20_000].decode(errors="replace").split(",")]

    def _head(self, heads: list[str]) -> None:
        names = [head.strip("\"' \t") for head in heads[:COLUMNS]]
        self.width, self.columns = len(names), []
        curves = set[str]()
        for at, name in enumerate(names):
            meaning = metric_of(name) if name.startswith("metrics/") else None
            curve = "memory" if name == "memory" else _curve(name)
            if meaning:
                self.columns.append(_Column(at, meaning.metric, meaning.task))
            elif curve and curve not in curves:  # the rates of other parameter groups are not the base rate
                curves.add(curve)
                self.columns.append(_Column(at, curve=curve))

    def _evaluations(self, cells: list[str], values: list[float], where: Where) -> Iterator[Record]:
        for task, group in groupby((each for each in self.columns if each.metric), key=lambda each: each.task):
            found = metrics((each.metric, cells[each.at] or "nan") for each in group)
            yield from with_issues(Evaluation(task, found, where, self.origin, int(values[0])))


def _curve(name: str) -> str | None:
    return "lr" if name in ("x/lr0", "lr/pg0") else curve_of(name) if "loss" in name else None


def _numbers(cells: list[str]) -> list[float] | None:
    try:
        values = [float(cell) if cell else float("nan") for cell in cells]
    except ValueError:
        return None
    return values if 0 <= values[0] < 1e7 else None
