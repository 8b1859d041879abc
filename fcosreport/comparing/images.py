"""How many images the public validation sets of COCO have, by the exact names that files and catalogues give them."""

from pathlib import PurePosixPath

_IMAGES = {
    5000: "coco_2017_val coco_2017_val_panoptic coco_2017_val_panoptic_separated coco_2017_val_panoptic_stuffonly"
    " keypoints_coco_2017_val coco_val2017 coco_val_2017 coco2017_val 2017_val val2017 instances_val2017"
    " person_keypoints_val2017 panoptic_val2017 stuff_val2017 coco_2014_minival keypoints_coco_2014_minival"
    " coco_minival minival minival2014 instances_minival2014",
    100: "coco_2017_val_100 keypoints_coco_2017_val_100 coco_2017_val_100_panoptic_separated instances_val2017_100",
}
"""Minival are the images of val2017; detectron2 has 100 of them, for quick tests."""
_BY_NAME = {name: count for count, names in _IMAGES.items() for name in names.split()}


def images_of(data: str) -> int | None:
    """The number of images that a name or path says (`data/coco/annotations/instances_val2017.json`); or None."""
    name = PurePosixPath(data.strip().lower().replace("\\", "/")).name
    return _BY_NAME.get(name.removesuffix(".json").removesuffix(".txt"))
