"""Rows of the table stand with what they can be held against."""

from msgspec.structs import replace

from fcosreport.records import Evaluation, Experiment, Source, Where
from fcosreport.report.grouping import groups
from fcosreport.report.report import Report
from tests.baseline import baseline
from tests.renderers.rendering import report_of, run


def on(data: str, experiment: Experiment) -> Experiment:
    return replace(experiment, evaluations=tuple(replace(each, data_set=data) for each in experiment.evaluations))


def told_in(note: str, heading: str, experiment: Experiment) -> Experiment:
    return replace(experiment, where=Where(note, 1), group=heading, title=heading)


def seen(report: Report) -> list[tuple[str, str, str]]:
    return [
        (each.title, each.data, " ".join(e.name for e in each.experiments))
        for each in groups(report, report.experiments)
    ]


def best(report: Report) -> list[list[str]]:
    return [sorted(name for _, name in each.leaders) for each in groups(report, report.experiments)]


def noted(*experiments: Experiment) -> Report:
    paths = dict.fromkeys(each.where.path for each in experiments)
    return replace(report_of(*experiments), sources=tuple(Source(path, "note") for path in paths))


def test_one_note_is_one_group_without_a_title() -> None:
    assert [(each[0], each[2].count("Baseline")) for each in seen(baseline())] == [("", 3)]


def test_results_on_different_data_are_apart_each_with_its_best() -> None:
    report = report_of(
        on("val2017", run("a", "0.3")),
        on("own", run("b", "0.9")),
        on("val2017", run("c", "0.4")),
        on("own", run("d", "0.1")),
    )
    assert [each[2] for each in seen(report)] == ["a c", "b d"]
    assert seen(report)[1][1] == "own"
    assert best(report) == [["c"], ["b"]]


def test_what_is_alone_is_the_best_of_nothing() -> None:
    assert best(report_of(on("a", run("a", "0.3")), on("b", run("b", "0.4")), on("b", run("c", "0.5")))) == [[], ["c"]]


def test_notes_are_apart_and_so_are_the_headings_of_one_with_several_series() -> None:
    two = noted(*(told_in(note, note, run(f"{note}{n}", "0.3")) for note in ("x.md", "y.md") for n in range(2)))
    assert [each[0] for each in seen(two)] == ["x.md", "y.md"]
    series = noted(*(told_in("x.md", heading, run(f"{heading}{n}", "0.3")) for heading in "ab" for n in range(2)))
    assert [each[0] for each in seen(series)] == ["a", "b"]
    assert [each[0] for each in seen(noted(*series.experiments[:3]))] == [""]  # one series alone is no reason


def test_what_has_no_result_stands_with_the_others_of_its_note() -> None:
    planned = replace(run("p", "0"), state="planned", evaluations=())
    told = noted(*(told_in("x.md", "", each) for each in (run("a", "0.3"), planned)))
    assert [each[2] for each in seen(told)] == ["a p"]


def test_what_has_no_result_and_no_note_is_apart_unless_its_data_set_is_told() -> None:
    planned = replace(run("p", "0"), state="planned", evaluations=())
    known = replace(run("q", "0", val_data="own"), evaluations=())
    assert seen(report_of(on("own", run("a", "0.3")), planned, known)) == [("", "own", "a q"), ("no result", "", "p")]
    assert [each[2] for each in seen(report_of(planned))] == ["p"]


def test_a_group_says_what_is_unusual_of_its_data() -> None:
    lvis = Evaluation(
        "bbox", run("a", "0.3").evaluations[0].metrics, Where("a", 1), family="lvis", split="test", augmented=True
    )
    assert seen(report_of(replace(run("a", "0.3"), evaluations=(lvis,))))[0][1] == "lvis, test, TTA"
