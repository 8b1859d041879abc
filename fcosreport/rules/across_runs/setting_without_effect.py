"""FR405."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import isfinite

from fcosreport.comparing.contrast import contrast
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Curve, Experiment
from fcosreport.settings import Settings
from fcosreport.wording import listed

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
    needs=("fewer than two logs hold a loss", lambda records: _with_losses(records.experiments)),
)
def setting_without_effect(curves: list[tuple[Experiment, Curve]], settings: Settings) -> Iterator[Fault]:
    """Runs with another learning rate or seed log the same losses.

    The first `equal_losses` logged training losses are equal, digit by digit.

    Why: victorchall/EveryDream2trainer#120: the setting never reached the program, so one training was run twice.

    Do: Look how the setting is handed over, and print it where it is used.
    """
    alike: dict[tuple[float, ...], list[tuple[Experiment, Curve]]] = defaultdict(list)
    most = max(2, min(settings.equal_losses, 32))
    for experiment, curve in curves:
        values = tuple(curve.beginning[:most])
        if len(values) == most and all(map(isfinite, values)) and len(set(values)) * 2 > most:
            alike[values].append((experiment, curve))
    for values, found in alike.items():
        experiments = [experiment for experiment, _ in found]
        without = [name for name in ("lr", "seed") if _differs(experiments, name)]
        if without:
            labels = contrast(experiments).labels(experiments)
            yield Fault(
                f"{listed(labels)} log the same {len(values)} losses ({values[0]:.6g}, {values[1]:.6g}, ...), so "
                f"{listed(without)} had no effect.",
                tuple(experiments),
                tuple(curve.where for _, curve in found),
            )


def _with_losses(experiments: Sequence[Experiment]) -> list[tuple[Experiment, Curve]]:
    curves = (next(((e, curve) for curve in e.curves if curve.name == "loss"), None) for e in experiments)
    found = [each for each in curves if each]
    return found if len(found) > 1 else []


def _differs(experiments: list[Experiment], name: str) -> bool:
    return len({str(value) for e in experiments if (value := e.value(name)) is not None}) > 1
