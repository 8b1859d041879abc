"""Predictions of more images than are validated on."""

from tests.conftest import GOOD
from tests.rules.asking import only


def test_it_says_both_numbers_and_where_each_is_told() -> None:
    case = {"bbox": GOOD, "val_images": 100, "predicted_images": 500}
    finding = only([case], "FR308")
    assert finding.severity == "error"
    assert "predictions of 500 images are more than the 100 of the validation set" in finding.message
