"""Ground truth in COCO's format: its images, categories and objects."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from fcosreport.recomputing.predictions import Floats, Integers
from fcosreport.recomputing.unusable import UnusableError


class Image(msgspec.Struct, gc=False):
    """An image by its id."""

    id: int


class Category(msgspec.Struct):
    """A category by its id."""

    id: int


class Thing(msgspec.Struct, gc=False):
    """An annotated object."""

    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    iscrowd: bool | int = 0
    segmentation: msgspec.Raw = msgspec.Raw()


class _File(msgspec.Struct):
    images: list[Image]
    categories: list[Category]
    annotations: list[Thing]


@dataclass(frozen=True)
class Truth:
    """The ground truth in a file."""

    path: Path
    images: list[Image]
    categories: list[Category]
    things: list[Thing]

    @cached_property
    def image_ids(self) -> Integers:
        return np.unique(np.fromiter((image.id for image in self.images), np.int64, len(self.images)))

    @cached_property
    def category_ids(self) -> Integers:
        return np.unique(np.fromiter((each.id for each in self.categories), np.int64, len(self.categories)))

    def column(self, name: str) -> Integers:
        """A number of each object, such as `image_id`."""
        return np.fromiter((getattr(each, name) for each in self.things), np.int64, len(self.things))

    @property
    def boxes(self) -> Floats:
        return np.array([each.bbox for each in self.things], np.float64).reshape(-1, 4)

    @cached_property
    def crowds(self) -> npt.NDArray[np.bool_]:
        """Which objects are crowds, in which no single one is told."""
        return self.column("iscrowd").astype(bool)

    @cached_property
    def loaded(self) -> Any:
        """The file as hotcoco knows it. Raises UnusableError where it does not."""
        import hotcoco

        try:
            return hotcoco.COCO(str(self.path))
        except Exception as error:  # it has no errors of its own
            raise UnusableError(f"{self.path}: {error}") from error


def read(path: Path) -> Truth:
    """The ground truth in a file. Raises UnusableError where it is cut, or no annotations of COCO."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise UnusableError(f"{path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise UnusableError(f"{path}: no annotations of COCO: {error}") from error
    return Truth(path, file.images, file.categories, file.annotations)
