"""FR407."""

import re
from collections.abc import Iterator

from fcosreport.comparing.groups import under_headings
from fcosreport.comparing.noise import alike, metric_of, pooled, repeats, values_of
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_BEST = re.compile(
    r"(?<![a-z])(?:best|winner|wins)(?![a-z_.-]*(?:checkpoint|ckpt|model|epoch|pth))|最好|最佳|最优", re.IGNORECASE
)
_GROUP = {"group": "note#sweep"}


@rule(
    "FR407",
    "info",
    fires=[
        [{"name": "lr 5e-3 (best)", "note_bbox": "0.387", **_GROUP}, {"note_bbox": "0.385", "lr": 0.1, **_GROUP}],
        [
            {"name": "gn, best", "norm": "gn", "note_bbox": "0.392", **_GROUP},
            {"norm": "bn", "seed": 1, "note_bbox": "0.390", **_GROUP},
            {"norm": "bn", "seed": 2, "note_bbox": "0.380", **_GROUP},
            {"norm": "bn", "seed": 3, "note_bbox": "0.385", **_GROUP},
        ],
    ],
    quiet=[
        [{"name": "lr 5e-3 (best)", "note_bbox": "0.397", **_GROUP}, {"note_bbox": "0.385", "lr": 0.1, **_GROUP}],
        [{"name": "best", "note_bbox": "0.387 on:a", **_GROUP}, {"note_bbox": "0.385 on:b", "lr": 0.1, **_GROUP}],
        [{"name": "lr 5e-3", "note_bbox": "0.387", **_GROUP}, {"note_bbox": "0.385", "lr": 0.1, **_GROUP}],
        [{"name": "best", "note_bbox": "0.387"}, {"note_bbox": "0.385", "lr": 0.1}],
        [{"name": "best", "note_bbox": "0.380", **_GROUP}, {"note_bbox": "0.385", "lr": 0.1, **_GROUP}],
    ],
    needs=(
        "no name under a common heading says which run is the best",
        lambda records: [
            same
            for runs in under_headings(e for e in records.experiments if _ap(e) >= 0)
            if len(same := alike(runs, "bbox")) > 1 and any(map(_is_best, same))
        ],
    ),
)
def winner_by_noise(claimed: list[list[Experiment]], settings: Settings) -> Iterator[Fault]:
    """What is called the best leads by less than the noise of a training.

    Less than two standard deviations of AP: over seeds where the heading holds repeats, else `repeat_sigma`.

    Why: open-mmlab/mmdetection#3496 and #3624: the variance of a training alone is 0.1 to 0.3 points of AP, so one run
    each does not show which is better.

    Do: Train both with several seeds, or call it a tie.
    """
    for runs in claimed:
        winner, other = sorted(runs, key=_ap, reverse=True)[:2]
        points, _ = pooled(values_of(same, "AP", "bbox") for same in repeats(runs))
        sigma = points / 100 if points else settings.repeat_sigma
        lead = _ap(winner) - _ap(other)
        if _is_best(winner) and 0 < lead < 2 * sigma:
            yield Fault(
                f"{called(winner)} leads {called(other)} by {lead:.4f} AP, less than two standard deviations "
                f"({sigma:.4f} each).",
                (winner, other),
                tuple(result.where for e in (winner, other) if (result := e.result())),
            )


def _ap(experiment: Experiment) -> float:
    """AP as a fraction; -1 where there is none."""
    metric = metric_of(experiment, "AP", "bbox")
    return metric.value if metric and metric.value is not None and metric.value <= 1 else -1.0


def _is_best(experiment: Experiment) -> bool:
    return bool(_BEST.search(f"{experiment.name} {experiment.title}"))
