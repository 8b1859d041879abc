"""Blocks of KITTI, three levels of difficulty for each class: OpenPCDet, second.pytorch, mmdetection3d.

    Car AP_R40@0.70, 0.70, 0.70:
    bbox AP:95.7769, 93.7942, 90.8813           boxes in the picture
    bev  AP:92.0097, 88.9282, 87.4528           seen from above
    3d   AP:90.5355, 80.3922, 78.3901
    aos  AP:95.76, 93.68, 90.68                 of their orientation, which is no AP of boxes

    Overall AP40@easy, moderate, hard:          mmdetection3d: the mean over the classes

    KITTI/Car_3D_AP40_moderate_strict: 80.3922  mmdetection3d, in a line of a log or of JSON

KITTI asks for an IoU of its own of each class: its block comes first, and one at looser IoUs behind it is left out.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.lines import line_begin, line_end, past_end
from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import is_score, metrics, with_issues

FAR = 64 << 10
"""Bytes before a block in which the epoch may be told."""

_HEAD = re.compile(
    rb"(?<![\w-])(?P<name>[A-Za-z][\w-]*) AP_?R?(?P<recalls>11|40|)"
    rb"@(?P<ious>easy, ?moderate, ?hard|[01]\.\d+, ?[01]\.\d+, ?[01]\.\d+):[ \t]*"
)
_ROW = re.compile(
    rb"[ \t]*(?P<task>bbox|bev|3d) +AP(?:11|40)?:? *(?P<values>[\d.]+, ?[\d.]+, ?[\d.]+)[ \t]*(?=[\r\n]|$)"
)
_EPOCH = re.compile(rb"EPOCH (\d{1,7})\b")
_LEVELS = ("APeasy", "APmoderate", "APhard")
_KEY = re.compile(
    rb"KITTI/(?P<name>\w+?)_(?P<task>2D|BEV|3D)_AP(?P<recalls>11|40)_(?P<level>easy|moderate|hard)(?:_strict)?\"?: ?"
    rb"(?P<value>\d+(?:\.\d*)?|\.\d+)(?![\w.])"
)
_TASKS = {"2D": "bbox", "BEV": "bev", "3D": "3d"}
_STEP = re.compile(rb"Epoch\(val\) *\[(\d{1,7})\]|\"(?:epoch|step)\": ?(\d{1,7})(?!\d)")
_LINE = 64 << 10  # bytes of a line with such keys
_ROWS = 4


class _Kind(NamedTuple):
    """What is counted: of which class, and at how many recalls."""

    name: str
    recalls: str


@dialect("KITTI: OpenPCDet, second.pytorch, mmdetection3d", b" AP@", b" AP_R40@", b" AP11@", b" AP40@", b"KITTI/")
class Kitti(Windowed):
    """Reads each block from its head on; one that goes on in the next window is read there."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.strict: dict[_Kind, bytes] = {}  # the IoUs of the first block
        self.kind: _Kind | None = None  # of a block that may go on
        self.left = 0  # rows that it may still have
        self.epoch: int | None = None
        self.keyed: dict[tuple[_Kind, str], dict[str, str]] = {}  # of an evaluation that may go on
        self.first: tuple[Where, int | None] = Where(path, 1), None  # where that begins, and its epoch

    @property
    def is_open(self) -> bool:
        return self.kind is not None

    def found(self, window: Window) -> Iterator[Record]:
        data, at = window.data, window.start
        yield from self._keyed(window)
        yield from self._rows(window, at)
        for head in _HEAD.finditer(data, at):
            kind = _Kind(head["name"].decode(), head["recalls"].decode() or "11")
            ious = b"".join(head["ious"].split())
            if self.strict.setdefault(kind, ious) == ious:
                self.kind, self.left, self.epoch = kind, _ROWS, _epoch(data, head.start())
                yield from self._rows(window, past_end(data, line_end(data, head.end())))

    def close(self) -> Iterator[Record]:
        yield from self._of_keys()

    def _keyed(self, window: Window) -> Iterator[Record]:
        """Keep the numbers that stand behind a key each; another evaluation begins where a key comes again."""
        for key in _KEY.finditer(window.data, window.start):
            name, task, recalls, level, value = (part.decode() for part in key.groups())
            of, metric = (_Kind(name, recalls), _TASKS[task]), f"AP{level}"
            if metric in self.keyed.get(of, ()):
                yield from self._of_keys()
            if not self.keyed:
                begin = line_begin(window.data, key.start())
                step = _STEP.search(window.data, begin, min(line_end(window.data, begin), begin + _LINE))
                self.first = self.where(window, key.start()), int(step[1] or step[2]) if step else None
            self.keyed.setdefault(of, {})[metric] = value

    def _of_keys(self) -> Iterator[Record]:
        for (kind, task), texts in self.keyed.items():
            yield from self._told(kind, task, texts.items(), *self.first)
        self.keyed = {}

    def _rows(self, window: Window, at: int) -> Iterator[Record]:
        """The rows from `window.data[at]` on, until a line is none."""
        data = window.data
        while self.kind and at < len(data):
            row = _ROW.match(data, at)
            if row:
                yield from self._result(self.kind, row, window)
            elif not data.startswith(b"aos", at):
                self.kind = None
            self.left -= 1
            self.kind = self.kind if self.left else None
            at = past_end(data, line_end(data, at))

    def _result(self, kind: _Kind, row: re.Match[bytes], window: Window) -> Iterator[Record]:
        texts = row["values"].decode().replace(" ", "").split(",")
        pairs = list(zip(_LEVELS, texts, strict=True))
        yield from self._told(kind, row["task"].decode(), pairs, self.where(window, row.start()), self.epoch)

    def _told(
        self, kind: _Kind, task: str, pairs: Collection[tuple[str, str]], where: Where, epoch: int | None
    ) -> Iterator[Record]:
        if all(is_score(text, percent=True) for _, text in pairs):
            made = Evaluation(task, metrics(pairs, percent=True), where, self.origin, epoch)
            category = None if kind.name == "Overall" else kind.name
            family = "kitti" if kind.recalls == "40" else "kitti at 11 recalls"
            yield from with_issues(replace(made, category=category, family=family))


def _epoch(data: bytes, at: int) -> int | None:
    """The epoch that the title of the evaluation tells."""
    begin = data.rfind(b"EPOCH ", max(0, at - FAR), at)
    told = _EPOCH.match(data, begin) if begin >= 0 else None
    return int(told[1]) if told else None
