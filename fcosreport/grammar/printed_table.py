"""Tables as programs print them: with box drawing or bars, or with columns parted by spaces. For dialects.

What is read off a table goes by its names: over the columns, each row a result or that of a category; or down the
first column, each column of values a result.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.classes import is_category, is_overall
from fcosreport.grammar.named_results import is_counter, is_echo, progress, results
from fcosreport.grammar.statements import Progress
from fcosreport.grammar.upright import Of, columns_of
from fcosreport.reading.dialect import Record
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metric_names import metric_of
from fcosreport.vocabulary.metrics import number

COLUMNS = 64
"""Columns that a table may have."""

_BARS = str.maketrans("│┃║", "|||")
_COLOUR = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
_GAP = re.compile(r"\s{2,}|\t")
_OF_RULES = " \t-=+|:" + "".join(map(chr, range(0x2500, 0x2580)))
_DASHES = re.compile(r"[-=\u2500\u2501\u2550]{3}")
_FAMILIES = (
    (frozenset(("gts", "dets")), "ap", "voc/AP{iou}"),  # as mmdetection prints it
    (frozenset(("ATE", "ASE")), "AP", "nuscenes/AP"),
)
"""Columns that tell whose AP it is, what that is called beside them, and what it is."""
_VALUED = re.compile(r"[A-Za-z_] +(?!0?\.?[57][05]?$)[\d.]+$")  # `bbox_mAP 0.3` among bars names no column


class Row(NamedTuple):
    """A line of a table: its cells, and whether bars part them."""

    cells: list[str]
    is_barred: bool


def row(text: str) -> Row:
    """The cells of a line. What a logger puts before the first bar is left out."""
    text = _COLOUR.sub("", text) if "\x1b" in text else text
    text = (text if text.isascii() else text.translate(_BARS)).strip()
    if text.count("|") == 1 and _GAP.search(behind := text.partition("|")[2].strip()):  # `trainer-1  | AP   AP50`
        text = behind
    if "|" not in text:
        return Row([_plain(cell) for cell in _GAP.split(text)], False)
    before, *cells = text.split("|")
    if not text.endswith("|"):
        return Row([_plain(cell) for cell in ([before, *cells] if before else cells)], True)
    if before and not cells[0].strip() and len(cells) > 1:  # `trainer-1  | | AP | AP50 |`
        cells.pop(0)
    return Row([_plain(cell) for cell in cells[:-1]], True)


def is_rule(text: str) -> bool:
    """Whether a line parts the rows of a table, or frames it."""
    text = _COLOUR.sub("", text)
    before = text.rstrip(_OF_RULES)
    return bool(_DASHES.search(text, len(before))) and (not before or text[len(before)].isspace())


def _plain(cell: str) -> str:
    return cell.strip(" \t*`")


@dataclass(slots=True)
class Table:
    """A table while it is read: the names of its columns, and its rows with their lines.

    `has_pairs`: its names stand in the first column. `task`, `category`, `at` and `iou`, in percent, are what the text
    before it says of it.
    """

    head: list[str]
    is_barred: bool
    has_pairs: bool
    is_ruled: bool
    task: str | None = None
    category: str | None = None
    at: Progress = field(default_factory=Progress)
    iou: str = "50"
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def take(self, text: str, line: int) -> bool:
        """Add a line; False where the table has ended before it."""
        if is_rule(text):
            self.is_ruled = True
            return True
        new = self._aligned(row(text), text)
        is_wider = len(new.cells) == len(self.head) + 1 and new.cells[0].isdecimal()
        if is_wider and not (self.is_barred or self.rows or self.has_pairs):
            self.head.insert(0, "")  # pandas numbers its rows
        if new.is_barred != self.is_barred or len(new.cells) != len(self.head) or new.cells == self.head:
            return False
        self.rows.append((line, new.cells))
        return True

    def _aligned(self, new: Row, text: str) -> Row:
        """The row, or that of numbers so wide that one blank parts them."""
        cells = text.split() if not new.is_barred and len(new.cells) < len(self.head) else []
        are_numbers = len(cells) == len(self.head) and all(
            number(cell) is not None for cell in cells[1:] if "/" not in cell
        )
        return Row(cells, False) if are_numbers else new

    def results(self, path: str, origin: Origin) -> Iterator[Record]:
        """The evaluations that the table tells."""
        named = list(self._by_column() if self.has_pairs else self._by_row())
        scores = (number(text) for each in named for name, text in each.row.items() if metric_of(name))
        percent = any(1 < score <= 100 for score in scores if score is not None)
        for each in named:
            where = Where(path, each.line)
            for record in results(self._of_task(self._of_family(each.row)), where, origin, each.at, percent=percent):
                yield _of(record, each.category or self.category, each.weights)

    def _of_task(self, row: Mapping[str, str]) -> dict[str, str]:
        """The row with the task that was announced before the table, in names that tell none."""
        return {
            f"{self.task}/{name}" if self.task and (said := metric_of(name)) and not said.stated else name: text
            for name, text in row.items()
        }

    def _of_family(self, row: dict[str, str]) -> dict[str, str]:
        """The row with the family and the IoU of its AP, where other columns tell these."""
        names = {core: name.format(iou=self.iou) for columns, core, name in _FAMILIES if row.keys() >= columns}
        return {names.get(name, name): text for name, text in row.items()}

    def _by_column(self) -> Iterator["_Named"]:
        names = [cells[0] for _, cells in self.rows]
        columns = [Of("")] if len(self.head) == 2 else columns_of(self.head[1:], names)
        for column, of in enumerate(columns, 1):
            pairs = ((f"{of.prefix}{cells[0]}", _score(cells[column]), line) for line, cells in self.rows) if of else ()
            kept = [each for each in pairs if number(each[1]) is not None and not is_echo(each[0])]
            meant = [line for name, _, line in kept if metric_of(name)]
            if of and meant and (self.is_barred or self.is_ruled or len(meant) > 1):
                yield _Named(_first(kept), min(meant), of.at if of.at.is_told else self.at, of.category, of.weights)

    def _by_row(self) -> Iterator["_Named"]:
        first = self.head[0]
        starts = [at for at, name in enumerate(self.head) if at == 0 or (name == first and not metric_of(first))]
        blocks = list(zip(starts, [*starts[1:], len(self.head)], strict=True))  # several beside each other
        for start, stop in blocks:
            head = self.head[start:stop]
            meant = [at for at, name in enumerate(head) if metric_of(name)]
            rows = [(line, list(map(_score, cells[start:stop]))) for line, cells in self.rows]
            told = [each for each in rows if any(number(each[1][at]) is not None for at in meant)]
            if len({head[at] for at in meant}) == len(meant):  # else which AP is of what cannot be told
                yield from self._of_rows(head, told, has_label=0 not in meant and not is_counter(head[0]))

    def _of_rows(self, head: list[str], rows: list[tuple[int, list[str]]], *, has_label: bool) -> Iterator["_Named"]:
        """Rows below names: of a category each, of a step each, or told apart by a label such as `bbox` or `val`."""
        for line, cells in rows:
            named = dict(zip(head, cells, strict=True))
            label, at = cells[0] if has_label else "", progress(named)
            if has_label and is_category(head[0]):
                yield _Named(named, line, self.at, None if is_overall(label) else label)
            elif at.is_told or len(rows) == 1:
                if not is_echo(label):
                    yield _Named(named, line, at if at.is_told else self.at)
            elif number(label) is None and not is_echo(label):
                prefix = "" if is_overall(label) else f"{label}/"
                if label and any(metric_of(f"{prefix}{name}") for name in head[1:]):
                    yield _Named({f"{prefix}{name}": text for name, text in named.items()}, line, self.at)


def _of(record: Record, category: str | None, weights: str) -> Record:
    if not isinstance(record, Evaluation):
        return record
    return replace(record, category=category or record.category, weights=record.weights or weights)


class _Named(NamedTuple):
    """Numbers by their names, where they stand, and of what."""

    row: dict[str, str]
    line: int
    at: Progress
    category: str | None = None
    weights: str = ""


def opened(new: Row, above: Iterable[str]) -> Table | None:
    """The table that a line with the name of a metric begins or goes on with; `above` are the lines before, upwards."""
    cells = new.cells
    if not 2 <= len(cells) <= COLUMNS:
        return None
    numbers = [number(_score(cell)) is not None for cell in cells]
    if not any(numbers):
        named = (cell for cell in cells if not _VALUED.search(cell))
        is_head = any((said := metric_of(cell)) and not said.is_side for cell in named)
        return Table(cells, new.is_barred, False, False) if is_head else None
    if not metric_of(cells[0]) or not any(numbers[1:]):
        return None
    head, is_ruled = _head_above(above, new)
    return Table(head, new.is_barred, True, is_ruled) if head else None


def _head_above(above: Iterable[str], new: Row) -> tuple[list[str], bool]:
    """The first row of the table that a row of names and values stands in, and whether it has rules."""
    head, is_ruled = [""] * len(new.cells) if len(new.cells) == 2 else [], False
    for text in above:
        if is_rule(text):
            is_ruled = True
            continue
        each = row(text)
        if each.is_barred != new.is_barred or len(each.cells) != len(new.cells):
            break
        head = each.cells
    return head, is_ruled


def _score(cell: str) -> str:
    return cell.removesuffix("%").strip()


def _first(pairs: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text, _ in pairs:
        found.setdefault(name, text)
    return found
