"""Predictions in COCO's format, read piece by piece into columns."""

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from fcosreport.recomputing.streams import objects
from fcosreport.recomputing.unusable import UnusableError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class _Row(msgspec.Struct, gc=False):
    image_id: int | float | str
    category_id: int
    score: float
    bbox: tuple[float, float, float, float] | None = None
    segmentation: msgspec.Raw = msgspec.Raw()
    keypoints: msgspec.Raw = msgspec.Raw()


_ROWS = msgspec.json.Decoder(list[_Row])
SHAPES = {"segm": "segmentation", "keypoints": "keypoints"}
"""What holds the shapes of a task; a box has none."""


class Predictions(Struct, frozen=True):
    """Detections as columns: ids of images and categories, scores, boxes as x, y, width and height in pixels.

    `shapes` are masks or keypoints, in JSON; none where the task is boxes. Where a file has no boxes, all are 0.
    """

    images: Integers
    categories: Integers
    scores: Floats
    boxes: Floats
    shapes: Sequence[bytes] = ()

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def has_boxes(self) -> bool:
        return bool(self.boxes.any())

    def some(self, which: Integers) -> "Predictions":
        """Those of these places, in their order."""
        shapes = tuple(self.shapes[place] for place in which) if self.shapes else ()
        return Predictions(self.images[which], self.categories[which], self.scores[which], self.boxes[which], shapes)


def read(path: Path, task: str) -> Predictions:
    """The detections of a file for a task. Raises UnusableError where it is cut, garbled, or not of the task."""
    parts = [_columns(rows, path, task) for rows in objects(path, _ROWS) if rows]
    if not parts:
        return Predictions(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty((0, 4)))
    return Predictions(
        np.concatenate([each.images for each in parts]),
        np.concatenate([each.categories for each in parts]),
        np.concatenate([each.scores for each in parts]),
        np.concatenate([each.boxes for each in parts]),
        tuple(chain.from_iterable(each.shapes for each in parts)),
    )


def _columns(rows: Sequence[_Row], path: Path, task: str) -> Predictions:
    count = len(rows)
    try:
        images, categories, scores = (
            np.fromiter(map(attrgetter(name), rows), np.float64, count) for name in ("image_id", "category_id", "score")
        )
    except ValueError as error:
        name = next(row.image_id for row in rows if isinstance(row.image_id, str))
        raise UnusableError(f"{path}: its images are named, as {name!r}, and COCO's have numbers") from error
    boxes = [row.bbox or (0.0, 0.0, 0.0, 0.0) for row in rows]
    if task == "bbox" and any(row.bbox is None for row in rows):
        raise UnusableError(f"{path}: a prediction without a bbox")
    flat = np.fromiter(chain.from_iterable(boxes), np.float64, 4 * count)
    shapes = tuple(_shapes(rows, path, task))
    return Predictions(images.astype(np.int64), categories.astype(np.int64), scores, flat.reshape(count, 4), shapes)


def _shapes(rows: Sequence[_Row], path: Path, task: str) -> Iterator[bytes]:
    if task not in SHAPES:
        return
    for row in rows:
        shape = bytes(getattr(row, SHAPES[task]))
        if not shape:
            raise UnusableError(f"{path}: a prediction without {SHAPES[task]}")
        yield shape
