"""FR208."""

from collections.abc import Iterator

from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Experiment
from fcosreport.runs.state import Progress, over_patience, progress
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


def _after(best: int, last: int) -> list[str]:
    """The evaluations of a training from its best epoch to its last."""
    return [f"{GOOD} @{best}", *(f"0.37{n % 10} 0.56{n % 10} 0.400 @{n}" for n in range(best + 1, last + 1))]


@rule(
    "FR208",
    "warning",
    fires=[
        [{"note_bbox": GOOD, "bbox": [f"{GOOD} @{n}" for n in (6, 7)], "epochs": 12, **JOINED}],
        [{"bbox": f"{GOOD} i:45000", "iterations": 90000}],
        [{"bbox": _after(20, 28), "epochs": 50, "patience": 10}],
    ],
    quiet=[
        [{"note_bbox": GOOD, "bbox": [f"{GOOD} @{n}" for n in (10, 11)], "epochs": 12, **JOINED}],
        [{"note_bbox": GOOD, "bbox": f"{GOOD} i:89999", "iterations": 90000, **JOINED}],
        [{"bbox": f"{GOOD} @8", "epochs": 12, "state": "running"}],
        [{"bbox": f"{GOOD} @40", "epochs": 300, "events": ["#90 finished: no improvement in 100 epochs"]}],
        [{"bbox": _after(20, 30), "epochs": 50, "patience": 10}],
        [{"bbox": GOOD, "epochs": 12}],
    ],
    needs=(
        "no log tells both the configured schedule and how far it came",
        lambda records: [(each, came) for each in records.experiments if (came := _planned(each))],
    ),
    shares=nothing,
)
def cut_schedule(planned: list[tuple[Experiment, Progress]], settings: Settings) -> Iterator[Fault]:
    """The log ends before the configured schedule does, and its last result stands for the run.

    Below `cut_schedule` of the configured epochs or iterations. An info where no note reports the result, or where it
    says itself that the training was stopped. Nothing where it got no better for as many epochs as its `patience`: it
    was to end there.

    Why: the learning rate falls at the end of a schedule, and much of AP comes with it: in MODEL_ZOO.md of
    facebookresearch/detectron2, R50-FPN gains about two points from 1x to 3x.

    Do: Let it finish, or say which epoch the result is of.
    """
    for experiment, came in planned:
        done = experiment.state in ("running", "failed") or any(e.kind == "finished" for e in experiment.events)
        done = done or over_patience(experiment.evaluations, {s.name: s for s in experiment.settings}) is not None
        if not done and came.reached + 1 < came.full * settings.cut_schedule:
            is_said = experiment.state == "stopped" and experiment.reason not in ("", str(came))
            noted = not is_said and any(e.origin == "note" for e in experiment.evaluations)
            yield Fault(
                f"{called(experiment)} was cut short: the log ends {came} {came.unit}s"
                f"{', and the note reports its result' if noted else ''}.",
                (experiment,),
                (next(e.where for e in reversed(experiment.evaluations) if e.origin == "log"), came.where),
                severity="warning" if noted else "info",
            )


def _planned(experiment: Experiment) -> Progress | None:
    """How far the training came of a schedule that is told, where a log has its result."""
    if not any(evaluation.origin == "log" for evaluation in experiment.evaluations):
        return None
    settings = {setting.name: setting for setting in experiment.settings}
    return progress(experiment.events, experiment.evaluations, experiment.curves, settings)
