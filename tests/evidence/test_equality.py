"""The numbers of many evaluations at once are those of each."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.comparing.scores import vector
from fcosreport.evidence.equality import results, vectors
from fcosreport.records import Evaluation, Experiment, Metric, Where

HERE = Where("log.txt", 1)
NAMES = st.sampled_from(["AP", "AP50", "AR1", "AR100", "loss", "ARs"])
VALUES = st.one_of(st.none(), st.just(-1.0), st.sampled_from([0.0005, 0.0015, 38.7, 1.0, 1e9]), st.floats(-2, 1.001))
METRICS = st.lists(st.tuples(NAMES, VALUES), max_size=6)


@settings(deadline=None)
@given(st.lists(METRICS, min_size=1, max_size=8))
def test_many_vectors_are_those_of_each_evaluation(printed: Sequence[Sequence[tuple[str, float | None]]]) -> None:
    few = [
        Evaluation("bbox", tuple(Metric(name, value, str(value)) for name, value in metrics), HERE)
        for metrics in printed
    ]
    many = few * 501
    assert vectors(many) == [vector(each) for each in few] * 501


@given(st.lists(st.tuples(st.sampled_from(["bbox", "segm"]), st.booleans(), st.booleans()), max_size=8))
def test_the_results_are_those_that_each_experiment_tells(told: list[tuple[str, bool, bool]]) -> None:
    experiment = Experiment(
        id="run",
        name="run",
        state="finished",
        where=HERE,
        evaluations=tuple(
            Evaluation(task, (), Where("log.txt", line), "log" if logged else "note", category="cat" if one else None)
            for line, (task, logged, one) in enumerate(told)
        ),
    )
    assert [entry.evaluation for entry in results([experiment])] == [experiment.result(t) for t in experiment.tasks]
