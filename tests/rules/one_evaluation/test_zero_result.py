"""A result of zero: early in a training, or at its end."""

from tests.conftest import GOOD
from tests.rules.asking import only


def test_an_early_zero_is_a_warning_and_a_last_one_an_error() -> None:
    zero = "0.000 0.000 0.000"
    assert only([{"bbox": [f"{zero} @1", f"{zero} @2", f"{GOOD} @3"]}], "FR111").severity == "warning"
    assert only([{"bbox": [f"{GOOD} @1", f"{zero} @2"]}], "FR111").severity == "error"
    assert only([{"bbox": [f"{zero} @1", f"{zero} @2"]}], "FR111").severity == "error"
