"""Data sets in COCO's format: checked before anything starts, and loaded in an order that a resumed run finds again.

An annotation that no training can use (no area, outside its image) is skipped and counted, as is the custom of the
field.
"""

import re
import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import ExifTags, Image
from pycocotools import mask as rle
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from trainer.annotations import Columns, columns_of, masks_of
from trainer.errors import TrainerError
from trainer.processes import ALONE, Team
from trainer.shapes import shapes

Target = dict[str, Tensor]
Batch = tuple[list[Tensor], list[Target]]
Pick = tuple[int, bool]
"""Which image, and whether it is mirrored."""
SHAPES = 400
"""Training images of `--data shapes`."""
_BAD_IMAGE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Split:
    """The training or the validation part of a data set, checked.

    `ids`, `names` (in UTF-8) and `sizes` (width, height) are of its images; `categories` are names by id; `skipped`
    says what was left out of the training, or is odd, and how often. The objects of image `n` are from `starts[n]` to
    `starts[n + 1]`: `boxes` (left, top, right, bottom), `kinds` (ids of categories) and, where wanted, `masks`: the
    packed run lengths of all behind each other, where each begins and ends. Processes share arrays, and copy none.
    """

    training: bool
    path: Path
    folder: Path
    sha256: str
    categories: dict[int, str]
    ids: NDArray[np.int64]
    names: NDArray[np.bytes_]
    sizes: NDArray[np.int64]
    starts: NDArray[np.int64]
    boxes: NDArray[np.float32]
    kinds: NDArray[np.int64]
    masks: tuple[bytes, NDArray[np.int64], NDArray[np.int64]] | None
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def described(self) -> dict[str, str | int]:
        """What metrics.jsonl says of the data. Most are called instances_val, so their folder is told as well."""
        part, root = "train" if self.training else "val", self.path.parent.parent.resolve().name
        return {
            part: f"{root}/annotations/{self.path.name}",
            f"{part}_images": len(self),
            f"{part}_sha256": self.sha256,
        }

    def pixels(self, index: int) -> Tensor:
        """An image; raises TrainerError where it cannot be decoded, or is another than the annotations say."""
        try:
            with self.opened(index) as file:
                pixels = np.array(file.convert("RGB"))
        except _BAD_IMAGE as error:
            raise self._broken(index, error) from None
        return torch.from_numpy(pixels).permute(2, 0, 1)

    def opened(self, index: int) -> Image.Image:
        """The image file, whose header was read; raises TrainerError where that does not fit the annotations."""
        path, size = self._place(index), tuple(self.sizes[index].tolist())
        try:
            file = Image.open(path)
        except FileNotFoundError:
            raise TrainerError(f"{self.path}: image {self.ids[index]} is not at {path}.") from None
        except _BAD_IMAGE as error:
            raise self._broken(index, error) from None
        if file.size != size:
            turned = ", and its EXIF says that it is to be rotated: save it so" if _is_turned(file) else ""
            file.close()
            told = f"{path} is {file.size[0]} x {file.size[1]} pixels{turned}"
            raise TrainerError(f"{told}. Image {self.ids[index]} of {self.path} is {size[0]} x {size[1]}.")
        return file

    def _broken(self, index: int, error: Exception) -> TrainerError:
        told = f"image {self.ids[index]} cannot be decoded: {str(error)[:200]}"
        return TrainerError(f"{self._place(index)}: {told}")

    def _place(self, index: int) -> Path:
        name: str = self.names[index].decode(errors="surrogatepass")
        return self.folder / name


def load(data: str, split: str, masks: bool = False, team: Team = ALONE) -> Split:
    """The `train` or the `val` part of a data set; raises TrainerError with the file and the id where it is wrong.

    The processes of a team look at the headers of a part of the images each.
    """
    found = team.agreed(lambda: _read(data, split, masks))
    turned = sum(team.gathered(team.agreed(lambda: _turned(found, range(team.rank, len(found), team.size)))))
    if turned:
        found.skipped["rotations by EXIF, which are left out: boxes are of the pixels as they are saved"] = turned
    return found


def _read(data: str, split: str, masks: bool) -> Split:
    drawn = re.fullmatch(r"shapes(?::([1-9]\d{0,5}))?", data)
    root = shapes(int(drawn[1] or SHAPES)) if drawn else Path(data)
    found = sorted((root / "annotations").glob(f"instances_{split}*.json"))
    if not found:
        text = f"There is no {root / 'annotations'}/instances_{split}*.json"
        raise TrainerError(f"{text}. Give a folder in COCO's layout with --data, or shapes.")
    path = next((each for each in found if "2017" in each.name), found[0])
    columns = columns_of(path)
    corners, kept, skipped = _usable(columns)
    starts = np.searchsorted(columns.places[kept], np.arange(len(columns.images) + 1))
    chosen = np.arange(len(columns.images))
    if split == "train":
        chosen = np.flatnonzero(np.diff(starts))
        skipped["images without a usable annotation"] = len(columns.images) - len(chosen)
        if not len(chosen):
            raise TrainerError(f"{path}: no image has an annotation to train on.")
        starts = np.append(starts[chosen], starts[-1])
    return Split(
        training=split == "train",
        path=path,
        folder=root / path.stem.removeprefix("instances_"),
        sha256=columns.sha256,
        categories=columns.categories,
        ids=columns.images[chosen, 0],
        names=columns.names[chosen],
        sizes=columns.images[chosen, 1:],
        starts=starts,
        boxes=corners[kept],
        kinds=columns.objects[kept, 2],
        masks=_packed(columns, kept) if masks else None,
        skipped=dict(+skipped),
    )


def _usable(columns: Columns) -> tuple[NDArray[np.float32], NDArray[np.int64], Counter[str]]:
    """The corners of all boxes, cut at the border of their image; which can be trained on, by image; what cannot."""
    boxes, borders = columns.boxes, np.tile(columns.images[columns.places, 1:], 2).astype(np.float32)
    corners = np.concatenate((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), 1).astype(np.float32).clip(0, borders)
    crowded = columns.objects[:, 3] > 0
    flat = ~crowded & (boxes[:, 2:] <= 0).any(1)
    outside = ~crowded & ~flat & ((corners[:, 2:] - corners[:, :2]).min(1) < 1e-3)
    told = {"crowds": crowded, "boxes without area": flat, "boxes outside their image": outside}
    kept = np.flatnonzero(~(crowded | flat | outside))
    kept = kept[np.argsort(columns.places[kept], kind="stable")]
    return corners, kept, Counter({what: int(which.sum()) for what, which in told.items()})


def _packed(columns: Columns, kept: NDArray[np.int64]) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]]:
    wanted, codes, ends = np.isin(np.arange(len(columns.objects)), kept), bytearray(), [0]
    for is_wanted, code in zip(wanted, masks_of(columns), strict=True):
        codes += code if is_wanted else b""
        ends.append(len(codes))
    borders = np.array(ends)
    return bytes(codes), borders[kept], borders[kept + 1]


def _turned(split: Split, share: range) -> int:
    """How many images of the share are to be rotated by their EXIF; raises TrainerError where one does not fit."""

    def look(some: range) -> int:
        count = 0
        for index in some:
            with split.opened(index) as file:
                count += _is_turned(file)
        return count

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(look, [share[start : start + 500] for start in range(0, len(share), 500)]))


def _is_turned(file: Image.Image) -> bool:
    return "exif" in file.info and file.getexif().get(ExifTags.Base.Orientation, 1) != 1


class Images(Dataset[tuple[Tensor, Target]]):
    """The images of a split as the model takes them, with boxes, labels and where wanted masks."""

    def __init__(self, split: Split, labels: Mapping[int, int], masks: bool) -> None:
        self.split, self.labels, self.masks = split, labels, masks

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, pick: Pick) -> tuple[Tensor, Target]:
        (index, mirrored), split = pick, self.split
        picture, mine = split.pixels(index), slice(*split.starts[index : index + 2].tolist())
        target = {
            "boxes": torch.from_numpy(split.boxes[mine].copy()),
            "labels": torch.tensor([self.labels[kind] for kind in split.kinds[mine].tolist()], dtype=torch.int64),
        }
        if self.masks and split.masks:
            codes, begins, ends = split.masks
            places, size = zip(begins[mine], ends[mine], strict=True), list(picture.shape[1:])
            masks = rle.decode([{"size": size, "counts": codes[begin:end]} for begin, end in places])
            target["masks"] = torch.from_numpy(np.ascontiguousarray(masks.transpose(2, 0, 1)))
        return _mirror(picture, target) if mirrored else (picture, target)

    @contextmanager
    def batches(self, wanted: Iterable[list[Pick]], workers: int, pinned: bool) -> Iterator[Iterator[Batch]]:
        """The batches that are wanted, which so many processes load.

        These end with the block, and not by signals, which they leave to their parent: one that is sent to all shall
        not take the images from a training that still finishes its iteration.
        """
        loader: DataLoader[Any] = DataLoader(
            self,
            batch_sampler=wanted,
            num_workers=workers,
            worker_init_fn=_ignore_signals,
            collate_fn=collated,
            pin_memory=pinned,
        )
        stream = iter(loader)
        try:
            yield stream
        finally:
            getattr(stream, "_shutdown_workers", lambda: None)()


def collated(batch: list[tuple[Tensor, Target]]) -> Batch:
    """A batch as two lists: its images differ in size and cannot be stacked before they are resized."""
    return [image for image, _ in batch], [target for _, target in batch]


def _ignore_signals(worker: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


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
