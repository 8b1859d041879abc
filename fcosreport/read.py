"""One file, read once from front to back with bounded memory: its records, its digest, and the text of a note.

A buffer rolls over the file; dialects get it as windows of whole lines. No mmap: a log that is truncated while it is
mapped kills the process, and logs are truncated in real life.
"""

import codecs
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import xxhash

from fcosreport.dialect import Record, Window, dialects, line_ends
from fcosreport.records import Evaluation, Issue, Origin, Source, Where

BUFFER = 92 << 10
"""Bytes of a file that are looked at together. With BEFORE under 128 KB: malloc maps larger blocks anew each time."""
BEFORE = 32 << 10
"""Bytes before a window that are repeated in it, so that a dialect can look back."""
HEAD = 32 << 10
"""Bytes of a log from which its encoding is told."""
NOTE_LIMIT = 16 << 20
"""Bytes of a note that are parsed as Markdown."""

_SPLIT = 1 << 10  # bytes: where a long line is cut, a record has its anchor at most this far before the cut
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\b"))
_ENDS = re.compile(r"\r\n?|\n")
_NUL_RUN = re.compile(rb"\0{16,}")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: records in the order of their lines, and the decoded text of a note ("" for a log)."""

    records: tuple[Record, ...]
    source: Source
    text: str


def read(path: Path, shown: str, origin: Origin, buffer: int = BUFFER) -> Reading:
    """Read the file at `path`, which is `shown` to the user, in pieces of `buffer` bytes.

    Never raises for what the file is or holds: trouble is an Issue among the records, beside all that could be read.
    A binary file is not read on, so its digest is empty.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # never to wait at a pipe
    try:
        number = os.open(path, flags)
    except (OSError, ValueError) as error:
        return _unreadable(shown, f"it cannot be opened ({_reason(error)}). Give read permission, or leave it out.")
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            return _unreadable(shown, "it is no regular file. Leave it out, or copy its content into one.")
        with io.FileIO(number, closefd=False) as file:
            return _reading(_Raw(file, status.st_size), shown, origin, buffer)
    except OSError as error:
        return _unreadable(shown, f"reading failed ({_reason(error)}). Copy it to a sound disk and collect again.")
    finally:
        os.close(number)


def _unreadable(shown: str, why: str) -> Reading:
    return Reading((Issue(f"Not read: {why}", Where(shown, 1)),), Source(shown, "unreadable"), "")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _reading(raw: "_Raw", shown: str, origin: Origin, buffer: int) -> Reading:
    head = raw.head(NOTE_LIMIT if origin == "note" else HEAD)
    encoding = _sniff(head)
    if encoding is None:
        return Reading((), Source(shown, "binary", raw.size), "")
    roll = _Roll(raw if encoding == "utf-8" else _Transcoded(raw, encoding), buffer)
    records = list(_records(roll, shown, origin))
    text = _text(head, encoding) if origin == "note" else ""
    if raw.trouble:
        records.append(Issue(raw.trouble, Where(shown, max(roll.lines, 1))))
    if origin == "note" and len(head) == NOTE_LIMIT < raw.size:
        message = f"Only the first {NOTE_LIMIT >> 20} MB are read as a note. Split it into several notes."
        records.append(Issue(message, Where(shown, len(_ENDS.findall(text)) + 1)))
    records.sort(key=lambda record: record.where.line)
    evaluations = sum(isinstance(record, Evaluation) for record in records)
    source = Source(shown, origin, raw.read, raw.digest.hexdigest(), roll.lines, evaluations)
    return Reading(tuple(records), source, text)


def _records(roll: "_Roll", shown: str, origin: Origin) -> Iterator[Record]:
    """The records of each dialect in turn, so that their order does not depend on the pieces."""
    readers = [(each.anchors, each.reader(shown, origin)) for each in dialects()]
    found: list[list[Record]] = [[] for _ in readers]
    for _ in roll.pieces():
        for (anchors, reader), records in zip(readers, found, strict=True):
            if roll.holds(anchors, origin):
                records.extend(reader.feed(roll.window()))
    for (_, reader), records in zip(readers, found, strict=True):
        yield from records
        yield from reader.close()


class _Raw:
    """The bytes of an open file, hashed as they pass. An error in the middle ends the file and is kept as trouble."""

    def __init__(self, file: io.FileIO, size: int) -> None:
        self.file, self.size, self.read = file, size, 0
        self.digest = xxhash.xxh3_128()
        self.trouble = ""

    def head(self, limit: int) -> bytes:
        """The first bytes of text; a log that was emptied while it was written begins with a run of NULs."""
        head = b""
        while chunk := self.file.read(limit - len(head)):
            head += chunk
            if not head.strip(b"\0"):
                head = head[:1]
            elif len(head) == limit:
                break
        self.file.seek(0)
        text = head.lstrip(b"\0")
        return text if len(head) - len(text) > 1 else head  # one NUL may be half a UTF-16 character

    def readinto(self, view: memoryview) -> int:
        try:
            count = self.file.readinto(view) or 0
        except OSError as error:
            self.trouble = f"Reading failed after {self.read:,} bytes ({_reason(error)}). Copy the file and try again."
            return 0
        if count:
            self.digest.update(view[:count])
            self.read += count
        elif self.read < self.size:
            self.trouble = f"The file shrank from {self.size:,} to {self.read:,} bytes during reading. Collect again."
        return count


class _Transcoded:
    """The same bytes as UTF-8."""

    def __init__(self, raw: _Raw, encoding: str) -> None:
        self.raw = raw
        self.decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.chunk = memoryview(bytearray(HEAD))
        self.waiting = b""

    def readinto(self, view: memoryview) -> int:
        count = 1
        while count and not self.waiting:
            count = self.raw.readinto(self.chunk)
            self.waiting = self.decoder.decode(bytes(self.chunk[:count]), final=not count).encode()
        count = min(len(view), len(self.waiting))
        view[:count] = self.waiting[:count]
        self.waiting = self.waiting[count:]
        return count


class _Roll:
    """The buffer. `data[start:stop]` is the piece of whole lines that is looked at, `data[:start]` the text before it.

    `joined` says that the piece goes on with a line that was too long for one piece, `lines` how many ended before it.
    """

    def __init__(self, source: _Raw | _Transcoded, room: int) -> None:
        self.source = source
        self.data = bytearray(BEFORE + max(room, 8))
        self.start = self.stop = self.end = self.lines = 0
        self.joined = False
        self.seen: Window | None = None

    def pieces(self) -> Iterator[None]:
        """Move from piece to piece."""
        view, room = memoryview(self.data), len(self.data) - BEFORE
        count = 1
        while count:
            count = self.source.readinto(view[self.end : self.start + room])
            self.end += count
            self.stop = self._cut(self.end == self.start + room) if count else self.end
            if self.stop > self.start:
                self.seen = None
                yield
                if self.seen:
                    self.lines = self.seen.line_at(len(self.seen.data)) - 1
                else:
                    self.lines += line_ends(self.data, self.start, self.stop)
                self.joined = self.data[self.stop - 1] not in b"\r\n"
                keep = min(self.stop, BEFORE)
                rest = keep + self.end - self.stop
                view[:rest] = view[self.stop - keep : self.end]
                self.start, self.end = keep, rest
        self.lines += self.joined

    def _cut(self, full: bool) -> int:
        """Where the last whole line ends; a line longer than the buffer is cut, at an escaped newline if it has one."""
        data, start, end = self.data, self.start, self.end
        stop = data.rfind(b"\n", start, end) + 1
        stop = max(stop, data.rfind(b"\r", max(start, stop), end - 1) + 1, start)  # the last CR may be half a CR LF
        if stop > start or not full:
            return stop
        escaped = data.rfind(b"\\n", start, end)
        if escaped >= 0:
            return escaped + 2
        lead = next((i for i in range(end - 1, end - 5, -1) if data[i] & 0xC0 != 0x80), end - 1)
        return lead if data[lead] >= 0xC0 or data[lead] == 0x0D else end  # a character may be cut as well

    def holds(self, anchors: tuple[bytes, ...], origin: Origin) -> bool:
        """Whether an anchor occurs in the piece. In a note also in full width, as people type it."""
        start = max(0, self.start - _SPLIT) if self.joined else self.start
        if any(self.data.find(anchor, start, self.stop) >= 0 for anchor in anchors):
            return True
        if origin == "log" or self.data.isascii():
            return False
        narrow = self.data[start : self.stop].decode(errors="replace").translate(_NARROW).encode()
        return any(anchor in narrow for anchor in anchors)

    def window(self) -> Window:
        """The piece and the text before it; NULs, which an emptied log holds by the megabyte, become spaces."""
        if self.seen is None:
            with memoryview(self.data) as view:
                data = bytes(view[: self.stop])
            self.seen = Window(data.replace(b"\0", b" ") if b"\0" in data else data, self.start, self.lines + 1)
        return self.seen


def _sniff(head: bytes) -> str | None:
    """The encoding of a file that begins with `head`; None if it is no text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _decodes(head, "utf-16"):
        return "utf-16"
    text = _NUL_RUN.sub(b"", head) if b"\0" in head else head
    zeros = text[::2].count(b"\0"), text[1::2].count(b"\0")
    if 10 * max(zeros) > len(text) and 20 * min(zeros) < max(zeros):
        name = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        return name if _decodes(text, name) else None
    controls = len(text) - len(text.translate(None, _CONTROL))
    if 30 * controls > len(text):
        return None
    if _decodes(text, "utf-8"):
        return "utf-8-sig" if text.startswith(codecs.BOM_UTF8) else "utf-8"
    mended = text.decode(errors="replace")
    wide = len(mended) - len(mended.encode("ascii", "ignore"))
    if wide > 10 * mended.count("\ufffd") or not _decodes(text, "gb18030"):
        return None if controls else "utf-8-sig"  # UTF-8 with errors, which transcoding mends
    return "gb18030"


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _text(head: bytes, encoding: str) -> str:
    text = re.sub(r"(?<!\r)\0+", "", head.decode(encoding, "replace").removeprefix("\ufeff"))
    return text if len(head) < NOTE_LIMIT else text[: text.rfind("\n") + 1]
