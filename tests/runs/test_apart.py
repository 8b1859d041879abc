"""Runs that have one name are called by the folders above them, too."""

from hypothesis import given
from hypothesis import strategies as st

from fcosreport.records import Fragment
from fcosreport.runs.apart import names_apart
from fcosreport.runs.citing import join
from tests.runs.test_citing import log


def named(*fragments: Fragment) -> list[str]:
    return [each.name for each in join(fragments)]


def test_runs_of_one_name_are_told_apart_by_the_folder_above() -> None:
    assert named(log("runs/yolo_s/adam/log.txt", "0.1"), log("runs/yolo_m/adam/log.txt", "0.2")) == [
        "yolo_m/adam",
        "yolo_s/adam",
    ]


def test_as_many_folders_are_told_as_make_them_differ() -> None:
    paths = ("a/coco/fold1", "b/coco/fold1", "b/voc/fold1")
    assert named(*(log(f"{path}/log.txt", f"0.{at}1") for at, path in enumerate(paths, 1))) == list(paths)


def test_a_name_that_no_other_run_has_stays_short() -> None:
    assert named(log("runs/yolo_s/adam/log.txt", "0.1"), log("runs/yolo_m/sgd/log.txt", "0.2")) == ["sgd", "adam"]


def test_trainings_of_one_folder_keep_what_tells_them_apart() -> None:
    apart = names_apart([("a/x (from line 9)", "x (from line 9)"), ("a/x (from line 1)", "x (from line 1)")])
    assert apart == {}
    apart = names_apart([("a/x (from line 9)", "x (from line 9)"), ("b/x", "x")])
    assert apart == {"a/x (from line 9)": "a/x (from line 9)", "b/x": "b/x"}


def test_entries_of_notes_are_called_as_their_note_calls_them() -> None:
    assert names_apart([("1.md#baseline", "baseline"), ("2.md#baseline", "baseline")]) == {}


@given(st.sets(st.text("ab/", min_size=1, max_size=8), max_size=6))
def test_no_two_runs_have_one_name_but_one_that_has_no_folder(paths: set[str]) -> None:
    named = {path: path.rpartition("/")[2] for path in paths}
    called = [each for id_, each in (named | names_apart(named.items())).items() if "/" in id_]
    assert len(called) == len(set(called))
