"""FR115."""

from collections.abc import Iterator

from fcosreport.comparing.scores import printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, nothing, rule
from fcosreport.records import Evaluation, Records
from fcosreport.settings import Settings

_ROUNDED = 0.0005  # below 1 that is printed as 1


@rule(
    "FR115",
    "info",
    fires=[
        [{"bbox": "0.972 0.990 0.985"}],
        [{"segm": "1.000 1.000 1.000"}],
        [{"bbox": "% 96.1 99.0 98.0"}],
        [{"bbox": "AP50=1.0000 mAP=1.0000"}],
        [{"group": "a.md:3", "note_bbox": f"0.972 0.990 0.985 form:table #{line}"} for line in (5, 6)],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "0.950 0.990 0.980"}],
        [{"bbox": "AP50=0.9969"}],
        [{"bbox": "AP50=0.9980 mAP=0.9980"}],
        [{"bbox": [GOOD, "0.980 0.999 0.990 category:kite"]}],
    ],
    after=("FR306",),
    needs=EVALUATED,
    shares=nothing,
)
def near_perfect_result(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP is above 0.95 (`too_good`): the validation images look like training images.

    Where only an AP at one IoU is printed, as on VOC, it is told at 1. No more than an info, for objects that are few
    and all alike are found that well; what a run read for both tells more (train-is-val).

    Why: open-mmlab/mmdetection#6118: validation and training data were one set.

    Do: Look for images that are in both annotation files, by file name and by content.
    """

    def perfect(evaluation: Evaluation) -> str | None:
        ap = score(evaluation, "AP")
        voc = score(evaluation, "mAP") or score(evaluation, "AP50")
        if ap is None and voc and 1 - _ROUNDED < (voc.value or 0) <= 1 + 1e-9 and evaluation["P"] is None:
            return f"{printed(voc)} is too good for images that the model has not seen"
        if ap and settings.too_good + 1e-9 < (ap.value or 0) <= 1 + 1e-9:
            return f"{printed(ap)} is too good for images that the model has not seen"
        return None

    yield from fold(records.experiments, perfect, tables=True)
