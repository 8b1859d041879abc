"""What dialects have in common that read window by window: places and their lines, and rows that become columns."""

import re
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from msgspec import Struct

from fcosreport.grammar.statements import FAR, Statements
from fcosreport.reading.dialect import Record, Window
from fcosreport.records import Origin, Samples, Setting, Unit, Where

Row = tuple[tuple[str, ...], float, Sequence[float], int]
"""What a line logs: the names, the step, the value of each name, and where that is."""

_T = TypeVar("_T")


class Windowed(ABC):
    """A reader that finds the records of a window in any order, and gives them in that of their lines."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.epochs = b""
        self.whole: Setting | None = None  # how many iterations the training is to have
        self.is_evaluated = False  # whether the training has told a result

    def feed(self, window: Window) -> Iterator[Record]:
        yield from sorted(self.found(window), key=lambda record: record.where.line)

    def close(self) -> Iterator[Record]:
        return iter(())

    @abstractmethod
    def found(self, window: Window) -> Iterator[Record]:
        """The records that a window completes."""

    def where(self, window: Window, at: int) -> Where:
        """The line of `window.data[at]`."""
        return Where(self.path, window.line_at(at))

    def places(
        self, pattern: re.Pattern[bytes], window: Window, back: int = 0
    ) -> Iterator[tuple[re.Match[bytes], Where]]:
        """Each match with its line. It may begin `back` bytes before what is new in the window, and ends in that."""
        for match in pattern.finditer(window.data, max(0, window.start - back)):
            if match.end() > window.start:
                yield match, self.where(window, match.start())

    def planned(self, pattern: re.Pattern[bytes], window: Window, start: int, stop: int) -> Iterator[Setting]:
        """The number of epochs in the first match, where the run has not told the same before."""
        found = pattern.search(window.data, start, stop)
        if found and found[1] != self.epochs:
            self.epochs = found[1]
            yield Setting("epochs", int(found[1]), found[1].decode(), self.where(window, found.start()))

    def lasts(self, pattern: re.Pattern[bytes], window: Window, start: int, stop: int) -> None:
        """Keep the whole schedule in iterations: the first match tells the epochs, and the iterations of one."""
        if not self.whole and (found := pattern.search(window.data, start, stop)):
            epochs, length = int(found[1]), int(found[2])
            text, where = f"{epochs} epochs of {length} iterations", self.where(window, found.start())
            self.whole = Setting("iterations", epochs * length, text, where, inferred=True)

    def told_whole(self) -> Iterator[Setting]:
        """The schedule that was kept, where the training had no evaluation: nothing else tells how far it came."""
        if self.whole and not self.is_evaluated:
            yield self.whole
        self.whole, self.is_evaluated = None, False


def parted(window: Window, cuts: Iterable[tuple[int, _T]]) -> Iterator[tuple[int, int, _T | None]]:
    """What is new in a window, parted: where each part begins and ends, and what starts there; None at the last."""
    at = window.start
    for begin, start in cuts:
        yield at, begin, start
        at = begin
    yield at, len(window.data), None


def starts(pattern: re.Pattern[bytes], window: Window) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Where each new match begins, and that match: for `parted`."""
    return ((match.start(), match) for match in pattern.finditer(window.data, window.start))


class LastTrained(Struct, frozen=True):
    """Tells the epoch, and the iteration if it is told, of the training line before an offset in the data.

    `mark` is what `pattern` begins with; its groups are the epoch and the iteration.
    """

    mark: bytes
    pattern: re.Pattern[bytes]

    def __call__(self, data: bytes, stop: int) -> Statements:
        at = data.rfind(self.mark, max(0, stop - FAR), stop)
        last = self.pattern.match(data, at, stop) if at >= 0 else None
        epoch, iteration = [*map(int, last.groups()), None][:2] if last else (None, None)
        return Statements(None, epoch, iteration)


def samples(rows: Iterable[Row], where: Callable[[int], Where], unit: Unit = "iteration") -> Iterator[Samples]:
    """Rows as columns, those of the same names one behind the other together. `where` tells the line of a row."""
    for names, group in groupby(rows, key=itemgetter(0)):
        _, steps, values, places = zip(*group, strict=True)
        if names:
            columns = tuple(array("d", column) for column in zip(*values, strict=True))
            yield Samples(names, array("d", steps), columns, where(places[0]), unit)
