"""How sure AP is over images: the same images drawn again and again, for two models at once.

A draw counts each image a whole number of times; AP is then that of the data set in which it stands so often.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from fcosreport.recomputing.matching import IOUS, Matched
from fcosreport.recomputing.predictions import Floats

DRAWS = 300
_WIDTH = 1.96  # standard errors on each side of a 95 % interval
_RECALLS = np.linspace(0, 1, 101)
_CELLS = 4_000_000  # numbers that are worked on at a time
_SMALL = float(np.spacing(1))


def draws(images: int, count: int = DRAWS, seed: int = 0) -> Floats:
    """How often each of the images is drawn: a row for each draw of as many images, with replacement."""
    rng = np.random.default_rng(seed)
    return np.array([np.bincount(rng.integers(images, size=images), minlength=images) for _ in range(count)], float)


def aps(classes: Sequence[Matched], weights: Floats) -> Floats:
    """The AP of each row of weights of the images, as a fraction; -1 where there is no object."""
    total, counted = np.zeros(len(weights)), np.zeros(len(weights))
    for each in classes:
        for rows in _rows(len(weights), len(each.images)):
            objects = weights[rows][:, each.objects].sum(axis=1)
            there = objects > 0
            total[rows] += np.where(there, _of_class(each, weights[rows], np.where(there, objects, 1)), 0)
            counted[rows] += there
    return np.where(counted > 0, total / np.maximum(counted, 1), -1.0)


def _rows(count: int, width: int) -> Iterator[slice]:
    step = max(1, _CELLS // max(width, 1))
    return (slice(begin, begin + step) for begin in range(0, count, step))


def _of_class(found: Matched, weights: Floats, objects: Floats) -> Floats:
    """AP over the IoUs. A curve turns only where an object is met, so nothing else is looked at but to be counted."""
    drawn = weights[:, found.images]
    counts = np.cumsum(drawn, axis=1)
    total = np.zeros(len(weights))
    for hits, ignored in zip(found.hits, found.ignored, strict=True):
        at = np.flatnonzero(hits)
        if len(at):
            right = np.cumsum(drawn[:, at], axis=1)
            passed = np.cumsum(drawn * ignored, axis=1)[:, at] if ignored.any() else 0.0
            precision = right / (counts[:, at] - passed + _SMALL)
            highest = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
            reached = np.searchsorted(_RECALLS, right / objects[:, None], side="right")
            total += (highest * np.diff(reached, axis=1, prepend=0)).sum(axis=1)
    return total / (len(_RECALLS) * len(IOUS))


class Sureness(Struct, frozen=True):
    """A difference of AP in points with its 95 % interval over images.

    `turned` is the share of draws in which the other model is ahead, or neither.
    """

    task: str
    points: float
    low: float
    high: float
    turned: float
    images: int

    @property
    def verdict(self) -> str:
        """What the second is, held against the first."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "not resolved"


def sureness(one: Sequence[Matched], other: Sequence[Matched], images: int, task: str = "bbox") -> Sureness:
    """How sure it is that the second AP differs from the first, on the same images."""
    weights = draws(images)
    points = 100 * float((aps(other, np.ones((1, images))) - aps(one, np.ones((1, images))))[0])
    drawn = 100 * (aps(other, weights) - aps(one, weights))
    reach = _WIDTH * float(drawn.std(ddof=1))
    return Sureness(task, points, points - reach, points + reach, float((drawn * points <= 0).mean()), images)


def error_over_images(classes: Sequence[Matched], images: int) -> float:
    """The standard error of an AP over images, in points."""
    return 100 * float(aps(classes, draws(images)).std(ddof=1))
