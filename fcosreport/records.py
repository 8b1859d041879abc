"""What fcosreport knows: plain frozen records, standard library only.

Metric values are fractions (0.387, never 38.7), whatever the text used; -1 means "no ground truth" as in
pycocotools; a printed nan is `None`. Every number, setting and finding says where it was read.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

Severity = Literal["error", "warning", "info"]
State = Literal["finished", "suspect", "failed", "running", "planned"]
Origin = Literal["note", "log"]

COCO_METRICS = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")
"""The 12 numbers of a COCO summary block for boxes and masks, in its order."""


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A line of a file: `path` as it is shown to the user, `line` from 1. CR, LF and CR LF each end a line."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Metric:
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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation of one model for one task, as one place printed it.

    `task` is bbox, segm or keypoints; `task_stated` says whether the text says so or bbox was assumed. `category` names
    the class of a per-class evaluation. `also` holds the other places that print the same evaluation.
    """

    task: str
    metrics: tuple[Metric, ...]
    where: Where
    origin: Origin = "log"
    epoch: int | None = None
    iteration: int | None = None
    category: str | None = None
    task_stated: bool = True
    also: tuple[Where, ...] = ()

    def __getitem__(self, name: str) -> float | None:
        """The value of a metric as a fraction; None where it was not printed or is nan."""
        metric = self.metric(name)
        return metric.value if metric else None

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, with its printed text."""
        return next((m for m in self.metrics if m.name == name), None)


@dataclass(frozen=True, slots=True)
class Setting:
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
        return text if as_written else f"{self.value:.6g}" if isinstance(self.value, float) else str(self.value)


@dataclass(frozen=True, slots=True)
class Citation:
    """A log or folder that a note names as the source of its numbers. `found`: the run folder it was joined with."""

    text: str
    where: Where
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something in a file that was recognised and could not be read. Shown and counted, never dropped."""

    message: str
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One experiment: a run folder, a section of a note, or both joined.

    `title` is the heading above it in a note. Evaluations of origin `note` are claims, those of origin `log` are the
    evidence. `group` is the same for experiments that stand under one heading: a declared series.
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
    citation: Citation | None = None
    files: tuple[str, ...] = ()

    def setting(self, name: str) -> Setting | None:
        """The setting of that name; what a note or log declares last holds."""
        return next((s for s in reversed(self.settings) if s.name == name), None)

    def value(self, name: str) -> str | int | float | bool | None:
        """The value of the setting of that name, or None."""
        found = self.setting(name)
        return found.value if found else None

    def result(self, task: str = "bbox") -> Evaluation | None:
        """The evaluation that stands for the experiment: the last over all classes, from the log if there is one."""
        overall = [e for e in self.evaluations if e.task == task and e.category is None]
        return next((e for e in reversed(overall) if e.origin == "log"), overall[-1] if overall else None)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that have a result, in the order they were met."""
        return tuple(dict.fromkeys(e.task for e in self.evaluations if e.category is None))


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a note says is still to be done. `task`: the task whose result would fulfil it, or None."""

    text: str
    where: Where
    task: str | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was looked at: its size in bytes, the xxh3-128 of its content in hex, its lines and evaluations."""

    path: str
    kind: Literal["log", "note", "binary", "unreadable"]
    size: int = 0
    digest: str = ""
    lines: int = 0
    evaluations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """What one file says: the experiments and steps of a note, or the evaluations and settings of a log."""

    source: Source
    experiments: tuple[Experiment, ...] = ()
    steps: tuple[Step, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    settings: tuple[Setting, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that was read, and the input of every rule."""

    experiments: tuple[Experiment, ...] = ()
    steps: tuple[Step, ...] = ()
    issues: tuple[Issue, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the experiments that is odd or cannot be true. `experiments` holds ids, `where` the evidence."""

    code: str
    name: str
    severity: Severity
    message: str
    experiments: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    explanations: tuple[str, ...] = ()
    advice: str = ""
