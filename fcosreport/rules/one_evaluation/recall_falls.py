"""FR103."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from fcosreport.comparing.scores import exceeds, printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Metric, Records
from fcosreport.settings import Settings


@rule(
    "FR103",
    "error",
    fires=[
        [{"bbox": "AR1=0.325 AR10=0.536 AR100=0.527"}],
        [{"bbox": "AR1=0.536 AR10=0.325"}],
        [{"segm": "% AR100=57.2 AR300=57.0 AR1000=57.3"}],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "AR1=0.325 AR10=0.325 AR100=0.324"}],
        [{"keypoints": "AP=0.645 AR=0.702 AR50=0.908 AR75=0.771"}],
        [{"bbox": "AR100=-1 AR10=0.536 AR1000=nan"}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def recall_falls(records: Records, settings: Settings) -> Iterator[Fault]:
    """Recall falls although more detections are allowed.

    With more detections an image, recall cannot fall: AR1 <= AR10 <= AR100. The tolerance is one unit of the last
    printed digit. AR50 and AR75 are recalls at one IoU and are left out.

    Why: None of 4,013 public blocks of 36 repositories does this; it follows from the definition
    (cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py).

    Do: Compare the numbers with the log; two of them are probably swapped.
    """
    yield from fold(records.experiments, _falls, classes=True)


def _falls(evaluation: Evaluation) -> str | None:
    counted = [(count, m) for m in evaluation.metrics if (count := _count(m)) and score(evaluation, m.name)]
    ladder = sorted(counted, key=lambda pair: pair[0])
    for (fewer, lower), (more, upper) in pairwise(ladder):
        if fewer < more and exceeds(lower.value or 0, upper.value or 0, lower, upper, units=2):
            return f"{printed(lower)} is above {printed(upper)}"
    return None


def _count(metric: Metric) -> int | None:
    """The number of detections an image that a recall allows; None if the number in its name is an IoU."""
    count = _number(metric.name)
    if metric.max_dets is None:
        return None if count in (50, 75) else count
    return count if metric.max_dets == count else None


@lru_cache(1024)
def _number(name: str) -> int | None:
    found = re.fullmatch(r"AR(\d{1,6})", name)
    return int(found[1]) if found else None
