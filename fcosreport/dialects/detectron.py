"""Detectron and Detectron.pytorch: the JSON of every 20 iterations, its results, its configuration.

json_stats: {"accuracy_cls": "0.11", "eta": "1 day", "iter": 20, "loss": "3.63", "lr": "0.0033", ...}
INFO task_evaluation.py: 182: copypaste: Task: box
INFO task_evaluation.py: 185: copypaste: AP,AP50,AP75,APs,APm,APl
INFO task_evaluation.py: 186: copypaste: 0.3670,0.5840,0.3960,0.2110,0.3980,0.4810
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain

from fcosreport.grammar.training_lines import NUMBER, is_wanted
from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Setting, Where
from fcosreport.vocabulary.metrics import metrics, with_issues
from fcosreport.vocabulary.settings.keys import declared

_LOGGED = re.compile(
    rb"json_stats: (?P<stats>\{[^{}\r\n]{1,4000}\})"
    rb"|'(?P<key>MAX_ITER|BASE_LR|IMS_PER_BATCH|WEIGHT_DECAY|MOMENTUM)': (?P<value>[\d.e-]+)[,}]"
)
_MARK = re.compile(rb"json_stats: |'(?:MAX_ITER|BASE_LR|IMS_PER_BATCH|WEIGHT_DECAY|MOMENTUM)': ")
"""What is in all that it logs."""
_PAIR = re.compile(rb'"(\w+)": "?(' + NUMBER + rb')"?(?=[,}])')
_RESULT = re.compile(
    rb"copypaste: Task: (box|mask)[^\r\n]*\r?\n[^\r\n]*copypaste: ([\w,]+)\r?\n[^\r\n]*copypaste: ([\d.,nae-]+)"
)
_TASKS = {b"box": "bbox", b"mask": "segm"}
_NAMES = {
    "MAX_ITER": "iterations",
    "BASE_LR": "lr",
    "IMS_PER_BATCH": "images_per_gpu",
    "WEIGHT_DECAY": "weight_decay",
    "MOMENTUM": "momentum",
}
_BACK = 400  # bytes that the lines of a result take


@dialect("Detectron and Detectron.pytorch", b"json_stats: ", b"'BASE_LR': ", b"copypaste: ")
class Detectron(Windowed):
    """Reads what it logs; its results are fractions, where those of detectron2 are in percent."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.done = -1  # iterations
        self.config: dict[str, tuple[Setting, ...]] = {}  # which is printed before the first iteration

    def found(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        logged = self.places(_LOGGED, window) if window.may_have(_MARK) else ()
        marks = (*logged, *self.places(_RESULT, window, back=_BACK))
        for found, where in sorted(marks, key=lambda each: each[0].start()):
            if found.re is _RESULT:
                yield from self._result(found, where)
            elif self.origin == "note":
                continue
            elif found["key"]:
                name = _NAMES[found["key"].decode()]
                self.config[name] = tuple(declared(name, found["value"].decode(), where))
            else:
                values = {name.decode(): float(text) for name, text in _PAIR.findall(found["stats"])}
                done = int(values.get("iter", -1))
                if 0 <= done <= self.done or (self.done < 0 <= done):
                    yield from samples(rows, partial(Where, self.path))
                    rows = []
                    yield Event("started", f"Detectron iter {done}", where, iteration=done)
                    yield from chain(*self.config.values())
                if done >= 0:
                    kept = {name: value for name, value in values.items() if is_wanted(name)}
                    rows.append((tuple(kept), float(done), list(kept.values()), where.line))
                    self.done = done
        yield from samples(rows, partial(Where, self.path))

    def _result(self, found: re.Match[bytes], where: Where) -> Iterator[Record]:
        pairs = zip(found[2].decode().split(","), found[3].decode().split(","), strict=False)
        made = metrics(pairs, percent=False)
        iteration = self.done if self.done >= 0 else None
        yield from with_issues(Evaluation(_TASKS[found[1]], made, where, self.origin, None, iteration))
