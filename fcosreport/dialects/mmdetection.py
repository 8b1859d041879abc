"""What mmdetection 1, 2 and 3, mmyolo, mmrotate and mmpose log: messages, configurations, training lines, results."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fcosreport.grammar.category_table import CategoryTables
from fcosreport.grammar.configs.python import LIMIT, parse
from fcosreport.grammar.lines import line_begin, line_end, past_end, since, whole_lines
from fcosreport.grammar.openmmlab.results import PrintedResults
from fcosreport.grammar.openmmlab.settings import gpus, init, settings, test_split
from fcosreport.grammar.training_lines import TrainingLines
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Issue, Origin, Samples, Setting, Where
from fcosreport.vocabulary.signs import signed

_COLOUR = re.compile(rb"\x1b\[[\d;]*m")
_LOGGED = re.compile(rb"- (?:\x1b\[[\d;]*m)*(?:INFO|WARNING|ERROR|CRITICAL)(?:\x1b\[[\d;]*m)* - ")
_MESSAGE = re.compile(rb"INFO(?:\x1b\[[\d;]*m)* - (?!Epoch \[|Epoch\(train\)|Iter \[|Iter\(train\))")
_AITOD = signed("ai-?tod", "ai-?tod")
_TIME = re.compile(rb"(20\d\d[-/])?(\d\d)[-/](\d\d) (\d\d:\d\d:\d\d)(?:,\d+)? - ")
_STARTS = re.compile(
    rb"(?P<config>Config:)|(?P<machine>Environment info:)|(?P<runs>Start running)|(?P<empty>(?:\s|\x1b\[[\d;]*m)*$)"
)
_SAID = re.compile(
    rb"Exp name: (?P<config>\S+)|Set random seed to (?P<seed>\d{1,18})\b"
    rb"|workflow: \[.*\], max: (?P<max>\d{1,9}) (?P<unit>epochs|iters)"
    rb"|Distributed training: (?P<distributed>True|False)"
    rb"|Start running, host: .*, work_dir: (?P<folder>\S+)|load model from: (?P<init>\S+)"
    rb"|Loads checkpoint by \w+ backend from path: (?P<backbone>\w+://\S+)"
    rb"|[Ll]oad checkpoint from (?:[\w-]+ path: )?(?P<weights>\S+)"
    rb"|(?P<resumed>[Rr]esumed (?:from )?epoch:? (?P<epoch>\d{1,9}), iter:? (?P<iteration>\d{1,12}))"
    rb"|Saving checkpoint at (?P<saved>\d{1,9}) (?P<per>epochs|iterations)"
)
_MACHINE = re.compile(
    r"^[ \t]*(?:GPU (?P<gpus>[\d,]+): |(?P<framework>MM(?:Detection|YOLO|Rotate|Pose|Engine)): (?P<version>\S+)"
    r"|GPU number: (?P<used>\d{1,6})\b|seed: (?P<seed>\d{1,18})\b)",
    re.MULTILINE,
)
_HEADS = {
    b"Epoch [": rb"Epoch \[(\d{1,7})\]\[ *(\d{1,9})/ *(\d{1,9})\][ \t]",
    b"Epoch(train)": rb"Epoch\(train\) *\[ *(\d{1,7})\]\[ *(\d{1,9})/ *(\d{1,9})\][ \t]",
    b"Iter [": rb"Iter \[ *(\d{1,9})/\d{1,9}\][ \t]",
    b"Iter(train)": rb"Iter\(train\) *\[ *(\d{1,9})/\d{1,9}\][ \t]",
}
_PATTERNS = {mark: re.compile(head) for mark, head in _HEADS.items()}
_TITLE = re.compile(rb"-\+[ \t]*(?:\x1b\[[\d;]*m)?(?:\r\n|\r|\n)[^\r\n|]{0,80}\| category +\| (?:AP|mAP) ")
_COLUMNS = {"AP": "AP", "mAP": "AP", **{f"mAP_{part}": f"AP{part}" for part in ("50", "75", "s", "m", "l")}}
_ENDS = re.compile(rb"\r\n?|\n")


def _step(epoch: bytes, iteration: bytes, length: bytes) -> int:
    """The global iteration: of `Epoch [2][50/7330]` it is 7330 + 50."""
    return (int(epoch) - 1) * int(length) + int(iteration)


@dataclass(slots=True)
class _Passage:
    """The lines behind a message, from line `begin` on; `next` is the line that is read next."""

    kind: str
    prefix: bytes
    time: str
    begin: int
    next: int
    text: bytearray = field(default_factory=bytearray)

    def lines(self) -> str:
        """The lines without colours and without what stands before each line of the log."""
        text = _ENDS.sub(b"\n", _COLOUR.sub(b"", self.text))
        if self.prefix:
            text = re.sub(rb"(?m)^" + re.sub(rb"\d+", rb"\\d+", re.escape(self.prefix)), b"", text)
        return text.decode(errors="replace")


@dialect(
    "mmdetection 1, 2 and 3, mmyolo, mmrotate, mmpose: logs", b"INFO - ", b"INFO\x1b", b"_mAP", b"| category", b"dict("
)
class Mmdetection:
    """Goes from message to message; training lines, which are most of a log, are read apart."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.training = {
            mark: TrainingLines(path, head, step=_step if head.groups > 1 else float)
            for mark, head in _PATTERNS.items()
        }
        self.tables = CategoryTables(path, origin, _TITLE, _COLUMNS, percent=False)
        self.results = PrintedResults(path, origin)
        self.passage: _Passage | None = None
        self.marks: set[bytes] = set()  # of the training lines that were met
        self.trained: tuple[int | None, int | None] = (None, None)
        self.fresh = 0  # the line of a start that was told, and of which nothing has come yet
        self.said: set[tuple[str, object]] = set()
        self.machine: Setting | None = None  # the GPUs that it has, or the one that is used
        self.uses_it = False  # it is told whether training is distributed
        self.lasts: dict[str, object] = {}  # how many epochs or iterations
        self.planned: Setting | None = None  # the epochs
        self.length = 0  # iterations of an epoch
        self.was_evaluated = False
        self.found: list[Record] = []
        self.rest: Window | None = None  # a line that may go on

    @property
    def is_open(self) -> bool:
        return bool(self.passage or self.rest or self.tables.is_open)

    def feed(self, window: Window) -> Iterator[Record]:
        whole, self.rest = whole_lines(window)
        if whole.start < len(whole.data):
            self._read(whole)
        return iter(self._taken())

    def close(self) -> Iterator[Record]:
        if self.rest:
            self._read(self.rest)
        if self.passage:
            self._tell(self.passage)
        self._add(self.results.flush())
        self._add(self.tables.close())
        self._add(self._whole())
        return iter(self._taken())

    def _read(self, window: Window) -> None:
        data, begin = window.data, window.start
        self.marks.update(mark for mark in _HEADS if window.may_hold(mark))
        done = self._collect(window, since(window, self.passage.next)) if self.passage else begin
        for at, message in _places(data, begin):
            if at < done:
                continue
            first, done = line_begin(data, at), line_end(data, at)
            start = _STARTS.match(data, message.end(), done) if message else None
            if start:
                self._train(window, begin, at)
                begin = at
                self._start(window.line_at(at), data[first:at], start)
            if message:
                self._add(self._message(window.line_at(at), data[first:at], data[message.end() : done]))
            self._add(self.results.take(window, first, done, self._trained))
            if self.passage and start:
                done = max(done, self._collect(window, past_end(data, done)))
        self._train(window, begin, len(data))
        self.trained = self._trained(data, len(data))
        self._add(self._categories(window))

    def _add(self, records: Iterable[Record]) -> None:
        for record in records:
            if isinstance(record, Samples | Evaluation) and record.where.line > self.fresh:
                self.fresh = 0
            if isinstance(record, Setting) and record.name == "epochs":
                self.planned = record
            self.was_evaluated = self.was_evaluated or isinstance(record, Evaluation)
            self.found.append(record)

    def _taken(self) -> list[Record]:
        found, self.found = self.found, []
        return sorted(found, key=lambda record: record.where.line)

    def _train(self, window: Window, begin: int, end: int) -> None:
        for mark in self.marks:
            line = window.line if begin == window.start else window.line_at(begin)
            self._add(self.training[mark].read(window.data, begin, end, line))

    def _trained(self, data: bytes, stop: int) -> tuple[int | None, int | None]:
        """The epoch, where it is told, and the iteration of the last training line before `data[stop]`."""
        at, mark = max(((data.rfind(mark, 0, stop), mark) for mark in self.marks), default=(-1, b""))
        head = _PATTERNS[mark].match(data, at) if at >= 0 else None
        if not head:
            return self.trained
        if len(head.groups()) == 1:
            return None, int(head[1])
        self.length = int(head[3])
        return int(head[1]), _step(*head.groups())

    def _whole(self) -> Iterator[Setting]:
        """The schedule in iterations, of a training that was not evaluated yet: nothing else tells how far it came."""
        if self.planned and isinstance(self.planned.value, int) and self.length and not self.was_evaluated:
            text = f"{self.planned.value} epochs of {self.length} iterations"
            yield Setting("iterations", self.planned.value * self.length, text, self.planned.where, inferred=True)

    def _start(self, line: int, before: bytes, start: re.Match[bytes]) -> None:
        """A message that a configuration or what is said of the machine follows, or that training starts."""
        kind, time = start.lastgroup or "", _time(before)
        if self.passage:
            self._tell(self.passage)
        if kind != "empty":
            self._begin(line, time, start[0].decode().rstrip(":"))
        if kind != "runs":
            stamp = _TIME.search(before)
            prefix = _COLOUR.sub(b"", before[: stamp.start()]) if stamp else b""
            self.passage = _Passage(kind, prefix, time, line + 1, line + 1)

    def _begin(self, line: int, time: str, text: str) -> None:
        if self.fresh:
            return
        self._add(self.results.flush())
        self._add(self._whole())
        self._add([Event("started", text, Where(self.path, line), time)])
        self.fresh, self.results.aitod, self.machine, self.uses_it = line, False, None, False
        self.results.test_split = ""
        self.said, self.lasts, self.trained = set(), {}, (None, None)
        self.planned, self.length, self.was_evaluated = None, 0, False

    def _collect(self, window: Window, at: int) -> int:
        """Take more of the open passage; it ends at the next message. Returns where to look on."""
        passage = self.passage
        if passage is None:
            return at
        data, logged = window.data, _LOGGED.search(window.data, at)
        end = max(line_begin(data, logged.start()), at) if logged else len(data)
        passage.text += data[at : min(end, at + LIMIT)]
        passage.next = window.line_at(end)
        if logged or len(passage.text) > LIMIT:
            self.passage = None
            self._tell(passage)
        return at if passage.kind == "empty" else end

    def _tell(self, passage: _Passage) -> None:
        text = passage.lines()
        if passage.kind == "config":
            self._add(self._configured(passage, text))
        elif passage.kind == "machine" or "System environment:" in text[:500]:
            self._begin(passage.begin - 1, passage.time, "System environment")
            self._add(self._environment(passage, text))

    def _environment(self, passage: _Passage, text: str) -> Iterator[Record]:
        for found in _MACHINE.finditer(text):
            line = passage.begin + text.count("\n", 0, found.start())
            if found["gpus"]:
                count = len(found["gpus"].strip(",").split(","))
                count += int(self.machine.value) if self.machine else 0
                self.machine = Setting("gpus", count, found[0].strip(), Where(self.path, line), inferred=True)
            elif found["framework"]:
                yield from self._say("framework", f"{found['framework'].lower()} {found['version']}", line, found[0])
            elif found["seed"]:
                yield from self._say("seed", int(found["seed"]), line)
            else:
                self.machine = None
                yield from self._say("gpus", int(found["used"]), line)

    def _configured(self, passage: _Passage, text: str) -> Iterator[Record]:
        config = parse(text, passage.begin)
        self.results.aitod = _AITOD.search(text) is not None
        self.results.test_split = test_split(config)
        for setting in settings(config, self.path):
            self.said.add((setting.name, setting.value))
            if setting.name in ("epochs", "iterations"):
                self.lasts[setting.name] = setting.value
            yield setting
        used = gpus(config, self.path) or (self.machine if self.uses_it else None)
        if used:
            yield used
        if config.unread:
            message = "A part of this configuration is cut or no Python. Its settings are left out; look at the line."
            yield Issue(message, Where(self.path, config.unread))

    def _say(self, name: str, value: str | int, line: int, text: str = "") -> Iterator[Record]:
        """A setting, unless it was said before."""
        if (name, value) not in self.said:
            self.said.add((name, value))
            yield Setting(name, value, text.strip() or str(value), Where(self.path, line))

    def _message(self, line: int, before: bytes, text: bytes) -> Iterator[Record]:
        found = _SAID.match(_COLOUR.sub(b"", text[:2000]))
        said = {
            key: value.decode(errors="replace") for key, value in (found.groupdict() if found else {}).items() if value
        }
        if "config" in said:
            yield from self._say("config", re.sub(r"_\d{8}_\d{6}$", "", said["config"]), line, said["config"])
        if "seed" in said:
            yield from self._say("seed", int(said["seed"]), line)
        if "max" in said:
            name = "epochs" if said["unit"] == "epochs" else "iterations"
            self.lasts.setdefault(name, int(said["max"]))
            yield from self._say(name, int(said["max"]), line)
        if "distributed" in said:
            self.uses_it = True
            if said["distributed"] == "False":
                self.machine = Setting("gpus", 1, "Distributed training: False", Where(self.path, line), inferred=True)
        if "folder" in said and not any(name == "output_dir" for name, _ in self.said):
            yield from self._say("output_dir", said["folder"], line)
        if path := said.get("init") or said.get("backbone"):
            yield from self._say("init", init(path), line, path)
        if "weights" in said:
            name = "init" if init(said["weights"]) == "imagenet" else "weights"
            yield from self._say(name, "imagenet" if name == "init" else said["weights"], line, said["weights"])
        yield from self._happened(said, line, _time(before))

    def _happened(self, said: dict[str, str], line: int, time: str) -> Iterator[Record]:
        where = Where(self.path, line)
        if "resumed" in said:
            yield Event("resumed", said["resumed"], where, time, int(said["epoch"]), int(said["iteration"]))
        if "saved" in said and self.lasts.get(said["per"]) == int(said["saved"]):
            counters = {"epoch" if said["per"] == "epochs" else "iteration": int(said["saved"])}
            yield Event("finished", f"{said['saved']} {said['per']}", where, time, **counters)

    def _categories(self, window: Window) -> Iterator[Record]:
        """The rows of the tables; a title is known by the line before it, which may stand in the window before."""
        data, start, line = window.data, window.start, window.line
        if self.tables.said is None:
            if data.find(b"| category", start) < 0:
                return iter(())
            if start and data[start - 1] in b"\r\n":
                start = line_begin(data, start - (2 if data.endswith(b"\r\n", 0, start) else 1))
                line -= 1
        return self.tables.feed(Window(data.replace(b"| None ", b"|      "), start, line))  # which fills the last row


def _places(data: bytes, begin: int) -> list[tuple[int, re.Match[bytes] | None]]:
    """Where a message begins, or a result stands."""
    places: list[tuple[int, re.Match[bytes] | None]] = [
        (found.start(), found) for found in _MESSAGE.finditer(data, begin)
    ]
    at = data.find(b"_mAP", begin)
    while at >= 0:
        places.append((at, None))
        at = data.find(b"_mAP", line_end(data, at))
    return sorted(places, key=lambda place: place[0])


def _time(before: bytes) -> str:
    """The time that a line begins with, in ISO 8601; without the year where none is told."""
    found = _TIME.search(before)
    if not found:
        return ""
    year, month, day, time = ((part or b"").decode() for part in found.groups())
    return f"{year[:4]}-{month}-{day}T{time}".lstrip("-")
