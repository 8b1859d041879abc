"""Experiments of one table that were evaluated in different ways."""

from fcosreport.judging.rule import Case
from tests.conftest import FAIR, GOOD
from tests.rules.asking import only


def test_the_compared_protocol_is_named_with_its_values() -> None:
    group = {"group": "note#table"}
    runs: Case = [{"note_bbox": GOOD, "max_dets": 100, **group}, {"note_bbox": FAIR, "max_dets": 300, **group}]
    assert "differ in detections an image (100 and 300)" in only(runs, "FR408").message
