"""Reports to files: each whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fcosreport.errors import OutputError, UsageError
from fcosreport.renderer import Renderer, Report


def write(report: Report, forms: Sequence[Renderer], output: Path) -> list[Path]:
    """Write each form to `output`: a folder, a file for a single form, or `-` for stdout. Returns the files written.

    A path without a suffix is a folder. Raises UsageError where several forms would meet in one place, OutputError
    where nothing can be written; what was there before is then untouched.
    """
    is_folder = output.is_dir() or not output.suffix
    if len(forms) > 1 and (str(output) == "-" or not is_folder):
        raise UsageError(f"{output}: {len(forms)} outputs cannot go to one place. Give a folder with -o.")
    if str(output) == "-":
        write_text(forms[0].render(report), output)
        return []
    report = replace(report, view=replace(report.view, with_files=True))
    contents: dict[Path, str | bytes] = {}
    for form in forms:
        file = output / form.filename if is_folder else output
        contents[file] = form.render(report)
        contents |= {file.parent / name: content for name, content in (form.beside or _nothing)(report).items()}
    for file, content in contents.items():
        write_whole(file, content)
    return list(contents)


def _nothing(report: Report) -> dict[str, str | bytes]:
    return {}


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
