"""The embedded data set: drawn discs, boxes, triangles and stars in COCO's own format.

Small, medium and large objects before a cluttered background, some hidden in part by others, some images empty, and
crowds of small objects that are annotated as one region. The same seed draws the same files.
"""

import json
import math
import os
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from pycocotools import mask as rle

KINDS = {1: "disc", 2: "box", 3: "triangle", 5: "star"}
"""Categories by id. There is no 4, as COCO has gaps, too."""
SIDE = 256
"""Width and height of an image, in pixels."""
VERSION = 1
"""Of the drawing; a new one gives a new folder."""

_COLOURS = {1: (220, 60, 50), 2: (60, 110, 220), 3: (60, 180, 80), 5: (230, 190, 50)}
_CORNERS = {1: 24, 2: 4, 3: 3, 5: 10}
_RADII = ((7, 14), (18, 40), (58, 90))  # of objects that COCO calls small, medium and large
Point = tuple[float, float]


def shapes(images: int, seed: int = 0) -> Path:
    """The folder of a set with this many training images and a quarter as many for validation, drawn where missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fcos-trainer"
    folder = cache / f"shapes-v{VERSION}-{images}-{seed}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".shapes-", dir=cache))
    try:
        _draw_split(made, "train", images, random.Random(f"{seed} train"))
        _draw_split(made, "val", max(1, images // 4), random.Random(f"{seed} val"))
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was faster, and drew the same
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _draw_split(folder: Path, split: str, count: int, chance: random.Random) -> None:
    (folder / split).mkdir()
    (folder / "annotations").mkdir(exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        name = f"{number:06d}.png"
        picture, objects = _picture(chance, empty=number % 20 == 0, crowd=number % 10 == 5)
        picture.save(folder / split / name)
        images.append({"id": number, "file_name": name, "width": SIDE, "height": SIDE})
        for each in objects:
            annotations.append({"id": len(annotations) + 1, "image_id": number, **each})
    categories = [{"id": number, "name": name, "supercategory": "shape"} for number, name in KINDS.items()]
    content = {"info": {"description": "shapes"}, "images": images, "annotations": annotations}
    (folder / "annotations" / f"instances_{split}.json").write_text(json.dumps(content | {"categories": categories}))


def _picture(chance: random.Random, empty: bool, crowd: bool) -> tuple[Image.Image, list[dict[str, Any]]]:
    shade = [chance.randint(90, 150) for _ in range(3)]
    picture = Image.new("RGB", (SIDE, SIDE), (shade[0], shade[1], shade[2]))
    pencil = ImageDraw.Draw(picture)
    for _ in range(12):
        ends = [chance.uniform(0, SIDE) for _ in range(4)]
        pencil.line(ends, fill=_near(tuple(shade), chance, 25), width=chance.randint(1, 5))
    objects = [_crowd(pencil, chance)] if crowd else []
    if not empty:
        objects += _objects(pencil, chance)
    noise = np.random.default_rng(chance.getrandbits(32)).normal(0, 8, (SIDE, SIDE, 3))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8)), objects


def _objects(pencil: ImageDraw.ImageDraw, chance: random.Random) -> list[dict[str, Any]]:
    """Draw from the largest to the smallest, so that none is hidden by a larger one."""
    count = chance.randint(2, 6)
    radii = sorted((chance.uniform(*chance.choices(_RADII, (4, 4, 2))[0]) for _ in range(count)), reverse=True)
    found = []
    for radius in radii:
        kind = chance.choice(tuple(KINDS))
        points = _outline(kind, radius, chance)
        pencil.polygon(points, fill=_near(_COLOURS[kind], chance, 30))
        found.append(_annotation(kind, points))
        if radius > _RADII[1][0] and chance.random() < 0.3:  # clutter, of no category, before it
            x, y = points[0]
            pencil.line([x - radius, y, x + radius, y + radius / 2], fill=(30, 30, 30), width=3)
    return found


def _crowd(pencil: ImageDraw.ImageDraw, chance: random.Random) -> dict[str, Any]:
    """Many overlapping discs in a corner, annotated as one region, with run lengths, as COCO does."""
    mask = Image.new("L", (SIDE, SIDE))
    stencil = ImageDraw.Draw(mask)
    for _ in range(14):
        x, y = chance.uniform(6, 70), chance.uniform(6, 40)
        circle = [x - 6, y - 6, x + 6, y + 6]
        pencil.ellipse(circle, fill=_near(_COLOURS[1], chance, 30))
        stencil.ellipse(circle, fill=1)
    pixels = np.asfortranarray(np.asarray(mask))
    code = rle.encode(pixels)
    flat = np.flatnonzero(np.diff(np.concatenate(([0], pixels.flatten(order="F"))))).tolist()
    counts = np.diff([0, *flat, SIDE * SIDE]).tolist()
    about = {"area": float(rle.area(code)), "bbox": [float(v) for v in rle.toBbox(code)]}
    return {"category_id": 1, "iscrowd": 1, **about, "segmentation": {"size": [SIDE, SIDE], "counts": counts}}


def _outline(kind: int, radius: float, chance: random.Random) -> list[Point]:
    x, y = (chance.uniform(min(radius, SIDE / 2), max(SIDE - radius, SIDE / 2)) for _ in range(2))
    turn, corners = chance.uniform(0, 2 * math.pi), _CORNERS[kind]
    radii = [radius * (0.45 if kind == 5 and corner % 2 else 1) for corner in range(corners)]
    angles = [turn + 2 * math.pi * corner / corners for corner in range(corners)]
    points = ((x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(radii, angles, strict=True))
    return [(round(min(max(px, 0), SIDE - 1), 2), round(min(max(py, 0), SIDE - 1), 2)) for px, py in points]


def _annotation(kind: int, points: Sequence[Point]) -> dict[str, Any]:
    left, top = (min(point[axis] for point in points) for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) for axis in (0, 1))
    flat = [value for point in points for value in point]
    area = float(rle.area(rle.merge(rle.frPyObjects([flat], SIDE, SIDE))))
    box = [left, top, round(right - left, 2), round(bottom - top, 2)]
    return {"category_id": kind, "iscrowd": 0, "area": area, "bbox": box, "segmentation": [flat]}


def _near(colour: Sequence[int], chance: random.Random, most: int) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, value + chance.randint(-most, most))) for value in colour)
    return red, green, blue
