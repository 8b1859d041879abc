"""A cited log that is not there, or that holds several trainings."""

from msgspec.structs import replace

from fcosreport.judging.cases import JOINED, records_of
from fcosreport.judging.check import check
from fcosreport.records import Experiment, Records
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD
from tests.rules.asking import only


def test_a_missing_log_is_an_error_only_where_another_log_of_the_note_was_found() -> None:
    missing: dict[str, object] = {"note_bbox": FAIR, "cited": "run/b"}
    assert only([missing], "FR502").severity == "info"
    records = records_of([{"note_bbox": GOOD, "bbox": GOOD, "cited": "run/a", "found": "run/a"}, missing])
    (finding,) = check(records, Settings()).findings
    assert (finding.code, finding.severity, finding.experiments) == ("FR502", "error", ("run2",))


def test_the_log_of_several_trainings_is_not_called_missing() -> None:
    runs = records_of([{"note_bbox": GOOD, "cited": "work/a/log.txt"}, {"bbox": GOOD}, {"bbox": FAIR}]).experiments
    parts = [replace(run, files=("logs/work/a/log.txt",)) for run in runs[1:]]
    (finding,) = [f for f in check(Records((runs[0], *parts)), Settings()).findings if f.code == "FR502"]
    assert finding.severity == "info"
    assert "work/a/log.txt holds 2 trainings, and run1 does not say which" in finding.message
    other = [replace(run, files=("logs/work/aa/log.txt",)) for run in runs[1:]]
    (finding,) = [f for f in check(Records((runs[0], *other)), Settings()).findings if f.code == "FR502"]
    assert "no log that the note cites was found" in finding.message


def test_a_log_that_may_not_be_read_is_told_once_a_note_and_is_not_called_missing() -> None:
    runs = records_of(
        [{"note_bbox": GOOD, "bbox": GOOD, **JOINED}, {"note_bbox": FAIR, "cited": "/b"}, {"cited": "/c"}]
    )
    unread = [
        replace(run, citation=replace(run.citation, unread="outside")) if run.citation else run
        for run in runs.experiments
    ]
    (finding,) = [f for f in check(Records(tuple(unread)), Settings()).findings if f.code == "FR502"]
    assert (finding.severity, finding.experiments) == ("info", ("run2", "run3"))
    assert finding.message == "Not read: /b and /c, which case cites: outside."


def test_a_claim_that_tells_no_task_is_held_against_no_task() -> None:
    joined = records_of([{"note_bbox": GOOD, "segm": FAIR, **JOINED}]).experiments[0]
    assert only_codes(joined) == ["FR502"]
    told = (replace(each, task_stated=each.origin == "log") for each in joined.evaluations)
    assert only_codes(replace(joined, evaluations=tuple(told))) == []
    without = tuple(replace(each, task_stated=False) for each in joined.evaluations if each.origin == "note")
    assert only_codes(replace(joined, evaluations=without)) == ["FR502"]


def only_codes(experiment: Experiment) -> list[str]:
    return [each.code for each in check(Records((experiment,)), Settings()).findings if each.code == "FR502"]
