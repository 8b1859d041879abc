"""The search for equal and nearly equal results among very many: quick, complete, and told in few words."""

import random
import sys
import time
from random import Random

import pytest
from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import rules
from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Finding, Metric, Records, Setting, Where
from fcosreport.settings import Settings
from tests.conftest import GOOD


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


def test_duplicates_are_found_among_a_hundred_thousand_experiments(capsys: pytest.CaptureFixture[str]) -> None:
    experiments = [_random(number) for number in range(100_000)]
    near = tuple(m if m.name != "AP75" else _metric("AP75", (m.value or 0) + 0.001) for m in _metrics(experiments[50]))
    experiments.append(_experiment(100_000, _metrics(experiments[7])))
    experiments.append(_experiment(100_001, near))
    records = Records(tuple(experiments))
    for code, expected in (("FR401", ("7", "100000")), ("FR402", ("50", "100001"))):
        (rule,) = (rule for rule in rules() if rule.code == code)
        start = time.perf_counter()
        findings = [each for each in rule.run(records, Settings()) if isinstance(each, Finding)]
        assert [finding.experiments for finding in findings] == [expected]
        with capsys.disabled():
            sys.stdout.write(f"\n{rule.name}: {len(experiments):,} experiments, {time.perf_counter() - start:.1f} s\n")


def test_one_vector_in_twenty_thousand_experiments_is_one_finding() -> None:
    metrics = _metrics(_random(1))
    records = Records(tuple(_experiment(number, metrics) for number in range(20_000)))
    (finding,) = check(records, Settings()).findings
    assert len(finding.experiments) == 20_000
    assert len(finding.message) < 500


def _random(number: int) -> Experiment:
    chaos = random.Random(number)
    ap = chaos.uniform(0.2, 0.5)
    shape = (1, 1.55, 1.07, 0.55, 1.1, 1.3, 0.85, 1.3, 1.37, 0.8, 1.5, 1.85)
    values = (ap * factor * chaos.uniform(0.8, 1.2) for factor in shape)
    return _experiment(number, tuple(map(_metric, COCO_METRICS, values)))


def _metric(name: str, value: float) -> Metric:
    return Metric(name, round(value, 3), f"{value:.3f}")


def _metrics(experiment: Experiment) -> tuple[Metric, ...]:
    return experiment.evaluations[0].metrics


def _experiment(number: int, metrics: tuple[Metric, ...]) -> Experiment:
    where = Where("runs", number)
    seed = Setting("seed", number, str(number), where)
    evaluations = (Evaluation("bbox", metrics, where),)
    return Experiment(
        id=str(number), name=f"run{number}", state="finished", where=where, settings=(seed,), evaluations=evaluations
    )
