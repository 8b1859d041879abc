"""The lines that a trainer prints every few iterations, as columns of numbers. For dialects.

Such lines are most of a log, and alike: one is read pair by pair, and becomes a pattern that finds the others in C, up
to the first that differs in more than its numbers. A line of ten columns costs about 1.5 microseconds.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from operator import lt, mul

import msgspec
from msgspec import Struct

from fcosreport.reading.dialect import line_ends
from fcosreport.records import Samples, Unit, Where

NUMBER = rb"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|[nN]a[nN]|[iI][nN]f)"
"""A number as logs print it, nan and inf included."""

PAIR = re.compile(
    rb"(?<![\w.])([A-Za-z_][\w./]{0,200}+(?: mem)?): *(" + NUMBER + rb")([MG]i?[Bb]?|s)?(?=[\s,|(;\x1b\\]|$)"
)
"""`loss_cls: 0.2853`, `max mem: 2786`, `mem:3.06G`. Groups: key, number, unit."""

NAMES: Mapping[str, str | None] = {
    "total_loss": "loss",
    "max_mem": "memory",
    "max mem": "memory",
    "mem": "memory",
    "gpu_mem": "memory",
    "data": "data_time",
    "iter_time": "time",
    "learning_rate": "lr",
}
"""What columns are called here, by what trainers print."""

WANTED = frozenset({"lr", "loss", "memory", "time", "data_time", "grad_norm"})
"""The columns that are kept beside the parts of the loss."""

COLUMNS = 512
"""Columns of a line that are kept."""
LEARNED = 8 << 10
"""Bytes of a line that may become a pattern; a longer one is read pair by pair."""
STEPS = 2.0**53
"""Above this no step is read: floats do not count so far."""

_LAYOUTS = 8  # patterns that are tried on a line
_LINES = 32  # lines that pay for making a pattern, where lines keep changing
_VALUE = rb"[-+.0-9EINaefin]++"  # quicker than NUMBER; what it takes and float() refuses is read anew, pair by pair
_TIGHT = rb"[-+]?\d++(?:\.\d++)?(?:[eE][-+]?\d++)?"  # before a text that _VALUE would take as well: `0.5. `
_END = re.compile(rb"[\r\n]|\\[nr]")  # of a line; escaped where a notebook holds the log
_PIECE = re.compile(rb"(?P<mean>(?<=\()[-+.\deEnaif]+(?=\)))|(?P<digits>\d+)|(?P<spaces> {2,})|(?s:.)[^(\d ]*")
_HEAD = re.compile(  # a pattern that says first what stands before its text, and then that text
    rb"(?P<before>(?:\\b|\^|\(\?<[=!](?:\[[^]\\]*(?:\\.[^]\\]*)*\]|\\.|[^][()\\|])\))*)"
    rb"(?P<text>(?:[\w :,/=\"'#-]|\\[^\w])+)(?![*+?{])"
    rb"(?P<rest>(?:\\.|\[[^]\\]*(?:\\.[^]\\]*)*\]|\((?:\\.|[^()\\])*\)|[^][()\\|])*)"
)
_list = msgspec.json.Decoder(list[float]).decode

_Row = tuple[int, tuple[str, ...], float, Iterable[float]]  # offset of the head, names, step, values


class _Layout(Struct, frozen=True):
    """What the lines of one kind have: the columns that are kept, and the pattern that finds such a line's numbers."""

    names: tuple[str, ...]
    scales: tuple[float, ...]
    pattern: re.Pattern[bytes]


def is_wanted(name: str) -> bool:
    """Whether a column is kept, if nothing else is asked for."""
    return "loss" in name or name in WANTED


class TrainingLines:
    """Finds the training lines of one log and reads their columns.

    `head` matches the part of a line that tells the step, up to where the pairs begin; its groups go to `step`, which
    makes the iteration (or epoch) of them. It is quick where it begins with plain text, before which a lookbehind may
    stand. `pair` has groups for key, number and unit. A key is called what `names` says, None drops it; `keep` says
    which names are wanted. Both functions belong to a module or class, so that reading can pause. Where a name comes
    twice in a line, the first counts.
    """

    def __init__(
        self,
        path: str,
        head: re.Pattern[bytes],
        *,
        step: Callable[..., float] = float,
        pair: re.Pattern[bytes] = PAIR,
        names: Mapping[str, str | None] = NAMES,
        keep: Callable[[str], bool] = is_wanted,
        unit: Unit = "iteration",
    ) -> None:
        self.path, self.step, self.pair, self.unit = path, step, pair, unit
        self.names, self.keep = names, keep
        plain = not head.flags & ~(re.MULTILINE | re.DOTALL)
        self._head, self._text = _text_first(head) if plain else (head, b"")
        self._learns = plain  # other flags would count for all of a line's pattern
        self._layouts: list[_Layout] = []  # the last used first
        self._lines = self._learned = 0

    def read(self, data: bytes, start: int, stop: int, line: int) -> Iterator[Samples]:
        """The training lines of `data[start:stop]`, which begins in line `line`, in batches of the same columns.

        Where the steps fall far back, another training may have begun, and so does a batch. A line that `data` ends in
        may go on: a number at its very end is not taken.
        """
        samples = self._alike(data, start, stop, line)
        if samples:
            yield samples
            return
        heads = [match.start() for match in self._head.finditer(data, start, stop)]
        if heads:
            self._lines += len(heads)
            line += line_ends(data, start, heads[0])
            yield from self._mixed(data, heads, stop, line)

    def _alike(self, data: bytes, start: int, stop: int, line: int) -> Samples | None:
        """All lines at once, if they are of one kind: as many rows as there are places for a head."""
        if not self._layouts:
            return None
        layout = self._layouts[0]
        first, count = self._places(data, start, stop)
        rows = layout.pattern.findall(data, first, stop) if count else []
        if not rows or len(rows) != count:
            return None
        texts = list(zip(*rows, strict=True))
        groups = len(texts) - len(layout.names)
        try:
            steps = _floats(texts[0]) if self.step is float else array("d", map(self.step, *texts[:groups]))
            values = _floats(chain.from_iterable(texts[groups:]))
        except (ValueError, ArithmeticError):
            return None
        if not max(steps) < STEPS or (any(map(lt, steps[1:], steps)) and any(map(_falls_back, steps, steps[1:]))):
            return None
        columns = _scaled((values[at : at + count] for at in range(0, len(values), count)), layout.scales)
        where = Where(self.path, line + line_ends(data, start, first))
        return Samples(layout.names, steps, columns, where, self.unit)

    def _places(self, data: bytes, start: int, stop: int) -> tuple[int, int]:
        """Where a head may be first, and in how many places at most."""
        if self._text:
            return data.find(self._text, start, stop), data.count(self._text, start, stop)
        heads = [match.start() for match in self._head.finditer(data, start, stop)]
        return min(heads, default=0), len(heads)

    def _mixed(self, data: bytes, heads: list[int], stop: int, line: int) -> Iterator[Samples]:
        """Line by line."""
        at = heads[0]
        found = (self._row(data, head, limit) for head, limit in zip(heads, [*heads[1:], stop], strict=True))
        for names, group in _batches(filter(None, found)):
            starts, _, steps, values = zip(*group, strict=True)
            line, at = line + line_ends(data, at, starts[0]), starts[0]
            columns = tuple(array("d", column) for column in zip(*values, strict=True))
            yield Samples(names, array("d", steps), columns, Where(self.path, line), self.unit)

    def _row(self, data: bytes, head: int, limit: int) -> _Row | None:
        for index, layout in enumerate(self._layouts):
            match = layout.pattern.match(data, head, limit)
            texts = match.groups()[-len(layout.names) :] if match else ()
            row = self._made(head, match, layout.names, layout.scales, texts) if match else None
            if row:
                self._layouts.insert(0, self._layouts.pop(index))
                return row
        return self._parsed(data, head, limit)

    def _made(
        self, at: int, head: re.Match[bytes], names: tuple[str, ...], scales: Iterable[float], texts: tuple[bytes, ...]
    ) -> _Row | None:
        try:
            step = float(self.step(*head.groups(b"")[: self._head.groups]))
            values = _floats(texts)
        except (ValueError, ArithmeticError):
            return None
        return (at, names, step, map(mul, values, scales)) if step < STEPS else None

    def _parsed(self, data: bytes, at: int, limit: int) -> _Row | None:
        """The line at `at` pair by pair; its layout is learned on the way, if that pays."""
        head = self._head.match(data, at, limit)
        if not head:
            return None
        ending = _END.search(data, head.end(), limit)
        end = ending.start() if ending else limit
        pairs = list(self._pairs(data, head.end(), end, cut=end == len(data)))
        kept = [(name, pair) for name, pair in pairs if name]
        if not kept:
            return None
        names = tuple(name for name, _ in kept)
        scales = tuple(1024.0 if (pair[3] or b"").startswith(b"G") else 1.0 for _, pair in kept)
        if self._learns and ending and end - at < LEARNED and self._learned < _LAYOUTS + self._lines // _LINES:
            self._learned += 1
            pattern = self._head.pattern + _pattern(data, head.end(), end, pairs) + rb"(?=[\r\n]|\\[nr])"
            self._layouts.insert(0, _Layout(names, scales, re.compile(pattern, self._head.flags)))
            del self._layouts[_LAYOUTS:]
        return self._made(at, head, names, scales, tuple(pair[2] for _, pair in kept))

    def _pairs(self, data: bytes, at: int, end: int, *, cut: bool) -> Iterator[tuple[str | None, re.Match[bytes]]]:
        """The pairs of a line, with the name where one is kept."""
        seen: set[str | None] = {None}
        for pair in self.pair.finditer(data, at, end):
            key = pair[1].decode(errors="replace")
            name = self.names.get(key, key)
            if name in seen or len(seen) > COLUMNS or not self.keep(name or "") or (cut and pair.end() == end):
                yield None, pair
            else:
                seen.add(name)
                yield name, pair


def _falls_back(before: float, step: float) -> bool:
    """Whether a step lies so far below the one before that another training may have begun; ranks take turns."""
    return step < before / 2


def _batches(rows: Iterable[_Row]) -> Iterator[tuple[tuple[str, ...], list[_Row]]]:
    """Rows of the same names behind each other, as long as their steps do not fall far back."""
    batch: list[_Row] = []
    for row in rows:
        if batch and (row[1] != batch[-1][1] or _falls_back(batch[-1][2], row[2])):
            yield batch[-1][1], batch
            batch = []
        batch.append(row)
    if batch:
        yield batch[-1][1], batch


def _pattern(data: bytes, at: int, end: int, pairs: Iterable[tuple[str | None, re.Match[bytes]]]) -> bytes:
    """A pattern for lines that have other numbers; it has a group for each column that is kept."""
    pattern = b""
    for name, pair in pairs:
        label = re.sub(rb"(?:\\ ){2,}", rb" {2,}+", re.escape(data[pair.start() : pair.start(2)]))
        ends = not re.match(_VALUE, data[pair.end(2) : pair.end(2) + 1])
        value = _VALUE if ends else _TIGHT
        value = b"(" + value + b")" if name else value
        pattern += _PIECE.sub(_between, data[at : pair.start()]) + label + value
        at = pair.end(2)
    return pattern + _PIECE.sub(_between, data[at:end])


def _between(piece: re.Match[bytes]) -> bytes:
    """A pattern for a piece of the text between columns. Other digits, but no other dots: `1.2.3` is no value."""
    patterns = {"mean": rb"[-+.\deEnaif]++", "digits": rb"\d++", "spaces": rb" {2,}+"}
    return patterns.get(piece.lastgroup or "") or re.escape(piece[0])


@lru_cache(256)  # a reader is made anew for each file
def _text_first(head: re.Pattern[bytes]) -> tuple[re.Pattern[bytes], bytes]:
    r"""The same pattern beginning with its text, for which `re` can search, and that text; b"" if it has none.

    `(?<!\w)iter: ` becomes `iter: (?<=(?<!\w)iter: )`.
    """
    parts = _HEAD.fullmatch(head.pattern)
    if not parts:
        return head, b""
    before, text, rest = parts["before"], parts["text"], parts["rest"]
    check = b"(?<=" + before + text + b")" if before else b""
    return re.compile(text + check + rest, head.flags), re.sub(rb"(?s)\\(.)", rb"\1", text)


def _floats(texts: Iterable[bytes]) -> "array[float]":
    """The numbers. A JSON decoder makes ten floats in the time of one float(); nan, inf and `.5` are no JSON."""
    joined = b",".join(texts)
    try:
        return array("d", _list(b"[" + joined + b"]"))
    except msgspec.DecodeError:
        return array("d", map(float, joined.split(b",")))


def _scaled(columns: Iterable["array[float]"], scales: Iterable[float]) -> tuple["array[float]", ...]:
    return tuple(
        column if scale == 1 else array("d", (value * scale for value in column))
        for column, scale in zip(columns, scales, strict=True)
    )
