"""Words of OpenMMLab's configurations, whichever file or log they stand in."""

import pytest

from fcosreport.grammar.openmmlab.settings import init


@pytest.mark.parametrize(
    ("weights", "wanted"),
    [
        ("", "scratch"),
        ("torchvision://resnet50", "imagenet"),
        ("open-mmlab://detectron2/resnet50_caffe", "imagenet"),
        ("https://download.openmmlab.com/mmdetection/v2.0/fcos/fcos_r50_1x_coco_2021.pth", "coco"),
        ("work_dirs/moco.pth", "work_dirs/moco.pth"),
    ],
)
def test_where_training_starts_from(weights: str, wanted: str) -> None:
    assert init(weights) == wanted
