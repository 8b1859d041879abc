"""Numbers of a note that are not those of its log: how they differ, and how much."""

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD, POOR
from tests.rules.asking import found, only


def test_a_note_with_another_epoch_is_a_warning_that_names_it() -> None:
    case: Case = [{"note_bbox": POOR, "bbox": [f"{POOR} @9", f"{GOOD} @12"], "cited": "run/a", "found": "run/a"}]
    finding = only(case, "FR501")
    assert finding.severity == "warning"
    assert "at epoch 9 of the log, not the last ones at epoch 12" in finding.message


def test_swapped_columns_are_named() -> None:
    finding = only([{"note_bbox": "AP=0.292 APs=0.325 APm=0.163", "bbox": FAIR, "cited": "a", "found": "a"}], "FR501")
    assert "APs is the log's APm and APm is the log's APs" in finding.message


def test_a_slip_in_the_last_digit_is_a_warning_and_rounding_is_none() -> None:
    joined = {"cited": "a", "found": "a"}
    assert only([{"note_bbox": "AP=0.293", "bbox": FAIR, **joined}], "FR501").severity == "warning"
    assert only([{"note_bbox": "AP=0.294", "bbox": FAIR, **joined}], "FR501").severity == "error"
    assert not found([{"note_bbox": "AP=0.293", "bbox": "AP=0.2925 AP50=0.47", **joined}])
    assert only([{"note_bbox": "AP=0.294", "bbox": f"AP={'9' * 290}", **joined}], "FR501").severity == "error"


def test_a_table_that_agrees_with_none_of_its_logs_is_of_other_images() -> None:
    logged = ("0.323 0.527 0.341", "0.346 0.548 0.365", "0.321 0.524 0.333")
    rows: list[dict[str, object]] = [
        {"name": f"run{n}", "note_bbox": f"0.2{n}9 0.4{n}1 0.2{n}4 form:table", "bbox": log, "cited": "a", "found": "a"}
        for n, log in enumerate(logged)
    ]
    (finding,) = [each for each in found(rows) if each.code == "FR501"]
    assert (finding.severity, len(finding.experiments)) == ("info", 3)
    by_chance = {**rows[0], "bbox": [logged[0], "0.209 0.391 0.204"], "note_bbox": "0.209 0.433 0.264 form:table"}
    assert {each.severity for each in found([by_chance, *rows[1:]]) if each.code == "FR501"} == {"info"}
    slip = {**rows[0], "note_bbox": "0.232 0.527 0.341 form:table"}
    assert {each.severity for each in found([slip, *rows[1:]]) if each.code == "FR501"} == {"error"}
    assert {each.severity for each in found(rows[:2]) if each.code == "FR501"} == {"error"}


def test_a_block_that_does_not_say_its_task_may_be_of_masks() -> None:
    def codes(note: str, *, stated: bool) -> set[str]:
        records = records_of([{"note_bbox": note, "bbox": GOOD, "segm": FAIR, "cited": "a", "found": "a"}])
        (run,) = records.experiments
        told = tuple(replace(e, task_stated=stated) if e.origin == "note" else e for e in run.evaluations)
        one = replace(records, experiments=(replace(run, evaluations=told),))
        return {each.code for each in check(one, Settings()).findings}

    assert "FR501" not in codes(FAIR, stated=False)
    assert "FR501" in codes(FAIR, stated=True)
    assert "FR501" in codes(POOR, stated=False)
