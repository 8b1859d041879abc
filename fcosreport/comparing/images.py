"""The public validation sets of COCO and their images, by the exact names that files and catalogues give them."""

from functools import lru_cache

from fcosreport.vocabulary.paths import last_part

_IMAGES = {
    5000: "coco_2017_val coco_2017_val_panoptic coco_2017_val_panoptic_separated coco_2017_val_panoptic_stuffonly"
    " keypoints_coco_2017_val coco_val2017 coco_val_2017 coco2017_val 2017_val val2017 instances_val2017"
    " person_keypoints_val2017 panoptic_val2017 stuff_val2017 coco_2014_minival keypoints_coco_2014_minival"
    " coco_minival minival minival2014 instances_minival2014",
    100: "coco_2017_val_100 keypoints_coco_2017_val_100 coco_2017_val_100_panoptic_separated instances_val2017_100",
}
"""Minival are the images of val2017; detectron2 has 100 of them, for quick tests."""
_BY_NAME = {name: count for count, names in _IMAGES.items() for name in names.split()}


def data_set_of(data: str) -> str:
    """What a name or path is called among others: each public set of COCO by one name, else the end of the path."""
    images = images_of(data)
    return _IMAGES[images].partition(" ")[0] if images else _file(data)


def images_of(data: str) -> int | None:
    """The number of images that a name or path says (`data/coco/annotations/instances_val2017.json`); or None."""
    return _BY_NAME.get(_file(data))


@lru_cache(4096)  # asked again and again of the runs of a study, which share their data
def _file(data: str) -> str:
    name = last_part(data.strip().lower())
    return name.removesuffix(".json").removesuffix(".txt")
