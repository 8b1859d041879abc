"""One result made again from predictions and ground truth, with what the two tell of themselves."""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from fcosreport.recomputing import trials
from fcosreport.recomputing.losing import losses
from fcosreport.recomputing.predictions import Predictions
from fcosreport.recomputing.protocol import Protocol
from fcosreport.recomputing.scoring import diagnosed, evaluated, metrics
from fcosreport.recomputing.truth import Truth
from fcosreport.recomputing.unusable import UnusableError
from fcosreport.records import Remade, Trial, differing

NOTHING = 0.05
"""AP: so little is no result, but a mistake in ids or boxes."""
DRAWN = 2_000_000
"""Detections, above which to draw images again, or to tell where AP is lost, would take more than 2 GB of memory."""


def remade(found: Predictions, truth: Truth, protocol: Protocol, blank: Remade, *, with_losses: bool = False) -> Remade:
    """`blank` with the numbers that it tells as printed, as the predictions give them; `with_losses` where it has any.

    Raises UnusableError where predictions and ground truth do not belong together.
    """
    printed, images = blank.printed, images_of(found, truth, protocol)
    made = {way: metrics(evaluated(truth, found, way, images), way, printed.metrics) for way in _ways(found, protocol)}
    protocol = next((way for way, again in made.items() if not differing(printed, again)), protocol)
    again = made[protocol]
    if not again:
        raise UnusableError("none of its metrics is one of COCO's")
    with_objects = np.unique(truth.column("image_id")[~truth.crowds])
    with_objects = np.intersect1d(with_objects, images) if images else with_objects
    ap = next((each.value for each in again if each.name == "AP"), None)
    is_drawable = protocol.is_cocos and not images and len(found) <= DRAWN
    is_doubtful = bool(differing(printed, again)) or (ap is not None and 0 <= ap < NOTHING)
    return replace(
        blank,
        protocol=str(protocol),
        metrics=again,
        images=len(images or truth.image_ids),
        is_whole=not images,
        empty=len(np.setdiff1d(with_objects, found.images)),
        detections=len(found),
        unknown=int((~np.isin(found.categories, truth.category_ids)).sum()),
        is_drawable=is_drawable,
        losses=losses(diagnosed(truth, found, protocol)) if with_losses and is_drawable else None,
        trials=tuple(
            Trial(change, metrics(evaluated(truth, mended, way, chosen or images), way, printed.metrics))
            for change, mended, way, chosen in (
                *trials.of_ties(found, protocol),
                *(trials.cases(found, truth, protocol) if is_doubtful else ()),
            )
        ),
    )


def _ways(found: Predictions, protocol: Protocol) -> Iterator[Protocol]:
    """The protocol, and for masks that have boxes the other way to tell their sizes, of which no program says."""
    yield protocol
    if protocol.task == "segm" and found.has_boxes:
        yield replace(protocol, by_box=False)


def images_of(found: Predictions, truth: Truth, protocol: Protocol) -> tuple[int, ...]:
    """The images that are evaluated; empty for all. Raises UnusableError where that cannot be told."""
    predicted, known = np.unique(found.images), truth.image_ids
    strange = np.setdiff1d(predicted, known)
    if len(strange):
        raise UnusableError(
            f"{len(strange):,} of its {len(predicted):,} images are not in {truth.path.name}, such as {strange[0]}; "
            "give the annotations that it was evaluated on with --truth"
        )
    if protocol.images is None or protocol.images == len(known):
        return ()
    if protocol.images > len(known):
        raise UnusableError(f"it was evaluated on {protocol.images:,} images, and {truth.path.name} has {len(known):,}")
    if protocol.images != len(predicted):
        raise UnusableError(
            f"it was evaluated on {protocol.images:,} of the {len(known):,} images in {truth.path.name}, "
            f"and predictions of {len(predicted):,} do not tell which"
        )
    return tuple(predicted.tolist())
