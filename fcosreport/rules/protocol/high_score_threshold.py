"""FR304."""

from collections.abc import Iterator

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Declaring, Fault, declaring, nothing, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed


@rule(
    "FR304",
    "warning",
    fires=[
        [{"bbox": GOOD, "score_threshold": 0.2}],
        [{"bbox": GOOD, "score_threshold": 0.5, "val_data": "coco_2017_val"}],
    ],
    quiet=[
        [{"bbox": GOOD, "score_threshold": 0.05}],
        [{"bbox": GOOD, "score_threshold": 0.001}],
        [{"bbox": GOOD}, {"score_threshold": 0.5, "state": "planned"}],
    ],
    needs=("no run tells the score threshold of its evaluation", declaring("score_threshold")),
    shares=nothing,
)
def high_score_threshold(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """Detections of low score were left out of the evaluation.

    Above `score_threshold`. AP is the area under a curve whose end such a threshold cuts off; it is for pictures.

    Why: pytorch/vision, torchvision/models/detection/fcos.py: its FCOS leaves out scores below 0.2, the original
    (tianzhi0549/FCOS) below 0.05, and the AP of the two is not comparable.

    Do: Evaluate with 0.05 or less.
    """
    high = [(e, s) for e, (s,) in known if isinstance(s.value, int | float) and settings.score_threshold < s.value <= 1]
    for text in dict.fromkeys(setting.shown for _, setting in high):
        found = [(e, s) for e, s in high if s.shown == text]
        yield Fault(
            f"{listed([called(e) for e, _ in found])} {'was' if len(found) == 1 else 'were'} evaluated without "
            f"detections of a score below {text}.",
            tuple(e for e, _ in found),
            tuple(s.where for _, s in found),
        )
