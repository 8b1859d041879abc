"""The log of detectron2, AdelaiDet, cvpods, and other projects that train with it.

Results are in percent: `copypaste:` lines with four decimals, and before them tables with three, by category too.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from msgspec.structs import replace

from fcosreport.grammar.configs.dumps import Entry, PythonDump, TableDump, YamlDump, arguments, overrides
from fcosreport.grammar.configs.yacs import number, settings
from fcosreport.grammar.log_follower import LogFollower
from fcosreport.grammar.percent_tables import ResultTable, same_numbers
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Setting, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_COPIED = re.compile(rb"copypaste: +([^\r\n\\\"`<\x1b]{0,2000})")
_NUMBERED = re.compile(rb"copypaste: +\s*[-.\dni]")
"""How a line with numbers begins, and with it few of names."""
_NUMBERS = re.compile(r"-?(?:[\d.]+(?:e[-+]?\d+)?|nan|inf)(?:, *-?(?:[\d.]+(?:e[-+]?\d+)?|nan|inf))*,?")
_TASKS = "bbox|segm|keypoints|box_proposals|sem_seg|panoptic_seg"  # others, like MR, are in no percent
_TASK = re.compile(rf"Task: +({_TASKS})(_TTA)?\b")
_DATA = re.compile(rb"Evaluation results for (\S+) in csv format")
_TITLE = re.compile(
    rf"(?:Evaluation results for (?P<task>{_TASKS})|Per-category (?P<category>{_TASKS}) AP): ?".encode()
)
_SAVED = re.compile(rb"model_(\d{1,12})\.pth")
_LOADED = re.compile(rb"Loading (?:checkpoint )?from ([^\s\x1b]+)")
_IMAGES = re.compile(rb"Loaded (\d{1,9}) images in (?:the )?\w+ format from")
_NEAR = 4 << 10  # bytes before a result in a note in which its iteration may stand
_BEFORE = 2000  # lines before a copypaste line in which the table of the same result stands


@dialect(
    "detectron2, AdelaiDet, cvpods",
    b"copypaste: ",
    b"  total_loss: ",
    b"Evaluation results for ",
    b"Per-category ",
    b" d2.",
    b" c2.",
    b"detectron2",
    b"cvpods",
)
class Detectron2(LogFollower):
    """Follows one log; a result that a table and a copypaste line print is one evaluation."""

    head = re.compile(rb" iter: (\d{1,12})(/\d+)?  (?=(?:[a-z]\w*: [^ \r\n]+  ){0,16}?\w*loss)(?!loss: \S+ \()")
    training = b" iter: "
    signs: ClassVar = {
        b"Command Line Args: ": "arguments",
        b"Rank of current process: ": "world",
        b"Command line arguments: ": "arguments",
        b"Contents of args.config_file=": "config",
        b"Running with full config:": "config",
        b"copypaste: ": "copied",
        b"Evaluation results for ": "table",
        b"Per-category ": "table",
        b"Starting training from iteration ": "trained",
        b"Loading from ": "loaded",
        b"Loading checkpoint from ": "loaded",
        b"Saving checkpoint to ": "saved",
        b"Loaded ": "counted",
        b"generated random seed ": "seeded",
        b"Exception during training": "broken",
        b"Total training time: ": "finished",
    }
    starts: ClassVar = {
        b"Command Line Args: ": re.compile(rb"Command Line Args: Namespace\("),
        b"Rank of current process: ": re.compile(rb"Rank of current process: \d+\. World size: "),
        b"Command line arguments: ": re.compile(rb"Command line arguments: Namespace\("),
        b"Contents of args.config_file=": re.compile(rb"Contents of args\.config_file="),
        b"Running with full config:": re.compile(rb"Running with full config:"),
    }
    loggers = re.compile(rb"\b(?:d2|c2|detectron2|cvpods|fvcore|adet)\b")

    @staticmethod
    def count(*groups: bytes) -> int:
        """detectron2 counts from 0, cvpods, which prints `iter: 20/90000`, from 1."""
        return int(groups[0]) + (not groups[1])

    def begin(self) -> None:
        super().begin()
        self.pending: list[Evaluation] = []  # from tables, until a copypaste line says the same
        self.echo: list[Setting] = []  # of the configuration file, until the merged one is printed
        self.options = self.data_set = ""
        self.tests_only = self.failed = False
        self.planned = self.period = self.images = 0

    @property
    def withheld(self) -> list[Evaluation]:
        """Results of tables, which a copypaste line may tell again."""
        return self.pending

    def flush(self) -> Iterator[Record]:
        yield from self.pending
        yield from self.echo
        self.pending, self.echo = [], []

    def world(self, window: Window, at: int, end: int) -> Iterator[Record]:
        framework = "cvpods" if b"cvpods" in window.data[max(0, at - 100) : at] else "detectron2"
        yield from self.setting("framework", framework, window, at)
        size = re.match(rb"Rank of current process: \d+\. World size: (\d{1,6})", window.data[at:end])
        if size:
            yield from self.setting("gpus", int(size[1]), window, at)

    def arguments(self, window: Window, at: int, end: int) -> Iterator[Record]:
        given = arguments(window.data[at:end].decode(errors="replace"))
        gpus = (number(given.get("num_gpus", "")) or 0) * (number(given.get("num_machines", "1")) or 1)
        self.tests_only = given.get("eval_only") == "True"
        self.options = given.get("opts", "")
        if given.get("config_file"):
            yield from self.setting("config", given["config_file"], window, at)
        if gpus and not self.is_declared("gpus"):
            yield from self.setting("gpus", int(gpus), window, at)
        if given.get("resume") in ("True", "False"):
            yield from self.setting("resume", given["resume"] == "True", window, at)

    def config(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The dump of a configuration on the lines that follow: the file as it is, or merged with all others."""
        merged = window.data.startswith(b"Running", at)
        python = window.data[at:end].rstrip(b": ").endswith(b".py")
        table = "╒".encode() in window.data[end : end + 100]
        dump = TableDump() if table else PythonDump() if python and not merged else YamlDump()
        options = {} if merged else overrides(self.options, window.line_at(at))
        finish = partial(Detectron2.configured, dump=dump, options=options, merged=merged)
        yield from self.read_block(dump, window, at, finish)

    def configured(
        self, dump: TableDump | PythonDump | YamlDump, options: dict[str, Entry], *, merged: bool
    ) -> Iterator[Record]:
        """The dump has ended; only what is merged is what the run has."""
        entries = {**dump.entries, **options}
        found = list(settings(entries, self.path, tests_only=self.tests_only))
        self.planned = next((int(each.value) for each in found if each.name == "iterations"), 0)
        period = number(entries["TEST.EVAL_PERIOD"].text) if "TEST.EVAL_PERIOD" in entries else None
        self.period = period if isinstance(period, int) and period > 0 else 0
        self.echo = [] if merged else found
        yield from found if merged else ()

    def table(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """A table of results on the lines that follow, or the data set of the next copypaste lines."""
        if named := _DATA.match(window.data, at, end):
            self.data_set = named[1].decode(errors="replace")
        title = _TITLE.match(window.data, at, end)
        if not title:
            return
        task = (title["task"] or title["category"]).decode()
        table = ResultTable(window.line_at(at), by_category=title["task"] is None)
        done = self.iteration(window.data, at)
        yield from self.read_block(table, window, at, partial(Detectron2.tabled, table=table, task=task, done=done))

    def tabled(self, table: ResultTable, task: str, done: int | None) -> Iterator[Record]:
        """The table has ended; what it says of all classes may be said again on the lines behind."""
        for category, found, line in table.results():
            each = Evaluation(task, found, Where(self.path, line), self.origin, iteration=done, category=category)
            if category:
                yield each
            elif found:
                self.pending.append(each)

    def copied(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The line with the numbers; the lines before it tell their names and the task."""
        if not _NUMBERED.match(window.data, at):
            return
        data, texts = window.data, _text(window.data, at).rstrip(",").split(",")
        if not _NUMBERS.fullmatch(",".join(texts)):
            return
        above = data.rfind(b"copypaste: ", 0, at)
        title = _text(data, data.rfind(b"copypaste: ", 0, max(above, 0)))
        task, names = _TASK.match(title), _text(data, above).split(",")
        if title.startswith("Task: ") and not task:
            return
        cut = end == len(data) and _decimals(texts[-1]) < (4 if len(texts) == 1 else _decimals(texts[0]))
        if len(names) != len(texts) or not task or cut:
            message = "A copypaste line is cut, or the lines before it with its task and names are missing. Look at it."
            yield Issue(message, self.where(window, at))
        if not task or len(names) < len(texts):
            return
        found = metrics(zip(names, texts[: len(texts) - cut], strict=False), percent=True)
        iteration = self.iteration(data, at)
        made = Evaluation(
            *(task[1], found, self.where(window, at), self.origin),
            iteration=iteration,
            data_set=self.data_set,
            augmented=bool(task[2]),
        )
        for record in with_issues(made):
            yield from self._joined(record) if isinstance(record, Evaluation) else (record,)

    def _joined(self, made: Evaluation) -> Iterator[Evaluation]:
        """The evaluation with the place of the table that says the same; other tables of its task stand alone."""
        for table in [each for each in self.pending if each.task == made.task]:
            self.pending.remove(table)
            if same_numbers(table, made) and made.where.line - table.where.line < _BEFORE:
                made = replace(made, also=(*made.also, table.where))
            else:
                yield table
        yield made

    def iteration(self, data: bytes, at: int) -> int | None:
        """How many iterations were done at `data[at]`: an evaluation comes before its own iteration is logged."""
        if self.origin == "note":
            near = data[max(0, at - _NEAR) : at]
            last = list(self.head.finditer(near))[-1:]
            return next((self.count(*each.groups()) for each in last if b"\n#" not in near[each.end() :]), None)
        if self.done is None or not self.trains or not self.period:
            return self.done
        after = -(-self.done // self.period) * self.period
        return min(after, self.planned) if self.planned >= self.done else after

    def trained(self, window: Window, at: int, end: int) -> Iterator[Record]:
        begins = re.match(rb"Starting training from iteration (\d{1,12})", window.data[at:end])
        if begins:
            yield from self.flush()
            self.runs(int(begins[1]))
            if self.done:
                yield self.event("resumed", window, at, end, self.done)

    def loaded(self, window: Window, at: int, end: int) -> Iterator[Record]:
        loaded = _LOADED.match(window.data, at, end)
        if not loaded or self.trains or self.is_declared("weights"):  # a copy in the cache is loaded next
            return
        saved = _SAVED.search(loaded[1])
        self.done = int(saved[1]) + 1 if saved else self.done
        yield from self.setting("weights", loaded[1].decode(errors="replace"), window, at)

    def saved(self, window: Window, at: int, end: int) -> Iterator[Record]:
        saved = _SAVED.search(window.data, at, end)
        self.done = max(self.done or 0, int(saved[1]) + 1) if saved else self.done
        yield from ()

    def counted(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """A data set; those of a training are counted together before it begins."""
        counted = _IMAGES.match(window.data, at, end)
        if counted and (self.tests_only or self.trains):
            yield from self.setting("val_images", int(counted[1]), window, at)
        elif counted:
            self.images += int(counted[1])
            yield from self.setting("train_images", self.images, window, at)

    def seeded(self, window: Window, at: int, end: int) -> Iterator[Record]:
        seed = re.match(rb"generated random seed (\d{1,12})", window.data[at:end])
        if seed:
            yield from self.setting("seed", int(seed[1]), window, at)

    def broken(self, window: Window, at: int, end: int) -> Iterator[Record]:
        self.failed = True
        yield from ()

    def finished(self, window: Window, at: int, end: int) -> Iterator[Record]:
        """The times are printed as well where a training is broken off."""
        if not self.failed and (self.done or 0) >= self.planned:
            yield self.event("finished", window, at, end, self.done)


def _text(data: bytes, at: int) -> str:
    match = _COPIED.match(data, at) if at >= 0 else None
    return match[1].decode(errors="replace").strip() if match else ""


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
