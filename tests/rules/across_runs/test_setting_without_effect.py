"""A setting whose change left the training as it was."""

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD
from tests.rules.asking import only

LOSSES = " ".join(f"{2.1 - 0.0437 * step:.4f}" for step in range(24))


def test_a_setting_without_effect_is_named() -> None:
    finding = only(
        [{"curve_loss": LOSSES, "lr": lr, "bbox": bbox} for lr, bbox in ((0.01, GOOD), (0.1, FAIR))], "FR405"
    )
    assert finding.message.endswith(": lr had no effect, or one of the logs is a copy.")
    assert "log the same 20 losses (2.1, 2.0563, ...)" in finding.message


def test_equal_losses_with_equal_results_are_told_once_as_a_duplicate() -> None:
    case = [{"curve_loss": LOSSES, "seed": seed, "bbox": GOOD} for seed in (1, 2)]
    codes = [finding.code for finding in check(records_of(case), Settings()).findings]
    assert codes == ["FR401"]
