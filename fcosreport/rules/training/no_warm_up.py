"""FR205."""

from collections.abc import Iterator

from fcosreport.evidence.recipes import factor, is_detector
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Curve, Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_FLAT = "0.01 0.01 0.01 0.01"


@rule(
    "FR205",
    "warning",
    fires=[
        [{"lr": 0.01, "train_batch_size": 16, "curve_lr": _FLAT, "bbox": GOOD}],
        [{"name": "fcos_r50", "lr": 0.01, "train_batch_size": 16, "curve_lr": _FLAT}],
        [{"bbox": GOOD, "lr": 0.02, "optimizer": "sgd", "warmup_iterations": 500, "curve_lr": "0.02 0.02 0.02 0.002"}],
    ],
    quiet=[
        [{"lr": 0.01, "train_batch_size": 16, "bbox": GOOD, "curve_lr": "0.0035 0.0038 0.0041"}],
        [{"lr": 0.01, "bbox": GOOD, "optimizer": "adamw", "curve_lr": _FLAT}],
        [{"name": "detr_r50", "lr": 0.01, "curve_lr": _FLAT}],
        [{"name": "unet_small", "lr": 0.01, "train_batch_size": 16, "curve_lr": _FLAT}],
        [{"lr": 0.01, "bbox": GOOD, "warmup_iterations": 10, "curve_lr": _FLAT}],
        [{"lr": 0.001, "train_batch_size": 16, "bbox": GOOD, "curve_lr": "0.001 0.001 0.001"}],
        [{"lr": 0.01, "bbox": GOOD, "curve_lr": _FLAT, "events": ["#9 resumed: from iteration 5000"]}],
    ],
    needs=(
        "no log tells both the base learning rate and the one of each iteration",
        lambda records: [
            (e, s, c) for e in records.experiments if (s := e.setting("lr")) and s.value and (c := _rates(e))
        ],
    ),
    shares=nothing,
)
def no_warm_up(known: list[tuple[Experiment, Setting, Curve]], settings: Settings) -> Iterator[Fault]:
    """The training starts at its full learning rate.

    For detectors, by SGD at a learning rate near the linear scale or above it, in logs that begin within
    `warm_up_shown` iterations.

    Why: tianzhi0549/FCOS#222; the schedules of FCOS and of maskrcnn-benchmark begin with 500 iterations of warm-up,
    without which the first steps at the base learning rate may spoil the model or end in NaN.

    Do: Raise the learning rate from a third or less to the base in the first 500 to 1,000 iterations.
    """
    for experiment, base, curve in known:
        near_scale = (factor(experiment, settings) or 0) * settings.lr_scale_tolerance >= 1
        if near_scale and is_detector(experiment) and _starts_flat(experiment, curve, settings):
            yield Fault(
                f"{called(experiment)} has no warm-up: the first logged learning rate, at iteration {curve.begin:g}, "
                f"is the base of {base.shown}.",
                (experiment,),
                (curve.where, base.where),
            )


def _rates(experiment: Experiment) -> Curve | None:
    return next((c for c in experiment.curves if c.name == "lr" and c.unit == "iteration"), None)


def _starts_flat(experiment: Experiment, curve: Curve, settings: Settings) -> bool:
    lr, warm_up = experiment.value("lr"), experiment.value("warmup_iterations")
    if not isinstance(lr, int | float) or any(event.kind == "resumed" for event in experiment.events):
        return False
    over = isinstance(warm_up, int | float) and 0 < warm_up <= curve.begin
    head = curve.beginning[:3]
    flat = len(head) == 3 and all(abs(value - lr) <= 1e-3 * lr for value in head)
    return flat and not over and curve.begin <= settings.warm_up_shown
