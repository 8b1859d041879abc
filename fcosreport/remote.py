"""Files on servers: listed, and read by ranges, so that what was appended to a log costs only that."""

import io
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import xxhash

from fcosreport.errors import UsageError
from fcosreport.records import Issue, Where
from fcosreport.rolling import Raw, Refused, reason
from fcosreport.servers import Server, ask_again, asked, server
from fcosreport.urls import public

FIRST = 256 << 10
"""Bytes of a file that are asked for first; each further request is for four times as many."""
MOST = 4 << 20
"""Bytes of one request at most."""
ENTRIES = 200_000
"""Files and folders that are listed below one URL."""

_TIMES = ("LastModified", "mtime", "last_modified", "updated", "Last-Modified", "created")
_TAGS = ("ETag", "etag", "md5Hash", "blob_id", "oid", "Content-MD5", "Digest")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file on a server: its URL, the same to be shown, bytes, and a number that changes with its content."""

    url: str
    shown: str
    size: int
    mtime: int


@dataclass(slots=True)
class Walk:
    """A walk over all below `url`. A folder is entered, and a file taken, where its name is.

    `issues` takes what cannot be listed.
    """

    url: str
    is_entered: Callable[[str], bool]
    is_wanted: Callable[[str], bool]
    issues: list[Issue]
    _links: list[str] = field(default_factory=list)
    _left: int = ENTRIES

    def files(self) -> Iterator[Entry]:
        """The files, in the order of a walk over local folders; a URL of a file is taken whatever its name.

        Raises UsageError where nothing is there or an extra is missing, ServerError where the server does not answer.
        """
        ask_again(self.url)
        shown = public(self.url)
        try:
            there = server(self.url)
            asked(self.url, there.files.invalidate_cache)
            info = there.info(there.path)
        except OSError as error:
            raise UsageError(f"{shown}: {reason(error)}. Give a folder, a log or a note.") from error
        if info["type"] == "directory" or (there.is_web and str(info.get("url", "")).endswith("/")):
            yield from self._folders(there, shown)
        else:
            yield Entry(self.url, shown, info["size"] or 0, _mtime(info))

    def _folders(self, there: Server, shown: str) -> Iterator[Entry]:
        base = (self.url.partition("?")[0] if there.is_web else self.url).rstrip("/")
        root = base if there.is_web else there.path.rstrip("/")
        pending = [""]
        while pending:
            below = pending.pop()
            folders = []
            for entry in self._entries(there, _joined(root, below), shown + there.named(below)):
                name = f"{below}/{entry['name']}"
                if entry["type"] == "directory":
                    folders.extend([name] if self.is_entered(entry["name"]) else [])
                elif entry["type"] == "link":
                    self._links.append(shown + there.named(name))
                elif entry["type"] == "file" and self.is_wanted(entry["name"]):
                    for info in self._info(there, entry, _joined(root, name), shown + there.named(name)):
                        yield Entry(base + name, shown + there.named(name), info["size"] or 0, _mtime(info))
            pending.extend(reversed(folders))
        if self._links:
            message = (
                f"{len(self._links):,} links, this first, were not followed. Give where they lead as further PATHs."
            )
            self._issue(self._links[0], message)

    def _entries(self, there: Server, folder: str, shown: str) -> list[dict[str, Any]]:
        try:
            entries = there.entries(folder) if self._left else []
        except OSError as error:
            self._issue(shown, f"cannot list this folder: {reason(error)}. Grant read access, or leave it out.")
            return []
        if len(entries) > self._left:
            message = f"more than {ENTRIES:,} files and folders; the rest is left out. Give its folders as PATHs."
            self._issue(shown, message)
            entries = entries[: self._left]
        self._left -= len(entries)
        return entries

    def _info(self, there: Server, entry: dict[str, Any], path: str, shown: str) -> Iterator[dict[str, Any]]:
        try:
            yield there.info(path) if entry["size"] is None else entry  # a list of links says no more than names
        except OSError as error:
            self._issue(shown, f"cannot be opened: {reason(error)}.")

    def _issue(self, shown: str, message: str) -> None:
        self.issues.append(Issue(message, Where(shown.encode("utf-8", "backslashreplace").decode(), 1)))


def _joined(root: str, below: str) -> str:
    """A path below the root; the root "" is the folder in which the server lets the user in."""
    return root + below if root else below[1:]


def _mtime(info: Mapping[str, Any]) -> int:
    """Nanoseconds of the last change; where the server gives a version (ETag), that stands for the parts of a second.

    Where it gives neither, a number that is never the same, so that the file is read each time.
    """
    times = (_seconds(info.get(name)) for name in _TIMES)
    seconds = next((time for time in times if time), 0.0)
    tag = next((str(info[name]) for name in _TAGS if info.get(name)), "")
    if tag:
        return int(seconds) * 10**9 + xxhash.xxh3_64_intdigest(tag.encode()) % 10**9
    return int(seconds * 1e9) or random.randrange(1, 10**9)


def _seconds(time: object) -> float:
    try:
        if isinstance(time, str):
            time = datetime.fromisoformat(time) if time[:1].isdigit() else parsedate_to_datetime(time)
        return time.timestamp() if isinstance(time, datetime) else float(time)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0.0


@contextmanager
def opened(url: str, *, copied: bool) -> Iterator[tuple[Raw, Path, float]]:
    """The bytes of the file, the path of a local copy if it is to be `copied`, and the time of its last change.

    A web server that does not send parts of a file has it copied as well. Raises Refused where it cannot be opened.
    """
    try:
        there = server(url)
        info = there.info(there.path)
        size, seconds = info["size"], _mtime(info) / 1e9
        in_parts = size is not None and (not there.is_web or bool(info.get("partial")))
        options = {} if in_parts else {"block_size": 0}  # which makes fsspec stream it
        file = asked(url, lambda: there.files.open(there.path, "rb", cache_type="none", **options))
    except OSError as error:
        raise Refused(f"it cannot be opened ({reason(error)}). Grant read access, or leave it out.") from error
    try:
        if in_parts and not copied:
            yield RemoteRaw(_Ranges(url, file, size), size), Path(), seconds
            return
        with tempfile.TemporaryDirectory(prefix="fcosreport-") as folder:
            path = Path(folder, "copy")
            with path.open("wb") as copy:
                while part := asked(url, lambda: file.read(MOST)):
                    copy.write(part)
            with io.FileIO(path) as local:
                yield Raw(local, path.stat().st_size), path, seconds
    finally:
        file.close()


class RemoteRaw(Raw):
    """The bytes of a file on a server. What was fetched last is kept, and the beginning, which is needed again."""

    def __init__(self, file: "_Ranges", size: int) -> None:
        self.file, self.ranges, self.size, self.read, self.trouble = file, file, size, 0, ""

    def at(self, offset: int, length: int) -> bytes:
        return self.ranges.at(offset, length)


class _Ranges(io.RawIOBase):
    """A file that is fetched by growing ranges, ahead of what is asked for."""

    def __init__(self, url: str, file: Any, size: int) -> None:
        self.url, self.source, self.size = url, file, size
        self.place, self.ahead = 0, FIRST
        self.start, self.block, self.beginning = 0, b"", b""

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
            self.beginning = self.beginning or self.block
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

        return asked(self.url, fetch) if length > 0 else b""
