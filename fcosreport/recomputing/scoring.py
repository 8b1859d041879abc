"""COCO's evaluation of predictions, by hotcoco, which gives what pycocotools gives to the last bit."""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from fcosreport.errors import UsageError
from fcosreport.recomputing.predictions import SHAPES, Predictions
from fcosreport.recomputing.protocol import Protocol, quantity
from fcosreport.recomputing.truth import Truth
from fcosreport.recomputing.unusable import UnusableError
from fcosreport.records import Metric


def require() -> str:
    """The version of what evaluates. Raises UsageError where it is not installed."""
    if importlib.util.find_spec("hotcoco") is None:
        raise UsageError("numbers are made again by hotcoco. Install it: pip install hotcoco")
    return importlib.metadata.version("hotcoco")


def evaluated(truth: Truth, found: Predictions, protocol: Protocol, images: Iterable[int] = ()) -> Any:
    """The evaluation, as hotcoco's COCOeval, of all images or of some.

    Detections of categories that the ground truth does not have count for nothing. Raises UnusableError for masks and
    keypoints that are none.
    """
    import hotcoco

    known = np.isin(found.categories, truth.category_ids)
    found = found if known.all() else found.some(np.flatnonzero(known))
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            loaded = truth.loaded.load_res(_rows(found, protocol) if found.shapes else _table(found))
            work = hotcoco.COCOeval(truth.loaded, loaded, protocol.task, lvis_style=protocol.is_lvis)
            params = work.params
            if not protocol.is_lvis:
                params.max_dets = [*protocol.max_dets[:-1], protocol.capped or protocol.max_dets[-1]]
                params.area_rng = [list(span) for _, span in protocol.areas]
                params.area_rng_lbl = [suffix or "all" for suffix, _ in protocol.areas]
                params.use_cats = protocol.classes
            if chosen := list(images):
                params.img_ids = chosen
            work.evaluate()
            work.accumulate()
            if protocol.is_lvis:
                work.summarize()  # which gives the metrics their names
        except (ValueError, TypeError, KeyError, RuntimeError, json.JSONDecodeError) as error:
            raise UnusableError(f"the {protocol.task} of its predictions: {error}") from error
    return work


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


def _table(found: Predictions) -> Any:
    columns = (found.images[:, None], found.boxes, found.scores[:, None], found.categories[:, None])
    return np.concatenate(columns, axis=1, dtype=np.float64)


def _rows(found: Predictions, protocol: Protocol) -> list[dict[str, Any]]:
    name = SHAPES[protocol.task]
    columns = (found.images, found.categories, found.scores, found.boxes)
    rows = zip(*(column.tolist() for column in columns), found.shapes, strict=True)
    made = [
        {"image_id": image, "category_id": category, "score": score, "bbox": box, name: json.loads(shape)}
        for image, category, score, box, shape in rows
    ]
    if not (protocol.by_box and found.has_boxes):
        for row in made:
            del row["bbox"]
    return made
