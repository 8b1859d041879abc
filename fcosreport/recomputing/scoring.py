"""COCO's evaluation of predictions, by hotcoco, which gives what pycocotools gives to the last bit."""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from fcosreport.errors import UsageError
from fcosreport.recomputing.predictions import SHAPES, Predictions
from fcosreport.recomputing.protocol import Protocol, quantity
from fcosreport.recomputing.truth import Truth
from fcosreport.recomputing.unusable import UnusableError
from fcosreport.records import Metric

_IMAGES = 500  # that are evaluated at a time


def require() -> str:
    """The version of what evaluates. Raises UsageError where it is not installed."""
    if importlib.util.find_spec("hotcoco") is None:
        raise UsageError("numbers are made again by hotcoco. Install it: pip install hotcoco")
    return importlib.metadata.version("hotcoco")


def evaluated(truth: Truth, found: Predictions, protocol: Protocol, images: Iterable[int] = ()) -> Any:
    """The evaluation, as hotcoco's COCOeval, of all images or of some; a few at a time, so that memory does not fill.

    Detections of categories that the ground truth does not have count for nothing. Raises UnusableError for masks and
    keypoints that are none.
    """
    import hotcoco

    known = truth.loaded
    found = _of_known(found, truth)
    order = np.argsort(found.images, kind="stable")
    ids = np.unique([*images]) if images else truth.image_ids
    with_boxes = protocol.by_box and found.has_boxes
    with _told(protocol):
        kinds = known.load_cats(truth.category_ids)
        params = None if protocol.is_lvis else _params(protocol)
        work = hotcoco.StreamingEval(kinds, protocol.task, lvis_style=protocol.is_lvis, params=params)
        for some in (ids[begin : begin + _IMAGES] for begin in range(0, len(ids), _IMAGES)):
            low, high = np.searchsorted(found.images, (some[0], some[-1] + 1), sorter=order)
            mine = found.some(order[low:high])
            mine = mine.some(np.flatnonzero(np.isin(mine.images, some)))
            objects = known.load_anns(known.get_ann_ids(img_ids=some))
            work.update(known.load_imgs(some), objects, _rows(mine, protocol.task, with_boxes=with_boxes))
        made = work.finalize()
        made.accumulate()
        if protocol.is_lvis:
            made.summarize()  # which gives the metrics their names
    return made


def diagnosed(truth: Truth, found: Predictions, protocol: Protocol) -> Any:
    """The evaluation of all images by COCO's protocol, with what tells where AP is lost: a kilobyte a detection."""
    import hotcoco

    found = _of_known(found, truth)
    with _told(protocol):
        rows = _rows(found, protocol.task, with_boxes=protocol.by_box and found.has_boxes)
        work = hotcoco.COCOeval(truth.loaded, truth.loaded.load_res(rows), protocol.task)
        work.evaluate()
        work.accumulate()
    return work


def _of_known(found: Predictions, truth: Truth) -> Predictions:
    """The detections of categories that the ground truth has."""
    known = np.isin(found.categories, truth.category_ids)
    return found if known.all() else found.some(np.flatnonzero(known))


@contextlib.contextmanager
def _told(protocol: Protocol) -> Iterator[None]:
    """What is wrong with predictions becomes an UnusableError; what hotcoco prints is kept back."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            yield
        except (ValueError, TypeError, KeyError, RuntimeError, json.JSONDecodeError) as error:
            raise UnusableError(f"the {protocol.task} of its predictions: {error}") from error


def _params(protocol: Protocol) -> Any:
    import hotcoco

    params = hotcoco.Params(protocol.task)
    params.max_dets = [*protocol.max_dets[:-1], protocol.capped or protocol.max_dets[-1]]
    params.area_rng = [list(span) for _, span in protocol.areas]
    params.area_rng_lbl = [suffix or "all" for suffix, _ in protocol.areas]
    params.use_cats = protocol.classes
    return params


def metrics(work: Any, protocol: Protocol, printed: Iterable[Metric]) -> tuple[Metric, ...]:
    """Those of the printed metrics that the evaluation has, in full precision."""
    if protocol.is_lvis:
        named = work.get_results()
        made = [(each, named.get(each.name)) for each in printed]
    else:
        arrays = work.eval
        made = [(each, _value(arrays, protocol, each)) for each in printed]
    return tuple(Metric(m.name, float(v), repr(float(v)), max_dets=m.max_dets) for m, v in made if v is not None)


def _value(arrays: dict[str, Any], protocol: Protocol, metric: Metric) -> float | None:
    wanted = quantity(metric, protocol)
    if wanted is None:
        return None
    area = [suffix for suffix, _ in protocol.areas].index(wanted.area)
    limit = protocol.max_dets.index(wanted.max_dets)
    ious = slice(None) if wanted.iou is None else slice((wanted.iou - 50) // 5, (wanted.iou - 50) // 5 + 1)
    values = np.asarray(arrays["precision" if wanted.kind == "AP" else "recall"])[ious, ..., area, limit]
    return float(values[values > -1].mean()) if (values > -1).any() else -1.0


def _rows(found: Predictions, task: str, *, with_boxes: bool) -> Any:
    """The detections as hotcoco takes them: boxes as a table, shapes as dictionaries."""
    if task not in SHAPES:
        return np.column_stack((found.images, found.boxes, found.scores, found.categories)).astype(np.float64)
    columns = (found.images, found.categories, found.scores, found.boxes)
    rows = zip(*(column.tolist() for column in columns), found.shapes, strict=True)
    return [
        {"image_id": image, "category_id": category, "score": score, SHAPES[task]: json.loads(shape)}
        | ({"bbox": box} if with_boxes else {})
        for image, category, score, box, shape in rows
    ]
