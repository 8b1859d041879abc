"""The numbers of one evaluation: which can be compared, with which tolerance, and what they are as a vector."""

from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.records import Evaluation, Metric

AREAS = ("vt", "t", "s", "m", "l")
"""The area suffixes of AP and AR: very tiny, tiny, small, medium, large."""

_WIDEST = 10  # characters of a number that is told as it was printed
_ROUNDING = 1e-9  # of binary fractions, far below any printed digit


def score(evaluation: Evaluation, name: str) -> Metric | None:
    """The metric of that name if it holds a score; None where it is missing, nan, or -1 for no ground truth."""
    metric = evaluation.metric(name)
    return metric if metric and metric.value is not None and metric.value >= 0 else None


def scores(evaluation: Evaluation) -> tuple[Metric, ...]:
    """All AP and AR that hold a score."""
    return tuple(m for m in evaluation.metrics if m.name[:2] in ("AP", "AR") and m.value is not None and m.value >= 0)


def same_max_dets(one: Metric, other: Metric) -> bool:
    """Whether both count the same number of detections an image; an unknown number is taken to be the same."""
    return one.max_dets is None or other.max_dets is None or one.max_dets == other.max_dets


def exceeds(high: float, low: float, *metrics: Metric, units: int) -> bool:
    """Whether `high` is above `low` by more than `units` half units of the coarsest of the printed metrics."""
    return high > low + _ROUNDING and high > low + units * max(m.half_unit for m in metrics) + _ROUNDING


def agree(one: Metric, other: Metric) -> bool:
    """Whether two printed numbers can be the same number, each rounded as it is printed."""
    return one.agrees(other)


def unmarked_percent(evaluation: Evaluation) -> bool:
    """Whether most numbers are in 1 to 100 and nothing marks them as percent."""
    if all(m.value is None or m.value <= 1 for m in evaluation.metrics):
        return False
    values = [m.value for m in scores(evaluation) if m.value and not m.percent]
    above = [value for value in values if value > 1 + _ROUNDING]
    return len(above) * 2 > len(values) and max(above, default=101) <= 100 + _ROUNDING


def as_fractions(evaluation: Evaluation) -> Evaluation:
    """The evaluation, with percent that nothing marks taken for what they are."""
    if not unmarked_percent(evaluation):
        return evaluation
    metrics = (
        replace(m, value=m.value / 100, percent=True) if m.value is not None and m.value >= 0 else m
        for m in evaluation.metrics
    )
    return replace(evaluation, metrics=tuple(metrics))


class Vector(Struct, frozen=True):
    """The numbers of an evaluation in thousandths, for comparing whole evaluations. Names are sorted; -1 stays."""

    names: tuple[str, ...]
    values: tuple[int, ...]

    @property
    def degenerate(self) -> bool:
        """Almost 0, all 1 or no ground truth: equal in unrelated runs, and other rules' business."""
        return max(self.values, default=0) < 10 or not set(self.values) - {0, -1000, 1000}

    @property
    def compared(self) -> int:
        """How many numbers hold a score: -1 is equal in every run on that data set."""
        return sum(value >= 0 for value in self.values)

    @property
    def distinct(self) -> int:
        return len({value for value in self.values if value >= 0})

    @property
    def telling(self) -> bool:
        """Whether there are enough distinct values: with tiny ground truth, different models do coincide."""
        return self.distinct * 3 >= min(24, self.compared * 2)


def counts(name: str) -> bool:
    """Whether a metric is one by which whole evaluations are compared: AP, AR, and precision and recall."""
    return name[:2] in ("AP", "AR") or name in ("P", "R")


def vector(evaluation: Evaluation) -> Vector:
    """The vector of an evaluation; a nan is left out."""
    if any(m.value > 1 for m in evaluation.metrics if m.value):
        evaluation = as_fractions(evaluation)
    metrics = [m for m in evaluation.metrics if m.value is not None and counts(m.name)]
    metrics.sort(key=_NAME)
    return Vector(
        tuple([m.name for m in metrics]),
        tuple([round(min(m.value, _TOP) * 1000) if m.value >= 0 else -1000 for m in metrics if m.value is not None]),
    )


_NAME = attrgetter("name")
_TOP = 1e6  # far beyond any score, so that a misread number can still be compared


def decimals(evaluation: Evaluation) -> int:
    """The decimals to which the evaluation is printed, as a fraction: 3 for 0.387 and for 38.7 percent."""
    places = [len(m.text.partition(".")[2]) + 2 * m.percent for m in scores(as_fractions(evaluation))]
    return max(places, default=0)


def is_written_out(metric: Metric) -> bool:
    """Whether a program wrote the number with all its digits, as nobody types it."""
    return metric.value is not None and len(metric.text) > _WIDEST


def figure(metric: Metric) -> str:
    """The number as it was printed, `0.573` or `38.7 %`; in four digits where it was written out in full."""
    is_long = is_written_out(metric)
    text = f"{metric.value * (100 if metric.percent else 1):.4g}" if is_long and metric.value else metric.text
    return f"{text}{' %' if metric.percent else ''}"


def printed(metric: Metric) -> str:
    """A metric as it was printed: `AP50 0.573`, `AP 38.7 %`."""
    return f"{metric.name} {figure(metric)}"


def shown(metrics: Iterable[Metric], most: int = 3) -> str:
    """The first few metrics as they were printed."""
    texts = [printed(metric) for metric in metrics]
    return ", ".join(texts[:most]) + (", ..." if len(texts) > most else "")
