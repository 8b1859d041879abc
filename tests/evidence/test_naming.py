"""What two names of one model contradict each other in, and what is no contradiction."""

import pytest

from fcosreport.evidence.naming import batch, image_size, input_size, kinds, sizes


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("rtmdet_l_8xb32", "rtmdet_tiny_8xb32", {"l", "tiny"}),
        ("efficientnet-b0_8xb32", "efficientnet-b1_8xb32", {"b0", "b1"}),
        ("fcn_hr18_512x512", "fcn_hr48_512x512", {"hr18", "hr48"}),
        ("rtmdet_large", "rtmdet_l_8xb32", set()),
        ("a_fp16", "a_fp32", set()),
        ("a_r50_fpn", "a_r101_fpn", set()),  # a backbone, which is told as that
        ("s_net", "l_net", set()),
        ("dwpose_t", "dwpose_l_dis_t", set()),
    ],
)
def test_sizes_are_told_apart_where_two_names_are_one_up_to_them(one: str, other: str, found: set[str]) -> None:
    assert {word[0] for word in sizes(one, other)} == {word[0] for word in found}


@pytest.mark.parametrize(
    ("label", "name", "apart"),
    [
        ("pose_mobilenetv2", "hrnet_w32_coco_512x512", True),
        ("Swin-T", "mask_rcnn_r50_fpn", True),
        ("HRNetV2p-W48", "faster_rcnn_hrnetv2p_w40_1x_coco", True),
        ("SSD300", "pisa_ssd512_coco", True),
        ("MobileNetV2", "mobilenet-v2_8xb32", False),
        ("DeepLabV3+", "deeplabv3plus_r50-d8", False),
        ("ResNet-50 + HRNet", "hrnet_w32", False),
        ("RTMPose-m", "cspnext-m_udp", False),
        ("VOC07", "faster_rcnn_r50_voc0712", False),
    ],
)
def test_a_backbone_or_width_that_only_one_of_two_names_tells_is_no_contradiction(
    label: str, name: str, apart: bool
) -> None:
    assert bool(list(kinds(label, name))) is apart


def test_input_size_and_batch_are_read_in_both_notations() -> None:
    assert input_size("128 * 96") == input_size("tinypose_128x96") == "128x96"
    assert input_size("a_8x8_512x512_769x769") == ""
    assert batch("detr_r50_8x4_150e") == batch("detr_r50_8xb4_150e") == 32
    assert batch("tsn_r50_1x1x3_100e") == batch("a_512x512_1x") == 0
    assert not list(kinds("Swin-L", "maskdino_r50_4s", "configs/swin/maskdino_R50_4s.yaml"))


@pytest.mark.parametrize(
    ("name", "size", "alone"),
    [
        ("yolov8n_img640", 640, 640),
        ("exp_imgsz-1280_b16", 1280, 1280),
        ("v8_640x640", 640, 640),
        ("640px", 640, 640),
        ("yolov8n_320", None, 320),
        ("320", None, 320),
        ("yolov8n_640_ft", None, 640),
        ("yolov8n_500", None, None),
        ("train_640", None, None),
        ("640_images", None, None),
        ("parts_2023_1024", None, None),
        ("img640_img1280", None, None),
        ("y_640x480", None, None),
        ("tiles_640x640", None, None),
        ("yolov8n_multi_scale_640", None, None),
    ],
)
def test_the_size_of_images_is_the_one_that_a_name_says(name: str, size: int | None, alone: int | None) -> None:
    assert (image_size(name, bare=False), image_size(name, bare=True)) == (size, alone)
