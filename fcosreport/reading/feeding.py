"""All dialects over one file: each is fed the pieces that are for it, and ends alone if it fails."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import get_args

from msgspec import Struct
from msgspec.structs import force_setattr

from fcosreport.files.raw import Raw
from fcosreport.reading import pause
from fcosreport.reading.coverage import Doubts
from fcosreport.reading.dialect import Dialect, Reader, Record, dialects
from fcosreport.reading.segments import Stretches
from fcosreport.reading.window import Roll
from fcosreport.records import Evaluation, Fragment, Issue, Origin, Samples, Segment, Setting, TableRow, Where
from fcosreport.registry import FAULTS, fault
from fcosreport.wording import plain

_RECORDS: tuple[type, ...] = get_args(Record)
_MOST = 2.0**63  # what a database holds
_SOURCE = re.compile(
    r"(?i)\.(?:pyi?|pyx|rst|c|cc|cpp|cu|cuh|h|hpp|java|js|ts|tsx|go|rs|r|m|jl|lua|html?|css"
    r"|sh|bash|zsh|ps1|bat|cmd|pl|rb|php|swift|kt)$"
)
"""Programs and their documentation: what results they show are examples and what a test expects."""
_SPAN = 64  # lines that a result may take
_NOBODY = -1  # read a record before the pause


class Paused(Struct, frozen=True):
    """Where reading can go on: behind `offset` bytes, which are `lines` whole lines.

    `state` is what readers and stretches had in mind there, `found` how many records each dialect had found.
    """

    offset: int
    lines: int
    state: bytes
    found: Sequence[int]


@dataclass(slots=True)
class Fed:
    """One dialect over one file, and what it found.

    Its reader is made for the first piece that is for it. One that raises is dropped, and that is told as an issue.
    """

    dialect: Dialect
    shown: str
    origin: Origin
    is_source: bool
    reader: Reader | None = None
    is_dropped: bool = False
    found: list[Record] = field(default_factory=list)

    def feed(self, roll: Roll) -> list[Record]:
        """What the dialect says of a piece of the file."""
        holds = not self.is_source and roll.holds(self.dialect.anchors, self.origin)
        if not (holds or self.dialect.is_for(self.shown) or getattr(self.reader, "is_open", False)):
            return []
        if self.reader is None and not self.is_dropped:
            self._begin()
        window = roll.window()
        return self._said(lambda reader: reader.feed(window), window.line, "from this line on")

    def close(self, line: int) -> list[Record]:
        """What was still open at the end of the file, whose last line is given."""
        return self._said(lambda reader: reader.close(), line, "at the end")

    def _begin(self) -> None:
        try:
            self.reader = self.dialect.reader(self.shown, self.origin)
        except FAULTS as error:  # a dialect's fault, whatever it is
            self._drop(error, 1, "at the beginning")

    def _said(self, call: Callable[[Reader], Iterable[Record]], line: int, told: str) -> list[Record]:
        said: list[Record] = []
        if self.reader is not None:
            try:
                for record in call(self.reader):
                    said.append(_checked(record))
            except FAULTS as error:  # a dialect's fault, whatever it is
                self._drop(error, max([line, *(each.where.line for each in said)]), told)
        self.found.extend(kept(each, self.dialect) for each in said if not isinstance(each, Samples))
        return said

    def _drop(self, error: Exception | SystemExit, line: int, told: str) -> None:
        self.reader, self.is_dropped = None, True
        where = Where(self.shown, max(line, 1))
        self.found.append(fault(f"dialect {self.dialect.name}", error, where, told))


def kept(record: Record, dialect: Dialect) -> Record:
    """The record of a dialect as it is kept: an evaluation knows who read it, a setting is no number beyond measure."""
    if isinstance(record, Evaluation):
        force_setattr(record, "form", dialect.name)  # it is nobody's yet, and to copy it takes long
        return record
    if isinstance(record, Setting) and isinstance(record.value, int | float) and not abs(record.value) < _MOST:
        return Issue(f"{record.name} cannot be {plain(record.text, 40)}, and is left out. Look at it.", record.where)
    return record


class Feeding:
    """All dialects, or some, over one file. Records of each stay together, so that their order knows no pieces."""

    def __init__(
        self, shown: str, origin: Origin, *, whole: bool = False, among: Sequence[Dialect] | None = None
    ) -> None:
        self.origin = origin
        self.stretches = Stretches(whole=whole)
        is_source = bool(_SOURCE.search(shown))
        self.fed = [Fed(each, shown, origin, is_source) for each in (dialects() if among is None else among)]
        self.doubts = Doubts(shown) if origin == "log" else None
        self.paused: Paused | None = None

    def feed(self, roll: Roll, *, pauses: bool = False) -> None:
        """The whole file, piece by piece; `pauses` before its last line if that may be cut, else at its end."""
        for _ in roll.pieces():
            if pauses and roll.is_last:
                self._pause(roll)
            batch = self._said(roll)
            self._doubt(batch, roll)
            if batch or self.stretches.asks_for_time:
                self.stretches.take(batch, roll.window())
        if pauses and not self.paused:
            self._pause(roll)
        self._close(roll)

    def _said(self, roll: Roll) -> list[Record]:
        """What the dialects say of the piece: those that give way are told where the others have read a result."""
        said: list[Record] = []
        for gives_way, group in groupby(self.fed, key=lambda each: each.dialect.gives_way):
            told = [*said, *self._withheld(roll)] if gives_way else said
            if gives_way and (lines := _results(told)):
                are_whole = any(isinstance(each, Evaluation | TableRow) for each in told)
                roll.window().take(lines, _SPAN, are_whole=are_whole)
            if gives_way and any(isinstance(each, Samples) for each in said):
                roll.window().follow()
            said += [record for each in group for record in each.feed(roll)]
        return said

    def _withheld(self, roll: Roll) -> list[Record]:
        """What readers have read in the piece and hold back, as more may be told of it."""
        withheld = (reversed(getattr(each.reader, "withheld", ())) for each in self.fed)
        return [record for held in withheld for record in takewhile(lambda record: _line(record) > roll.lines, held)]

    def _doubt(self, batch: Iterable[Record], roll: Roll) -> None:
        """Ask of the piece whether it holds a result, as long as no reader has taken one."""
        if self.doubts and any(isinstance(record, Evaluation | TableRow) for record in batch):
            self.doubts = None
        elif self.doubts and self.doubts.is_asked:
            self.doubts.look(roll.window())

    @property
    def doubt(self) -> Issue | None:
        """The first line that looks like a result, where no reader took any."""
        has_result = any(isinstance(record, Evaluation | TableRow) for each in self.fed for record in each.found)
        return None if has_result or not self.doubts else self.doubts.first

    @property
    def is_of_classifier(self) -> bool:
        """Whether the file tells of a classifier, and no reader took a result of detection."""
        return bool(self.doubts and self.doubts.is_of_classifier)

    def _close(self, roll: Roll) -> None:
        self.stretches.end(bytes(roll.data[: roll.start]))
        line = max(roll.lines, 1)
        self.stretches.gather(record for each in self.fed for record in each.close(line))

    def records(self) -> list[Record]:
        """All records, in the order of their lines."""
        found = [record for each in self.fed if not each.dialect.gives_way for record in each.found]
        lines, declared = _results(found), {each.name for each in found if isinstance(each, Setting)}
        giving = (record for each in self.fed if each.dialect.gives_way for record in each.found)
        giving = (each for each in giving if not (isinstance(each, Setting) and each.name in declared))
        own = sorted((each for each in found if isinstance(each, Evaluation)), key=_line)
        found += (each for each in giving if not (_may_give_way(each) and _is_near(each, lines)) or _is_test(each, own))
        return sorted(found, key=lambda record: record.where.line)

    def _pause(self, roll: Roll) -> None:
        """Pack what all have in mind, so that reading can go on here when the file has grown."""
        if roll.joined or not isinstance(roll.source, Raw) or not roll.source.is_judged:
            return
        self.stretches.settle()
        readers, odd_at = [(each.reader, each.is_dropped) for each in self.fed], roll.source.odd_at
        state = pause.packed((readers, self.stretches, odd_at, self.doubts), self.stretches.closed())
        offset = roll.source.read - (roll.end - roll.start)
        self.paused = Paused(offset, roll.lines, state, [len(each.found) for each in self.fed])

    def packed(self, segments: Sequence[Segment], records: Sequence[Record]) -> bytes:
        """The state at the pause, with who had read which of the records by then; b"" if it cannot be packed."""
        if not self.paused or not self.paused.state:
            return b""
        readers = {
            id(record): index
            for index, (each, count) in enumerate(zip(self.fed, self.paused.found, strict=True))
            for record in each.found[:count]
        }
        owners = array("h", [readers.get(id(record), _NOBODY) for record in _in_order(segments, records)])
        return pause.packed((owners, self.paused.state))

    def resume(self, old: Fragment, roll: Roll, before: bytes) -> bool:
        """Go on where the reading of `old` paused, behind the text `before`; False if that cannot be told."""
        mark, curves = old.mark, [segment.curves for segment in old.segments if segment.curves]
        modules = {each.dialect.reader.__module__ for each in self.fed}
        if not mark or not isinstance(roll.source, Raw):
            return False
        try:
            owners, state = pause.unpacked(mark.state, (), ())
            readers, stretches, odd_at, doubts = pause.unpacked(state, curves, modules)
            for each, (reader, is_dropped) in zip(self.fed, readers, strict=True):
                each.reader, each.is_dropped = reader, is_dropped
            for owner, record in zip(owners, _in_order(old.segments, (*old.tables, *old.issues)), strict=True):
                if owner != _NOBODY:
                    self.fed[owner].found.append(record)
        except (ValueError, IndexError, TypeError):
            return False
        self.stretches, roll.source.odd_at, self.doubts = stretches, odd_at, doubts
        roll.source.skip_to(mark.offset)
        roll.resume(before, mark.lines)
        return True


def _checked(record: Record) -> Record:
    """The record, if it is one: a plugin may yield anything."""
    if not isinstance(record, _RECORDS):
        raise TypeError(f"it yields no record, but {type(record).__name__}")
    return record


def _results(records: Iterable[Record]) -> list[int]:
    """The lines to which others give way, in ascending order. A fault says nothing of its line."""
    return sorted({each.where.line for each in records if isinstance(each, Evaluation | TableRow) or _is_trouble(each)})


def _may_give_way(record: Record) -> bool:
    return isinstance(record, Evaluation) or _is_trouble(record)


def _is_trouble(record: Record) -> bool:
    """Whether something in the file, and no reader, is at fault."""
    return isinstance(record, Issue) and not record.fault


def _is_near(record: Record, lines: Sequence[int]) -> bool:
    """Whether the record stands within, or right behind, what was read in one of these lines, in ascending order."""
    at = bisect_left(lines, record.where.line - _SPAN)
    return at < len(lines) and lines[at] <= record.where.line + _SPAN


def _is_test(record: Record, others: Sequence[Evaluation]) -> bool:
    """Whether it tells of a test below validations, which the others near by are, in the order of their lines."""
    if not isinstance(record, Evaluation) or record.split != "test":
        return False
    begin = bisect_left(others, record.where.line - _SPAN, key=_line)
    end = bisect_right(others, record.where.line + _SPAN, lo=begin, key=_line)
    return not any(each.split == "test" or _tells_same(record, each) for each in others[begin:end])


def _line(record: Record) -> int:
    return record.where.line


def _tells_same(one: Evaluation, other: Evaluation) -> bool:
    """Whether a number that both tell is one, however it is rounded."""
    pairs = ((mine, other.metric(mine.name)) for mine in one.metrics)
    return any(
        abs((mine.value or 0) - (theirs.value or 0)) <= mine.half_unit + theirs.half_unit
        for mine, theirs in pairs
        if theirs
    )


def _in_order(segments: Sequence[Segment], others: Iterable[Record]) -> list[Record]:
    """The records of a file as its fragment holds them: by kind."""
    found: list[Record] = [each for segment in segments for each in segment.evaluations]
    found += [each for segment in segments for each in segment.settings]
    found += [each for segment in segments for each in segment.events]
    others = list(others)
    found += [each for each in others if isinstance(each, TableRow)]
    return found + [each for each in others if isinstance(each, Issue)]
