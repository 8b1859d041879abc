"""What the numbers would be if one thing were otherwise: the usual mistakes, each undone in turn."""

from collections.abc import Callable, Iterator

import numpy as np
from msgspec.structs import replace

from fcosreport.recomputing.predictions import Integers, Predictions
from fcosreport.recomputing.protocol import Protocol
from fcosreport.recomputing.truth import Truth
from fcosreport.records import IN_REVERSE

Case = tuple[str, Predictions, Protocol, tuple[int, ...]]
"""What was changed, in words, and what is then evaluated; of images only these, if there are any."""


_TIED = 0.5  # distinct scores a detection, below which ties may decide
_FEW = 20  # detections, of which that tells nothing


def of_ties(found: Predictions, protocol: Protocol) -> Iterator[Case]:
    """The predictions with the order of equal scores turned round, where many of a class are; of all sizes only."""
    count = len(found)
    if count < _FEW or _distinct(found) > _TIED * count:
        return
    order = np.lexsort((np.arange(count), found.images, found.scores))
    ranks = np.empty(count)
    ranks[order] = np.arange(1, count + 1) / count
    yield IN_REVERSE, replace(found, scores=ranks), replace(protocol, areas=protocol.areas[:1]), ()


def _distinct(found: Predictions) -> int:
    """How many scores there are, those of each class counted apart."""
    order = np.lexsort((found.scores, found.categories))
    is_next = (np.diff(found.scores[order]) != 0) | (np.diff(found.categories[order]) != 0)
    return 1 + int(is_next.sum())


def cases(found: Predictions, truth: Truth, protocol: Protocol) -> Iterator[Case]:
    """The changes that can be made, those of the predictions before those of the protocol."""
    for change, mended in (*_categories(found, truth), *(_boxes(found) if protocol.task == "bbox" else ())):
        yield change, mended, protocol, ()
    predicted = tuple(np.unique(found.images).tolist())
    if len(predicted) < len(truth.image_ids):
        yield f"on the {len(predicted):,} images with predictions", found, protocol, predicted
    if not protocol.is_lvis and protocol.task != "keypoints":
        for limit in (10, 300, 1000):
            yield f"with maxDets {limit}", found, replace(protocol, capped=limit), ()
        yield "with no regard to classes", found, replace(protocol, classes=False), ()


def _categories(found: Predictions, truth: Truth) -> Iterator[tuple[str, Predictions]]:
    known = truth.category_ids
    for change, mapped in (
        ("with category ids one higher", lambda ids: ids + 1),
        ("with category ids one lower", lambda ids: ids - 1),
        ("with category ids counted from 0 in the order of the ground truth", _counted(known, 0)),
        ("with category ids counted from 1 in the order of the ground truth", _counted(known, 1)),
    ):
        ids = mapped(found.categories)
        if not np.array_equal(ids, found.categories) and np.isin(ids, known).any():
            yield change, replace(found, categories=ids)


def _counted(known: Integers, first: int) -> Callable[[Integers], Integers]:
    def mapped(ids: Integers) -> Integers:
        places = ids - first
        inside = (places >= 0) & (places < len(known))
        return np.where(inside, known[np.clip(places, 0, len(known) - 1)], -1)

    return mapped


def _boxes(found: Predictions) -> Iterator[tuple[str, Predictions]]:
    x, y, width, height = found.boxes.T
    for change, columns in (
        ("with boxes read as corners", (x, y, width - x, height - y)),
        ("with boxes read as centre and size", (x - width / 2, y - height / 2, width, height)),
    ):
        yield change, replace(found, boxes=np.stack(columns, axis=1))
