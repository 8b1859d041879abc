"""YOLACT: its log, a line of JSON for each session, training step and validation, and the table of its console.

    {"type": "val", "session": 0, "data": {"epoch": 2, "iter": 9, "box": {"all": 33.02, "50": 54.1}, "mask": {...}}}

           |  all  |  .50  |  .55  |
    -------+-------+-------+-------+
       box | 33.02 | 54.10 | 51.44 |
      mask | 29.51 | 49.80 | 46.57 |

All results are in percent.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from fcosreport.grammar.configs.namespace import declared, given
from fcosreport.grammar.json_lines import decoded, marked_lines, number
from fcosreport.grammar.windowed import LastTrained, Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Issue, Setting, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_MARK = re.compile(rb'"type": "(?:session|train|val)", "session": ')
_TABLE = re.compile(
    rb"\|  all  \|  \.50  \|([^\r\n]{0,200})(?:\r\n|\r|\n)[-+]{20,300}(?:\r\n|\r|\n)"
    rb" +box \|([^\r\n]{9,300})(?:\r\n|\r|\n) +mask \|([^\r\n]{9,300})"
)
_SPAN = 1600
_STEP = re.compile(rb"(?:^|(?<=[\r\n]))\[ *(\d{1,7})\] +(\d{1,9}) \|\|([^\r\n]{1,300}?)\|\| ETA")
_PART = re.compile(rb"([A-Z]): (\d+\.\d+|nan|inf)")
_place_in_run = LastTrained(b"\n[", re.compile(rb"\n\[ *(\d{1,7})\] +(\d{1,9}) \|\|"))
_TASKS = {"box": "bbox", "mask": "segm"}
_NAMES = {"all": "AP", "50": "AP50", "75": "AP75"}
_SETTINGS = {
    "batch_size": "train_batch_size",
    "lr": "lr",
    "momentum": "momentum",
    "decay": "weight_decay",
    "config": "config",
    "resume": "weights",
}


@dialect("YOLACT", b'"type": "session", ', b'"type": "train", ', b'"type": "val", ', b"  mask | ", b" || ETA: ")
class Yolact(Windowed):
    """Reads line by line; a line of JSON that is cut is an issue."""

    def found(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        for at, text in marked_lines(window, _MARK):
            said, where = decoded(text) or {}, self.where(window, at)
            data = said.get("data")
            if not isinstance(data, dict):
                yield Issue("A line of YOLACT's log is cut or garbled, and is left out. Look at the line.", where)
            elif said.get("type") == "session":
                yield from samples(rows, partial(self.where, window))  # of the one before
                rows.clear()
                yield from _session(data, where)
            elif said.get("type") == "val":
                for name in filter(data.__contains__, _TASKS):
                    items, at_epoch, at_iteration = _items(data[name]), _count(data, "epoch"), _count(data, "iter")
                    yield from self._result(name, items, where, at_epoch, at_iteration)
            else:
                rows.extend(_row(data, at))
        yield from self._tables(window)
        yield from samples(sorted([*rows, *_steps(window)], key=lambda row: row[3]), partial(self.where, window))

    def _tables(self, window: Window) -> Iterator[Record]:
        for table, where in self.places(_TABLE, window, _SPAN):
            names = ["all", "50", *re.findall(r"\.(\d\d)", table[1].decode(errors="replace"))]
            said = _place_in_run(window.data, table.start())
            for name, text in zip(_TASKS, table.groups()[1:], strict=True):
                cells = [cell.strip() for cell in text.decode(errors="replace").split("|")]
                pairs = list(zip(names, cells, strict=False))
                yield from self._result(name, pairs, where, said.epoch, said.iteration)

    def _result(
        self, name: str, items: Iterable[tuple[str, str]], where: Where, epoch: int | None, iteration: int | None
    ) -> Iterator[Record]:
        pairs = [(_NAMES[key], text) for key, text in items if key in _NAMES]
        found = metrics(pairs, percent=True)
        yield from with_issues(Evaluation(_TASKS[name], found, where, self.origin, epoch, iteration), pairs)


def _session(data: dict[str, Any], where: Where) -> Iterator[Record]:
    values = {key: str(value) for key, value in data.items()}
    yield Event("started", f"YOLACT {given(values, 'config', 'batch_size', 'resume')}", where)
    yield Setting("framework", "yolact", '"type": "session"', where, True)
    yield from declared(values, _SETTINGS, where)


def _items(numbers: object) -> Iterator[tuple[str, str]]:
    for key, value in numbers.items() if isinstance(numbers, dict) else ():
        if (printed := number(value)) is not None:
            yield str(key), repr(printed)


def _count(data: dict[str, Any], key: str) -> int | None:
    value = data.get(key)
    return value if isinstance(value, int) and 0 <= value < 1e12 else None


def _row(data: dict[str, Any], at: int) -> Iterator[Row]:
    losses, step = data.get("loss"), _count(data, "iter")
    logged = {**(losses if isinstance(losses, dict) else {}), "lr": data.get("lr")}
    named = {_loss(name): value for name, given in logged.items() if (value := number(given)) is not None}
    if step is not None:
        yield tuple(named), step, tuple(named.values()), at


def _steps(window: Window) -> Iterator[Row]:
    """What the console tells of the training."""
    for step in _STEP.finditer(window.data, window.start):
        named = {_loss(part[1].decode()): float(part[2]) for part in _PART.finditer(step[3])}
        yield tuple(named), int(step[2]), tuple(named.values()), step.start()


def _loss(name: str) -> str:
    """What a part of the loss is called here; T is the total."""
    return {"T": "loss", "lr": "lr"}.get(name, f"loss_{name}")
