"""stdout and stderr of a command: output that cannot be printed ends it, what is said beside the output does not."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from typing import TYPE_CHECKING, TextIO

from fcosreport.errors import OutputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@contextmanager
def guarded() -> Iterator[None]:
    """Raise OutputError where stdout takes no output, now or in the end; LimitError where no more files can be opened.

    A closed stdout takes none; a closed or full stderr loses what is said there.
    """
    try:
        _fill_gaps()
        sys.stdout, sys.stderr = _stream(sys.stdout, 1, _Output), _stream(sys.stderr, 2, _Beside)
        yield
    except OSError as error:
        from fcosreport.files.raw import reason

        reason(error)  # which raises it as a LimitError, if it is one
        raise
    finally:
        if sys.stdout:
            sys.stdout.flush()


class _Output(io.FileIO):
    """What tells why it cannot be written. From then on it is silent, also while Python exits."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            while (count := super().write(data)) is None:  # another program set it not to wait, and it is full
                select([], [self], [])
            return count
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError):
                sys.exit(2)  # nobody reads on, as behind `| head`: there is nobody to tell
            raise OutputError(f"stdout: {error.strerror}. Send it to a file or pipe that can be written.") from error


class _Beside(io.FileIO):
    """What can be lost."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _fill_gaps() -> None:
    """Open what is closed of stdin, stdout and stderr, but not to write: else a file might get its number."""
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(number)


def _stream(old: TextIO | None, number: int, kind: type[io.FileIO]) -> TextIO:
    if old and old.isatty():
        return old
    return io.TextIOWrapper(
        io.BufferedWriter(kind(number, "w", closefd=False)),
        encoding=old.encoding if old else "utf-8",
        errors=old.errors if old else "backslashreplace",
        line_buffering=kind is _Beside,
        write_through=bool(getattr(old, "write_through", False)),
    )
