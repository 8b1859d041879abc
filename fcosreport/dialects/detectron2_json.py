"""`metrics.json` of detectron2, AdelaiDet and cvpods: a line of JSON every few iterations, with results in percent."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter

from fcosreport.grammar.json_lines import decoded, marked_lines, number
from fcosreport.grammar.training_lines import NAMES, WANTED
from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Issue, Origin, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_MARK = re.compile(rb'"iteration": ')
_RESULT = re.compile(
    r"(?:(?P<data>.*)/)?(?P<task>bbox|segm|keypoints|box_proposals|sem_seg|panoptic_seg)(?P<tta>_TTA)?/(?P<name>[^/]+)"
)
_BY_CATEGORY = re.compile(r"AP-(.+)")

_PERIOD = 20
"""Iterations from one line to the next, so that a training that falls back to fewer has begun anew."""


@dialect("detectron2 metrics.json", b'"total_loss": ', b'"bbox/AP": ', b'"segm/AP": ', b'/bbox/AP": ')
class Detectron2Json(Windowed):
    """Reads line by line. A line that is no JSON is not of this format, unless it is cut.

    Each launch appends to the file: where the iterations begin anew, another training does.
    """

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.steps: tuple[int, int] | None = None  # the first and the last of the training

    def found(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        for at, text in marked_lines(window, _MARK):
            where = self.where(window, at)
            said = (decoded(text) or {}).items()
            logged = {key: value for key, given in said if (value := number(given)) is not None}
            if not 0 <= logged.get("iteration", -1) < 1e12:
                message = "A line of metrics.json is cut or garbled, and is left out. Look at the line."
                yield Issue(message, where)
            else:
                done = int(logged.pop("iteration")) + 1  # it counts from 0
                if turn := self._turn(done, where):
                    yield from self._samples(rows, window)
                    yield turn
                    rows = []
                yield from self._results(logged, done, where)
                curve = {NAMES.get(key, key) or key: value for key, value in logged.items() if _is_wanted(key)}
                rows.append((tuple(curve), done, tuple(curve.values()), at))
        yield from self._samples(rows, window)

    def _samples(self, rows: list[Row], window: Window) -> Iterator[Record]:
        if self.origin == "log":
            yield from samples(rows, partial(self.where, window))

    def _turn(self, step: int, where: Where) -> Event | None:
        first, last = self.steps or (step, step)
        is_anew = step < last and step <= max(first, _PERIOD)
        self.steps = (step if is_anew else first, step)
        return Event("started", f"begins anew at {step} after {last}", where) if is_anew else None

    def _results(self, logged: dict[str, float], done: int, where: Where) -> Iterator[Record]:
        keys = [match for key in logged if (match := _RESULT.fullmatch(key))]
        for (data, task, tta), group in groupby(keys, key=itemgetter("data", "task", "tta")):
            of = partial(Evaluation, iteration=done, data_set=data or "", augmented=bool(tta))
            pairs: list[tuple[str, str]] = []
            for match in group:
                text = repr(logged[match[0]])
                category = _BY_CATEGORY.fullmatch(match["name"])
                if category:
                    found = metrics([("AP", text)], percent=True)
                    yield of(task, found, where, self.origin, category=category[1])
                else:
                    pairs.append((match["name"], text))
            yield from with_issues(of(task, metrics(pairs, percent=True), where, self.origin))


def _is_wanted(key: str) -> bool:
    return "/" not in key and ("loss" in key or (NAMES.get(key) or key) in WANTED)
