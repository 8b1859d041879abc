"""AP that hardly falls with IoU: a warning where objects of several sizes fit, and else worth knowing."""

import pytest

from tests.rules.asking import only


@pytest.mark.parametrize(
    ("numbers", "severity"),
    [
        ("0.570 0.573 0.572", "info"),
        ("0.570 0.573 0.572 -1 -1 0.570", "info"),
        ("0.570 0.573 0.572 0.410 0.560 0.720", "warning"),
    ],
)
def test_boxes_that_are_all_the_whole_image_fit(numbers: str, severity: str) -> None:
    assert only([{"bbox": numbers}], "FR114").severity == severity
