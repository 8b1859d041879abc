"""By which protocol a result was obtained, as far as it tells, and which of its numbers can be made again by that."""

import re

from msgspec import Struct

from fcosreport.records import Evaluation, Metric

COCO_MAX_DETS = (1, 10, 100)
_NAME = re.compile(r"(?P<kind>AP|AR)@?(?P<number>\d+)?(?P<area>vt|t|s|m|l)?")
_COCO_AREAS = {"": (0, 1e10), "s": (0, 32**2), "m": (32**2, 96**2), "l": (96**2, 1e10)}
_TINY_AREAS = {"": (0, 1e10), "vt": (0, 8**2), "t": (8**2, 16**2), "s": (16**2, 32**2), "m": (32**2, 1e10)}
"""In pixels; tiny ones as AI-TOD parts them."""


class Quantity(Struct, frozen=True):
    """What a metric's name says: AP or AR, at one IoU in percent or at all, of an area, with how many detections."""

    kind: str
    iou: int | None
    area: str
    max_dets: int


class Protocol(Struct, frozen=True, kw_only=True):
    """How an evaluation is done: `max_dets` detections an image, areas in pixels by their suffix, by LVIS or not.

    `images` is the number that the run tells; None for those of the ground truth. `classes`: whether a detection must
    be of the right class. `capped`: so many detections an image count where the last of `max_dets` is said to.
    `by_box`: a mask is as large as its box, as pycocotools takes it where a file has both, and programs that leave the
    boxes out do not.
    """

    task: str
    max_dets: tuple[int, ...] = COCO_MAX_DETS
    areas: tuple[tuple[str, tuple[float, float]], ...] = tuple(_COCO_AREAS.items())
    is_lvis: bool = False
    images: int | None = None
    classes: bool = True
    capped: int | None = None
    by_box: bool = True

    @property
    def is_cocos(self) -> bool:
        """Whether it is COCO's own for boxes or masks."""
        return self.task in ("bbox", "segm") and str(self) == str(Protocol(task=self.task))

    def __str__(self) -> str:
        return "LVIS" if self.is_lvis else f"COCO, maxDets {', '.join(map(str, self.max_dets))}"


def declared(printed: Evaluation, images: int | None) -> Protocol:
    """The protocol of a printed evaluation."""
    names = [match for each in printed.metrics if (match := _NAME.fullmatch(each.name))]
    is_tiny = any(match["area"] in ("vt", "t") for match in names)
    areas = _TINY_AREAS if is_tiny else _COCO_AREAS
    if printed.task == "keypoints":
        areas = {suffix: span for suffix, span in areas.items() if suffix != "s"}
    told = {each.max_dets for each in printed.metrics if each.max_dets}
    if printed.task != "keypoints":
        told |= {int(match["number"]) for match in names if match["kind"] == "AR" and match["number"]}
    usual = {20} if printed.task == "keypoints" else {1500} if is_tiny else set(COCO_MAX_DETS)
    limits = told if len(told) > 2 or (told and printed.task == "keypoints") else told | usual
    return Protocol(
        task=printed.task,
        max_dets=tuple(sorted(limits)),
        areas=tuple(areas.items()),
        is_lvis=printed.family == "lvis",
        images=images,
    )


def quantity(metric: Metric, protocol: Protocol) -> Quantity | None:
    """What a metric says; None where this protocol has no such number."""
    match = _NAME.fullmatch(metric.name)
    if not match or (match["area"] or "") not in dict(protocol.areas):
        return None
    number = int(match["number"]) if match["number"] else None
    counts = match["kind"] == "AR" and protocol.task != "keypoints"
    usual = 100 if 100 in protocol.max_dets else protocol.max_dets[-1]
    limit = (number if counts else None) or metric.max_dets or (protocol.max_dets[-1] if counts else usual)
    iou = None if counts else number
    if limit not in protocol.max_dets or (iou is not None and iou not in range(50, 100, 5)):
        return None
    return Quantity(match["kind"], iou, match["area"] or "", limit)
