"""A resumed run whose learning rate jumps."""

from pathlib import Path

import fcosreport
from tests.conftest import GOOD
from tests.rules.asking import not_run, only


def test_a_jump_of_the_learning_rate_needs_a_resumed_run_and_its_values() -> None:
    seam = {"events": ["#50 resumed: from iteration 60"], "bbox": GOOD}
    assert "from 0.001 to 0.01" in only([{"curve_lr": "0.01 0.001 0.01", **seam}], "FR207").message
    assert not_run([{"bbox": GOOD}])["iterations-go-backwards"] == "no run was resumed"
    assert not_run([seam])["iterations-go-backwards"] == "no resumed run has its learning rates at hand"


def test_a_resumed_run_whose_learning_rate_jumps_is_found(resumed_runs: Path) -> None:
    report = fcosreport.load(resumed_runs)
    (finding,) = [each for each in report.findings if each.code == "FR207"]
    assert "resumed was resumed, and its learning rate jumps from 0.001 to 0.01" in finding.message
