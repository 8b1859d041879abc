"""FR215."""

from collections.abc import Iterator
from math import isfinite

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Curve, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_FEW = 3  # values, by which nothing is known yet


@rule(
    "FR215",
    "warning",
    fires=[
        [{"curve_loss": "2.1 1.4 1.2 1.1", "curve_val/loss": "2.0 1.5 nan nan", "bbox": f"{GOOD} i:80"}],
        [{"curve_box_loss": "2.1 1.4 1.2 1.1", "curve_val/cls_loss": "2.0 1.5 1.2 inf", "bbox": f"{GOOD} i:80"}],
    ],
    quiet=[
        [{"curve_loss": "2.1 1.4 1.2 1.1", "curve_val/loss": "2.0 nan 1.5 1.4", "bbox": f"{GOOD} i:80"}],
        [{"curve_loss": "2.1 1.4 1.2", "curve_val/loss": "nan nan nan", "bbox": f"{GOOD} i:60"}],
        [{"curve_loss": "2.1 1.4", "curve_val/loss": "2.0 inf", "bbox": f"{GOOD} i:40"}],
    ],
    after=("FR203", "FR212"),
    needs=(
        "no log holds a loss of the validation",
        lambda records: [(e, lost) for e in records.experiments if (lost := _lost(e))],
    ),
    shares=nothing,
)
def validation_loss_is_nan(found: list[tuple[Experiment, Curve]], settings: Settings) -> Iterator[Fault]:
    """The loss of the validation is NaN or infinite at the end, and was a number before.

    Why: ultralytics/ultralytics#21765: validation in half precision overflows while the training goes on, and the
    results of these epochs are 0 or too low; the best epoch is chosen among the others.

    Do: Validate the last weights again in full precision, and choose the best epoch anew.
    """
    for experiment, curve in found:
        text = f"{called(experiment)}: {curve.name} is NaN or infinite at the end, {curve.unit} {curve.end:g}."
        yield Fault(text, (experiment,), (curve.where,))


def _lost(experiment: Experiment) -> Curve | None:
    """The first loss of the validation that ends in no number, of those that had some."""
    return next(
        (curve for curve in experiment.curves if "loss" in curve.name and "val" in curve.name and _ends(curve)), None
    )


def _ends(curve: Curve) -> bool:
    is_lost = curve.last is None or not isfinite(curve.last)
    return is_lost and curve.count > _FEW and curve.low is not None
