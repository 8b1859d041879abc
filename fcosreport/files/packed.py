"""Packed files, read as if unpacked: `log.txt.gz`, and the members of archives, `runs.zip!/a/log.txt`.

What is read is unpacked into a temporary file, member by member, never by the name that it has in the archive. Nothing
is unpacked to more than is sensible, and no archive within an archive is opened.
"""

import bz2
import gzip
import io
import lzma
import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple, cast

from fcosreport.files.raw import Raw, Refused, reason

TIMES = 200
"""How many times its own size a packed file may unpack to."""
MOST = 16 << 30
"""Bytes that a packed file may unpack to."""
MEMBERS = 100_000
"""Files in an archive that are looked at."""

_BLOCK = 1 << 20
_LEAST = 1 << 20  # bytes that the smallest file may unpack to: a page of equal letters packs well
_ENDING = r"\.(?:zip|tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2|txz)"
_ARCHIVE = re.compile(rf".*{_ENDING}", re.IGNORECASE | re.DOTALL)
_WITHIN = re.compile(rf"{_ENDING}(?P<parted>!?/)", re.IGNORECASE)
_AS_FOLDER = re.compile(rf"{_ENDING}!$", re.IGNORECASE)
_PACKED = re.compile(r"(.+)\.(?:gz|bz2|xz|zst)", re.IGNORECASE | re.DOTALL)
_BROKEN = (
    *(OSError, EOFError, RuntimeError, ValueError),
    *(zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile),
)

_kept: "dict[str, _Tar] | None" = None


class Member(NamedTuple):
    """A file in an archive, and its bytes when unpacked."""

    name: str
    size: int


def is_archive(name: str) -> bool:
    """Whether a file of that name holds other files."""
    return bool(_ARCHIVE.fullmatch(name))


def name_unpacked(name: str) -> str:
    """What a file is called when it is unpacked: `log.txt` for `log.txt.gz`; other names as they are."""
    found = _PACKED.fullmatch(name)
    return found[1] if found and not is_archive(name) else name


def name_of_archive(name: str) -> str:
    """What an archive is called without its ending, `runs` for the `runs.zip!` of its members; others as they are."""
    return _AS_FOLDER.sub("", name)


def is_packed(path: str) -> bool:
    """Whether the path names a compressed file, or a member of an archive."""
    return name_unpacked(path) != path or _split(path) is not None


def members(path: str, is_read: Callable[[str], bool]) -> Iterator[Member]:
    """The regular files in an archive, in its order; those that are to be read count against the bounds.

    Raises Refused where the archive cannot be read, or only so far.
    """
    try:
        if path.lower().endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                inside = (Member(each.filename, each.file_size) for each in archive.infolist() if not each.is_dir())
                yield from _bounded(inside, path, is_read)
        else:
            with closing(_Tar(path)) as tar:
                yield from _bounded((Member(each.name, each.size) for each in tar.files()), path, is_read)
    except _BROKEN as error:
        raise Refused(f"it cannot be unpacked ({_why(error)}). Unpack it by hand, or copy it again.") from error


@contextmanager
def unpacked(path: str, name: str = "") -> Iterator[tuple[Raw, Path]]:
    """The bytes that a packed file holds, and the path of a temporary copy. Raises Refused where there are none.

    The `name` tells how it is packed, where that of the path does not.
    What cannot be unpacked in the middle ends the file, and is kept as its trouble.
    """
    with tempfile.TemporaryDirectory(prefix="fcosreport-") as folder:
        copy = Path(folder, "copy")
        with ExitStack() as opened:
            try:
                source = opened.enter_context(_opened(path, name))
                trouble = _pour(source, copy)
            except _BROKEN as error:
                raise Refused(f"it cannot be unpacked ({_why(error)}). Unpack it by hand, or copy it again.") from error
        with io.FileIO(copy) as file:
            raw = Raw(file, copy.stat().st_size)
            raw.trouble = trouble
            yield raw, copy


@contextmanager
def kept_open() -> Iterator[None]:
    """Meanwhile an archive stays where it was read to, so that its members cost one way through it."""
    global _kept
    _kept = {}
    try:
        yield
    finally:
        tars, _kept = _kept, None
        for tar in tars.values():
            tar.close()


def _pour(source: IO[bytes], copy: Path) -> str:
    """Copy all of the source; the answer is what stopped that, "" where it was the end."""
    done = 0
    with copy.open("wb") as out:
        while True:
            try:
                block = source.read(_BLOCK)
            except _BROKEN as error:
                if not done:
                    raise
                return f"Unpacking failed after {done:,} bytes ({_why(error)}). Copy the file again."
            if not block:
                return ""
            done += out.write(block)


@contextmanager
def _opened(path: str, name: str) -> Iterator[IO[bytes]]:
    parts = _split(path)
    if parts is None:
        with closing(_stream(path, name)) as stream:
            yield cast(IO[bytes], stream)
    elif parts[0].lower().endswith(".zip"):
        with zipfile.ZipFile(parts[0]) as archive, archive.open(parts[1]) as member:
            yield member
    else:
        with _tar(parts[0]) as tar:
            yield tar.member(parts[1])


def _split(path: str) -> tuple[str, str] | None:
    """The archive and the member that a path names; None for a path of another kind."""
    for found in _WITHIN.finditer(path):
        archive = path[: found.start("parted")]
        if Path(archive).is_file():
            return archive, path[found.end() :]
    return None


@contextmanager
def _tar(path: str) -> Iterator["_Tar"]:
    if _kept is None:
        with closing(_Tar(path)) as tar:
            yield tar
        return
    if path not in _kept:
        while _kept:
            _kept.popitem()[1].close()
        _kept[path] = _Tar(path)
    yield _kept[path]


class _Tar:
    """A tar archive, which is read forward; for what lies behind, from its beginning again."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._stream = _stream(path)
        self._open()

    def _open(self) -> None:
        self._archive = tarfile.open(fileobj=self._stream, mode="r|")  # noqa: SIM115  # closed with this
        self._files = (each for each in self._archive if each.isreg())

    def files(self) -> Iterator[tarfile.TarInfo]:
        return self._files

    def member(self, name: str) -> IO[bytes]:
        """The content of a file. Raises OSError where there is none of that name."""
        for _ in range(2):
            for each in self._files:
                if each.name == name and (content := self._archive.extractfile(each)):
                    return content
            self.close()
            self._stream = _stream(self.path)
            self._open()
        raise FileNotFoundError(f"no {name} in it")

    def close(self) -> None:
        self._archive.close()
        self._stream.close()


def _stream(path: str, name: str = "") -> "_Bounded":
    """What a compressed file of this name holds, or a plain one. Raises Refused where an extra is missing."""
    opened = _OPENED.get((name or path).lower().rpartition(".")[2], _plain)
    return _Bounded(opened(path), _most(path))


def _plain(path: str) -> IO[bytes]:
    return open(path, "rb")


def _zstandard(path: str) -> IO[bytes]:
    try:
        zstandard = import_module("zstandard")
    except ImportError:
        raise Refused("Zstandard needs an optional package: pip install zstandard") from None
    opened: IO[bytes] = zstandard.open(path)
    return opened


def _gz(path: str) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path))


def _bz2(path: str) -> IO[bytes]:
    return bz2.open(path)


def _xz(path: str) -> IO[bytes]:
    return lzma.open(path)


_OPENED = {"gz": _gz, "tgz": _gz, "bz2": _bz2, "tbz2": _bz2, "xz": _xz, "txz": _xz, "zst": _zstandard}


class _Bounded(io.RawIOBase):
    """A stream that may give so many bytes. Raises ValueError behind them."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise ValueError(_TOO_MUCH)
        return block

    def close(self) -> None:
        self._stream.close()
        super().close()


_TOO_MUCH = f"it holds more than {TIMES} times its own size, or than {MOST >> 30} GB"


def _bounded(inside: Iterator[Member], path: str, is_read: Callable[[str], bool]) -> Iterator[Member]:
    left, count = _most(path), 0
    for member in inside:
        if is_read(member.name):
            left, count = left - member.size, count + 1
        if left < 0:
            raise Refused(f"{_TOO_MUCH}; {member.name} and what follows was left out. Unpack what you need by hand.")
        if count > MEMBERS:
            raise Refused(f"it holds more than {MEMBERS:,} files; the rest was left out. Unpack what you need by hand.")
        yield member


def _most(path: str) -> int:
    """Bytes that a file may unpack to."""
    return min(MOST, max(TIMES * Path(path).stat().st_size, _LEAST))


def _why(error: Exception) -> str:
    return reason(error) or type(error).__name__
