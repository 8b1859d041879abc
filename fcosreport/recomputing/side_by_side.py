"""Two results made again, side by side: how sure their difference is, and where each loses its AP."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import xxhash
from msgspec import Struct
from msgspec.structs import replace

from fcosreport.recomputing import matching, predictions, resampling, scoring, truth
from fcosreport.recomputing.making import DRAWN
from fcosreport.recomputing.remaking import CODE, Shelf
from fcosreport.recomputing.resampling import Sureness
from fcosreport.records import Losses, Remade
from fcosreport.wording import listed


class SideBySide(Struct, frozen=True):
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
    return {each.experiment: _over_images(each, shelf) for each in made if each.is_drawable and each.task == "bbox"}


def _over_images(one: Remade, shelf: Shelf) -> float:
    key = _key("over images", one)
    body = shelf.remade(key)
    if body is not None:
        return msgspec.msgpack.decode(body, type=float)
    known = truth.read(Path(one.truth.path))
    found = matching.matched(predictions.read(Path(one.predictions.path), one.task), known, one.task)
    error = resampling.error_over_images(found, len(known.image_ids))
    shelf.save_remade(key, msgspec.msgpack.encode(error))
    return error


def _beside(one: Remade, other: Remade, shelf: Shelf) -> SideBySide:
    foreign = tuple(each.experiment for each in (one, other) if each.differing)
    told = _told(one, other, shelf)
    losses = (one.losses, other.losses) if told.sureness and one.losses and other.losses else None
    return replace(told, losses=losses, foreign=foreign)


def _key(what: str, *made: Remade) -> str:
    contents = [(each.task, each.predictions.sha256, each.truth.sha256, each.images) for each in made]
    return xxhash.xxh3_128_hexdigest(repr((CODE, what, scoring.require(), contents)).encode())


def _told(one: Remade, other: Remade, shelf: Shelf) -> SideBySide:
    lacking = [each.experiment for each in (one, other) if not each.metrics]
    if lacking:
        return SideBySide(reason=f"{one.task}: the predictions of {listed(lacking)} were not evaluated")
    if one.truth.sha256 != other.truth.sha256 or one.images != other.images:
        return SideBySide(reason=f"{one.task}: the two were not evaluated on the same images")
    if not (one.is_drawable and other.is_drawable):
        said = f"only boxes and masks are drawn again, by COCO's protocol on all images, up to {DRAWN:,} detections"
        return SideBySide(reason=f"{one.task}: {said}")
    key = _key("side by side", one, other)
    body = shelf.remade(key)
    if body is not None:
        return msgspec.msgpack.decode(body, type=SideBySide)
    known = truth.read(Path(one.truth.path))
    found = [predictions.read(Path(each.predictions.path), each.task) for each in (one, other)]
    first, second = (matching.matched(each, known, one.task) for each in found)
    sure = resampling.sureness(first, second, len(known.image_ids), one.task)
    told = SideBySide(sure)
    shelf.save_remade(key, msgspec.msgpack.encode(told))
    return told
