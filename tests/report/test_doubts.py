"""A row says in few words why its result is not to be relied on."""

from msgspec.structs import replace

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


def test_long_names_are_cut_before_what_is_said_of_them() -> None:
    one, other = (run(f"0{n}_somebody_mmdetection_work_dirs_2021120{n}", "0.3", state="suspect") for n in (1, 2))
    said = f"The names of {one.name} and {other.name} differ in lrx10 and lrx3 alone."
    told = doubts(replace(report_of(one, other), findings=(Finding("FR1", "odd", "error", said, (one.id, other.id)),)))
    assert (
        told[one.id]
        == "The names of 01_somebody…rs_20211201 and 02_somebody…rs_20211202 differ in lrx10 and lrx3 alone"
    )


def test_what_nothing_speaks_against_has_no_doubt() -> None:
    assert doubts(report_of(run("a", "0.3"))) == {}
