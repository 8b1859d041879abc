"""What names mean beside others."""

import pytest

from fcosreport.vocabulary.beside import meanings


def told(names: str) -> dict[str, str]:
    return {name: meaning.metric for name, meaning in meanings(names.split())}


def test_a_class_is_known_by_its_recall_beside_its_precision() -> None:
    found = dict(meanings(["eval_map_dog", "eval_mar_100_dog"]))
    assert found["eval_map_dog"].category == "dog"
    assert not told("eval_map_dog")


@pytest.mark.parametrize(
    "names", ["mAP mAP_COCO", "mAP mAP50-95", "AP coco_ap", "val/mAP val/mAP_0.5:0.95", "mAP COCO精度（mAP） mAP75"]
)
def test_a_plain_ap_beside_that_of_coco_is_at_half(names: str) -> None:
    assert told(names)[names.split()[0]] == "AP50"


@pytest.mark.parametrize(
    "names", ["mAP", "mAP mAP75", "mAP mAP50-95 mAP50", "val/mAP test/mAP50-95", "mAP coco_images", "mAP75 mAP_COCO"]
)
def test_else_it_is_what_it_says(names: str) -> None:
    first = names.split()[0]
    assert told(names)[first] == told(first)[first]


def test_95_beside_50_is_short_for_the_range() -> None:
    assert told("map50 map95") == {"map50": "AP50", "map95": "AP"}
    assert told("AP AP50 AP95")["AP95"] == "AP95"
    assert told("AP95") == {"AP95": "AP95"}


def test_the_mean_precision_and_recall_are_known_by_each_other() -> None:
    assert told("mp mr") == {"mp": "P", "mr": "R"}
    assert told("mr") == {"mr": "MR"}


def test_rows_of_very_many_names_are_read_as_well() -> None:
    names = [f"class{number}/mAP95" for number in range(20_000)]
    assert dict(meanings(["mAP", *names]))["mAP"].metric == "AP"


def test_ap95_beside_those_at_each_iou_is_the_one_at_that() -> None:
    assert dict(meanings(["AP50", "AP95"]))["AP95"].metric == "AP"
    assert dict(meanings(["AP50", "AP55", "AP95"]))["AP95"].metric == "AP95"


@pytest.mark.parametrize(
    "names",
    ["dice iou", "iou precision recall f1 test_loss", "Metrics/iou Metrics/dice", "val_iou val_dice val_precision"],
)
def test_a_plain_iou_beside_what_only_a_segmentation_has_is_its_mean(names: str) -> None:
    found = {name: meaning for name, meaning in meanings(names.split()) if "dice" not in name.lower()}
    assert {meaning.task for meaning in found.values()} == {"sem_seg"}
    assert [meaning.metric for name, meaning in found.items() if "iou" in name] == ["mIoU"]


@pytest.mark.parametrize(
    "names", ["iou", "iou precision recall f1", "AP50 iou loss precision recall f1", "box_iou dice"]
)
def test_else_an_iou_may_be_a_threshold_or_of_boxes(names: str) -> None:
    assert "mIoU" not in {meaning.metric for _, meaning in meanings(names.split())}


@pytest.mark.parametrize(
    ("names", "has_it"),
    [
        ("Precision Recall Mean_IoU mAP", False),
        ("mIoU mAP50", False),
        ("mIoU segm/AP", True),
        ("val/mIoU bbox/AP", True),
        ("mIoU Precision Recall", True),
    ],
)
def test_a_mean_iou_beside_an_ap_of_boxes_is_of_boxes(names: str, has_it: bool) -> None:
    assert ("mIoU" in {meaning.metric for _, meaning in meanings(names.split())}) is has_it
