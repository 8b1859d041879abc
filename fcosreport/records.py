"""What fcosreport knows: plain frozen records, Structs of msgspec, which are made and copied ten times as fast as data
classes; `msgspec.structs.replace` gives a changed copy.

Metric values are fractions (0.387, never 38.7), whatever the text used; -1 means "no ground truth" as in
pycocotools; a printed nan is `None`. Every number, setting and finding says where it was read.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from math import inf
from typing import Literal, get_args

from msgspec import Struct

Severity = Literal["error", "warning", "info"]
WORST_FIRST: tuple[Severity, ...] = get_args(Severity)
Confidence = Literal["certain", "likely", "possible"]
State = Literal["finished", "stopped", "failed", "trained", "running", "planned", "abandoned", "noted", "suspect"]
Origin = Literal["note", "log"]
Unit = Literal["iteration", "epoch"]
Coverage = Literal["read", "nothing in it", "not understood", "not read"]
EventKind = Literal[
    "started",
    "resumed",
    "finished",
    "out of memory",
    "nan",
    "killed",
    "error",
    "missing keys",
    "unexpected keys",
    "no predictions",
]

COCO_METRICS = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")
"""The 12 numbers of a COCO summary block for boxes and masks, in its order."""


AVERAGED = frozenset({"ema", "swa", "averaged"})
"""The `weights` of an evaluation that are a mean over the steps of a training."""

_WIDEST = 12  # characters of a number that is shown as it was written: 0.0033333333333333335 is not


class Where(Struct, frozen=True, gc=False, order=True):
    """A line of a file: `path` as it is shown to the user, `line` from 1. CR, LF and CR LF each end a line."""

    path: str
    line: int


_ROUNDING = 1e-9  # what floats lose


class Metric(Struct, frozen=True, gc=False):
    """One printed number. `value` is a fraction, None for nan; `text` is what was printed and tells its precision."""

    name: str
    value: float | None
    text: str
    percent: bool = False
    max_dets: int | None = None

    @property
    def half_unit(self) -> float:
        """Half a unit of the last printed digit, as a fraction: 0.0005 for `0.387`, and for `38.7` in percent."""
        try:
            exponent = Decimal(self.text).as_tuple().exponent
        except InvalidOperation:
            return 0.0
        if not isinstance(exponent, int) or abs(exponent) > 300:  # nan, or no number that a float can hold
            return 0.0
        return 0.5 * 10.0**exponent / (100 if self.percent else 1)

    def agrees(self, other: "Metric") -> bool:
        """Whether both can be the same number, each rounded as it is printed."""
        if self.value is None or other.value is None:
            return self.value is other.value
        return abs(self.value - other.value) <= self.half_unit + other.half_unit + _ROUNDING


class Progress(Struct, frozen=True, gc=False):
    """How far a training was: `done` of `of` epochs or iterations; `of` is None where the schedule is not known."""

    unit: Unit
    done: int
    of: int | None

    def __str__(self) -> str:
        return f"{self.unit} {self.done:,}" + (f"/{self.of:,}" if self.of else "")

    @property
    def short(self) -> bool:
        """Whether more was planned; the last epoch or iteration may be counted from 0."""
        return self.of is not None and self.done < self.of - 1


class Evaluation(Struct, frozen=True, gc=False):
    """One evaluation of one model for one task, as one place printed it.

    `task` is bbox, segm, keypoints or another, or `unknown 1` where none can be assumed; `task_stated` says whether the
    text says so or bbox was assumed. `category` names the class of a per-class evaluation. `form` is the dialect that
    read it, `also` the other places that print the same evaluation.

    `data_set` and `split` (train, val, test, or a part as it is called) are what was evaluated on, `weights` what was
    evaluated (plain, ema, or the name of a checkpoint), each empty where the text does not say. `augmented`: with
    test-time augmentation. `of`: the epochs of the whole schedule, or its iterations where no epoch is told. `family`:
    whose AP it is (coco, voc, lvis, ...); empty where nothing tells.
    """

    task: str
    metrics: tuple[Metric, ...]
    where: Where
    origin: Origin = "log"
    epoch: int | None = None
    iteration: int | None = None
    category: str | None = None
    task_stated: bool = True
    form: str = ""
    also: tuple[Where, ...] = ()
    data_set: str = ""
    split: str = ""
    weights: str = ""
    augmented: bool = False
    of: int | None = None
    family: str = "coco"

    @property
    def progress(self) -> Progress | None:
        """The epoch, or the iteration where no epoch is told, of how many; None where neither is."""
        if self.epoch is not None:
            return Progress("epoch", self.epoch, self.of)
        return None if self.iteration is None else Progress("iteration", self.iteration, self.of)

    @property
    def step(self) -> int | None:
        """The epoch, or the iteration where no epoch is told."""
        return self.iteration if self.epoch is None else self.epoch

    def __getitem__(self, name: str) -> float | None:
        """The value of a metric as a fraction; None where it was not printed or is nan."""
        metric = self.metric(name)
        return metric.value if metric else None

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, with its printed text."""
        for metric in self.metrics:  # a loop, as this is asked millions of times
            if metric.name == name:
                return metric
        return None


_SINGLE = 6e-8  # what a fraction loses that was kept in single precision


def differing(printed: Evaluation, made: Iterable[Metric]) -> tuple[tuple[Metric, Metric], ...]:
    """The numbers of an evaluation that are not those made again, each with the other, at the printed precision."""
    pairs = ((printed.metric(each.name), each) for each in made)
    return tuple((one, other) for one, other in pairs if one and not _is_same(one, other))


def _is_same(printed: Metric, made: Metric) -> bool:
    if printed.value is None or made.value is None:
        return printed.value is made.value
    return abs(printed.value - made.value) <= printed.half_unit + _SINGLE


_WANTED: tuple[Callable[[Evaluation], bool], ...] = (
    lambda e: e.origin == "log",
    lambda e: not e.augmented,
    lambda e: e.weights not in AVERAGED,
    lambda e: e.split in ("", "val"),
    lambda e: e.split != "train",
    lambda e: e.family == "coco",
)
"""What an evaluation should be to stand for its experiment, the weightiest first."""


class Setting(Struct, frozen=True, gc=False):
    """A setting as it was declared. `inferred` marks one that follows from other text, which `where` points at."""

    name: str
    value: str | int | float | bool
    text: str
    where: Where
    inferred: bool = False

    @property
    def shown(self) -> str:
        """The value as it was written where that is a number (`1e-4`), else as it was understood."""
        text = self.text.strip()
        try:
            as_written = float(text) == self.value
        except ValueError:
            as_written = False
        if as_written and len(text) <= _WIDEST:
            return text
        return f"{self.value:.6g}" if isinstance(self.value, float) else str(self.value)


class Event(Struct, frozen=True, gc=False):
    """Something that happened to a run, in the words of its log. `time` is ISO 8601 as far as the log tells it."""

    kind: EventKind
    text: str
    where: Where
    time: str = ""
    epoch: int | None = None
    iteration: int | None = None


FAILURES = frozenset({"out of memory", "nan", "killed", "error"})
"""The kinds of events that end a run, if nothing comes after them."""


def failure(events: Sequence[Event], evaluations: Iterable[Evaluation]) -> Event | None:
    """What ended a run: the first failure after which its logs tell of no evaluation and no end of the training.

    What fails behind that end, as a tracker that cannot upload, is not the training. A failure in a file without
    evaluations, beside another that has some, was that of another attempt.
    """
    last: dict[str, float] = {}
    for place in (place for e in evaluations if e.origin == "log" for place in (e.where, *e.also)):
        last[place.path] = max(place.line, last.get(place.path, 0))
    found, ended = None, False
    for event in events:
        path = event.where.path
        if event.kind == "finished":
            found, ended = None, True
        elif event.kind == "resumed":
            ended = False
            found = None if found and path != found.where.path and path in last else found
        elif event.kind in FAILURES and not ended and event.where.line > last.get(path, inf if last else 0):
            found = found or event
    return found


class Samples(Struct, frozen=True):
    """Values logged in training, one row a logged iteration (or epoch): `steps`, and for each name a column beside it.

    Names are `lr`, `loss` (the total), `memory` (MiB), `time` and `data_time` (seconds an iteration), `grad_norm`, and
    the parts of the loss as they are printed. A nan is one that the log prints: rows that lack a column are another
    Samples. `where` is the line of the first row.
    """

    names: tuple[str, ...]
    steps: Sequence[float]
    columns: tuple[Sequence[float], ...]
    where: Where
    unit: Unit = "iteration"


class Curve(Struct, frozen=True, gc=False):
    """One logged value against the iteration or epoch, as a whole and in at most 500 points.

    `count` values were logged, from `first` to `last` between `low` and `high` (finite ones). `beginning` gives the
    first values as they were logged; `steps` and `values` give the points, which may be left in the store. They are
    kept packed, as float64: `head` the first values, `points` pairs of step and value.
    """

    name: str
    unit: Unit
    count: int
    begin: float
    end: float
    first: float | None
    last: float | None
    low: float | None
    high: float | None
    where: Where
    head: bytes = b""
    points: bytes = b""

    @property
    def beginning(self) -> "array[float]":
        return array("d", self.head)

    @property
    def steps(self) -> "array[float]":
        return array("d", self.points)[::2]

    @property
    def values(self) -> "array[float]":
        return array("d", self.points)[1::2]


class Citation(Struct, frozen=True, gc=False):
    """A log or folder that a note names as the source of its numbers. `found`: the run folder it was joined with.

    `unread` says why what is there was not read; empty where it was, or where nothing is there.
    """

    text: str
    where: Where
    found: str | None = None
    unread: str = ""


_EVIDENT = ("failed", "running", "abandoned", "trained", "stopped")


class Issue(Struct, frozen=True, gc=False):
    """Something in a file that was recognised and could not be read. Shown and counted, never dropped.

    `fault` is the traceback, where not the file is wrong but fcosreport or a plugin; else empty.
    """

    message: str
    where: Where
    fault: str = ""


class Experiment(Struct, frozen=True, kw_only=True):
    """One experiment: a run folder, a section of a note, or both joined.

    `title` is the heading above it in a note, `mentions` are words of the note that may be the name of its folder.
    Evaluations of origin `note` are claims, those of origin `log` are the evidence. `group` is the same for experiments
    that stand under one heading: a declared series. `ticked`: a person wrote that it is done.
    """

    id: str
    name: str
    state: State
    where: Where
    title: str = ""
    group: str = ""
    reason: str = ""
    settings: tuple[Setting, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    events: tuple[Event, ...] = ()
    curves: tuple[Curve, ...] = ()
    began: str = ""
    ended: str = ""
    citation: Citation | None = None
    mentions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ticked: bool = False

    def setting(self, name: str) -> Setting | None:
        """The setting of that name; what a note or log declares last holds."""
        for setting in reversed(self.settings):
            if setting.name == name:
                return setting
        return None

    def value(self, name: str) -> str | int | float | bool | None:
        """The value of the setting of that name, or None."""
        found = self.setting(name)
        return found.value if found else None

    def standing(self, task: str = "bbox") -> list[Evaluation]:
        """The evaluations over all classes that are of one kind, which stands for the experiment, in their order.

        Each of these counts more than the next, where there is a choice: the log before the note, no augmentation,
        plain weights before averaged ones, the validation set before a test set, COCO's AP before another, and of
        several data sets the one that is configured first, else the one met first.
        """
        found = [e for e in self.evaluations if e.task == task and e.category is None]
        kinds = {(e.origin, e.augmented, e.weights in AVERAGED, e.split, e.family) for e in found}
        for is_wanted in _WANTED if len(kinds) > 1 else ():  # else there is no choice, as nearly always
            found = [e for e in found if is_wanted(e)] or found
        sets = list(dict.fromkeys(e.data_set for e in found))
        if len(sets) < 2:
            return found
        configured = str(self.value("val_data") or "")
        first = min((name for name in sets if name and name in configured), key=configured.find, default=sets[0])
        return [e for e in found if e.data_set == first]

    def result(self, task: str = "bbox") -> Evaluation | None:
        """The evaluation that stands for the experiment: the last of the kind that does."""
        standing = self.standing(task)
        return standing[-1] if standing else None

    def best(self, task: str = "bbox") -> Evaluation | None:
        """The evaluation of the highest AP among those of the kind of the result; the first of several."""
        standing = self.standing(task)
        rated = [e for e in standing if (ap := e["AP"]) is not None and ap >= 0]
        return max(rated or standing[-1:], key=lambda e: e["AP"] or 0, default=None)

    @property
    def is_evident(self) -> bool:
        """Whether anything tells that it was run, or where; settings, a plan or a tick alone do not."""
        return bool(self.evaluations or self.citation or self.curves) or self.state in _EVIDENT

    @property
    def failure(self) -> Event | None:
        """What ended the run, if it failed."""
        return failure(self.events, self.evaluations)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that have a result, in the order they were met."""
        return tuple(dict.fromkeys(e.task for e in self.evaluations if e.category is None))


class Step(Struct, frozen=True, gc=False):
    """Something that a note says is still to be done. `task`: the task whose result would fulfil it, or None.

    `since` is the ISO date of the entry that says so; empty where none is told.
    """

    text: str
    where: Where
    task: str | None = None
    done: bool = False
    since: str = ""


class Claim(Struct, frozen=True, gc=False):
    """A claim in a note's words that one experiment is better than another, or than all others if `other` is empty.

    `subject` and `other` are the words for them: a name, or the value of a setting. `gain` is by how much, in the
    unit of `text`, below 0 for a loss; None where it does not say. A gain over no other is what an option brings, or
    an experiment over one that is not named. `metric` is empty where it may be any. `value` is the metric that the
    subject is said to have, as it is written.
    """

    text: str
    where: Where
    subject: str
    other: str = ""
    gain: float | None = None
    metric: str = "AP"
    task: str = "bbox"
    value: str = ""


class Link(Struct, frozen=True, gc=False):
    """A link in a table: the header of its column, its text and its target."""

    header: str
    text: str
    target: str


class Reference(Struct, frozen=True, gc=False):
    """A link of a note to a configuration, log or weights of its own tree. `is_dead`: its checkout has no such file."""

    target: str
    where: Where
    is_dead: bool = False


class DataSet(Struct, frozen=True, gc=False):
    """What the file of a data set says: where the images of the training lie, and those of the validation."""

    train: str
    val: str
    where: Where


class TableRow(Struct, frozen=True, kw_only=True):
    """One row of a table of results: a claim about one model.

    `table` is the same for the rows of one table, `title` the heading above it and `section` that heading's line (0 for
    none). `results` hold the metrics of each task as fractions, `settings` what label and columns declare, `measures`
    speed, memory and size as (header, text), and `others` the cells that are none of these. `is_index` marks an entry
    of a metafile.yml, `is_own` a row that tells of a run of the note's author.
    """

    label: str
    where: Where
    table: str
    title: str = ""
    section: int = 0
    settings: tuple[Setting, ...] = ()
    results: tuple[Evaluation, ...] = ()
    measures: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    headers: tuple[str, ...] = ()
    is_index: bool = False
    is_own: bool = False


class Source(Struct, frozen=True, gc=False):
    """A file that was looked at: its size in bytes, its fingerprint, its lines, how many results and settings it has.

    `state` is what became of it. It is not understood where it holds what looks like a result and no reader took any.
    The fingerprint is the xxh3-128, in hex, of the size and of the first and last 64 KB.
    """

    path: str
    kind: Literal["log", "note", "binary", "unreadable"]
    size: int = 0
    fingerprint: str = ""
    lines: int = 0
    evaluations: int = 0
    settings: int = 0
    state: Coverage = "nothing in it"
    reason: str = ""


class Segment(Struct, frozen=True, kw_only=True):
    """A stretch of a log, from `line` on, in which one training or one evaluation ran, as its lines tell the times."""

    line: int = 1
    evaluations: tuple[Evaluation, ...] = ()
    settings: tuple[Setting, ...] = ()
    events: tuple[Event, ...] = ()
    curves: tuple[Curve, ...] = ()
    began: str = ""
    ended: str = ""


class Ignore(Struct, frozen=True, gc=False):
    """A finding that somebody has looked at and lets stand, with the reason.

    `code` is a rule's code or name, `pattern` matches names and ids of experiments as in file names (`*` matches any),
    `until` is the last day (ISO) on which it holds; empty for ever. `first` and `last` are the lines of the note's
    section that it holds for; 0 for everywhere.
    """

    code: str
    reason: str
    where: Where
    pattern: str = "*"
    until: str = ""
    first: int = 0
    last: int = 0


class Mark(Struct, frozen=True):
    """Where reading a log can go on when it has grown: behind `offset` bytes, which are `lines` whole lines.

    `before` is the xxh3-128 of the bytes before `offset`, by which a file that was written anew is told from one that
    has grown. `state` is what the dialects have in mind there, as `reading.pause` packs it.
    """

    offset: int
    lines: int
    before: str
    state: bytes


class Fragment(Struct, frozen=True, kw_only=True):
    """What one file says: the experiments and steps of a note, or the segments of a log.

    A large log that may go on has a `mark`.
    """

    source: Source
    experiments: tuple[Experiment, ...] = ()
    steps: tuple[Step, ...] = ()
    segments: tuple[Segment, ...] = ()
    issues: tuple[Issue, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    tables: tuple[TableRow, ...] = ()
    claims: tuple[Claim, ...] = ()
    data_sets: tuple[DataSet, ...] = ()
    references: tuple[Reference, ...] = ()
    mark: Mark | None = None


class Outline(Struct, frozen=True, kw_only=True):
    """What a Fragment says beside its experiments and segments, which are most of it."""

    source: Source
    steps: tuple[Step, ...] = ()
    issues: tuple[Issue, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    tables: tuple[TableRow, ...] = ()
    claims: tuple[Claim, ...] = ()
    data_sets: tuple[DataSet, ...] = ()


class Content(Struct, frozen=True):
    """A file by what it holds: its SHA-256 in hex."""

    path: str
    sha256: str


IN_REVERSE = "with equal scores in the reverse order"
"""A change that alters nothing, unless ties decide."""


class Trial(Struct, frozen=True):
    """What an evaluation gives where one thing is changed, such as `with boxes read as corners`."""

    change: str
    metrics: tuple[Metric, ...]

    @property
    def ap(self) -> float:
        """Its AP as a fraction; 0 where it has none."""
        return next((each.value for each in self.metrics if each.name == "AP" and each.value is not None), 0.0)


class Losses(Struct, frozen=True):
    """Where AP is lost at an IoU of 0.5.

    `numbers`, in points: what each kind of error costs, the calibration error, the precision at some recalls.
    `precisions` are pairs of recall and precision, `calibration` of the mean score of detections of like scores and
    the share of them that is right.
    """

    numbers: tuple[tuple[str, float], ...]
    precisions: tuple[tuple[float, float], ...]
    calibration: tuple[tuple[float, float], ...]


class Remade(Struct, frozen=True, kw_only=True):
    """A result of an experiment made again from its predictions; with a `reason` it could not be, and has no metrics.

    `printed` is the evaluation that it is held against, `images` are those evaluated on, which are all that are
    annotated where it `is_whole`; `empty` of them hold an object and no prediction. `unknown` counts predictions of
    categories that the ground truth does not have. `declared` is the SHA-256 of the annotations by the run's own words;
    empty where it says none. `trials` are made where the numbers differ, or nothing was found. `is_drawable`:
    images can be drawn again, as it is of boxes or masks by COCO's own protocol on all images and is no giant; such a
    one has `losses` where these are asked for.
    """

    experiment: str
    task: str
    predictions: Content
    truth: Content
    printed: Evaluation
    protocol: str = ""
    metrics: tuple[Metric, ...] = ()
    images: int = 0
    is_whole: bool = True
    empty: int = 0
    detections: int = 0
    unknown: int = 0
    declared: str = ""
    trials: tuple[Trial, ...] = ()
    is_drawable: bool = False
    losses: Losses | None = None
    reason: str = ""

    @property
    def differing(self) -> tuple[tuple[Metric, Metric], ...]:
        """The metrics that were printed otherwise: as printed, and as made again."""
        return differing(self.printed, self.metrics)

    @property
    def ap(self) -> float:
        """The AP as a fraction; 0 where there is none."""
        return Trial("", self.metrics).ap

    @property
    def agrees(self) -> bool:
        """Whether every number that could be made again is the printed one."""
        return bool(self.metrics) and not self.differing


class Records(Struct, frozen=True):
    """Everything that was read, and the input of every rule. `whole`: whether this is all that the store holds.

    `noted` are sections of notes with settings and no word of what came of them, which are no experiments.
    `references` are those that could be looked for, in a git checkout. `remade` are results made again, where that was
    asked for.
    """

    experiments: tuple[Experiment, ...] = ()
    noted: tuple[Experiment, ...] = ()
    steps: tuple[Step, ...] = ()
    issues: tuple[Issue, ...] = ()
    sources: tuple[Source, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    tables: tuple[TableRow, ...] = ()
    claims: tuple[Claim, ...] = ()
    data_sets: tuple[DataSet, ...] = ()
    references: tuple[Reference, ...] = ()
    remade: tuple[Remade, ...] = ()
    whole: bool = True


class Finding(Struct, frozen=True):
    """Something in the experiments that is odd or cannot be true. `experiments` holds ids, `where` the evidence.

    `ignored` is the reason why it does not count; empty if it does.
    """

    code: str
    name: str
    severity: Severity
    message: str
    experiments: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    explanations: tuple[str, ...] = ()
    advice: str = ""
    confidence: Confidence = "certain"
    ignored: str = ""
