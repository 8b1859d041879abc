"""A training without a warm-up."""

from fcosreport.judging.rule import Case
from fcosreport.settings import Settings
from tests.rules.asking import found, only


def test_warm_up_is_only_missed_where_the_log_begins_early() -> None:
    case: Case = [{"name": "fcos_r50", "lr": 0.01, "train_batch_size": 16, "curve_lr": "0.01 0.01 0.01"}]
    assert "at iteration 20" in only(case, "FR205").message
    assert not found(case, "FR205", Settings(warm_up_shown=10))
