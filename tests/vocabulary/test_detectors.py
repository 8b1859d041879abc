"""What detectors are called, and that no long text is kept in mind."""

from fcosreport.grammar.openmmlab.metrics import key
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.headers import header


def test_families_are_named_in_whole_words() -> None:
    assert detectors("FCOS_imprv_R_50 and Mask R-CNN") == {"fcos", "r-cnn"}
    assert not detectors("cavity /ssd1/data reformat")


def test_of_a_long_text_the_beginning_counts() -> None:
    assert detectors("fcos" + " word" * 200 + " yolov5") == {"fcos"}
    assert header("box AP" + " " * 200 + "lr").name == "AP"
    assert key("bbox_mAP") is not None
    assert key("x" * 200 + "/bbox_mAP") is None
