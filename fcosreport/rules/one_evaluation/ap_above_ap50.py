"""FR101."""

from collections.abc import Iterator

from fcosreport.comparing.scores import exceeds, printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Records
from fcosreport.settings import Settings


@rule(
    "FR101",
    "error",
    fires=[
        [{"bbox": "0.600 0.573 0.419"}],
        [{"bbox": "0.387 0.573 0.590"}],
        [{"note_segm": "% 38.7 35.4 33.0"}],
        [{"bbox": "0.600 0.573 0.419 category:dog"}],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "0.574 0.573 0.573"}],
        [{"bbox": "AP=0.38701 AP50=0.387"}],
        [{"bbox": "0.387 -1 0.419"}],
        [{"bbox": "nan nan nan"}, {"bbox": "0.387"}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def ap_above_ap50(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP or AP75 is above AP50.

    A detection that counts at a higher IoU counts at 0.50, too; so AP50 is the largest of the three. The tolerance is
    one unit of the last printed digit.

    Why: None of 4,013 public blocks of 36 repositories does this; it follows from the definition
    (cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py). A retyped or mixed-up number does.

    Do: Compare the numbers with the log. Two of them were probably swapped, or one was mistyped.
    """
    yield from fold(records.experiments, _above, classes=True)


def _above(evaluation: Evaluation) -> str | None:
    ap50 = score(evaluation, "AP50")
    for name in ("AP", "AP75"):
        metric = score(evaluation, name)
        if metric and ap50 and exceeds(metric.value or 0, ap50.value or 0, metric, ap50, units=2):
            return f"{printed(metric)} is above {printed(ap50)}"
    return None
