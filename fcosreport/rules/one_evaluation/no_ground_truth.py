"""FR112."""

from collections.abc import Iterator

from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Records
from fcosreport.settings import Settings


@rule(
    "FR112",
    "error",
    fires=[
        [{"bbox": "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1"}],
        [{"segm": "-1.000 -1.000 -1.000 nan -1.000"}],
        [{"bbox": "AP=-1.000 AP50=0.573 AP75=0.419 AR100=0.572"}],
    ],
    quiet=[
        [{"bbox": "0.387 0.573 0.419 -1 -1 0.502 0.325 0.536 0.572 -1 -1 0.726"}],
        [{"bbox": ["0.387 0.573 0.419", "-1 -1 -1 -1 -1 -1 category:toaster"]}],
        [{"bbox": "nan nan nan"}, {"state": "planned"}],
        [{"bbox": "0.387 0.573 0.419 0.226 0.424 0.502"}],
    ],
    after=("FR117",),
    needs=EVALUATED,
    shares=nothing,
)
def no_ground_truth(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP is -1: pycocotools found no ground truth to compare with.

    Where AP is -1 and AP50 is not, the evaluation asks for 100 detections an image and `maxDets` does not hold 100.

    Why: cocodataset/cocoapi#558: with another `maxDets`, `summarize` looks for 100, finds none and prints -1 for AP,
    while the other numbers are right. All -1 means that no annotation carries the ids of the images or categories.

    Do: Compare the image and category ids of the annotations with those of the predictions; where only AP is -1, keep
    100 in `maxDets`, or take AP from the precision array.
    """
    yield from fold(records.experiments, _none, tables=True)


def _none(evaluation: Evaluation) -> str | None:
    values = [m.value for m in evaluation.metrics if m.value is not None]
    ap, ap50 = evaluation["AP"], evaluation.metric("AP50")
    if ap is None or ap >= 0:
        return None
    if all(value < 0 for value in values):
        return f"all {len(values)} numbers are -1, so there was no ground truth"
    if ap50 and ap50.value is not None and ap50.value >= 0:
        return f"AP is -1 while AP50 is {ap50.text}, so maxDets does not hold the 100 that AP is read from"
    return None
