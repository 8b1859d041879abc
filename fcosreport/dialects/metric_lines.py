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

from fcosreport.grammar.lines import line_begin, line_end
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

_SIGN = re.compile(
    rb"(?i)(?:(?<![a-z])m?A[PR]|precision@|recall@|F1@|mIoU|MOTA|HOTA|IDF1|NDS|[PRS]Q)[\w@.:()\[\] -]{0,24}[:=]"
)
_LEAD = r"(?:^|[│├└─|>,;*\]•]|[-:–] |\s{2,}|\t|(?:INFO|DEBUG)[:\s])"
_NAME = r"[A-Za-z](?:[\w@./()\[\]-]|:(?=\d)| (?![-–:])){0,60}?|[A-Za-z]\w{0,30}@\[[^\]]{1,80}\]"
_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|nan"
_PAIR = re.compile(
    rf"{_LEAD}[\s─*`'\"]*(?P<name>{_NAME})[\s*`'\"]*"
    rf"(?:(?<!:)[:=]|\s->)\s*(?P<value>{_NUMBER})(?P<unit> ?%)?(?=\s*(?:$|[,;|│)\s]))(?!\s*[=:])"
)
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
    *(b"mAP", b"map", b"Map@", b"AP = ", b"AP: ", b"AP50", b"MOTA", b"HOTA", b"mIoU", b"NDS"),
    *(b"Precision@", b"Recall@", b"F1@"),
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
        data, done = window.data, window.start
        for sign in _SIGN.finditer(data, window.start):
            if sign.start() < done:
                continue
            begin, done = line_begin(data, sign.start()), line_end(data, sign.start())
            text = data[begin : min(done, begin + WIDE)].decode(errors="replace")
            row = _pairs(text)
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
    found = ((pair["name"].strip(), pair["value"]) for pair in _PAIR.finditer(text))
    return {name: value for name, value in found if metric_of(name) and not _is_name(f"{name}:{value}", text)}


def _is_name(both: str, text: str) -> bool:
    """Whether what looks like a name and its value is one name: `mAP_0.5:0.95`."""
    return both in text and metric_of(both) is not None
