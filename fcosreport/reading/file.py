"""One file, read once from front to back with bounded memory: its records, its segments, and the text of a note.

A log that has grown is read on from where it ended, with a little of what stood before it, so that the dialects know
where they are.
"""

import io
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from fcosreport.files.paths import url_of
from fcosreport.files.raw import HEAD, Raw, Refused, Transcoded, reason, sniff
from fcosreport.reading.dialect import Dialect, Reader, Record, Window, dialects, line_ends
from fcosreport.reading.segments import Stretches
from fcosreport.reading.times import first_time, last_time
from fcosreport.reading.window import BUFFER, Roll
from fcosreport.records import (
    Evaluation,
    Event,
    Fragment,
    Issue,
    Mark,
    Origin,
    Samples,
    Segment,
    Setting,
    Source,
    Where,
)

if TYPE_CHECKING:
    from fcosreport.reading.sieve import Sieve

NOTE_LIMIT = 16 << 20
"""Bytes of a note that are parsed as Markdown."""
WARM_UP = 1 << 20
"""Bytes that are read again before what was appended to a log."""
LARGE = 4 << 20
"""Bytes of a file from which on importing numpy pays."""

_CHECKED = 4 << 10  # bytes before the end that tell a log that has grown from one that was written anew
_ENDS = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: records in the order of their lines without the samples, which are curves of the segments.

    `text` is the decoded text of a note, "" for a log. `mark` is as in `Fragment`.
    """

    records: tuple[Record, ...]
    source: Source
    text: str = ""
    segments: tuple[Segment, ...] = ()
    mark: Mark | None = None


def read(
    path: Path | str,
    shown: str,
    origin: Origin,
    buffer: int = BUFFER,
    *,
    old: Fragment | None = None,
    whole: bool = False,
) -> Reading:
    """Read the file at `path` (which may be a URL), which is `shown` to the user, in pieces of `buffer` bytes.

    `old` is what an earlier reading of it found: only what was appended since is read then, if that can be told.
    `whole` keeps every point of the curves.
    Never raises for what the file is or holds: trouble is an Issue among the records, beside all that could be read.
    ServerError where the server of a URL does not answer.
    """
    readers = (each.whole_file for each in dialects() if each.whole_file and each.is_for(shown))
    reader = next(readers, None) if origin == "log" else None
    try:
        with _opened(path, copied=bool(reader)) as (raw, local):
            one = _File(raw, shown, origin, buffer, whole)
            if reader:
                return one.read_by(lambda: reader(local, shown))
            return one.reading(old if origin == "log" else None)
    except Refused as error:
        return _unreadable(shown, str(error))
    except OSError as error:
        return _unreadable(shown, f"reading failed ({reason(error)}). Copy it to a sound disk and collect again.")


@contextmanager
def _opened(path: Path | str, *, copied: bool) -> Iterator[tuple[Raw, Path]]:
    """The bytes of a file here or on a server, and its path here (a copy's, if `copied`)."""
    if url := url_of(path):
        from fcosreport.files import ranges

        with ranges.opened(url, copied=copied) as found:
            yield found
        return
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # never to wait at a pipe
    try:
        number = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise Refused(f"it cannot be opened ({reason(error)}). Give read permission, or leave it out.") from error
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise Refused("it is no regular file. Leave it out, or copy its content into one.")
        with io.FileIO(number, closefd=False) as file:
            yield Raw(file, status.st_size), Path(path)
    finally:
        os.close(number)


def _unreadable(shown: str, why: str) -> Reading:
    return Reading((Issue(f"Not read: {why}", Where(shown, 1)),), Source(shown, "unreadable"))


@dataclass(slots=True)
class _File:
    """One file while it is read."""

    raw: Raw
    shown: str
    origin: Origin
    buffer: int
    whole: bool

    def reading(self, old: Fragment | None) -> Reading:
        head = self.raw.head(NOTE_LIMIT if self.origin == "note" else HEAD)
        encoding = sniff(head)
        if encoding is None:
            return Reading((), Source(self.shown, "binary", self.raw.size))
        old = old if old and old.mark and encoding == "utf-8" and self._has_grown(old.mark) else None
        stream = self.raw if encoding == "utf-8" else Transcoded(self.raw, encoding)
        roll = Roll(stream, self.buffer, _sieve(dialects()) if self._pays() else None)
        feeding = _Feeding(self.shown, self.origin, Stretches(old.segments if old else (), whole=self.whole))
        if old and old.mark:
            self._warm_up(old.mark, roll, feeding)
        feeding.feed(roll)
        records = [*self._unchanged(old), *feeding.records(old.mark.open if old and old.mark else 0)]
        text = _text(head, encoding) if self.origin == "note" else ""
        records.extend(self._trouble(roll, text, is_cut=len(head) == NOTE_LIMIT))
        records.sort(key=lambda record: record.where.line)
        evaluations = [record for record in records if isinstance(record, Evaluation)]
        segments = feeding.stretches.segments(
            evaluations,
            [record for record in records if isinstance(record, Setting)],
            [record for record in records if isinstance(record, Event)],
        )
        fingerprint = "" if self.raw.trouble else self.raw.fingerprint()
        source = Source(self.shown, self.origin, self.raw.read, fingerprint, roll.lines, len(evaluations))
        is_half = bool(self.raw.read) and (roll.joined or self.raw.at(self.raw.read - 1, 1) == b"\r")  # or half a CR LF
        can_go_on = encoding == "utf-8" and not is_half and not self.raw.trouble
        mark = self._mark(roll, feeding) if can_go_on else None
        return Reading(tuple(records), source, text, segments, mark)

    def read_by(self, whole_file: Callable[[], Iterable[Record]]) -> Reading:
        """What a dialect says that reads the file by itself."""
        stretches = Stretches(whole=self.whole)
        found = list(whole_file())
        stretches.take(found, Window(b"", 0, 1))
        records = tuple(_without_samples(found))
        evaluations = [record for record in records if isinstance(record, Evaluation)]
        settings = [record for record in records if isinstance(record, Setting)]
        segments = stretches.segments(evaluations, settings, [r for r in records if isinstance(r, Event)])
        self.raw.read = self.raw.size
        source = Source(self.shown, "log", self.raw.size, self.raw.fingerprint(), 1, len(evaluations))
        return Reading(records, source, segments=segments)

    def _pays(self) -> bool:
        """Whether importing numpy for the file does."""
        return self.raw.size > LARGE or "numpy" in sys.modules

    def _has_grown(self, mark: Mark) -> bool:
        return self.raw.size >= mark.offset and self._check(mark.offset) == mark.before

    def _check(self, offset: int) -> str:
        start = max(0, offset - _CHECKED)
        return xxhash.xxh3_128_hexdigest(self.raw.at(start, offset - start))

    def _warm_up(self, mark: Mark, roll: Roll, feeding: "_Feeding") -> None:
        start = max(0, mark.offset - WARM_UP)
        data = self.raw.at(start, mark.offset - start)
        begin = 0 if start == 0 else data.find(b"\n") + 1
        line = mark.lines + 1 - line_ends(data, begin, len(data))
        feeding.warm_up(Window(data, begin, line))
        self.raw.skip_to(mark.offset)
        roll.resume(data, mark.lines)

    def _unchanged(self, old: Fragment | None) -> Iterator[Record]:
        if old and old.mark:
            for segment in old.segments:
                yield from (each for each in segment.evaluations if each.where.line < old.mark.open)
                yield from (each for each in segment.settings if each.where.line < old.mark.open)
                yield from (each for each in segment.events if each.where.line < old.mark.open)
            yield from (issue for issue in old.issues if issue.where.line < old.mark.open)

    def _trouble(self, roll: Roll, text: str, *, is_cut: bool) -> Iterator[Issue]:
        if self.raw.trouble:
            yield Issue(self.raw.trouble, Where(self.shown, max(roll.lines, 1)))
        if self.origin == "note" and is_cut and self.raw.size > NOTE_LIMIT:
            message = f"Only the first {NOTE_LIMIT >> 20} MB are read as a note. Split it into several notes."
            yield Issue(message, Where(self.shown, len(_ENDS.findall(text)) + 1))

    def _mark(self, roll: Roll, feeding: "_Feeding") -> Mark:
        offset = self.raw.read
        return Mark(offset, roll.lines, min(feeding.open_line, roll.lines + 1), self._check(offset))


class _Feeding:
    """All dialects over one file. Records of each dialect stay together, so that their order knows no pieces."""

    def __init__(self, shown: str, origin: Origin, stretches: Stretches) -> None:
        self.origin, self.stretches = origin, stretches
        self.readers: list[tuple[Dialect, Reader]] = [(each, each.reader(shown, origin)) for each in dialects()]
        self.meant = [each.is_for(shown) for each in dialects()]
        self.found: list[list[Record]] = [[] for _ in self.readers]
        self.open_line = 1 << 62

    def warm_up(self, window: Window) -> None:
        """Tell the dialects what stood before, and leave out what they say of it, but for what is not complete."""
        for (each, reader), records, is_meant in zip(self.readers, self.found, self.meant, strict=True):
            if is_meant or any(anchor in window.data for anchor in each.anchors):
                records.extend(_without_samples(reader.feed(window)))

    def feed(self, roll: Roll) -> None:
        """The whole file, piece by piece."""
        is_first = not roll.lines
        for _ in roll.pieces():
            batch: list[Record] = []
            for (each, reader), records, is_meant in zip(self.readers, self.found, self.meant, strict=True):
                if is_meant or roll.holds(each.anchors, self.origin):
                    fed = list(reader.feed(roll.window()))
                    batch.extend(fed)
                    records.extend(_without_samples(fed))
            if batch:
                self.stretches.take(batch, roll.window())
            if is_first:
                self.stretches.began(first_time(bytes(roll.data[: roll.stop])))
                is_first = False
        self._close(roll)

    def _close(self, roll: Roll) -> None:
        self.stretches.ended(last_time(bytes(roll.data[: roll.start]), roll.start))
        for (_, reader), records in zip(self.readers, self.found, strict=True):
            closing = list(reader.close())
            self.stretches.take((r for r in closing if isinstance(r, Samples)), Window(b"", 0, 1))
            left = _without_samples(closing)
            records.extend(left)
            self.open_line = min([self.open_line, *(record.where.line for record in left)])

    def records(self, start: int) -> Iterator[Record]:
        """All records from line `start` on, each with the dialect that read it."""
        for (each, _), records in zip(self.readers, self.found, strict=True):
            for record in records:
                if record.where.line >= start:
                    yield replace(record, form=each.name) if isinstance(record, Evaluation) else record


@lru_cache(4)
def _sieve(known: Sequence[Dialect]) -> "Sieve":
    from fcosreport.reading.sieve import Sieve

    return Sieve(anchor for each in known for anchor in each.anchors)


def _without_samples(records: Iterable[Record]) -> Sequence[Record]:
    return [record for record in records if not isinstance(record, Samples)]


def _text(head: bytes, encoding: str) -> str:
    text = re.sub(r"(?<!\r)\0+", "", head.decode(encoding, "replace").removeprefix("\ufeff"))
    return text if len(head) < NOTE_LIMIT else text[: text.rfind("\n") + 1]
