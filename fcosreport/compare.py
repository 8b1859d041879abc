"""Experiments side by side: what they declare differently, and how strong the evidence is when their numbers agree."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from pathlib import PurePosixPath

from fcosreport.records import Evaluation, Experiment, Setting, Severity, Where
from fcosreport.scores import Vector, as_fractions, decimals, scores, vector
from fcosreport.vocabulary import decode
from fcosreport.wording import called

MATTERS = (
    "lr", "seed", "init", "schedule", "norm", "backbone", "train_batch_size", "epochs", "iterations", "optimizer",
)  # fmt: skip
"""The settings with which a result changes: two runs that differ in one do not print the same numbers."""

_NO_CONFIGURATION = re.compile(
    r"\d+|readme|zh|cn|en|ja|jp|ko|md|rst|ipynb|txt|log|logs|json|jsonl|csv|out|copy|backup|bak|old|new|results?|record"
    r"|eval|evaluation|inference|test|val\d*|train|resumed?|final|best|last|latest|rank\d*|\d*gpus?|[vap]100|h[12]00"
)
"""Words of names that make no other experiment: numbers, languages, files, copies, evaluations, hardware."""


def declared(experiment: Experiment) -> dict[str, Setting]:
    """The settings that matter, by name: what the note says of its experiment, else what the run's files say."""
    found = {s.name: s for s in experiment.settings if s.name in MATTERS}
    own = {s.name: s for s in experiment.settings if s.name in found and s.where.path == experiment.where.path}
    return found | own


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


@dataclass(frozen=True, slots=True)
class Entry:
    """An evaluation that stands for an experiment: its result, or what a note claims for it."""

    experiment: Experiment
    evaluation: Evaluation


def results(experiments: Iterable[Experiment]) -> list[Entry]:
    """The result of each experiment in each of its tasks, as `Experiment.result` tells it."""
    found = []
    for experiment in experiments:
        last: dict[str, Evaluation] = {}
        for each in experiment.evaluations:
            if each.category is None and (each.origin == "log" or last.get(each.task, each).origin != "log"):
                last[each.task] = each
        found += [Entry(experiment, each) for each in last.values()]
    return found


_FEW = 500
"""Evaluations up to which numpy would take longer to import than it saves."""


def vectors(evaluations: Sequence[Evaluation]) -> list[Vector]:
    """The `vector` of each evaluation. Many are computed together, by the names of what they print."""
    if len(evaluations) <= _FEW:
        return [vector(each) for each in evaluations]
    import numpy as np

    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, each in enumerate(evaluations):
        alike[tuple([m.name for m in each.metrics])].append(number)
    made: dict[int, Vector] = {}
    for printed, numbers in alike.items():
        places = sorted((i for i, name in enumerate(printed) if name[:2] in ("AP", "AR")), key=printed.__getitem__)
        names = tuple(printed[i] for i in places)
        table = np.array([each.value for n in numbers for each in evaluations[n].metrics], dtype=np.float64)
        table = table.reshape(len(numbers), len(printed))[:, np.array(places, dtype=np.intp)]
        plain = np.all(table <= 1, axis=1)  # neither nan nor percent
        rounded = np.where(table < 0, -1000, np.rint(table * 1000))[plain].astype(np.int64)
        values = iter(rounded.tolist())
        for number, is_plain in zip(numbers, plain.tolist(), strict=True):
            made[number] = Vector(names, tuple(next(values))) if is_plain else vector(evaluations[number])
    return [made[number] for number in range(len(evaluations))]


def settled(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries equal in thousandths, parted where they are printed more precisely and are not equal then."""
    told = [decimals(entry.evaluation) for entry in entries]
    precise = [entry for entry, count in zip(entries, told, strict=True) if count > 3]
    places = min((count for count in told if count > 3), default=3)
    parted: dict[tuple[float, ...], list[Entry]] = {}
    for entry in precise:
        key = tuple(
            round(m.value or 0.0, places) for m in sorted(scores(as_fractions(entry.evaluation)), key=lambda m: m.name)
        )
        parted.setdefault(key, []).append(entry)
    if len(parted) < 2:
        yield list(entries)
    else:
        yield from parted.values()
        yield [entry for entry, count in zip(entries, told, strict=True) if count <= 3]


def strength(evaluation: Evaluation, places: int) -> Severity | None:
    """How much it means that all numbers of an evaluation, printed to `places` decimals, agree with another's.

    None below 15 digits: equal by chance. A warning for six numbers of three decimals, and for tiny ground truth.
    """
    numbers = vector(evaluation)
    if numbers.degenerate or numbers.compared < 3 or numbers.compared * places < 15:
        return None
    weak = not numbers.telling or places < 3 or (numbers.compared <= 6 and places <= 3)
    return "warning" if weak else "error"


def chance(evaluation: Evaluation, places: int) -> str:
    """A sentence on how unlikely it is that unrelated runs print the same numbers.

    In 3.9 million pairs of public evaluations, unrelated runs share at most 3 of 12 numbers of 3 decimals: 1 in 4. Each
    further decimal makes a number ten times less likely. Equal values within an evaluation are counted once.
    """
    numbers = vector(evaluation)
    digits = numbers.distinct * max(0.0, log10(4) + places - 3)
    return (
        f"Chance: unrelated public runs agree in at most 1 of 4 numbers of 3 decimals, so {numbers.distinct} different "
        f"values of {places} decimals agree at most once in {_power(digits)}, if they are independent."
    )


def _power(digits: float) -> str:
    """Ten to the power of `digits`, as people write it."""
    return f"{int(10 ** (digits % 1) * 10) * 10 ** (int(digits) - 1):,}" if 1 <= digits < 10 else f"10^{int(digits)}"
