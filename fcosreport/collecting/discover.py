"""Paths to files: which files under the given paths and URLs are logs or notes, each file once.

Symlinks are followed after everything else, so that a run is met under its own name first; a file or folder that was
met before is not met again, which also ends every loop. Where a link leads to what may not be read, that is told. The
members of an archive are files as if it were unpacked.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from fcosreport.errors import UsageError
from fcosreport.files import packed
from fcosreport.files.allowed import Allowed
from fcosreport.files.paths import public, url_of
from fcosreport.files.raw import Refused, reason
from fcosreport.records import Issue, Origin, Where

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown"})
NOTE_SUFFIXES = MARKDOWN_SUFFIXES | {".org", ".rst"}
_DIARY = re.compile(
    r"(?i)(?:.*[ _.-])?(?:notes?|diary|journal|to-?do|lab[ _-]?book|experiments?)(?:[ _.-].*)?\.txt"
    r"|.*(?:笔记|日记|实验记录|実験ノート|일지).*\.txt"
)
"""The name of a plain text that a person keeps; any other `.txt` is what a program printed."""
NO_TEXT_SUFFIXES = frozenset(
    (
        ".7z .a .apk .avi .avif .bin .blend .bmp .cache .caffemodel .ckpt .class .db .dcm .dll .doc .docx"
        " .dylib .engine .eot .exe .fbx .flac .flv .gif .glb .h5 .hdf5 .heic .ico .jar .jfif .joblib .jp2 .jpe"
        " .jpeg .jpg .keras .las .lib .m4a .m4v .mat .mkv .mlmodel .mov .mp3 .mp4 .mpeg .mpg .nii .npy .npz .o"
        " .odt .ogg .onnx .otf .parquet .pb .pcd .pdf .pdmodel .pdopt .pdparams .pgm .pickle .pkl .ply .png"
        " .ppm .ppt .pptx .psd .pt .pth .pyc .rar .rknn .safetensors .so .sqlite .sqlite-journal .sqlite3 .stl"
        " .svg .tflite .tfrecord .tif .tiff .trt .ttf .wasm .wav .webm .webp .weights .whl .wmv .woff .woff2"
        " .xls .xlsx"
    ).split()
)
NO_TEXT_NAMES = frozenset({".DS_Store"})
SKIPPED_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})


class Found(Struct, frozen=True):
    """A file to read: where it is, its absolute path as a key, and what the user sees. Bytes and nanoseconds.

    For a file on a server `path` is its URL, and `key` the same without what may be a secret in it.
    """

    path: str
    key: str
    shown: str
    origin: Origin
    size: int
    mtime: int


@dataclass(slots=True)
class Discovery:
    """One walk over the given paths. `issues` fills while `files()` is consumed; `roots` are absolute paths or URLs.

    `allowed` says which links and mounted disks are entered.
    """

    paths: Sequence[Path]
    allowed: Allowed = field(default_factory=Allowed)
    issues: list[Issue] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    @property
    def roots(self) -> tuple[str, ...]:
        urls = map(url_of, self.paths)
        return tuple(_printable(public(u) if u else os.path.abspath(p)) for u, p in zip(urls, self.paths, strict=True))

    def files(self) -> Iterator[Found]:
        """The files, sorted by path within each given path.

        Raises UsageError for a path that is not there, ServerError for a server that does not answer.
        """
        for path in self.paths:
            if url := url_of(path):
                yield from self._remote(url)
                continue
            shown = os.path.normpath(path)
            try:
                status = path.stat()
            except OSError as error:
                raise UsageError(f"{shown}: {reason(error)}. Give a folder, a log or a note.") from error
            if stat.S_ISDIR(status.st_mode):
                yield from self._folder(shown, status)
            else:
                yield from self._file(shown, status, given=True)

    def _remote(self, url: str) -> Iterator[Found]:
        from fcosreport.files import listing

        for entry in listing.Walk(url, _is_entered, _may_be_text, self.issues).files():
            shown = _printable(entry.shown)
            if packed.is_archive(shown):
                self._issue(shown, "an archive on a server; it was not opened. Copy it here, or unpack it there.")
                continue
            yield Found(entry.url, shown, shown, _origin(shown), entry.size, entry.mtime)

    def _folder(self, shown: str, status: os.stat_result) -> Iterator[Found]:
        pending = [(shown, status)]
        links: list[str] = []
        while pending or links:
            if not pending:
                yield from self._link(links.pop(), pending)
                continue
            folder, status = pending.pop()
            if self._met(status):
                continue
            folders: list[tuple[str, os.stat_result]] = []
            for name, is_link, is_folder in self._entries(folder):
                child = name if folder == "." else os.path.join(folder, name)
                if is_link:
                    links.append(child)
                elif is_folder:
                    if _is_entered(name):
                        folders.extend(
                            (child, found) for found in self._status(child) if self._is_open(child, found, status)
                        )
                elif _may_be_text(name):
                    for found in self._status(child):
                        yield from self._file(child, found)
            pending.extend(reversed(folders))

    def _entries(self, folder: str) -> Iterable[tuple[str, bool, bool]]:
        try:
            with os.scandir(folder) as entries:
                return sorted((e.name, e.is_symlink(), e.is_dir(follow_symlinks=False)) for e in entries)
        except OSError as error:
            self._issue(folder, f"cannot list this folder: {reason(error)}. Grant read access, or leave it out.")
            return ()

    def _link(self, shown: str, pending: list[tuple[str, os.stat_result]]) -> Iterator[Found]:
        for status in self._status(shown):
            is_folder = stat.S_ISDIR(status.st_mode)
            if not (is_folder or _may_be_text(shown)) or self._objected(shown, "a link to another place"):
                continue
            if is_folder:
                pending.append((shown, status))
            else:
                yield from self._file(shown, status)

    def _is_open(self, shown: str, status: os.stat_result, above: os.stat_result) -> bool:
        """Whether a folder may be entered from the one above, which where a disk is mounted is to be asked."""
        return status.st_dev == above.st_dev or not self._objected(shown, "a mounted disk")

    def _objected(self, shown: str, what: str) -> bool:
        objection = self.allowed.objection(shown)
        if objection:
            self._issue(shown, f"{what}, {objection}. It was not read.")
        return bool(objection)

    def _file(self, shown: str, status: os.stat_result, *, given: bool = False) -> Iterator[Found]:
        if not stat.S_ISREG(status.st_mode):
            if given:
                raise UsageError(f"{shown}: neither a file nor a folder. Give a folder, a log or a note.")
            self._issue(shown, "neither a file nor a folder (a pipe, socket or device); it was not opened.")
        elif not self._met(status):
            if packed.is_archive(shown):
                yield from self._archive(shown, status)
                return
            key = _printable(os.path.abspath(shown))
            yield Found(shown, key, _printable(shown), _origin(shown), status.st_size, status.st_mtime_ns)

    def _archive(self, shown: str, status: os.stat_result) -> Iterator[Found]:
        """The members of an archive, as old as it is."""
        nested, outside = 0, 0
        try:
            for name, size in packed.members(shown, _is_read):
                parts = name.split("/")
                if ".." in parts or name.startswith("/"):
                    outside += 1
                elif packed.is_archive(name) or packed.name_unpacked(name) != name:
                    nested += 1
                elif _is_read(name):
                    key = _printable(f"{os.path.abspath(shown)}/{name}")
                    path = f"{shown}!/{name}"
                    yield Found(path, key, _printable(path), _origin(name), size, status.st_mtime_ns)
        except Refused as why:
            self._issue(shown, str(why))
        if nested:
            self._issue(shown, f"{nested:,} packed files in it were not opened. Unpack it by hand.")
        if outside:
            self._issue(shown, f"{outside:,} of its files have paths that lead out of it; they were not read.")

    def _met(self, status: os.stat_result) -> bool:
        key = (status.st_dev, status.st_ino)
        met = key in self._seen
        self._seen.add(key)
        return met

    def _status(self, shown: str) -> Iterator[os.stat_result]:
        try:
            yield os.stat(shown)
        except OSError as error:
            self._issue(shown, f"cannot be opened: {reason(error)}.")

    def _issue(self, shown: str, message: str) -> None:
        self.issues.append(Issue(message, Where(_printable(shown), 1)))


def _printable(path: str) -> str:
    """The path with the bytes that are no UTF-8 spelled out: such a name can be opened, but not printed or stored."""
    return path.encode("utf-8", "backslashreplace").decode()


def _origin(name: str) -> Origin:
    return "note" if is_note(packed.name_unpacked(name)) else "log"


def is_note(name: str) -> bool:
    """Whether a file of that name is what a person wrote, and not what a program printed."""
    return os.path.splitext(name)[1].lower() in NOTE_SUFFIXES or _DIARY.fullmatch(os.path.basename(name)) is not None


def _is_entered(name: str) -> bool:
    return (name == ".hydra" or not name.startswith(".")) and name not in SKIPPED_FOLDERS


def _is_read(name: str) -> bool:
    """Whether a member of an archive would be read if it lay on the disk."""
    return all(map(_is_entered, name.split("/")[:-1])) and _may_be_text(name)


def _may_be_text(name: str) -> bool:
    stem, suffix = os.path.splitext(packed.name_unpacked(name))
    return suffix.lower() not in NO_TEXT_SUFFIXES and os.path.basename(stem) not in NO_TEXT_NAMES
