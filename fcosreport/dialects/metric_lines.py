"""Lines that say a metric by name: `mAP@0.5 = 0.712`, `AP: 0.37, AP50: 0.58`, a tree of super-gradients.

    ├── Map@0.50 = 0.3706                                       super-gradients
           AP50 = 0.812                                         hotcoco
    mean average precision (mAP@0.50) = 0.712345, or 71.23 %    darknet
    mAP: 0.5123                                                 keras-retinanet
    Mean AP = 0.7749                                            ssd.pytorch

Lines near each other are one result until a name comes again. The best so far and the epoch before are none.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from fcosreport.grammar.lines import line_end, lines_with
from fcosreport.grammar.named_results import Progress, results
from fcosreport.grammar.statements import statements
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Origin, Where
from fcosreport.vocabulary.metric_names import metric_of

NEAR = 8
"""Lines that may part two of one result."""
FAR = 4 << 10
"""Bytes before a result in which its title may stand."""
WIDE = 600
"""Bytes of a line that are looked at."""

_SIGNS: tuple[bytes, ...] = (
    b"AP",
    b"map",
    b"Map@",
    b"AR@",
    b"ARs@",
    b"ARm@",
    b"ARl@",
    b"mAR",
    b"mar_",
    b"recision@",
    b"ecall@",
    b"F1@",
)
_SIGNS += (b"MOTA", b"HOTA", b"mIoU", b"IDF1", b"NDS")
_VALUE = re.compile(
    r"(?:=|->|:(?=\s)|(?<![\d:]):)\s{0,3}(-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|nan)(?: ?%)?"
    r"(?=[,;|│)\s]|$)(?!\s{0,3}[=:])"
)
_BAR = re.compile(r"\s?%\s*(?:[|#>=\u2500-\u25ff]|\d+/\d+)")  # how far a program is, not how good
_BEFORE = re.compile(r"[│├└─|>,;*\]•\t]|[-–:] |\s{2,}")
_TITLE = re.compile(rb"SUMMARY OF EPOCH (\d{1,7})")
_ECHO = re.compile(r"(?i)\b(?:best|previous|target|expected|required|baseline|threshold|paper|official)|N-1")
_CODE = re.compile(
    r"^\s*(?:def |class |return|if |elif |for |assert|import |from |>>>|#|//|[\w.]+\(|\w+=\S+$)|[{}]|==|;$"
)


class _Begun(NamedTuple):
    """A result of which more may be told: names and texts, its place, the epoch, and the last line of it."""

    row: dict[str, str]
    where: Where
    at: Progress
    last: int


@dialect(
    "Lines that name metrics: super-gradients, darknet, keras-retinanet, ssd.pytorch, hotcoco",
    *(b"mAP:", b"mAP ", b"mAP=", b"mAP@", b"mAP5", b"mAP7", b"mAP_", b"mAP)", b"map:", b"map =", b"map=", b"map_"),
    *(
        b"Map@",
        b"AP = ",
        b"AP: ",
        b"AP50",
        b"MOTA",
        b"HOTA",
        b"mIoU",
        b"NDS:",
        b"NDS ",
        b"Precision@",
        b"Recall@",
        b"F1@0",
    ),
    gives_way=True,
)
class MetricLines:
    """Reads the lines of a log; those of a note are prose."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.begun: _Begun | None = None

    @property
    def is_open(self) -> bool:
        return self.begun is not None

    def feed(self, window: Window) -> Iterator[Record]:
        if self.origin == "note":
            return
        data = window.data
        for begin in lines_with(data, window.start, _SIGNS):
            text = data[begin : min(line_end(data, begin), begin + WIDE)]
            row = _pairs(text.decode(errors="replace")) if b"=" in text or b":" in text else {}
            if row:
                yield from self._take(row, window, begin)
        if self.begun and window.line_at(len(data)) > self.begun.last + NEAR:
            yield from self._told()

    def close(self) -> Iterator[Record]:
        yield from self._told()

    def _take(self, row: dict[str, str], window: Window, begin: int) -> Iterator[Record]:
        line, old = window.line_at(begin), self.begun
        if old and line - old.last <= NEAR and not old.row.keys() & row.keys():
            self.begun = old._replace(row=old.row | row, last=line)
            return
        yield from self._told()
        self.begun = _Begun(row, Where(self.path, line), _progress(window.data, begin, next(iter(row)).encode()), line)

    def _told(self) -> Iterator[Record]:
        if self.begun:
            yield from results(self.begun.row, self.begun.where, self.origin, self.begun.at)
        self.begun = None


def _progress(data: bytes, begin: int, name: bytes) -> Progress:
    """What the title or the nearest line before a result tells of its progress."""
    at = data.rfind(b"SUMMARY OF EPOCH ", max(0, begin - FAR), begin)
    title = _TITLE.match(data, at) if at >= 0 else None
    if title:
        return Progress(int(title[1]))
    said = statements(data, begin, False, name, None)
    return Progress(said.epoch, said.iteration)


def _pairs(text: str) -> dict[str, str]:
    """The metrics that a line says; none of a line of code, or that speaks of another result."""
    if _ECHO.search(text) or _CODE.search(text):
        return {}
    found: dict[str, str] = {}
    at = 0
    for value in _VALUE.finditer(text):
        name = _BEFORE.split(text[at : value.start()].strip())[-1].strip(" `'\"")
        at = value.end()
        if name and metric_of(name) and not _BAR.match(text, value.end(1)):
            found[name] = value[1]
    return found
