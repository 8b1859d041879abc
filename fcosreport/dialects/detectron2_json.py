"""`metrics.json` of detectron2, AdelaiDet and cvpods: a line of JSON every few iterations, with results in percent."""

import re
from array import array
from collections.abc import Iterator
from itertools import groupby

from fcosreport.grammar.json_lines import decoded, marked_lines, number
from fcosreport.grammar.numbers import metrics, told
from fcosreport.grammar.training_lines import NAMES, WANTED
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Origin, Samples, Where

_MARK = re.compile(rb'"iteration": ')
_RESULT = re.compile(
    r"(?:(?P<data>.*)/)?(?P<task>bbox|segm|keypoints|box_proposals|sem_seg|panoptic_seg)(?:_TTA)?/(?P<name>[^/]+)"
)
_BY_CATEGORY = re.compile(r"AP-(.+)")
_Row = tuple[tuple[str, ...], int, tuple[float, ...], int]


@dialect("detectron2 metrics.json", b'"total_loss": ', b'"bbox/AP": ', b'"segm/AP": ', b'/bbox/AP": ')
class Detectron2Json:
    """Reads line by line. A line that is no JSON is not of this format, unless it is cut."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin

    def feed(self, window: Window) -> Iterator[Record]:
        rows: list[_Row] = []
        found: list[Record] = []
        for at, text in marked_lines(window, _MARK):
            line = window.line_at(at)
            said = (decoded(text) or {}).items()
            logged = {key: value for key, given in said if (value := number(given)) is not None}
            if not 0 <= logged.get("iteration", -1) < 1e12:
                message = "A line of metrics.json is cut or garbled, and is left out. Look at the line."
                found.append(Issue(message, Where(self.path, line)))
            else:
                done = int(logged.pop("iteration")) + 1  # it counts from 0
                found += self._results(logged, done, line)
                curve = {NAMES.get(key, key) or key: value for key, value in logged.items() if _is_wanted(key)}
                rows.append((tuple(curve), done, tuple(curve.values()), line))
        if self.origin == "log":
            found += self._samples(rows)
        yield from sorted(found, key=lambda record: record.where.line)

    def close(self) -> Iterator[Record]:
        yield from ()

    def _results(self, logged: dict[str, float], done: int, line: int) -> Iterator[Record]:
        keys = [match for key in logged if (match := _RESULT.fullmatch(key))]
        for (_, task), group in groupby(keys, key=lambda match: (match["data"], match["task"])):
            pairs, where = list[tuple[str, str]](), Where(self.path, line)
            for match in group:
                text = repr(logged[match[0]])
                category = _BY_CATEGORY.fullmatch(match["name"])
                if category:
                    found = metrics([("AP", text)], percent=True)
                    yield Evaluation(task, found, where, self.origin, iteration=done, category=category[1])
                else:
                    pairs.append((match["name"], text))
            yield from told(Evaluation(task, metrics(pairs, percent=True), where, self.origin, iteration=done))

    def _samples(self, rows: list[_Row]) -> Iterator[Samples]:
        for names, group in groupby(rows, key=lambda row: row[0]):
            same = list(group)
            if names:
                columns = tuple(array("d", column) for column in zip(*(row[2] for row in same), strict=True))
                steps = array("d", [step for _, step, _, _ in same])
                yield Samples(names, steps, columns, Where(self.path, same[0][3]))


def _is_wanted(key: str) -> bool:
    return "/" not in key and ("loss" in key or (NAMES.get(key) or key) in WANTED)
