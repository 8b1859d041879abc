"""A state in a note that its log contradicts."""

import pytest

from tests.conftest import GOOD
from tests.rules.asking import FOUND, found, only


@pytest.mark.parametrize(
    ("state", "run", "said"),
    [
        ("finished", {"curve_loss": "2.1", "events": ["#7 killed: slurmstepd"]}, "the run failed (slurmstepd)"),
        ("finished", {"curve_loss": "2.1"}, "the log holds no result"),
        ("planned", {"bbox": GOOD}, "still to be done"),
        ("running", {"bbox": GOOD, "events": ["#7 finished: 12 epochs"]}, "the log has finished"),
    ],
)
def test_a_state_that_the_log_contradicts_is_told(state: str, run: dict[str, object], said: str) -> None:
    assert said in only([{"state": state, **run, **FOUND}], "FR504").message
    assert not found([{"state": state, **run}], "FR504")
