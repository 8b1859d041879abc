"""FR104."""

import re
from collections.abc import Iterator

from fcosreport.records import Evaluation, Metric, Records
from fcosreport.rule import Fault, rule
from fcosreport.scores import AREAS, exceeds, printed, same_max_dets, score, unmarked_percent
from fcosreport.settings import Settings
from fcosreport.wording import fold


@rule(
    "FR104",
    "error",
    fires=[
        [{"bbox": "AP=0.587 AR100=0.572"}],
        [{"bbox": "% APs=32.6 ARs=30.7"}],
        [{"note_segm": "AP=0.387 AP50=0.573 AP75=0.419 APl=0.802 ARl=0.726 AR100=0.572"}],
    ],
    quiet=[
        [{"bbox": "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"}],
        [{"bbox": "AP=0.582 AR100=0.572"}],
        [{"bbox": "AP=0.587 AR1=0.325 AR10=0.536"}],
        [{"bbox": "AP=0.587 AR100=0.572 AR1000=0.655"}],
        [{"bbox": "APs=0.326 ARs=-1"}, {"bbox": "APs=0.326 ARm=0.307"}],
    ],
)
def ap_above_recall(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP is above the recall that bounds it.

    Precision is at most 1 and is sampled at 101 recalls up to the largest; so AP <= AR100 + 1/101, and the same for
    each area, wherever both allow the same number of detections an image.

    Why: None of 4,013 public blocks and 5,877 simulated evaluations does this; it follows from the definition
    (cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py).

    Do: Compare both numbers with the log; rows of two evaluations were probably mixed.
    """
    yield from fold(records.experiments, _above, classes=True)


def _above(evaluation: Evaluation) -> str | None:
    if unmarked_percent(evaluation):
        return None  # mixed-units or value-out-of-range says what is wrong here
    pairs = [(score(evaluation, f"AP{area}"), score(evaluation, f"AR{area}")) for area in AREAS]
    ap = score(evaluation, "AP")
    for precision, recall in [(ap, _recall(evaluation, ap) if ap else None), *pairs]:
        if precision and recall and same_max_dets(precision, recall):
            bound = (recall.value or 0) + 1 / 101
            if exceeds(precision.value or 0, bound, precision, recall, units=2):
                return f"{printed(precision)} is above {printed(recall)}, which bounds it"
    return None


def _recall(evaluation: Evaluation, ap: Metric) -> Metric | None:
    """The recall over all areas for as many detections as AP allows; where that is unknown, for the most."""
    if ap.max_dets is not None:
        same = score(evaluation, f"AR{ap.max_dets}")
        return same if same and same.max_dets in (None, ap.max_dets) else None
    names = [m.name for m in evaluation.metrics if re.fullmatch(r"AR\d{3,6}", m.name)]
    return score(evaluation, max(names, key=lambda name: int(name[2:]))) if names else None
