"""FR105."""

from collections.abc import Iterator

from fcosreport.comparing.scores import AREAS, printed
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
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
        [{"bbox": GOOD}],
        [{"bbox": "AP=0.387 APs=-1 APm=0.424 ARs=-1 ARm=0.617"}],
        [{"bbox": "AP=0.387 APs=-1 APm=0.424"}],
        [{"bbox": "AP=0.387 APs=nan APm=0.424 ARs=0.367"}],
    ],
    needs=EVALUATED,
    shares=nothing,
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
        for one, other in ((precision, recall), (recall, precision)):
            if one and other and one.value is not None and other.value is not None and one.value < 0 <= other.value:
                return f"{printed(one)} says that there is no ground truth, {printed(other)} that there is"
    return None
