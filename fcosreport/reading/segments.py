"""A log parted into segments: a file may hold several trainings and evaluations, one after the other."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TypeVar

from fcosreport.curves import Gatherer
from fcosreport.reading.dialect import Record, Window
from fcosreport.reading.times import first_time, last_time
from fcosreport.records import Evaluation, Event, Samples, Segment, Setting

_Placed = TypeVar("_Placed", Evaluation, Event, Setting)


@dataclass(slots=True)
class _Stretch:
    """What stands between two starts. A trainer announces a start in several ways, so most stretches are empty."""

    line: int
    curves: Gatherer = field(default_factory=Gatherer)
    began: str = ""
    ended: str = ""
    is_broken: bool = False


class Stretches:
    """Takes the records of a log in the order of their lines, window by window, and parts them into segments."""

    def __init__(self, old: Sequence[Segment] = (), *, whole: bool = False) -> None:
        self.whole = whole
        self._broken: list[Event] = []
        self._all = [
            _Stretch(s.line, Gatherer(s.curves, whole=whole), s.began, s.ended, any(e.kind == "nan" for e in s.events))
            for s in old
        ]
        if not self._all:
            self._all = [_Stretch(1, Gatherer(whole=whole))]

    def take(self, records: Iterable[Record], window: Window) -> None:
        """The samples and starts among the records of one window."""
        for record in sorted(records, key=lambda record: record.where.line):
            if isinstance(record, Samples):
                self._all[-1].curves.add(record)
                if not self._all[-1].is_broken:
                    self._broken.extend(_first_break(record))
                    self._all[-1].is_broken = bool(self._broken and self._broken[-1].where == record.where)
            elif isinstance(record, Event) and record.kind == "started":
                at = _offset(window, record.where.line)
                self._all[-1].ended = last_time(window.data, at) or self._all[-1].ended
                began = record.time or first_time(window.data, at)
                self._all.append(_Stretch(record.where.line, Gatherer(whole=self.whole), began))

    def began(self, time: str) -> None:
        """When the first line was written."""
        self._all[0].began = self._all[0].began or time

    def ended(self, time: str) -> None:
        """When the last line was written."""
        self._all[-1].ended = time or self._all[-1].ended

    def segments(
        self, evaluations: Sequence[Evaluation], settings: Sequence[Setting], events: Sequence[Event]
    ) -> tuple[Segment, ...]:
        """The segments with what stands in them; a stretch without curve and result belongs to the next that has."""
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
                        curves=stretch.curves.curves(),
                        began=next((each.began for each in self._all[first : index + 1] if each.began), ""),
                        ended=stretch.ended,
                    )
                )
                first = index + 1
        return tuple(made)


def _first_break(samples: Samples) -> Iterator[Event]:
    """The first loss that is no number, if there is one; `where` is the first line of the samples it is among."""
    for name, column in zip(samples.names, samples.columns, strict=True):
        if "loss" in name and not isfinite(sum(column)):
            value, step = next(pair for pair in zip(column, samples.steps, strict=True) if not isfinite(pair[0]))
            count = {samples.unit: int(step)} if isfinite(step) else {}
            yield Event("nan", f"{name} is {value} at {samples.unit} {step:g}", samples.where, "", **count)
            return


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
