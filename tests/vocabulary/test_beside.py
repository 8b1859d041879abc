"""What names mean beside others."""

import pytest

from fcosreport.vocabulary.beside import class_of, half_of, mean_of, whole_of


def test_a_class_is_known_by_its_recall_beside_its_precision() -> None:
    found = class_of("eval_map_dog", {"eval_map_dog", "eval_mar_100_dog"})
    assert found
    assert found.category == "dog"
    assert class_of("eval_map_dog", {"eval_map_dog"}) is None


@pytest.mark.parametrize(
    "names", ["mAP mAP_COCO", "mAP mAP50-95", "AP coco_ap", "val/mAP val/mAP_0.5:0.95", "mAP COCO精度（mAP） mAP75"]
)
def test_a_plain_ap_beside_that_of_coco_is_at_half(names: str) -> None:
    plain, *_ = names.split()
    found = half_of(plain, set(names.split()))
    assert found
    assert found.metric == "AP50"


@pytest.mark.parametrize(
    "names", ["mAP", "mAP mAP75", "mAP mAP50-95 mAP50", "val/mAP test/mAP50-95", "mAP coco_images", "mAP75 mAP_COCO"]
)
def test_else_it_is_what_it_says(names: str) -> None:
    assert half_of(names.split()[0], set(names.split())) is None


def test_95_beside_50_is_short_for_the_range() -> None:
    found = whole_of("map95", {"map50", "map95"})
    assert found
    assert found.metric == "AP"
    assert whole_of("AP95", {"AP", "AP50", "AP95"}) is None
    assert whole_of("AP95", {"AP95"}) is None


def test_the_mean_precision_and_recall_are_known_by_each_other() -> None:
    found = mean_of("mr", {"mp", "mr"})
    assert found
    assert found.metric == "R"
    assert mean_of("mr", {"mr"}) is None
