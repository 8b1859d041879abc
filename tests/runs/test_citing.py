"""Files become runs, and a note's experiments meet the runs that they cite or name."""

import pytest
from msgspec.structs import replace

from fcosreport.records import Citation, Evaluation, Experiment, Fragment, Metric, Segment, Setting, Source, Where
from fcosreport.runs.citing import SEVERAL, join


def evaluation(path: str, ap: str = "0.387") -> Evaluation:
    return Evaluation("bbox", (Metric("AP", float(ap), ap),), Where(path, 1))


def log(path: str, *aps: str) -> Fragment:
    return Fragment(
        source=Source(path, "log"), segments=(Segment(evaluations=tuple(evaluation(path, ap) for ap in aps)),)
    )


def note(path: str, *experiments: Experiment) -> Fragment:
    return Fragment(source=Source(path, "note"), experiments=experiments)


def claim(cited: str | None, ap: str = "0.387", name: str = "claim", path: str = "note.md") -> Experiment:
    where = Where(path, 3)
    return Experiment(
        id=f"{path}#{name}",
        name=name,
        state="finished",
        where=where,
        evaluations=(replace(evaluation(path, ap), origin="note"),),
        citation=Citation(cited, where) if cited else None,
    )


def test_a_log_with_a_general_name_is_the_run_of_its_folder() -> None:
    for name in ("log.txt", "train.log", "20211205_123234.log", "slurm-123.out", "results.txt", "log_rank0.txt"):
        (run,) = join([log(f"runs/lr1en3/{name}", "0.1")])
        assert run.name == "lr1en3", name
        assert run.id == "runs/lr1en3"


def test_a_log_with_a_name_of_its_own_is_a_run() -> None:
    runs = join([log("logs/fcos_r50.log", "0.1"), log("logs/fcos_r101.log", "0.2")])
    assert [run.name for run in runs] == ["fcos_r101", "fcos_r50"]


def test_a_log_and_its_json_twin_are_one_run() -> None:
    (run,) = join([log("logs/fcos_r50.log", "0.1"), log("logs/fcos_r50.log.json", "0.1")])
    assert run.files == ("logs/fcos_r50.log", "logs/fcos_r50.log.json")


def test_a_run_without_a_result_is_no_experiment() -> None:
    assert join([log("runs/a/log.txt")]) == ()


def test_a_run_name_tells_settings_and_the_log_holds_against_it() -> None:
    fragment = log("runs/Baseline_lr1en3_191210/log.txt", "0.1")
    (run,) = join([fragment])
    assert run.value("lr") == 1e-3
    setting = Setting("lr", 0.02, "0.02", Where("runs/Baseline_lr1en3_191210/log.txt", 9))
    said = replace(fragment, segments=(replace(fragment.segments[0], settings=(setting,)),))
    (run,) = join([said])
    assert run.value("lr") == 0.02


def test_a_note_and_the_run_that_it_cites_become_one_experiment() -> None:
    (joined,) = join([note("note.md", claim("run/fcos/lr1en3", "0.292")), log("data/run/fcos/lr1en3/log.txt", "0.291")])
    assert [(e.origin, e["AP"]) for e in joined.evaluations] == [("note", 0.292), ("log", 0.291)]
    result = joined.result()
    assert result is not None
    assert result["AP"] == 0.291
    assert joined.citation is not None
    assert joined.citation.found == "data/run/fcos/lr1en3"
    assert joined.files == ("note.md", "data/run/fcos/lr1en3/log.txt")


def test_a_citation_may_name_the_log_itself() -> None:
    (joined,) = join([note("n.md", claim("lr1en3/log.txt")), log("runs/lr1en3/log.txt", "0.1"), log("x/log.txt")])
    assert joined.citation is not None
    assert joined.citation.found == "runs/lr1en3"


def test_a_log_of_another_folder_is_not_meant_unless_its_name_is_one_of_a_kind() -> None:
    other, _ = join([log("runs/other/log.txt", "0.2"), note("note.md", claim("runs/lr1en3/log.txt"))])
    assert other.citation
    assert not other.citation.found
    (copied,) = join([log("copies/20211205_123234.log", "0.2"), note("note.md", claim("lr1en3/20211205_123234.log"))])
    assert copied.citation
    assert copied.citation.found == "copies"


def test_of_two_folders_of_one_name_the_nearer_one_is_meant() -> None:
    logs = [log("a/runs/lr1en3/log.txt", "0.1"), log("b/runs/lr1en3/log.txt", "0.2")]
    joined, other = join([note("b/note.md", claim("runs/lr1en3", path="b/note.md")), *logs])
    assert joined.citation is not None
    assert joined.citation.found == "b/runs/lr1en3"
    assert other.id == "a/runs/lr1en3"


def test_where_several_fit_equally_none_is_taken() -> None:
    logs = [log("a/lr1en3/log.txt", "0.1"), log("b/lr1en3/log.txt", "0.2")]
    joined, *others = join([note("note.md", claim("lr1en3")), *logs])
    assert joined.citation is not None
    assert joined.citation.found is None
    assert len(others) == 2


def test_an_experiment_that_bears_the_name_of_a_run_is_that_run() -> None:
    (joined,) = join([note("note.md", claim(None, name="lr1en3")), log("runs/lr1en3/log.txt", "0.1")])
    assert joined.files == ("note.md", "runs/lr1en3/log.txt")


def test_a_page_in_the_folder_of_a_run_that_has_its_numbers_is_of_that_run() -> None:
    logged = log("a/results/log.txt", "0.40437")
    for ap, count in (("0.4044", 1), ("0.404", 2), ("0.4111", 2)):  # three digits may be equal by chance
        page = claim(None, ap, "Final results", "a/results/README.md")
        assert len(join([note("a/results/README.md", page), logged])) == count
        elsewhere = claim(None, ap, "Final results", "a/README.md")
        assert len(join([note("a/README.md", elsewhere), logged])) == 2


def test_a_plan_with_a_result_is_finished() -> None:
    plan = replace(claim("runs/lr1en3"), state="planned", evaluations=())
    (joined,) = join([note("note.md", plan), log("runs/lr1en3/log.txt", "0.1")])
    assert joined.state == "finished"


def test_order_is_that_of_the_note_then_runs_by_path() -> None:
    experiments = (claim(None, name="z"), claim(None, name="a"))
    joined = join([log("b/log.txt", "0.1"), note("note.md", *experiments), log("a/log.txt", "0.2")])
    assert [experiment.id for experiment in joined] == ["note.md#z", "note.md#a", "b"]
    assert joined[1].files == ("note.md", "a/log.txt")


def test_of_several_trainings_a_note_means_the_one_whose_numbers_it_quotes() -> None:
    logs = [log("a/run/log.txt", "0.387"), log("b/run/log.txt", "0.292")]
    quoting, _ = join([note("note.md", claim("run/log.txt", "0.292")), *logs])
    assert quoting.citation
    assert quoting.citation.found == "b/run"
    other, *_ = join([note("note.md", claim("run/log.txt", "0.1")), *logs])
    assert other.citation
    assert other.citation.found is None


def test_of_very_many_runs_a_number_tells_none() -> None:
    for count, found in ((SEVERAL, "run0/run"), (SEVERAL + 1, None)):
        logs = [log(f"run{number}/run/log.txt", "0.292" if number == 0 else "0.387") for number in range(count)]
        quoting, *_ = join([note("note.md", claim("run/log.txt", "0.292")), *logs])
        assert quoting.citation
        assert quoting.citation.found == found


@pytest.mark.parametrize(
    ("ticked", "state", "reason"),
    [(True, "finished", "as the note says; its log ends at 5 of 12"), (False, "stopped", "at 5 of 12")],
)
def test_a_person_who_ticks_a_run_that_was_cut_says_it_is_done_and_a_quoted_result_does_not(
    ticked: bool, state: str, reason: str
) -> None:
    cut = replace(evaluation("w/log.txt"), epoch=5, of=12)
    fragments = [
        note("note.md", replace(claim("w/log.txt"), ticked=ticked)),
        Fragment(source=Source("w/log.txt", "log"), segments=(Segment(evaluations=(cut,)),)),
    ]
    (found,) = join(fragments)
    assert (found.state, found.reason) == (state, reason)


def test_a_note_that_only_mentions_the_folder_of_one_run_means_that_run() -> None:
    told = replace(claim(None), mentions=("resnet50_2x", "run/lr1en3_191210"))
    (joined,) = join([note("note.md", told), log("run/lr1en3_191210/log.txt", "0.387")])
    assert joined.citation
    assert joined.citation.found == "run/lr1en3_191210"
    both = replace(told, mentions=("lr1en3_191210", "lr5en3_191211"))
    logs = [log(f"run/{name}/log.txt", "0.387") for name in both.mentions]
    assert len(join([note("note.md", both), *logs])) == 3


def test_two_notes_about_one_run_are_one_experiment_with_both_claims() -> None:
    first, later = (note(path, claim("run/a_1", ap, path=path)) for path, ap in (("1.md", "0.292"), ("2.md", "0.319")))
    (joined,) = join([first, later, log("run/a_1/log.txt", "0.292")])
    assert [(e.origin, e["AP"]) for e in joined.evaluations] == [("note", 0.292), ("note", 0.319), ("log", 0.292)]
    assert joined.files == ("1.md", "2.md", "run/a_1/log.txt")


def test_a_note_that_cites_one_run_twice_has_two_entries() -> None:
    twice = note("1.md", claim("run/a_1", "0.292", "A"), claim("run/a_1", "0.319", "B"))
    assert [each.name for each in join([twice, log("run/a_1/log.txt", "0.292")])] == ["A", "B"]


@pytest.mark.parametrize(("path", "count"), [("b/yolov5/notes.md", 1), ("notes.md", 1), ("a/yolov5/notes.md", 2)])
def test_a_path_that_every_project_has_is_that_of_the_notes_own_project(path: str, count: int) -> None:
    found = join([note(path, claim("runs/train/exp", path=path)), log("b/yolov5/runs/train/exp/log.txt", "0.2")])
    assert len(found) == count


def test_of_notes_on_one_run_that_which_says_that_it_was_stopped_knows_its_state_unless_one_is_ticked() -> None:
    stopped = replace(claim("w/log.txt"), state="stopped", reason="as the note says")
    quoted = claim("w/log.txt", path="table.md")
    for more, state in ((quoted, "stopped"), (replace(quoted, ticked=True), "finished")):
        (found,) = join([note("note.md", stopped), note("table.md", more), log("w/log.txt", "0.387")])
        assert found.state == state
