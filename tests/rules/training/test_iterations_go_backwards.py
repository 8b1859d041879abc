"""A resumed run whose learning rate jumps."""

from pathlib import Path

from msgspec.structs import replace

import fcosreport
from fcosreport.curves import curve_of
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Unit, Where
from fcosreport.settings import Settings
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


def test_what_begins_at_the_first_step_again_is_another_training() -> None:
    def codes(*steps: float, unit: Unit = "epoch") -> set[str]:
        records = records_of([{"bbox": GOOD, "events": ["#50 resumed: epoch 1 again after epoch 3"]}])
        curve = curve_of("lr", unit, steps, (0.01, 0.001, 0.0001, 0.01, 0.001), Where("log", 9))
        runs = tuple(replace(each, curves=(curve,)) for each in records.experiments)
        return {each.code for each in check(replace(records, experiments=runs), Settings()).findings}

    assert "FR207" not in codes(1, 2, 3, 1, 2)
    assert "FR207" in codes(1, 2, 3, 2, 3)
    assert "FR207" not in codes(0, 100, 200, 100, 200, unit="iteration")
    assert "FR207" in codes(0, 100, 300, 200, 300, unit="iteration")
