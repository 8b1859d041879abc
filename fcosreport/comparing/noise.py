"""What a difference between results is worth: repeats, the deviation over seeds, and the images that were evaluated."""

import re
from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import variance
from typing import Literal

import xxhash
from msgspec import Struct

from fcosreport.comparing.comparable import together
from fcosreport.comparing.contrast import settings_of
from fcosreport.comparing.images import images_of
from fcosreport.comparing.scores import as_fractions, score
from fcosreport.records import Experiment, Metric

UNRESOLVED = 39.0
"""Points times the root of the images: an AP difference below it is image noise, on a set like COCO with 80 classes."""
EXCEEDS = 83.0
"""Points times the root of the images: above it, a difference of AP exceeds image noise."""
OF_ONE_RUN = frozenset("seed date output_dir resume checkpoint_sha256 predictions_sha256".split())
"""Settings that differ between repeats of one configuration, too."""
Verdict = Literal["same as printed", "unresolved", "predictions needed", "exceeds image noise", "images unknown"]
ROUNDING = 1e-9


class Noise(Struct, frozen=True):
    """What a difference is held against: `images` that were evaluated, `sigma` over seeds in points, of `repeats`."""

    images: int | None
    sigma: float | None
    repeats: int
    reason: str = ""

    def floor(self, share: float = 1.0) -> float:
        """Points below which a difference of AP is unresolved. `share`: of sigma, where means are compared."""
        return max(UNRESOLVED / sqrt(self.images) if self.images else 0.0, 2 * (self.sigma or 0.0) * share)

    def verdict(self, points: float, *, is_ap: bool = True) -> Verdict:
        """What a difference of so many points is worth; beyond the floor only AP itself was simulated."""
        if abs(points) < self.floor():
            return "unresolved"
        if self.images is None:
            return "images unknown"
        exceeds = is_ap and abs(points) > EXCEEDS / sqrt(self.images)
        return "exceeds image noise" if exceeds else "predictions needed"


def noise_of(compared: Sequence[Experiment], experiments: Sequence[Experiment]) -> Noise:
    """The noise of a comparison; sigma is pooled from those of `experiments` that repeat a compared one by seed."""
    repeated = _repeated(experiments)
    keys = {recipe(experiment) for experiment in compared} if repeated else ()
    found = (runs for key, runs in repeated.items() if key in keys)
    images, reason = common_images(compared)
    return Noise(images, *pooled(values_of(runs, "AP", "bbox") for runs in found), reason)


def pooled(groups: Iterable[Sequence[float]]) -> tuple[float | None, int]:
    """The sample standard deviation within groups of AP in points, and how many numbers tell it.

    What is equal throughout was no training of its own, and tells nothing.
    """
    told = [values for values in groups if len(set(values)) > 1]
    freedom = sum(len(values) - 1 for values in told)
    squares = sum(variance(values) * (len(values) - 1) for values in told)
    return (100 * sqrt(squares / freedom), sum(map(len, told))) if freedom else (None, 0)


def repeats(experiments: Iterable[Experiment]) -> list[list[Experiment]]:
    """The finished experiments that repeat others: of one recipe, and each with a seed of its own."""
    return list(_repeated(experiments).values())


def _repeated(experiments: Iterable[Experiment]) -> dict[str, list[Experiment]]:
    """The same by their recipes."""
    found: dict[str, dict[object, Experiment]] = {}
    for experiment in experiments:
        seed = experiment.value("seed")
        if seed is not None and experiment.state == "finished":
            found.setdefault(recipe(experiment), {}).setdefault(seed, experiment)
    return {key: list(by_seed.values()) for key, by_seed in found.items() if len(by_seed) > 1}


def recipe(experiment: Experiment) -> str:
    """A digest of the name but for its numbers, and of all settings but those of one run: that of its repeats, too.

    In a path the seed does not count either: `configs/fcos_seed1.py` and `configs/fcos_seed2.py` are one.
    """
    seed = re.escape(str(experiment.value("seed")))
    in_path = re.compile(rf"(?<![a-z0-9.])(?:seed[-_=]?)?{seed}(?![a-z0-9]|\.\d)", re.IGNORECASE)
    told = ((name, each.value) for name, each in settings_of(experiment).items() if name not in OF_ONE_RUN)
    settings = sorted((name, in_path.sub("*", v) if isinstance(v, str) else str(v)) for name, v in told)
    return xxhash.xxh3_128_hexdigest(repr((re.sub(r"\d+", "*", experiment.name), settings)).encode())


def common_images(experiments: Sequence[Experiment]) -> tuple[int | None, str]:
    """The number of images that all were evaluated on; or None and why it is not told."""
    told = ((e.value("val_images"), e.value("val_data")) for e in experiments)
    counts = {count if isinstance(count, int) and count > 0 else images_of(str(data)) for count, data in told}
    if len(counts) > 1:
        return None, "the results are not known to be of the same number of images"
    images = counts.pop() if counts else None
    return images, "" if images else "the number of images is not told"


def metric_of(experiment: Experiment, name: str, task: str) -> Metric | None:
    """The score of that name in the result of a task, as a fraction."""
    result = experiment.result(task)
    return score(as_fractions(result), name) if result else None


def values_of(experiments: Iterable[Experiment], name: str, task: str) -> list[float]:
    """The scores of that name of all experiments that have one and whose results can be held against each other."""
    found = (metric_of(experiment, name, task) for experiment in alike(experiments, task))
    return [metric.value for metric in found if metric and metric.value is not None]


def alike(experiments: Iterable[Experiment], task: str) -> list[Experiment]:
    """Those whose results in a task can be held against each other; of several kinds, the most frequent."""
    pairs = ((result, each) for each in experiments if (result := each.result(task)))
    return next(iter(together(pairs)), [])
