"""Files on servers, read by ranges: what was appended to a log costs only that, and many are waited for together."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from fcosreport.files.raw import Raw, Refused, reason
from fcosreport.files.servers import REQUESTS, asked, server

FIRST = 256 << 10
"""Bytes of a file that are asked for first; each further request is for four times as many."""
MOST = 4 << 20
"""Bytes of one request at most."""

_ahead: "dict[str, Future[_Opened]]" = {}


class _Opened(Struct, frozen=True):
    """A file that is open, and its ranges where the server sends some."""

    file: Any
    ranges: "_Ranges | None"


@contextmanager
def ahead(urls: Sequence[str]) -> Iterator[None]:
    """Open the files of these URLs, and fetch how they begin, many at the same time; `opened` then finds them open."""
    pool = ThreadPoolExecutor(REQUESTS)
    _ahead.update({url: pool.submit(_open, url) for url in urls})
    try:
        yield
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for url in urls:
            _ahead.pop(url, None)


@contextmanager
def opened(url: str, *, copied: bool) -> Iterator[tuple[Raw, Path]]:
    """The bytes of the file, and the path of a local copy if it is to be `copied`.

    A web server that does not send parts of a file has it copied as well. Raises Refused where it cannot be opened.
    """
    try:
        there = _ahead.pop(url).result() if url in _ahead else _open(url)
    except OSError as error:
        raise Refused(f"it cannot be opened ({reason(error)}). Grant read access, or leave it out.") from error
    try:
        if there.ranges and not copied:
            yield RemoteRaw(there.ranges), Path()
            return
        with tempfile.TemporaryDirectory(prefix="fcosreport-") as folder:
            path = Path(folder, "copy")
            with path.open("wb") as copy:
                there.file.seek(0)
                while part := asked(url, lambda: there.file.read(MOST), is_open=True):
                    copy.write(part)
            with io.FileIO(path) as local:
                yield Raw(local, path.stat().st_size), path
    finally:
        there.file.close()


def _open(url: str) -> _Opened:
    there = server(url)
    info = there.info(there.path)
    in_parts = info["size"] is not None and (not there.is_web or bool(info.get("partial")))
    options = {} if in_parts else {"block_size": 0}  # which makes fsspec stream it
    file = asked(url, lambda: there.files.open(there.path, "rb", cache_type="none", **options))
    return _Opened(file, _Ranges(url, file, info["size"]) if in_parts else None)


class RemoteRaw(Raw):
    """The bytes of a file on a server. What was fetched last is kept, and the beginning, which is needed again."""

    def __init__(self, ranges: "_Ranges") -> None:
        self.file, self.ranges, self.size, self.read, self.trouble = ranges, ranges, ranges.size, 0, ""

    def at(self, offset: int, length: int) -> bytes:
        return self.ranges.at(offset, length)


class _Ranges(io.RawIOBase):
    """A file that is fetched by growing ranges, ahead of what is asked for."""

    def __init__(self, url: str, file: Any, size: int) -> None:
        self.url, self.source, self.size = url, file, size
        self.place, self.ahead = 0, 4 * FIRST
        self.start, self.block = 0, self._fetched(0, min(FIRST, size))
        self.beginning = self.block

    def at(self, offset: int, length: int) -> bytes:
        """Bytes from somewhere in the file, without moving in it; fewer at its end."""
        length = min(length, self.size - offset)
        for start, block in ((0, self.beginning), (self.start, self.block)):
            if start <= offset and offset + length <= start + len(block):
                return block[offset - start : offset - start + length]
        return self._fetched(offset, length)

    def readinto(self, view: Any) -> int:
        if not self.start <= self.place < self.start + len(self.block):
            self.start = self.place
            self.block = self._fetched(self.place, min(self.ahead, self.size - self.place))
            self.ahead = min(4 * self.ahead, MOST)
        begin = self.place - self.start
        part = self.block[begin : begin + len(view)]
        view[: len(part)] = part
        self.place += len(part)
        return len(part)

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset
        return offset

    def _fetched(self, offset: int, length: int) -> bytes:
        def fetch() -> bytes:
            self.source.seek(offset)
            return bytes(self.source.read(length))

        return asked(self.url, fetch, is_open=True) if length > 0 else b""
