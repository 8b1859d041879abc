"""The state of a run, by what its logs tell: events, schedule and evaluations. No clock and no time stamp is asked."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.records import Curve, Evaluation, Event, Experiment, Setting, State, Where, failure

_SCHEDULES = {"iteration": "iterations", "epoch": "epochs"}
_MAY_GO_ON: frozenset[State] = frozenset({"finished", "stopped", "trained"})
_LONGEST = 1e9  # epochs or iterations that a schedule may have
_FITNESS = {"AP": 0.9, "AP50": 0.1}  # what YOLO chooses its best epoch by, of boxes and masks together


class Progress(Struct, frozen=True):
    """How far a training came, in epochs or iterations, of its whole schedule, which `where` tells.

    `slack` are those that may have followed the last one that is told.
    """

    reached: float
    full: float
    unit: str
    where: Where
    slack: float

    @property
    def is_whole(self) -> bool:
        """Whether the schedule was reached; frameworks count from 0 or from 1, and log but every so many iterations."""
        return self.reached + self.slack >= self.full

    def __str__(self) -> str:
        return f"at {self.reached:,.0f} of {self.full:,.0f}"


def state_of(
    events: Sequence[Event],
    evaluations: Sequence[Evaluation],
    curves: Sequence[Curve],
    settings: Mapping[str, Setting],
) -> tuple[State | None, str]:
    """State and reason of what logs tell; no state where they tell of no result, no training and no end."""
    began = curves or evaluations or any(event.kind == "started" for event in events)
    failed = failure(events, evaluations) if began else None
    failed = failed or (None if evaluations else _lost(events, curves))
    if failed:
        return "failed", failed.text if failed.kind in failed.text.lower() else f"{failed.kind}: {failed.text}"
    came = progress(events, evaluations, curves, settings)
    is_told_done = any(event.kind == "finished" for event in events)
    is_told_done = is_told_done or over_patience(evaluations, settings) is not None
    if came and not came.is_whole and not is_told_done and (evaluations or curves):
        return "stopped", str(came)
    if evaluations:
        return "finished", ""
    return ("trained" if curves else None), ""


def _lost(events: Sequence[Event], curves: Sequence[Curve]) -> Event | None:
    """The event of a loss that became nan, where it is so to the end of the training."""
    is_nan = any("loss" in curve.name and curve.last is None for curve in curves)
    return next((event for event in events if event.kind == "nan"), None) if is_nan else None


def running(experiments: Sequence[Experiment], growing: Set[str]) -> tuple[Experiment, ...]:
    """The experiments; `running` are those without a known end of which a file grows."""

    def goes_on(each: Experiment) -> bool:
        has_ended = each.state not in _MAY_GO_ON or any(event.kind == "finished" for event in each.events)
        return not has_ended and not growing.isdisjoint(each.files)

    return tuple(replace(each, state="running") if goes_on(each) else each for each in experiments)


def progress(
    events: Sequence[Event],
    evaluations: Sequence[Evaluation],
    curves: Sequence[Curve],
    settings: Mapping[str, Setting],
) -> Progress | None:
    """How far the logs tell that the training came, where they tell its schedule as well.

    The epochs of the settings are none where a time limit stands beside them.
    """
    logged = [evaluation for evaluation in evaluations if evaluation.origin == "log"]
    for unit, name in _SCHEDULES.items():
        mine = [curve for curve in curves if curve.unit == unit]
        steps = [*(curve.end for curve in mine), *_steps((*logged, *events), unit)]
        slack = max((2 * (c.end - c.begin) / (c.count - 1) for c in mine if c.count > 1), default=0.0)
        for full, where in _schedules(logged, None if "time_limit" in settings else settings.get(name), unit):
            if steps:
                return Progress(max(steps), full, unit, where, max(1.0, slack if unit == "iteration" else 0.0))
    return None


def over_patience(evaluations: Sequence[Evaluation], settings: Mapping[str, Setting]) -> int | None:
    """How many epochs more than its `patience` a training went on after its best one; None where it ended before."""
    patience = settings["patience"].value if "patience" in settings else None
    fitness = _fitness(evaluations)
    if not isinstance(patience, int) or patience < 1 or not fitness:
        return None
    best = [epoch for epoch, value in fitness.items() if value == max(fitness.values())]
    waited = [max(fitness) - epoch - patience for epoch in (min(best), max(best))]
    return 0 if 0 in waited else waited[1] if waited[1] > 0 else None


def _fitness(evaluations: Sequence[Evaluation]) -> dict[int, float]:
    """How good the logs say that the model was at each epoch."""
    fitness: dict[int, float] = defaultdict(float)
    for each in evaluations:
        if each.origin == "log" and each.category is None and each.epoch is not None:
            fitness[each.epoch] += sum((each[name] or 0.0) * weight for name, weight in _FITNESS.items())
    return fitness


def _steps(places: Sequence[Evaluation | Event], unit: str) -> Iterator[float]:
    return (step for place in places if (step := getattr(place, unit)) is not None)


def _schedules(logged: Sequence[Evaluation], setting: Setting | None, unit: str) -> Iterator[tuple[float, Where]]:
    """The length of the schedule: as the last evaluation tells it, or the settings."""
    for evaluation in reversed(logged):
        if (came := evaluation.progress) and came.of and came.unit == unit:
            yield came.of, evaluation.where
    if setting and isinstance(setting.value, int | float) and 1 < setting.value < _LONGEST:
        yield setting.value, setting.where
