"""The bytes of a file, read as they are, and the encoding that they are in."""

import codecs
import errno
import io
import os
import re

import xxhash

from fcosreport.errors import LimitError

HEAD = 32 << 10
"""Bytes of a log from which its encoding is told."""
EDGE = 64 << 10
"""Bytes at the beginning and at the end of a file that stand for all of it in its fingerprint."""
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\b"))
_NUL_RUN = re.compile(rb"\0{16,}")
_ODD = re.compile(rb"[\x80-\xff]")


def reason(error: Exception) -> str:
    """Why the system refused something, in its words.

    Raises LimitError where too many files are open, of which no file is to be blamed.
    """
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        raise LimitError("Too many open files. Raise the limit, as with: ulimit -n 1024") from error
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class Refused(Exception):  # noqa: N818  # nothing failed: it says why the file is left out
    """A file that cannot be opened; the text says why, and what to do."""


class Misjudged(Exception):  # noqa: N818  # nothing failed: the file is to be read again
    """A file that began in ASCII, and turns out to be in another encoding."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding


class Raw:
    """The bytes of an open file, `size` at the start. An error in the middle ends the file and is kept as trouble.

    `odd_at` is where the first byte stands that is no ASCII, or before it; None as long as none was met.
    """

    def __init__(self, file: io.RawIOBase, size: int) -> None:
        self.file, self.size, self.read = file, size, 0
        self.number = file.fileno()
        self.trouble = ""
        self.odd_at: int | None = None

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
        """Fill the view as far as the file goes. Raises Misjudged where the first characters are in an encoding."""
        try:
            count = self.file.readinto(view) or 0
        except OSError as error:
            self.trouble = f"Reading failed after {self.read:,} bytes ({reason(error)}). Copy the file and try again."
            return 0
        if count:
            if self.odd_at is None and not (chunk := bytes(view[:count])).isascii():
                self._judge(self.read + _ODD.search(chunk).start())  # type: ignore[union-attr]  # it is not ASCII
            self.read += count
        elif self.read < self.size:
            self.trouble = f"The file shrank from {self.size:,} to {self.read:,} bytes during reading. Collect again."
        return count

    def _judge(self, odd_at: int) -> None:
        self.odd_at = odd_at
        encoding = sniff(self.at(odd_at, HEAD))
        if encoding not in ("utf-8", "utf-8-sig", None):  # UTF-8 with errors is read as it is
            raise Misjudged(str(encoding))

    @property
    def is_judged(self) -> bool:
        """Whether more of the file would not change what it is read as."""
        return self.odd_at is None or self.read - self.odd_at >= HEAD


class Transcoded:
    """The same bytes as UTF-8."""

    def __init__(self, raw: Raw, encoding: str) -> None:
        self.raw = raw
        if encoding == "utf-16" and raw.at(0, 2) not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            encoding = "utf-16-le"  # the mark stands behind the NULs of a log that was emptied
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


def sniff(head: bytes) -> str | None:
    """The encoding of a file that begins with `head`; None if it is no text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _decodes(head, "utf-16"):
        return "utf-16"
    text = _NUL_RUN.sub(b"", head) if b"\0" in head else head
    zeros = text[::2].count(b"\0"), text[1::2].count(b"\0")
    if 10 * max(zeros) > len(text) and 20 * min(zeros) < max(zeros):
        name = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        return name if _decodes(text, name) else None
    if zeros != (0, 0):  # a disk that was full, or a node that died, left them in some lines
        whole = b"".join(line for line in text.splitlines(keepends=True) if b"\0" not in line)
        text = whole if 2 * len(whole) > len(text) else text
    controls = len(text) - len(text.translate(None, _CONTROL))
    if 30 * controls > len(text):
        return None
    if _decodes(text, "utf-8"):
        return "utf-8-sig" if text.startswith(codecs.BOM_UTF8) else "utf-8"
    mended = text.decode(errors="replace")
    wide = len(mended) - len(mended.encode("ascii", "ignore"))
    if wide > 10 * mended.count("\ufffd") or not _decodes(text, "gb18030"):
        is_text = not controls or 30 * (controls + mended.count("\ufffd")) <= len(text)
        return "utf-8-sig" if is_text else None  # UTF-8 with errors, which transcoding mends
    return "gb18030"


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
