"""Objects with metric names in them, of any program: JSON and YAML files, lines of JSON, dicts printed into a log.

    OrderedDict([('bbox', {'AP': 41.01, 'AP50': 60.15, 'AP-person': 52.1})])  detectron2
    {'map': tensor(0.4406), 'map_50': tensor(0.7328), ...}                  torchmetrics
    {"epoch": 2.0, "eval_map": 0.0316, "eval_loss": 2.5, "step": 214}       HuggingFace, in `trainer_state.json`
    {"kpi": {"mAP50": 0.71}, "epoch": 10, "status": "RUNNING"}              TAO
    {"metrics": {"mAP50-95(B)": 0.42}, "step": 2}                           dvclive
    {"epoch": 3, "test_coco_eval_bbox": [0.41, 0.69, ...]}                  DETR's history as one document

    {"ours": {"mAP": 0.41}, "baseline": {"mAP": 0.39}}                      several models, each of which is told
    {"model": ["a", "b"], "mAP": [0.41, 0.39]}                              the same as a table, column by column

An object in a list is a result where it tells its step; a list of others compares models, where each has a name. One
that is assigned to a name, given to a function or returned is code.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from fcosreport.grammar.headings import Bannered
from fcosreport.grammar.json_columns import columns
from fcosreport.grammar.lines import line_begin, line_end, since
from fcosreport.grammar.named_results import (
    are_of_boxes,
    are_of_detection,
    by_class,
    by_model,
    is_counter,
    of_best_and_last,
    progress,
    results,
)
from fcosreport.grammar.object_subjects import (
    DATA_SET,
    checkpoint,
    data_set_and_split,
    is_detector,
    is_overlap,
    last,
    model_of,
    names_detector,
    progress_of,
    split_before,
    with_named,
)
from fcosreport.grammar.objects import Object, objects
from fcosreport.grammar.plans import Plans
from fcosreport.grammar.statements import Progress, counters
from fcosreport.grammar.windowed import Row, samples
from fcosreport.grammar.yaml_objects import YAML, yaml_objects
from fcosreport.notes.run_table import names_runs, of_runs, swept
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Setting, Unit, Where
from fcosreport.vocabulary.beside import meanings
from fcosreport.vocabulary.metric_names import curve_of, may_be_of_test, metric_of
from fcosreport.vocabulary.metrics import number
from fcosreport.vocabulary.settings.keys import declared

LIMIT = 4 << 20
"""Bytes of a JSON document that are read."""
WIDE = 24 << 10
"""Bytes that an object in a log may have."""

_SIGN = re.compile(
    rb"[\"'](?:[\w.@/ -]{0,60}[/_ ])?"
    rb"(?:m?AP|[mM]ap|ap|mIoU|mean_iou|mean_ap|[bm]?PQ|panoptic_quality|MOTA|HOTA|NDS|PCKh?|m?[Dd]ice|[Rr]ecall)"
    rb"(?:[\w.@:/()\[\]=| -]{0,60})[\"'] ?[:,]"
    rb"|\{'(?:eval_)?loss'"
    rb"|[\"']\w{0,60}(?:coco_eval_\w+|(?:bbox|masks?|segm|keypoints)_stats)[\"']: ?\["
)
_KEY = re.compile(
    rb"(?m)(?:^|[{,])[ \t\"'-]*+(?:[\w.@/-]{0,60}[/_])?"
    rb"(?:m?AP|map|mIoU|mean_iou|mean_ap|[bm]?PQ|MOTA|HOTA|NDS|PCKh?|m?[Dd]ice|[Rr]ecall)"
    rb"[\w.@:/()=-]{0,60}[\"']?[ \t]*:[ \t]"
)
"""A key of YAML that may be the name of a metric."""
_HINT = re.compile(
    rb"AP|ap(?:(?<=[mM]ap)|(?<=mean_ap)|(?<=[\"' _/.]ap))"
    rb"|IoU|u(?<=mean_iou)|PQ|c_q(?<=panoptic_q)|MOTA|HOTA|NDS|PCK|call(?<=ecall)|ice(?<=[Dd]ice)|coco_eval_|_stats|\{(?P<loss>'(?:eval_)?loss')"
)
"""What is in each sign: there are fewer of them than of quotes."""
_OF_DETECTRON2 = re.compile(r"(?:bbox|segm|keypoints)/AP-")
"""What only detectron2 calls the AP of a class, which is in percent however small."""
_ASSIGNED = re.compile(rb"[ \t]*[\w.\[\]\"']+(?:: ?\w+)? =")
_RETURNED = re.compile(rb"\breturn\Z")
_LOGGED = re.compile(rb"(?i)loss|lr|rate|pg0|_o[mo]")
"""What is in the name of each curve that is kept."""
_NEAR = 1 << 10  # bytes of a line before an object that tell whether it is code
_FAR = 66  # bytes of a sign before its hint
_DIGITS = 7
_THRESHOLD = re.compile(r"(?:(?:score|conf(?:idence)?)_)?thr(?:es(?:h(?:old)?)?)?|conf(?:idence)?")
_END = re.compile(r"(?i)(?:total|num|n|max|trained)_epochs|epochs_(?:completed|trained|run|done)")
"""What tells of which epoch the last result of a run is, where its best stands beside it."""
_LINES = 512  # above a name, in which its object may begin
_ABOVE = 2 << 10  # bytes above the first of several objects, in which that begins which holds them
_BRACE = re.compile(rb"[{}]")
_KEYED = re.compile(rb"[ \t]*+(?:\"[^\"\n]{1,80}\"|'[^'\n]{1,80}') ?: *+")
"""What stands before an object that is one of several in another."""


@dialect(
    "JSON and printed dicts of results: torchmetrics, HuggingFace, TAO, dvclive",
    *(b"'map", b'"map', b"_map", b"/map", b"mAP'", b'mAP"', b"mAP5", b"mAP_", b"mAP@", b"mAP @", b"{'loss'"),
    *(b"hmean'", b'hmean"', b'"fn"', b"'fn'", b'"FN"', b"'FN'", b'false_negatives"', b"false_negatives'"),
    *(b"PQ'", b'PQ"', b"'MOTA", b'"MOTA', b"'PCK", b'"PCK', b"/PCK"),
    *(b"dice'", b'dice"', b"Dice'", b'Dice"'),
    *(b"AP50", b"AP_5", b"/AP'", b'/AP"', b"'AP'", b'"AP"', b"_AP'", b'_AP"'),
    *(b"mean_iou", b"mean_ap", b"mIoU'", b'mIoU"'),
    paths=r"(?<!wandb-summary)(?<!\.log)\.json$|" + YAML.pattern,
    gives_way=True,
)
class PrintedResults:
    """Reads a JSON document when it has ended, and in other files each object that holds the name of a metric."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.is_yaml = YAML.search(path) is not None
        is_document = self.is_yaml or (path.endswith(".json") and not path.endswith(".log.json"))
        self.document: bytearray | None = bytearray() if is_document else None
        self.unit: Unit | None = None  # in which its curves are told
        self.begun = 0  # the line in which an object goes on in the next window
        self.named = Bannered()

    @property
    def is_open(self) -> bool:
        return self.begun > 0

    def feed(self, window: Window) -> Iterator[Record]:
        if self.document is not None and not (self.document or self.is_yaml) and _is_of_lines(window.data):
            self.document = None
        if self.document is None:
            yield from self.named.take(self._log(window))
        else:
            self.document += window.data[window.start :][: LIMIT + 1 - len(self.document)]

    def close(self) -> Iterator[Record]:
        data = bytes(self.document or b"")
        window = Window(data, 0, 1)
        if self.is_yaml:
            if _KEY.search(data):
                yield from self._object(window, _named(yaml_objects(data)))
        elif self.document is None:
            yield from self.named.told()
        elif len(data) <= LIMIT and next(_signs(window, 0), None) is not None:
            yield from self._object(window, _objects(data, 0)[0])
            for names, cells in columns(data):
                yield from self._table(names, [(window.line_at(at), row) for at, row in cells])

    def _log(self, window: Window) -> Iterator[Record]:
        data, done, rows, unclosed = window.data, window.start, list[Row](), set[int]()
        if self.begun:
            done = since(window, self.begun)
            self.begun = 0
        for sign in _signs(window, done):
            while done <= sign and (begin := _opening(data, sign, done)) >= 0:
                if window.is_told(begin) and (end := _told_until(data, begin)):
                    done = end
                    break
                begin = _whole(data, begin, done, unclosed) if self.origin == "note" else begin
                parts, end = _objects(data, begin)
                if end < 0 and len(data) - begin < WIDE:
                    self.begun, done = window.line_at(begin), len(data)
                    break
                done = end if end > 0 else len(data)
                if _is_code(data, begin):
                    continue
                if window.is_told(begin) and not may_be_of_test(data[begin:done].decode(errors="replace")):
                    rows.extend(row for each in parts for row in self._logged(window, each))
                    continue
                for each in parts:
                    yield from self._result(window, each, rows)
        yield from self._curves(rows)

    def _object(self, window: Window, parts: list[Object]) -> Iterator[Record]:
        rows: list[Row] = []
        lone = sum(each.in_list for each in parts) == 1
        parts = _of_best_threshold(parts)
        is_summary = not any(each.in_list and any(map(metric_of, each.row)) for each in parts)
        told = [part for each in parts for part in _of_best_and_last(each)] if is_summary else parts
        found = [record for each in told for record in self._result(window, each, rows, lone=lone)]
        if found:
            for each in parts:
                if not each.in_list:
                    yield from self._settings(window, each)
        yield from found
        if found:
            yield from self._curves(rows)
        models = [each for each in parts if each.in_list and not progress_of(each.row).is_told]
        if len(models) > 1:
            names = list(dict.fromkeys(name for each in models for name in each.row))
            cells = [(window.line_at(each.begin), [each.row.get(name, "") for name in names]) for each in models]
            yield from self._table([name if metric_of(name) else last(name) for name in names], cells)

    def _table(self, names: Sequence[str], cells: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Record]:
        """A table of models, or the history of a training."""
        if not (are_of_detection(names) or are_of_boxes(names)):
            return
        if names_runs(names, cells):
            yield from of_runs(names, cells, self.path)
        elif not any(map(_is_of_training, names)) and (named := swept(names, cells)):
            yield from of_runs(("run", *names), named, self.path)
        elif any(curve_of(name) or is_counter(name) for name in names):
            rows: list[Row] = []
            if not any(map(is_counter, names)) and any(map(_is_of_training, names)):  # an entry an epoch
                names = ("epoch", *names)
                cells = [(line, (str(epoch), *texts)) for epoch, (line, texts) in enumerate(cells, 1)]
            for line, texts in cells:
                row = dict(zip(names, texts, strict=True))
                yield from results(row, Where(self.path, line), self.origin, progress(row))
                rows.extend(self._row(row, line))
            yield from self._curves(rows)

    def _result(self, window: Window, each: Object, rows: list[Row], *, lone: bool = False) -> Iterator[Record]:
        rows.extend(self._logged(window, each))
        where, at = Where(self.path, window.line_at(each.begin)), progress_of(each.row)
        if not at.is_told and self.document is None:
            first = next((name for name in each.row if metric_of(name)), "map")
            at = counters(window.data, each.begin, self.origin == "note", first.encode())
            if not at.is_told and self.origin == "log":
                self.named.note(where.line, model_of(each.row, window.data, each.begin))
        if at.is_told or not each.in_list or lone or self.document is None:
            yield from _PLANS.records(each.row, where, at, self.origin, split_before(window.data, each.begin))

    def _settings(self, window: Window, each: Object) -> Iterator[Setting]:
        told = {name for name, _ in meanings(each.row)}
        for name, text in each.row.items():
            if (
                name in told or last(name) in DATA_SET or name.lower() == "epoch"
            ):  # on which, and of which the result is
                continue
            word = name.rpartition("/")[2]
            key = (f"{word}:" if self.is_yaml else f'"{word}"').encode()
            line = window.line_at(max(window.data.find(key, each.begin), each.begin))
            yield from declared(name.replace("/", "."), text, Where(self.path, line))

    def _logged(self, window: Window, each: Object) -> Iterator[Row]:
        """What an object logs of the training; one that is a line of JSON is for who reads such logs."""
        if each.in_list or not window.data.startswith((b'{"', b"{\n", b"{\r", b"{ "), each.begin):
            yield from self._row(each.row, window.line_at(each.begin))

    def _row(self, row: dict[str, str], line: int) -> Iterator[Row]:
        """What a row logs of the training: the rate and losses at its step, which may be half an epoch."""
        counted = {name.lower(): value for name, text in row.items() if (value := number(text)) is not None}
        values = {
            curve: number(text) for name, text in row.items() if (curve := curve_of(name)) and not metric_of(name)
        }
        kept = {name: value for name, value in values.items() if value is not None and (name == "lr" or "loss" in name)}
        if kept and not self.unit:
            self.unit = "iteration" if progress(row).iteration is not None else "epoch"
        step = counted.get("step", counted.get("iteration")) if self.unit == "iteration" else counted.get("epoch")
        if kept and step is not None and 0 <= step < 1e12:
            yield tuple(kept), step, list(kept.values()), line

    def _curves(self, rows: list[Row]) -> Iterator[Record]:
        if self.origin == "log" and self.unit:
            yield from samples(rows, partial(Where, self.path), self.unit)


def _of_object(row: Mapping[str, str], where: Where, at: Progress, origin: Origin, before: str) -> Iterator[Record]:
    """What an object tells of each model; `before` is the split that stands before it."""
    data_set, split = data_set_and_split(row)
    split = split or before
    weights = checkpoint(row)
    models = by_model(row)
    is_of_boxes = any(map(is_detector, models))
    for model, numbers in models.items():
        epoch = _epoch(model, numbers)
        for record in _of_model(numbers, where, epoch or at, origin, is_of_boxes=is_of_boxes):
            if isinstance(record, Evaluation) and (data_set or split or weights or model):
                of = (model if not epoch else "") or record.weights or weights
                record = replace(record, data_set=data_set, split=record.split or split, weights=of)
            yield record


_PLANS = Plans(_of_object)


def _of_model(
    row: Mapping[str, str], where: Where, at: Progress, origin: Origin, *, is_of_boxes: bool
) -> Iterator[Record]:
    """What the numbers of one model say of all classes, and then of each."""
    in_percent = any(map(_OF_DETECTRON2.match, row)) or None
    is_known = is_of_boxes or names_detector(row)  # whose mean IoU is that of boxes, and not of a segmentation
    said = {name: text for name, text in row.items() if not is_known or not is_overlap(name)}
    found = list(results(said, where, origin, at, percent=in_percent, is_known=is_known))
    yield from found
    whole = next((each for each in found if isinstance(each, Evaluation) and not each.category), None)
    for category, numbers in by_class(row).items() if whole else ():
        percent = any(each.percent for each in whole.metrics) if whole else None
        yield from results(numbers, where, origin, at, percent=percent, category=category)


def _objects(data: bytes, begin: int) -> tuple[list[Object], int]:
    """The objects from there on and where they end, each with the metric by its name that it tells beside a number."""
    parts, end = objects(data, begin)
    return _named(parts), end


def _named(parts: Sequence[Object]) -> list[Object]:
    return [each._replace(row=with_named(each.row)) for each in parts]


def _epoch(name: str, row: Mapping[str, str]) -> Progress | None:
    """The epoch whose number is the name of a row with losses, as in the history of a training."""
    is_numbered = name.isascii() and name.isdecimal() and len(name) < _DIGITS
    return Progress(int(name)) if is_numbered and any("loss" in each for each in row) else None


def _of_best_threshold(parts: Sequence[Object]) -> list[Object]:
    """The objects; of those in a list that try several thresholds of scores at one epoch, the one of the best F1."""
    tried: dict[Progress, dict[str, Object]] = defaultdict(dict)
    for each in parts:
        threshold = next((text for name, text in each.row.items() if _THRESHOLD.fullmatch(last(name))), "")
        if each.in_list and threshold and "f1" in each.row:
            tried[progress_of(each.row)][threshold] = each
    swept = [list(each.values()) for at, each in tried.items() if at.is_told and len(each) > 1]
    best = [max(each, key=lambda part: number(part.row["f1"]) or 0) for each in swept]
    dropped = {part.begin for each in swept for part in each} - {part.begin for part in best}
    return [each for each in parts if each.begin not in dropped]


def _of_best_and_last(each: Object) -> Iterator[Object]:
    """The object as its best result, where it tells one, and the last of a run that it sums up."""
    best, last = of_best_and_last(each.row)
    if best:
        yield each._replace(row=best)
    end = next((text for name, text in last.items() if _END.fullmatch(name)), "")
    yield each._replace(row={"epoch": end, **last} if best and end else last)


def _is_of_training(name: str) -> bool:
    """Whether a column is one of the history of a training: its steps, or its loss."""
    return is_counter(name) or "loss" in (curve_of(name) or "")


def _is_code(data: bytes, begin: int) -> bool:
    """Whether the object that begins there is assigned to a name, given to a function or returned."""
    before = data[line_begin(data, begin, max(0, begin - _NEAR)) : begin]
    if not before.strip():
        before = data[max(0, begin - 200) : begin].rstrip().rpartition(b"\n")[2]
    said = before.rstrip()
    if said.endswith(b"="):
        return bool(_ASSIGNED.fullmatch(said))
    is_given = said.endswith(b"(") and not said.endswith(b"Dict(")
    return is_given or b">>> " in before or bool(_RETURNED.search(said, max(0, len(said) - len("return"))))


def _told_until(data: bytes, begin: int) -> int:
    """Where the line ends of an object of a result that was read, if nothing is left to say of it; else 0.

    It logs nothing of the training, or is a line of JSON without lists, which is for who reads such logs.
    """
    end = line_end(data, begin)
    is_of_log = data.startswith(b'{"', begin) and data.find(b"[", begin, end) < 0
    is_told = data.endswith((b"}", b"]", b")"), begin, end) and (is_of_log or not _LOGGED.search(data, begin, end))
    return end if is_told and not may_be_of_test(data[begin:end].decode(errors="replace")) else 0


def _signs(window: Window, start: int) -> Iterator[int]:
    """Where the signs begin."""
    data = window.data
    if data.find(b'"', start) < 0 and data.find(b"'", start) < 0:
        return
    for hint in window.hints(_HINT, start):
        at, near = hint.start(), max(start, hint.start() - _FAR)
        begin = at if hint["loss"] else max(data.rfind(b'"', near, at), data.rfind(b"'", near, at))
        if begin >= 0 and _SIGN.match(data, begin):
            yield begin


def _is_of_lines(data: bytes) -> bool:
    """Whether a JSON file holds an object a line, and is no document."""
    first, _, rest = data.strip().partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and bool(rest)


def _opening(data: bytes, at: int, floor: int) -> int:
    """Where the outermost object begins in which `data[at]` stands: the first brace of its line, or of one above."""
    lowest = line_begin(data, max(at - WIDE, 0), floor)
    brace = data.rfind(b"{", lowest, at + 1)
    last = max(data.rfind(b"Dict([", max(brace, lowest), at), brace)
    if last < 0 or data.count(b"\n", last, at) >= _LINES:
        return -1
    begin = line_begin(data, last, floor)
    named = data.find(b"Dict([", begin, at)
    opening = data.find(b"{", begin, at + 1)
    return min(place for place in (opening, named + 5 if named >= 0 else -1) if place >= 0)


def _whole(data: bytes, begin: int, floor: int, unclosed: set[int]) -> int:
    """Where the object begins that holds the one at `begin` by a key, as a person pastes it, over several lines.

    One of those `unclosed` is asked no more.
    """
    if not _KEYED.fullmatch(data, line_begin(data, begin), begin):
        return begin
    around: list[int] = []
    for brace in _BRACE.finditer(data, max(begin - _ABOVE, floor), begin):
        if brace[0] == b"{":
            around.append(brace.start())
        elif around:
            around.pop()
    outer = around[-1] if around and around[-1] not in unclosed else begin
    if objects(data[outer : outer + WIDE], 0)[1] > 0:
        return outer
    unclosed.add(outer)
    return begin
