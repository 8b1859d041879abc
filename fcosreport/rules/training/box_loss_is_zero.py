"""FR214."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.evidence.data_sets import data_set
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Curve, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_BOXES = re.compile(r"(?:loss_)?b?box(?:_reg)?(?:_loss)?", re.IGNORECASE)
_ENOUGH = 10  # values of single iterations, of which some hold no box


@rule(
    "FR214",
    "error",
    fires=[
        [
            {
                "curve_box_loss": "0 0 0 0 0 0 0 0 0 0",
                "curve_cls_loss": "119 98 90 88 80 78 70 69 66 65",
                "state": "stopped",
            }
        ],
        [{"curve_val/loss_bbox": "0 " * 12, "curve_val/loss_cls": "9 " * 12, "bbox": "0.000 0.000 0.000 i:240"}],
    ],
    quiet=[
        [{"curve_box_loss": "0 0 0 0.4 0.3 0 0 0 0 0 0", "curve_cls_loss": "119 98 90 88 80 78 70 69 66 65 60"}],
        [{"curve_box_loss": "1.2 " * 12, "curve_cls_loss": "0 " * 12, "bbox": GOOD}],
        [{"curve_val/box_loss": "0 " * 12, "curve_val/cls_loss": "0 " * 12, "bbox": "0.000 0.010 0.000"}],
        [{"curve_val/box_loss": "0 " * 12, "curve_val/cls_loss": "9 " * 12, "bbox": GOOD}],
        [{"curve_loss_bbox": "0 0 0", "curve_loss_cls": "0.7 0.6 0.6"}],
    ],
    needs=(
        "no log holds the losses of boxes and of classes",
        lambda records: [(each, found) for each in records.experiments if (found := _without_boxes(each))],
    ),
    shares=nothing,
)
def box_loss_is_zero(found: list[tuple[Experiment, list[Curve]]], settings: Settings) -> Iterator[Fault]:
    """The loss of the boxes is 0 all the time, and that of the classes is not.

    So no annotated box took part in the training, or in the validation of a model that finds nothing. Runs that name
    the same data set are told together.

    Why: ultralytics/ultralytics#22228: `box_loss` and `dfl_loss` are 0 in each epoch, `cls_loss` is not, and no epoch
    has a result; a program trains on images without labels as on background, and says so once at most.

    Do: See whether the program finds the label files, and whether their classes and boxes are in range.
    """
    alike: dict[tuple[object, ...], list[tuple[Experiment, list[Curve]]]] = defaultdict(list)
    for experiment, curves in found:
        is_of_training = not all(curve.name.startswith("val") for curve in curves)
        alike[is_of_training, *data_set(experiment)].append((experiment, curves))
    for same in alike.values():
        runs = tuple(experiment for experiment, _ in same)
        curves = [curve for _, curves in same for curve in curves]
        named = listed(list(dict.fromkeys(curve.name for curve in curves)))
        told = f"{listed([called(run) for run in runs])} {'log' if len(runs) > 1 else 'logs'} 0 as {named} to the end"
        where = tuple(dict.fromkeys(curve.where for curve in curves))
        yield Fault(f"{told}, and more for classes, as without labels.", runs, where)


def _without_boxes(experiment: Experiment) -> list[Curve]:
    """The losses of boxes that are always 0, of a run that has no result above 0."""
    if any((e["AP"] or e["AP50"] or 0.0) > 0 for e in experiment.evaluations):
        return []
    parts: dict[str, list[Curve]] = {}
    for curve in experiment.curves:
        parts.setdefault(curve.name.rpartition("/")[0], []).append(curve)
    return [curve for curves in parts.values() if _is_trained(curves) for curve in curves if _is_without_boxes(curve)]


def _is_trained(curves: Sequence[Curve]) -> bool:
    """Whether the loss of the classes is above 0."""
    return any("cls" in curve.name.lower() and "loss" in curve.name and (curve.high or 0) > 0 for curve in curves)


def _is_without_boxes(curve: Curve) -> bool:
    is_of_boxes = "loss" in curve.name and _BOXES.fullmatch(curve.name.rpartition("/")[2])
    is_first = curve.count == 1 and curve.name.startswith("val")  # a model that has hardly learnt may find nothing
    is_whole = (curve.unit == "epoch" and not is_first) or curve.count >= _ENOUGH
    return bool(is_of_boxes) and is_whole and curve.low == curve.high == curve.first == curve.last == 0
