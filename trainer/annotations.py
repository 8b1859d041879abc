"""Annotation files in COCO's format, read row by row into arrays: the largest takes little memory, and is checked.

Whatever makes the numbers wrong (an id twice, an unknown category, a broken box) is an error with its file and id. An
annotation that no training can use (no area, outside its image) is skipped and counted, as is the custom of the field.
"""

import json
from array import array
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray
from pycocotools import mask as rle

from trainer.errors import TrainerError, checked
from trainer.json_rows import Text

Ints = NDArray[np.int64]
Id = Annotated[int, Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Number = Annotated[float, Meta(ge=-1e30, le=1e30)]  # neither NaN nor infinite
Side = Annotated[float, Meta(ge=1, le=(1 << 16) - 1, multiple_of=1)]  # also 160.0


class _Image(Struct):
    id: Id
    file_name: str
    width: Side
    height: Side

    def put(self, columns: "_Columns", span: tuple[int, int]) -> None:
        """Take the row, which stands there in the file, into the columns."""
        columns.images.extend((self.id, int(self.width), int(self.height)))
        columns.names.append(self.file_name.encode(errors="surrogatepass"))


class _Category(Struct):
    id: Id
    name: str | int

    def put(self, columns: "_Columns", span: tuple[int, int]) -> None:
        """Take it in."""
        columns.categories.append((self.id, str(self.name)))


class _Object(Struct):
    id: Id
    image_id: Id
    category_id: Id
    bbox: tuple[Number, Number, Number, Number]
    area: Number
    iscrowd: Any = False

    def put(self, columns: "_Columns", span: tuple[int, int]) -> None:
        """Take it in; a crowd has no area."""
        left, top, width, height = self.bbox
        columns.ids.append(self.id)
        columns.owners.append(self.image_id)
        columns.kinds.append(self.category_id)
        columns.boxes.extend((left, top, left, top) if self.iscrowd else (left, top, left + width, top + height))
        columns.skipped["crowds"] += bool(self.iscrowd)
        columns.skipped["boxes without area"] += not self.iscrowd and min(width, height) <= 0


class _Runs(Struct):
    size: tuple[Side, Side]  # height, width
    counts: str | list[Annotated[int, Meta(ge=0)]]

    def __post_init__(self) -> None:
        if isinstance(self.counts, list) and sum(self.counts) != self.size[0] * self.size[1]:
            raise ValueError("The counts of run lengths must be its pixels")  # the C code trusts them


class _Outlined(_Object, kw_only=True):
    segmentation: Annotated[list[Annotated[list[Number], Meta(min_length=6)]], Meta(min_length=1)] | _Runs

    def __post_init__(self) -> None:
        if isinstance(self.segmentation, list) and any(len(ring) % 2 for ring in self.segmentation):
            raise ValueError("A polygon must have as many y as x")

    def put(self, columns: "_Columns", span: tuple[int, int]) -> None:
        """Take it in, with where its outline is."""
        super().put(columns, span)
        size = self.segmentation.size if isinstance(self.segmentation, _Runs) else (0, 0)
        columns.rows.extend(span)
        columns.runs.append(int(size[0]) << 16 | int(size[1]))


_NOUNS = {"images": "image", "annotations": "annotation", "categories": "category"}


def is_training(path: Path) -> bool:
    """Whether it is the file of the training part."""
    return path.name.startswith("instances_train")


@dataclass(frozen=True, slots=True)
class Split:
    """The training or the validation part of a data set, as its file tells it.

    `ids`, `names` (in UTF-8) and `sizes` (width, height) are of its images; `categories` are names by id; `skipped`
    says what was left out of the training, or is odd, and how often. The objects of image `n` are from `starts[n]` to
    `starts[n + 1]`: `boxes` (left, top, right, bottom), `kinds` (ids of categories), and `rows`: the bytes of the file
    from which their masks are read when they are wanted. Processes share arrays, and copy none.
    """

    path: Path
    sha256: str
    categories: dict[int, str]
    ids: Ints
    names: NDArray[np.bytes_]
    sizes: Ints
    starts: Ints
    boxes: NDArray[np.float32]
    kinds: Ints
    rows: Ints
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def described(self) -> dict[str, str | int]:
        """What metrics.jsonl says of the data. Most are called instances_val, so their folder is told as well."""
        part, root = "train" if is_training(self.path) else "val", self.path.parent.parent.resolve().name
        return {
            part: f"{root}/annotations/{self.path.name}",
            f"{part}_images": len(self),
            f"{part}_sha256": self.sha256,
        }

    def place(self, index: int) -> Path:
        """Where the file of an image is."""
        name: str = self.names[index].decode(errors="surrogatepass")
        return self.path.parent.parent / self.path.stem.removeprefix("instances_") / name

    def masks(self, index: int) -> NDArray[np.uint8]:
        """The pixels of each object of an image, from a file that was read with `masks`."""
        width, height = self.sizes[index].tolist()
        codes = []
        try:
            with self.path.open("rb") as file:
                for begin, end in self.rows[self.starts[index] : self.starts[index + 1]].tolist():
                    file.seek(begin)
                    outline = json.loads(file.read(end - begin))["segmentation"]
                    is_packed = isinstance(outline, dict) and isinstance(outline["counts"], str)
                    code = outline if is_packed else rle.frPyObjects(outline, height, width)
                    codes.append(rle.merge(code) if isinstance(code, list) else code)
        except (OSError, ValueError, LookupError, TypeError):
            raise TrainerError(f"{self.path} is not what it was when the training began.") from None
        return np.ascontiguousarray(rle.decode(codes).transpose(2, 0, 1))


def read(path: Path, masks: bool = False) -> Split:
    """Read a file; raises TrainerError where something in it is wrong. `masks`: they will be asked for."""
    text, columns = Text(path), _Columns(path)
    kinds: dict[str, type[_Image | _Object | _Category]]
    kinds = {"images": _Image, "annotations": _Outlined if masks else _Object, "categories": _Category}
    for part, row in text.rows():
        if part in kinds:
            where = f"{path}: {_NOUNS[part]} {row.get('id')}" if isinstance(row, dict) else f"{path}: `{part}`"
            checked(row, kinds[part], where).put(columns, text.span)
    if not columns.images or not columns.categories or "annotations" not in text.names:
        raise TrainerError(f"{path} has no images, no categories or no list of annotations.")
    return columns.joined(text.digest.hexdigest())


class _Columns:
    """The rows of a file in the order in which they stand there, as columns of numbers."""

    def __init__(self, path: Path) -> None:
        self.path, self.skipped = path, Counter[str]()
        self.categories, self.names = list[tuple[int, str]](), list[bytes]()
        self.images = array("q")  # id, width, height
        self.ids, self.owners, self.kinds = array("q"), array("q"), array("q")  # `owners`: the ids of their images
        self.boxes = array("f")  # without an area where they cannot be trained on
        self.rows, self.runs = array("q"), array("q")  # `runs`: height << 16 | width of run lengths, 0 of polygons

    def joined(self, sha256: str) -> Split:
        """The objects by their images."""
        ids, widths, heights = np.asarray(self.images).reshape(-1, 3).T
        kinds, names = (np.array(column) for column in zip(*self.categories, strict=True))
        for part, numbers in (("images", ids), ("categories", kinds), ("annotations", np.asarray(self.ids))):
            self._check_once(numbers, f"in `{part}`, the id {{}} occurs twice. Number them anew.")
        self._check_once(names, "two categories are called {}. Name them apart.")
        owners, own = self._found("image", np.asarray(self.owners), ids), np.asarray(self.kinds)
        self._found("category", own, kinds)
        if self.runs:
            runs, sizes = np.asarray(self.runs), (heights << 16 | widths)[owners]
            wrong = np.asarray(self.ids)[(runs > 0) & (runs != sizes)]
            self._refuse(wrong, "annotation {}: segmentation: its size is not that of the image.")
        boxes, skipped = np.asarray(self.boxes).reshape(-1, 4), self.skipped
        for sides, borders in ((boxes[:, 0::2], widths), (boxes[:, 1::2], heights)):
            sides.clip(0, borders.astype(np.float32)[owners, None], out=sides)
        kept = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).min(1) >= 1e-3)
        skipped["boxes outside their image"] = len(boxes) - len(kept) - skipped.total()
        kept = kept[np.argsort(owners[kept], kind="stable")]
        starts, chosen = np.searchsorted(owners[kept], np.arange(len(ids) + 1)), np.arange(len(ids))
        if is_training(self.path):
            chosen = np.flatnonzero(np.diff(starts))
            skipped["images without a usable annotation"] = len(ids) - len(chosen)
            if not len(chosen):
                raise TrainerError(f"{self.path}: no image has an annotation to train on.")
        return Split(
            path=self.path,
            sha256=sha256,
            categories=dict(self.categories),
            ids=ids[chosen],
            names=np.array(self.names)[chosen],
            sizes=np.stack((widths, heights), 1)[chosen],
            starts=np.append(starts[chosen], starts[-1]),
            boxes=boxes[kept],
            kinds=own[kept],
            rows=np.asarray(self.rows).reshape(-1, 2)[kept if self.rows else ()],
            skipped=dict(+skipped),
        )

    def _refuse(self, wrong: NDArray[Any], text: str) -> None:
        """Tell the first that is wrong, which `text` has a place for, if there is one."""
        for first in wrong[:1]:
            raise TrainerError(f"{self.path}: {text.format(*np.atleast_1d(first))}")

    def _check_once(self, given: NDArray[Any], text: str) -> None:
        ordered = np.sort(given)
        self._refuse(ordered[1:][ordered[1:] == ordered[:-1]], text)

    def _found(self, noun: str, given: Ints, listed: Ints) -> NDArray[np.int32]:
        """Which of those that are listed each of the given ids of images or categories is."""
        order = np.argsort(listed)
        places = np.searchsorted(listed, given, sorter=order).clip(max=len(listed) - 1)
        found: NDArray[np.int32] = order[places].astype(np.int32)
        wrong = np.stack((np.asarray(self.ids), given), 1)[listed[found] != given]
        self._refuse(wrong, f"annotation {{}} is of {noun} {{}}, which is not listed.")
        return found
