"""A log parted into segments: a file may hold several trainings and evaluations, one after the other."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TypeVar

from fcosreport.curves import Gatherer
from fcosreport.reading.dialect import Record, Window
from fcosreport.reading.times import FAR, first_time, last_time
from fcosreport.records import Curve, Evaluation, Event, Samples, Segment, Setting, Where

_Placed = TypeVar("_Placed", Evaluation, Event, Setting)

_NAN = rb"(?:[-+]?(?:nan|inf(?:inity)?)|null)(?!\w)"
_BROKEN = (re.compile(rb"(?i)loss[^\s,:=]{0,40}[\s\"':=(\[]{1,8}" + _NAN), re.compile(rb"(?i)(?<![\w.])" + _NAN))


@dataclass(slots=True)
class _Stretch:
    """What stands between two starts. A trainer announces a start in several ways, so most stretches are empty."""

    line: int
    curves: tuple[Curve, ...] = ()
    began: str = ""
    ended: str = ""
    is_broken: bool = False
    timeless: int = field(default=FAR)  # bytes in which the time that it began may still be told


class Stretches:
    """Takes the records of a log in the order of their lines, window by window, and parts them into segments."""

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        self._broken: list[Event] = []
        self._all = [_Stretch(1)]
        self._gatherer = Gatherer(whole=whole)  # of the last stretch

    @property
    def asks_for_time(self) -> bool:
        """Whether the next window may tell when the last stretch began, although it may hold no record."""
        return not self._all[-1].began and self._all[-1].timeless > 0

    def take(self, records: Iterable[Record], window: Window) -> None:
        """The samples and starts among the records of one window."""
        self._look_for_time(window, window.start)
        for record in sorted(records, key=lambda record: record.where.line):
            if isinstance(record, Samples):
                self._gather(record, window)
            elif isinstance(record, Event) and record.kind == "started":
                at = _offset(window, record.where.line)
                self._all[-1].ended = last_time(window.data, at) or self._all[-1].ended
                self._all[-1].curves, self._gatherer = self._gatherer.curves(), Gatherer(whole=self.whole)
                self._all.append(_Stretch(record.where.line, began=record.time))
                self._look_for_time(window, at)

    def gather(self, records: Iterable[Record]) -> None:
        """The samples among the records that the end of the file gives."""
        nowhere = Window(b"", 0, 1)
        for record in sorted((each for each in records if isinstance(each, Samples)), key=lambda each: each.where.line):
            self._gather(record, nowhere)

    def _gather(self, samples: Samples, window: Window) -> None:
        last = self._all[-1]
        self._gatherer.add(samples)
        broken = None if last.is_broken else _first_break(samples, window)
        if broken:
            last.is_broken = True
            self._broken.append(broken)

    def _look_for_time(self, window: Window, at: int) -> None:
        if self.asks_for_time:
            last = self._all[-1]
            last.began = first_time(window.data, at, last.timeless)
            last.timeless -= len(window.data) - at

    def end(self, text: bytes) -> None:
        """The end of the file, with the text before it."""
        self._all[-1].ended = last_time(text, len(text)) or self._all[-1].ended

    def settle(self) -> None:
        """Take as little room as can be."""
        self._gatherer.settle()

    def closed(self) -> list[tuple[Curve, ...]]:
        """The curves that do not change any more, in the order of their segments."""
        return [stretch.curves for stretch in self._all if stretch.curves]

    def segments(
        self, evaluations: Sequence[Evaluation], settings: Sequence[Setting], events: Sequence[Event]
    ) -> tuple[Segment, ...]:
        """The segments with what stands in them; a stretch without curve and result belongs to the next that has."""
        self._all[-1].curves = self._gatherer.curves()
        events = sorted((*events, *self._broken), key=lambda event: event.where.line)
        lines = [stretch.line for stretch in self._all]
        results = {bisect_right(lines, evaluation.where.line) - 1 for evaluation in evaluations}
        made: list[Segment] = []
        first = 0
        for index, stretch in enumerate(self._all):
            if stretch.curves or index in results or index == len(self._all) - 1:
                start, stop = lines[first], lines[index + 1] if index + 1 < len(lines) else None
                made.append(
                    Segment(
                        line=start,
                        evaluations=_between(evaluations, start, stop),
                        settings=_between(settings, start, stop),
                        events=_between(events, start, stop),
                        curves=stretch.curves,
                        began=next((each.began for each in self._all[first : index + 1] if each.began), ""),
                        ended=stretch.ended,
                    )
                )
                first = index + 1
        return tuple(made)


def _first_break(samples: Samples, window: Window) -> Event | None:
    """The first loss that is no number, if there is one, at its line in the window; else where the samples begin.

    That of a validation breaks no training: in half precision it is often infinite for an epoch.
    """
    pairs = zip(samples.names, samples.columns, strict=True)
    losses = [pair for pair in pairs if "loss" in pair[0] and not pair[0].startswith("val")]
    if all(isfinite(sum(column)) for _, column in losses):
        return None
    rows = zip(samples.steps, *(column for _, column in losses), strict=True)
    values = ((step, name, value) for step, *row in rows for (name, _), value in zip(losses, row, strict=True))
    step, name, value = next((each for each in values if not isfinite(each[2])), (0.0, "", 0.0))
    if not name:  # finite numbers whose sum is not
        return None
    count = {samples.unit: int(step)} if isfinite(step) else {}
    where = samples.where
    if where.line >= window.line:
        start = _offset(window, where.line)
        found = next(filter(None, (pattern.search(window.data, start) for pattern in _BROKEN)), None)
        where = Where(where.path, window.line_at(found.start())) if found else where
    return Event("nan", f"{name} is {value} at {samples.unit} {step:g}", where, "", **count)


def _between(records: Sequence[_Placed], start: int, stop: int | None) -> tuple[_Placed, ...]:
    return tuple(r for r in records if (start <= r.where.line or start == 1) and (stop is None or r.where.line < stop))


def _offset(window: Window, line: int) -> int:
    """Where a line of the window begins; its start for a line before it."""
    at, number = window.start, window.line
    while number < line:
        ends = [end for end in (window.data.find(b"\n", at), window.data.find(b"\r", at)) if end >= 0]
        if not ends:
            return len(window.data)
        at = min(ends) + (2 if window.data.startswith(b"\r\n", min(ends)) else 1)
        number += 1
    return at
