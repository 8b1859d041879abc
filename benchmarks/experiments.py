"""Runs with names, settings, results and curves, as a laboratory's sweeps leave them, for the rules."""

from array import array
from collections import deque
from collections.abc import Iterator
from random import Random

from benchmarks.trees import SEED
from fcosreport.records import COCO_METRICS, Curve, Evaluation, Event, Experiment, Metric, Setting, Where

_MEANS = (0.38, 0.57, 0.41, 0.22, 0.42, 0.50, 0.32, 0.53, 0.57, 0.37, 0.61, 0.72)
_BACKBONES = ("R-50-FPN", "R-101-FPN", "X-101-FPN")
_NORMS = ("bn", "syncbn", "frozen", "gn")


def experiments(count: int, equal: float = 0.05, near: float = 0.02) -> tuple[Experiment, ...]:
    """Runs of which the share `equal` has all numbers of another, and the share `near` all but a few.

    Each 200 of them vary one configuration, and their results by 0.4 points of AP.
    """
    return tuple(runs(count, equal, near))


def runs(count: int, equal: float, near: float) -> Iterator[Experiment]:
    """The same, one by one; a run is equal or near to one of the thousand before it."""
    random = Random(SEED)
    centres = [[random.gauss(mean, 0.02) for mean in _MEANS] for _ in range(count // 200 + 1)]
    made: deque[tuple[Metric, ...]] = deque(maxlen=1000)
    for number in range(count):
        metrics = _metrics([random.gauss(centre, 0.004) for centre in random.choice(centres)])
        kind = random.random()
        if made and kind < equal + near:
            metrics = random.choice(made)
        if equal <= kind < equal + near:
            values = [metric.value or 0.0 for metric in metrics]
            for place in random.sample(range(3), random.randint(1, 3)):
                values[place] += random.choice((-0.001, 0.001, 0.002))
            metrics = _metrics(values)
        made.append(metrics)
        yield _experiment(number, random, metrics)


def _experiment(number: int, random: Random, metrics: tuple[Metric, ...]) -> Experiment:
    lr, batch, epochs = random.choice((0.001, 0.0025, 0.005, 0.01)), random.choice((8, 16, 32)), random.choice((12, 24))
    backbone, norm, seed = random.choice(_BACKBONES), random.choice(_NORMS), random.randrange(10)
    name = f"fcos_{backbone.replace('-', '_')}_{epochs // 12}x_{norm}_lr{lr:g}_bs{batch}_seed{seed}_{number:06}"
    path = f"runs/{number % 997:03}/{name}/log.txt"
    declared = {
        **{"lr": lr, "train_batch_size": batch, "images_per_gpu": batch // 8, "gpus": 8, "epochs": epochs},
        **{"seed": seed, "backbone": backbone, "norm": norm, "optimizer": "sgd", "momentum": 0.9},
        **{"weights": f"pretrained/{backbone}.pth", "init": "imagenet", "train_data": "coco_2017_train"},
    }
    early = _metrics([(metric.value or 0.0) - 0.03 for metric in metrics])
    losses = array("d", ((2 - step / 100) * random.gauss(1, 0.05) for step in range(32)))
    rates = array("d", (lr * min(1, (step + 10) / 30) for step in range(32)))
    curves = [
        Curve(
            key,
            "iteration",
            4500,
            20,
            90_000,
            *(head[0], head[-1], min(head), max(head)),
            Where(path, 90),
            head.tobytes(),
        )
        for key, head in (("loss", losses), ("lr", rates))
    ]
    return Experiment(
        id=path.removesuffix("/log.txt"),
        name=name,
        state="finished",
        where=Where(path, 1),
        settings=tuple(Setting(key, value, str(value), Where(path, 12)) for key, value in declared.items()),
        evaluations=(
            Evaluation("bbox", early, Where(path, 5_000), epoch=epochs // 2),
            Evaluation("bbox", metrics, Where(path, 9_000), epoch=epochs),
        ),
        events=(Event("started", "start", Where(path, 1)), Event("finished", "done", Where(path, 9_100))),
        curves=tuple(curves),
        began=f"2019-12-09T{number % 24:02}:{number % 60:02}",
        files=(path,),
    )


def _metrics(values: list[float]) -> tuple[Metric, ...]:
    texts = [f"{value:.3f}" for value in values]
    return tuple(Metric(name, float(text), text) for name, text in zip(COCO_METRICS, texts, strict=True))
