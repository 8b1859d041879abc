"""Two results made again, side by side: how sure their difference is, and where each loses its AP."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import xxhash

from fcosreport.recomputing import matching, predictions, resampling, scoring, truth
from fcosreport.recomputing.protocol import Protocol
from fcosreport.recomputing.remaking import CODE, Shelf
from fcosreport.recomputing.resampling import Sureness
from fcosreport.recomputing.scoring import evaluated
from fcosreport.records import Remade
from fcosreport.wording import listed

_ERRORS = {
    "Cls": "lost by class",
    "Loc": "lost by place",
    "Both": "lost by class and place",
    "Dupe": "lost by doubles",
    "Bkg": "lost by background",
    "Miss": "lost by misses",
}
"""TIDE's six kinds of error, as they are told: the points of AP50 that each costs."""
_CALIBRATION = "calibration error"
_PRECISIONS = (0.25, 0.5, 0.75)  # recalls at which the precision is told
_AT_HALF = 0  # the first of COCO's IoUs


Losses = dict[str, float]
"""Of one run, in points: what each kind of error costs, the calibration error, the precision at some recalls."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What predictions tell of two runs in a task; with a `reason`, why they cannot be held against each other.

    `foreign` are the ids of runs whose predictions do not give what they print: the verdict is of the predictions.
    """

    sureness: Sureness | None = None
    losses: tuple[Losses, Losses] | None = None
    reason: str = ""
    foreign: tuple[str, ...] = ()


def side_by_side(made: Sequence[Remade], one: str, other: str, shelf: Shelf) -> tuple[SideBySide, ...]:
    """What the predictions of two experiments, by their ids, tell of each task that both have a result in.

    What the same files told before is looked up.
    """
    mine, theirs = ({each.task: each for each in made if each.experiment == name} for name in (one, other))
    return tuple(_beside(mine[task], theirs[task], shelf) for task in mine if task in theirs)


def over_images(made: Sequence[Remade], shelf: Shelf) -> dict[str, float]:
    """The standard error over images of each AP for boxes, in points, by experiment."""
    return {each.experiment: _over_images(each, shelf) for each in made if _is_drawn(each)}


def _is_drawn(made: Remade) -> bool:
    """Whether its images can be drawn again: boxes, by COCO's own protocol, on all images that are annotated."""
    return bool(made.metrics) and made.protocol == str(Protocol(task="bbox")) and made.task == "bbox" and made.is_whole


def _over_images(one: Remade, shelf: Shelf) -> float:
    key = _key("over images", one)
    body = shelf.remade(key)
    if body is not None:
        return msgspec.msgpack.decode(body, type=float)
    known = truth.read(Path(one.truth.path))
    found = matching.matched(predictions.read(Path(one.predictions.path), one.task), known)
    error = resampling.error_over_images(found, len(known.image_ids))
    shelf.save_remade(key, msgspec.msgpack.encode(error))
    return error


def _beside(one: Remade, other: Remade, shelf: Shelf) -> SideBySide:
    foreign = tuple(each.experiment for each in (one, other) if each.differing)
    return replace(_told(one, other, shelf), foreign=foreign)


def _key(what: str, *made: Remade) -> str:
    contents = [(each.predictions.sha256, each.truth.sha256, each.images) for each in made]
    return xxhash.xxh3_128_hexdigest(repr((CODE, what, scoring.require(), contents)).encode())


def _told(one: Remade, other: Remade, shelf: Shelf) -> SideBySide:
    lacking = [each.experiment for each in (one, other) if not each.metrics]
    if lacking:
        return SideBySide(reason=f"{one.task}: the predictions of {listed(lacking)} were not evaluated")
    if one.truth.sha256 != other.truth.sha256 or one.images != other.images:
        return SideBySide(reason=f"{one.task}: the two were not evaluated on the same images")
    if not (_is_drawn(one) and _is_drawn(other)):
        return SideBySide(reason=f"{one.task}: only boxes are drawn again, by COCO's protocol and on all images")
    key = _key("side by side", one, other)
    body = shelf.remade(key)
    if body is not None:
        return msgspec.msgpack.decode(body, type=SideBySide)
    known = truth.read(Path(one.truth.path))
    found = [predictions.read(Path(each.predictions.path), each.task) for each in (one, other)]
    first, second = (matching.matched(each, known) for each in found)
    sure = resampling.sureness(first, second, len(known.image_ids), one.task)
    mine, theirs = (_losses(evaluated(known, each, Protocol(task=one.task))) for each in found)
    told = SideBySide(sure, (mine, theirs))
    shelf.save_remade(key, msgspec.msgpack.encode(told))
    return told


def _losses(work: Any) -> Losses:
    """The numbers of hotcoco: TIDE's errors and the calibration at an IoU of 0.5, points of the curve there."""
    costs = work.tide_errors()["delta_ap"]
    numbers = {said: 100 * float(costs[name]) for name, said in _ERRORS.items()}
    numbers[_CALIBRATION] = 100 * float(work.calibration()["ece"])
    curve = _curve(np.asarray(work.eval["precision"])[_AT_HALF, :, :, 0, -1])
    return numbers | {f"precision at recall {at:.2f}": 100 * curve[round(100 * at)] for at in _PRECISIONS}


def _curve(precisions: np.ndarray[Any, Any]) -> Sequence[float]:
    """The mean precision of all classes that have objects, at 101 recalls."""
    there = precisions[:, (precisions > -1).all(axis=0)]
    return [float(value) for value in there.mean(axis=1)] if there.size else [0.0] * len(precisions)
