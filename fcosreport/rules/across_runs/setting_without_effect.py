"""FR405."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import isfinite

from fcosreport.comparing.contrast import contrast
from fcosreport.evidence.equality import losses
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment
from fcosreport.settings import Settings
from fcosreport.wording import listed

_LOSSES = " ".join(f"{2.1 - 0.0437 * step:.4f}" for step in range(24))
_OTHER = " ".join(f"{2.1 - 0.0421 * step:.4f}" for step in range(24))

_PARTS = {
    f"curve_{part}_loss": " ".join(f"{start - 0.0813 * epoch:.5f}" for epoch in range(8))
    for part, start in (("box", 1.7154), ("cls", 1.795), ("dfl", 1.1964))
}
"""A training of eight epochs whose log has no total."""


@rule(
    "FR405",
    "error",
    fires=[
        [{"curve_loss": _LOSSES, "lr": 0.001, "state": "failed"}, {"curve_loss": _LOSSES, "lr": 0.01}],
        [{"curve_loss": _LOSSES, "seed": 1}, {"curve_loss": _LOSSES, "seed": 2}, {"curve_loss": _OTHER, "seed": 3}],
        [{**_PARTS, "seed": 1}, {**_PARTS, "seed": 2}],
        [{**_PARTS, "train_batch_size": 16}, {**_PARTS, "train_batch_size": 8}],
    ],
    quiet=[
        [{"curve_loss": _LOSSES, "lr": 0.001}, {"curve_loss": _OTHER, "lr": 0.01}],
        [{"curve_loss": _LOSSES, "lr": 0.001}, {"curve_loss": _LOSSES, "lr": 0.001}],
        [{"curve_loss": "2.1 2.0 1.9", "seed": 1}, {"curve_loss": "2.1 2.0 1.9", "seed": 2}],
        [{**_PARTS, "seed": 1}, {**_PARTS, "curve_cls_loss": "1.9 1.8 1.7 1.6 1.5 1.4 1.3 1.2", "seed": 2}],
        [{"curve_loss": "0 " * 24, "seed": 1}, {"curve_loss": "0 " * 24, "seed": 2}],
    ],
    after=("FR401",),
    needs=("fewer than two logs hold a loss", lambda records: _with_losses(records.experiments)),
)
def setting_without_effect(trained: list[tuple[Experiment, tuple[float, ...]]], settings: Settings) -> Iterator[Fault]:
    """Runs with another learning rate, seed or batch size log the same losses.

    The first `equal_losses` logged training losses are equal, digit by digit; of a short training all of its parts.

    Why: victorchall/EveryDream2trainer#120: the setting never reached the program, so one training was run twice. Or
    one of the logs is a copy of the other, whatever lies beside it.

    Do: Look how the setting is handed over, and print it where it is used; and whether a log was copied.
    """
    alike: dict[tuple[float, ...], list[Experiment]] = defaultdict(list)
    most = max(2, min(settings.equal_losses, 32))
    for experiment, logged in trained:
        values = logged[:most]
        if len(values) == most and all(map(isfinite, values)) and len(set(values)) * 2 > most:
            alike[values].append(experiment)
    for values, experiments in alike.items():
        without = [name for name in ("lr", "seed", "train_batch_size") if _differs(experiments, name)]
        if without:
            labels = contrast(experiments).labels(experiments)
            yield Fault(
                f"{listed(labels)} log the same {len(values)} losses ({values[0]:.6g}, {values[1]:.6g}, ...): "
                f"{listed(without)} had no effect, or one of the logs is a copy.",
                tuple(experiments),
                tuple(next(c.where for c in e.curves if "loss" in c.name) for e in experiments),
            )


def _with_losses(experiments: Sequence[Experiment]) -> list[tuple[Experiment, tuple[float, ...]]]:
    found = [(experiment, losses(experiment)) for experiment in experiments if experiment.curves]
    return found if sum(bool(logged) for _, logged in found) > 1 else []


def _differs(experiments: list[Experiment], name: str) -> bool:
    return len({str(value) for e in experiments if (value := e.value(name)) is not None}) > 1
