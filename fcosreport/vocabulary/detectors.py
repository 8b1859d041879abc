"""What detectors are called: `FCOS_imprv_R_50`, `Mask R-CNN`, `ppyoloe`, `rt-detr`."""

import re
from functools import lru_cache

_WORDS = {
    "detr": r"[a-z]*detr(?:ex|v?\d+)?|sparse[-_ ]?r[-_ ]?cnn|[a-z0-9]*former(?:s|v\d)?|d-?fine|deim(?:v\d)?",
    "swin": r"swin(?:v\d)?(?:[tsbl]|tiny|small|base|large)?|m?vit(?:det|ae)?(?:v\d)?[tsblhg]?\d*|convnext[a-z0-9]*",
    "adam": r"[nr]?adamw?",
    "yolo": r"(?:pp|mm|damo|gold|tiny|scaled|fast|nano)?yolo[a-z0-9]*|nanodet[a-z]*|rtmdet[a-z]*",
    "ssd": r"d?ssd(?:\d{3}|lite\d*)?|dsod(?:\d{3})?|efficientdet[a-z0-9]*",
    "centernet": r"(?:corner|center)[-_ ]?net[a-z0-9]*",
    "fcos": r"[a-z]*fcos[a-z0-9]*",
    "retinanet": r"retina[-_ ]?net[a-z0-9]*|free[-_ ]?anchor|fsaf",
    "atss": r"atss|paa|gfl(?:v\d)?|gfocal(?:v\d)?|vfnet[a-z]*|varifocal(?:net)?|fovea[-_ ]?box|reppoints(?:v\d)?",
    "lidar": r"pointpillars?|centerpoint|voxelnet|votenet|pv[-_ ]?rcnn[a-z+]*|pointrcnn|cbgs",
    "r-cnn": r"[a-z]*r[-_ ]?cnn\d*",
}
"""Families as whole words: detectors, and the backbones and optimizers with which others are trained as these are."""
_READ = 1000  # characters, so that little is kept in mind
_FAMILIES = tuple(_WORDS)
_ANY = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(f'({words})' for words in _WORDS.values())})(?![a-z0-9])")


def detectors(text: str) -> frozenset[str]:
    """The families that a text names: `yolo` for `yolov5s_bs64`; none for `cavity`, `reformat` or `/ssd1/data`.

    Looked for in the first 1,000 characters.
    """
    return _detectors(text[:_READ])


@lru_cache(4096)
def _detectors(text: str) -> frozenset[str]:
    return frozenset(_FAMILIES[(found.lastindex or 1) - 1] for found in _ANY.finditer(text.lower()))
