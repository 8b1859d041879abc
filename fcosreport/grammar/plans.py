"""Plans: what rows of one shape mean is found out once, and each further row costs its numbers. For dialects.

The shape of a row is its names, the kinds of its plain numbers, and all other texts. The first row of a shape is read
as any. Where the shape comes again, made-up numbers are read in its place, each of which occurs once: they tell which
number is which of which result, and the results of all further rows are those with their numbers.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.statements import Progress
from fcosreport.reading.dialect import Record
from fcosreport.records import Evaluation, Metric, Where

NAMES, LENGTH = 40, 40
"""Names of a row that has a plan, and characters of a text in it."""
SHAPES = 2048
"""Shapes that are kept in mind."""

_KINDS = re.compile(
    r"0\.(?!0+$)(?:(\d{1,3})|(\d{4,17}))"
    r"|(?:[2-9]|[1-9]\d)(?:\.(?!0+$)(?:(\d{1,3})|(\d{4,16}))|($))"
    r"|((?!100$)[1-9]\d{2,8})",
    re.ASCII,
)
"""Plain numbers, parted where a reader may tell them apart. Zeros, ones and 100 are texts: they may mean more."""
_MADE_UP = ("0.0{}", "0.0000{}", "50.0{}", "50.0000{}", "{}", "{}000")
"""How one of each kind is made of a number of two digits."""
_STEP = 1_000_000
_SAME = -1

_Shape = tuple[Hashable, ...]
_Read = Callable[..., Iterable[Record]]


class _Result(NamedTuple):
    """A result in each row of a shape, and which of the texts of that row its metrics and its steps are.

    `_SAME` is what is the same in all rows.
    """

    made: Evaluation
    metrics: tuple[tuple[Metric, int], ...]
    epoch: int
    iteration: int
    of: int


class Plans:
    """A reader of rows that keeps in mind what rows of one shape are.

    `read` gives the records of a row, its place, its progress, and what else is the same for many rows. It is asked for
    each row of a shape that tells other things than results, or of which not only the numbers differ.
    """

    def __init__(self, read: _Read) -> None:
        self._read = read
        self._plans: dict[_Shape, Sequence[_Result] | None] = {}  # None where there is none
        self._met: set[_Shape] = set()

    def records(self, row: Mapping[str, str], where: Where, at: Progress, *context: Hashable) -> Iterable[Record]:
        """What the reader gives."""
        texts = (*row.values(), *at)
        if len(row) > NAMES or max(map(len, row.values()), default=0) > LENGTH:
            return self._read(row, where, at, *context)
        shape = (*row, *map(_kind, texts), *context)
        if shape not in self._met:
            self._remember(shape)
        elif shape not in self._plans:
            self._plans[shape] = _plan(self._read, row, where, at, context)
        plan = self._plans.get(shape)
        return self._read(row, where, at, *context) if plan is None else [_filled(each, texts, where) for each in plan]

    def _remember(self, shape: _Shape) -> None:
        if len(self._met) >= SHAPES:
            self._met.clear()
            self._plans.clear()
        self._met.add(shape)


@lru_cache(4096)
def _kind(text: str | int | None) -> str | int | None:
    """The kind of a plain number; another text as it is."""
    if not isinstance(text, str):
        return text and _STEP
    found = _KINDS.fullmatch(text)
    return found.lastindex if found else text


def _filled(result: _Result, texts: Sequence[Any], where: Where) -> Evaluation:
    made, metrics, epoch, iteration, of = result
    return replace(
        made,
        metrics=tuple([metric if at < 0 else _with(metric, texts[at]) for metric, at in metrics]),
        where=where,
        epoch=made.epoch if epoch < 0 else int(texts[epoch]),
        iteration=made.iteration if iteration < 0 else int(texts[iteration]),
        of=made.of if of < 0 else int(texts[of]),
    )


def _with(metric: Metric, text: str) -> Metric:
    """The metric of another plain number."""
    value = float(f"{text}e-2" if metric.percent else text)
    return Metric(metric.name, value, text, metric.percent, metric.max_dets)


def _plan(
    read: _Read, row: Mapping[str, str], where: Where, at: Progress, context: Sequence[Hashable]
) -> Sequence[_Result] | None:
    """What rows of a shape are, as two of made-up numbers tell, the one of rising and the other of falling ones."""
    size = len(row) + len(at)
    told, texts = list[list[Record]](), list[list[str]]()
    for numbers in (range(11, 11 + size), range(10 + 2 * size, 10 + size, -1)):
        made_up = dict(zip(row, map(_made_up, row.values(), numbers), strict=True))
        steps = [step and number * _STEP for step, number in zip(at, numbers[len(row) :], strict=True)]
        told.append(list(read(made_up, where, Progress(*steps), *context)))
        texts.append([*made_up.values(), *map(str, steps)])
    try:
        return [_result(one, other, *texts) for one, other in zip(*told, strict=True)]
    except ValueError:  # of a place that is not found, or not the same
        return None


def _made_up(text: str, number: int) -> str:
    kind = _kind(text)
    return _MADE_UP[kind - 1].format(number) if isinstance(kind, int) else text


def _result(one: Record, other: Record, first: Sequence[str], second: Sequence[str]) -> _Result:
    """A result as two rows tell it. Raises ValueError where more differs than their numbers."""
    if not (isinstance(one, Evaluation) and isinstance(other, Evaluation)):
        raise ValueError
    if _bare(one) != _bare(other):
        raise ValueError

    def place(mine: object, theirs: object) -> int:
        at = _SAME if mine == theirs else first.index(str(mine))
        if at != _SAME and second[at] != str(theirs):
            raise ValueError
        return at

    metrics = list[tuple[Metric, int]]()
    for mine, theirs in zip(one.metrics, other.metrics, strict=True):
        at = place(mine.text, theirs.text)
        if theirs != (mine if at == _SAME else _with(mine, theirs.text)):
            raise ValueError
        metrics.append((mine, at))
    steps = (place(getattr(one, name), getattr(other, name)) for name in Progress._fields)
    return _Result(one, tuple(metrics), *steps)


def _bare(result: Evaluation) -> Evaluation:
    """What a result says beside its numbers."""
    return replace(result, metrics=(), epoch=None, iteration=None, of=None)
