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
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from pycocotools import mask as rle

from trainer.errors import TrainerError

Row = dict[str, Any]
_PARTS = ("images", "annotations", "categories")
_WINDOW = 1 << 22  # bytes of the file that are read at once
_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class Columns:
    """The rows of a file, in its order. `names`: of the files, in UTF-8; `sizes`: width and height; `boxes`: left, top,
    width and height; `places`: which image each annotation is of.
    """

    path: Path
    sha256: str = ""
    categories: dict[int, str] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: array("q"))
    names: Any = field(default_factory=list)
    sizes: Any = field(default_factory=lambda: array("i"))
    numbers: Any = field(default_factory=lambda: array("q"))
    images: Any = field(default_factory=lambda: array("q"))
    kinds: Any = field(default_factory=lambda: array("q"))
    boxes: Any = field(default_factory=lambda: array("d"))
    crowds: Any = field(default_factory=lambda: array("b"))
    places: Any = None

    def add_images(self, row: Row) -> None:
        name, sides = row.get("file_name"), [_whole(row.get(side)) for side in ("width", "height")]
        if not isinstance(name, str) or not all(side and 0 < side < 1 << 16 for side in sides):
            raise TrainerError(f"{self.path}: image {row['id']} needs a file_name, a width and a height.")
        self.ids.append(row["id"])
        self.names.append(name.encode(errors="surrogatepass"))
        self.sizes.extend(sides)

    def add_annotations(self, row: Row) -> None:
        where, box = f"{self.path}: annotation {row['id']}", row.get("bbox")
        for kind in ("image", "category"):
            if not _is_id(row.get(f"{kind}_id")):
                raise TrainerError(f"{where} is of {kind} {row.get(f'{kind}_id')}, which is not listed.")
        if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
            raise TrainerError(f"{where}: bbox must be [x, y, width, height].")
        if not _is_number(row.get("area")):
            raise TrainerError(f"{where} has no area.")
        self.numbers.append(row["id"])
        self.images.append(row["image_id"])
        self.kinds.append(row["category_id"])
        self.boxes.extend(box)
        self.crowds.append(bool(row.get("iscrowd")))

    def add_categories(self, row: Row) -> None:
        if "name" not in row:
            raise TrainerError(f"{self.path}: category {row['id']} has no name.")
        name = str(row["name"])
        if row["id"] in self.categories:
            raise TrainerError(f"{self.path}: in `categories`, the id {row['id']} occurs twice. Number them anew.")
        if name in self.categories.values():
            raise TrainerError(f"{self.path}: two categories are called {name}. Name them apart.")
        self.categories[row["id"]] = name

    def settle(self) -> None:
        """Make arrays of the columns, and hold the ids against each other."""
        for name in ("ids", "names", "sizes", "numbers", "images", "kinds", "boxes", "crowds"):
            setattr(self, name, np.asarray(getattr(self, name)))
        self.sizes, self.boxes = self.sizes.reshape(-1, 2), self.boxes.reshape(-1, 4)
        if not len(self.ids) or not self.categories:
            raise TrainerError(f"{self.path} has no images or no categories.")
        for part, ids in (("images", self.ids), ("annotations", self.numbers)):
            known, counts = np.unique(ids, return_counts=True)
            for number in known[counts > 1][:1]:
                raise TrainerError(f"{self.path}: in `{part}`, the id {number} occurs twice. Number them anew.")
        kinds = np.array(list(self.categories))
        for kind, of, listed in (("image", self.images, self.ids), ("category", self.kinds, kinds)):
            for index in np.flatnonzero(~np.isin(of, listed))[:1]:
                told = f"annotation {self.numbers[index]} is of {kind} {of[index]}, which is not listed."
                raise TrainerError(f"{self.path}: {told}")
        order = np.argsort(self.ids)
        self.places = order[np.searchsorted(self.ids, self.images, sorter=order)]


def columns_of(path: Path) -> Columns:
    """The file but for its masks; raises TrainerError where something in it is wrong."""
    found, text = Columns(path), _Text(path)
    for part, row in text.rows():
        if not isinstance(row, dict) or not _is_id(row.get("id")):
            raise TrainerError(f"{path}: `{part}` must be a list of objects with whole numbers as ids.")
        getattr(found, f"add_{part}")(row)
    found.sha256 = text.sha256
    found.settle()
    return found


def masks_of(columns: Columns) -> Iterator[bytes]:
    """The mask of each annotation, as COCO's packed run lengths; raises TrainerError where it has none."""
    rows = (row for part, row in _Text(columns.path).rows() if part == "annotations")
    for row, place in zip(rows, columns.places, strict=True):
        width, height = columns.sizes[place].tolist()
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
    """The text of a JSON file, of which a window is in memory."""

    def __init__(self, path: Path) -> None:
        self.path, self._digest = path, hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at = "", 0
        self._file: IO[bytes]

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

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
        for key in self._members("{", "}"):
            part = str(key)
            self._take(":")
            if part not in lacking:
                self._value()
                continue
            lacking.remove(part)
            if self._next() != "[":
                yield part, self._value()
                continue
            for row in self._members("[", "]"):
                yield part, row
        for part in lacking:
            yield part, None
        if self._next():
            raise ValueError("something stands behind its end")

    def _members(self, begin: str, end: str) -> Iterator[Any]:
        """The rows of a list, or the keys of an object, whose values the caller takes."""
        self._take(begin)
        while self._next() != end:
            yield self._value()
            if self._next() != end:
                self._take(",")
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
        self._digest.update(piece)
        self._text, self._at = self._text[self._at :] + self._decoder.decode(piece, not piece), 0
        return bool(piece)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: object) -> int | None:
    """A whole number, also where it is written as 160.0."""
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole or _is_id(value) else None  # type: ignore[call-overload]


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
