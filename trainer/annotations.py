"""Annotation files in COCO's format, read row by row into columns: the largest takes little memory, and is checked.

Whatever makes the numbers wrong (an id twice, an unknown category, a broken box) is an error with its file and id.
"""

import codecs
import hashlib
import json
import math
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as rle

from trainer.errors import TrainerError

Row = dict[str, Any]
_PARTS = ("images", "annotations", "categories")
_WINDOW = 1 << 22  # bytes of the file that are read at once
_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows of a file, in its order: all but the masks.

    `images`: id, width and height; `names`: of their files, in UTF-8; `objects`: id, the ids of its image and of its
    category, and whether it is a crowd; `boxes`: left, top, width and height; `places`: which image each object is of.
    """

    path: Path
    sha256: str
    categories: dict[int, str]
    images: NDArray[np.int64]
    names: NDArray[np.bytes_]
    objects: NDArray[np.int64]
    boxes: NDArray[np.float64]
    places: NDArray[np.int64]


def columns_of(path: Path) -> Columns:
    """Read a file; raises TrainerError where something in it is wrong."""
    text, categories, names = _Text(path), dict[int, str](), list[bytes]()
    images, objects, boxes = array("q"), array("q"), array("d")
    for part, row in text.rows():
        if not isinstance(row, dict) or not _is_id(row.get("id")):
            raise TrainerError(f"{path}: `{part}` must be a list of objects with whole numbers as ids.")
        if part == "images":
            images.extend(_image(row, path))
            names.append(row["file_name"].encode(errors="surrogatepass"))
        elif part == "annotations":
            objects.extend(_object(row, path))
            boxes.extend(row["bbox"])
        else:
            _add_category(categories, row, path)
    sizes, known = np.asarray(images).reshape(-1, 3), np.asarray(objects).reshape(-1, 4)
    if not len(sizes) or not categories:
        raise TrainerError(f"{path} has no images or no categories.")
    _check_ids(path, sizes[:, 0], known, list(categories))
    order = np.argsort(sizes[:, 0])
    places = order[np.searchsorted(sizes[:, 0], known[:, 1], sorter=order)]
    sides = np.asarray(boxes).reshape(-1, 4)
    return Columns(path, text.digest.hexdigest(), categories, sizes, np.array(names), known, sides, places)


def _image(row: Row, path: Path) -> tuple[int, int, int]:
    width, height = (_whole(row.get(side)) for side in ("width", "height"))
    if not isinstance(row.get("file_name"), str) or not (0 < width < 1 << 16 and 0 < height < 1 << 16):
        raise TrainerError(f"{path}: image {row['id']} needs a file_name, a width and a height.")
    return row["id"], width, height


def _object(row: Row, path: Path) -> tuple[int, int, int, bool]:
    where, box = f"{path}: annotation {row['id']}", row.get("bbox")
    for kind in ("image", "category"):
        if not _is_id(row.get(f"{kind}_id")):
            raise TrainerError(f"{where} is of {kind} {row.get(f'{kind}_id')}, which is not listed.")
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
        raise TrainerError(f"{where}: bbox must be [x, y, width, height].")
    if not _is_number(row.get("area")):
        raise TrainerError(f"{where} has no area.")
    return row["id"], row["image_id"], row["category_id"], bool(row.get("iscrowd"))


def _add_category(known: dict[int, str], row: Row, path: Path) -> None:
    if "name" not in row:
        raise TrainerError(f"{path}: category {row['id']} has no name.")
    if row["id"] in known:
        raise TrainerError(f"{path}: in `categories`, the id {row['id']} occurs twice. Number them anew.")
    if (name := str(row["name"])) in known.values():
        raise TrainerError(f"{path}: two categories are called {name}. Name them apart.")
    known[row["id"]] = name


def _check_ids(path: Path, images: NDArray[np.int64], objects: NDArray[np.int64], categories: list[int]) -> None:
    for part, ids in (("images", images), ("annotations", objects[:, 0])):
        known, counts = np.unique(ids, return_counts=True)
        for number in known[counts > 1][:1]:
            raise TrainerError(f"{path}: in `{part}`, the id {number} occurs twice. Number them anew.")
    for kind, column, listed in (("image", 1, images), ("category", 2, np.array(categories))):
        for row in objects[~np.isin(objects[:, column], listed)][:1]:
            raise TrainerError(f"{path}: annotation {row[0]} is of {kind} {row[column]}, which is not listed.")


def masks_of(columns: Columns) -> Iterator[bytes]:
    """The mask of each annotation, as COCO's packed run lengths; raises TrainerError where it has none."""
    rows = (row for part, row in _Text(columns.path).rows() if part == "annotations")
    for row, (_, width, height) in zip(rows, columns.images[columns.places].tolist(), strict=True):
        given = row.get("segmentation")
        if not _is_segmentation(given, height, width):
            text = "segmentation must be polygons or run lengths of its image's size."
            raise TrainerError(f"{columns.path}: annotation {row['id']}: {text}")
        if isinstance(given, list):
            given = rle.merge(rle.frPyObjects(given, height, width))
        elif isinstance(given["counts"], list):
            given = rle.frPyObjects(given, height, width)
        counts = given["counts"]
        yield counts.encode() if isinstance(counts, str) else counts


class _Text:
    """The text of a JSON file, of which a window is in memory. `digest`: the SHA-256 of what was read."""

    def __init__(self, path: Path) -> None:
        self.path, self.digest = path, hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at = "", 0
        self._file: IO[bytes]

    def rows(self) -> Iterator[tuple[str, Any]]:
        """Each row of the lists that are asked for, with the name of its list."""
        try:
            with self.path.open("rb") as self._file:
                yield from self._rows()
        except OSError as error:
            raise TrainerError(f"{self.path} cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError) as error:
            raise TrainerError(f"{self.path} is no JSON, or was cut: {error}.") from None

    def _rows(self) -> Iterator[tuple[str, Any]]:
        lacking = list(_PARTS)
        for part in self._members("{", "}"):
            self._take(":")
            if part not in lacking:
                self._value()
                continue
            lacking.remove(part)
            for row in self._members("[", "]") if self._next() == "[" else (self._value(),):
                yield part, row
        yield from ((part, None) for part in lacking)
        if self._next():
            raise ValueError("something stands behind its end")

    def _members(self, begin: str, end: str) -> Iterator[Any]:
        """The rows of a list, or the keys of an object, whose values the caller takes."""
        self._take(begin)
        if self._next() != end:
            yield self._value()
            while self._next() != end:
                self._take(",")
                yield self._value()
        self._take(end)

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise ValueError(f"no {sign} where one must be")
        self._at += 1

    def _next(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]  # it always matches
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():  # a number at the end of the window may go on
                self._at = end
                return value

    def _more(self) -> bool:
        """Read on, and forget what was taken. Whether there was more."""
        piece = self._file.read(max(_WINDOW, len(self._text) - self._at))
        self.digest.update(piece)
        self._text, self._at = self._text[self._at :] + self._decoder.decode(piece, not piece), 0
        return bool(piece)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: Any) -> int:
    """A whole number, also where it is written as 160.0; 0 where it is none."""
    return int(value) if _is_number(value) and value == int(value) else 0


def _is_segmentation(given: object, height: int, width: int) -> bool:
    if isinstance(given, list):
        rings = [ring for ring in given if isinstance(ring, list) and len(ring) >= 6 and len(ring) % 2 == 0]
        return bool(given) and len(rings) == len(given) and all(_is_number(value) for ring in rings for value in ring)
    if not isinstance(given, dict) or given.get("size") != [height, width]:
        return False
    counts = given.get("counts")
    if isinstance(counts, list):  # the C code that unpacks them trusts them
        return all(_is_id(n) and n >= 0 for n in counts) and sum(counts) == height * width
    return isinstance(counts, str)
