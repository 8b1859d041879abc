"""AP above AP50 is told once for all evaluations of a run."""

from tests.rules.asking import only


def test_the_same_fault_in_many_evaluations_is_one_finding_with_a_count() -> None:
    finding = only([{"bbox": [f"0.600 0.5{epoch}0 0.400 @{epoch}" for epoch in range(1, 6)]}], "FR101")
    assert "at epoch 1, and in 4 more of 5 evaluations" in finding.message
    assert len(finding.where) == 5
