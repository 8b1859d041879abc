"""Which detector a name tells, and the recipe that it is held against: whole words, never parts of others."""

import pytest

from fcosreport.evidence.recipes import factor, is_named, scale, without_rate
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.detectors import detectors

OWN = ("detr", "swin", "adam", "yolo", "ssd", "centernet")


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("deformable_detr_r50", "detr"),
        ("DeformableDETR", "detr"),
        ("rt-detrv2", "detr"),
        ("sparse_rcnn_r50", "detr"),
        ("mask2former", "detr"),
        ("performer", "detr"),
        ("transformer_baseline", "detr"),
        ("vit_b16", "swin"),
        ("swin-t", "swin"),
        ("lr1e-4_adamw", "adam"),
        ("yolov5s_bs64", "yolo"),
        ("YOLOX-s", "yolo"),
        ("ppyoloe_crn_l", "yolo"),
        ("ssd300_coco.py", "ssd"),
        ("tf_efficientdet_d0", "ssd"),
        ("FCOS_imprv_R_50", "fcos"),
        ("fcos_r50_dcn", "fcos"),
        ("Retina Net", "retinanet"),
        ("gflv2", "atss"),
        ("Mask R-CNN", "r-cnn"),
        ("fasterrcnn_resnet50_fpn", "r-cnn"),
    ],
)
def test_a_detector_is_found_by_its_name(name: str, family: str) -> None:
    assert detectors(name) == {family}


@pytest.mark.parametrize(
    "name", "cavity activity invite gravity reformat ssdd /ssd1/data embryology swine deformable retina_eye".split()
)
def test_words_that_hold_the_name_of_a_detector_name_none(name: str) -> None:
    assert not detectors(name)
    assert detectors(f"{name}_fcos") == {"fcos"}


def run(**settings: object) -> Experiment:
    return records_of([settings]).experiments[0]


def test_the_scale_is_that_of_the_detector() -> None:
    assert scale(run(name="fcos"), Settings()) == scale(run(), Settings()) == (0.01, 16)
    assert scale(run(name="fcos"), Settings(reference_lr=0.02)) == (0.02, 16)
    assert scale(run(name="faster_rcnn"), Settings(reference_lr=0.5)) == (0.02, 16)
    assert scale(run(name="fcos", optimizer="adamw"), Settings()) is None
    assert scale(run(name="fcos_swin-t"), Settings()) is None
    assert scale(run(framework="yolox"), Settings()) is None
    assert scale(run(config="/data/detr/configs/fcos.py"), Settings()) == (0.01, 16)


def test_the_factor_is_told_at_the_batch_and_at_that_of_the_scale_where_none_is_told() -> None:
    assert factor(run(lr=0.01, train_batch_size=4), Settings()) == 4
    assert factor(run(lr=0.02), Settings()) == 2
    assert factor(run(lr=0.02, train_batch_size=0), Settings()) is None
    assert factor(run(name="detr", lr=0.02), Settings()) is None


def test_the_log_of_a_toolbox_does_not_tell_its_detector_by_itself() -> None:
    assert is_named(run(name="mice"))
    assert is_named(run(name="fcos", framework="mmdetection 2.12.0"))
    assert not is_named(run(name="mice", framework="maskrcnn-benchmark"))


def test_a_rate_in_a_name_is_parted_from_it() -> None:
    assert without_rate("tct_lrx10_e500") == ("tct_e500", "lrx10")
    assert without_rate("Baseline_lr1en4_191209") == ("Baseline_191209", "lr1en4")
    assert without_rate("xlr8_fcos") == ("xlr8_fcos", "")


def test_a_data_set_whose_name_holds_vit_needs_a_warm_up_as_any_other() -> None:
    for name in ("cavity_fcos_r50", "activity_fcos"):
        case = [{"name": name, "lr": 0.01, "train_batch_size": 16, "curve_lr": "0.01 0.01 0.01"}]
        assert [finding.code for finding in check(records_of(case), Settings()).findings] == ["FR205"]
