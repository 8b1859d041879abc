"""Tables with metric names in their head: `results.csv` of ultralytics, of Lightning, of RF-DETR.

Any delimiter; a spreadsheet may have saved it again, and a head may come again where a training was resumed. Where the
epochs begin anew, another training was appended. One row an epoch or step; rows of one step that tell different things,
as Lightning writes them, are one evaluation. A table of several rows without a step compares runs, each of which is one
where a column names it, and so does one that names another in each row, as the list of runs that Weights & Biases
exports; or it has a row for each class, and perhaps one for all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.classes import is_overall
from fcosreport.grammar.csv_cells import delimiter_of, parted
from fcosreport.grammar.csv_heads import WIDE, Head, begins_table, head_of
from fcosreport.grammar.headings import are_of_models
from fcosreport.grammar.named_results import (
    are_of_detection,
    may_be_of_boxes,
    progress,
    results,
)
from fcosreport.grammar.statements import Progress
from fcosreport.grammar.windowed import Row, samples
from fcosreport.notes.run_table import names_runs, of_runs, swept
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Issue, Origin, Where
from fcosreport.vocabulary.metrics import number

CLASSES = 10_000
"""Rows of a table of classes."""
RUNS = 5_000
"""Rows of a table of runs."""
ALIKE, DIGITS = 3, 6
"""Classes, and characters of a number, from which on all have the same not by chance."""
_FIRST = 2  # below which an epoch or step is the first of a training
_SEVERAL = (
    "A table has several rows of one class, which another column tells apart. Its numbers are left out: keep a table"
    " for each."
)
_FILE = re.compile(r"(?i)\.(?:[ct]sv|(?P<text>txt|log))$")
_ANCHOR = b"metrics/mAP"
_PASTED = re.compile(rb"[\"' \t\xef\xbb\xbf]*epoch[\"' \t]*,[^\r\n]*metrics/mAP", re.I)
_NAMES = re.compile(
    rb"(?i)(?<![a-z])m?ap|(?<![a-z])m?ar[_\d]|map|precision|value|miou|mota|hota|nds|pq|dice|iou|pck|cocometric"
)
_COUNTED = re.compile(rb"[ \t\"']*-?\d+(?:\.\d*)?[ \t\"']*[,;\t]")
"""How a row begins, and no head: with a number."""
_WORD = re.compile(r"(?i)[^\W\d]{4,20}|(?:n/?a|oom)")
"""What stands for the result of a run that has none: `crash`, `failed`."""
_LINE = re.compile(rb"[^\r\n]+")
_TAG = re.compile(r"(?:.*tag-)?(.+)\.[ct]sv$")


class _Pending(NamedTuple):
    """What rows of one step have told."""

    row: dict[str, str]
    at: Progress
    where: Where
    label: str = ""
    model: str = ""


@dialect("CSV tables of results: ultralytics, Lightning, RF-DETR, dvclive", _ANCHOR, paths=_FILE.pattern)
class CsvResults:
    """Reads rows from the head on; what comes before a head is no such table."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        named = _FILE.search(path)
        self.is_table = bool(named and not named["text"])
        self.is_unknown = bool(named and named["text"])  # until its first line is seen
        self.head: Head | None = None
        self.pending: _Pending | None = None
        self.loose: list[tuple[int, list[str]]] = []  # rows of a table without steps
        self.classes: list[_Pending] = []  # of a table that has a row for each
        self.steps: tuple[int, int] | None = None  # the first and the last of the training
        self.named: list[tuple[int, list[str]]] = []  # rows with a step that name their run, of which each may have one

    @property
    def is_open(self) -> bool:
        return self.head is not None

    def feed(self, window: Window) -> Iterator[Record]:
        data, rows, place = window.data, list[Row](), partial(Where, self.path)
        if self.is_unknown and _LINE.search(data, window.start):
            self.is_unknown, self.is_table = False, begins_table(data[window.start : window.start + WIDE])
        if self.head is None and not (_NAMES.search(data, window.start) if self.is_table else _ANCHOR in data):
            return
        for line in _LINE.finditer(data, window.start):
            text = line[0][:WIDE]
            if head := None if _COUNTED.match(text) else self._headed(text):
                yield from self._end()
                yield from samples(rows, place, self.head.unit if self.head else "epoch")
                rows.clear()
                self.head = head
            elif self.head and (cells := self._cells(text, self.head)):
                where = Where(self.path, window.line_at(line.start()))
                if self.head.run is not None and len(self.named) < RUNS:
                    self.named.append((where.line, cells))
                else:
                    yield from self._row(self.head, cells, where, rows)
        yield from samples(rows, place, self.head.unit if self.head else "epoch")

    def close(self) -> Iterator[Record]:
        yield from self._end()

    def _end(self) -> Iterator[Record]:
        """What the table tells that has ended: a run a row where each has a name of its own, else the steps of one."""
        head, named, rows = self.head, self.named, list[Row]()
        self.named = []
        if head is None:
            return
        whole = [(line, cells) for line, cells in named if len(cells) == len(head.names)]
        if head.run is not None and len({cells[head.run] for _, cells in whole}) == len(whole) > 1:
            names = ["" if at in head.counters else name for at, name in enumerate(head.told)]
            yield from of_runs(names, whole, self.path)
            named = [(line, cells) for line, cells in named if len(cells) != len(head.names)]  # cut: to be told
        elif head.run is not None and are_of_models(list(dict.fromkeys(cells[head.run] for _, cells in whole))):
            yield from self._histories(head, named)
            return
        for line, cells in named:
            yield from self._row(head, cells, Where(self.path, line), rows)
        yield from samples(rows, partial(Where, self.path), head.unit)
        yield from self._flush()

    def _histories(self, head: Head, named: Sequence[tuple[int, list[str]]]) -> Iterator[Record]:
        """The results of several runs that stand in one table, each with the name of its run, which has no curves."""
        runs: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
        for line, cells in named:
            runs[cells[head.run or 0] if len(cells) == len(head.names) else ""].append((line, cells))
        for run, rows in runs.items():
            self.steps = None
            for line, cells in rows:
                yield from _of_model(self._row(head, cells, Where(self.path, line), []), run)
            yield from _of_model(self._flush(), run)

    def _headed(self, text: bytes) -> Head | None:
        """The head that a line is, if it is one."""
        if not (_NAMES.search(text) if self.is_table else _PASTED.match(text)):
            return None
        plain = text.replace(b"\xef\xbb\xbf", b"").decode(errors="replace")
        delimiter = delimiter_of(plain)
        return head_of(parted(plain, delimiter), delimiter, _TAG.fullmatch(re.split(r"[/\\]", self.path)[-1]))

    def _cells(self, text: bytes, head: Head) -> list[str]:
        """The cells of a row; none where the line is no row."""
        if self.origin == "note" and text.count(b",") < len(head.names) - 1:
            self.head = None  # the table that was pasted has ended
            return []
        cells = parted(text.decode(errors="replace"), head.delimiter)
        if head.delimiter != ",":
            cells = [re.sub(r"^(-?\d+),(\d+)$", r"\1.\2", cell) for cell in cells]
        if not head.counters or (head.run is not None and len(cells) == len(head.names)):
            return cells  # a run that broke down at once has no step
        first = head.counters[0]
        count = number(cells[first]) if first < len(cells) else None
        return cells if count is not None and 0 <= count < 1e12 else []

    def _row(self, head: Head, cells: list[str], where: Where, rows: list[Row]) -> Iterator[Record]:
        told = [at for at in head.metrics if at < len(cells) and cells[at]]
        odd = [at for at in told if number(cells[at]) is None]
        words = [at for at in odd if _WORD.fullmatch(cells[at])]
        if len(cells) != len(head.names) or len(words) < len(odd):
            yield Issue("A row of a results table is cut or garbled. Its numbers are left out; look at it.", where)
            return
        if words:
            cells = ["" if at in words else cell for at, cell in enumerate(cells)]
            told = [at for at in told if at not in words]
        at = progress({name: cells[index] for index, name in head.steps})
        if turn := self._turn(at, where):
            yield from self._flush()
            yield from samples(rows, partial(Where, self.path), head.unit)
            rows.clear()
            yield turn
        if not (head.counters or at.is_told) and head.label is None and len(self.loose) < RUNS:
            self.loose.append((where.line, cells))
        if told:
            new = _Pending({head.names[index]: cells[index] for index in told}, at, where)
            if head.label is not None and len(self.classes) < CLASSES:
                model = "" if head.model is None else cells[head.model]
                self.classes.append(new._replace(label=cells[head.label], model=model))
            else:
                yield from self._take(new)
        step = at.iteration if head.unit == "iteration" else at.epoch
        values = [number(cells[index]) for index, _ in head.curves] if step is not None else []
        if step is not None and (logged := [value for value in values if value is not None]):
            names = tuple([name for (_, name), value in zip(head.curves, values, strict=True) if value is not None])
            rows.append((names, float(step), logged, where.line))

    def _turn(self, at: Progress, where: Where) -> Event | None:
        """The start of another training, where the epochs or steps begin anew."""
        step = at.iteration if at.epoch is None else at.epoch
        if step is None:
            return None
        first, last = self.steps or (step, step)
        self.steps = (first, step)
        is_anew = step == first < last and first < _FIRST
        return Event("started", f"begins anew at {step} after {last}", where) if is_anew else None

    def _take(self, new: _Pending) -> Iterable[Record]:
        old = self.pending
        if old and new.at == old.at and new.at.is_told and not old.row.keys() & new.row.keys():
            self.pending = old._replace(row=old.row | new.row)
            return ()
        is_counted = bool(self.head and self.head.counters)  # if only in parts of an epoch
        told = self._flush() if old and (old.at.is_told or is_counted) else ()
        self.pending = new
        return told

    def _flush(self) -> Iterable[Record]:
        """What is told by the rows since the last step."""
        pending, classes, loose = self.pending, self.classes, self.loose
        self.pending, self.classes, self.loose = None, [], []
        is_of_runs = bool(loose) and self._are_of_runs(loose)
        one = results(pending.row, pending.where, self.origin, pending.at) if pending and not is_of_runs else ()
        if not (is_of_runs or classes):  # as nearly always
            return one
        return [*(self._of_runs(loose) if is_of_runs else one), *self._of_all_classes(classes)]

    def _are_of_runs(self, rows: Sequence[tuple[int, list[str]]]) -> bool:
        """Whether each of the rows without a step is of another run."""
        metrics = self.head.metrics if self.head else ()
        count = sum([any(cells[at] for at in metrics) for _, cells in rows])
        return count > 1 or bool(count and self.head and names_runs(self.head.names, rows))

    def _of_all_classes(self, rows: Sequence[_Pending]) -> Iterator[Record]:
        models = list(dict.fromkeys([each.model for each in rows]))
        if again := _again(rows):
            yield Issue(_SEVERAL, again.where)
        elif 1 < len(models) < len(rows):
            for model in models:
                yield from self._of_classes([each for each in rows if each.model == model], model)
        elif rows:
            yield from self._of_classes(rows, "")

    def _of_runs(self, rows: Sequence[tuple[int, list[str]]]) -> Iterator[Record]:
        """The rows of a table that has one for each run or model, where a column says of which."""
        names = self.head.told if self.head else ()
        if names[:1] == ("",) and all(number(cells[0]) is None for _, cells in rows):
            names = ("model", *names[1:])  # which pandas leaves out over the names of its rows
        of = self.head.names if self.head else ()
        if not (are_of_detection(of) or may_be_of_boxes(of)):
            return
        if names_runs(names, rows):
            yield from of_runs(names, rows, self.path)
        elif named := swept(names, rows):
            yield from of_runs(("run", *names), named, self.path)

    def _of_classes(self, rows: Sequence[_Pending], model: str) -> Iterator[Record]:
        """The results of a table of classes, `model` where it has several of these.

        What all classes share to the last digit is the mean over them.
        """
        first, scores = rows[0], (number(text) for each in rows for text in each.row.values())
        percent = any(1 < score <= 100 for score in scores if score is not None)
        is_parted = len(rows) < ALIKE or any(each.at.is_told or is_overall(each.label) for each in rows)
        shared = set[tuple[str, str]]() if is_parted else set.intersection(*(set(each.row.items()) for each in rows))
        means = {name: text for name, text in first.row.items() if (name, text) in shared and len(text) >= DIGITS}
        yield from _of_model(results(means, first.where, self.origin, first.at, percent=percent), model)
        has_mean = any(each.label.lower() == "map" for each in rows)  # which says of what the AP of the others is
        for each in rows:
            row = {name: text for name, text in each.row.items() if name not in means}
            category = None if is_overall(each.label) else each.label
            is_dice = any(name.lower() == "dice" for name in row)  # which beside a class is no loss and no game
            is_known = is_dice or has_mean
            for record in results(row, each.where, self.origin, each.at, percent=percent, is_known=is_known):
                if isinstance(record, Evaluation):
                    record = replace(record, category=category, weights=record.weights or model)
                yield record


def _of_model(records: Iterable[Record], model: str) -> Iterator[Record]:
    """The records; the results are of that model, or the run of that name."""
    for each in records:
        yield replace(each, weights=each.weights or model) if isinstance(each, Evaluation) else each


def _again(rows: Sequence[_Pending]) -> _Pending | None:
    """The first row of a class that had one already, at the same step of the same model."""
    seen = set[tuple[str, str, Progress]]()
    for each in rows:
        key = each.model, each.label, each.at
        if key in seen:
            return each
        seen.add(key)
    return None
