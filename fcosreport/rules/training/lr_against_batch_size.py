"""FR201."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from fcosreport.evidence.recipes import Scale, effective_batch, factor, is_named, is_tuned, scale, without_rate
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Records, Setting, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_AS_ADAM = 0.1  # factor of the scale up to which a learning rate may be one of AdamW: 1e-4 where that of SGD is 1e-2


@rule(
    "FR201",
    "warning",
    fires=[
        [{"lr": 0.01, "train_batch_size": 4}],
        [{"lr": 0.01, "train_batch_size": 16, "effective_batch_size": 128}],
        [{"lr": 0.001, "train_batch_size": 16, "optimizer": "sgd"}],
        [
            {"lr": 0.001, "train_batch_size": 4, "group": "note#sweep"},
            {"lr": 0.005, "train_batch_size": 4, "group": "note#sweep"},
        ],
        [{"name": "fcos_mice", "init": "fcos_r50_1x_coco.pth", "lr": 0.01, "train_batch_size": 4}],
        [{"name": "faster_rcnn_r50_lrx3", "lr": 0.03, "train_batch_size": 8, "framework": "mmdetection 2.12.0"}],
        [
            {"name": "mask_rcnn_lr3", "lr": 0.0033, "train_batch_size": 8},
            {"name": "mask_rcnn_lr10", "lr": 0.001, "train_batch_size": 8},
        ],
    ],
    quiet=[
        [{"lr": 0.01, "train_batch_size": 4, "effective_batch_size": 16}],
        [{"lr": 0.01, "train_batch_size": 16}],
        [{"lr": 0.005, "train_batch_size": 4}, {"lr": 0.02, "train_batch_size": 16}],
        [{"lr": 0.01}, {"train_batch_size": 4}],
        [{"lr": 0.0001, "train_batch_size": 16, "optimizer": "adamw"}],
        [{"name": "detr_r50", "lr": 0.0001, "train_batch_size": 2}],
        [{"name": "faster_rcnn_r50", "lr": 0.02, "train_batch_size": 16}, {"lr": 0.02, "train_batch_size": 32}],
        [{"name": "mice_e100", "lr": 0.03, "train_batch_size": 8, "framework": "mmdetection 2.12.0"}],
        [{"name": "run", "config": "ssd300_coco.py", "lr": 0.002, "train_batch_size": 64}],
        [{"name": "run", "init": "weights/yolov8n.pt", "lr": 0.01, "train_batch_size": 64}],
        [
            {
                "name": "fcos_mice",
                "init": "fcos_r50_1x_coco.pth",
                "lr": 0.001,
                "train_batch_size": 16,
                "optimizer": "sgd",
            }
        ],
        [{"name": "fcos_finetuned", "lr": 0.001, "train_batch_size": 16, "optimizer": "sgd"}],
    ],
    shares=lambda experiment: filter(None, ["\n".join(_sweep(experiment)).strip()]),
)
def lr_against_batch_size(records: Records, settings: Settings) -> Iterator[Fault]:
    """The learning rate does not fit the batch size.

    Held against `reference_lr` at `reference_batch_size` (FCOS: 0.01 at 16; R-CNN is held against 0.02 at 16) on the
    linear scale; fires beyond a factor of `lr_scale_tolerance`. Other optimizers than SGD, and detectors of another
    recipe, are left out; so is the log of a toolbox where nothing names the detector, and what goes on from the weights
    of a detector at less. A learning rate below the scale costs time and spoils nothing: it is an info, and at a tenth
    or less may be one of AdamW where no optimizer is stated. So is a declared sweep: experiments under one heading, or
    of one name but for the learning rate in it, with different learning rates; and a run whose name says by what factor
    (`lrx3`).

    Why: open-mmlab/mmdetection#4377: batch 4 at lr 0.01 gave NaN.

    Do: Scale the learning rate with the batch size, and warm up; or declare the sweep by putting its learning rates
    under one heading.
    """
    rates: dict[tuple[str, str], set[object]] = defaultdict(set)
    for experiment in records.experiments:
        rates[_sweep(experiment)].add(experiment.value("lr"))
    found: dict[tuple[object, ...], list[_Odd]] = defaultdict(list)
    for each in filter(None, (_odd(experiment, settings) for experiment in records.experiments)):
        sweep = _sweep(each.experiment)
        alike = (each.lr.value, each.batch.value, each.scale, each.may_be_adam)
        found[sweep if sweep[1] and len(rates[sweep] - {None}) > 1 else alike].append(each)
    for key, odd in found.items():
        yield _in_sweep(odd) if isinstance(key[0], str) else _fault(odd)


class _Odd(Struct, frozen=True):
    """An experiment whose learning rate is `factor` times that of the scale at its batch, beyond the tolerance."""

    experiment: Experiment
    lr: Setting
    batch: Setting
    scale: Scale
    factor: float

    @property
    def may_be_adam(self) -> bool:
        return self.experiment.value("optimizer") is None and self.factor <= _AS_ADAM

    @property
    def is_studied(self) -> bool:
        """Whether the name says by what factor the learning rate is another (`lrx3`): that is what the run studies."""
        return "x" in without_rate(self.experiment.name)[1].lower()

    def __str__(self) -> str:
        times = f"{self.factor:.3g} times" if self.factor > 1 else f"1/{1 / self.factor:.3g} of"
        return f"lr {self.lr.shown} at batch {self.batch.shown} is {times}"


def _sweep(experiment: Experiment) -> tuple[str, str]:
    """What the experiments of a sweep share: their heading, or their name without its learning rate; else nothing."""
    if experiment.group:
        return experiment.where.path, experiment.group
    name, rate = without_rate(experiment.name)
    return "", name if rate else ""


def _odd(experiment: Experiment, settings: Settings) -> _Odd | None:
    lr, batch = experiment.setting("lr"), effective_batch(experiment)
    times = factor(experiment, settings) if lr and batch else None
    tolerance = settings.lr_scale_tolerance * (1 + 1e-6)
    if not (lr and batch and times) or 1 / tolerance <= times <= tolerance or not is_named(experiment):
        return None
    if times < 1 and is_tuned(experiment):
        return None
    fitting = scale(experiment, settings)
    return _Odd(experiment, lr, batch, fitting, times) if fitting else None


def _fault(odd: Sequence[_Odd]) -> Fault:
    first = odd[0]
    fitting = float(first.lr.value) / first.factor
    return Fault(
        f"{first} {_scale_text(first.scale)}: {listed([called(each.experiment) for each in odd])}.",
        *_evidence(odd),
        advice=f"On that scale batch {first.batch.value} has lr {fitting:g}, with warm-up. A sweep of learning rates "
        f"under one heading is no fault{', and AdamW has another scale' if first.may_be_adam else ''}.",
        severity="info" if first.factor < 1 or all(each.is_studied for each in odd) else "warning",
    )


def _in_sweep(odd: Sequence[_Odd]) -> Fault:
    return Fault(
        f"The sweep of {listed([called(each.experiment) for each in odd])} leaves {_scale_text(odd[0].scale)}: "
        f"{listed([f'{text} it' for text in dict.fromkeys(map(str, odd))])}.",
        *_evidence(odd),
        advice="Nothing, if the sweep is meant to show that.",
        severity="info",
    )


def _scale_text(scale: Scale) -> str:
    return f"the linear scale of {scale[0]:g} at {scale[1]}"


def _evidence(odd: Sequence[_Odd]) -> tuple[tuple[Experiment, ...], tuple[Where, ...]]:
    places = dict.fromkeys(setting.where for each in odd for setting in (each.lr, each.batch))
    return tuple(each.experiment for each in odd), tuple(places)
