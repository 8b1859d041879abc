"""A schedule that cannot be: of a log with several sessions the last one is judged."""

from msgspec.structs import replace

from fcosreport.judging.cases import GOOD, records_of
from fcosreport.judging.check import check
from fcosreport.records import Event, Experiment, Records, Setting, Where
from fcosreport.settings import Settings

PLAN = {"iterations": 90000, "train_batch_size": 16, "epochs": 12, "train_data": "coco_2017_train"}


def of_two_sessions(first: dict[str, object], second: dict[str, object]) -> Experiment:
    """A run whose log declares settings anew where it was resumed, at line 50."""
    (run,) = records_of([{"bbox": GOOD}]).experiments
    settings = [
        Setting(name, value, str(value), Where("log.txt", line))
        for line, said in ((1, first), (60, second))
        for name, value in said.items()
        if isinstance(value, str | int)
    ]
    return replace(run, settings=tuple(settings), events=(Event("resumed", "resumed", Where("log.txt", 50)),))


def codes(run: Experiment) -> list[str]:
    return [each.code for each in check(Records((run,)), Settings()).findings if each.code == "FR515"]


def test_the_last_session_is_judged() -> None:
    wrong = {**PLAN, "epochs": 36}
    assert codes(of_two_sessions(PLAN, wrong)) == ["FR515"]
    assert codes(of_two_sessions(wrong, PLAN)) == []
    assert codes(of_two_sessions(PLAN, {"epochs": 36})) == ["FR515"]
