"""The log of the TensorFlow Object Detection API, version 1 and 2.

TensorFlow prints most lines twice, through two loggers; what is said twice at one step counts once.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from fcosreport.grammar.class_lines import heading
from fcosreport.grammar.lines import line_begin
from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.reading.times import first_time
from fcosreport.records import Evaluation, Event, Issue, Metric, Origin, Samples, Setting, Where
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metrics import metric, with_issues

_NUMBER = rb"-?(?:\d{1,12}\.?\d*(?:e[-+]?\d{1,3})?|nan)"
_METRIC = re.compile(
    rb"(?P<group>DetectionBoxes|DetectionMasks|DetectionKeypoints|PascalBoxes|PascalMasks|PASCAL(?=/)"
    rb"|OpenImages(?:V2|DetectionChallenge|InstanceSegmentationChallenge))[_/](?:"
    rb"(?P<kind>Precision/mAP|Recall/AR)(?:@(?P<at>\d{0,5}\.?\d{1,5})(?:IOU)?)?(?: \((?P<area>small|medium|large)\))?"
    rb"|PerformanceByCategory/m?AP(?:@(?P<iou>\d{0,5}\.?\d{1,5})IOU)?/(?P<category>[^:='\r\n]{1,100}?))"
    rb"['\"]? ?[:=] ?(?P<value>" + _NUMBER + rb")(?![\w.])"
)
_STEP = re.compile(
    rb"(?:dict for global step|metrics at step|Restoring parameters from [^\r\n]{0,300}?ckpt-) ?(\d{1,12})"
)
_PROTOCOLS = {
    b"DetectionBoxes": ("bbox", "coco"),
    b"DetectionMasks": ("segm", "coco"),
    b"DetectionKeypoints": ("keypoints", "coco"),
    b"PascalBoxes": ("bbox", "voc"),
    b"PascalMasks": ("segm", "voc"),
    b"PASCAL": ("bbox", "voc"),
    b"OpenImagesV2": ("bbox", "openimages"),
    b"OpenImagesDetectionChallenge": ("bbox", "openimages"),
    b"OpenImagesInstanceSegmentationChallenge": ("segm", "openimages"),
}
"""The task and the family of each group of metrics."""
_Key = tuple[str, str, str | None, str]  # task, family, category, metric
_LOSS = re.compile(  # of versions 2 and 1
    rb"Step (?P<a>\d{1,12}) per-step time (?P<b>\d+(?:\.\d*)?)s loss=(?P<c>" + _NUMBER + rb")"
    rb"|lobal step (?P<d>\d{1,12}): loss = (?P<e>" + _NUMBER + rb") \((?P<f>\d+(?:\.\d*)?) sec/step\)"
    rb"|\bloss = (?P<g>" + _NUMBER + rb"), step = (?P<h>\d{1,12})(?!\d)"
    rb"|Step (?P<i>\d{1,12}) per-step time (?P<j>\d+(?:\.\d*)?)s[^{}]{0,400}\{(?P<k>[^{}]{0,4000})\}"
)
_PAIR = re.compile(rb"'([\w/]+)': (" + _NUMBER + rb")")
_SAID = re.compile(
    rb"Maybe overwriting train_steps: (?P<steps>\d{1,12}|None)|Performing evaluation on (?P<images>\d{1,9}) images"
    rb"|(?P<end>Loss for final step: )"
)
_NAMES = {"Loss/total_loss": "loss", "learning_rate": "lr"}
_HELD = 5000  # bytes of a dictionary of losses that a window may end within
_GAP = 40
"""Lines without a metric after which a result has ended."""


class _Result:
    """The metrics of one result. A second print of them is kept apart, since it may turn out to be another result."""

    def __init__(self, line: int, step: int | None, model: str = "") -> None:
        self.line = self.last = line
        self.step = step
        self.model = model  # that a title names
        self.metrics: dict[_Key, Metric] = {}
        self.again: dict[_Key, Metric] = {}
        self.again_line = 0
        self.also: list[int] = []

    def evaluations(self, path: str, origin: Origin) -> Iterator[Record]:
        for (task, family, category), group in groupby(sorted(self.metrics, key=_order), key=lambda key: key[:3]):
            metrics = tuple(self.metrics[key] for key in group)
            where, also = Where(path, self.line), tuple(Where(path, line) for line in self.also)
            also = () if category else also
            made = Evaluation(task, metrics, where, origin, None, self.step, category, weights=self.model)
            made = replace(made, also=also, family=family)
            yield from with_issues(made)


def _order(key: _Key) -> tuple[str, str, str]:
    return key[0], key[1], key[2] or ""


@dialect(
    "TensorFlow Object Detection API",
    b"DetectionBoxes_",
    b"PascalBoxes_",
    b"PascalMasks_",
    b"OpenImages",
    b"PASCAL/",
    b" per-step time ",
    b"INFO:tensorflow:",
    b"lobal step ",
)
class TfObjectDetection:
    """Collects metrics into results, and the losses of training."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.result: _Result | None = None
        self.step: int | None = None
        self.trained = -1  # the last step of training
        self.new = True  # whether a run may start
        self.held = 0  # bytes at the end of the last window that may begin a dictionary
        self.next_line = 0
        self.images = b""
        self.ended = False
        self.at = 0  # up to where losses were looked for

    def feed(self, window: Window) -> Iterator[Record]:
        data = window.data
        found: list[Record] = []
        self.at = max(0, window.start - (self.held if window.line == self.next_line else 0))
        marks = [mark for pattern in (_METRIC, _STEP, _SAID) for mark in pattern.finditer(data, window.start)]
        for match in sorted(marks, key=lambda match: match.start()):
            if match.re is _STEP:
                self.step = int(match[1])
            elif match.re is _METRIC:
                found += self._metric(match, window.line_at(match.start()))
            elif self.origin == "log":
                found += self._declared(match, window)
        if self.origin == "log":
            found += self._losses(window, len(data))
            waits = data.rfind(b" per-step time ", max(self.at, len(data) - _HELD))
            self.held = len(data) - max(waits - 20, self.at) if waits >= 0 else 0
            self.next_line = window.line_at(len(data))
        yield from sorted(found, key=lambda record: record.where.line)

    @property
    def is_open(self) -> bool:
        return self.held > 0

    def close(self) -> Iterator[Record]:
        if self.result:
            yield from self.result.evaluations(self.path, self.origin)

    def _metric(self, match: re.Match[bytes], line: int) -> Iterator[Record]:
        text = match["value"].decode()
        category = (match["category"] or b"").decode(errors="replace").strip() or None
        made = metric(_name(match), text, max_dets=_dets(match))
        if made is None:
            return
        key = (*_PROTOCOLS[match["group"]], category, made.name)
        result = self.result
        if match.end() == len(match.string) and (b"=" in match[0] or _is_short(text, result)):
            message = "A result is cut within a number, which is left out. Let the evaluation end, or look at the line."
            yield Issue(message, Where(self.path, line))
            return
        model = _model(match.string, match.start())
        if result is None or line - result.last > _GAP or result.step != self.step or (model and model != result.model):
            yield from self._end()
            result = self.result = _Result(line, self.step, model)
        if key in result.metrics:
            if key in result.again:
                result.again = {}
            if not result.again:
                result.again_line = line
                result.also += [line] if line != result.line and len(result.also) < 16 else []
            result.again[key] = made
            if text != result.metrics[key].text:
                result = self._parted(result)
                yield from self._end()
                self.result = result
        else:
            result.metrics[key] = made
        result.last = line

    def _parted(self, result: _Result) -> _Result:
        """The second print of a result as a result of its own, since it says something else."""
        other = _Result(result.again_line, result.step, result.model)
        other.metrics = result.again
        result.also = [line for line in result.also if line != other.line]
        return other

    def _end(self) -> Iterator[Record]:
        if self.result:
            yield from self.result.evaluations(self.path, self.origin)
        self.result = None

    def _declared(self, match: re.Match[bytes], window: Window) -> Iterator[Record]:
        data, at = window.data, match.start()
        begin = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
        yield from self._losses(window, begin)
        where = Where(self.path, window.line_at(at))
        text, time = match[0].decode(), first_time(data[max(begin, at - 300) : match.end()])
        if match["images"] and match["images"] != self.images:
            self.images = match["images"]
            yield Setting("val_images", int(match["images"]), match["images"].decode(), where)
        elif match["end"] and not self.ended:
            self.ended = True
            yield Event("finished", text, where, time)
        elif match["steps"] and self.new:
            yield from self._end()
            self.new = self.ended = False
            self.trained, self.step, self.images = -1, None, b""
            yield Event("started", text, where, time)
            yield Setting("framework", "TensorFlow Object Detection API", text, where)
            if match["steps"] != b"None":
                yield Setting("iterations", int(match["steps"]), match["steps"].decode(), where)

    def _losses(self, window: Window, stop: int) -> Iterator[Samples]:
        """The losses up to `data[stop]`."""
        rows = list[Row]()
        for match in _LOSS.finditer(window.data, self.at, stop):
            self.at = match.end()
            step, values = _row(match)
            if step != self.trained and values:
                rows.append((tuple(values), step, tuple(values.values()), match.start()))
            self.trained, self.new = step, True
        yield from samples(rows, lambda at: Where(self.path, window.line_at(at)))


def _model(data: bytes, at: int) -> str:
    """The model that a title right above the line of `data[at]` names."""
    title = heading(data, line_begin(data, at))
    return title.name if title and detectors(title.name.lower()) else ""


def _row(match: re.Match[bytes]) -> tuple[int, dict[str, float]]:
    """The step of a loss line, and what it says."""
    if match["a"]:
        return int(match["a"]), {"time": float(match["b"]), "loss": float(match["c"])}
    if match["d"]:
        return int(match["d"]), {"loss": float(match["e"]), "time": float(match["f"])}
    if match["h"]:
        return int(match["h"]), {"loss": float(match["g"])}
    values = {"time": float(match["j"])}
    for key, value in _PAIR.findall(match["k"]):
        name = key.decode()
        if "loss" in name.lower() or name in _NAMES:
            values[_NAMES.get(name, name.removeprefix("Loss/"))] = float(value)
    return int(match["i"]), values


def _is_short(text: str, result: _Result | None) -> bool:
    """Whether a number has fewer digits than those before it."""
    others = [len(metric.text.partition(".")[2]) for metric in result.metrics.values()] if result else []
    return len(text.partition(".")[2]) < max(others, default=0)


def _name(match: re.Match[bytes]) -> str:
    at, area = match["at"] or match["iou"] or b"", (match["area"] or b"").decode()[:1]
    if match["kind"] == b"Recall/AR":
        return f"AR{area}" if area and at in (b"100", b"") else f"AR{at.decode()}{area}"
    return f"AP{round(100 * float(at)) if at else ''}{area}"


def _dets(match: re.Match[bytes]) -> int | None:
    return int(match["at"]) if match["kind"] == b"Recall/AR" and (match["at"] or b"").isdigit() else None
