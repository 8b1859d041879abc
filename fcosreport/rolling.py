"""The bytes of a file as windows of whole lines of UTF-8, with bounded memory.

A buffer rolls over the file. No mmap: a log that is truncated while it is mapped kills the process, and logs are
truncated in real life.
"""

import codecs
import io
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import xxhash

from fcosreport.dialect import Window, line_ends
from fcosreport.records import Origin

if TYPE_CHECKING:  # it needs numpy, which a small file is not worth
    from fcosreport.sieve import Sieve

BUFFER = 92 << 10
"""Bytes of a file that are looked at together. With BEFORE under 128 KB: malloc maps larger blocks anew each time."""
BEFORE = 32 << 10
"""Bytes before a window that are repeated in it, so that a dialect can look back."""
HEAD = 32 << 10
"""Bytes of a log from which its encoding is told."""
EDGE = 64 << 10
"""Bytes at the beginning and at the end of a file that stand for all of it in its fingerprint."""

_SPLIT = 1 << 10  # bytes: where a long line is cut, a record has its anchor at most this far before the cut
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\b"))
_NUL_RUN = re.compile(rb"\0{16,}")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def reason(error: Exception) -> str:
    """Why the system refused something, in its words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class Refused(Exception):  # noqa: N818  # nothing failed: it says why the file is left out
    """A file that cannot be opened; the text says why, and what to do."""


class Raw:
    """The bytes of an open file, `size` at the start. An error in the middle ends the file and is kept as trouble."""

    def __init__(self, file: io.RawIOBase, size: int) -> None:
        self.file, self.size, self.read = file, size, 0
        self.number = file.fileno()
        self.trouble = ""

    def at(self, offset: int, length: int) -> bytes:
        """Bytes from somewhere in the file, without moving in it; fewer at its end."""
        return os.pread(self.number, length, offset)

    def fingerprint(self) -> str:
        """The xxh3-128, in hex, of the size and of the first and last 64 KB: quick however large the file is."""
        digest = xxhash.xxh3_128(str(self.read).encode())
        digest.update(self.at(0, min(EDGE, self.read)))
        digest.update(self.at(max(0, self.read - EDGE), min(EDGE, self.read)))
        return digest.hexdigest()

    def skip_to(self, offset: int) -> None:
        """Go on reading at `offset`, as if all before it had been read."""
        self.file.seek(offset)
        self.read = offset

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
            self.trouble = f"Reading failed after {self.read:,} bytes ({reason(error)}). Copy the file and try again."
            return 0
        if count:
            self.read += count
        elif self.read < self.size:
            self.trouble = f"The file shrank from {self.size:,} to {self.read:,} bytes during reading. Collect again."
        return count


class Transcoded:
    """The same bytes as UTF-8."""

    def __init__(self, raw: Raw, encoding: str) -> None:
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


class Roll:
    """The buffer. `data[start:stop]` is the piece of whole lines that is looked at, `data[:start]` the text before it.

    `joined` says that the piece goes on with a line that was too long for one piece, `lines` how many ended before it.
    """

    def __init__(self, source: Raw | Transcoded, room: int, sieve: "Sieve | None" = None) -> None:
        self.source, self.sieve = source, sieve
        self.data = bytearray(BEFORE + max(room, 8))
        self.start = self.stop = self.end = self.lines = 0
        self.joined = False
        self.seen: Window | None = None
        self.passed: frozenset[bytes] | None = None
        self.narrow: bytes | None = None

    def resume(self, before: bytes, lines: int) -> None:
        """Go on behind `before`, the text that was read last, in which line `lines` ended."""
        before = before[-BEFORE:]
        self.data[: len(before)] = before
        self.start = self.end = len(before)
        self.lines = lines

    def pieces(self) -> Iterator[None]:
        """Move from piece to piece."""
        view, room = memoryview(self.data), len(self.data) - BEFORE
        count = 1
        while count:
            count = self.source.readinto(view[self.end : self.start + room])
            self.end += count
            self.stop = self._cut(self.end == self.start + room) if count else self.end
            if self.stop > self.start:
                self.seen = self.passed = self.narrow = None
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
        if self.sieve and origin == "log":
            if self.passed is None:
                self.passed = self.sieve.passed(self.data, start, self.stop)
            anchors = tuple(self.passed.intersection(anchors))
        if any(self.data.find(anchor, start, self.stop) >= 0 for anchor in anchors):
            return True
        if origin == "log" or self.data.isascii():
            return False
        if self.narrow is None:
            self.narrow = self.data[start : self.stop].decode(errors="replace").translate(_NARROW).encode()
        return any(anchor in self.narrow for anchor in anchors)

    def window(self) -> Window:
        """The piece and the text before it; NULs, which an emptied log holds by the megabyte, become spaces."""
        if self.seen is None:
            with memoryview(self.data) as view:
                data = bytes(view[: self.stop])
            self.seen = Window(data.replace(b"\0", b" ") if b"\0" in data else data, self.start, self.lines + 1)
        return self.seen


def sniff(head: bytes) -> str | None:
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
