"""Results that nothing tells apart are told once a file; those of steps, models, splits and losses are quiet."""

import pytest
from msgspec.structs import replace

from fcosreport.records import Evaluation, Segment, Setting, Where
from fcosreport.runs.indistinct import indistinct
from tests.runs.test_joining import log, result, training

FIRST, LAST = (replace(result("eval.txt", line, ap), form="metric-lines") for line, ap in ((3, "0.3"), (9, "0.4")))


def test_results_that_differ_in_nothing_but_their_numbers_are_told() -> None:
    issue = indistinct(log("eval.txt", Segment(evaluations=(FIRST, LAST))))
    assert issue
    assert issue.where.line == 3
    assert "2 results differ" in issue.message
    assert "AP 0.300 in line 3, 0.400 in line 9" in issue.message
    assert indistinct(log("eval.txt", Segment(evaluations=(FIRST,)), Segment(line=5, evaluations=(LAST,))))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, replace(FIRST, where=LAST.where)),
        (replace(FIRST, weights="plain"), replace(LAST, weights="mosaic")),
        (replace(FIRST, split="val"), replace(LAST, split="test")),
        (replace(FIRST, epoch=1), replace(LAST, epoch=2)),
        (replace(FIRST, epoch=1), LAST),
        (replace(FIRST, category="car"), replace(LAST, category="bus")),
        (FIRST, replace(LAST, form="coco-summary")),
        (FIRST, replace(LAST, task="segm")),
    ],
)
def test_results_that_something_tells_apart_are_quiet(first: Evaluation, last: Evaluation) -> None:
    assert indistinct(log("eval.txt", Segment(evaluations=(first, last)))) is None


def test_weights_that_are_loaded_and_losses_tell_results_apart() -> None:
    def loaded(line: int, weights: str, each: Evaluation) -> Segment:
        return Segment(
            line=line, evaluations=(each,), settings=(Setting("weights", weights, weights, Where("a", line)),)
        )

    assert indistinct(log("eval.txt", loaded(1, "a.pth", FIRST), loaded(5, "b.pth", LAST))) is None
    assert indistinct(log("eval.txt", replace(training("eval.txt", 20, 400), evaluations=(FIRST, LAST)))) is None
