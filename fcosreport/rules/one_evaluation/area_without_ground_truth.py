"""FR105."""

from collections.abc import Iterator

from fcosreport.comparing.scores import AREAS, printed
from fcosreport.judging.rule import Fault, fold, rule
from fcosreport.records import Evaluation, Records
from fcosreport.settings import Settings


@rule(
    "FR105",
    "error",
    fires=[
        [{"bbox": "AP=0.387 APs=-1 APm=0.424 ARs=0.367 ARm=0.617"}],
        [{"bbox": "AP=0.387 APs=0.226 APm=0.424 ARs=-1.000 ARm=0.617"}],
    ],
    quiet=[
        [{"bbox": "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"}],
        [{"bbox": "AP=0.387 APs=-1 APm=0.424 ARs=-1 ARm=0.617"}],
        [{"bbox": "AP=0.387 APs=-1 APm=0.424"}],
        [{"bbox": "AP=0.387 APs=nan APm=0.424 ARs=0.367"}],
    ],
)
def area_without_ground_truth(records: Records, settings: Settings) -> Iterator[Fault]:
    """Of AP and AR of one area, only one says that there is no ground truth of that size.

    pycocotools prints -1 where there is no ground truth, and there is either some for both or none for both.

    Why: None of 4,013 public blocks of 36 repositories does this; it follows from the definition
    (cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py).

    Do: Compare the rows with the log; they come from different evaluations or data sets.
    """
    yield from fold(records.experiments, _torn, classes=True)


def _torn(evaluation: Evaluation) -> str | None:
    if all(m.value is None or m.value >= 0 for m in evaluation.metrics):
        return None
    for area in AREAS:
        precision, recall = evaluation.metric(f"AP{area}"), evaluation.metric(f"AR{area}")
        if precision and recall and precision.value is not None and recall.value is not None:
            if precision.value < 0 <= recall.value:
                return f"{printed(precision)} says that there is no ground truth, {printed(recall)} that there is"
            if recall.value < 0 <= precision.value:
                return f"{printed(recall)} says that there is no ground truth, {printed(precision)} that there is"
    return None
