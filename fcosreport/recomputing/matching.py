"""Which detections meet an object, by COCO's rules: done once, whatever is then counted how often."""

import numpy as np
from msgspec import Struct

from fcosreport.recomputing import overlapping
from fcosreport.recomputing.overlapping import Flags, Overlaps
from fcosreport.recomputing.predictions import Floats, Integers, Predictions
from fcosreport.recomputing.truth import Truth

IOUS = np.linspace(0.5, 0.95, 10)
MAX_DETS = 100


class Matched(Struct, frozen=True):
    """The detections of one class by falling score, each with the place of its image, and the images of its objects.

    `hits` and `ignored` have a row for each IoU: whether a detection meets an object there, or one that does not count.
    """

    images: Integers
    hits: Flags
    ignored: Flags
    objects: Integers


def matched(found: Predictions, truth: Truth, task: str) -> list[Matched]:
    """The boxes or masks of each class of the ground truth, over all sizes with 100 detections an image."""
    ids, kinds, count = truth.image_ids, truth.category_ids, len(truth.image_ids)
    found = found.some(np.flatnonzero(np.isin(found.categories, kinds) & np.isin(found.images, ids)))
    image = np.searchsorted(ids, found.images)
    pair = np.searchsorted(kinds, found.categories) * count + image
    order = np.lexsort((-found.scores, pair))
    first = np.searchsorted(pair[order], pair[order])
    order = order[np.arange(len(order)) - first < MAX_DETS]
    objects = _Objects.of(truth, kinds, ids)
    hits, ignored = objects.met(pair[order], found.some(order), truth, task)
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


class _Objects(Struct, frozen=True):
    """The objects by image and class, crowds last: `pairs` tells both in one number, `numbers` which they are."""

    pairs: Integers
    numbers: Integers
    crowds: Flags

    @classmethod
    def of(cls, truth: Truth, kinds: Integers, ids: Integers) -> "_Objects":
        image, kind = truth.column("image_id"), truth.column("category_id")
        known = np.flatnonzero(np.isin(image, ids) & np.isin(kind, kinds))
        pair = np.searchsorted(kinds, kind[known]) * len(ids) + np.searchsorted(ids, image[known])
        order = np.lexsort((truth.crowds[known], pair))
        return cls(pair[order], known[order], truth.crowds[known][order])

    def met(self, pairs: Integers, found: Predictions, truth: Truth, task: str) -> tuple[Flags, Flags]:
        """What the detections meet, which are sorted by pair and falling score.

        The n-th detections of all pairs choose at once: they are of different images or classes.
        """
        hits, ignored = (np.zeros((len(IOUS), len(pairs)), bool) for _ in range(2))
        taken = np.zeros((len(IOUS), len(self.pairs)), bool)
        begin, end = np.searchsorted(self.pairs, pairs), np.searchsorted(self.pairs, pairs, side="right")
        overlap: Overlaps = (
            overlapping.of_masks(found, truth, self.numbers, begin, end)
            if task == "segm"
            else overlapping.of_boxes(found.boxes, truth.boxes[self.numbers], self.crowds)
        )
        rank = np.arange(len(pairs)) - np.searchsorted(pairs, pairs)
        choosing = np.flatnonzero(end > begin)
        for number in range(int(rank[choosing].max(initial=-1)) + 1):
            now = choosing[rank[choosing] == number]
            places = begin[now, None] + np.arange((end[now] - begin[now]).max(initial=0))
            there = places < end[now, None]
            places = np.where(there, places, 0)
            crowds = self.crowds[places]
            overlaps = np.where(there, overlap(now, places), -1.0)
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
