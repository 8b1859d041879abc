"""Numbers are shown as COCO prints them."""

import pytest

from fcosreport.records import Metric, Setting, Where
from fcosreport.report.showing import show


@pytest.mark.parametrize(
    ("metric", "shown"),
    [
        (Metric("AP", 0.387, "0.387"), "0.387"),
        (Metric("AP", 0.39, "0.390"), "0.390"),
        (Metric("AP", 0.387, "38.7", percent=True), "0.387"),
        (Metric("AP", 0.38725, "38.725", percent=True), "0.3872"),
        (Metric("AP", 0.38699999, "0.3869999988"), "0.3870"),
        (Metric("AP", -1.0, "-1.000"), "-1"),
        (Metric("AP", None, "nan"), "–"),
        (Metric("AP", 38.7, "38.7"), "38.7"),
        (Metric("AP", 0.0, "0e-999999999"), "0.0000"),
        (Setting("lr", 1e-4, "1e-4", Where("a", 1)), "1e-4"),
        (Setting("lr", 1e-4, "1*10^-4", Where("a", 1)), "0.0001"),
        (Setting("iterations", 90000, "90k", Where("a", 1)), "90000"),
        (None, "–"),
    ],
)
def test_numbers_are_shown_as_coco_prints_them(metric: Metric | Setting | None, shown: str) -> None:
    assert show(metric) == shown
