"""Percent beside fractions."""

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Records
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD
from tests.rules.asking import found


def _blocks(*texts: str) -> Records:
    experiments = records_of([{"bbox": text} for text in texts]).experiments
    return Records(
        tuple(
            replace(each, evaluations=tuple(replace(e, form="coco-summary") for e in each.evaluations))
            for each in experiments
        )
    )


def test_a_block_in_percent_beside_others_is_mixed_units_and_percent_of_another_tool_is_not() -> None:
    (finding,) = check(_blocks(GOOD, "% 29.2 47.0 30.8"), Settings()).findings
    assert (finding.code, finding.message) == ("FR116", "run2 gives AP 29.2, while run1 has AP 0.387.")
    assert not check(_blocks(GOOD, FAIR), Settings()).findings
    assert not check(_blocks("% 38.7 57.3 41.9", "% 29.2 47.0 30.8"), Settings()).findings
    assert not found([{"bbox": GOOD}, {"bbox": "% 29.2 47.0 30.8"}], "FR116")
