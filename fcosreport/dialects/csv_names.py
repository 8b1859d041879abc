"""CSV tables in which a column holds the names of the metrics, and others their values.

IoU,72.18                 metric,value              Metric,YOLOv8n,YOLOv8s    epoch,metric,value
Dice,83.11                mAP50,0.712               mAP50,0.712,0.741         10,PCK@0.2,0.7281

With or without a head; what columns beside each other are of is told by their titles, and a column of values may have
others before it that say of which epoch, model, class or split each is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.classes import is_category, is_overall
from fcosreport.grammar.csv_cells import delimiter_of, parted
from fcosreport.grammar.named_results import is_counter, progress, results
from fcosreport.grammar.upright import Of, columns_of
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.beside import meanings
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import metric_of, slice_of, split_of
from fcosreport.vocabulary.metrics import number

ROWS = 5_000
"""Rows of such a table."""
FIRST = 12
"""Rows among which one at least names a metric."""
WIDE = 4_000
"""Bytes of a line that are looked at."""

_LINE = re.compile(rb"[^\r\n]+")
_NAMES = re.compile(r"(?i)metrics?|measures?|names?|tags?|keys?|scores?|")
_VALUES = re.compile(r"(?i)values?|scores?|results?")
_SPLIT = ("split", "subset", "set")
_PART = re.compile(r"(?i)joint|keypoint|part")
_MEASURED = re.compile(r"\.\d{4}|\de[-+]")
"""In a cell that is no name: a number of more digits than a threshold has."""


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Told(NamedTuple):
    """Numbers by their names, where the first stands, and of what they are."""

    row: dict[str, str]
    line: int
    of: Of
    split: str = ""


@dialect("CSV tables with the names of metrics in a column", paths=r"(?i)\.(?:[ct]sv|txt)$")
class CsvNames:
    """Keeps the rows of a small file, and reads them at its end."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.rows: list[_Row] = []
        self.is_none = origin == "note"
        self.delimiter = ""

    @property
    def is_open(self) -> bool:
        return not self.is_none

    def feed(self, window: Window) -> Iterator[Record]:
        for found in _LINE.finditer(window.data, window.start) if not self.is_none else ():
            text = found[0][:WIDE].decode(errors="replace").removeprefix("\ufeff")
            self.delimiter = self.delimiter or delimiter_of(text)
            cells = parted(text, self.delimiter)
            self.is_none = len(cells) < 2 or len(self.rows) >= ROWS
            self.rows.append(_Row(window.line_at(found.start()), cells))
            if len(self.rows) == FIRST and not self._may_be():
                self.is_none = True
            if self.is_none:
                self.rows = []
                break
        yield from ()

    def close(self) -> Iterator[Record]:
        if self.is_none or not self._may_be():
            return
        width = len(self.rows[0].cells)
        rows = [each for each in self.rows if len(each.cells) == width]
        told = list(_of_values(rows)) or list(_upright(rows))
        texts = (text for each in told for name, text in each.row.items() if metric_of(name))
        percent = any(1 < (number(text) or 0) <= 100 for text in texts)
        for each in told:
            where = Where(self.path, each.line)
            for record in results(each.row, where, self.origin, each.of.at, percent=percent):
                yield _of(record, each)

    def _may_be(self) -> bool:
        cells = (cell for each in self.rows[1:FIRST] for cell in each.cells[:FIRST])
        return any(not _MEASURED.search(cell) and number(cell) is None and metric_of(cell) for cell in cells)


def _of(record: Record, told: _Told) -> Record:
    if not isinstance(record, Evaluation):
        return record
    return replace(
        record,
        category=told.of.category or record.category,
        weights=record.weights or told.of.weights,
        split=record.split or split_of(told.split),
        data_set=record.data_set or slice_of(told.split),
    )


def _of_values(rows: Sequence[_Row]) -> Iterator[_Told]:
    """The results of a table with a column of names, one of values, and perhaps some that say of what these are."""
    head, *rest = rows
    names = next((at for at, title in enumerate(head.cells) if title and _NAMES.fullmatch(title)), -1)
    values = next((at for at, title in enumerate(head.cells) if at != names and _VALUES.fullmatch(title)), -1)
    if names < 0 or values < 0:
        return
    others = [at for at in range(len(head.cells)) if at not in (names, values) and _parts(head.cells[at], rest, at)]
    groups: dict[tuple[str, ...], _Told] = {}
    for each in rest:
        said = {head.cells[at]: each.cells[at] for at in others}
        told = groups.setdefault(tuple(said.values()), _Told({}, each.line, *_said(said)))
        told.row.setdefault(each.cells[names], each.cells[values].removesuffix("%").strip())
    yield from groups.values()


def _parts(title: str, rows: Sequence[_Row], at: int) -> bool:
    """Whether a column says of what the numbers are, as it does where several have the same text: no remark has."""
    is_known = title.lower() in _SPLIT or is_category(title) or _PART.fullmatch(title)
    if is_known or is_counter(title) or header(title).kind == "label":
        return True
    texts = Counter(each.cells[at] for each in rows)
    return min(texts.values(), default=0) > 1 and all(number(text) is None for text in texts)


def _said(others: dict[str, str]) -> tuple[Of, str]:
    """What the columns beside a name and its value say of it, and how they call its split."""
    category, weights, split = None, "", ""
    for title, text in others.items():
        if is_category(title) or _PART.fullmatch(title):
            category = None if is_overall(text) else text
        elif title.lower() in _SPLIT:
            split = text
        elif not is_counter(title) and header(title).kind == "label":
            weights = weights or text
    return Of("", category, weights, progress(others)), split


def _upright(rows: Sequence[_Row]) -> Iterator[_Told]:
    """The results of a table with names in its first column and values in those behind it."""
    head = rows[0].cells
    has_head = all(number(cell.removesuffix("%")) is None for cell in head[1:])
    if has_head and not _NAMES.fullmatch(head[0]):
        return
    named = [each for each in rows[has_head:] if number(each.cells[0]) is None]
    names = [each.cells[0] for each in named]
    if len(meanings(names)) < 2:
        return
    columns = columns_of(head[1:], names) if has_head and len(head) > 2 else [Of("")] * (len(head) == 2)
    line = next(each.line for each in named if each.cells[0] == meanings(names)[0][0])
    for at, of in enumerate(columns, 1):
        if of:
            texts = (each.cells[at].removesuffix("%").strip() for each in named)
            yield _Told(dict(zip((f"{of.prefix}{name}" for name in names), texts, strict=True)), line, of)
