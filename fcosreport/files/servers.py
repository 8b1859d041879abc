"""What answers for a URL, by fsspec: reached, asked with a time limit, and understood when it refuses.

fsspec and the package for each kind of server are optional extras, imported with the first URL.
"""

import random
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import unquote

import xxhash
from msgspec import Struct

from fcosreport.errors import ServerError, UsageError
from fcosreport.files.paths import public, server_of, without_secrets

WAIT = 60
"""Seconds in which a server must answer one request."""
REQUESTS = 16
"""Requests that a server has to answer at the same time."""

_EXTRAS = {  # by scheme
    **{"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "sftp": "sftp", "ssh": "sftp"},
    **{"http": "http", "https": "http", "hf": "hf", "memory": "remote"},
}
_PACKAGES = {  # by extra, beside fsspec itself
    **{"s3": "s3fs", "gs": "gcsfs", "sftp": "sshfs", "http": "aiohttp", "hf": "huggingface_hub"},
}
_OPTIONS: dict[str, dict[str, Any]] = {  # by extra
    "http": {"headers": {"Accept-Encoding": "identity"}},  # a part of a compressed file is no text
    "sftp": {"known_hosts": (), "sftp_client_kwargs": {"path_errors": "surrogateescape"}},  # (): the user's own file
}
_ABOUT_ONE_FILE = {
    FileNotFoundError: "it is not there",
    PermissionError: "access is denied",
    IsADirectoryError: "it is a folder",
    NotADirectoryError: "it is no folder",
}

_TIMES = ("LastModified", "mtime", "last_modified", "updated", "Last-Modified", "created")
_TAGS = ("ETag", "etag", "md5Hash", "blob_id", "oid", "Content-MD5", "Digest")

_down: dict[str, str] = {}  # what was said of each server that gave no usable answer
_silent: set[str] = set()  # those of them that gave none at all
_T = TypeVar("_T")
Info = dict[str, Any]
"""What a server says of a file or folder, in the words of fsspec."""


class Server(Struct, frozen=True):
    """What answers for a URL: fsspec's file system, and the path in it.

    Its methods raise OSError with a reason for one file or folder, ServerError where the server is of no use.
    """

    url: str
    files: Any
    path: str

    @property
    def is_web(self) -> bool:
        """Whether there are only web pages: folders are lists of links, queries belong to the address."""
        return self.url.startswith("http")

    def info(self, path: str) -> Info:
        """What the server says of a file or folder."""
        found: Info = asked(self.url, lambda: self.files.info(path))
        return found

    def entries(self, folder: str) -> list[Info]:
        """What lies directly in a folder, by name, each with its name alone."""
        listed = asked(self.url, lambda: self.files.ls(f"{folder}/" if self.is_web else folder, detail=True))
        named: dict[str, Info] = {}
        for entry in listed:
            above, _, name = str(entry["name"]).rstrip("/").rpartition("/")
            if above == folder and name not in ("", ".", "..") and not (self.is_web and "?" in name):
                named[name] = {**entry, "name": name}
        return [named[name] for name in sorted(named, key=self.named)]

    def named(self, path: str) -> str:
        """The path as people write it: a web server quotes it, which is undone where that can be made again."""
        plain = unquote(path) if self.is_web else path
        return path if self.is_web and (set(plain) & set("%?#\ufffd") or not plain.isprintable()) else plain


def server(url: str) -> Server:
    """The server of the URL. Raises UsageError where what it takes to reach it is not installed, else as `asked`."""
    scheme = url.partition("://")[0]
    extra = _EXTRAS.get(scheme)
    try:
        fsspec = import_module("fsspec")
        # fsspec's own class for SFTP would take the key of any host
        kind = import_module("sshfs").SSHFileSystem if extra == "sftp" else fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        how = " ".join(("pip install fsspec", *filter(None, [_PACKAGES.get(extra)]))) if extra else error
        raise UsageError(f"{public(url)}: {scheme}:// needs optional packages. Install them: {how}") from error
    except ValueError as error:
        raise UsageError(f"{public(url)}: fsspec knows no {scheme}://. Give s3, gs, sftp, https or hf.") from error
    options = {**kind._get_kwargs_from_urls(url), **_OPTIONS.get(extra or "", {})}
    return Server(url, asked(url, lambda: kind(**options)), kind._strip_protocol(url))


def ask_again(url: str) -> None:
    """Forget that the server of the URL gave no answer."""
    _down.pop(server_of(url), None)
    _silent.discard(server_of(url))


def asked(url: str, request: Callable[[], _T], *, is_open: bool = False) -> _T:
    """The answer of a server, which has WAIT seconds; one that gave no usable answer before is not asked.

    Of a file that `is_open` the rest is asked for even so, which the end of another file says nothing about, unless the
    server fell silent: each open file would wait for it anew.

    A thread waits for it: whatever the package for this kind of server does, it cannot hold up the program. Raises
    OSError with a reason for one file or folder, ServerError where the server is of no use.
    """
    place = server_of(url)
    if place in _silent or (place in _down and not is_open):
        raise ServerError(_down[place])
    answers: SimpleQueue[tuple[_T, None] | tuple[None, Exception]] = SimpleQueue()

    def wait() -> None:
        try:
            answers.put((request(), None))
        except Exception as error:  # each kind of server has errors of its own
            answers.put((None, error))

    Thread(target=wait, daemon=True).start()
    try:
        answer, error = answers.get(timeout=WAIT)
    except Empty:
        _silent.add(place)
        answer, error = None, TimeoutError(f"no answer in {WAIT} seconds")
    if error is None:
        return answer  # type: ignore[return-value]  # the types of a pair are not narrowed together
    raise _as_error(url, error) from None


def _as_error(url: str, error: BaseException) -> Exception:
    """What a request raised, as an OSError with a reason if it is about one file, else as the end of this server."""
    cause = error.__cause__
    if isinstance(error, FileNotFoundError) and cause and (isinstance(cause, OSError) or hasattr(cause, "status")):
        error = cause  # fsspec calls all trouble with a web server a missing file
    for kind, why in _ABOUT_ONE_FILE.items():
        if isinstance(error, kind) or (kind is PermissionError and getattr(error, "status", 0) in (401, 403)):
            return kind(0, why)
    said = without_secrets(str(error), url) or type(error).__name__
    place = server_of(url)
    how = "Check the address, the network and the credentials, then collect again: what was read is kept."
    _down[place] = f"{place}: the server gave no usable answer ({said}). {how}"
    return ServerError(_down[place])


def mtime(info: Info) -> int:
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
