"""Experiments with curves and results over time, written as records by hand, for the charts."""

import math
from array import array
from collections.abc import Sequence

from msgspec.structs import replace

from fcosreport.records import Curve, Evaluation, Experiment, Metric, Setting, State, Unit, Where
from fcosreport.report.report import Report, View

WHERE = Where("log.txt", 1)
SVG = "{http://www.w3.org/2000/svg}"
NAN = math.nan


def curve(name: str, values: Sequence[float], unit: Unit = "iteration", *, pointed: bool = True) -> Curve:
    points = array("d", [number for pair in enumerate(values) for number in pair])
    ends = (float(len(values) - 1), values[0], values[-1], min(values), max(values))
    return Curve(name, unit, len(values), 0.0, *ends, WHERE, points=points.tobytes() if pointed else b"")


def evaluation(ap: float | None, step: int | None = None, task: str = "bbox", **told: object) -> Evaluation:
    made = Evaluation(task, (Metric("AP", ap, str(ap)),), WHERE, iteration=step)
    return replace(made, **told)


def experiment(
    name: str,
    aps: Sequence[float | None] = (),
    *curves: Curve,
    state: State = "finished",
    lr: float | None = None,
    more: Sequence[Evaluation] = (),
) -> Experiment:
    return Experiment(
        id=name,
        name=name,
        state=state,
        where=WHERE,
        settings=(Setting("lr", lr, str(lr), WHERE),) if lr is not None else (),
        evaluations=(*(evaluation(ap, 1000 * number) for number, ap in enumerate(aps, 1)), *more),
        curves=curves,
    )


def report(*experiments: Experiment, view: View | None = None) -> Report:
    made = Report(title="t", version="1", experiments=experiments, findings=(), issues=(), sources=())
    return replace(made, view=view or View())


def pointed(made: Report) -> Report:
    """The report with curves, classes and a task's name that are as hostile as all else in it."""
    return replace(
        made,
        experiments=tuple(
            replace(
                each,
                settings=(*each.settings, Setting("lr", 1e-3 * number, "", WHERE)),
                curves=(curve("loss", [3.0, 1e300, NAN, 1.0, -2.0]), curve(f"loss {each.name}", [1.0, 2.0])),
                evaluations=(
                    *(
                        evaluation(0.1, step, task)
                        for step in (1, 2)
                        for task in ("bbox", made.title, each.name or "x")
                    ),
                    *(evaluation(0.1, category=f"{n} {each.name}") for n in range(3)),
                ),
            )
            for number, each in enumerate(made.experiments, 1)
        ),
    )
