"""A trained model that has the numbers of the one it started from."""

from tests.conftest import GOOD
from tests.rules.asking import found, only


def test_a_trained_model_with_the_numbers_of_its_start_is_found_and_its_test_is_not() -> None:
    first = {"name": "runs/first", "bbox": GOOD}
    tuned: dict[str, object] = {"name": "tuned", "bbox": GOOD, "weights": "runs/first/model_final.pth"}
    finding = only([first, {**tuned, "curve_loss": "0.9 0.8"}], "FR409")
    assert finding.explanations[0].startswith("Chance:")
    assert not found([first, tuned], "FR409")
