"""Data: what is wrong is told with file and id before anything starts, what is of no use is skipped and counted."""

import json
import shutil
import tracemalloc
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools.coco import COCO

from tests.trainer.conftest import TINY, options, trainer
from trainer.data import Images, load, picks
from trainer.errors import TrainerError
from trainer.journal import events
from trainer.settings import Settings
from trainer.shapes import KINDS, shapes
from trainer.training import train

Content = dict[str, Any]
Change = Callable[[Content], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set of one's own, which a test may spoil."""
    return Path(shutil.copytree(shapes(8), tmp_path / "data"))


def changed(folder: Path, change: Change, split: str = "train") -> Path:
    path = folder / "annotations" / f"instances_{split}.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return folder


def first(name: str, **values: object) -> Change:
    return lambda content: content[name][0].update(values)


WRONG = {
    "missing image": (first("images", file_name="gone.png"), r"image 1 is not at .*gone\.png"),
    "category gap": (first("annotations", category_id=4), "annotation 1 is of category 4, which is not listed"),
    "unlisted image": (first("annotations", image_id=99), "annotation 1 is of image 99, which is not listed"),
    "odd image": (first("annotations", image_id=[1]), "annotation 1: image_id: expected `int`"),
    "duplicate image": (lambda c: c["images"].append(c["images"][0]), "in `images`, the id 1 occurs twice"),
    "duplicate annotation": (first("annotations", id=2), "in `annotations`, the id 2 occurs twice"),
    "box of three": (first("annotations", bbox=[1, 2, 3]), "annotation 1: bbox: expected `array` of length 4"),
    "box of nan": (first("annotations", bbox=[1, 2, float("nan"), 3]), "annotation 1: bbox.2.: expected `float`"),
    "box of words": (first("annotations", bbox="all"), "annotation 1: bbox: expected `array`"),
    "no area": (first("annotations", area=None), "annotation 1: area: expected `float`, got `null`"),
    "no size": (first("images", width=0), "image 1: width: expected `float` >= 1"),
    "no annotations": (lambda c: c["annotations"].clear(), "no image has an annotation to train on"),
    "no images": (lambda c: c["images"].clear(), "has no images, no categories"),
    "no list": (lambda c: c.update(images=7), "`images`: expected `object`"),
    "odd id": (first("annotations", id="one"), "annotation one: id: expected `int`, got `str`"),
    "two of one name": (
        lambda c: c["categories"][1].update(name=c["categories"][0]["name"]),
        "two categories are called disc",
    ),
    "other size": (first("images", width=255), r"is 256 x 256 pixels\. Image 1 of .* is 255 x 256"),
    "nameless": (lambda c: c["categories"][0].pop("name"), "category 1: object missing required field `name`"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_data_are_told_with_their_file_and_id(folder: Path, wrong: str) -> None:
    change, says = WRONG[wrong]
    with pytest.raises(TrainerError, match=says) as told:
        load(str(changed(folder, change)), "train")
    assert "instances_train.json" in str(told.value)


@pytest.mark.parametrize(
    "segmentation",
    [
        None,
        [],
        [[1, 2, 3]],
        [[1, 2, 3, 4, 5, "x"]],
        {"size": [9, 9], "counts": [81]},
        {"size": [256, 256], "counts": [7]},
    ],
)
def test_wrong_masks_are_told_where_masks_are_wanted(folder: Path, segmentation: object) -> None:
    data = str(changed(folder, first("annotations", segmentation=segmentation)))
    with pytest.raises(TrainerError, match="annotation 1: "):
        load(data, "train", masks=True)
    assert len(load(data, "train"))


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"images": [],}', '{"images": []}', "[" * 100_000])
def test_a_file_that_is_cut_or_no_json_is_told(folder: Path, text: str) -> None:
    (folder / "annotations" / "instances_train.json").write_text(text)
    with pytest.raises(TrainerError, match=r"instances_train\.json"):
        load(str(folder), "train")


def test_boxes_that_no_training_can_use_are_skipped_and_counted(folder: Path) -> None:
    def spoil(content: Content) -> None:
        content["annotations"][0]["bbox"] = [5, 5, 0, 9]
        content["annotations"][1]["bbox"] = [300, 5, 9, 9]

    split = load(str(changed(folder, spoil)), "train")
    assert (split.skipped["boxes without area"], split.skipped["boxes outside their image"]) == (1, 1)
    before = load("shapes:8", "train")
    assert len(split.boxes) == len(before.boxes) - 2


def test_a_box_across_the_border_is_cut_there(folder: Path) -> None:
    split = load(str(changed(folder, first("annotations", bbox=[200, 200, 100, 20]))), "train")
    data = Images(split, {number: number for number in KINDS}, masks=False)
    assert [200, 200, 256, 220] in data[0, False][1]["boxes"].tolist()


def test_an_image_that_cannot_be_decoded_ends_the_training_with_its_name(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "train").iterdir():
        path.write_bytes(path.read_bytes()[:2000])
    told = trainer("train", tmp_path / "run", *options(TINY | {"data": folder, "workers": 1}), code=2)
    assert "00000" in told.splitlines()[-1]
    assert "image" in told.splitlines()[-1]
    last = json.loads((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()[-1])
    assert (last["event"], last["status"]) == ("status", "failed")


def test_a_rotation_by_exif_is_named_where_sizes_differ_and_counted_where_not(folder: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (256, 200)).save(folder / "train" / "000001.jpg", exif=turned)
    data = str(changed(folder, first("images", file_name="000001.jpg", width=200, height=256)))
    with pytest.raises(
        TrainerError, match=r"000001\.jpg is 256 x 200 pixels, and its EXIF says that it is to be rotated"
    ):
        load(data, "train")
    changed(folder, first("images", width=256, height=200))
    assert "rotations by EXIF" in str(load(data, "train").skipped)


def test_sizes_may_be_written_as_decimals_and_evaluated_so(folder: Path, tmp_path: Path) -> None:
    for split in ("train", "val"):
        changed(folder, lambda content: [each.update(width=256.0) for each in content["images"]], split)
    train(Settings(**TINY | {"data": str(folder), "iterations": 1, "mask": True}), tmp_path / "run")
    assert events(tmp_path / "run")[-1]["status"] == "finished"


def test_annotations_may_stand_before_their_images_and_be_read_in_parts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = folder / "annotations" / "instances_train.json", load(str(folder), "train", masks=True)
    masks = [before.masks(index) for index in range(len(before))]
    content = json.loads(path.read_text())
    content["a"] = "数据"  # places are told in bytes
    text = json.dumps({name: content[name] for name in sorted(content)}, indent=1, ensure_ascii=False)
    path.write_text("\ufeff" + text, encoding="utf-8")
    monkeypatch.setattr("trainer.json_rows._WINDOW", 7)
    after = load(str(folder), "train", masks=True)
    assert all(np.array_equal(each, after.masks(index)) for index, each in enumerate(masks))
    assert (after.boxes == before.boxes).all()
    assert after.names.tolist() == before.names.tolist()


def test_a_large_file_is_never_whole_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def multiply(content: Content) -> None:
        one = content["annotations"][0]
        content["annotations"] = [one | {"id": number, "segmentation": [[0.5] * 100]} for number in range(1, 5001)]

    path = changed(folder, multiply) / "annotations" / "instances_train.json"
    monkeypatch.setattr("trainer.json_rows._WINDOW", 1 << 16)
    tracemalloc.start()
    try:
        assert len(load(str(folder), "train").boxes) == 5000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size


def test_wrong_data_leave_no_run(folder: Path, tmp_path: Path) -> None:
    data = changed(folder, first("images", file_name="gone.png"))
    told = trainer("train", tmp_path / "run", *options(TINY | {"data": data}), code=2)
    assert told.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_the_shapes_are_coco_with_all_that_makes_it_hard() -> None:
    root = shapes(40)
    truth = COCO(str(root / "annotations" / "instances_train.json"))
    rows = truth.loadAnns(truth.getAnnIds())
    sizes = [
        sum(low <= each["area"] < high for each in rows) for low, high in ((0, 32**2), (32**2, 96**2), (96**2, 1e9))
    ]
    assert min(sizes) > 5
    assert any(each["iscrowd"] for each in rows)
    assert any(not truth.getAnnIds(imgIds=number) for number in truth.getImgIds())
    assert truth.getCatIds() == [1, 2, 3, 5]
    for each in rows:
        mask = truth.annToMask(each)
        x, y, width, height = each["bbox"]
        lit = np.argwhere(mask)
        assert mask.sum() == each["area"]
        assert lit.min(0) == pytest.approx([y, x], abs=2.5)
        assert lit.max(0) == pytest.approx([y + height, x + width], abs=2.5)


def test_the_same_seed_draws_the_same_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        root = shapes(4)
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    one = files()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert files() == one


def test_masks_are_those_of_pycocotools(folder: Path) -> None:
    split = load(str(folder), "train", masks=True)
    truth = COCO(str(split.path))
    for index, number in enumerate(split.ids.tolist()):
        rows = [row for row in truth.loadAnns(truth.getAnnIds(number)) if not row["iscrowd"]]
        assert np.array_equal(split.masks(index), [truth.annToMask(row) for row in rows])
    split.path.write_text("{}")
    with pytest.raises(TrainerError, match=r"instances_train\.json is not what it was when the training began"):
        split.masks(0)


def test_masks_and_boxes_are_mirrored_with_their_image() -> None:
    data = Images(load("shapes:8", "train", masks=True), {number: number for number in KINDS}, masks=True)
    (image, target), (other, mirrored) = data[0, False], data[0, True]
    assert torch.equal(image.flip(-1), other)
    assert torch.equal(target["masks"].flip(-1), mirrored["masks"])
    for mask, (left, _, right, _) in zip(mirrored["masks"], mirrored["boxes"].tolist(), strict=True):
        lit = mask.any(0).nonzero()
        assert lit.min().item() == pytest.approx(left, abs=2.5)
        assert lit.max().item() == pytest.approx(right, abs=2.5)


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(0, 9), st.integers(0, 200), st.integers(1, 60))
def test_the_order_goes_on_where_it_was_left(images: int, seed: int, start: int, count: int) -> None:
    whole = list(islice(picks(images, seed, 0, flip=True), start + count))
    assert list(islice(picks(images, seed, start, flip=True), count)) == whole[start:]
    full = len(whole) // images
    for epoch in range(full):
        assert sorted(index for index, _ in whole[epoch * images : (epoch + 1) * images]) == list(range(images))
