"""FR406."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.comparing.contrast import contrast
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, listed

_ONE, _TWO = "0.387 0.573 0.419", "0.385 0.570 0.417"
_REPEAT = re.compile(
    r"(?<![A-Za-z])(?:repeat|rep|trial|try|round|seed|run)[\s_=-]?\d{1,4}(?![\d.])|第\d+次", re.IGNORECASE
)


@rule(
    "FR406",
    "warning",
    fires=[
        [{"name": "fcos_run1", "seed": 42, "bbox": _ONE}, {"name": "fcos_run2", "seed": 42, "bbox": _TWO}],
        [{"name": f"fcos repeat {n}", "seed": 7, "note_bbox": r} for n, r in enumerate((_ONE, _TWO), 1)],
    ],
    quiet=[
        [{"name": "fcos_run1", "seed": 41, "bbox": _ONE}, {"name": "fcos_run2", "seed": 42, "bbox": _TWO}],
        [{"name": "fcos_gn", "seed": 42, "bbox": _ONE}, {"name": "fcos_bn", "seed": 42, "bbox": _TWO}],
        [{"name": "run1", "seed": 1, "lr": 0.01, "bbox": _ONE}, {"name": "run2", "seed": 1, "lr": 0.1, "bbox": _TWO}],
        [{"name": "fcos_run1", "bbox": _ONE}, {"name": "fcos_run2", "bbox": _TWO}],
    ],
    after=("FR206", "FR401"),
)
def repeats_with_one_seed(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """Runs that are called repeats have the same seed.

    Repeats are runs whose names differ in a number alone (`run1`, `trial_2`, `seed3`), with the same settings.

    Why: mlcommons/logging, mlperf_logging/package_checker/seed_checker.py: submitted repeats must have seeds of their
    own, for what runs of one seed differ by is not the variance of the training.

    Do: Give each repeat a seed of its own.
    """
    repeats: dict[tuple[str, str], list[Experiment]] = defaultdict(list)
    for experiment in records.experiments:
        name = _REPEAT.sub("#", experiment.name)
        if name != experiment.name and experiment.evaluations:
            repeats[name, _place(experiment)].append(experiment)
    series = [runs for runs in repeats.values() if len(runs) > 1 and all(run.setting("seed") for run in runs)]
    if not series:
        yield NotRun("no runs are named as repeats of each other and tell their seeds")
    for runs in series:
        for same in _by_seed(runs):
            if len({run.name for run in same}) > 1 and not contrast(same):
                seed = same[0].setting("seed")
                yield Fault(
                    f"{listed([called(run) for run in same])} are called repeats, and all have the seed "
                    f"{seed.shown if seed else ''}.",
                    tuple(same),
                    tuple(setting.where for run in same if (setting := run.setting("seed"))),
                )


def _place(experiment: Experiment) -> str:
    """The note or the folder of a run, without the number of the repeat."""
    return _REPEAT.sub("#", experiment.where.path.rpartition("/")[0])


def _by_seed(runs: Sequence[Experiment]) -> Iterator[list[Experiment]]:
    found: dict[str, list[Experiment]] = defaultdict(list)
    for run in runs:
        found[str(run.value("seed"))].append(run)
    yield from found.values()
