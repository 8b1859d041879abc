"""FR201."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.records import Experiment, Records, Where
from fcosreport.rule import Fault, rule
from fcosreport.settings import Settings
from fcosreport.wording import called, listed

_OWN_RECIPE = re.compile(r"detr|former|adam|yolo|swin|vit", re.IGNORECASE)
"""Models that are trained with AdamW or with a learning rate for a nominal batch: SGD's linear scale says nothing."""


@rule(
    "FR201",
    "warning",
    fires=[
        [{"lr": 0.01, "train_batch_size": 4}],
        [{"lr": 0.001, "train_batch_size": 16, "optimizer": "sgd"}],
        [
            {"lr": 0.001, "train_batch_size": 4, "group": "note#sweep"},
            {"lr": 0.005, "train_batch_size": 4, "group": "note#sweep"},
        ],
    ],
    quiet=[
        [{"lr": 0.01, "train_batch_size": 16}],
        [{"lr": 0.005, "train_batch_size": 4}, {"lr": 0.02, "train_batch_size": 16}],
        [{"lr": 0.01}, {"train_batch_size": 4}],
        [{"lr": 0.0001, "train_batch_size": 16, "optimizer": "adamw"}],
        [{"name": "detr_r50", "lr": 0.0001, "train_batch_size": 2}],
    ],
)
def lr_against_batch_size(records: Records, settings: Settings) -> Iterator[Fault]:
    """The learning rate does not fit the batch size.

    Held against `reference_lr` at `reference_batch_size` (FCOS: 0.01 at 16) on the linear scale; fires beyond a factor
    of `lr_scale_tolerance`. Other optimizers than SGD are left out; a learning rate at a tenth of the scale or less may
    be one of AdamW where no optimizer is stated, and is an info. So is a declared sweep: experiments under one heading
    with different learning rates.

    Why: open-mmlab/mmdetection#4377: batch 4 at lr 0.01 gave NaN.

    Do: Scale the learning rate with the batch size, and warm up; or declare the sweep by putting its learning rates
    under one heading.
    """
    rates: dict[tuple[str, str], set[object]] = defaultdict(set)
    for experiment in records.experiments:
        rates[_sweep(experiment)].add(experiment.value("lr"))
    odd: dict[tuple[object, ...], list[Experiment]] = defaultdict(list)
    for experiment in records.experiments:
        if _factor(experiment, settings):
            sweep = bool(experiment.group) and len(rates[_sweep(experiment)] - {None}) > 1
            pair = (experiment.value("lr"), experiment.value("train_batch_size"), _may_be_adam(experiment, settings))
            odd[_sweep(experiment) if sweep else pair].append(experiment)
    for key, experiments in odd.items():
        yield _in_sweep(experiments, settings) if isinstance(key[0], str) else _fault(experiments, settings)


def _sweep(experiment: Experiment) -> tuple[str, str]:
    return experiment.where.path, experiment.group


def _factor(experiment: Experiment, settings: Settings) -> float | None:
    """How many times the linear scale the learning rate is, where that is beyond the tolerance."""
    lr, batch = experiment.value("lr"), experiment.value("train_batch_size")
    optimizer = str(experiment.value("optimizer") or "sgd").lower()
    if not isinstance(lr, int | float) or not isinstance(batch, int | float):
        return None
    if not 0 < lr < 1e6 or not 0 < batch < 1e9:
        return None
    if optimizer not in ("sgd", "momentum") or _OWN_RECIPE.search(f"{experiment.name} {experiment.title}"):
        return None
    factor = lr / settings.reference_lr / (batch / settings.reference_batch_size)
    tolerance = settings.lr_scale_tolerance * (1 + 1e-6)
    return None if 1 / tolerance <= factor <= tolerance else factor


def _may_be_adam(experiment: Experiment, settings: Settings) -> bool:
    return experiment.value("optimizer") is None and (_factor(experiment, settings) or 1) <= 0.1


def _fault(experiments: Sequence[Experiment], settings: Settings) -> Fault:
    first = experiments[0]
    lr, batch = first.value("lr"), first.value("train_batch_size")
    fitting = float(lr or 0) / (_factor(first, settings) or 1)
    adam = _may_be_adam(first, settings)
    return Fault(
        f"{_told(first, settings)} the linear scale of {settings.reference_lr:g} at {settings.reference_batch_size}: "
        f"{listed([called(experiment) for experiment in experiments])}.",
        tuple(experiments),
        _places(experiments),
        advice=f"On that scale batch {batch} has lr {fitting:g}, with warm-up. A sweep of learning rates under one "
        f"heading is no fault{', and AdamW has another scale' if adam else ''}.",
        severity="info" if adam else "warning",
    )


def _in_sweep(experiments: Sequence[Experiment], settings: Settings) -> Fault:
    told = listed([f"{text} it" for text in dict.fromkeys(_told(experiment, settings) for experiment in experiments)])
    return Fault(
        f"The sweep of {listed([called(experiment) for experiment in experiments])} leaves the linear scale of "
        f"{settings.reference_lr:g} at {settings.reference_batch_size}: {told}.",
        tuple(experiments),
        _places(experiments),
        advice="Nothing, if the sweep is meant to show that.",
        severity="info",
    )


def _told(experiment: Experiment, settings: Settings) -> str:
    lr, batch, factor = experiment.setting("lr"), experiment.setting("train_batch_size"), _factor(experiment, settings)
    if not (lr and batch and factor):
        return ""
    times = f"{factor:.3g} times" if factor > 1 else f"1/{1 / factor:.3g} of"
    return f"lr {lr.shown} at batch {batch.shown} is {times}"


def _places(experiments: Sequence[Experiment]) -> tuple[Where, ...]:
    found = (experiment.setting(name) for experiment in experiments for name in ("lr", "train_batch_size"))
    return tuple(dict.fromkeys(setting.where for setting in found if setting))
