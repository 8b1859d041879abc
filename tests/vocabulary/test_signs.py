"""What is asked only where a sign of it stands is found wherever it is."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcosreport.grammar import class_lines, metric_line, named_results, setting_lines
from fcosreport.notes import guides, headings, outcomes, results, said, said_of, subjects, words
from fcosreport.vocabulary import other_trades, run_names
from fcosreport.vocabulary.settings import names, phrases, values
from fcosreport.vocabulary.signs import Signed, may_have, signed

SIGNED: list[Signed] = [
    headings._DOCUMENTATION,
    headings._SUPPOSED,
    results.OURS,
    results._QUOTED,
    said._HOPED,
    said_of._AGAINST,
    said._OF_SOME,
    subjects.BASELINE,
    words._OF_TEST_SET,
    named_results._ECHO,
    other_trades._RETRIEVAL,
    setting_lines._TRAINED,
]
MARKED = "_NEW_BEST _AT_IOU _CONDITIONS _ASIDE_OF_NAME _AT _LEVEL _IN_PERCENT".split()
GUARDED = [
    *((each.pattern, each.signs) for each in SIGNED),
    *((getattr(metric_line, name), metric_line._MARKED) for name in MARKED),
    *((form, metric_line._MARKED) for form in metric_line._REACHED),
    *((pattern, outcomes._FAILED) for _, pattern in outcomes._FAILURES),
    *((each, outcomes._TELLS) for each in (outcomes._TOLD, outcomes._STATUS, outcomes._RUNNING)),
    *((pattern, run_names._SIGN) for *_, pattern in (*run_names._IN_NAME, *run_names._ONLY_IN_NAME)),
    *((each, run_names._SIGN) for each in (run_names._DATE, run_names._GPUS_BY_BATCH, run_names._NORM_IN_NAME)),
    *((each, run_names._SIGN) for each in (phrases._SIGN, *phrases._CHANGES)),
    (headings._OF_PAPER, headings._OF_PAPER_SIGN),
    (words._STEP, words._STEP_SIGN),
    *((each, guides._PAPER_SIGN) for each in (guides._PAPER, guides._ABSTRACT)),
    (values.SCRATCH, phrases._SCRATCH_SIGN),
    *((re.compile(pattern, re.I), values.NORM_SIGN) for pattern in values.NORMS.values()),
]


@pytest.mark.parametrize(("pattern", "signs"), GUARDED)
@settings(suppress_health_check=[HealthCheck.too_slow])  # the texts of long patterns are slow to draw
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


@pytest.mark.parametrize("form", class_lines._FORMS)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_tells_of_a_class_has_a_sign(form: re.Pattern[str], data: st.DataObject) -> None:
    assert class_lines._ANY.search(data.draw(st.from_regex(form)))


@pytest.mark.parametrize(
    "line",
    [
        *(f"{name.replace('_', joint).upper()} = 1" for name in names._SPOKEN for joint in "_ -"),
        *(f"{number}{unit}" for unit in names._UNITS for number in ("12 ", "12", "90k", "90K ")),
        *("FrozenBN", "GN", "sync batch norm"),
    ],
)
def test_no_line_that_states_a_setting_is_passed_over(line: str) -> None:
    assert names.may_state(line)


def test_a_line_without_a_name_states_nothing() -> None:
    assert not names.may_state("Install it, then look at the pictures below.")
