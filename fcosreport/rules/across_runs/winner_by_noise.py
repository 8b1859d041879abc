"""FR407."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import sqrt

from fcosreport.comparing.contrast import declared
from fcosreport.comparing.scores import as_fractions, score
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_BEST = re.compile(
    r"(?<![a-z])(?:best|winner|wins)(?![a-z_.-]*(?:checkpoint|ckpt|model|epoch|pth))|最好|最佳|最优", re.IGNORECASE
)
_GROUP = {"group": "note#sweep"}

Rated = tuple[float, Experiment]


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
        [{"name": "lr 5e-3", "note_bbox": "0.387", **_GROUP}, {"note_bbox": "0.385", "lr": 0.1, **_GROUP}],
        [{"name": "best", "note_bbox": "0.387"}, {"note_bbox": "0.385", "lr": 0.1}],
        [{"name": "best", "note_bbox": "0.380", **_GROUP}, {"note_bbox": "0.385", "lr": 0.1, **_GROUP}],
    ],
)
def winner_by_noise(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """What is called the best leads by less than the noise of a training.

    Less than two standard deviations of AP: over seeds where the heading holds repeats, else `repeat_sigma`.

    Why: open-mmlab/mmdetection#3496 and #3624: the variance of a training alone is 0.1 to 0.3 points of AP, so one run
    each does not show which is better.

    Do: Train both with several seeds, or call it a tie.
    """
    groups: dict[tuple[str, str], list[Rated]] = defaultdict(list)
    for experiment in records.experiments:
        ap = _ap(experiment)
        if experiment.group and ap is not None:
            groups[experiment.where.path, experiment.group].append((ap, experiment))
    claimed = [rated for rated in groups.values() if len(rated) > 1 and any(_is_best(e) for _, e in rated)]
    if not claimed:
        yield NotRun("no name under a common heading says which run is the best")
    for rated in claimed:
        ranked = sorted(rated, key=lambda each: -each[0])
        (first, winner), (second, other) = ranked[:2]
        sigma = _sigma(ranked) or settings.repeat_sigma
        if _is_best(winner) and 0 < first - second < 2 * sigma:
            yield Fault(
                f"{called(winner)} leads {called(other)} by {first - second:.4f} AP, less than two standard deviations "
                f"({sigma:.4f} each).",
                (winner, other),
                tuple(result.where for e in (winner, other) if (result := e.result())),
            )


def _is_best(experiment: Experiment) -> bool:
    return bool(_BEST.search(f"{experiment.name} {experiment.title}"))


def _ap(experiment: Experiment) -> float | None:
    result = experiment.result()
    metric = score(as_fractions(result), "AP") if result else None
    return metric.value if metric and metric.value is not None and metric.value <= 1 else None


def _sigma(rated: Sequence[Rated]) -> float | None:
    """The standard deviation of AP within runs that differ in their seed alone, over all of them."""
    repeats: dict[object, list[float]] = defaultdict(list)
    for ap, experiment in rated:
        own = {name: str(s.value) for name, s in declared(experiment).items()}
        if own.pop("seed", None) is not None:
            repeats[tuple(sorted(own.items()))].append(ap)
    known = [values for values in repeats.values() if len(values) > 2]
    squares = sum((value - sum(values) / len(values)) ** 2 for values in known for value in values)
    freedom = sum(len(values) - 1 for values in known)
    return sqrt(squares / freedom) if freedom and squares else None
