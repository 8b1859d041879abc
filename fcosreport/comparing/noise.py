"""What a difference between results is worth: repeats, the deviation over seeds, and the images that were evaluated."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import stdev
from typing import Literal

import xxhash

from fcosreport.comparing.contrast import declared
from fcosreport.comparing.scores import as_fractions, score
from fcosreport.records import Experiment, Metric

UNRESOLVED = 39.0
"""Points times the root of the images: an AP difference below it is image noise, on a set like COCO with 80 classes."""
EXCEEDS = 83.0
"""Points times the root of the images: above it, a difference of AP exceeds image noise."""
VAL2017 = 5000
"""Images of COCO val2017, for runs that name it and do not count."""
Verdict = Literal["same as printed", "unresolved", "predictions needed", "exceeds image noise", "images unknown"]
_VAL2017 = re.compile(r"val_?2017|2017_?val", re.IGNORECASE)
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Noise:
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
    groups: dict[str, list[Experiment]] = {}
    for experiment in experiments:
        groups.setdefault(recipe(experiment), []).append(experiment)
    keys = {recipe(experiment) for experiment in compared}
    images, reason = _common_images(compared)
    return Noise(images, *_pooled([groups[key] for key in keys if key in groups]), reason)


def _pooled(groups: Iterable[Sequence[Experiment]]) -> tuple[float | None, int]:
    """The sample standard deviation of AP within groups of repeats in points, and how many repeats tell it."""
    squares, freedom, repeats = 0.0, 0, 0
    for group in groups:
        by_seed = {e.value("seed"): ap for e in group if e.value("seed") is not None and (ap := _value(e, "AP"))}
        if len(by_seed) > 1:
            squares += stdev(by_seed.values()) ** 2 * (len(by_seed) - 1)
            freedom += len(by_seed) - 1
            repeats += len(by_seed)
    return (100 * sqrt(squares / freedom), repeats) if freedom else (None, 0)


def recipe(experiment: Experiment) -> str:
    """A digest of the settings that matter but for the seed: experiments of one recipe are repeats of each other."""
    settings = sorted((name, str(s.value)) for name, s in declared(experiment).items() if name != "seed")
    return xxhash.xxh3_128_hexdigest(repr(settings).encode())


def _images(experiment: Experiment) -> int | None:
    counted = experiment.value("val_images")
    if isinstance(counted, int) and counted > 0:
        return counted
    return VAL2017 if _VAL2017.search(str(experiment.value("val_data"))) else None


def _common_images(experiments: Sequence[Experiment]) -> tuple[int | None, str]:
    """The number of images that all were evaluated on; or None and why it is not told."""
    counts = {_images(experiment) for experiment in experiments}
    if len(counts) > 1:
        return None, "the results are not known to be of the same number of images"
    images = counts.pop() if counts else None
    return images, "" if images else "the number of images is not told"


def _score(experiment: Experiment, name: str, task: str) -> Metric | None:
    result = experiment.result(task)
    return score(as_fractions(result), name) if result else None


def _value(experiment: Experiment, name: str, task: str = "bbox") -> float | None:
    found = _score(experiment, name, task)
    return found.value if found else None
