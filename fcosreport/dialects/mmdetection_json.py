"""The JSON lines of mmdetection 1 and 2 (`*.log.json`), and of mmdetection 3 and its kin (`vis_data/scalars.json`).

    {"mode": "train", "epoch": 1, "iter": 50, "lr": 0.00797, "memory": 3716, "loss": 1.87}
    {"mode": "val", "epoch": 1, "iter": 7330, "bbox_mAP": 0.374, "bbox_mAP_copypaste": "0.374 0.581 ..."}
    {"base_lr": 0.02, "lr": 0.0019, "loss": 1.87, "epoch": 1, "iter": 50, "step": 50}
    {"coco/bbox_mAP": 0.374, "step": 1}

Version 2 counts the iterations of each epoch anew and does not tell its length: that is the highest count seen, or the
one that the evaluation behind it tells.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from fcosreport.grammar.configs.python import parse
from fcosreport.grammar.json_lines import decoded
from fcosreport.grammar.lines import line_begin, line_end, past_end, since
from fcosreport.grammar.openmmlab.curves import Curves
from fcosreport.grammar.openmmlab.metrics import Result, data_set, key, results
from fcosreport.grammar.openmmlab.settings import gpus, settings
from fcosreport.reading.dialect import Record, Window, dialect, line_ends
from fcosreport.records import Evaluation, Event, Issue, Origin, Setting, Where
from fcosreport.vocabulary.metrics import with_issues
from fcosreport.vocabulary.other_trades import is_of_classes

LONGEST = 8 << 20
"""Bytes of a line that are kept until its end is met."""

_MINE = re.compile(rb'\s*\{"(?:mode|env_info|base_lr|lr|loss\w*|(?:\w+/)*(?:bbox|segm)_mAP)": ?')
_FRAMEWORK = re.compile(r"^(MM(?:Detection|YOLO|Rotate|Pose)): (\S+)", re.MULTILINE)
_DECIMAL = re.compile(r"-?\d+(?:\.(\d+))?")
_TRACKED = ("_step", "_runtime", "_wandb")  # the summary of a tracker, which is another format


@dialect(
    "mmdetection 1, 2 and 3, mmyolo, mmrotate, mmpose: JSON",
    b'"env_info"',
    b'"mode"',
    b'_mAP"',
    b'"step"',
    paths=r"\.log\.json$|(?:^|/)(?:scalars|(?:eval_)?\d{8}_\d{6})\.json$",
)
class MmdetectionJson:
    """Reads training lines in bulk, others one by one; a line that is cut or garbled is an Issue."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.curves = Curves(path)
        self.rest, self.rest_line = b"", 0  # a line that goes on in the next window

    @property
    def is_open(self) -> bool:
        return bool(self.rest)

    def feed(self, window: Window) -> Iterator[Record]:
        text, line = self._text(window)
        cut = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        self.rest = text[cut:] if len(text) - cut < LONGEST else b""
        found = list(self._read(text[:cut], line)) if cut else []
        self.rest_line = window.line_at(len(window.data))
        return iter(sorted(found, key=lambda record: record.where.line))

    def close(self) -> Iterator[Record]:
        yield from self._read(self.rest, self.rest_line)
        yield from self.curves.flush()

    def _text(self, window: Window) -> tuple[bytes, int]:
        """What is new, from the begin of a line on, and the number of that line."""
        data, start = window.data, window.start
        if self.rest and data.endswith(self.rest[-start:], 0, start):
            return self.rest + data[start:], self.rest_line
        if self.rest:  # windows between were not offered
            return data[since(window, self.rest_line) :], self.rest_line
        return (data[line_begin(data, start) :] if start else data), window.line

    def _read(self, text: bytes, line: int) -> Iterator[Record]:
        """Whole lines: what stands between results in bulk, where it is alike."""
        at = 0
        while at < len(text):
            result = text.find(b'_mAP"', at)
            begin, end = (line_begin(text, result), line_end(text, result)) if result >= 0 else (len(text), len(text))
            line = yield from self._between(text[at:begin], line)
            if result >= 0:
                yield from self._other(text[begin:end], line)
                line += 1
            at = past_end(text, end)
        yield from self.curves.taken()

    def _between(self, text: bytes, line: int) -> Generator[Record, None, int]:
        """Lines without a result; returns the number of the line after."""
        if self.curves.all(text, line):
            return line + line_ends(text, 0, len(text))
        for each in text.splitlines():
            if b"{" in each and not self.curves.one(each, line):
                yield from self._other(each, line)
            line += 1
        return line

    def _other(self, text: bytes, line: int) -> Iterator[Record]:
        """A line that is not like the training lines before."""
        said = decoded(text)
        if said is None:
            if self.origin == "log" and _MINE.match(text):
                yield Issue("A line of JSON is cut or garbled. It is left out; look at it.", Where(self.path, line))
        elif "env_info" in said or (isinstance(said.get("config"), str) and "metric" not in said):
            yield from self._started(said, line)
        elif said.keys().isdisjoint(_TRACKED):
            metric = said.get("metric")
            voc = said.get("mode") == "val" and not is_of_classes(" ".join(said))
            found = results(_printed(metric if isinstance(metric, dict) else said), voc=voc)
            if found:
                yield from self._results(found, said, line)
            else:
                self.curves.learn(said, line)

    def _results(
        self, found: dict[tuple[str, str, str | None], Result], said: dict[str, Any], line: int
    ) -> Iterator[Record]:
        epoch, iteration = self.curves.place(said)
        split = "val" if said.get("mode") == "val" else ""
        for (nest, task, category), result in found.items():
            evaluation = Evaluation(
                *(task, _padded(result).metrics(), Where(self.path, line), self.origin, epoch, iteration, category),
                family=result.family,
                data_set=data_set(nest),
                split=split,
            )
            yield from with_issues(evaluation, result.texts.items())

    def _started(self, said: dict[str, Any], line: int) -> Iterator[Record]:
        yield from self.curves.flush()
        self.curves = Curves(self.path, by_iteration="IterBasedRunner" in str(said.get("config", "")))
        where = Where(self.path, line)
        yield Event("started", str(said.get("exp_name", "env_info")), where)
        framework = _FRAMEWORK.search(str(said.get("env_info", "")))
        if framework:
            yield Setting("framework", f"{framework[1].lower()} {framework[2]}", framework[0], where)
        config = parse(str(said.get("config", "")))
        used = gpus(config, self.path)
        for setting in (*settings(config, self.path), *filter(None, [used])):
            yield replace(setting, where=where)
        if isinstance(said.get("exp_name"), str):
            yield Setting("config", said["exp_name"], said["exp_name"], where)
        if isinstance(seed := said.get("seed"), int) and not isinstance(seed, bool):
            yield Setting("seed", seed, str(seed), where)


def _printed(said: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in said.items():
        if not key(name):
            continue
        if value is None:
            yield name, "nan"
        elif isinstance(value, str) and name.endswith("_copypaste"):
            yield name, value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield name, repr(value)


def _padded(result: Result) -> Result:
    """JSON drops zeros at the end: each number has as many digits as the longest, and three at least."""
    plain = {name: found for name, text in result.texts.items() if (found := _DECIMAL.fullmatch(text))}
    digits = max([3, *(len(found[1] or "") for found in plain.values())])
    padded = {
        name: f"{found[0]}{'' if found[1] else '.'}{'0' * (digits - len(found[1] or ''))}"
        for name, found in plain.items()
    }
    return Result({**result.texts, **padded}, result.copied, result.family)
