"""Files written whole or not at all."""

import os
import sys
import tempfile
from pathlib import Path

from fcosreport.errors import OutputError


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
        if file.exists() and not file.is_file():  # a device or pipe, such as /dev/stdout, cannot be replaced
            file.write_bytes(data)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file.resolve(), data)
    except OSError as error:
        raise OutputError(f"{file}: {error.strerror}. Make it writable, or choose another place.") from error


def _replace(file: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
