"""The log of maskrcnn-benchmark, of FCOS, and of others that were made from it.

Results are fractions: an `OrderedDict` in full precision, or in later versions a `Task:` with names and four decimals.
That of PASCAL VOC is a line `mAP: 0.7287`, and below it one for each class: `aeroplane       : 0.7557`.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from msgspec.structs import replace

from fcosreport.grammar.configs.dumps import Entry, YamlDump, arguments, overrides
from fcosreport.grammar.configs.yacs import settings
from fcosreport.grammar.log_follower import LogFollower
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Setting
from fcosreport.vocabulary.metrics import metrics, with_issues

_NUMBER = r"(?:np\.float\d+\()?(-?(?:\d{1,9}(?:\.\d*)?(?:e[-+]?\d{1,3})?|nan))(?![\w.])"
_TASK = re.compile(r"\(?'(\w+)'[,:] OrderedDict\([\[{]")
_INSIDE = re.compile(r".{0,3000}?(?=[\]}]\))")
_OUTER = re.compile(rb"OrderedDict\([\[{]\(?'\w+'[,:] OrderedDict\(")
_METRIC = re.compile(rf"'([\w@.-]{{1,40}})'[,:] {_NUMBER}")
_PRINTED = re.compile(
    rb"Task: (\w{1,40})[^\S\r\n]{0,9}(?:\r\n?|\n)"
    rb"[^\r\n]{0,200}?(A[PR]\w{0,9}(?:@\d{1,6})?(?:, A[PR]\w{0,9}(?:@\d{1,6})?){0,40})[^\S\r\n]{0,9}(?:\r\n?|\n)"
    rb"[^\r\n]{0,200}?(?<![\d.:-])(-?(?:\d+\.\d+|nan)(?:, -?(?:\d+\.\d+|nan)){0,40})[^\S\r\n]{0,9}(?=[\r\n]|$)"
)
_SAVED = re.compile(rb"model_(\d{1,12})\.pth")
_PATH = re.compile(rb"(?:Loading checkpoint from|Loaded configuration file) ([^\s\x1b]+)")
_VALIDATION = re.compile(rb"(\[Validation\][^\r\n]*?) iter: ")  # the losses of a test in training
_MEAN = re.compile(rb"INFO: mAP: (\d?\.\d+|nan)(?![\w.])")
_OF_CLASS = re.compile(r"(\w[\w .-]{0,60}?) *: (\d?\.\d+|nan)")
_NEAR = 4 << 10  # bytes before a result in a note in which its iteration may stand


@dialect(
    "maskrcnn-benchmark, FCOS",
    b"OrderedDict(",
    b"Task: ",
    b".trainer INFO: ",
    b"Running with config:",
    b"maskrcnn_benchmark",
    b"fcos_core",
)
class MaskrcnnBenchmark(LogFollower):
    """Follows one log."""

    head = re.compile(rb" iter: (\d{1,12})  (?=loss: \S+ \()")
    training = b" iter: "
    signs: ClassVar = {
        b"INFO: Using ": "gpus",
        b"INFO: Namespace(": "arguments",
        b"Loaded configuration file ": "file",
        b"Running with config:": "config",
        b"INFO: AMP_VERBOSE:": "tests",
        b"INFO: DATALOADER:": "tests",
        b"OrderedDict([('": "results",
        b"OrderedDict({'": "results",
        b"Task: ": "printed",
        b"INFO: mAP: ": "voc",
        b"Loading checkpoint from ": "loaded",
        b"Saving checkpoint to ": "saved",
        b"Start training": "trained",
        b"Start evaluation on ": "tested",
        b"Total training time: ": "finished",
    }
    starts: ClassVar = {
        b"INFO: Using ": re.compile(rb"INFO: Using \d+ GPUs"),
        b"INFO: Namespace(": re.compile(rb"INFO: Namespace\("),
        b"Loaded configuration file ": re.compile(rb"Loaded configuration file \S+\.ya?ml"),
        b"Running with config:": re.compile(rb"Running with config:"),
        b"INFO: AMP_VERBOSE:": re.compile(rb"INFO: AMP_VERBOSE: (?:True|False)$"),
        b"INFO: DATALOADER:": re.compile(rb"INFO: DATALOADER:$"),
    }
    loggers = re.compile(rb"\b(?:maskrcnn_benchmark|fcos_core)\b")

    def begin(self) -> None:
        super().begin()
        self.echo: list[Setting] = []  # of the configuration file, until the merged one is printed
        self.options = self.resumed = ""
        self.planned = 0

    def flush(self) -> Iterator[Record]:
        yield from self.echo
        self.echo = []

    def feed(self, window: Window) -> Iterator[Record]:
        if b"[Validation]" in window.data:
            window = Window(_VALIDATION.sub(rb"\1 eval: ", window.data), window.start, window.line)
        yield from super().feed(window)

    def gpus(self, window: Window, at: int, end: int) -> Iterator[Record]:
        count = re.match(rb"INFO: Using (\d{1,6}) GPUs", window.data[at:end])
        if count:
            logger = window.data[max(0, at - 40) : at]
            yield from self.setting("framework", "FCOS" if b"fcos" in logger else "maskrcnn-benchmark", window, at)
            yield from self.setting("gpus", int(count[1]), window, at)

    def arguments(self, window: Window, at: int, end: int) -> Iterator[Record]:
        given = arguments(window.data[at:end].decode(errors="replace"))
        self.options = given.get("opts", "")
        if given.get("config_file"):
            yield from self.setting("config", given["config_file"], window, at)

    def file(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The configuration file, whose text stands below the next line."""
        path = _PATH.match(window.data, at, end)
        if path and not self.is_declared("config"):
            yield from self.setting("config", path[1].decode(errors="replace"), window, at)
        yield from self._dump(window, at, merged=False)

    def config(self, window: Window, at: int, end: int) -> Iterator[Record]:
        yield from self._dump(window, at, merged=True)

    def tests(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """Where a model is only tested, the configuration begins in the line of the logger."""
        yield from self._dump(window, at, merged=True, tests_only=True)

    def _dump(self, window: Window, at: int, *, merged: bool, tests_only: bool = False) -> Iterator[Record]:
        dump = YamlDump() if merged else _BelowALine()
        options = {} if merged else overrides(self.options, window.line_at(at))
        finish = partial(MaskrcnnBenchmark.configured, dump=dump, options=options, merged=merged, tests_only=tests_only)
        yield from self.read_block(dump, window, at, finish)

    def configured(
        self, dump: YamlDump, options: dict[str, Entry], *, merged: bool, tests_only: bool
    ) -> Iterator[Record]:
        """The dump has ended; only what is merged is what the run has."""
        found = list(settings({**dump.entries, **options}, self.path, tests_only=tests_only))
        self.planned = next((int(each.value) for each in found if each.name == "iterations"), 0)
        self.echo = [] if merged else found
        yield from found if merged else ()

    def results(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """An `OrderedDict` of tasks. That of detectron2 has plain dicts in it, and is none of ours."""
        if not _OUTER.match(window.data, at, end):
            return
        self.skip(end)
        _, *parts = _TASK.split(window.data[at:end].decode(errors="replace"))
        for task, rest in zip(parts[::2], parts[1::2], strict=True):
            if inside := _INSIDE.match(rest):
                yield from self._evaluation(task, _METRIC.findall(inside[0]), window, at)

    def printed(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """Task, names and numbers on three lines."""
        match = _PRINTED.match(window.data, at)
        if not match or window.data.endswith(b"copypaste: ", 0, at):
            return
        names, texts = (match[part].decode().strip(", ").split(", ") for part in (2, 3))
        if len(names) != len(texts):
            message = "A result has more names than numbers, or the other way round. Look at the line."
            yield Issue(message, self.where(window, at))
        pairs = list(zip(names, texts, strict=False)) if len(texts) <= len(names) else []
        yield from self._evaluation(match[1].decode(), pairs, window, match.start(3))

    def voc(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The mean of PASCAL VOC, and below it the AP of each class."""
        if mean := _MEAN.match(window.data, at, end):
            iteration = self.iteration(window.data, at)
            found = metrics([("AP50", mean[1].decode())])
            place = self.where(window, at)
            classes = _Classes(Evaluation("bbox", found, place, self.origin, iteration=iteration, family="voc"))
            yield from self.read_block(classes, window, at, partial(MaskrcnnBenchmark.of_classes, classes=classes))

    def of_classes(self, classes: "_Classes") -> Iterator[Record]:
        """The mean, and each class that was told below it."""
        for each in (classes.mean, *classes.found):
            yield from with_issues(each)

    def _evaluation(self, task: str, pairs: list[tuple[str, str]], window: Window, at: int) -> Iterator[Record]:
        name, where = {"box_proposal": "box_proposals"}.get(task, task), self.where(window, at)
        iteration = self.iteration(window.data, at)
        yield from with_issues(Evaluation(name, metrics(pairs), where, self.origin, iteration=iteration))

    def iteration(self, data: bytes, at: int) -> int | None:
        """How many iterations were done at `data[at]`."""
        if self.origin == "log":
            return self.done
        near = data[max(0, at - _NEAR) : at]
        last = list(self.head.finditer(near))[-1:]
        return next((self.count(*each.groups()) for each in last if b"\n#" not in near[each.end() :]), None)

    def loaded(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The weights: of a training to go on with if their name tells an iteration, or of the model that is tested."""
        path = _PATH.match(window.data, at, end)
        if path:
            saved = _SAVED.search(path[1])
            self.done = int(saved[1]) if saved else self.done
            self.resumed = path[1].decode(errors="replace") if saved else ""
            yield from self.setting("weights", path[1].decode(errors="replace"), window, at)

    def saved(self, window: Window, at: int, end: int) -> Iterator[Record]:
        saved = _SAVED.search(window.data, at, end)
        self.done = max(self.done or 0, int(saved[1])) if saved else self.done
        yield from ()

    def trained(self, window: Window, at: int, end: int) -> Iterator[Record]:
        yield from self.flush()
        if self.done and self.resumed:
            yield self.event("resumed", window, at, end, self.done)
            yield from self.setting("resume", self.resumed, window, at)
        self.runs(self.done or 0)

    def tested(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The line that says how many images a data set has."""
        images = re.match(rb"Start evaluation on (\S+) dataset\((\d{1,9}) images\)", window.data[at:end])
        if images:
            yield from self.setting("val_images", int(images[2]), window, at)

    def finished(self, window: Window, at: int, end: int) -> Iterator[Record]:
        if (self.done or 0) >= self.planned:
            yield self.event("finished", window, at, end, self.done)


class _BelowALine(YamlDump):
    """The text of a configuration file, for which the logger begins a line of its own."""

    def take(self, line: str, number: int) -> bool:
        return line.rstrip().endswith("INFO:") or super().take(line, number)


class _Classes:
    """The lines below a mean of PASCAL VOC."""

    def __init__(self, mean: Evaluation) -> None:
        self.mean = mean
        self.found: list[Evaluation] = []

    def take(self, line: str, number: int) -> bool:
        row = _OF_CLASS.fullmatch(line.strip())
        if row:
            place = replace(self.mean.where, line=number)
            self.found.append(replace(self.mean, metrics=metrics([("AP50", row[2])]), where=place, category=row[1]))
        return row is not None
