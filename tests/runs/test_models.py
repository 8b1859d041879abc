"""A file that evaluates several models tells of several runs; one that trains a model tells of one."""

from msgspec.structs import replace

from fcosreport.records import Evaluation, Segment, Setting, Where
from tests.runs.test_joining import log, result, runs, training


def of(weights: str, line: int, ap: str) -> Evaluation:
    return replace(result("eval.txt", line, ap), weights=weights)


def test_each_model_that_is_evaluated_is_a_run_and_what_names_none_is_another() -> None:
    found = (of("small", 1, "0.3"), of("large", 5, "0.4"), of("small", 9, "0.31"), of("", 12, "0.2"))
    assert [
        (run.name, [each["AP"] for each in run.evaluations])
        for run in runs(log("eval.txt", Segment(evaluations=found)))
    ] == [
        ("eval", [0.2]),
        ("eval (small)", [0.3, 0.31]),
        ("eval (large)", [0.4]),
    ]


def test_plain_and_averaged_weights_and_those_of_one_training_are_of_one_run() -> None:
    found = (of("small", 1, "0.3"), of("ema", 5, "0.4"), of("", 6, "0.2"))
    assert [run.name for run in runs(log("eval.txt", Segment(evaluations=found)))] == ["eval"]
    trained = replace(training("eval.txt", 20, 400), evaluations=(of("small", 30, "0.3"), of("large", 40, "0.4")))
    assert [run.name for run in runs(log("eval.txt", trained))] == ["eval"]


def test_a_log_that_evaluates_other_weights_below_tells_of_two_runs() -> None:
    def launch(line: int, weights: str) -> Segment:
        named = Setting("weights", weights, weights, Where("console.log", line))
        return Segment(line=line, evaluations=(result("console.log", line + 5, "0.3"),), settings=(named,))

    assert [run.name for run in runs(log("console.log", launch(1, "a.pth"), launch(20, "b.pth")))] == [
        "console (from line 1)",
        "console (from line 20)",
    ]
    (one,) = runs(log("console.log", launch(1, "a.pth"), launch(20, "a.pth")))
    assert len(one.evaluations) == 2
