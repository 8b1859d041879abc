"""The evaluations of a run as a table."""

from fcosreport.report.history import histories
from tests.lively import lively


def test_each_task_has_its_own_and_of_many_the_last_are_shown() -> None:
    (experiment,) = lively(1).experiments
    boxes, masks = histories(experiment, rows=5, columns=3)
    assert (boxes.task, boxes.names, boxes.left_out) == ("bbox", ("AP", "AP50", "AP75"), 7)
    assert [each.epoch for each, _ in boxes.rows] == [8, 9, 10, 11, 12]  # those of a class are none of them
    assert (masks.task, len(masks.rows), masks.left_out) == ("segm", 1, 0)
    assert boxes.cells == 15
