"""What is asked only where a sign of it stands is found wherever it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.notes import headings, outcomes
from fcosreport.vocabulary.settings import phrases, values
from fcosreport.vocabulary.signs import may_have, signed

GUARDED = [
    (headings._DOCUMENTATION.pattern, headings._DOCUMENTATION.signs),
    (headings._SUPPOSED.pattern, headings._SUPPOSED.signs),
    *((pattern, outcomes._FAILED) for _, pattern in outcomes._FAILURES),
    *((each, outcomes._TELLS) for each in (outcomes._TOLD, outcomes._STATUS, outcomes._RUNNING)),
    (values.SCRATCH, phrases._SCRATCH_SIGN),
    *((re.compile(pattern, re.I), values.NORM_SIGN) for pattern in values.NORMS.values()),
]


@pytest.mark.parametrize(("pattern", "signs"), GUARDED)
@given(data=st.data())
def test_whatever_a_pattern_finds_has_a_sign(
    pattern: re.Pattern[str], signs: re.Pattern[str], data: st.DataObject
) -> None:
    assert may_have(signs, data.draw(st.from_regex(pattern)))


@pytest.mark.parametrize("text", ["We RAN out of memory", "ran OUT OF MEMORY", "显存不够", "ｏｕｔ of memory 显存"])
def test_signs_know_no_case(text: str) -> None:
    found = signed("out of memory|显存", "memory")
    assert found.search(text)
    assert not found.search("in memoriam, out of time")
