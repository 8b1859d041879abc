"""The bytes of a file as windows of whole lines of UTF-8, with bounded memory.

A buffer rolls over the file. No mmap: a log that is truncated while it is mapped kills the process, and logs are
truncated in real life.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from fcosreport.files.raw import Raw, Transcoded
from fcosreport.reading.dialect import REACH, Window, line_ends
from fcosreport.reading.shapes import Shapes, is_surely_there, shapes_of
from fcosreport.records import Origin

if TYPE_CHECKING:  # it needs numpy, which a small file is not worth
    from fcosreport.reading.sieve import Sieve

BUFFER = 92 << 10
"""Bytes of a file that are looked at together. With BEFORE under 128 KB: malloc maps larger blocks anew each time."""
BEFORE = 32 << 10
"""Bytes before a window that are repeated in it, so that a dialect can look back."""

_TORN = re.compile(rb"[^\0\r\n]\0")
"""Where NULs stand behind what a line tells; before it they are of a log that was emptied."""
_WIDE = (b"\xef\xbc", b"\xef\xbd")  # how the letters of full width begin
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


class Roll:
    """The buffer. `data[start:stop]` is the piece of whole lines that is looked at, `data[:start]` the text before it.

    `joined` says that the piece goes on with a line that was too long for one piece, `is_last` that no more follows, so
    that its last line may be cut. `lines` is how many ended before it, `torn` the first with NULs in it; 0 for none.
    """

    def __init__(self, source: Raw | Transcoded | BytesIO, room: int, sieve: "Sieve | None" = None) -> None:
        self.source, self.sieve = source, sieve
        self.data = bytearray(BEFORE + max(room, 8))
        self.start = self.stop = self.end = self.lines = self.torn = 0
        self.joined = self.is_last = False
        self.seen: Window | None = None
        self.alike: Shapes | None = None
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
            self.is_last = not count
            self.stop = self._cut(self.end == self.start + room) if count else self.end
            if self.stop > self.start:
                self.seen = self.alike = self.passed = self.narrow = None
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
        start, passed, shapes = self._begin(), self._passed(), self._shapes()
        likely = anchors if passed is None else passed.intersection(anchors)
        there = [anchor for anchor in likely if shapes.may_hold(anchor)]
        if any(map(is_surely_there, there)) or any(self.data.find(each, start, self.stop) >= 0 for each in there):
            return True
        if origin == "log":
            return False
        if self.narrow is None:
            new = bytes(self.data[start : self.stop])
            is_wide = any(map(new.__contains__, _WIDE))
            self.narrow = new.decode(errors="replace").translate(_NARROW).encode() if is_wide else b""
        return any(map(self.narrow.__contains__, anchors))

    def _begin(self) -> int:
        """Where an anchor of the piece may begin, which a cut may part in a line that goes on."""
        return max(0, self.start - REACH) if self.joined else self.start

    def _shapes(self) -> Shapes:
        """The shapes of the lines of the piece."""
        if self.alike is None:
            with memoryview(self.data) as view:
                self.alike = shapes_of(bytes(view[self._begin() : self.stop]))
        return self.alike

    def _passed(self) -> frozenset[bytes] | None:
        """The anchors that may occur in the piece, if that is told."""
        if self.sieve and self.passed is None:
            self.passed = self.sieve.passed(self._shapes())
        return self.passed

    def window(self) -> Window:
        """The piece and the text before it; NULs, which an emptied log holds by the megabyte, become spaces."""
        if self.seen is None:
            with memoryview(self.data) as view:
                data = bytes(view[: self.stop])
            is_emptied = b"\0" in data
            if is_emptied:
                self.seen = Window(data.replace(b"\0", b" "), self.start, self.lines + 1)
                if not self.torn and (torn := _TORN.search(data, self.start)):
                    self.torn = self.seen.line_at(torn.start())
            else:
                self.seen = Window(data, self.start, self.lines + 1, self._passed(), self._shapes())
        return self.seen
