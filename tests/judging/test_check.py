"""Running all rules: order, suspects, and finding a rule by its name."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.errors import UsageError
from fcosreport.judging import check as checking
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check, in_order, suspects
from fcosreport.judging.rule import Fault, Rule, find, rules
from fcosreport.records import Records
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD, POOR

RECORDS = records_of(
    [
        {"name": "a", "bbox": "0.600 0.573 0.419", "lr": 0.01, "train_batch_size": 4},
        {"name": "b", "bbox": GOOD},
        {"name": "c", "bbox": "0.970 0.990 0.980"},
        {"name": "d", "bbox": GOOD, "lr": 0.02, "state": "failed"},
        {"name": "e", "bbox": "0.700 0.573 0.419"},
        {"step": "masks", "task": "segm"},
    ]
)


def test_findings_are_sorted_by_severity_code_and_place() -> None:
    findings = check(RECORDS, Settings()).findings
    assert [(f.severity, f.code, *f.experiments) for f in findings] == [
        ("error", "FR101", "a"),
        ("error", "FR101", "e"),
        ("warning", "FR201", "a"),
        ("info", "FR115", "c"),
        ("info", "FR503"),
    ]


def test_finished_experiments_that_an_error_names_are_suspect_and_no_others() -> None:
    states = [e.state for e in suspects(RECORDS.experiments, check(RECORDS, Settings()).findings)]
    assert states == ["suspect", "finished", "finished", "failed", "suspect"]
    failed = tuple(replace(e, state="failed") for e in RECORDS.experiments)
    assert {e.state for e in suspects(failed, check(RECORDS, Settings()).findings)} == {"failed"}


@pytest.mark.parametrize(
    ("one", "other", "states"),
    [
        (FAIR, GOOD, ["finished", "suspect"]),
        (FAIR, FAIR, ["suspect", "suspect"]),  # one file of predictions may lie beside both
        (GOOD, POOR, ["suspect", "suspect"]),
    ],
)
def test_a_result_that_its_predictions_prove_is_not_suspect_for_its_copy(
    one: str, other: str, states: list[str]
) -> None:
    both = records_of(
        [
            {"bbox": FAIR, "lr": 0.001, "remade": {"numbers": one}},
            {"bbox": FAIR, "lr": 0.005, "remade": {"numbers": other}},
        ]
    )
    findings = check(both, Settings()).findings
    assert [e.state for e in suspects(both.experiments, findings, both.remade)] == states
    assert [e.state for e in suspects(both.experiments, findings)] == ["suspect", "suspect"]


def test_nothing_read_gives_nothing_and_every_rule_passes() -> None:
    assert check(Records(), Settings()).findings == ()
    assert set(check(Records(), Settings()).passed) <= {rule.name for rule in rules()}


def test_rules_that_found_something_have_not_passed() -> None:
    names = check(RECORDS, Settings()).passed
    assert "ap-above-ap50" not in names
    assert "recall-falls" in names


def test_settings_change_what_is_found() -> None:
    findings = check(RECORDS, Settings(reference_batch_size=4, too_good=0.98)).findings
    assert {f.code for f in findings} & {"FR115", "FR201"} == set()


def rule_of(code: str, *after: str) -> Rule:
    """A rule that finds each experiment that it is shown."""

    def each(records: Records, settings: Settings) -> Iterator[Fault]:
        yield from (Fault(experiment.name, (experiment,)) for experiment in records.experiments)

    return Rule(code, code.lower(), "info", each, (), (), code, after=after)


@given(st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 9)), max_size=8))
def test_each_rule_runs_after_those_it_is_after_and_else_by_code(after: dict[int, set[int]]) -> None:
    made = [rule_of(f"FR{n}", *(f"FR{m}" for m in others if m > n)) for n, others in after.items()]
    codes = [rule.code for rule in in_order(made)]
    assert sorted(codes) == sorted(rule.code for rule in made)
    waiting = {rule.code: {code for code in rule.after if code in codes} for rule in made}
    for place, code in enumerate(codes):
        assert code == min(each for each in codes[place:] if waiting[each] <= set(codes[:place]))


def test_a_rule_is_not_shown_what_one_of_a_later_code_has_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "rules", lambda: (rule_of("FR111", "FR203"), rule_of("FR203")))
    assert {finding.code for finding in check(RECORDS, Settings()).findings} == {"FR203"}


def test_rules_that_wait_for_each_other_are_an_error_and_none_of_ours_do() -> None:
    with pytest.raises(UsageError, match="wait for each other"):
        in_order([rule_of("FR1", "FR2"), rule_of("FR2", "FR1")])
    assert sorted(rule.code for rule in in_order(rules())) == [rule.code for rule in rules()]


def test_a_check_leaves_the_garbage_collector_as_it_was() -> None:
    assert gc.isenabled()
    check(RECORDS, Settings())
    assert gc.isenabled()
    gc.disable()
    try:
        check(RECORDS, Settings())
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("word", ["FR401", "fr401", "duplicate-metrics", "duplicate_metrics", " Duplicate-Metrics "])
def test_a_rule_is_found_by_its_code_and_name(word: str) -> None:
    assert find(word).code == "FR401"


@pytest.mark.parametrize(
    ("word", "nearest"), [("FR4O1", "FR4"), ("duplicate-metric", "FR401 duplicate-metrics"), ("§§", "fcosreport rules")]
)
def test_an_unknown_rule_names_the_nearest(word: str, nearest: str) -> None:
    with pytest.raises(UsageError, match=nearest):
        find(word)


def test_runs_with_different_results_have_no_finding() -> None:
    assert not check(records_of([{"bbox": GOOD, "lr": 0.01}, {"bbox": FAIR, "lr": 0.02}]), Settings()).findings
