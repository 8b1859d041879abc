"""Runs with results, for the search for duplicates."""

from random import Random

from benchmarks.trees import SEED
from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Metric, Setting, Where


def experiments(count: int) -> tuple[Experiment, ...]:
    """Runs of which one in a hundred has the numbers of another."""
    random = Random(SEED)
    made: list[Experiment] = []
    for number in range(count):
        where = Where(f"runs/{number:06}/log.txt", 9)
        metrics = tuple(_metric(name, random.uniform(0.05, 0.6)) for name in COCO_METRICS)
        if number % 100 == 99:
            metrics = made[-50].evaluations[0].metrics
        made.append(
            Experiment(
                id=f"{number:06}",
                name=f"run_{number:06}",
                state="finished",
                where=where,
                settings=(Setting("lr", (number % 97 + 1) / 1e4, f"{(number % 97 + 1) / 1e4}", where),),
                evaluations=(Evaluation("bbox", metrics, where),),
                files=(where.path,),
            )
        )
    return tuple(made)


def _metric(name: str, value: float) -> Metric:
    text = f"{value:.3f}"
    return Metric(name, float(text), text)
