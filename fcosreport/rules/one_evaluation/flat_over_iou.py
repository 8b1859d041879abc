"""FR114."""

from collections.abc import Iterator

from fcosreport.comparing.scores import printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Experiment, Records
from fcosreport.settings import Settings

_OFTEN = 0.1  # of the evaluations of a run: on few images AP hardly falls now and then
_SHARE = 0.05  # of AP50: a model that finds little has a small gap, whatever its boxes are
_TIGHT = 7.5 * 0.05  # the loss of boxes of YOLOv8 and later, 7.5 times 1 - IoU, where IoU is 0.95 on average
_ONE = {"bbox": "0.570 0.573 0.572 i:60", "curve_val/dfl_loss": "0.9 0.8 0.8"}


@rule(
    "FR114",
    "warning",
    fires=[
        [{"bbox": "0.570 0.573 0.572"}],
        [{"note_segm": "% 57.0 57.3"}],
        [{**_ONE, "curve_val/box_loss": "1.4 1.2 1.1"}],
        [{"bbox": "0.570 0.573 0.572 0.410 0.560 0.720"}],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "0.563 0.573 0.570"}],
        [{"bbox": "0.003 0.006 0.002"}],
        [{"bbox": "0.052 0.059 0.055"}],
        [{"bbox": "0.279 0.282 0.281"}],
        [{"bbox": [GOOD, "0.800 0.801 0.801 category:kite"]}],
        [{"bbox": "AP=0.7929 AP50=0.793"}],
        [{"bbox": ["0.570 0.573 0.572 @1", *[f"{GOOD} @{epoch}" for epoch in range(2, 13)]]}],
        [{**_ONE, "curve_val/box_loss": "0.6 0.3 0.2"}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def flat_over_iou(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP hardly falls with IoU: almost every detection that is right fits its box to the pixel.

    Fires where AP50 - AP is below `leak_gap` and a twentieth of AP50, and AP between `leak_floor` and `too_good`
    (near-perfect-result has more). Where they are all that is told, and equal but for rounding, one number has two
    names: a mean over IoU 0.5 alone. In a training it holds for the last evaluation, or for a tenth of them; not where
    its own loss says that the boxes do fit. A warning where objects of several sizes are found that well, and else an
    info: boxes that are all the whole image, or simple things on a plain ground, do fit.

    Why: ultralytics/yolov5#3594: detections of a model never fit this well, but ground-truth boxes do that leaked into
    the predictions.

    Do: See where the predicted boxes come from: the annotation file, ground-truth proposals, or a label cache.
    """

    def flat(evaluation: Evaluation) -> str | None:
        ap, ap50 = score(evaluation, "AP"), score(evaluation, "AP50")
        if not ap or not ap50 or not settings.leak_floor < (ap.value or 0) <= settings.too_good:
            return None
        if ap.agrees(ap50) and len(evaluation.metrics) == 2:
            return None
        if 0 <= (ap50.value or 0) - (ap.value or 0) < min(settings.leak_gap, _SHARE * (ap50.value or 0)) - 1e-9:
            return f"{printed(ap)} is almost {printed(ap50)}, as if ground truth were evaluated"
        return None

    def is_kept(experiment: Experiment) -> bool:
        run = [each for each in experiment.evaluations if each.category is None]
        seen = [each for each in run if flat(each)]
        return bool(seen) and (run[-1] in seen or len(seen) >= _OFTEN * len(run)) and not _fits(experiment)

    kept = list(filter(is_kept, records.experiments))
    of_sizes = {each.id for each in kept if any(flat(e) and _is_of_sizes(e) for e in each.evaluations)}
    yield from fold((each for each in kept if each.id in of_sizes), flat, tables=True)
    yield from fold((each for each in kept if each.id not in of_sizes), flat, tables=True, severity="info")


def _is_of_sizes(evaluation: Evaluation) -> bool:
    """Whether objects of more than one size are found."""
    return sum((evaluation[name] or 0) > 0 for name in ("APs", "APm", "APl")) > 1


def _fits(experiment: Experiment) -> bool:
    """Whether the loss of the validation, which no wrong predictions file changes, says that the boxes fit."""
    lows = {curve.name: curve.low for curve in experiment.curves}
    low = lows.get("val/box_loss")
    return "val/dfl_loss" in lows and low is not None and low < _TIGHT
