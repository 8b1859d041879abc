"""One file, read once from front to back with bounded memory: its records, its segments, and the text of a note.

A large log that has grown is read on from the last line that was whole, by dialects that have in mind what they had
there; a small one is read again, which costs less than to keep that.
"""

import io
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import xxhash
from msgspec import Struct

from fcosreport.files import packed
from fcosreport.files.paths import url_of
from fcosreport.files.raw import HEAD, Misjudged, Raw, Refused, Transcoded, reason, sniff
from fcosreport.reading import notebook, predicted
from fcosreport.reading.dialect import Dialect, Record, Window, dialects
from fcosreport.reading.feeding import Feeding, kept
from fcosreport.reading.notebook import Notebook, placed
from fcosreport.reading.segments import Stretches
from fcosreport.reading.window import BEFORE, BUFFER, Roll
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
    TableRow,
    Where,
)
from fcosreport.registry import FAULTS, fault

if TYPE_CHECKING:
    from fcosreport.reading.sieve import Sieve

NOTE_LIMIT = 16 << 20
"""Bytes of a note that are parsed as Markdown."""
LARGE = 4 << 20
"""Bytes of a file from which on it pays to keep what is needed to read on."""
SEARCHED = 1 << 20
"""Bytes in which all anchors take as long to be searched for, one by one, as numpy to be imported."""

_CHECKED = 4 << 10  # bytes before the end that tell a log that has grown from one that was written anew
_ENDS = re.compile(r"\r\n?|\n")
_POINTER = b"version https://git-lfs.github.com/spec/"
_ELSEWHERE = "a pointer of Git LFS, whose content `git lfs pull` fetches"
"""What stands for a large file where only the repository was cloned."""
_SHORT = 1 << 10  # bytes that such a pointer has at most


class Reading(Struct, frozen=True):
    """What was read: records in the order of their lines without the samples, which are curves of the segments.

    `text` is the decoded text of a note, "" for a log; of a notebook that printed no result what its Markdown says,
    with the lines of the file in `text_lines`. `mark` is as in `Fragment`;
    `doubt` tells of what looks like a result, where no reader took any; `is_of_classifier`: results of a classifier
    are all there is.
    """

    records: tuple[Record, ...]
    source: Source
    text: str = ""
    segments: tuple[Segment, ...] = ()
    mark: Mark | None = None
    doubt: Issue | None = None
    is_of_classifier: bool = False
    text_lines: Sequence[int] = ()


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
    readers = (each for each in dialects() if each.whole_file and each.is_for(shown))
    reader = next(readers, None) if origin == "log" else None
    try:
        with _opened(path, copied=bool(reader)) as (raw, local):
            one = _File(raw, shown, origin, buffer, whole)
            if raw.size <= _SHORT and raw.at(0, len(_POINTER)) == _POINTER:
                return Reading((), Source(shown, "unreadable", raw.size, reason=_ELSEWHERE))
            if reader:
                return one.read_by(reader, local)
            return one.reading(old if origin == "log" else None)
    except Refused as error:
        return _unreadable(shown, str(error))
    except OSError as error:
        return _unreadable(shown, f"reading failed ({reason(error)}). Copy it to a sound disk and collect again.")


def printed(texts: Sequence[str], shown: str) -> Iterator[list[Evaluation]]:
    """The results in each text that programs printed and a note shows, by the dialects that know a carrier and names.

    All others read the note themselves.
    """
    logs = [text.encode("utf-8", "replace") for text in texts]
    whole = b"\n".join(logs)
    printing = [(each, each.is_for(shown)) for each in dialects() if each.gives_way]
    printing = [(each, is_always) for each, is_always in printing if is_always or each.is_in(whole)]
    for log in logs:
        among = [each for each, is_always in printing if is_always or each.is_in(log)] if log.strip() else []
        yield _results(log, shown, among) if among else []


def _results(log: bytes, shown: str, among: Sequence[Dialect]) -> list[Evaluation]:
    feeding = Feeding(shown, "log", among=among)
    feeding.feed(Roll(io.BytesIO(log), BUFFER))
    return [record for record in feeding.records() if isinstance(record, Evaluation)]


@contextmanager
def _opened(path: Path | str, *, copied: bool) -> Iterator[tuple[Raw, Path]]:
    """The bytes of a file here or on a server, and its path here (a copy's, if `copied`)."""
    if url := url_of(path):
        from fcosreport.files import ranges

        is_packed = packed.is_packed(url)
        with ranges.opened(url, copied=copied or is_packed) as found:
            if is_packed:
                with packed.unpacked(str(found[1]), url) as inside:
                    yield inside
            else:
                yield found
        return
    if packed.is_packed(str(path)):
        with packed.unpacked(str(path)) as found:
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
    searched: ClassVar[int] = 0  # bytes of all files so far in which each anchor was searched for

    def reading(self, old: Fragment | None) -> Reading:
        head = self.raw.head(NOTE_LIMIT if self.origin == "note" else HEAD)
        encoding = sniff(head)
        if encoding is None:
            return Reading((), Source(self.shown, "binary", self.raw.size))
        is_notebook = self.origin == "log" and notebook.is_notebook(self.shown)
        if is_notebook and (book := notebook.opened(self.raw.at(0, notebook.LIMIT))):
            return self._read_notebook(book)
        if self.origin == "log" and predicted.tasks(head):
            self.raw.read = self.raw.size
            found = Source(self.shown, "log", self.raw.size, self.raw.fingerprint(), reason=predicted.OF_PREDICTIONS)
            return Reading((), found)
        self.raw.odd_at = None if head.isascii() else 0
        grown = old.mark if old and encoding == "utf-8" and not self.whole and self._has_grown(old) else None
        try:
            return self._read_as(encoding, head, old if grown else None)
        except Misjudged as error:
            self.raw.skip_to(0)
            return self._read_as(error.encoding, head, None)

    def _read_as(self, encoding: str, head: bytes, old: Fragment | None) -> Reading:
        stream = self.raw if encoding == "utf-8" else Transcoded(self.raw, encoding)
        roll = Roll(stream, self.buffer, _sieve(dialects()) if self._pays() else None)
        feeding = Feeding(self.shown, self.origin, whole=self.whole)
        if old and old.mark and not feeding.resume(old, roll, self._before(old.mark)):
            feeding = Feeding(self.shown, self.origin)
        feeding.feed(roll, pauses=stream is self.raw and self.origin == "log" and self.raw.size >= LARGE)
        text = _text(head, encoding) if self.origin == "note" else ""
        records = [*feeding.records(), *self._trouble(roll, text, is_cut=len(head) == NOTE_LIMIT)]
        records.sort(key=lambda record: record.where.line)
        if any(isinstance(record, TableRow) and record.is_index for record in records):  # which tells of no run
            records = [record for record in records if isinstance(record, TableRow | Issue)]
        segments = _segments(feeding.stretches, records)
        fingerprint = "" if self.raw.trouble else self.raw.fingerprint()
        count = sum(isinstance(record, Evaluation) for record in records)
        source = Source(self.shown, self.origin, self.raw.read, fingerprint, roll.lines, count)
        mark = self._mark(feeding, segments, records)
        return Reading(tuple(records), source, text, segments, mark, feeding.doubt, feeding.is_of_classifier)

    def _read_notebook(self, book: Notebook) -> Reading:
        printed, written = self._fed(book.log, "log"), self._fed(book.note, "note")
        found = printed.records()
        segments = placed(_segments(printed.stretches, found), book.log_lines)
        pasted = tuple(each for each in written.records() if isinstance(each, Evaluation))
        pasted = placed(pasted, book.note_lines)
        records = (*placed(tuple(found), book.log_lines), *pasted)
        last = book.log_lines[-1]
        if self.raw.size > notebook.LIMIT:
            message = f"Only the first {notebook.LIMIT >> 20} MB of this notebook are read. Clear its pictures."
            records = (*records, Issue(message, Where(self.shown, last)))
        records = tuple(sorted(records, key=lambda record: record.where.line))
        self.raw.read = self.raw.size
        count = sum(isinstance(record, Evaluation) for record in records)
        source = Source(self.shown, "log", self.raw.size, self.raw.fingerprint(), last, count)
        if pasted or any(each.evaluations or each.curves for each in segments):
            return Reading(records, source, segments=notebook.with_pasted(segments, pasted))
        (doubt,) = placed((printed.doubt,), book.log_lines) if printed.doubt else (None,)
        text = book.note.decode(errors="replace")
        return Reading(
            records, source, text, segments, None, doubt, printed.is_of_classifier, text_lines=book.note_lines
        )

    def _fed(self, text: bytes, origin: Origin) -> Feeding:
        feeding = Feeding(self.shown, origin, whole=self.whole)
        feeding.feed(Roll(io.BytesIO(text), self.buffer))
        return feeding

    def read_by(self, dialect: Dialect, local: Path) -> Reading:
        """What a dialect says that reads the file by itself."""
        stretches, found = Stretches(whole=self.whole), list[Record]()
        try:
            found.extend(dialect.whole_file(local, self.shown) if dialect.whole_file else ())
        except FAULTS as error:  # a dialect's fault, whatever it is
            found.append(fault(f"dialect {dialect.name}", error, Where(self.shown, 1), "in this file"))
        stretches.take(found, Window(b"", 0, 1))
        records = tuple(kept(record, dialect) for record in found if not isinstance(record, Samples))
        count = sum(isinstance(record, Evaluation) for record in records)
        self.raw.read = self.raw.size
        source = Source(self.shown, "log", self.raw.size, self.raw.fingerprint(), 1, count)
        return Reading(records, source, segments=_segments(stretches, records))

    def _pays(self) -> bool:
        """Whether importing numpy does: for this file, or as it would have for those before."""
        _File.searched += self.raw.size
        return _File.searched > SEARCHED or "numpy" in sys.modules

    def _has_grown(self, old: Fragment) -> bool:
        has_more = old.mark and self.raw.size > old.source.size
        return bool(has_more and old.mark and self._check(old.mark.offset) == old.mark.before)

    def _check(self, offset: int) -> str:
        start = max(0, offset - _CHECKED)
        return xxhash.xxh3_128_hexdigest(self.raw.at(start, offset - start))

    def _before(self, mark: Mark) -> bytes:
        start = max(0, mark.offset - BEFORE)
        return self.raw.at(start, mark.offset - start)

    def _trouble(self, roll: Roll, text: str, *, is_cut: bool) -> Iterator[Issue]:
        if self.raw.trouble:
            yield Issue(self.raw.trouble, Where(self.shown, max(roll.lines, 1)))
        if roll.torn:
            yield Issue("NUL bytes stand in this line: what was written there is lost.", Where(self.shown, roll.torn))
        if self.origin == "note" and is_cut and self.raw.size > NOTE_LIMIT:
            message = f"Only the first {NOTE_LIMIT >> 20} MB are read as a note. Split it into several notes."
            yield Issue(message, Where(self.shown, len(_ENDS.findall(text)) + 1))

    def _mark(self, feeding: Feeding, segments: Sequence[Segment], records: Sequence[Record]) -> Mark | None:
        """Where to go on, if that pays: what is in mind may be more than the file."""
        paused = feeding.paused
        if not paused or self.raw.trouble:
            return None
        state = feeding.packed(segments, records)
        return Mark(paused.offset, paused.lines, self._check(paused.offset), state) if state else None


def _segments(stretches: Stretches, records: Sequence[Record]) -> tuple[Segment, ...]:
    return stretches.segments(
        [record for record in records if isinstance(record, Evaluation)],
        [record for record in records if isinstance(record, Setting)],
        [record for record in records if isinstance(record, Event)],
    )


@lru_cache(4)
def _sieve(known: Sequence[Dialect]) -> "Sieve":
    from fcosreport.reading.sieve import Sieve

    return Sieve(anchor for each in known for anchor in each.anchors)


def _text(head: bytes, encoding: str) -> str:
    text = re.sub(r"(?<!\r)\0+", "", head.decode(encoding, "replace").removeprefix("\ufeff"))
    return text if len(head) < NOTE_LIMIT else text[: text.rfind("\n") + 1]
