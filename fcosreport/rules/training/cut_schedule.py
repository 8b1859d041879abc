"""FR208."""

from collections.abc import Iterator

from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


@rule(
    "FR208",
    "warning",
    fires=[
        [{"note_bbox": GOOD, "bbox": [f"{GOOD} @{n}" for n in (6, 7)], "epochs": 12, **JOINED}],
        [{"bbox": f"{GOOD} i:45000", "iterations": 90000}],
    ],
    quiet=[
        [{"note_bbox": GOOD, "bbox": [f"{GOOD} @{n}" for n in (10, 11)], "epochs": 12, **JOINED}],
        [{"note_bbox": GOOD, "bbox": f"{GOOD} i:89999", "iterations": 90000, **JOINED}],
        [{"bbox": f"{GOOD} @8", "epochs": 12, "state": "running"}],
        [{"bbox": f"{GOOD} @40", "epochs": 300, "events": ["#90 finished: no improvement in 100 epochs"]}],
        [{"bbox": GOOD, "epochs": 12}],
    ],
    needs=(
        "no log tells both the configured schedule and how far it came",
        lambda records: [found for experiment in records.experiments if (found := _planned(experiment))],
    ),
)
def cut_schedule(planned: list[tuple[Experiment, Setting, float]], settings: Settings) -> Iterator[Fault]:
    """The log ends before the configured schedule does, and its last result stands for the run.

    Below `cut_schedule` of the configured epochs or iterations. An info where no note reports the result.

    Why: the learning rate falls at the end of a schedule, and much of AP comes with it: in MODEL_ZOO.md of
    facebookresearch/detectron2, R50-FPN gains about two points from 1x to 3x.

    Do: Let it finish, or say which epoch the result is of.
    """
    for experiment, schedule, reached in planned:
        full = float(schedule.value)
        done = experiment.state in ("running", "failed") or any(e.kind == "finished" for e in experiment.events)
        if not done and reached + 1 < full * settings.cut_schedule:
            noted = any(e.origin == "note" for e in experiment.evaluations)
            yield Fault(
                f"{called(experiment)} was cut short: the log ends at {reached:,.0f} of {full:,.0f} {schedule.name}"
                f"{', and the note reports its result' if noted else ''}.",
                (experiment,),
                (next(e.where for e in reversed(experiment.evaluations) if e.origin == "log"), schedule.where),
                severity="warning" if noted else "info",
            )


def _planned(experiment: Experiment) -> tuple[Experiment, Setting, float] | None:
    """The configured length of a training that the log shows, and how far it came."""
    logged = [e for e in experiment.evaluations if e.origin == "log"]
    for name in ("iterations", "epochs"):
        setting = experiment.setting(name)
        if logged and setting and isinstance(setting.value, int | float) and 1 < setting.value < 1e9:
            reached = _reached(experiment, name)
            return None if reached is None else (experiment, setting, reached)
    return None


def _reached(experiment: Experiment, unit: str) -> float | None:
    """How far the log tells that the training came."""
    name = unit.removesuffix("s")
    steps = [c.end for c in experiment.curves if c.unit == name]
    places = (*(e for e in experiment.evaluations if e.origin == "log"), *experiment.events)
    steps += [float(step) for place in places if (step := getattr(place, name)) is not None]
    return max(steps, default=None)
