"""What a dialect is: one format of one framework, in one file under `dialects/`.

A file often speaks several dialects, so every dialect is offered every window of text that holds one of its `anchors`.
A dialect opens nothing, prints nothing and never raises on content; what it recognises but cannot read is an `Issue`.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from itertools import accumulate
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec import Struct

from fcosreport.files.packed import name_unpacked
from fcosreport.reading.shapes import Shapes, shapes_of
from fcosreport.records import DataSet, Evaluation, Event, Issue, Origin, Samples, Setting, TableRow
from fcosreport.registry import load

REACH = 1 << 10
"""Bytes: where a long line is cut, a record has its anchor at most this far before the cut."""

Record = Evaluation | Setting | Event | Samples | Issue | TableRow | DataSet


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


def places_of(text: bytes, data: bytes, start: int) -> Iterator[int]:
    """Where a text stands in `data[start:]`: ten times as fast as a pattern, where it is seldom there."""
    at = data.find(text, start)
    while at >= 0:
        yield at
        at = data.find(text, at + 1)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a file as UTF-8 bytes: whole lines, except where one line alone is longer than a window.

    `data[start:]` is new; `data[:start]` repeats text before it, for looking back. `line` is the number of the line
    that `data[start]` stands in. `likely` are the anchors that may occur in the new text, of all dialects, and `shapes`
    those of its lines, where that was asked. `taken` is where in the new text results were read, so that who gives way
    to them need not look: begins and ends, in their order. `has_result`: not all of them are garbled. `is_followed`:
    training lines were read in it.
    """

    data: bytes
    start: int
    line: int
    likely: frozenset[bytes] | None = field(default=None, repr=False, compare=False)
    shapes: Shapes | None = field(default=None, repr=False, compare=False)
    taken: list[tuple[int, int]] = field(default_factory=list, init=False, repr=False, compare=False)
    is_followed: bool = field(default=False, init=False, repr=False, compare=False)
    has_result: bool = field(default=False, init=False, repr=False, compare=False)
    _last: list[int] = field(default_factory=list, init=False, repr=False, compare=False)
    _ends: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def line_at(self, offset: int) -> int:
        """The number of the line that `data[offset]` stands in; quick where asked in ascending order."""
        at, line = self._last or (self.start, self.line)
        if offset < at:
            line -= line_ends(self.data, offset, at)
        else:
            line += line_ends(self.data, at, offset)
        self._last[:] = offset, line
        return line

    def take(self, lines: Iterable[int], span: int, *, are_whole: bool = True) -> None:
        """Note that results were read in these lines, in ascending order, to which `span` lines around belong.

        `are_whole`: not all of them are garbled.
        """
        object.__setattr__(self, "has_result", are_whole)
        texts = self.data[self.start :].splitlines(keepends=True)  # of bytes: at CR, LF and CR LF alone
        ends = [*accumulate(map(len, texts), initial=self.start), len(self.data)]
        groups = list[list[int]]()  # the first and the last of lines that are near each other
        for line in lines:
            if groups and line - groups[-1][1] <= 2 * span + 1:
                groups[-1][1] = line
            else:
                groups.append([line, line])
        for first, last in groups:
            around = first - self.line - span, last - self.line + span + 1
            begin, end = (ends[min(max(0, each), len(ends) - 1)] for each in around)
            if self.taken and begin <= self.taken[-1][1]:
                begin = self.taken.pop()[0]
            self.taken.append((begin, end))

    def follow(self) -> None:
        """Note that training lines were read in it."""
        object.__setattr__(self, "is_followed", True)

    def is_told(self, offset: int) -> bool:
        """Whether `data[offset]` belongs to what was read, in a window of which not all results are garbled."""
        return self.has_result and any(begin <= offset < end for begin, end in self.taken)

    def holds(self, anchors: tuple[bytes, ...]) -> bool:
        """Whether one of a dialect's anchors occurs in the new text where no result was read."""
        shapes = self._shapes()
        likely = [each for each in anchors if self.likely is None or each in self.likely]
        likely = [each for each in likely if shapes.may_hold(each)]
        untaken = b"\n".join(self.data[start:stop] for start, stop in self.untaken()) if likely else b""
        return any(each in untaken for each in likely)

    def may_hold(self, literal: bytes) -> bool:
        """Whether a byte string may occur in the new text; False where it surely does not."""
        return self._shapes().may_hold(literal)

    def may_have(self, hint: re.Pattern[bytes]) -> bool:
        """Whether a hint may be found in a line of the new text; False where it surely is not.

        A hint takes any digits for any others, however many, looks at no end of a line, and back by at most REACH.
        """
        return hint.search(self._shapes().lines) is not None

    def hints(self, hint: re.Pattern[bytes], start: int | None = None) -> Iterator[re.Match[bytes]]:
        """Where a hint is found in the new text, or from `start` on; only the lines of such shapes are searched."""
        start = self.start if start is None else start
        if start < self.start:
            yield from hint.finditer(self.data, start)
        elif numbers := self._shapes().lines_with(hint):
            ends = self._ends_of_lines()
            for number in numbers:
                yield from hint.finditer(self.data, max(ends[number], start), ends[number + 1])

    def _ends_of_lines(self) -> list[int]:
        """Where each line of which there is a shape ends, behind where the first begins."""
        if not self._ends:
            begin = len(self.data) - self._shapes().size
            texts = self.data[begin:].splitlines(keepends=True)  # of bytes: at CR, LF and CR LF alone
            self._ends.extend(accumulate(map(len, texts), initial=begin))
        return self._ends

    def _shapes(self) -> Shapes:
        if self.shapes is None:
            object.__setattr__(self, "shapes", shapes_of(self.data[max(0, self.start - REACH) :]))
        return self.shapes or shapes_of(b"")

    def untaken(self) -> Iterator[tuple[int, int]]:
        """Begin and end of each part of the new text in which no result was read."""
        at = self.start
        for begin, end in self.taken:
            if begin > at:
                yield at, begin
            at = end
        if at < len(self.data):
            yield at, len(self.data)


class Reader(Protocol):
    """One reading of one file by one dialect. Made with `(path, origin)` for each file of which a window is for it.

    Where a training or evaluation starts (its arguments, its configuration) a reader yields an Event `started`, after
    all that stood before it: a file may hold several runs, and is parted there.

    A reader of tables and other blocks, whose lines need not hold an anchor, has an attribute `is_open`: whether it is
    within one. It is then offered the next window as well. One that holds results back until more is told of them has
    an attribute `withheld`: these, in the order of their lines, so that others give way to them. A reader whose
    attributes can be pickled is kept with a large log that grows, and goes on when more of that is read.
    """

    def __init__(self, path: str, origin: Origin) -> None: ...

    def feed(self, window: Window) -> Iterable[Record]:
        """The records that this window completes."""

    def close(self) -> Iterable[Record]:
        """The records that were still open at the end of the file."""


WholeFile = Callable[[Path, str], Iterable[Record]]
"""Reads the file at a path, which is shown to the user by a name, on its own. Never raises for what it holds."""


class _Nothing:
    """Reads nothing: for a dialect that reads whole files."""

    def __init__(self, path: str, origin: Origin) -> None: ...

    def feed(self, window: Window) -> Iterable[Record]:
        return ()

    def close(self) -> Iterable[Record]:
        return ()


class Dialect(Struct, frozen=True):
    """A registered dialect.

    It is offered a window where one of the byte strings `anchors` occurs in it, and every window of a file whose shown
    path `paths` is found in (`/` parts folders). `whole_file`, for a format that is no text, reads such a file instead.
    One that `gives_way` knows a carrier and names: where another dialect reads a result near by, or declares a setting
    of the same name in the file, that counts.
    """

    name: str
    title: str
    anchors: tuple[bytes, ...]
    reader: type[Reader]
    paths: re.Pattern[str] | None = None
    whole_file: WholeFile | None = None
    gives_way: bool = False

    def is_in(self, data: bytes) -> bool:
        """Whether one of its anchors occurs in a text."""
        return any(map(data.__contains__, self.anchors))

    def is_for(self, shown: str) -> bool:
        """Whether the path alone says that the file is of this dialect."""
        return bool(self.paths and self.paths.search(name_unpacked(shown).replace("\\", "/")))


_DIALECTS: dict[str, Dialect] = {}


_Reader = TypeVar("_Reader", bound=type[Reader])
_WholeFile = TypeVar("_WholeFile", bound=WholeFile)


def dialect(title: str, *anchors: bytes, paths: str = "", gives_way: bool = False) -> Callable[[_Reader], _Reader]:
    """Register the decorated reader class as the dialect that its module is named after."""

    def register(reader: _Reader) -> _Reader:
        name = _name(reader.__module__)
        _DIALECTS[name] = Dialect(name, title, anchors, reader, re.compile(paths) if paths else None, None, gives_way)
        return reader

    return register


def whole_file_dialect(title: str, paths: str) -> Callable[[_WholeFile], _WholeFile]:
    """Register the decorated function as the dialect that its module is named after."""

    def register(function: _WholeFile) -> _WholeFile:
        name = _name(function.__module__)
        _DIALECTS[name] = Dialect(name, title, (), _Nothing, re.compile(paths), function)
        return function

    return register


def _name(module: str) -> str:
    return module.rpartition(".")[2].replace("_", "-")


def dialect_names() -> tuple[str, ...]:
    """The names of all dialects, without loading them: where nothing has changed, none is needed."""
    package = importlib.import_module("fcosreport.dialects")
    own = (_name(module.name) for module in pkgutil.iter_modules(package.__path__))
    others = (f"{entry.name}={entry.value}" for entry in entry_points(group="fcosreport.dialects"))
    return (*sorted(own), *sorted(others))


@cache
def dialects() -> tuple[Dialect, ...]:
    """All dialects, by name, those that give way behind the others.

    Raises FcosreportError for one of another package that cannot be loaded.
    """
    load("fcosreport.dialects", "dialect", _DIALECTS)
    return tuple(sorted(_DIALECTS.values(), key=lambda each: (each.gives_way, each.name)))
