"""Data sets in COCO's format: read, checked before anything starts, and loaded in an order that a resumed run finds
again.

An annotation that no training can use (no area, outside its image) is skipped and counted, as is the custom of the
field; whatever makes the numbers wrong (an id twice, an unknown category, a file that is not there) is an error.
"""

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from pycocotools import mask as rle
from torch import Tensor
from torch.utils.data import Dataset

from trainer.errors import TrainerError
from trainer.shapes import shapes

Target = dict[str, Tensor]
Pick = tuple[int, bool]
"""Which image, and whether it is mirrored."""
SHAPES = 400
"""Training images of `--data shapes`."""


@dataclass(frozen=True, slots=True)
class Split:
    """The training or the validation part of a data set, checked."""

    training: bool
    path: Path
    folder: Path
    sha256: str
    images: list[dict[str, Any]]
    annotations: dict[int, list[dict[str, Any]]]
    """Those of each image that a training can use, by the image's id."""
    categories: dict[int, str]
    """Names by id."""
    skipped: dict[str, int]
    """What was left out of the training, and how often."""

    def described(self) -> dict[str, str | int]:
        """What metrics.jsonl says of the data. Most are called instances_val, so their folder is told as well."""
        part, root = "train" if self.training else "val", self.path.parent.parent.resolve().name
        return {
            part: f"{root}/annotations/{self.path.name}",
            f"{part}_images": len(self.images),
            f"{part}_sha256": self.sha256,
        }


def load(data: str, split: str, masks: bool = False) -> Split:
    """The `train` or the `val` part of a data set; raises TrainerError with the file and the id where it is wrong."""
    drawn = re.fullmatch(r"shapes(?::([1-9]\d{0,5}))?", data)
    root = shapes(int(drawn[1] or SHAPES)) if drawn else Path(data)
    found = sorted((root / "annotations").glob(f"instances_{split}*.json"))
    if not found:
        text = f"There is no {root / 'annotations'}/instances_{split}*.json"
        raise TrainerError(f"{text}. Give a folder in COCO's layout with --data, or shapes.")
    path = next((each for each in found if "2017" in each.name), found[0])
    raw = _read(path)
    content = _content(raw, path)
    folder = root / path.stem.removeprefix("instances_")
    _check_images(content["images"], path, folder)
    annotations, skipped = _usable(content, path, masks)
    images = content["images"]
    if split == "train":
        images = [image for image in images if annotations.get(image["id"])]
        skipped["images without a usable annotation"] = len(content["images"]) - len(images)
        if not images:
            raise TrainerError(f"{path}: no image has an annotation to train on.")
    names = {each["id"]: str(each["name"]) for each in content["categories"]}
    digest = hashlib.sha256(raw).hexdigest()
    return Split(split == "train", path, folder, digest, images, annotations, names, dict(+skipped))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainerError(f"{path} cannot be read: {error.strerror}.") from None


def _content(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise TrainerError(f"{path} is no JSON, or was cut: {error}.") from None
    for part in ("images", "annotations", "categories"):
        rows = content.get(part) if isinstance(content, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) and _is_id(row.get("id")) for row in rows):
            raise TrainerError(f"{path}: `{part}` must be a list of objects with whole numbers as ids.")
        twice = [number for number, count in Counter(row["id"] for row in rows).items() if count > 1]
        if twice:
            raise TrainerError(f"{path}: in `{part}`, the id {twice[0]} occurs twice. Number them anew.")
    if not content["images"] or not content["categories"]:
        raise TrainerError(f"{path} has no images or no categories.")
    for category in content["categories"]:
        if "name" not in category:
            raise TrainerError(f"{path}: category {category['id']} has no name.")
    return content


def _check_images(images: list[dict[str, Any]], path: Path, folder: Path) -> None:
    for image in images:
        name, sides = image.get("file_name"), (image.get("width"), image.get("height"))
        if not isinstance(name, str) or not all(_is_id(side) and side in range(1, 1 << 16) for side in sides):
            raise TrainerError(f"{path}: image {image['id']} needs a file_name, a width and a height.")
        if not (folder / name).is_file():
            raise TrainerError(f"{path}: image {image['id']} is not at {folder / name}.")


def _usable(content: dict[str, Any], path: Path, masks: bool) -> tuple[dict[int, list[dict[str, Any]]], Counter[str]]:
    images = {image["id"]: image for image in content["images"]}
    categories = {category["id"] for category in content["categories"]}
    usable: dict[int, list[dict[str, Any]]] = defaultdict(list)
    skipped: Counter[str] = Counter()
    for each in content["annotations"]:
        where, box = f"{path}: annotation {each['id']}", each.get("bbox")
        for kind, known in (("image", images), ("category", categories)):
            number = each.get(f"{kind}_id")
            if not _is_id(number) or number not in known:
                raise TrainerError(f"{where} is of {kind} {number}, which is not listed.")
        if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
            raise TrainerError(f"{where}: bbox must be [x, y, width, height].")
        if not _is_number(each.get("area")):
            raise TrainerError(f"{where} has no area.")
        image = images[each["image_id"]]
        if masks and not _is_segmentation(each.get("segmentation"), image):
            raise TrainerError(f"{where}: segmentation must be polygons or run lengths of its image's size.")
        if each.get("iscrowd"):
            skipped["crowds"] += 1
        elif box[2] <= 0 or box[3] <= 0:
            skipped["boxes without area"] += 1
        elif min(_corners(box, image)[2:] - _corners(box, image)[:2]) < 1e-3:
            skipped["boxes outside their image"] += 1
        else:
            usable[each["image_id"]].append(each)
    return dict(usable), skipped


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_segmentation(given: object, image: Mapping[str, Any]) -> bool:
    if isinstance(given, list):
        rings = [ring for ring in given if isinstance(ring, list) and len(ring) >= 6 and len(ring) % 2 == 0]
        return bool(given) and len(rings) == len(given) and all(_is_number(value) for ring in rings for value in ring)
    if not isinstance(given, dict) or given.get("size") != [image["height"], image["width"]]:
        return False
    counts = given.get("counts")
    if isinstance(counts, list):  # the C code that unpacks them trusts them
        return all(_is_id(n) and n >= 0 for n in counts) and sum(counts) == image["height"] * image["width"]
    return isinstance(counts, str)


def _corners(box: list[float], image: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The box as left, top, right, bottom, cut at the border of its image."""
    x, y, width, height = box
    corners = np.array([x, y, x + width, y + height])
    cut: np.ndarray[Any, np.dtype[np.float32]] = np.clip(corners, 0, [image["width"], image["height"]] * 2, dtype="f4")
    return cut


class Images(Dataset[tuple[Tensor, Target]]):
    """The images of a split as the model takes them, with boxes, labels and where wanted masks."""

    def __init__(self, split: Split, labels: Mapping[int, int], masks: bool) -> None:
        self.split, self.labels, self.masks = split, labels, masks

    def __len__(self) -> int:
        return len(self.split.images)

    def __getitem__(self, pick: Pick) -> tuple[Tensor, Target]:
        index, mirrored = pick
        image = self.split.images[index]
        picture, objects = self._picture(image), self.split.annotations.get(image["id"], [])
        boxes = np.array([_corners(each["bbox"], image) for each in objects], np.float32).reshape(-1, 4)
        target = {
            "boxes": torch.from_numpy(boxes),
            "labels": torch.tensor([self.labels[each["category_id"]] for each in objects], dtype=torch.int64),
        }
        if self.masks:
            shape = (0, image["height"], image["width"])
            masks = [_mask(each["segmentation"], image) for each in objects]
            target["masks"] = torch.from_numpy(np.stack(masks)) if masks else torch.zeros(shape, dtype=torch.uint8)
        return _mirror(picture, target) if mirrored else (picture, target)

    def _picture(self, image: Mapping[str, Any]) -> Tensor:
        path = self.split.folder / image["file_name"]
        try:
            with Image.open(path) as file:
                if file.size != (image["width"], image["height"]):
                    size = f"{file.size[0]} x {file.size[1]}"
                    raise TrainerError(f"{path} is {size} pixels; image {image['id']} of {self.split.path} is not.")
                pixels = np.array(file.convert("RGB"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise TrainerError(f"{path}: image {image['id']} cannot be decoded: {str(error)[:200]}") from None
        return torch.from_numpy(pixels).permute(2, 0, 1)


def _mask(segmentation: Any, image: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    height, width = image["height"], image["width"]
    if isinstance(segmentation, list):
        segmentation = rle.merge(rle.frPyObjects(segmentation, height, width))
    elif isinstance(segmentation["counts"], list):
        segmentation = rle.frPyObjects(segmentation, height, width)
    return np.ascontiguousarray(rle.decode(segmentation))


def _mirror(picture: Tensor, target: Target) -> tuple[Tensor, Target]:
    left, top, right, bottom = target["boxes"].unbind(1)
    width = picture.shape[-1]
    flipped = target | {"boxes": torch.stack((width - right, top, width - left, bottom), 1)}
    if "masks" in target:
        flipped["masks"] = target["masks"].flip(-1)
    return picture.flip(-1), flipped


def picks(images: int, seed: int, start: int, flip: bool) -> Iterator[Pick]:
    """The images of a training in their order, each epoch shuffled anew, from the one at `start` on."""
    while True:
        chance = torch.Generator().manual_seed(seed * 1_000_003 + start // images)
        order = torch.randperm(images, generator=chance).tolist()
        mirrored = (torch.rand(images, generator=chance) < 0.5).tolist()
        for index, mirror in list(zip(order, mirrored, strict=True))[start % images :]:
            yield index, flip and mirror
        start += images - start % images
