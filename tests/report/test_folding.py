"""Findings of a rule that speaks often are one line."""

from msgspec.structs import replace

from fcosreport.records import Finding
from fcosreport.report.folding import by_experiment, fold_told, folds
from fcosreport.translation import english
from tests.baseline import baseline


def finding(code: str, *names: str) -> Finding:
    return Finding(code, f"rule-{code}", "warning", f"{code} speaks.", names)


def test_what_a_rule_says_three_times_is_one_line_and_less_is_not() -> None:
    often = [finding("FR1", "a", "b"), finding("FR1", "b"), finding("FR1", "c")]
    seldom = [finding("FR2", "a"), finding("FR2", "b")]
    found = folds(replace(baseline(), findings=(*often, *seldom)))
    assert [fold_told(each, english) for each in found] == ["rule-FR1 in 3 experiments", "FR2 speaks.", "FR2 speaks."]
    assert found[0].findings == tuple(often)
    assert found[0].experiments == ("a", "b", "c")


def test_what_is_ignored_is_in_no_line() -> None:
    assert folds(replace(baseline(), findings=(replace(finding("FR1"), ignored="known"),))) == ()


def test_an_experiment_knows_the_findings_that_name_it() -> None:
    one, other = finding("FR1", "a", "b"), finding("FR2", "b")
    assert by_experiment((one, other)) == {"a": [one], "b": [one, other]}
