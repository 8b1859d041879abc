"""Tables that programs print into a log, with metric names over the columns or down the first one.

    ┏━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━┓        +--------+------+------+
    ┃ Test metric ┃    DataLoader 0     ┃        | class  | mAP  | AP50 |
    ┡━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━┩        +--------+------+------+          AP    AP50
    │  test_map   │ 0.35120001435279846 │        | person | 51.2 | 75.8 |       -----  ------
    │ test_map_50 │       0.5501        │        | all    | 38.7 | 57.3 |       0.387   0.573
    └─────────────┴─────────────────────┘        +--------+------+------+

    | class  | gts | dets | recall | ap    |     mmdetection, in the manner of PASCAL VOC
    | person | 285 | 2116 | 0.951  | 0.801 |
    | mAP    |     |      |        | 0.801 |

rich, Lightning, tabulate, prettytable, terminaltables, pandas. Of rows that name models each is a run.
"""

import re
from collections.abc import Generator, Iterator

from fcosreport.grammar.classes import is_category
from fcosreport.grammar.lines import line_begin, line_end, lines_with, past_end
from fcosreport.grammar.named_results import are_of_detection
from fcosreport.grammar.printed_table import Table, opened, row
from fcosreport.grammar.statements import Progress, statements
from fcosreport.grammar.wrapped_table import Wrapped, wrapped
from fcosreport.notes.run_table import names_runs, of_runs
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Origin, TableRow
from fcosreport.vocabulary.metric_names import metric_of

WIDE = 4000
"""Bytes of a line that are looked at."""
ROWS = 10_000
"""Rows of a table."""
ABOVE = 40
"""Rows above the first name of a metric among which the head may stand."""
NEAR = 400
"""Bytes before the head in which the IoU of a table may be announced."""

_SIGNS: tuple[bytes, ...] = (b" AP ", b"AP  ", b"AP50", b"mAP", b"map  ", b" map ", b"_map ", b"/map ", b"map_50")
_SIGNS += (b"PCK", b"mIoU", b"MOTA", b"HOTA", b"NDS ", b" PQ ", b"| dets ", b"\tAP\t", b"map50", b"COCOMetric")
_SIGN = re.compile(b"|".join(map(re.escape, _SIGNS)))
_HINT = re.compile(re.sub(rb"\d+", rb"\\d+", _SIGN.pattern))
_THRESHOLD = re.compile(rb"iou_thr: 0?\.(\d\d?)(?!\d)")
"""Announces a table, where there is one for each of several IoUs."""
_FILE = re.compile(r"(?i)\.[ct]sv$")
"""What has a reader of its own, as the tables of a note have, which are read as those of its author."""


@dialect("Tables in logs: rich, Lightning, tabulate, prettytable, terminaltables, pandas", *_SIGNS, gives_way=True)
class PrintedTables:
    """Reads a table from the line on that names a metric, to its end."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.is_asked = origin == "log" and not _FILE.search(path)
        self.table: Table | None = None
        self.told: set[frozenset[tuple[str, str]]] = set()  # the numbers of each model so far

    @property
    def is_open(self) -> bool:
        return self.table is not None

    def feed(self, window: Window) -> Iterator[Record]:
        if not self.is_asked:
            return
        data, at = window.data, window.start
        may_be_wrapped = b"\\" in data
        for begin in lines_with(window, _SIGN, _HINT):
            if self.table:
                at = yield from self._rows(window, at)
            if begin < at or self.table:
                continue
            if may_be_wrapped and (parts := wrapped(data, begin)):
                yield from self._of_parts(window, parts)
                at = parts.end
            else:
                self._open(data, begin)
                at = begin if self.table and self.table.has_pairs else past_end(data, line_end(data, begin))
        if self.table:
            yield from self._rows(window, at)

    def close(self) -> Iterator[Record]:
        if self.table:
            yield from self._told(self.table)
        self.table = None

    def _of_parts(self, window: Window, parts: Wrapped) -> Iterator[Record]:
        table = Table(parts.head, False, False, False)
        table.rows = [(window.line_at(place), cells) for place, cells in parts.rows]
        yield from self._told(table)

    def _told(self, table: Table) -> Iterator[Record]:
        """The results of a table; where it has none and a column names models, these."""
        found = list(table.results(self.path, self.origin))
        yield from found
        if not found and not table.has_pairs and _names_models(table):
            rows = [(_numbers(each), each) for each in of_runs(table.head, table.rows, self.path)]
            yield from (each for numbers, each in rows if numbers not in self.told)  # else it is printed again
            self.told.update(numbers for numbers, _ in rows)

    def _open(self, data: bytes, begin: int) -> None:
        new = row(_line(data, begin))
        is_line = len(new.cells) == 2 and new.cells[0].endswith((":", "="))  # of one metric, which is read as such
        name = next((cell for cell in new.cells if metric_of(cell)), "") if len(new.cells) > 1 and not is_line else ""
        self.table = opened(new, _above(data, begin)) if name else None
        if self.table:
            said = statements(data, begin, False, name.encode(), None)
            self.table.task, self.table.at = said.task, Progress(said.epoch, said.iteration)
            self.table.category = said.category
            for threshold in _THRESHOLD.finditer(data, max(0, begin - NEAR), begin):  # the last of them counts
                self.table.iou = threshold[1].decode().ljust(2, "0")

    def _rows(self, window: Window, at: int) -> Generator[Record, None, int]:
        """Take the lines from `data[at]` on that are of the table; the answer is where it ends."""
        data = window.data
        while at < len(data) and self.table:
            if len(self.table.rows) >= ROWS or not self.table.take(_line(data, at), window.line_at(at)):
                yield from self.close()
                break
            at = past_end(data, line_end(data, at))
        return at


def _names_models(table: Table) -> bool:
    """Whether each row is of a model or a run; one of a class may name its model too."""
    is_of_classes = any(map(is_category, table.head))
    return not is_of_classes and names_runs(table.head, table.rows) and are_of_detection(table.head)


def _numbers(row: TableRow) -> frozenset[tuple[str, str]]:
    return frozenset((metric.name, metric.text) for each in row.results for metric in each.metrics)


def _line(data: bytes, begin: int) -> str:
    return data[begin : min(line_end(data, begin), begin + WIDE)].decode(errors="replace")


def _above(data: bytes, begin: int) -> Iterator[str]:
    for _ in range(ABOVE):
        if not begin:
            return
        begin = line_begin(data, begin - 1 - data.startswith(b"\r\n", begin - 2))
        yield _line(data, begin)
