"""How much a detection and an object overlap: the IoU of boxes or masks; with a crowd the share that lies in it."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from fcosreport.recomputing.predictions import Floats, Integers, Predictions
from fcosreport.recomputing.truth import Truth

Flags = npt.NDArray[np.bool_]
Overlaps = Callable[[Integers, Integers], Floats]
"""Of some detections, by their places, each with the objects of its row: the overlap with each of these."""


def of_boxes(found: Floats, objects: Floats, crowds: Flags) -> Overlaps:
    """Overlaps of boxes as x, y, width and height."""

    def overlaps(detections: Integers, places: Integers) -> Floats:
        one, other, of_crowd = found[detections, None], objects[places], crowds[places]
        low = np.maximum(one[..., :2], other[..., :2])
        high = np.minimum(one[..., :2] + one[..., 2:], other[..., :2] + other[..., 2:])
        width, height = np.moveaxis(np.clip(high - low, 0, None), -1, 0)
        common = width * height
        mine, theirs = one[..., 2] * one[..., 3], other[..., 2] * other[..., 3]
        union = np.where(of_crowd, mine, mine + theirs - common)
        shares: Floats = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
        return shares

    return overlaps


def of_masks(found: Predictions, truth: Truth, objects: Integers, begins: Integers, ends: Integers) -> Overlaps:
    """Overlaps of masks, each pair of image and class at once.

    The detections of a pair stand together; its objects are `objects[begin:end]`, as numbers of the ground truth.
    """
    import hotcoco

    def masks(shapes: Iterator[tuple[int, bytes]]) -> list[dict[str, Any]]:
        given = ({"image_id": image, "segmentation": msgspec.json.decode(shape)} for image, shape in shapes)
        return [truth.loaded.ann_to_rle(each) for each in given]

    rows = np.zeros(len(found), np.int64)  # where the overlaps of each detection begin
    parts: list[Floats] = []
    count = 0
    for place in _pairs(begins, ends):
        things = [truth.things[number] for number in objects[begins[place.start] : ends[place.start]]]
        mine = masks(zip(found.images[place].tolist(), found.shapes[place], strict=True))
        theirs = masks((each.image_id, bytes(each.segmentation)) for each in things)
        parts.append(hotcoco.mask.iou(mine, theirs, [bool(each.iscrowd) for each in things]).ravel())
        rows[place] = count + len(things) * np.arange(len(mine))
        count += len(parts[-1])
    flat = np.concatenate(parts) if parts else np.zeros(1)

    def overlaps(detections: Integers, places: Integers) -> Floats:
        at = rows[detections, None] + np.maximum(places - begins[detections, None], 0)
        shares: Floats = flat[np.minimum(at, len(flat) - 1)]
        return shares

    return overlaps


def _pairs(begins: Integers, ends: Integers) -> Iterator[slice]:
    """Where the detections of each pair stand that has objects."""
    edges = np.flatnonzero(np.diff(begins, prepend=-1) | np.diff(ends, prepend=-1))
    for first, stop in zip(edges.tolist(), [*edges[1:].tolist(), len(begins)], strict=False):
        if ends[first] > begins[first]:
            yield slice(first, stop)
