"""The search for equal and nearly equal results: fast, and the same as if each pair were compared."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.comparing.scores import vector
from fcosreport.evidence.equality import results, vectors
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Evaluation, Experiment, Metric, Records, Where
from fcosreport.rules.across_runs.near_duplicate_metrics import leaders_by_sorting, plain_leaders
from fcosreport.settings import Settings
from tests.conftest import GOOD

HERE = Where("log.txt", 1)
MOST = 2.000001
ROW = (292, 470, 308, 163, 325, 383, 270, 455, 490, 283, 539, 645)


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """Rows of 12 numbers, many of which differ in a few places by little, as copies do; some without ground truth."""
    random = Random(draw(st.integers()))
    values = draw(st.sampled_from([2, 3, 6, 600]))
    apart = draw(st.sampled_from([1, 2, 3]))
    missing = draw(st.sets(st.integers(0, 11), max_size=5))
    made: list[tuple[int, ...]] = []
    for _ in range(draw(st.integers(0, 80))):
        row = [number + apart * random.randrange(values) for number in ROW]
        if made and random.random() < 0.5:
            row = list(random.choice(made))
            for place in random.sample(range(12), random.randrange(6)):
                row[place] += random.choice((-3, -2, -1, 1, 2, 3))
        made.append(tuple(-1000 if place in missing and number % 3 else number for place, number in enumerate(row)))
    return sorted(set(made)) or [ROW]


@settings(deadline=None)  # the first example imports numpy
@given(rows(), st.sampled_from([0.0, MOST, 5.0, 1e9]))
def test_sorting_finds_what_comparing_each_pair_finds(made: list[tuple[int, ...]], most: float) -> None:
    assert leaders_by_sorting(made, most) == plain_leaders(made, most)


@settings(deadline=None)
@given(st.permutations(range(12)), st.lists(st.sampled_from([-2, -1, 1, 2]), min_size=4, max_size=4))
def test_a_pair_is_found_wherever_its_four_differences_stand(places: list[int], changes: list[int]) -> None:
    other = list(ROW)
    for place, change in zip(places, changes, strict=False):
        other[place] += change
    assert leaders_by_sorting(sorted([ROW, tuple(other)]), MOST) == [0, 0]
    other[places[4]] += 1
    assert leaders_by_sorting(sorted([ROW, tuple(other)]), MOST) == [0, 1]


def test_rows_that_hang_together_in_a_chain_are_one_group() -> None:
    chain = [(*ROW[:11], ROW[11] + 2 * step) for step in range(300)]
    assert set(leaders_by_sorting(chain, MOST)) == {0}
    assert leaders_by_sorting([chain[0], chain[2]], MOST) == [0, 1]


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


def sweep(*numbers: str) -> Records:
    """Runs with those results at learning rates of their own."""
    return records_of([{"bbox": text, "lr": (place + 1) / 1e4} for place, text in enumerate(numbers)])


def test_a_near_duplicate_among_hundreds_of_runs_is_found_and_nothing_else() -> None:
    random = Random(1)
    others = [" ".join(f"{random.uniform(0.05, 0.6):.3f}" for _ in range(12)) for _ in range(600)]
    near = GOOD.split()
    near[0] = f"{float(near[0]) + 0.001:.3f}"
    far = [f"{float(each) + 0.003:.3f}" for each in GOOD.split()]
    found = check(sweep(*others, GOOD, " ".join(near), " ".join(far)), Settings()).findings
    assert [(f.code, f.experiments) for f in found if f.code in ("FR401", "FR402")] == [("FR402", ("run601", "run602"))]


def test_one_result_of_all_runs_is_one_finding_of_bounded_length() -> None:
    (finding,) = (f for f in check(sweep(*[GOOD] * 700), Settings()).findings if f.code in ("FR401", "FR402"))
    assert len(finding.experiments) == 700
    assert "and 696 more share all 12" in finding.message
    assert max(map(len, (finding.message, *finding.explanations))) < 1000


def test_the_order_of_the_runs_changes_nothing() -> None:
    runs = sweep(*[GOOD] * 3, *[f"{GOOD[:-1]}{digit}" for digit in range(10)])
    assert check(replace(runs, experiments=runs.experiments[::-1]), Settings()) == check(runs, Settings())
