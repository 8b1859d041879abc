"""What experiments declare differently: settings with which a result changes, and configurations in their names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from fcosreport.records import Experiment, Setting, Where
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.sentences import called

MATTERS = (
    "lr", "seed", "init", "schedule", "norm", "backbone", "train_batch_size", "epochs", "iterations", "optimizer",
)  # fmt: skip
"""The settings with which a result changes: two runs that differ in one do not print the same numbers."""
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


@dataclass(frozen=True, slots=True)
class Contrast:
    """What experiments declare differently: names of `settings`, and whether their configuration `names` differ."""

    settings: tuple[str, ...]
    names: bool

    def __bool__(self) -> bool:
        return bool(self.settings) or self.names

    def label(self, experiment: Experiment) -> str:
        """The experiment with what sets it apart: `fcos_R_50 (lr = 1e-3)`."""
        own = declared(experiment)
        settings = [f"{name} = {own[name].shown}" for name in self.settings if name in own]
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
    values: dict[str, set[object]] = {}
    for experiment in experiments:
        for name, setting in declared(experiment).items():
            values.setdefault(name, set()).add(_comparable(setting))
    settings = tuple(name for name in MATTERS if _differ(name, values.get(name, set())))
    return Contrast(settings, not settings and _names_differ(experiments))


def _comparable(setting: Setting) -> object:
    value = setting.value
    return float(f"{value:.6g}") if isinstance(value, float) else value if isinstance(value, int) else value.lower()


def _differ(name: str, values: set[object]) -> bool:
    if name == "init":  # a training names what it starts from, the test of its checkpoint names that: no contradiction
        files = {PurePosixPath(str(value)).name for value in values if re.search(r"[/.]", str(value))}
        words = {value for value in values if not re.search(r"[/.]", str(value))}
        return len(files) > 1 or len(words) > 1
    return len(values) > 1


def _names_differ(experiments: Sequence[Experiment]) -> bool:
    by_name = (_configuration([e.name]) for e in experiments)
    if _any_differ(words for words in by_name if words):
        return True
    origins = {e.origin for experiment in experiments for e in experiment.evaluations}
    by_path = (_configuration(reversed(PurePosixPath(e.where.path).parts)) for e in experiments)
    return len(origins) == 1 and _any_differ(words for words in by_path if words)


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
