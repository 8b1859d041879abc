"""What YOLOv3, YOLOv5, YOLOv7 and the ultralytics package print: arguments, training rows, and validation tables.

    Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|██████████| 625/625
      all       5000      36335      0.629      0.476      0.521       0.37

Epochs are as printed: YOLOv5 counts from 0, ultralytics from 1. A training row is complete when the table or the next
epoch follows it; until then it is a progress bar.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby

from msgspec.structs import replace

from fcosreport.grammar.lines import line_end, past_end
from fcosreport.grammar.validation_table import Table, columns, completed, headless, scanned, subject
from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Samples, Setting, Where
from fcosreport.vocabulary.metrics import metrics, with_issues
from fcosreport.vocabulary.settings.keys import declared

BACK = 4 << 10
"""Bytes before a table or a new epoch in which the last training row is looked for."""
WIDE = 2000
"""Bytes of a row that are looked at."""

_NUMBER = rb"(?:-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|nan)"
_COUNT = rb"\d+(?:\.\d+)?(?:e\+\d+)?"  # as printf's %g writes it: 3.63e+04
_COLOUR = re.compile(rb"(?:\x1b|\\u001b|\\x1b|\\033)\[[\d;?]*[A-Za-z]")
_HINT = re.compile(  # each begins with a letter, so that the search skips numbers and bars quickly
    rb"Class +(?:Im|La)|all +\d|Epoch +[gG]|train: |val: |test: |engine[/\\]|Namespace\(|hyperparameters: |optimizer: "
    rb"|Logging results|Resuming tr|Validating |epochs completed"
)
_MARK = re.compile(
    rb"(?P<table>Class +(?:Images|Labeled_images) [^\r\n]*?)(?=[\r\n]| all +\d+ +\d|$)"
    rb"|(?P<row>(?<![\w-])all +"
    + _COUNT
    + rb" +"
    + _COUNT
    + rb"(?: +"
    + _NUMBER
    + rb"){3,12})(?=[ \t]*(?:[\r\n\"]|\\n|$))"
    rb"|(?P<heads>Epoch +(?:gpu_mem|GPU_mem) [^\r\n]*)"
    rb"|(?P<arguments>(?<!\w)(?:train|val|test|engine[/\\]{1,2}(?:trainer|validator)): *"
    rb"(?=\w+=)(?=[^\r\n]*\b(?:weights|data|task|model)=)[^\r\n]*"
    rb"|(?<!\w)Namespace\([^\r\n]*)"
    rb"|(?P<hyper>hyperparameters: *(?=\w+=)[^\r\n]*)"
    rb"|(?P<optimizer>(?<!\w)optimizer: *[A-Z]\w*\(lr=[^\r\n]*)"
    rb"|(?P<images>(?<!\w)(?:train|val): Scanning [^\r\n]{0,1000})"
    rb"|(?P<folder>Logging results to +[^\r\n]*)"
    rb"|(?P<resumed>Resuming training [^\r\n]*)"
    rb"|(?P<best>Validating [^\r\n]{1,500}?\.pt\b)"
    rb"|(?P<finished>epochs completed in [\d.]+ hours)"
)
_EPOCH_ROW = re.compile(
    rb"(?<![\w./])(?P<epoch>\d{1,6})/(?P<last>\d{1,6}) +(?P<memory>\d+(?:\.\d*)?)(?P<unit>[GM]?) +"
    rb"(?P<values>(?:" + _NUMBER + rb" +)*" + _NUMBER + rb"): "
)
_CLASS_ROW = re.compile(
    rb"[ \t]*(?P<name>\S.*?) +" + _COUNT + rb" +" + _COUNT + rb"(?P<values>(?: +" + _NUMBER + rb"){3,12}) *(?:\"|\\n|$)"
)
_ARGUMENT = re.compile(r"(?:^|[(\s,])(\w+)=(\[[^\]]*\]|\([^)]*\)|'[^']*'|\"[^\"]*\"|[^,]*(?:,(?! *\w+=)[^,]*)*)")
_OPTIMIZER = re.compile(r"optimizer: *(\w+)\(lr=([\d.e-]+)(?:, momentum=([\d.e-]+))?")
_ON_TEST = re.compile(r"(?:^|[\s,(])(?:task|split)='?test\b")  # of the arguments: the images that are evaluated on
_SMALL = {"labels", "img_size", "instances", "size", "targets"}


@dialect(
    "ultralytics: YOLOv3, YOLOv5, YOLOv7, YOLOv8 and later",
    b"Class  ",
    b" all    ",
    b"      0.",
    b"pu_mem",
    b"PU_mem",
    b"weights=",
    b"lr0=",
    b"Scanning ",
    b"optimizer:",
    b"Logging results",
    b"Resuming training ",
    b"Validating ",
    b"epochs completed",
)
class Ultralytics:
    """Follows epochs and tables. Per-class rows stand on the lines after the row `all`."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.heads: tuple[str, ...] = ()
        self.table: Table | None = None
        self.is_headed = False  # whether any head was met, of whatever table
        self.epoch: int | None = None
        self.sampled = self.row_line = 0
        self.rows: list[Row] = []
        self.length: Setting | None = None  # how many epochs the last row says there are
        self.known: dict[str, object] = {}
        self.split = ""  # that the arguments name
        self.labels = self.scanned = ""  # where the validation set of the training lies, and the last one that was read

    def feed(self, window: Window) -> Iterator[Record]:
        if self.path.endswith(".csv"):  # its padded numbers look like rows, and have a dialect of their own
            return
        window = _plain(window)
        if self.row_line:
            yield from self._classes(window, window.start, window.line)
        back = 0
        for match in _marks(window):
            kind, at = match.lastgroup or "", match.start()
            where = Where(self.path, window.line_at(at))
            if kind in ("table", "heads", "finished"):
                self._sample(window, max(back, at - BACK), at)
            back = match.end()
            if kind == "row":
                yield from self._row(match["row"], where, self.table)
                if where.line == self.row_line:
                    yield from self._classes(window, past_end(window.data, line_end(window.data, back)), where.line + 1)
            else:
                count = window.data[max(0, at - 8) : at].split()[-1:] if kind == "finished" else []
                yield from self._mark(kind, b" ".join((*count, match[0])).decode(errors="replace").strip(), where)
        yield from self._samples()

    @property
    def is_open(self) -> bool:
        return self.row_line > 0

    def close(self) -> Iterator[Record]:
        return iter(())

    def _mark(self, kind: str, text: str, where: Where) -> Iterator[Record]:
        if kind == "table":
            self.table, self.row_line, self.is_headed = columns(text.encode()), 0, True
        elif kind == "heads":
            self.heads = tuple(text.split()[1:])
        elif kind == "best":
            self.epoch = None
        elif kind == "arguments" and _is_own(text):
            yield from self._samples()
            self.known, self.epoch, self.labels, self.scanned = {}, None, "", ""
            self.split = "test" if _ON_TEST.search(text) else ""
            yield Event("started", text[:200], where)
            yield from self._new(Setting("framework", "ultralytics", text[:40], where), *_arguments(text, where))
        elif kind == "finished":
            yield Event("finished", text, where, epoch=self.epoch)
        elif kind == "resumed":
            epoch = re.search(r"from epoch (\d+)", text)
            yield Event("resumed", text, where, epoch=int(epoch[1]) if epoch else None)
        elif kind in _SAID:
            self.scanned = scanned(text) or self.scanned
            self.labels = self.labels or self.scanned
            yield from self._new(*_SAID[kind](text, where))

    def _new(self, *settings: Setting) -> Iterator[Setting]:
        """What was not said before of this run: every rank says it, and a progress bar again and again."""
        for each in settings:
            if self.known.get(each.name) != each.value:
                self.known[each.name] = each.value
                yield each

    def _sample(self, window: Window, start: int, stop: int) -> None:
        """Keep the last training row of a stretch, which is complete, and its epoch."""
        rows = list(_EPOCH_ROW.finditer(window.data, start, stop))
        if not rows:
            return
        line = window.line_at(rows[-1].start())
        if line > self.sampled:
            self.sampled, self.epoch = line, int(rows[-1]["epoch"])
            self._keep(rows[-1], line)

    def _keep(self, row: re.Match[bytes], line: int) -> None:
        scale = 1024.0 if row["unit"] == b"G" else 1.0
        values = [float(row["memory"]) * scale, *map(float, row["values"].split())]
        if len(values) == len(self.heads):
            named = {_curve(head): value for head, value in zip(self.heads, values, strict=True)}
            kept = {name: value for name, value in named.items() if name}
            self.rows.append((tuple(kept), float(row["epoch"]), list(kept.values()), line))
            count = int(row["last"]) + ("obj_loss" in kept)  # which those have that count from 0
            self.length = Setting("epochs", count, row["last"].decode(), Where(self.path, line))

    def _samples(self) -> Iterator[Samples | Setting]:
        """The rows that are kept, and the length of the training where no arguments tell it."""
        yield from samples(self.rows, partial(Where, self.path), "epoch")
        self.rows.clear()
        if self.length and self.origin == "log" and "epochs" not in self.known:
            yield from self._new(self.length)
        self.length = None

    def _row(self, text: bytes, where: Where, table: Table | None) -> Iterator[Record]:
        values = text.split()[3:]
        model = f"{self.known.get('weights', '')} {self.known.get('config', '')}"
        table = completed(table, len(values), model) if table else None if self.is_headed else headless(values)
        if table and len(values) == len(table.names):
            self.table, self.row_line = table, where.line
            yield from self._evaluations(table, values, where, None)

    def _classes(self, window: Window, at: int, line: int) -> Iterator[Record]:
        """The rows of single classes, which follow the row of all line by line."""
        data, table = window.data, self.table
        while table and line == self.row_line + 1 and at < len(data):
            end = line_end(data, at)
            match = _CLASS_ROW.match(data[at : min(end, at + WIDE)])
            values = match["values"].split() if match else []
            if not match or len(values) != len(table.names) or match["name"].split()[-1] == b"all":
                break
            name = re.split(rb" {2,}|^[\"' ]+", match["name"])[-1].decode(errors="replace").strip()
            yield from self._evaluations(table, values, Where(self.path, line), name)
            self.row_line, line, at = line, line + 1, past_end(data, end)
        else:
            return
        self.row_line = 0

    def _evaluations(self, table: Table, values: list[bytes], where: Where, category: str | None) -> Iterator[Record]:
        for task, group in groupby(zip(table.tasks, table.names, values, strict=True), key=lambda each: each[0]):
            found = metrics((name, value.decode()) for _, name, value in group)
            made = Evaluation(task, found, where, self.origin, self.epoch, None, category)
            data_set, split = ("", self.split) if self.scanned == self.labels else subject(self.scanned)
            yield from with_issues(replace(made, data_set=data_set, split=split))


def _marks(window: Window) -> Iterator[re.Match[bytes]]:
    """What is known, in the order of the text; none within another."""
    past = window.start
    for hint in window.hints(_HINT):
        match = _MARK.match(window.data, hint.start()) if hint.start() >= past else None
        if match:
            past = match.end()
            yield match


def _plain(window: Window) -> Window:
    """The window without colours; its lines are the same."""
    if b"[" not in window.data or not _COLOUR.search(window.data):
        return window
    before = _COLOUR.sub(b"", window.data[: window.start])
    return Window(before + _COLOUR.sub(b"", window.data[window.start :]), len(before), window.line)


def _curve(head: str) -> str | None:
    name = head.lower()
    if name in ("gpu_mem", "total"):
        return {"gpu_mem": "memory", "total": "loss"}[name]
    return None if name in _SMALL else name if name.endswith("loss") else f"{name}_loss"


def _is_own(text: str) -> bool:
    """Whether arguments are those of a training or validation; other programs print a Namespace as well."""
    return not text.startswith("Namespace") or ("img_size=" in text and ("hyp=" in text or "task=" in text))


def _arguments(text: str, where: Where) -> Iterator[Setting]:
    given = {key: value.strip().strip("'\"") for key, value in _ARGUMENT.findall(text[:20_000].rstrip(")"))}
    if given.get("optimizer") == "auto":  # then the rate and momentum that are given do not count
        given = {key: value for key, value in given.items() if key not in ("lr0", "momentum")}
    model = given.pop("model", "")
    if model.endswith((".yaml", ".yml")):
        weights = given.get("pretrained", "")
        given |= {"cfg": model, "weights": weights if "." in weights else "''"}
    elif model:
        given["weights"] = model
    if "weights" in given:
        given["weights"] = given["weights"].strip("[]'\"")
    if "img_size" in given:
        given["imgsz"] = given.pop("img_size").strip("[]").partition(",")[0]
    if re.match(r"(?:val|test|engine[/\\]{1,2}validator):", text) or given.get("task") in ("val", "test", "study"):
        renamed = {"batch_size": "test_batch_size", "batch": "test_batch_size", "data": "val_data", "augment": "tta"}
        given = {renamed.get(key, key): value for key, value in given.items() if key != "weights" or value}
    for key, value in given.items():
        yield from declared(key, value, where)
    yield from _without_key(given, where)


def _without_key(given: dict[str, str], where: Where) -> Iterator[Setting]:
    """What is said in a way of its own: the devices by number, the warm-up in epochs."""
    device, warmup = given.get("device", "").strip("[] "), given.get("warmup_epochs", "")
    if re.fullmatch(r"\d+(?: *, *\d+)*", device):
        yield Setting("gpus", device.count(",") + 1, device, where)
    if warmup:
        yield Setting("warmup", f"{warmup} epochs", warmup, where)


def _optimizer(text: str, where: Where) -> Iterator[Setting]:
    found = _OPTIMIZER.match(text)
    if found:
        yield Setting("optimizer", found[1].lower(), found[1], where)
        for name, value in (("lr", found[2]), ("momentum", found[3])):
            yield from declared(name, value or "", where)


def _images(text: str, where: Where) -> Iterator[Setting]:
    count = re.search(r"100%[^\r\n]{0,200}? (\d{1,9})/\1\b", text)
    if count:
        part = text.partition(":")[0]
        yield Setting(f"{part}_images", int(count[1]), count[1], where)
        if labels := scanned(text, part):
            yield Setting(f"{part}_labels", labels, labels, where)


def _folder(text: str, where: Where) -> Iterator[Setting]:
    yield Setting("output_dir", text.removeprefix("Logging results to").strip(), text, where)


_SAID = {"hyper": _arguments, "optimizer": _optimizer, "images": _images, "folder": _folder}
