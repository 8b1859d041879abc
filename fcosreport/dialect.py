"""What a dialect is: one format of one framework, in one file under `dialects/`.

A file often speaks several dialects, so every dialect is offered every window of text that holds one of its `anchors`.
A dialect opens nothing, prints nothing and never raises on content; what it recognises but cannot read is an `Issue`.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, TypeVar

from fcosreport.records import Evaluation, Issue, Origin, Setting

Record = Evaluation | Setting | Issue


def line_ends(data: bytes | bytearray, start: int, stop: int) -> int:
    """How many lines end in `data[start:stop]`: CR, LF and CR LF each end one."""
    ends = _count_lf(data, start, stop)
    if data.find(b"\r", start, stop) >= 0:
        ends += data.count(b"\r", start, stop) - data.count(b"\r\n", start, stop)
    return ends


def _count_lf(data: bytes | bytearray, start: int, stop: int) -> int:
    numpy = sys.modules.get("numpy") if stop - start > 4096 else None
    if numpy is None:
        return data.count(b"\n", start, stop)
    # Before Python 3.13 this is five times faster; importing numpy for it pays from some hundred megabytes on.
    return int(numpy.count_nonzero(numpy.frombuffer(data, numpy.uint8, stop - start, start) == 10))


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a file as UTF-8 bytes: whole lines, except where one line alone is longer than a window.

    `data[start:]` is new; `data[:start]` repeats text before it, for looking back. `line` is the number of the line
    that `data[start]` stands in.
    """

    data: bytes
    start: int
    line: int
    _last: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def line_at(self, offset: int) -> int:
        """The number of the line that `data[offset]` stands in; quick where asked in ascending order."""
        at, line = self._last or (self.start, self.line)
        if offset < at:
            line -= line_ends(self.data, offset, at)
        else:
            line += line_ends(self.data, at, offset)
        self._last[:] = offset, line
        return line


class Reader(Protocol):
    """One reading of one file by one dialect. Made anew for each file with `(path, origin)`."""

    def __init__(self, path: str, origin: Origin) -> None: ...

    def feed(self, window: Window) -> Iterable[Record]:
        """The records that this window completes."""

    def close(self) -> Iterable[Record]:
        """The records that were still open at the end of the file."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A registered dialect. `anchors`: it is offered a window only where one of these byte strings occurs in it."""

    name: str
    title: str
    anchors: tuple[bytes, ...]
    reader: type[Reader]


_DIALECTS: dict[str, Dialect] = {}


_Reader = TypeVar("_Reader", bound=type[Reader])


def dialect(title: str, *anchors: bytes) -> Callable[[_Reader], _Reader]:
    """Register the decorated reader class as the dialect that its module is named after."""

    def register(reader: _Reader) -> _Reader:
        name = reader.__module__.rpartition(".")[2].replace("_", "-")
        _DIALECTS[name] = Dialect(name, title, anchors, reader)
        return reader

    return register


@cache
def dialects() -> tuple[Dialect, ...]:
    """All dialects, by name. The modules under `dialects/` are found here, so a new one edits nothing."""
    package = importlib.import_module("fcosreport.dialects")
    for module in pkgutil.iter_modules(package.__path__, "fcosreport.dialects."):
        importlib.import_module(module.name)
    return tuple(sorted(_DIALECTS.values(), key=lambda each: each.name))
