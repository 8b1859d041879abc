"""FR508."""

from collections.abc import Iterator
from math import isclose

from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_TELLING = ("lr", "optimizer", "seed", "backbone")
_OTHERS = ("train_batch_size", "epochs", "iterations", "weight_decay")
_ALSO = {
    "train_batch_size": ("train_batch_size", "images_per_gpu", "effective_batch_size"),
    "epochs": ("epochs", "schedule"),
}
"""Under which names the log may tell a setting, too: a note's batch may be that of a GPU."""
_ROUNDED = 0.01
_LOGGED = {"bbox": GOOD, **JOINED}


@rule(
    "FR508",
    "error",
    fires=[
        [{"lr": 1e-5, "optimizer": "adagrad", "train.log": {"lr": 5e-5, "optimizer": "adam"}, **_LOGGED}],
        [{"seed": 1, "config.yaml": {"seed": 2}, **_LOGGED}],
        [{"backbone": "R-50", "train.log": {"backbone": "R-101-FPN"}, **_LOGGED}],
        [{"train_batch_size": 16, "train.log": {"train_batch_size": 64, "images_per_gpu": 8}, **_LOGGED}],
        [{"lr": 0.01, "curve_lr": "0.001 0.02 0.002", **_LOGGED}],
    ],
    quiet=[
        [{"lr": 1e-5, "train.log": {"lr": 1.0e-5}, **_LOGGED}],
        [{"lr": 0.02, "config.yaml": {"lr": 0.02}, "train.log": {"lr": 0.01}, **_LOGGED}],
        [{"lr": 0.01, "train.log": {"lr": 0.02}, "bbox": GOOD}],
        [{"backbone": "R-50", "train.log": {"backbone": "R-50-FPN"}, **_LOGGED}],
        [{"train_batch_size": 2, "train.log": {"train_batch_size": 16, "images_per_gpu": 2}, **_LOGGED}],
        [{"epochs": 8, "train.log": {"epochs": 12}, **_LOGGED, "bbox": f"{GOOD} @8"}],
        [{"lr": 0.01, "train.log": {"seed": 3}, "curve_lr": "0.001 0.01 0.001", **_LOGGED}],
    ],
    needs=(
        "no note tells settings of a run whose log is at hand",
        lambda records: [e for e in records.experiments if e.citation and e.citation.found and _noted(e)],
    ),
    shares=nothing,
)
def note_settings_differ(joined: list[Experiment], settings: Settings) -> Iterator[Fault]:
    """A note tells other settings of a run than its log and its configuration do.

    None of the values that the run's files tell agrees: the base learning rate or the highest that is logged, the batch
    in all or of a GPU, the epochs planned or reached. A warning for batch, epochs, iterations and weight decay.

    Why: Noba1anc3/trash_classify_competition: the note says Adagrad at 1e-5 of a run that Adam trained at 5e-5.

    Do: Copy the settings from the log; or cite the run that was meant.
    """
    for experiment in joined:
        apart = [pair for name in (*_TELLING, *_OTHERS) if (pair := _pair(experiment, name))]
        if apart:
            told = listed([f"{ours.name} {ours.shown} (log: {theirs.shown})" for ours, theirs in apart])
            yield Fault(
                f"{called(experiment)}: the note's settings differ from the log: {told}.",
                (experiment,),
                tuple(dict.fromkeys(s.where for pair in apart for s in pair)),
                severity="error" if any(ours.name in _TELLING for ours, _ in apart) else "warning",
            )


def _noted(experiment: Experiment) -> list[Setting]:
    return [s for s in experiment.settings if s.where.path == experiment.where.path and not s.inferred]


def _pair(experiment: Experiment, name: str) -> tuple[Setting, Setting] | None:
    """What the note says and what the log does, where no two of these agree."""
    note = [s for s in _noted(experiment) if s.name == name]
    logged = [s for s in _logged(experiment) if s.name in _ALSO.get(name, (name,))]
    same = [s for s in logged if s.name == name and (name == "lr" or s in experiment.settings)]
    if not note or not same or any(_agree(a, b) for a in note for b in logged):
        return None
    return note[-1], same[-1]


def _logged(experiment: Experiment) -> Iterator[Setting]:
    """The settings of the run's files, and what its curves and evaluations tell of them."""
    for curve in experiment.curves:
        if curve.name == "lr" and curve.high and (curve.last or 0) < curve.high:  # past its warm-up
            yield Setting("lr", curve.high, f"{curve.high:g}", curve.where)
        yield Setting(f"{curve.unit}s", int(min(curve.end, 1e9)), f"{curve.end:.0f}", curve.where)
    for each in experiment.evaluations:
        if each.origin == "log" and each.epoch is not None:
            yield Setting("epochs", each.epoch, str(each.epoch), each.where)
    yield from (s for s in experiment.settings if s.where.path != experiment.where.path)


def _agree(ours: Setting, theirs: Setting) -> bool:
    one, other = ours.value, theirs.value
    if isinstance(one, int | float) and isinstance(other, int | float):
        slack = 1 if ours.name in ("epochs", "iterations") else 0  # counted from 0 or from 1
        return max(abs(one), abs(other)) > 1e300 or isclose(one, other, rel_tol=_ROUNDED, abs_tol=slack)
    mine, its = (str(value).lower() for value in (one, other))
    return mine.startswith(its) or its.startswith(mine)
