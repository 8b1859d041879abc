"""The sentence that every output begins with."""

import pytest
from msgspec.structs import replace

from fcosreport.records import Finding
from fcosreport.report.report import Report
from fcosreport.report.verdict import extent, verdict
from tests.baseline import baseline
from tests.renderers.rendering import EMPTY, NOTHING_FOUND, many, report_of, run


def with_findings(*findings: Finding) -> Report:
    return replace(baseline(), findings=findings, experiments=baseline().experiments[:3])


def test_results_in_doubt_are_counted_among_the_results_and_the_reason_is_told() -> None:
    assert str(verdict(baseline())) == (
        "2 of 4 results cannot be trusted: lr 0.001 and lr 0.005 share all 12 numbers: "
        "Baseline_lr1en3_191210 and Baseline_lr5en3_191211 cannot both be right."
    )


def test_a_run_in_doubt_that_has_no_result_is_not_counted_among_the_results() -> None:
    bare = replace(run("b", "0.3"), evaluations=(), state="suspect")
    finding = Finding("FR1", "odd", "error", "b is odd.")
    report = replace(report_of(run("a", "0.3"), bare), findings=(finding,))
    assert str(verdict(report)) == "1 error found: b is odd."


def test_results_of_classes_alone_are_said_to_be_such() -> None:
    whole = run("a", "0.3")
    parted = replace(whole, evaluations=tuple(replace(each, category="car") for each in whole.evaluations))
    assert str(verdict(report_of(parted))).startswith("Results of single classes only")
    assert "single classes" not in str(verdict(report_of(parted, run("b", "0.3"))))


def test_a_reason_is_told_without_its_asides_and_leads_to_its_finding() -> None:
    finding = Finding("FR1", "odd", "error", "a and b (lr 1) are odd (AP 0.3, ...).")
    told = verdict(with_findings(finding))
    assert told.reasons == (("a and b (lr 1) are odd", finding),)
    long = replace(finding, message="a is odd, which leaves nothing.")
    assert str(verdict(with_findings(long))) == "1 error found: a is odd."


def test_many_errors_of_one_rule_are_one_reason_and_the_rest_is_counted() -> None:
    told = str(verdict(many(30)))
    assert told == "7 of 22 results cannot be trusted: duplicate-metrics in 30 places."
    several = tuple(Finding(f"FR{n}", f"rule-{n}", "error", f"Odd {n}.") for n in range(4))
    assert str(verdict(with_findings(*several))) == "4 errors found: Odd 0; Odd 1; and 2 more errors."


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (EMPTY, "Nothing was read that can be judged."),
        (NOTHING_FOUND, "No result yet."),
        (report_of(run("a", "0.3")), "Nothing odd was found in 1 result."),
        (with_findings(Finding("FR1", "odd", "warning", "w.")), "No error in 2 results, and 1 warning to look at."),
        (with_findings(Finding("FR1", "odd", "error", "e.", ignored="known")), "Nothing odd was found in 2 results."),
    ],
)
def test_where_nothing_is_wrong_that_is_what_is_said(report: Report, said: str) -> None:
    assert str(verdict(report)) == said


def test_the_line_of_the_title_says_when_and_how_much() -> None:
    report = baseline()
    assert [*extent(report)] == ["7 experiments", "1 of 1 file understood"]
    first, second, *others = report.experiments
    dated = (replace(first, began="2019-12-09T08:00:00"), replace(second, ended="2019-12-11"), *others)
    assert next(extent(replace(report, experiments=dated))) == "2019-12-09 to 2019-12-11"
    assert next(extent(replace(report, experiments=(dated[0],)))) == "2019-12-09"
