"""A result that is claimed for a run that failed."""

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.settings import Settings
from tests.conftest import GOOD
from tests.rules.asking import FOUND, only


def test_a_claim_for_a_failed_run_is_told_once() -> None:
    case: Case = [{"note_bbox": GOOD, "events": ["#70 out of memory: CUDA out of memory."], **FOUND}]
    codes = {finding.code for finding in check(records_of(case), Settings()).findings}
    assert codes == {"FR204"}
    assert only(case, "FR204").message.endswith("CUDA out of memory.")


def test_a_failed_run_without_a_claim_is_no_fault() -> None:
    assert not check(records_of([{"state": "failed", "events": ["#70 killed: 9"], **FOUND}]), Settings()).findings
