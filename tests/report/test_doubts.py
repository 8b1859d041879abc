"""A row says in few words why its result is not to be relied on."""

from dataclasses import replace

from fcosreport.records import Finding
from fcosreport.report.doubts import doubts
from tests.baseline import baseline
from tests.renderers.rendering import report_of, run


def test_a_duplicate_names_the_other_and_a_failed_run_its_reason() -> None:
    assert list(doubts(baseline()).values()) == [
        "因为GPU显存不够，没办法跑",
        "the same 12 numbers as Baseline_lr5en3_191211",
        "the same 12 numbers as Baseline_lr1en3_191210",
    ]


def test_any_other_error_is_told_without_the_name_that_stands_beside_it() -> None:
    odd = run("a b", "0.3", state="suspect")
    finding = Finding("FR1", "odd", "error", "“a b”: bbox AP is odd (AP 0.3).", (odd.id,))
    assert doubts(replace(report_of(odd), findings=(finding,))) == {"a b": "bbox AP is odd"}


def test_what_nothing_speaks_against_has_no_doubt() -> None:
    assert doubts(report_of(run("a", "0.3"))) == {}
