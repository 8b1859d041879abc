"""FR406."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.comparing.noise import recipe
from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_REPEAT = re.compile(
    r"(?<![A-Za-z])(?:repeat|rep|trial|try|round|(?<!eval_)(?<!test_)seed|run)[\s_=-]?\d{1,4}(?![\d.])|第\d+次",
    re.IGNORECASE,
)
"""A repeat of a training; a seed of its evaluation makes none."""


@rule(
    "FR406",
    "warning",
    fires=[
        [{"name": "fcos_run1", "seed": 42, "bbox": GOOD}, {"name": "fcos_run2", "seed": 42, "bbox": FAIR}],
        [{"name": f"fcos repeat {n}", "seed": 7, "note_bbox": r} for n, r in enumerate((GOOD, FAIR), 1)],
    ],
    quiet=[
        [{"name": "fcos_run1", "seed": 41, "bbox": GOOD}, {"name": "fcos_run2", "seed": 42, "bbox": FAIR}],
        [{"name": "fcos_gn", "seed": 42, "bbox": GOOD}, {"name": "fcos_bn", "seed": 42, "bbox": FAIR}],
        [{"name": "run1", "seed": 1, "lr": 0.01, "bbox": GOOD}, {"name": "run2", "seed": 1, "lr": 0.1, "bbox": FAIR}],
        [{"name": "fcos_run1", "bbox": GOOD}, {"name": "fcos_run2", "bbox": FAIR}],
        [{"name": f"fcos_seed0, eval_seed {n}", "seed": 0, "bbox": r} for n, r in enumerate((GOOD, FAIR))],
    ],
    after=("FR206", "FR401"),
    needs=(
        "no runs are named as repeats of each other and tell their seeds",
        lambda records: _series(records.experiments),
    ),
    shares=lambda experiment: [" ".join(_of_name(experiment))] if _is_repeat(experiment) else [],
)
def repeats_with_one_seed(series: list[list[Experiment]], settings: Settings) -> Iterator[Fault]:
    """Runs that are called repeats have the same seed.

    Repeats are runs whose names differ in a number alone (`run1`, `trial_2`, `seed3`), with the same settings.

    Why: mlcommons/logging, mlperf_logging/package_checker/seed_checker.py: submitted repeats must have seeds of their
    own, for what runs of one seed differ by is not the variance of the training.

    Do: Give each repeat a seed of its own.
    """
    for runs in series:
        by_seed: dict[str, list[Experiment]] = defaultdict(list)
        for run in runs:
            by_seed[str(run.value("seed"))].append(run)
        for same in by_seed.values():
            if len({run.name for run in same}) > 1:
                seeds = [seed for run in same if (seed := run.setting("seed"))]
                yield Fault(
                    f"{listed([called(run) for run in same])} are called repeats, and all have the seed "
                    f"{seeds[0].shown}.",
                    tuple(same),
                    tuple(seed.where for seed in seeds),
                )


def _series(experiments: Sequence[Experiment]) -> list[list[Experiment]]:
    """The runs of one recipe, in one note or folder, that are called repeats of each other."""
    called_so = [(e, *_of_name(e)) for e in experiments if _is_repeat(e)]
    sizes = Counter(place for _, place, _ in called_so)  # a recipe takes long to tell, and most runs have nobody beside
    found: dict[tuple[str, str, str], list[Experiment]] = defaultdict(list)
    for each, place, name in called_so:
        if sizes[place] > 1:
            found[recipe(each), place, name].append(each)
    return [runs for runs in found.values() if len(runs) > 1]


def _is_repeat(experiment: Experiment) -> bool:
    return bool(_REPEAT.search(experiment.name) and experiment.evaluations and experiment.setting("seed"))


def _of_name(experiment: Experiment) -> tuple[str, str]:
    """The folder and the name that repeats have in common."""
    return _REPEAT.sub("#", experiment.where.path.rpartition("/")[0]), _REPEAT.sub("#", experiment.name)
