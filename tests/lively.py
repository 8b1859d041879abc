"""Experiments as trainings leave them: with evaluations over time, masks, classes and curves."""

import math

from msgspec.structs import replace

from fcosreport.curves import curve_of
from fcosreport.records import Curve, Evaluation, Experiment, Metric, Where
from fcosreport.report.report import Report
from tests.baseline import baseline, experiment

LOG = Where("runs/a/log.txt", 7)
SHARES = dict(
    zip("AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split(), (1 + n / 20 for n in range(12)), strict=True)
)


def curve(name: str, values: list[float]) -> Curve:
    return curve_of(name, "iteration", [20.0 * step for step in range(len(values))], values, LOG)


def at(epoch: int, ap: float, *, task: str = "bbox", category: str | None = None) -> Evaluation:
    metrics = tuple(Metric(name, ap * share, f"{ap * share:.3f}") for name, share in SHARES.items())
    return Evaluation(task, metrics, LOG, epoch=epoch, category=category)


def trained(number: int, *, is_drawn: bool) -> Experiment:
    """An experiment with 12 epochs of boxes and masks, the classes of the last one, and perhaps curves to draw."""
    ap = 0.1 + (number % 37) / 100
    loss = [2 / (1 + step / 50) + 0.1 * math.sin(step * number) for step in range(500)]
    curves = (curve("loss", loss), curve("lr", [0.01 if step < 400 else 0.001 for step in range(500)]))
    classes = [at(12, ap * share, category=name) for name, share in (("person", 1.1), ("car", 0.9), ("dog", 0.7))]
    told = experiment(
        f"trained_{number:04}", "failed" if number % 9 == 5 else "finished", number + 1, f"{(number % 7 + 1) / 1000}"
    )
    return replace(
        told,
        evaluations=(*(at(n, ap * n / 12) for n in range(1, 13)), *classes, at(12, ap * 0.9, task="segm")),
        curves=curves if is_drawn else tuple(replace(each, points=b"") for each in curves),
        files=(LOG.path,),
    )


def lively(count: int) -> Report:
    """Trained experiments, of which the first 50 have the points of their curves."""
    experiments = tuple(trained(number, is_drawn=number < 50) for number in range(count))
    return replace(baseline(), experiments=experiments, findings=())
