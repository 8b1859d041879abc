"""FR113."""

from collections.abc import Iterator

from fcosreport.comparing.scores import AREAS, exceeds, printed, score
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Records
from fcosreport.settings import Settings


@rule(
    "FR113",
    "error",
    fires=[
        [{"bbox": "0.387 0.573 0.419 -1 -1 -1 0.325 0.536 0.572 -1 -1 -1"}],
        [{"bbox": "0.387 0.573 0.419 0.000 0.000 0.000"}],
        [{"keypoints": "AP=0.645 AP50=0.860 AP75=0.690 APm=-1 APl=-1"}],
    ],
    quiet=[
        [{"bbox": "0.387 0.573 0.419 -1 -1 0.502 0.325 0.536 0.572 -1 -1 0.726"}],
        [{"bbox": "0.000 0.001 0.000 0.000 0.000 0.000"}],
        [{"bbox": "0.001 0.001 0.000 0.000 0.000 0.000"}],
        [{"bbox": "AP=0.387 AP50=0.573 APs=-1"}],
        [{"bbox": ["0.387 0.573 0.419 0.226 0.424 0.502", "0.387 0.573 0.419 -1 -1 -1 category:kite"]}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def no_area_results(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP is above 0, and every AP by area is -1 or 0.

    Each object is small, medium or large, so one of the areas must share in AP.

    Why: open-mmlab/mmpose#2248: annotations whose `area` is missing, 0 or in other units than pixels fall into none of
    the areas.

    Do: Look at `area` in the annotation file: it is the object's area in square pixels of the original image.
    """
    yield from fold(records.experiments, _no_area, tables=True)


def _no_area(evaluation: Evaluation) -> str | None:
    if sum(m.value is not None and m.value <= 0 for m in evaluation.metrics) < 2:
        return None
    ap = score(evaluation, "AP")
    areas = [m for area in AREAS if (m := evaluation.metric(f"AP{area}")) and m.value is not None]
    if not ap or len(areas) < 2 or any((m.value or 0) > 0 for m in areas):
        return None
    if exceeds(ap.value or 0, 0, ap, units=4):
        return f"{printed(ap)} comes from no area: {', '.join(map(printed, areas))}"
    return None
