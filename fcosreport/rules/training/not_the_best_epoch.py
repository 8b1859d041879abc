"""FR210."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, median

from fcosreport.comparing.scores import agree, as_fractions, figure
from fcosreport.evidence.trying import is_try
from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Evaluation, Experiment, Setting, Severity
from fcosreport.runs.state import over_patience, progress
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when

_COLLAPSE = 0.25  # share of the best AP
_FALL = 0.05  # share of the best AP from which the end is worse, and not the same but for noise
_JUMPS = 2  # times the change from one evaluation to the next, below which the best is one by chance
_NEAR = 40  # evaluations, for which one before the best and one behind it tell with it how good it is
_SOME = 10  # evaluations from which there is one on either side at least
_BESIDE = 10  # evaluations, for which one on either side tells whether the best stands out alone
_HARDLY = 1.1  # times the end, up to which such neighbours are no better
_END = 0.25  # share of the evaluations, the best of which tells how good the model is at the end
_FEW = 4  # evaluations or epochs, which tell no course
_BEGUN = 0.2  # of the schedule, before which a training that was cut tells no course
_TRAINED = 0.05  # AP from which a fall is no noise


def _run(*values: float) -> list[str]:
    return [f"{value:.3f} 0.570 0.400 @{epoch}" for epoch, value in enumerate(values, 1)]


_LAST = {"note_bbox": "0.371 0.570", "bbox": _run(0.31, 0.35, 0.385, 0.371), "group": "note#sweep"}
_BEST = {"note_bbox": "0.392 0.570", "bbox": _run(0.32, 0.36, 0.392, 0.375), "group": "note#sweep"}


@rule(
    "FR210",
    "warning",
    fires=[
        [{"note_bbox": "0.371 0.570", "bbox": _run(0.31, 0.35, 0.385, 0.371), **JOINED}],
        [{"bbox": _run(0.31, 0.36, 0.35, 0.34, 0.33, 0.32)}],
        [{"bbox": _run(0.31, 0.35, 0.38, 0.39, 0.27, 0.265)}],
        [{**_LAST, "name": "a", **JOINED}, {**_BEST, "name": "b", **JOINED}],
    ],
    quiet=[
        [{"note_bbox": "0.385 0.570", "bbox": _run(0.31, 0.35, 0.385, 0.371), **JOINED}],
        [{"note_bbox": ["0.350 0.570", "0.385 0.570"], "bbox": _run(0.31, 0.35, 0.385, 0.371), **JOINED}],
        [{**_LAST, "name": "a", **JOINED}, {**_LAST, "name": "b", **JOINED}],
        [{"note_bbox": "0.383 0.570", "bbox": _run(0.31, 0.35, 0.385, 0.383), **JOINED}],
        [{"note_bbox": "0.371 0.570", "bbox": _run(0.31, 0.35, 0.385, 0.371), "epochs": 50, **JOINED}],
        [{"bbox": _run(0.31, 0.32, 0.33, 0.34, 0.36, 0.35)}],
        [{"bbox": _run(0.36, 0.33)}, {"bbox": GOOD}],
        [{"bbox": _run(0.01, 0.02, 0.025, 0.03, 0.015)}],
        [{"bbox": _run(0.010, 0.030, 0.020, 0.015, 0.014, 0.012)}],
        [{"bbox": _run(0.168, 0.268, 0.140), "epochs": 3}],
        [{"bbox": [*_run(0.31, 0.35, 0.36), *(f"0.400 0.600 @{epoch} weights:ema" for epoch in (1, 2, 3))]}],
        [{"bbox": [GOOD, "0.250 0.400 0.270", "0.300 0.450 0.310"] * 2}],
        [{"bbox": _run(0.31, 0.36, 0.35, 0.34, 0.33, 0.32), "patience": 4}],
        [{"bbox": _run(0.31, 0.36, 0.35, 0.20, 0.21, 0.20), "patience": 3, "epochs": 100}],
        [{"bbox": _run(0.31, 0.36, 0.35, 0.35, 0.35, 0.35), "epochs": 6}],
        [{"bbox": _run(0.31, 0.36, 0.32, 0.34, 0.33, 0.35, 0.32, 0.33, 0.35, 0.33, 0.34, 0.33)}],
        [{"bbox": _run(0.31, 0.37, 0.37, 0.33, 0.33, 0.35, 0.35, 0.32, 0.32, 0.34, 0.34, 0.34)}],
        [{"bbox": _run(0.31, 0.36, 0.35, 0.34, 0.33, 0.32), "epochs": 100}],
        [{"bbox": _run(0.31, 0.35, 0.38, 0.39, 0.38, 0.27), "epochs": 100}],
        [{"bbox": _run(0.31, 0.35, 0.38, 0.39, 0.20, 0.19), "epochs": 100}],
        [{"bbox": _run(0.31, 0.35, 0.38, 0.39, 0.20, 0.19), "state": "failed"}],
        [{"bbox": _run(*(0.30 + 0.03 * (n % 2) + 0.08 * (n == 85) for n in range(180)))}],
        [{"bbox": _run(0.31, 0.36, 0.30, 0.28, 0.25, 0.0, 0.0)}],
        [{"bbox": _run(0.357, 0.389, 0.352, 0.335, 0.355, 0.356, 0.362, 0.351, 0.354, 0.360)}],
        [{"bbox": _run(*(0.09 + 0.02 * (n % 3) + 0.17 * (n in (35, 51, 52, 84)) for n in range(100)))}],
        [{"bbox": _run(*(0.20 + 0.03 * (n % 3) + 0.06 * (n == 50) - 0.04 * (n > 78) for n in range(80)))}],
    ],
    after=("FR203",),
    needs=(
        "no log holds several evaluations whose epochs are known",
        lambda records: [(e, t, run) for e in records.experiments for t in e.tasks if len(run := _logged(e, t)) > 2],
    ),
)
def not_the_best_epoch(long: list[tuple[Experiment, str, list[Evaluation]]], settings: Settings) -> Iterator[Fault]:
    """The reported epoch is not the best one in the log, or the best came early and the run got worse.

    A reported one, of several the best, by more than `best_gap` of AP, unless all that stand under its heading are of
    their last epoch: there it was chosen in one way. Where nothing is reported, the best of the last quarter of
    evaluations is held against the best of all: early is before `early_best` of the training, and worse by more than a
    twentieth and by more than twice as much as AP changes from one evaluation to the next, for of results that leap one
    is the best by chance, as is one whose neighbours are no better than the end; a fall by a quarter counts wherever it
    begins. A training that was cut was not too long, and
    may have dipped; one that ended by its `patience` after the best keeps that. An AP of 0 or less at the end is
    another rule's business. An info where AP fell by less than it leaps, where it has come half the way up again and
    still rises, and on the samples of ultralytics.

    Why: ultralytics/ultralytics#3175: what stands in the table, the last epoch or the best one, must be the same for
    all runs that are compared; and a model that got worse for half of its training was trained too long.

    Do: Say which epoch is reported, and choose it in the same way for all; or shorten the schedule.
    """
    told = [(each, task, run, _reported(each, task, run)) for each, task, run in long]
    by_the_last = _by_the_last(told)
    for experiment, task, run, reported in told:
        best = max(run, key=_value)
        if reported and (experiment.group in by_the_last or _is_cut(experiment, _BEGUN)):
            continue
        if _value(best) - _value(reported or run[-1]) <= settings.best_gap or _value(run[-1]) <= 0:
            continue
        if reported:
            text = f"reports AP {_ap(reported)}{when(reported)}, and the log's best is {_ap(best)}{when(best)}"
        elif not (text := _worse(experiment, best, run, settings)):
            continue
        places = (best.where, (reported or run[-1]).where)
        is_open = is_try(experiment) or (not reported and _may_rise(best, run))
        severity: Severity | None = "info" if is_open else None
        yield Fault(f"{called(experiment)}: {task} {text}.", (experiment,), places, severity=severity)


_Told = tuple[Experiment, str, list[Evaluation], Evaluation | None]
"""A training, its task, its evaluations and the one that a note reports."""


def _by_the_last(told: Sequence[_Told]) -> set[str]:
    """The headings under which several trainings are reported, and each by its last evaluation."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for experiment, _, run, reported in told:
        if reported and experiment.group:
            groups[experiment.group].append(reported is run[-1])
    return {group for group, last in groups.items() if len(last) > 1 and all(last)}


def _worse(experiment: Experiment, best: Evaluation, run: Sequence[Evaluation], settings: Settings) -> str:
    """How a training got worse after its best, as half a sentence; empty where it did not."""
    if _value(best) <= _TRAINED or (run[-1].epoch or _FEW + 1) <= _FEW or _stopped_early(experiment):
        return ""
    if _is_cut(experiment, _BEGUN) or _is_spike(best, run):
        return ""
    is_cut, came = _is_cut(experiment), _share(best, run)
    end = max(_last(run), key=_value)
    level, jump = _level(best, run), _jump(run[run.index(best) :])
    fall, last = (1 - _value(each) / level for each in (end, run[-1]))
    is_worse = fall > _FALL and level - _value(end) >= _JUMPS * jump
    if len(run) > _FEW and came < settings.early_best and is_worse and not is_cut:
        told = f"after {came:.0%} of the training; it ended at {_ap(run[-1])}"
        return f"was best{when(best)} with AP {_ap(best)}, {told}"
    if (fall if is_cut else last) > _COLLAPSE:
        share = 1 - _value(run[-1]) / _value(best)
        return f"fell from AP {_ap(best)}{when(best)} to {_ap(run[-1])}{when(run[-1])}, by {share:.0%}"
    return ""


def _value(evaluation: Evaluation) -> float:
    return evaluation["AP"] or 0.0


def _may_rise(best: Evaluation, run: Sequence[Evaluation]) -> bool:
    """Whether AP fell by less than it leaps, or has come half the way up again and still rises."""
    after = run[run.index(best) :]
    fall, values = _value(best) - _value(run[-1]), [*map(_value, after)]
    is_rising = values[-1] >= max(map(_value, _last(run))) and values[-1] - min(values) > fall
    return fall < _jump(after) or is_rising


def _last(run: Sequence[Evaluation]) -> Sequence[Evaluation]:
    """The evaluations that tell how good the model is at the end."""
    return run[-max(2, round(_END * len(run))) :]


def _level(best: Evaluation, run: Sequence[Evaluation]) -> float:
    """How good the model is at its best: in the mean of the evaluations around it, where they are many."""
    at, near = run.index(best), max(len(run) // _NEAR, len(run) >= _SOME)
    return fmean(map(_value, run[max(0, at - near) : at + near + 1]))


def _is_spike(best: Evaluation, run: Sequence[Evaluation]) -> bool:
    """Whether the best of many stands out alone: those before it and behind it are no better than the last ones."""
    at, near = run.index(best), len(run) // _BESIDE
    end = _HARDLY * max(map(_value, _last(run)))
    sides = run[max(0, at - near) : at], run[at + 1 : at + near + 1]
    is_told = len(run) >= _NEAR and all(len(side) == near for side in sides)
    return is_told and all(median(map(_value, side)) <= end for side in sides)


def _jump(run: Sequence[Evaluation]) -> float:
    """By how much AP changes from one evaluation to the next, in the mean, where it changes at all."""
    jumps = [abs(_value(one) - _value(other)) for one, other in pairwise(run)]
    return fmean(filter(None, jumps)) if any(jumps) else 0.0


def _is_cut(experiment: Experiment, before: float = 1.0) -> bool:
    """Whether the log ends before this share of the schedule that it tells: nobody knows how it would have gone on.

    Where it tells none, a training that failed may have ended anywhere.
    """
    came = progress(experiment.events, experiment.evaluations, experiment.curves, _settings(experiment))
    if came is None:
        return experiment.state == "failed"
    return not came.is_whole and came.reached < before * came.full


def _ap(evaluation: Evaluation) -> str:
    metric = evaluation.metric("AP")
    return figure(metric) if metric else ""


def _logged(experiment: Experiment, task: str) -> list[Evaluation]:
    """The evaluations of one training in their order; none where they are not of one, or their steps are unknown."""
    run = [e for e in experiment.standing(task) if e.origin == "log" and e["AP"] is not None]
    while run and run[0].step is None:  # printed before the log first says where it is
        run = run[1:]
    steps = [step for e in run if (step := e.step) is not None]
    return run if len(steps) == len(run) and sorted(set(steps)) == steps else []


def _reported(experiment: Experiment, task: str, run: Sequence[Evaluation]) -> Evaluation | None:
    """The logged evaluation whose numbers the note has, the best of those that it reports.

    Where one claim fits several, it is of the best of all, or of the last of the training.
    """
    claims = [e for e in experiment.evaluations if e.origin == "note" and e.task == task and e.category is None]
    found = []
    for claim in map(as_fractions, claims):
        same = [e for e in run if _same(claim, e)]
        best = max(same, key=_value, default=None)
        if best:
            found.append(run[-1] if run[-1] in same and best is not max(run, key=_value) else best)
    return max(found, key=_value, default=None)


def _same(claim: Evaluation, logged: Evaluation) -> bool:
    pairs = [(m, other) for m in claim.metrics if (other := logged.metric(m.name))]
    return bool(pairs) and all(agree(*pair) for pair in pairs)


def _share(best: Evaluation, run: Sequence[Evaluation]) -> float:
    """How much of the training was done at the best evaluation."""
    first, last = run[0].step or 0, run[-1].step or 0
    return ((best.step or 0) + 1) / (last + 1) if last > first else 1.0


def _stopped_early(experiment: Experiment) -> bool:
    """Whether the training ended because it got no better for so many epochs: the best is what it keeps."""
    over = over_patience(experiment.evaluations, _settings(experiment))
    return over == 0 or (over is not None and _is_cut(experiment))


def _settings(experiment: Experiment) -> dict[str, Setting]:
    return {setting.name: setting for setting in experiment.settings}
