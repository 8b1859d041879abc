"""Which detections meet an object, by COCO's rules: done once, whatever is then counted how often."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fcosreport.recomputing.predictions import Floats, Integers, Predictions
from fcosreport.recomputing.truth import Truth

IOUS = np.linspace(0.5, 0.95, 10)
MAX_DETS = 100
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Matched:
    """The detections of one class by falling score, each with the place of its image, and the images of its objects.

    `hits` and `ignored` have a row for each IoU: whether a detection meets an object there, or one that does not count.
    """

    images: Integers
    hits: Flags
    ignored: Flags
    objects: Integers


def matched(found: Predictions, truth: Truth) -> list[Matched]:
    """The boxes of each class of the ground truth, matched over all sizes with 100 detections an image."""
    ids, kinds, count = truth.image_ids, truth.category_ids, len(truth.image_ids)
    found = found.some(np.flatnonzero(np.isin(found.categories, kinds) & np.isin(found.images, ids)))
    image = np.searchsorted(ids, found.images)
    pair = np.searchsorted(kinds, found.categories) * count + image
    order = np.lexsort((-found.scores, pair))
    first = np.searchsorted(pair[order], pair[order])
    order = order[np.arange(len(order)) - first < MAX_DETS]
    objects = _Objects.of(truth, kinds, ids)
    hits, ignored = objects.met(pair[order], found.boxes[order])
    falling = np.argsort(-found.scores[order], kind="stable")  # of equal scores the first image, as in pycocotools
    kind, place = pair[order][falling] // count, image[order][falling]
    return [
        Matched(
            place[which],
            hits[:, falling[which]],
            ignored[:, falling[which]],
            objects.pairs[(objects.pairs // count == number) & ~objects.crowds] % count,
        )
        for number in range(len(kinds))
        for which in [np.flatnonzero(kind == number)]
    ]


@dataclass(frozen=True, slots=True)
class _Objects:
    """The objects by image and class, crowds last: `pairs` tells both in one number."""

    pairs: Integers
    boxes: Floats
    crowds: Flags

    @classmethod
    def of(cls, truth: Truth, kinds: Integers, ids: Integers) -> "_Objects":
        image, kind = truth.column("image_id"), truth.column("category_id")
        known = np.flatnonzero(np.isin(image, ids) & np.isin(kind, kinds))
        pair = np.searchsorted(kinds, kind[known]) * len(ids) + np.searchsorted(ids, image[known])
        order = np.lexsort((truth.crowds[known], pair))
        return cls(pair[order], truth.boxes[known][order], truth.crowds[known][order])

    def met(self, pairs: Integers, boxes: Floats) -> tuple[Flags, Flags]:
        """What the detections meet, which are sorted by pair and falling score.

        The n-th detections of all pairs choose at once: they are of different images or classes.
        """
        hits, ignored = (np.zeros((len(IOUS), len(pairs)), bool) for _ in range(2))
        taken = np.zeros((len(IOUS), len(self.pairs)), bool)
        begin, end = np.searchsorted(self.pairs, pairs), np.searchsorted(self.pairs, pairs, side="right")
        rank = np.arange(len(pairs)) - np.searchsorted(pairs, pairs)
        choosing = np.flatnonzero(end > begin)
        for number in range(int(rank[choosing].max(initial=-1)) + 1):
            now = choosing[rank[choosing] == number]
            places = begin[now, None] + np.arange((end[now] - begin[now]).max(initial=0))
            there = places < end[now, None]
            places = np.where(there, places, 0)
            crowds = self.crowds[places]
            overlaps = np.where(there, _overlaps(boxes[now, None], self.boxes[places], crowds), -1.0)
            for row, least in enumerate(IOUS):
                free = (overlaps >= min(least, 1 - 1e-10)) & (crowds | ~taken[row][places])
                free &= ~crowds | ~(free & ~crowds).any(axis=1, keepdims=True)  # a crowd only where nothing else is
                best = _last_highest(np.where(free, overlaps, -1.0))
                has = free.any(axis=1)
                at = places[np.arange(len(now)), best]
                taken[row, at[has]] = True
                hits[row, now] = has & ~self.crowds[at]
                ignored[row, now] = has & self.crowds[at]
        return hits, ignored


def _last_highest(values: Floats) -> Integers:
    """The place of the highest value of each row; of equal ones the last, as pycocotools takes it."""
    places: Integers = values.shape[1] - 1 - np.argmax(values[:, ::-1], axis=1)
    return places


def _overlaps(one: Floats, other: Floats, crowds: Flags) -> Floats:
    """IoU of boxes; of a crowd the share of the detection that lies in it."""
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., :2] + one[..., 2:], other[..., :2] + other[..., 2:])
    width, height = np.moveaxis(np.clip(high - low, 0, None), -1, 0)
    common = width * height
    mine, theirs = one[..., 2] * one[..., 3], other[..., 2] * other[..., 3]
    union = np.where(crowds, mine, mine + theirs - common)
    shares: Floats = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    return shares
