"""How detectors are trained where they were published: at which learning rate for a batch, and whether it warms up."""

import re

from fcosreport.records import Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.paths import last_part

Scale = tuple[float, int]
"""A learning rate and the images an iteration that it is for."""
_R_CNN: Scale = (0.02, 16)
"""Faster, Mask and Cascade R-CNN in maskrcnn-benchmark, detectron2 and mmdetection."""
_AS_FCOS = frozenset(("fcos", "retinanet", "atss"))
_BY_SGD = _AS_FCOS | {"r-cnn"}
"""All others have a recipe of their own: AdamW, a nominal batch, or another scale."""
_TUNED = re.compile(r"fine[-_ ]?tun|(?<![a-z])ft(?![a-z])|微调", re.IGNORECASE)
_RATE = re.compile(r"[-_ ]?(?<![a-z0-9])(lr[-_=x ]?\d+(?:\.\d+)?(?:en?-?\d+)?)", re.IGNORECASE)


def scale(experiment: Experiment, settings: Settings) -> Scale | None:
    """The scale of its learning rate: that of the settings where nothing names its detector; None for other recipes."""
    if _is_of_yolo(experiment):
        return None
    optimizer, named = str(experiment.value("optimizer") or "sgd").lower(), _named(experiment)
    if optimizer not in ("sgd", "momentum") or (named | detectors(str(experiment.value("framework")))) - _BY_SGD:
        return None
    return _R_CNN if named == {"r-cnn"} else (settings.reference_lr, settings.reference_batch_size)


def _is_of_yolo(experiment: Experiment) -> bool:
    """Whether its learning rate stands in one of the files that YOLO writes, where it is for a nominal batch."""
    lr = experiment.setting("lr")
    return lr is not None and last_part(lr.where.path) in ("args.yaml", "opt.yaml", "hyp.yaml")


def factor(experiment: Experiment, settings: Settings) -> float | None:
    """How many times its scale the learning rate is, at its batch; at that of the scale where no batch is told."""
    fitting, lr, images = scale(experiment, settings), experiment.value("lr"), effective_batch(experiment)
    batch = images.value if images else fitting and fitting[1]
    if not (fitting and isinstance(lr, int | float) and isinstance(batch, int | float)):
        return None
    return lr / fitting[0] / (batch / fitting[1]) if 0 < lr < 1e6 and 0 < batch < 1e9 else None


def effective_batch(experiment: Experiment) -> Setting | None:
    """The images for each step of the optimizer, those of accumulated iterations together."""
    return experiment.setting("effective_batch_size") or experiment.setting("train_batch_size")


def is_named(experiment: Experiment) -> bool:
    """Whether something names the detector, or the log is of no toolbox that trains many."""
    return bool(_named(experiment)) or not experiment.setting("framework")


def is_detector(experiment: Experiment) -> bool:
    """Whether anything tells that a detector was trained; many programs log a learning rate."""
    return bool(experiment.evaluations or experiment.setting("framework") or _named(experiment))


def is_tuned(experiment: Experiment) -> bool:
    """Whether it goes on from the weights of a detector, as their name or its own says, and not from a backbone's."""
    start = last_part(str(experiment.value("init") or ""))
    return bool(detectors(start)) or any(map(_TUNED.search, (experiment.title, *names(experiment))))


def without_rate(name: str) -> tuple[str, str]:
    """A name without the learning rate or the factor of it in it (`lr0.01`, `lrx3`), and that."""
    return _RATE.sub("", name), " ".join(_RATE.findall(name))


def names(experiment: Experiment) -> tuple[str, ...]:
    """What names an experiment: itself, its output folder, its configuration."""
    paths = (str(experiment.value(key) or "") for key in ("output_dir", "config"))
    return experiment.name, *(last_part(path).removesuffix(".py") for path in paths)


def _named(experiment: Experiment) -> frozenset[str]:
    """The detectors that name an experiment; where nothing does, those of the weights that it starts from."""
    start = str(experiment.value("init") or "")
    return detectors(" ".join((experiment.title, *names(experiment)))) or detectors(last_part(start))
