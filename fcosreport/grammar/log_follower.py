"""What the dialects of trainers have in common that print their configuration, training lines and results into one log.

Signs are short pieces of text that stand in the lines which matter; whatever has no sign is passed over at the speed of
`bytes.find`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Protocol

from fcosreport.grammar.configs.dumps import plain_line
from fcosreport.grammar.lines import line_begin, line_end, past_end
from fcosreport.grammar.training_lines import TrainingLines
from fcosreport.reading.dialect import Record, Window, line_ends, places_of
from fcosreport.reading.times import first_time
from fcosreport.records import Evaluation, Event, EventKind, Issue, Origin, Setting, Where

_LINE = 16 << 10  # bytes of a line that are read from a sign on
_RUNS = 99  # the stage of a log whose run has begun


class Block(Protocol):
    """Lines that belong together, like the dump of a configuration or a table."""

    def take(self, line: str, number: int) -> bool:
        """Take the next line; False if it does not belong here any more."""


class LogFollower:
    """Follows a log from start to start. A dialect says what to look for, and reads the lines that have a sign.

    `signs` maps a sign to the name of the method that reads its line, called with the window, and where the sign and
    its line end. `starts` are those by which a run announces itself, in their order, with what must stand there. `head`
    finds training lines, its groups go to `count`, which says how many iterations are done. Of a log without a start, a
    training line or one of the `loggers`, only results are read: it may be of another framework.
    """

    signs: ClassVar[Mapping[bytes, str]]
    starts: ClassVar[Mapping[bytes, re.Pattern[bytes]]]
    loggers: ClassVar[re.Pattern[bytes]]
    head: ClassVar[re.Pattern[bytes]]
    training: ClassVar[bytes]
    """A piece of text that every training line has where `head` begins."""

    @staticmethod
    def count(*groups: bytes) -> int:
        """The iterations that are done where a training line says so."""
        return int(groups[0])

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.lines = TrainingLines(path, self.head, step=self.count)
        self._stage = _RUNS
        self._is_own = False
        self._at = 0  # up to where the window is read
        self._stop = 0  # where the line ends that was read last
        self._block: tuple[Block, int, Callable[[Any], Iterator[Record]]] | None = None  # with its next line
        self.begin()

    def begin(self) -> None:
        """Forget the run before."""
        self.done: int | None = None  # iterations
        self.trains = False
        self._said: set[tuple[str, object]] = set()

    def flush(self) -> Iterator[Record]:
        """What was held back, now that nothing more can be said of it."""
        yield from ()

    @property
    def is_open(self) -> bool:
        """Whether the next line may belong to a block."""
        return self._block is not None

    def feed(self, window: Window) -> Iterator[Record]:
        data, self._at, self._stop = window.data, window.start, 0
        found = self._wanted(self._go_on(window))
        cuts = [self._at]
        there = filter(window.may_hold, self.signs)
        marks = [(at, sign) for sign in there for at in places_of(sign, data, self._at)]
        for at, sign in sorted(marks):
            if at >= self._at:
                found += self._wanted(self._advance(data, at))
                found += self._wanted(self._act(window, at, sign, cuts))
        found += self._wanted(self._advance(data, len(data)))
        if self.origin == "log":
            for start, stop in zip(cuts, [*cuts[1:], len(data)], strict=True):
                found += self.lines.read(data, start, stop, window.line_at(start))
        yield from sorted(found, key=lambda record: record.where.line)

    def close(self) -> Iterator[Record]:
        if self._block:
            yield from self._wanted(self._block[2](self))
        yield from self._wanted(self.flush())

    def _wanted(self, records: Iterable[Record]) -> list[Record]:
        found = list(records)
        if not found or (self.origin == "log" and self._is_own):
            return found
        return [each for each in found if isinstance(each, (Evaluation, Issue))]

    def _act(self, window: Window, at: int, sign: bytes, cuts: list[int]) -> Iterator[Record]:
        end = self._end(window.data, at)
        if sign in self.starts:
            if not self.starts[sign].match(window.data, at, end):
                return
            stage = list(self.starts).index(sign)
            self._is_own = True
            if stage <= self._stage:
                yield from self.flush()
                self.begin()
                cuts.append(line_begin(window.data, at))
                yield self.event("started", window, at, end)
            self._stage = stage
            self.skip(end)
        elif not self._is_own:
            self._is_own = bool(self.loggers.search(window.data, _near_begin(window.data, at, 200), at))
        yield from getattr(self, self.signs[sign])(window, at, end)

    def _advance(self, data: bytes, at: int) -> Iterable[Record]:
        """Go to `data[at]`, and note the last training line before it."""
        last = data.rfind(self.training, self._at, at)
        match = self.head.match(data, last) if last >= 0 else None
        self._at = max(self._at, at)
        if not match:
            return ()
        self.runs(self.count(*match.groups()))
        return self.flush()

    def _end(self, data: bytes, at: int) -> int:
        """Where the line of `data[at]` ends or is no longer read; looked for once for all the signs in it."""
        if at >= self._stop:
            self._stop = line_end(data, at)
        return min(self._stop, at + _LINE)

    def skip(self, at: int) -> None:
        """Leave out the signs before `data[at]`."""
        self._at = max(self._at, at)

    def runs(self, done: int) -> None:
        """Note that the training has done so many iterations."""
        self.done, self.trains, self._stage, self._is_own = done, True, _RUNS, True

    def event(self, kind: EventKind, window: Window, at: int, end: int, iteration: int | None = None) -> Event:
        """An event in the words that stand in `data[at:end]`."""
        begin = _near_begin(window.data, at, 300)
        text = plain_line(window.data[at : min(end, at + 500)])
        return Event(kind, text, self.where(window, at), first_time(window.data[begin:end]), iteration=iteration)

    def setting(self, name: str, value: str | int | bool, window: Window, at: int) -> Iterator[Setting]:
        """A setting; what is printed again and again is told once a run."""
        if (name, value) not in self._said:
            self._said.add((name, value))
            yield Setting(name, value, str(value), self.where(window, at))

    def is_declared(self, name: str) -> bool:
        """Whether the run has told that setting outside of its configuration."""
        return any(said == name for said, _ in self._said)

    def where(self, window: Window, at: int) -> Where:
        """The line of `data[at]`."""
        return Where(self.path, window.line_at(at))

    def read_block(
        self, block: Block, window: Window, at: int, finish: Callable[[Any], Iterator[Record]]
    ) -> Iterator[Record]:
        """Give a block the lines after that of `data[at]`, in this window and the next ones, then `finish` it.

        `finish` is a method of the class, to be called with the reader, so that reading can pause within a block.
        """
        begin = next_line(window.data, at)
        self._block = block, window.line_at(at) + 1, finish
        yield from self._lines(window.data, begin)

    def _go_on(self, window: Window) -> Iterator[Record]:
        """Go on with the block that the last window left open, also where a window between was passed over."""
        if self._block is None:
            return
        _, line, finish = self._block
        begin = _offset(window, line)
        if begin is None:
            self._block = None
            yield from finish(self)
        else:
            yield from self._lines(window.data, begin)

    def _lines(self, data: bytes, at: int) -> Iterator[Record]:
        if self._block is None:
            return
        block, line, finish = self._block
        while at < len(data):
            stop = next_line(data, at)
            if not block.take(plain_line(data[at:stop]), line):
                self._block, self._at = None, max(self._at, at)
                yield from finish(self)
                return
            at, line = stop, line + 1
        self._block, self._at = (block, line, finish), max(self._at, at)


def next_line(data: bytes, at: int) -> int:
    """Where the line after that of `data[at]` begins."""
    return past_end(data, line_end(data, at))


def _near_begin(data: bytes, at: int, far: int) -> int:
    """Where the line of `data[at]` begins, or `far` bytes before it."""
    begin = max(0, at - far)
    return max(begin, data.rfind(b"\n", begin, at) + 1, data.rfind(b"\r", begin, at) + 1)


def _offset(window: Window, line: int) -> int | None:
    """Where a line before the window's begins; None if it is not repeated in it."""
    data, at, back = window.data, window.start, window.line - line
    if back < 0 or back > line_ends(data, 0, at):
        return None
    for _ in range(back):
        at = line_begin(data, at - 1 - data.startswith(b"\r\n", at - 2))
    return at
