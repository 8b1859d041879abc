"""FR405."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from math import isfinite

from fcosreport.comparing.contrast import contrast
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Curve, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import listed

_LOSSES = " ".join(f"{2.1 - 0.0437 * step:.4f}" for step in range(24))
_OTHER = " ".join(f"{2.1 - 0.0421 * step:.4f}" for step in range(24))


@rule(
    "FR405",
    "error",
    fires=[
        [{"curve_loss": _LOSSES, "lr": 0.001, "state": "failed"}, {"curve_loss": _LOSSES, "lr": 0.01}],
        [{"curve_loss": _LOSSES, "seed": 1}, {"curve_loss": _LOSSES, "seed": 2}, {"curve_loss": _OTHER, "seed": 3}],
    ],
    quiet=[
        [{"curve_loss": _LOSSES, "lr": 0.001}, {"curve_loss": _OTHER, "lr": 0.01}],
        [{"curve_loss": _LOSSES, "lr": 0.001}, {"curve_loss": _LOSSES, "lr": 0.001}],
        [{"curve_loss": "2.1 2.0 1.9", "seed": 1}, {"curve_loss": "2.1 2.0 1.9", "seed": 2}],
        [{"curve_loss": "0 " * 24, "seed": 1}, {"curve_loss": "0 " * 24, "seed": 2}],
    ],
    after=("FR401",),
)
def setting_without_effect(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """Runs with another learning rate or seed log the same losses.

    The first `equal_losses` logged training losses are equal, digit by digit.

    Why: victorchall/EveryDream2trainer#120: the setting never reached the program, so one training was run twice.

    Do: Look how the setting is handed over, and print it where it is used.
    """
    curves = [(e, c) for e in records.experiments if (c := _loss(e))]
    if len(curves) < 2:
        yield NotRun("fewer than two logs hold a loss")
    alike: dict[tuple[float, ...], list[Experiment]] = defaultdict(list)
    most = max(2, min(settings.equal_losses, 32))
    for experiment, curve in curves:
        values = tuple(array("d", curve.head)[:most])
        if len(values) == most and all(map(isfinite, values)) and len(set(values)) * 2 > most:
            alike[values].append(experiment)
    for values, experiments in alike.items():
        without = [name for name in ("lr", "seed") if _differs(experiments, name)]
        if without:
            labels = contrast(experiments).labels(experiments)
            yield Fault(
                f"{listed(labels)} log the same {len(values)} losses ({values[0]:.6g}, {values[1]:.6g}, ...), so "
                f"{listed(without)} had no effect.",
                tuple(experiments),
                tuple(loss.where for experiment in experiments if (loss := _loss(experiment))),
            )


def _loss(experiment: Experiment) -> Curve | None:
    return next((curve for curve in experiment.curves if curve.name == "loss"), None)


def _differs(experiments: list[Experiment], name: str) -> bool:
    return len({str(value) for e in experiments if (value := e.value(name)) is not None}) > 1
