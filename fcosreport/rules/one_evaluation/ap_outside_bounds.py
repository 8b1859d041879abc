"""FR102."""

from collections.abc import Iterator

from fcosreport.comparing.scores import exceeds, printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Records
from fcosreport.settings import Settings


@rule(
    "FR102",
    "error",
    fires=[
        [{"bbox": "0.500 0.573 0.419"}],
        [{"bbox": "0.265 0.573 0.419"}],
        [{"bbox": "% 50.0 57.3 41.9"}],
        [{"note_bbox": "0.292 0.470 0.038"}],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "0.497 0.573 0.419"}],
        [{"bbox": "0.266 0.573 0.419"}],
        [{"bbox": "% 38.7 57.3 41.9"}, {"bbox": "0.387 0.573"}],
        [{"bbox": "-1 -1 -1"}, {"bbox": "0.387 0.573 nan"}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def ap_outside_bounds(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP cannot be the mean over IoU 0.50 to 0.95 that AP50 and AP75 allow.

    AP is the mean of ten values that fall with IoU: five lie between AP50 and AP75, five at or below AP75. So AP is at
    most 0.5 AP50 + 0.5 AP75, and at least 0.1 AP50 + 0.5 AP75. The tolerance is three half units of the last digit.

    Why: None of 4,013 public blocks and 5,877 simulated evaluations does this; it follows from the definition
    (cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py).

    Do: Compare the three numbers with the log; one is mistyped, or its column is another metric.
    """
    yield from fold(records.experiments, _outside, classes=True)


def _outside(evaluation: Evaluation) -> str | None:
    ap, ap50, ap75 = (score(evaluation, name) for name in ("AP", "AP50", "AP75"))
    if not (ap and ap50 and ap75):
        return None
    mean, loose, strict = ap.value or 0.0, ap50.value or 0.0, ap75.value or 0.0
    if max(mean, strict) > loose:
        return None  # FR101 says it more plainly
    most, least = 0.5 * loose + 0.5 * strict, 0.1 * loose + 0.5 * strict
    limits = f"that {printed(ap50)} and {printed(ap75)} allow"
    scale = 100 if ap.percent else 1
    if exceeds(mean, most, ap, ap50, ap75, units=3):
        return f"{printed(ap)} is above the {most * scale:.4g} {limits}"
    if exceeds(least, mean, ap, ap50, ap75, units=3):
        return f"{printed(ap)} is below the {least * scale:.4g} {limits}"
    return None
