"""FR208."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Experiment, Records, Setting, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_CLAIM = "0.387 0.573 0.419"
_FOUND = {"cited": "run/a", "found": "run/a"}


@rule(
    "FR208",
    "warning",
    fires=[
        [{"note_bbox": _CLAIM, "bbox": [f"{_CLAIM} @{n}" for n in (6, 7, 8)], "epochs": 12, **_FOUND}],
        [{"bbox": f"{_CLAIM} i:45000", "iterations": 90000}],
    ],
    quiet=[
        [{"note_bbox": _CLAIM, "bbox": [f"{_CLAIM} @{n}" for n in (10, 11)], "epochs": 12, **_FOUND}],
        [{"note_bbox": _CLAIM, "bbox": f"{_CLAIM} i:89999", "iterations": 90000, **_FOUND}],
        [{"bbox": f"{_CLAIM} @8", "epochs": 12, "state": "running"}],
        [{"bbox": f"{_CLAIM} @40", "epochs": 300, "events": ["#90 finished: no improvement in 100 epochs"]}],
        [{"bbox": _CLAIM, "epochs": 12}],
    ],
)
def cut_schedule(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """The log ends before the configured schedule does, and its last result stands for the run.

    Below `cut_schedule` of the configured epochs or iterations. An info where no note reports the result.

    Why: the learning rate falls at the end of a schedule, and much of AP comes with it: in MODEL_ZOO.md of
    facebookresearch/detectron2, R50-FPN gains about two points from 1x to 3x.

    Do: Let it finish, or say which epoch the result is of.
    """
    planned = [(e, s) for e in records.experiments if (s := _schedule(e)) and _reached(e, s.name) is not None]
    if not planned:
        yield NotRun("no log tells both the configured schedule and how far it came")
    for experiment, schedule in planned:
        reached, full = _reached(experiment, schedule.name) or 0.0, float(schedule.value)
        done = experiment.state in ("running", "failed") or any(e.kind == "finished" for e in experiment.events)
        if not done and reached + 1 < full * settings.cut_schedule:
            noted = any(e.origin == "note" for e in experiment.evaluations)
            yield Fault(
                f"{called(experiment)} was cut short: the log ends at {reached:,.0f} of {full:,.0f} {schedule.name}"
                f"{', and the note reports its result' if noted else ''}.",
                (experiment,),
                _places(experiment, schedule),
                severity="warning" if noted else "info",
            )


def _schedule(experiment: Experiment) -> Setting | None:
    """The configured length of a training that the log shows."""
    logged = [e for e in experiment.evaluations if e.origin == "log"]
    for name in ("iterations", "epochs"):
        setting = experiment.setting(name)
        if logged and setting and isinstance(setting.value, int | float) and 1 < setting.value < 1e9:
            return setting
    return None


def _reached(experiment: Experiment, unit: str) -> float | None:
    """How far the log tells that the training came."""
    name = unit.removesuffix("s")
    steps = [c.end for c in experiment.curves if c.unit == name]
    places = (*(e for e in experiment.evaluations if e.origin == "log"), *experiment.events)
    steps += [float(step) for place in places if (step := getattr(place, name)) is not None]
    return max(steps, default=None)


def _places(experiment: Experiment, schedule: Setting) -> tuple[Where, ...]:
    last = next(e for e in reversed(experiment.evaluations) if e.origin == "log")
    return tuple(dict.fromkeys((last.where, schedule.where)))
