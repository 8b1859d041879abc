"""FR303."""

import re
from collections.abc import Iterator
from functools import lru_cache

from fcosreport.comparing.scores import score
from fcosreport.judging.rule import EVALUATED, Fault, nothing, rule
from fcosreport.records import Evaluation, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_BLOCK = "AP=0.387 AP50=0.573 AP75=0.419"
_COUNT = re.compile(r"AR(\d{1,6})")
_IOUS = {50, 75}  # AR50 is the recall at IoU 0.50 in keypoints and some tables
_KNOWN = ({1, 10, 100}, {100, 300, 1000})  # COCO's own, and that of mmdetection, whose AP is at 100 as well
_OWN_PROTOCOL = re.compile(r"lvis|ai-?tod|wider|crowd|keypoint|proposal|objects365|visdrone|dota", re.IGNORECASE)
"""Data sets that are evaluated with another number by rule: LVIS with 300, AI-TOD with 1,500, VisDrone with 500."""


@rule(
    "FR303",
    "warning",
    fires=[
        [{"bbox": f"{_BLOCK} AR1=0.325 AR10=0.536 AR500=0.601"}],
        [{"segm": f"{_BLOCK} AR10=0.300 AR20=0.340"}],
    ],
    quiet=[
        [{"bbox": f"{_BLOCK} AR1=0.325 AR10=0.536 AR100=0.572"}],
        [{"bbox": f"{_BLOCK} AR100=0.540 AR300=0.560 AR1000=0.570"}],
        [{"name": "mask_rcnn_lvis", "bbox": f"{_BLOCK} AR1=0.2 AR10=0.3 AR300=0.4"}],
        [{"name": "retinanet_aitod", "bbox": f"{_BLOCK} AR1=0.2 AR10=0.3 AR1500=0.4"}],
        [{"keypoints": f"{_BLOCK} AR20=0.6 AR50=0.8 AR75=0.7"}, {"bbox": f"{_BLOCK} APr=0.2 APc=0.3 AR300=0.4"}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def other_max_dets(records: Records, settings: Settings) -> Iterator[Fault]:
    """The evaluation counts another number of detections an image than COCO does.

    COCO prints recall at 1, 10 and 100 detections an image, and AP at 100. LVIS, AI-TOD, WIDER FACE and keypoints have
    protocols of their own.

    Why: open-mmlab/mmdetection#4263: with another `maxDets`, AP is another number and cannot be compared.

    Do: Evaluate with maxDets (1, 10, 100), or say in the table which one it is.
    """
    for experiment in records.experiments:
        odd = [(e, counts) for e in experiment.evaluations if (counts := _odd(e))]
        if odd and not _OWN_PROTOCOL.search(_about(experiment)):
            first, counts = odd[0]
            text = listed([f"{count:,}" for count in counts])
            yield Fault(
                f"{called(experiment)}: {first.task} counts {text} detections an image.",
                (experiment,),
                tuple(evaluation.where for evaluation, _ in odd),
            )


def _about(experiment: Experiment) -> str:
    data = (experiment.value(name) for name in ("train_data", "val_data", "config"))
    return " ".join(map(str, (experiment.where.path, experiment.name, experiment.title, *data)))


def _odd(evaluation: Evaluation) -> list[int]:
    """The numbers of detections, where they are those of no known protocol."""
    if evaluation.task not in ("bbox", "segm") or evaluation.category or evaluation.metric("APr"):
        return []
    counts = _counts(tuple([m.name for m in evaluation.metrics]))
    ap = score(evaluation, "AP")
    if ap and ap.max_dets not in (None, 100):
        counts = counts | {ap.max_dets or 0}
    elif any(counts <= known for known in _KNOWN):
        return []
    return sorted(counts)


@lru_cache(maxsize=256)
def _counts(names: tuple[str, ...]) -> frozenset[int]:
    return frozenset(int(found[1]) for name in names if (found := _COUNT.fullmatch(name))) - _IOUS
