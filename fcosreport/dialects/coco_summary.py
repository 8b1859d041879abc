"""The summary that COCO evaluation prints: pycocotools, its forks, and people who paste or retype it.

Each row tells what it is (AP or AR, IoU, area, maxDets), and is known by that alone, never by its place in the block.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.headings import Banner, are_of_models, banner_before
from fcosreport.grammar.statements import Statements, statements
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Metric, Origin, Where
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metrics import metric, unread

GAP = 64
"""Lines without a row after which a block has ended."""
TITLE = 2 << 10
"""Bytes before a block in which a banner may name the model."""
CROWD = 256
"""Blocks that may be open at a time."""
COPIES = 16
"""Places of one evaluation that are kept beside the first."""
TROUBLES = 100
"""Rows of a file that cannot be read and are told one by one."""

_LABEL, _ROW, _REST = 80, 160, 240  # bytes before the @ of a row, after it, and after it with escapes
_STRICT = re.compile(
    rb"Average (?:Precision +\((?P<ap>AP)\)|Recall +\(AR\)) *@\[ *IoU=(?P<iou>\d?\.\d+)(?P<to>:\d?\.\d+)? *\|"
    rb"(?: *(?P<kind>area|height|type)= *(?P<area>\w+) *\|)? *maxDets= *(?P<dets>\w+)"  # VisDrone knows no areas
    rb"(?: *\|? *catIds= *(?P<cat>\w+))? *\] *= *(?P<value>-?\d+(?:\.\d+)?(?:e-?\d+)?|-?nan)(?P<percent>%)?"
    rb"(?:(?![\w.])|(?=[A-Z])|(?<=%)\.(?!\d))"
)
_RETYPED = re.compile(  # lower case, white space removed
    rb"(?:(?P<ap>precision)|recall)[\[(]*(?:a[pr])?\)?@?[\[({]*iou[=:-]*(?P<iou>[01]?\.\d+)(?P<to>[:~-]+[01]?\.\d+)?"
    rb"(?:[|/,;!]*(?P<kind>area|height|type)[-=:]*"
    rb"(?P<area>all|verytiny|tiny|small|medium|large|easy|hard|[sml](?=[|/,;!m])))?"
    rb"[\])}|/,;!]*max[a-z]*[-=:]*(?P<dets>\d+|all)[|/,;!]*(?:catids[-=:]*(?P<cat>all|[rcf]))?"
    rb"[\])}=:|]+(?P<value>-?(?:\d+(?:\.\d+)?|\.\d+)|-?nan)(?P<percent>%)?(?!\.?\d)"
)
_HEAD = re.compile(rb"Average (?:Precision +\(AP\)|Recall +\(AR\)) *@\[ *IoU=")
_AT = re.compile(rb"(?:@|\xef\xbc\xa0)(?=[^@\r\n]{0,12}?(?:[iI]|\xef\xbc\xa9|\xef\xbd\x89))")  # also in full width
_SIGN = re.compile(rb"@|\xef\xbc\xa0?|\xef$")  # where a row may begin that the next window ends
_COLOUR = re.compile(rb"(?:\x1b|\\u001b|\\x1b|\\033)\[[\d;?]*[A-Za-z]")
_BAR = re.compile(rb"\\+\||&#124;|&#[xX]7[cC];|&vert;|&verbar;")
_AREAS = {"all": "", "small": "s", "medium": "m", "large": "l", "tiny": "t", "verytiny": "vt"}


class _Row(NamedTuple):
    """A row. Rows of one block differ in `key`; `metric` is None where the row cannot be read.

    `first`: a block begins with it. `plain`: it does not, it has a number, and no other row stands behind it.
    """

    key: str
    metric: Metric | None
    first: bool
    plain: bool


@lru_cache(16384)  # a log prints the same few thousand rows over and over
def _strict(text: bytes) -> _Row | None:
    match = _STRICT.match(text)
    return _parsed(match) if match else None


def _mended(data: bytes, at: int, note: bool) -> _Row | None:
    """The row around the @ at `at` behind colours and escapes, and in a note as people retype it."""
    begin = max(0, at - _LABEL)
    before, after = data[begin:at].splitlines() or [b""], data[at : at + _REST].splitlines()
    plain = _BAR.sub(b"|", _COLOUR.sub(b"", before[-1] + after[0]))
    if note:
        plain = unicodedata.normalize("NFKC", plain.decode(errors="replace")).encode()
    head = plain.rfind(b"Average", 0, max(plain.find(b"@", plain.find(b"Average") + 1), 0))
    match = _STRICT.match(plain, head) if head >= 0 else None
    if not match and note:
        match = _RETYPED.search(b"".join(plain.lower().split()))
    if match:
        return _parsed(match)
    return _Row("", None, False, False) if head >= 0 and _HEAD.match(plain, head) else None


def _parsed(match: re.Match[bytes]) -> _Row:
    ap, iou, to, kind, area, dets, cat, printed, percent = (
        (match[name] or b"").decode() for name in ("ap", "iou", "to", "kind", "area", "dets", "cat", "value", "percent")
    )
    number = float(printed)
    value = None if number != number else number
    if value is not None and (value > 100 or (value < -1 and value != -100)):  # -0.226 is a finding, not a garble
        return _Row("", None, False, False)
    low, high = float(iou), float(to.lstrip(":~-") or 0)
    if max(low, high) > 1:  # no overlap is: a slip of who retyped it
        return _Row("", None, False, False)
    overall = bool(ap and to) and area in ("", "all") and cat in ("", "all")
    name = _name("AP" if ap else "AR", low, high, "" if area == "all" else kind + area, dets, cat)
    count = int(dets) if dets.isdecimal() else None
    rest = match.string[match.end() :]
    made = Metric(name, value, printed, bool(percent), count)
    return _Row(f"{name}@{dets}", made, overall, not overall and value is not None and b"@" not in rest)


def _name(base: str, low: float, high: float, area: str, dets: str, cat: str) -> str:
    named = re.sub("^(area|height|type)", "", area)
    area = named if area.startswith("type") else _AREAS.get(named, named)
    cat = "" if cat in ("", "all") else cat if cat.isalpha() else f"cat{cat}"
    if not high:
        return f"{base}{100 * low:.3g}{area}{cat}"
    if (low, high) != (0.5, 0.95):
        return f"{base}{100 * low:.3g}:{100 * high:.3g}{area}{cat}"
    if base == "AP" or area or not dets.isdecimal():
        return base + area + cat
    return f"AR{'@' if dets in ('25', '50', '75') else ''}{dets}{cat}"  # AR50 is the recall at IoU 0.50


class _Block:
    """The rows of one printed block, as far as they were met."""

    __slots__ = ("banner", "last", "line", "missing", "rows", "said")

    def __init__(self, line: int, said: Statements, banner: Banner) -> None:
        self.line = self.last = line
        self.said, self.banner = said, banner
        self.rows: dict[str, Metric] = {}
        self.missing = 0  # line of the first nan

    def takes(self, row: _Row, line: int) -> bool:
        """Whether the row may belong here. A second AP may, if it has other maxDets and follows at once."""
        if row.key in self.rows or line - self.last > 4 * GAP:  # one of many ranks may wait long
            return False
        return not row.first or (line - self.last <= 1 and all(key.startswith("AP") for key in self.rows))

    def evaluation(self, path: str, origin: Origin, *, is_of_model: bool = False) -> Evaluation:
        """What the block tells; `is_of_model`: its banner names the model, as those of others name theirs."""
        metrics = tuple(self.rows.values())
        task, stated, names = _shape(tuple(self.rows), self.said.task)
        if names:
            metrics = tuple(replace(each, name=name) for each, name in zip(metrics, names, strict=True))
        scores = [each.value for each in metrics if each.value is not None and each.value > 0]
        if any(each.percent for each in metrics) or 2 * sum(score > 1 for score in scores) > len(scores):
            metrics = tuple(
                metric(each.name, each.text, percent=True, max_dets=each.max_dets) or each for each in metrics
            )
        where, said = Where(path, self.line), self.said
        is_named = is_of_model or detectors(self.banner.name)
        model = self.banner.name if is_named and not (said.epoch or said.iteration) else ""  # a training has but one
        made = Evaluation(task, metrics, where, origin, said.epoch, said.iteration, said.category, stated)
        return replace(made, weights=model, of=said.of, split=self.banner.split)


@lru_cache(256)
def _shape(keys: tuple[str, ...], said: str | None) -> tuple[str, bool, tuple[str, ...]]:
    """What the keys of a block tell: its task, whether that is sure, and the names where they differ from its rows'.

    Keypoints have maxDets 20 and no small area. What the text says counts where the rows do not tell.
    """
    names = [key.partition("@")[0] if key[:3] != "AR@" else key[: key.rindex("@")] for key in keys]
    small = "APs" in names or "ARs" in names
    if all(key.endswith("@20") for key in keys):
        sure = not small and not {"AR50", "AR75"}.isdisjoint(names)
        task = "keypoints" if sure else said or ("bbox" if small else "keypoints")
    else:
        sure, task = False, "bbox" if small and said == "keypoints" else said or "bbox"
    final: list[str] = []
    for name, key in zip(names, keys, strict=True):
        own = "AR" if name == "AR20" and task == "keypoints" else name
        final.append(key if own in final else own)
    return task, sure or task == said, tuple(final) if final != names else ()


def _merged(evaluations: list[Evaluation]) -> list[Evaluation]:
    """One evaluation for all places that print the same numbers; the fullest print tells them."""
    kept: list[Evaluation] = []
    for each in evaluations:
        index = next((index for index, other in enumerate(kept) if _same(each, other)), None)
        if index is None:
            kept.append(each)
            continue
        other = kept[index]
        fullest = max(other, each, key=lambda evaluation: len(evaluation.metrics))
        also = (*other.also, each.where)[:COPIES]
        kept[index] = replace(other, metrics=fullest.metrics, task=fullest.task, also=also)
    return kept


def _same(one: Evaluation, other: Evaluation) -> bool:
    """Whether the shorter of two prints is a part of the longer, and both can be of one task."""
    short, long = sorted(({row.name: row.text for row in each.metrics} for each in (one, other)), key=len)
    same_task = one.task == other.task or not (one.task_stated and other.task_stated)
    return same_task and short.items() <= long.items() and one.category == other.category


def _untold(blocks: list[_Block], evaluations: list[Evaluation]) -> list[Evaluation]:
    """The evaluations, where some that name no task stand without a line between: each is of an unknown task then.

    Boxes and masks of one model are printed so, as are two models: none of them is another's earlier result.
    """
    told, count = list(evaluations), 1
    for index, (before, block) in enumerate(pairwise(blocks), 1):
        pair = evaluations[index - 1 : index + 1]
        is_told = any(each.task_stated or each.progress for each in pair) or _same(*pair)
        is_open = block.line == before.last + 1 and not is_told
        count = count + 1 if is_open else 1
        if is_open:
            told[index - 1] = replace(told[index - 1], task=f"unknown {count - 1}")
            told[index] = replace(told[index], task=f"unknown {count}")
    return told


@dialect("COCO summary block", b"@")
class CocoSummary:
    """Collects rows into blocks, also where several ranks print the same block at the same time."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin, self.note = path, origin, origin == "note"
        self.open: list[_Block] = []
        self.ranks = False
        self.said = Statements()
        self.banner = Banner()  # of the block before
        self.last = -GAP  # line of the last row
        self.held = 0  # bytes at the end of the last window that may be the begin of a row
        self.rest = Window(b"", 0, 1)
        self.troubles = self.last_trouble = 0

    @property
    def withheld(self) -> list[Evaluation]:
        """Blocks of which more rows may follow."""
        return [block.evaluation(self.path, self.origin) for block in self.open]

    def feed(self, window: Window) -> Iterator[Record]:
        data = window.data
        start, stop = window.start - self.held, len(data)
        self.held = 0
        if not data.endswith((b"\n", b"\r")):
            stop = max(stop - _REST, data.rfind(b"\n") + 1, data.rfind(b"\r") + 1)
            if sign := _SIGN.search(data, max(start, stop)):
                self.held, self.rest = len(data) - sign.start(), window
        yield from self._scan(window, start, stop)

    def close(self) -> Iterator[Record]:
        if self.held:
            yield from self._scan(self.rest, len(self.rest.data) - self.held, len(self.rest.data))
        yield from self._flush()
        if self.troubles > TROUBLES:
            yield Issue(f"{self.troubles - TROUBLES:,} more rows cannot be read.", Where(self.path, self.last_trouble))

    def _at(self, data: bytes, start: int, stop: int) -> int:
        if not self.note:
            return data.find(b"@", start, stop)
        match = _AT.search(data, start, stop)
        return match.start() if match else -1

    def _scan(self, window: Window, start: int, stop: int) -> Iterator[Record]:
        data = window.data
        while (at := self._at(data, start, stop)) >= 0:
            start = at + 1
            begin = data.rfind(b"Average", max(0, at - _LABEL), at)
            if begin >= 0 and data.find(b"@", begin, at) >= 0:  # that is the row before
                begin = -1
            end = data.find(b"\n", at, at + _ROW)
            row = _strict(data[begin : end if end >= 0 else at + _ROW]) if begin >= 0 else None
            if row is None and (self.note or (begin >= 0 and data.startswith(b"[", start))):
                row = _mended(data, at, self.note)
            if row is None:
                continue
            line = window.line_at(at)
            if row.metric is None or self._is_cut(row.metric, data, begin):
                yield from self._trouble(line)
                continue
            if line - self.last > GAP or len(self.open) > (CROWD if row.first else 2 * CROWD):
                yield from self._flush()
            block = self._home(row, line, data, begin if begin >= 0 else at)
            block.rows[row.key] = row.metric
            if row.metric.value is None:
                block.missing = block.missing or line
            block.last = self.last = line
            if row.first:
                start = self._run(data, start, stop, block)
                self.last = block.last

    def _run(self, data: bytes, start: int, stop: int, block: _Block) -> int:
        """Take the rows on the lines that follow, as they do in most blocks, and say where they end."""
        text = data[start : min(start + 1400, stop)]
        first, *lines = text.split(b"\n")
        if b"@" in first or b"\r" in text:
            return start
        rows, start = block.rows, start + len(first)
        for line in lines[:-1]:
            row = _strict(line[line.find(b"Average") :])
            if row is None:
                break
            key, metric, _, plain = row
            if not plain or metric is None or key in rows:
                break
            rows[key] = metric
            start += len(line) + 1
            block.last += 1
        return start

    def _home(self, row: _Row, line: int, data: bytes, begin: int) -> _Block:
        """The newest open block that takes the row, or a new one."""
        for block in reversed(self.open[-GAP:]):
            if block.takes(row, line):
                self.ranks |= block is not self.open[-1]
                return block
        last = self.said if line - self.last <= GAP else None
        self.said = statements(data, begin, self.note, b"maxDets", last)
        self.banner = Banner() if self.note else self._banner_before(data, begin, line)
        self.open.append(_Block(line, self.said, self.banner))
        return self.open[-1]

    def _banner_before(self, data: bytes, begin: int, line: int) -> Banner:
        """What a banner names above the row at `data[begin]`, or that of the block before."""
        last = data.rfind(b"maxDets", max(0, begin - TITLE), begin)
        banner = banner_before(data[max(0, begin - TITLE, last) : begin])
        return banner if banner.name else self.banner if line - self.last <= GAP else Banner()

    def _is_cut(self, metric: Metric, data: bytes, begin: int) -> bool:
        """Whether the file ends within the number, which then has fewer digits than its neighbours."""
        if not data.endswith(metric.text.encode()) or data.find(b"@", begin) != data.rfind(b"@"):
            return False
        others = [other.text for block in self.open[-1:] for other in block.rows.values()]
        digits = max((len(text.partition(".")[2]) for text in others), default=0 if self.note else 3)
        return len(metric.text.partition(".")[2]) < digits

    def _trouble(self, line: int) -> Iterator[Issue]:
        self.troubles, self.last_trouble = self.troubles + 1, line
        if self.troubles <= TROUBLES:
            message = "A row of a COCO summary is cut or garbled. Its number is left out; look at the line."
            yield Issue(message, Where(self.path, line))

    def _flush(self) -> Iterator[Record]:
        blocks, self.open = self.open, []
        for block in blocks:
            if block.missing:
                printed = ((each.name, each.text) for each in block.rows.values())
                yield from unread(printed, Where(self.path, block.missing))
        is_of_model = are_of_models([block.banner.name for block in blocks])
        evaluations = [block.evaluation(self.path, self.origin, is_of_model=is_of_model) for block in blocks]
        if self.ranks:
            evaluations = _merged(evaluations)
        elif not self.note:
            evaluations = _untold(blocks, evaluations)
        yield from evaluations
