"""What experiments declare differently: settings with which a result changes, and configurations in their names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec import Struct

from fcosreport.records import Experiment, Setting, Where
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.paths import last_part
from fcosreport.vocabulary.sentences import called
from fcosreport.vocabulary.settings.telling import MATTERS

_ALSO = ("weights", "momentum", "weight_decay", "accumulation", "amp")
_PERHAPS = (
    "config", "train_data", "val_data", "image_size", "steps", "warmup", "warmup_iterations", "max_dets",
    "score_threshold", "nms", "tta",
)  # fmt: skip
"""Settings that may differ while the numbers stay: a file has two names, a threshold cuts nothing."""
_FILES = frozenset(("config", "train_data", "val_data"))
_CHECKPOINT = re.compile(r"(?<![a-z])(?:iter(?:ation)?|epoch|step|checkpoint|ckpt|model)s?[-_ ]?0*(\d{1,9})(?!\d)")
_NO_CONFIGURATION = re.compile(
    r"\d+|readme|zh|cn|en|ja|jp|ko|md|rst|ipynb|txt|log|logs|json|jsonl|csv|out|copy|backup|bak|old|new|results?|record"
    r"|eval|evaluation|inference|test|val\d*|train|resumed?|final|best|last|latest|rank\d*|\d*gpus?|[vap]100|h[12]00"
)
"""Words of names that make no other experiment: numbers, languages, files, copies, evaluations, hardware."""


def settings_of(experiment: Experiment) -> dict[str, Setting]:
    """The settings by name: what the note says of its experiment, else what the run's files say."""
    own = {s.name: s for s in experiment.settings if s.where.path == experiment.where.path}
    return {s.name: s for s in experiment.settings} | own


def declared(experiment: Experiment) -> dict[str, Setting]:
    """The settings that matter, by name."""
    return {name: setting for name, setting in settings_of(experiment).items() if name in MATTERS}


def _told(experiment: Experiment) -> dict[str, Setting]:
    """All settings by name; the highest learning rate that is logged, where none is declared."""
    return _logged_rate(experiment) | settings_of(experiment)


def _logged_rate(experiment: Experiment) -> dict[str, Setting]:
    """The highest learning rate that is logged, to four digits: one file of a training prints fewer than another."""
    logged = next((c for c in experiment.curves if c.name == "lr" and c.high), None)
    if logged is None or not logged.high:
        return {}
    return {"lr": Setting("lr", float(f"{logged.high:.4g}"), f"{logged.high:g}", logged.where)}


class Contrast(Struct, frozen=True):
    """What experiments declare differently.

    `settings` with which a result changes, those with which it `perhaps` does, and whether their `names` are those of
    other configurations or checkpoints.
    """

    settings: tuple[str, ...]
    names: bool
    perhaps: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.settings or self.perhaps) or self.names

    def label(self, experiment: Experiment) -> str:
        """The experiment with what sets it apart: `fcos_R_50 (lr = 1e-3)`."""
        own = _told(experiment)
        settings = [f"{name} = {own[name].shown}" for name in (*self.settings, *self.perhaps) if name in own]
        return called(experiment) + (f" ({', '.join(settings)})" if settings else "")

    def labels(self, experiments: Sequence[Experiment]) -> list[str]:
        """The labels of experiments, with the place where they would be the same."""
        labels = [self.label(experiment) for experiment in experiments]
        alike = len(set(labels)) < len(labels)
        return [
            f"{label} in {e.where.path}:{e.where.line}" if alike else label
            for label, e in zip(labels, experiments, strict=True)
        ]


def contrast(experiments: Sequence[Experiment]) -> Contrast:
    """What the experiments declare differently; false where they may well be one."""
    told = [settings_of(experiment) for experiment in experiments]
    if not any("lr" in each for each in told):  # what is logged may be the peak of a warm-up, and no base rate
        told = [_logged_rate(experiment) | each for experiment, each in zip(experiments, told, strict=True)]
    differ = [name for name in (*MATTERS, *_ALSO, *_PERHAPS) if name not in _WEIGHTS and _differ(name, told)]
    # a training names what it starts from, the test of its checkpoint names that: no contradiction
    for is_training in (True, False):
        some = [each for each, e in zip(told, experiments, strict=True) if bool(e.curves) == is_training]
        differ += [name for name in _WEIGHTS if name not in differ and _other_weights(name, some, is_training)]
    if "init" in differ and "weights" in differ:
        differ.remove("weights")  # one path under two names
    settings = tuple(name for name in (*MATTERS, *_ALSO) if name in differ)
    perhaps = tuple(name for name in _PERHAPS if name in differ)
    return Contrast(settings, not settings and _names_differ(experiments), perhaps)


_WEIGHTS = ("init", "weights")


def _differ(name: str, told: Sequence[Mapping[str, Setting]]) -> bool:
    values = {each[name].value for each in told if name in each}
    if name in _FILES:
        return len({frozenset(map(_stem, str(value).lower().split(", "))) for value in values}) > 1
    return len({_comparable(value) for value in values}) > 1


def _stem(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).stem


def _comparable(value: str | float) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value if isinstance(value, int) else value.lower()


def _other_weights(name: str, told: Sequence[Mapping[str, Setting]], is_training: bool) -> bool:
    """Whether experiments start from other files or words; tests, whose files all are called best.pt, by path."""
    values = {str(each[name].value).lower().replace("\\", "/") for each in told if name in each}
    files = [PurePosixPath(value) for value in values if re.search(r"[/.]", value)]
    if name == "weights" and is_training:
        return False  # it may be what a resumed training went on from
    ends = sorted({path.parts[-1:] if is_training else path.parts[::-1] for path in files})
    return len(values) - len(files) > 1 or any(b[: len(a)] != a for a, b in pairwise(ends))


def _names_differ(experiments: Sequence[Experiment]) -> bool:
    by_name = (_configuration([e.name]) for e in experiments)
    if _any_differ(words for words in by_name if words) or _other_checkpoints(experiments):
        return True
    origins = {e.origin for experiment in experiments for e in experiment.evaluations}
    by_path = (_configuration(reversed(PurePosixPath(e.where.path).parts)) for e in experiments)
    return len(origins) == 1 and _any_differ(words for words in by_path if words)


def _other_checkpoints(experiments: Sequence[Experiment]) -> bool:
    """Whether the names are one but for the step of a checkpoint: `eval_iter_100000`, `eval_iter_150000`."""
    steps: dict[str, set[int]] = {}
    for experiment in experiments:
        name = last_part(experiment.name.lower())
        for step in _CHECKPOINT.finditer(name):
            steps.setdefault(name.replace(step[0], ""), set()).add(int(step[1]))
    return any(len(each) > 1 for each in steps.values())


def _any_differ(configurations: Iterable[frozenset[str]]) -> bool:
    different = sorted(set(configurations), key=sorted)
    return any(a != b and len(a & b) >= 3 and len(a & b) * 2 >= len(a | b) for a, b in pairwise(different))


def _configuration(names: Iterable[str]) -> frozenset[str]:
    """The words of the first name that is one of a configuration: `mask_rcnn.res50.c4.1x.syncbn.extra_norm`."""
    for name in names:
        if " " not in name and any(setting.name in MATTERS for setting in decode(name, Where("", 0))):
            words = re.split(r"[^a-z0-9]+", name.lower())
            return frozenset(word for word in words if word and not _NO_CONFIGURATION.fullmatch(word))
    return frozenset()
