"""Files written whole or not at all: reports, which replace what was there, and notes, which stay what they were."""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from fcosreport.errors import OutputError
from fcosreport.files.raw import reason


def write_text(content: str | bytes, output: Path) -> None:
    """Put `content` into a file as `write_whole` does, or print it where `output` is `-`."""
    if str(output) != "-":
        write_whole(output, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content.encode() if isinstance(content, str) else content)
    sys.stdout.buffer.flush()


def write_whole(file: Path, content: str | bytes) -> None:
    """Put `content` into `file` by way of a new file beside it, so that no reader ever meets half of it.

    Raises OutputError where it cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if is_stream(file):
            _pour(file, data)
            return
        make_folder(file.parent)
        _replace(file.resolve(), data, _like_a_new_one)
    except OSError as error:
        raise _unwritten(file, error) from error


def rewrite(file: Path, content: str) -> None:
    """Make `content` all that a file of the user's holds. Owner, mode, attributes and links stay as they are.

    Raises OutputError where it is read-only or cannot be written; it is then as it was, or the message names a copy.
    """
    there, data = file.resolve(), content.encode()
    try:
        refuse_read_only(file)
        if there.stat().st_nlink > 1:
            _write_in_place(there, data)
            return
        try:
            _replace(there, data, _like_the_old_one)
        except PermissionError:  # a new file cannot be given to the owner of the old one
            _write_in_place(there, data)
    except OSError as error:
        raise _unwritten(file, error) from error


def refuse_read_only(file: Path) -> None:
    """Raise OutputError where nobody, or not this user, is to write the file: what its mode says holds for root too."""
    if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):
        raise OutputError(f"{file}: read-only. Make the file, or the file system that it is on, writable.")


def is_stream(file: Path) -> bool:
    """Whether it is a device or pipe, such as /dev/stdout, which is written to and cannot be replaced."""
    return file.exists() and not file.is_file() and not file.is_dir()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are not there. Raises OSError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def _unwritten(file: Path, error: OSError) -> OutputError:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    advice = "Make room on the disk" if is_full else "Make it and its folder writable"
    return OutputError(f"{file}: {reason(error)}. {advice}, or choose another place.")


def _pour(file: Path, data: bytes) -> None:
    """Write to a device or pipe, but never wait for someone to read it. Raises OSError."""
    try:
        number = os.open(file, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise OutputError(f"{file}: nobody reads from it. Start its reader first, or choose another place.") from error
    os.set_blocking(number, True)
    with os.fdopen(number, "wb") as stream:
        stream.write(data)


def _replace(file: Path, data: bytes, dress: Callable[[Path, Path], None]) -> None:
    """Put a new file in the place of `file`, as which it is to be dressed."""
    beside = _beside(file, data)
    try:
        dress(beside, file)
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _beside(file: Path, data: bytes) -> Path:
    """A new file in the same folder that holds `data`, on the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _like_a_new_one(beside: Path, file: Path) -> None:
    beside.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())


def _like_the_old_one(beside: Path, file: Path) -> None:
    about = file.stat()
    os.chown(beside, about.st_uid, about.st_gid)
    shutil.copystat(file, beside)
    os.utime(beside)


def _write_in_place(file: Path, data: bytes) -> None:
    """Write over what the file holds, of which a copy is beside it until all is on the disk."""
    with file.open("r+b") as stream:
        old = stream.read()
        copy = _beside(file, old)
        try:
            _fill(stream.fileno(), data)
        except BaseException:
            _restore(stream.fileno(), old, file, copy)
            copy.unlink()
            raise
    copy.unlink()


def _restore(number: int, old: bytes, file: Path, copy: Path) -> None:
    try:
        _fill(number, old)
    except OSError as error:
        raise OutputError(f"{file}: half-written ({reason(error)}). What it held is in {copy}.") from error


def _fill(number: int, data: bytes) -> None:
    """Make `data` all that an open file holds, on the disk."""
    done = 0
    while done < len(data):
        done += os.pwrite(number, data[done:], done)
    os.ftruncate(number, len(data))
    os.fsync(number)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
