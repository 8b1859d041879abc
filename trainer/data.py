"""Data sets in COCO's format: checked before anything starts, and loaded in an order that a resumed run finds again."""

import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import ExifTags, Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from trainer.annotations import Split, read
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


def load(data: str, split: str, masks: bool = False, team: Team = ALONE) -> Split:
    """The `train` or the `val` part of a data set; raises TrainerError with the file and the id where it is wrong.

    The processes of a team look at the headers of a part of the images each.
    """
    found = team.agreed(lambda: read(_file(data, split), masks))
    turned = sum(team.gathered(team.agreed(lambda: _turned(found, range(team.rank, len(found), team.size)))))
    if turned:
        found.skipped["rotations by EXIF, which are left out: boxes are of the pixels as they are saved"] = turned
    return found


def _file(data: str, split: str) -> Path:
    """The annotation file of a part."""
    drawn = re.fullmatch(r"shapes(?::([1-9]\d{0,5}))?", data)
    folder = (shapes(int(drawn[1] or SHAPES)) if drawn else Path(data)) / "annotations"
    found = sorted(folder.glob(f"instances_{split}*.json"))
    if not found:
        text = f"There is no {folder}/instances_{split}*.json"
        raise TrainerError(f"{text}. Give a folder in COCO's layout with --data, or shapes.")
    return next((each for each in found if "2017" in each.name), found[0])


def _turned(split: Split, share: range) -> int:
    """How many images of the share are to be rotated by their EXIF; raises TrainerError where one does not fit."""

    def look(some: range) -> int:
        count = 0
        for index in some:
            with opened(split, index) as file:
                count += _is_turned(file)
        return count

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(look, [share[start : start + 500] for start in range(0, len(share), 500)]))


def _is_turned(file: Image.Image) -> bool:
    return "exif" in file.info and file.getexif().get(ExifTags.Base.Orientation, 1) != 1


def opened(split: Split, index: int) -> Image.Image:
    """An image file, whose header was read; raises TrainerError where that does not fit the annotations."""
    path, size = split.place(index), tuple(split.sizes[index].tolist())
    try:
        file = Image.open(path)
    except FileNotFoundError:
        raise TrainerError(f"{split.path}: image {split.ids[index]} is not at {path}.") from None
    except _BAD_IMAGE as error:
        raise _broken(split, index, error) from None
    if file.size != size:
        turned = ", and its EXIF says that it is to be rotated: save it so" if _is_turned(file) else ""
        file.close()
        told = f"{path} is {file.size[0]} x {file.size[1]} pixels{turned}"
        raise TrainerError(f"{told}. Image {split.ids[index]} of {split.path} is {size[0]} x {size[1]}.")
    return file


def pixels(split: Split, index: int) -> Tensor:
    """An image; raises TrainerError where it cannot be decoded, or is another than the annotations say."""
    try:
        with opened(split, index) as file:
            return torch.from_numpy(np.array(file.convert("RGB"))).permute(2, 0, 1)
    except _BAD_IMAGE as error:
        raise _broken(split, index, error) from None


def _broken(split: Split, index: int, error: Exception) -> TrainerError:
    return TrainerError(f"{split.place(index)}: image {split.ids[index]} cannot be decoded: {str(error)[:200]}")


class Images(Dataset[tuple[Tensor, Target]]):
    """The images of a split as the model takes them, with boxes, labels and where wanted masks."""

    def __init__(self, split: Split, labels: Mapping[int, int], masks: bool) -> None:
        self.split, self.labels, self.masks = split, labels, masks

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, pick: Pick) -> tuple[Tensor, Target]:
        (index, mirrored), split = pick, self.split
        picture, mine = pixels(split, index), slice(*split.starts[index : index + 2].tolist())
        target = {
            "boxes": torch.from_numpy(split.boxes[mine].copy()),
            "labels": torch.tensor([self.labels[kind] for kind in split.kinds[mine].tolist()], dtype=torch.int64),
        }
        if self.masks:
            target["masks"] = torch.from_numpy(split.masks(index))
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
