"""Tables of tracking, a row for each sequence: py-motmetrics, TrackEval, MOTChallenge, and trackers that print these.

                    IDF1   IDP   IDR  Rcll  Prcn GT MT PT ML  FP   FN IDs  FM  MOTA  MOTP
    dancetrack0004 18.2% 37.0% 12.1% 30.0% 91.9%  4  0  4  0 122 3209  25  96 26.8% 0.147
    OVERALL        18.2% 37.0% 12.1% 30.0% 91.9%  4  0  4  0 122 3209  25  96 26.8% 0.147

    HOTA: tracker-pedestrian           HOTA      DetA      AssA      DetRe     DetPr
    MOT17-02                           43.91     44.71     43.41     47.03     78.53
    COMBINED                           57.105    59.01     55.47     64.66     76.6

    HOTA DetA AssA DetRe DetPr                          pedestrian_summary.txt of TrackEval, of all sequences together
    57.105 59.01 55.47 64.66 76.6

    seq,HOTA(0),HOTA___5,HOTA___AUC,DetA___AUC,...      pedestrian_detailed.csv: at each threshold, and their mean AUC
    COMBINED,0.6046,0.7112,0.57105,0.5901,...

    Evaluating MOT17-02
    IDF1  IDP  IDR| Rcll  Prcn   FAR| GT  MT   PT   ML|   FP    FN   IDs    FM| MOTA  MOTP MOTAL       MOTChallenge
     44.1 69.9  32.2| 41.5  90.1  1.41| 62   9   32   21|   846 10870    75   105| 36.5  78.2  36.9

           num_frames  mota     motp     idf1  ... num_misses                    as pandas prints it, cut to fit
    M0101       407.0  0.327300 0.252620 0.742 ...      37.00
    AVG         814.5 -0.335130 0.223723 0.667 ...    2180.82

The tables of one tracker follow each other, one for each family of metrics; the last row is of all sequences together.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.classes import is_overall
from fcosreport.grammar.statements import Progress, statements
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Metric, Origin, Where
from fcosreport.vocabulary.metrics import metric, number

NEAR = 8
"""Lines that may part two tables of one tracker."""

_MAIN = frozenset({"MOTA", "IDF1", "HOTA"})
_NAMES = {"rcll": "R", "prcn": "P", "clr_re": "R", "clr_pr": "P", "recall": "R", "precision": "P", "f1": "F1"}
_NAMES |= {name.lower(): name for name in (*_MAIN, "MOTP", "IDP", "IDR", "DetA", "AssA")}
_CUT = "..."
"""What pandas prints for the columns that it leaves out."""
_TITLE = re.compile(r"(?:HOTA|CLEAR|Identity): .*?(?=(?:HOTA|MOTA|IDF1)\s)")  # a long one touches the first column
_BAR = re.compile(r"(?<=[^\s|])\|(?=[\s\d-])")
"""Parts groups of columns, where it touches what stands before it."""
_EDGE = re.compile(r"[^\s|]\||\|[^\s|]")
"""A bar that touches a cell; those of a framed table, which is read elsewhere, do not."""
_OF_SEQUENCE = re.compile(rb"(?:^|[\r\n])[ *.\t]*(?:Evaluating )?[ \t]*(\w+-\d+[\w-]*)[ *.:\t]*(?:\r?\n|\r){1,2}$")
"""A line above the head that names the only sequence of a table."""
_LINE = re.compile(rb"[^\r\n]+")
_TITLE_WIDE = 200  # bytes before a head
_WIDE = 16 << 10  # bytes of a line that are looked at


class _Sequence(NamedTuple):
    """What the tables have told of one sequence, or of all, and where."""

    metrics: dict[str, Metric]
    places: tuple[Where, ...]


@dialect("Tables of tracking: py-motmetrics, TrackEval, MOTChallenge", b"MOTA", b"IDF1", b"HOTA", b"mota", b"idf1")
class TrackingTables:
    """Reads rows below a head, until a line is none."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.columns: list[str] = []
        self.is_first = False  # whether no row has followed the columns
        self.told: dict[str, _Sequence] = {}
        self.at = Progress()
        self.sequence: str | None = None  # of a table of one row; "" is all of them
        self.last = 0  # line of a table

    @property
    def is_open(self) -> bool:
        return bool(self.columns or self.told)

    def feed(self, window: Window) -> Iterator[Record]:
        for line in _LINE.finditer(window.data, window.start):
            cells = line[0][:_WIDE].decode(errors="replace")
            if self.origin == "note" and "|" in cells:  # of a table that its author wrote
                self.columns = []
                continue
            where = Where(self.path, window.line_at(line.start()))
            if self.told and where.line > self.last + NEAR:
                yield from self._end()
            if columns := _columns(cells):
                before = max(0, line.start() - _TITLE_WIDE), line.start()
                title = _OF_SEQUENCE.search(window.data, *before) if _BAR.search(cells) else None
                self.sequence = (title[1].decode() if title else "") if _BAR.search(cells) else None
                if not self.told or self._is_told(columns):
                    yield from self._end()
                    said = statements(window.data, line.start(), False, b"MOTA", None)
                    self.at = Progress(said.epoch, said.iteration, said.of)
                self.columns, self.is_first = columns, True
            elif self.columns:
                self._row(_cells(cells), where)
                self.is_first = False

    def close(self) -> Iterator[Record]:
        yield from self._end()

    def _is_told(self, columns: list[str]) -> bool:
        """Whether these columns have been told, so that the table is of another result."""
        names = {_NAMES.get(column.lower()) for column in columns} - {None}
        rows = self.told.values() if self.sequence is None else filter(None, [self.told.get(self.sequence)])
        return any(names & each.metrics.keys() for each in rows)

    def _row(self, cells: list[str], where: Where) -> None:
        """Take a row; a line that is none ends the table."""
        name, values = " ".join(cells[: -len(self.columns)]), cells[-len(self.columns) :]
        is_shifted = re.search(r"(?:\.\d+|%)$", name)  # there are more cells than columns
        name = name or self.sequence or ""
        is_nameless = not name and ((self.told and self.sequence is None) or not self.is_first)
        are_numbers = all(
            number(value.rstrip("%")) is not None or value == column == _CUT
            for column, value in zip(self.columns, values, strict=False)
        )
        if is_nameless or is_shifted or not are_numbers or len(values) < len(self.columns):
            self.columns = []
            return
        found = _metrics(dict(zip(self.columns, values, strict=True)))
        old = self.told.get(name, _Sequence({}, ()))
        self.told[name] = _Sequence(old.metrics | found, (*old.places, where))
        self.last = where.line

    def _end(self) -> Iterator[Record]:
        """The results of the tables so far. The only sequence is all there is."""
        told, self.told, self.columns = self.told, {}, []
        is_only = len(told) == 1
        for name, each in told.items():
            first, *others = each.places
            made = Evaluation("tracking", tuple(each.metrics.values()), first, self.origin, *self.at[:2], family="mot")
            category = None if is_only or is_overall(name) else name
            yield replace(made, category=category, also=tuple(others), of=self.at.of)


def _cells(text: str) -> list[str]:
    plain = text.replace("|", " ") if _EDGE.search(text) else text
    return plain.strip().split("," if "," in plain else None)


def _columns(text: str) -> list[str]:
    """The columns of a head, behind its title; none of another line."""
    names = _cells(_TITLE.sub("", text.strip().removesuffix("\\"), count=1))  # pandas goes on below
    if names[:1] == ["seq"]:
        names = [name.removesuffix("___AUC") for name in names[1:]]
    is_head = len(names) > 2 and not _MAIN.isdisjoint(_NAMES.get(name.lower()) for name in names)
    return names if is_head and all(number(name) is None for name in names) else []


def _metrics(row: dict[str, str]) -> dict[str, Metric]:
    """The metrics of a row. Where one cell has a sign, those without are no percent, as a distance is not."""
    signs = any(text.endswith("%") for text in row.values())
    texts = {_NAMES[name.lower()]: text for name, text in row.items() if name.lower() in _NAMES}
    above = any((number(text) or 0) > 1 for name, text in texts.items() if name in _MAIN)
    made = (
        metric(name, text.rstrip("%"), percent=text.endswith("%") if signs else above) for name, text in texts.items()
    )
    return {each.name: each for each in made if each}
