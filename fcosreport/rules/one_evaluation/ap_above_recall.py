"""FR104."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from fcosreport.comparing.scores import AREAS, exceeds, printed, same_max_dets, unmarked_percent
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Metric, Records
from fcosreport.settings import Settings


@rule(
    "FR104",
    "error",
    fires=[
        [{"bbox": "AP=0.587 AR100=0.572"}],
        [{"bbox": "% APs=32.6 ARs=30.7"}],
        [{"note_segm": "AP=0.387 AP50=0.573 AP75=0.419 APl=0.802 ARl=0.726 AR100=0.572"}],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "AP=0.582 AR100=0.572"}],
        [{"bbox": "AP=0.587 AR1=0.325 AR10=0.536"}],
        [{"bbox": "AP=0.587 AR100=0.572 AR1000=0.655"}],
        [{"bbox": "APs=0.326 ARs=-1"}, {"bbox": "APs=0.326 ARm=0.307"}],
    ],
    needs=EVALUATED,
    shares=nothing,
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
    known = {m.name: m for m in reversed(evaluation.metrics)}
    ap = known.get("AP")
    pairs = ((known.get(precision), known.get(recall)) for precision, recall in _BY_AREA)
    for precision, recall in ((ap, _recall(known, ap) if ap else None), *pairs):
        if precision and recall and _scored(precision) and _scored(recall) and same_max_dets(precision, recall):
            bound = (recall.value or 0) + 1 / 101
            if exceeds(precision.value or 0, bound, precision, recall, units=2):
                if unmarked_percent(evaluation):
                    return None  # mixed-units or value-out-of-range says what is wrong here
                return f"{printed(precision)} is above {printed(recall)}, which bounds it"
    return None


_BY_AREA = tuple((f"AP{area}", f"AR{area}") for area in AREAS)


def _scored(metric: Metric) -> bool:
    return metric.value is not None and metric.value >= 0


def _recall(known: Mapping[str, Metric], ap: Metric) -> Metric | None:
    """The recall over all areas for as many detections as AP allows; where that is unknown, for the most."""
    if ap.max_dets is not None:
        same = known.get(f"AR{ap.max_dets}")
        return same if same and same.max_dets in (None, ap.max_dets) else None
    name = max(known, key=_detections)
    return known[name] if _detections(name) >= 0 else None


@lru_cache(1024)
def _detections(name: str) -> int:
    """The number of detections in the name of a recall, where it has three digits or more; -1 for other metrics."""
    return int(name[2:]) if re.fullmatch(r"AR\d{3,6}", name) else -1
