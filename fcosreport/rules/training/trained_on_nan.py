"""FR212."""

from collections.abc import Iterator
from itertools import takewhile
from math import isfinite

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Curve, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_ENOUGH = 3  # values after the first, so that the program did not stop for it
_HUGE = 1e9  # which no loss of a model is that learns, summed over all pixels of a batch as it may be


@rule(
    "FR212",
    "error",
    fires=[
        [{"curve_loss": "2.1 1.4 nan nan nan nan", "state": "failed"}],
        [{"curve_loss": "2.1 1.4 inf inf inf", "state": "trained", "epochs": 12}],
        [{"curve_loss": "2.1 5.05e26 4.93e26", "state": "stopped"}],
    ],
    quiet=[
        [{"curve_loss": "2.1 1.4 1.2", "state": "trained"}],
        [{"curve_loss": "2.1 1.4 nan", "state": "failed", "events": ["#70 nan: loss is nan, stopping training"]}],
        [{"curve_loss": "2.1 nan nan nan 1.4 1.2", "state": "trained"}],
        [{"curve_loss": "8600000 4100000 2300000", "state": "trained"}],
        [{"curve_loss": "2.1 1.4 nan nan nan nan", "bbox": f"{GOOD} i:40"}],
    ],
    after=("FR117", "FR203"),
    needs=(
        "no log holds a loss and no result",
        lambda records: [(e, c) for e in records.experiments if not e.evaluations and (c := _loss(e))],
    ),
    shares=nothing,
)
def trained_on_nan(trained: list[tuple[Experiment, Curve]], settings: Settings) -> Iterator[Fault]:
    """The loss became NaN or infinite, and the training went on with it to the end, without a result.

    A program that stops at once has told it. A loss above a thousand million is as lost. Where an evaluation comes
    before or after, see evaluation-after-nan.

    Why: tianzhi0549/FCOS#6: a NaN in the loss makes all weights NaN, and each step after it is lost time.

    Do: Train again with a smaller learning rate, a longer warm-up or clipped gradients, and stop at the first NaN.
    """
    for experiment, curve in trained:
        if _is_lost(experiment, curve):
            value = "NaN or infinite" if _is_no_number(curve.last) else f"{curve.last:.3g}"
            text = f"{called(experiment)}: the loss is {value} at the end, {curve.unit} {curve.end:g}."
            yield Fault(text, (experiment,), (curve.where,))


def _is_lost(experiment: Experiment, curve: Curve) -> bool:
    """Whether the loss ends in several that are no number; of a long curve, in one that the program did not tell of."""
    if not _is_no_number(curve.last):
        return (curve.last or 0.0) > _HUGE
    head = curve.beginning
    if curve.count > len(head):
        return not any(event.kind == "nan" for event in experiment.events)
    return len(list(takewhile(lambda value: not isfinite(value), reversed(head)))) >= _ENOUGH


def _is_no_number(value: float | None) -> bool:
    return value is None or not isfinite(value)


def _loss(experiment: Experiment) -> Curve | None:
    return next((c for c in experiment.curves if c.name == "loss" and c.count), None)
