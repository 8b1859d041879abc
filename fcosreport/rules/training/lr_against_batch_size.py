"""FR201."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Records, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, listed

_OWN_RECIPE = re.compile(
    r"detr|former|adam|yolo|swin|convnext|(?<![a-z])vit|(?<![a-z])ssd|efficientdet|(?:corner|center)net|nanodet|rtmdet"
    r"|sparse.?r-?cnn",
    re.IGNORECASE,
)
"""Models that are trained with AdamW, with a learning rate for a nominal batch, or on a scale of their own."""
_ONE_STAGE = re.compile(
    r"fcos|retina_?net|atss|gfocal|fovea_?box|free_?anchor|reppoints|vfnet|varifocal|(?<![a-z])(?:gfl|paa|fsaf)(?![a-z])",
    re.IGNORECASE,
)
"""Detectors that are trained as FCOS is."""
_TWO_STAGE = re.compile(r"r-?cnn(?![a-z])", re.IGNORECASE)
_TWO_STAGE_SCALE = (0.02, 16)
"""Faster, Mask and Cascade R-CNN in maskrcnn-benchmark, detectron2 and mmdetection."""
_LR_IN_NAME = re.compile(r"[-_ ]?lr[-_=x ]?\d+(?:\.\d+)?(?:en?-?\d+)?", re.IGNORECASE)


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
        [{"name": "faster_rcnn_r50_lrx3", "lr": 0.03, "train_batch_size": 8, "framework": "mmdetection 2.12.0"}],
        [
            {"name": "mask_rcnn_lr3", "lr": 0.0033, "train_batch_size": 8},
            {"name": "mask_rcnn_lr10", "lr": 0.001, "train_batch_size": 8},
        ],
    ],
    quiet=[
        [{"lr": 0.01, "train_batch_size": 16}],
        [{"lr": 0.005, "train_batch_size": 4}, {"lr": 0.02, "train_batch_size": 16}],
        [{"lr": 0.01}, {"train_batch_size": 4}],
        [{"lr": 0.0001, "train_batch_size": 16, "optimizer": "adamw"}],
        [{"name": "detr_r50", "lr": 0.0001, "train_batch_size": 2}],
        [{"name": "faster_rcnn_r50", "lr": 0.02, "train_batch_size": 16}, {"lr": 0.02, "train_batch_size": 32}],
        [{"name": "mice_e100", "lr": 0.03, "train_batch_size": 8, "framework": "mmdetection 2.12.0"}],
        [{"name": "run", "config": "ssd300_coco.py", "lr": 0.002, "train_batch_size": 64}],
    ],
)
def lr_against_batch_size(records: Records, settings: Settings) -> Iterator[Fault]:
    """The learning rate does not fit the batch size.

    Held against `reference_lr` at `reference_batch_size` (FCOS: 0.01 at 16; R-CNN is held against 0.02 at 16) on the
    linear scale; fires beyond a factor of `lr_scale_tolerance`. Other optimizers than SGD, and detectors of another
    recipe, are left out; so is the log of a toolbox where nothing names the detector. A learning rate at a tenth of the
    scale or less may be one of AdamW where no optimizer is stated, and is an info. So is a declared sweep: experiments
    under one heading, or of one name but for the learning rate in it, with different learning rates.

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
            sweep = _sweep(experiment)
            lr, batch = experiment.value("lr"), experiment.value("train_batch_size")
            alike = (lr, batch, _scale(experiment, settings), _may_be_adam(experiment, settings))
            odd[sweep if sweep[1] and len(rates[sweep] - {None}) > 1 else alike].append(experiment)
    for key, experiments in odd.items():
        yield _in_sweep(experiments, settings) if isinstance(key[0], str) else _fault(experiments, settings)


def _sweep(experiment: Experiment) -> tuple[str, str]:
    """What the experiments of a sweep share: their heading, or their name without its learning rate; else nothing."""
    if experiment.group:
        return experiment.where.path, experiment.group
    name, found = _LR_IN_NAME.subn("", experiment.name)
    return "", name if found else ""


def _scale(experiment: Experiment, settings: Settings) -> tuple[float, int] | None:
    """The reference learning rate and its batch size; None where the detector has none, or is not known."""
    told = (experiment.name, experiment.title, experiment.value("config"), experiment.value("output_dir"))
    text = " ".join(map(str, told))
    own = (settings.reference_lr, settings.reference_batch_size)
    if _OWN_RECIPE.search(text):
        return None
    if _ONE_STAGE.search(text):
        return own
    if _TWO_STAGE.search(text):
        return _TWO_STAGE_SCALE
    return None if experiment.setting("framework") else own


def _factor(experiment: Experiment, settings: Settings) -> float | None:
    """How many times the linear scale the learning rate is, where that is beyond the tolerance."""
    lr, batch = experiment.value("lr"), experiment.value("train_batch_size")
    optimizer = str(experiment.value("optimizer") or "sgd").lower()
    if not isinstance(lr, int | float) or not isinstance(batch, int | float):
        return None
    if not 0 < lr < 1e6 or not 0 < batch < 1e9 or optimizer not in ("sgd", "momentum"):
        return None
    scale = _scale(experiment, settings)
    if not scale:
        return None
    factor = lr / scale[0] / (batch / scale[1])
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
        f"{_told(first, settings)} {_scale_told(first, settings)}: "
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
        f"The sweep of {listed([called(experiment) for experiment in experiments])} leaves "
        f"{_scale_told(experiments[0], settings)}: {told}.",
        tuple(experiments),
        _places(experiments),
        advice="Nothing, if the sweep is meant to show that.",
        severity="info",
    )


def _scale_told(experiment: Experiment, settings: Settings) -> str:
    lr, batch = _scale(experiment, settings) or (settings.reference_lr, settings.reference_batch_size)
    return f"the linear scale of {lr:g} at {batch}"


def _told(experiment: Experiment, settings: Settings) -> str:
    lr, batch, factor = experiment.setting("lr"), experiment.setting("train_batch_size"), _factor(experiment, settings)
    if not (lr and batch and factor):
        return ""
    times = f"{factor:.3g} times" if factor > 1 else f"1/{1 / factor:.3g} of"
    return f"lr {lr.shown} at batch {batch.shown} is {times}"


def _places(experiments: Sequence[Experiment]) -> tuple[Where, ...]:
    found = (experiment.setting(name) for experiment in experiments for name in ("lr", "train_batch_size"))
    return tuple(dict.fromkeys(setting.where for setting in found if setting))
