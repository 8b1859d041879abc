"""A note with its slips mended, by trial: a word is changed where the note, read again, then says what it should.

Whatever else would change with it, in any experiment of the note, forbids the change. So no form of a result has a
writer of its own, and a number that stands in a block, a row or a sentence is found in the same way.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from os.path import relpath
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.notes.markup import OPEN_BOX, end_of, lines_of, parse
from fcosreport.records import Experiment, Where
from fcosreport.writing.slips import BOX, CITED, Fact, Left, Slip

Reader = Callable[[str], Sequence[Experiment]]
"""Reads a text as the note: what it says, without what logs say."""
Facts = Mapping[tuple[int, Fact], object]

_REACH = 60  # lines behind the first one of a result in which its numbers stand
_TICKS = {"☐": "☑", "□": "☑", "⬜": "✅", "🔲": "✅"}


class Mended(Struct, frozen=True):
    """The text of a note with the slips that were mended, and what was left."""

    text: str
    done: tuple[Slip, ...]
    left: tuple[Left, ...]


def mended(text: str, found: Sequence[Slip | Left], read: Reader) -> Mended:
    """The note `text` with its slips mended. Lines are added last, from the bottom: all others stay in place."""
    note = _Note(text, read)
    slips = sorted((each for each in found if isinstance(each, Slip)), key=_order)
    left = [each for each in found if isinstance(each, Left)]
    done = []
    for slip in slips:
        if note.mend(slip):
            done.append(slip)
        elif slip.fact != BOX:
            left.append(Left(slip.where, f"{slip}: it cannot be told where that stands"))
    return Mended(note.text, tuple(sorted(done, key=lambda each: each.where)), tuple(sorted(left, key=_place)))


def _order(slip: Slip) -> tuple[bool, int]:
    is_added = slip.fact == CITED and not slip.old
    return is_added, -slip.where.line if is_added else slip.where.line


def _place(left: Left) -> Where:
    return left.where


class _Note:
    """A note that is being mended."""

    def __init__(self, text: str, read: Reader) -> None:
        self.text = text
        self._read = read
        self._said = read(text)

    def mend(self, slip: Slip) -> bool:
        """Whether the slip could be mended."""
        number = next((n for n, each in enumerate(self._said) if each.id == slip.experiment), None)
        if number is None:
            return False
        for lines, meant in self._trials(slip, number):
            said = self._read(text := "".join(lines))
            if _changes(self._said, said) == {(number, slip.fact): meant} or (
                slip.fact == BOX and _is_only_state(self._said, said, number)
            ):
                # names and ids follow paths: what the slips know them by stays
                ids = (replace(new, id=old.id) for new, old in zip(said, self._said, strict=True))
                self.text, self._said = text, tuple(ids)
                return True
        return False

    def _trials(self, slip: Slip, number: int) -> Iterator[tuple[list[str], object]]:
        """Texts of the note that may be the mended one, and what it should then say."""
        lines, experiment = lines_of(self.text), self._said[number]
        if slip.fact == BOX:
            yield from ((each, None) for each in _ticked(self.text, experiment.where.line))
        elif slip.fact == CITED:
            path = path_from(slip.new, slip.where.path)
            trials = _replaced(lines, slip.where.line, 1, slip.old, path) if slip.old else self._added(slip, path)
            yield from ((each, path) for each in trials)
        else:
            is_moment = slip.fact[1] in ("epoch", "iteration")
            first = min(experiment.where.line, slip.where.line) if is_moment else slip.where.line
            span = min(self._end(slip.where.line), slip.where.line + _REACH) - first
            meant = int(slip.new) if is_moment else slip.new
            yield from ((each, meant) for each in _replaced(lines, first, span, slip.old, slip.new))

    def _end(self, line: int) -> int:
        """The first line behind `line` in which another experiment begins."""
        later = (each.where.line for each in self._said if each.where.line > line)
        return min(later, default=len(lines_of(self.text)) + 1)

    def _added(self, slip: Slip, path: str) -> Iterator[list[str]]:
        """The note with a line that cites `path`, as the nearest section does that cites its run."""
        lines = lines_of(self.text)
        cited = [each.citation for each in self._said if each.citation]
        models = [
            each for each in cited if each.text in lines[each.where.line - 1] and "|" not in lines[each.where.line - 1]
        ]
        if not models:
            return
        model = min(
            models, key=lambda each: (each.where.line > slip.where.line, abs(each.where.line - slip.where.line))
        )
        row = lines[model.where.line - 1].rstrip("\r\n").replace(model.text, path)
        ends = end_of(lines[slip.where.line - 1]) or "\n"
        code = [token.map for token in parse(self.text).blocks if token.type in ("fence", "code_block") and token.map]
        for at in range(slip.where.line, min(self._end(slip.where.line), slip.where.line + _REACH)):
            if any(first < at < end for first, end in code):
                continue
            is_open = not end_of(lines[at - 1])  # the last line of a note that nothing ends
            new = f"{ends}{row}" if is_open else f"{row}{ends}"
            yield [*lines[:at], new, *lines[at:]]


def _replaced(lines: Sequence[str], first: int, span: int, old: str, new: str) -> Iterator[list[str]]:
    """The lines with one of the `old` words in the `span` lines from `first` on replaced."""
    word = re.compile(rf"(?<![0-9.]){re.escape(old)}(?![0-9]|\.[0-9])" if old[-1:].isdigit() else re.escape(old))
    for index in range(first - 1, min(first - 1 + max(span, 1), len(lines))):
        for found in word.finditer(lines[index]):
            line = f"{lines[index][: found.start()]}{new}{lines[index][found.end() :]}"
            yield [*lines[:index], line, *lines[index + 1 :]]


def _ticked(text: str, number: int) -> Iterator[list[str]]:
    """The lines with the open box of one of them ticked as other boxes of the note are; none where it has no box."""
    if _box(text, number) != "open":
        return
    lines = lines_of(text)
    line = lines[number - 1]
    cross = "X" if "[X]" in text and "[x]" not in text else "x"
    for found in OPEN_BOX.finditer(line):
        box = found[0].rstrip()
        new = box.replace(box[0], _TICKS[box[0]], 1) if box[0] in _TICKS else f"[{cross}]"
        trial = [
            *lines[: number - 1],
            f"{line[: found.start()]}{new}{line[found.start() + len(box) :]}",
            *lines[number:],
        ]
        if _box("".join(trial), number) == "done":
            yield trial


def _box(text: str, number: int) -> str:
    """The box that a line of the note bears."""
    return next((line.box for line in parse(text.removeprefix("\ufeff")).lines if line.number == number), "")


def path_from(run: str, note: str) -> str:
    """A run as notes cite it: its path from the folder of the note, or from one above it."""
    if "://" in run:
        return run
    path = PurePath(relpath(run, PurePath(note).parent))
    return PurePath(*(part for part in path.parts if part != "..")).as_posix()


def _facts(said: Sequence[Experiment]) -> Facts:
    """All that a note says of its experiments, but for names, which follow from the rest."""
    return {(number, fact): value for number, each in enumerate(said) for fact, value in _facts_of(each)}


def _facts_of(experiment: Experiment) -> Iterator[tuple[Fact, object]]:
    cited = experiment.citation
    yield CITED, cited.text if cited else ""
    yield BOX, (experiment.state, experiment.reason)
    for number, each in enumerate(experiment.evaluations):
        yield (number, ""), (each.task, each.category)
        yield (number, "epoch"), each.epoch
        yield (number, "iteration"), each.iteration
        yield from (((number, metric.name), metric.text) for metric in each.metrics)
    for setting in experiment.settings:
        if not cited or setting.where != cited.where:
            yield ("setting", setting.name, setting.where.path), (setting.value, setting.inferred)


def _changes(before: Sequence[Experiment], after: Sequence[Experiment]) -> dict[tuple[int, Fact], object]:
    old, new = _facts(before), _facts(after)
    return {fact: new.get(fact) for fact in old.keys() | new.keys() if old.get(fact) != new.get(fact)}


def _is_only_state(before: Sequence[Experiment], after: Sequence[Experiment], number: int) -> bool:
    """Whether a tick changed nothing, or only that its experiment is finished."""
    return len(before) == len(after) and set(_changes(before, after)) <= {(number, BOX)}
