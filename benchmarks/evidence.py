"""`python -m benchmarks evidence`: what it costs to make numbers again, and how honest the interval is.

`time` makes a set of 5,000 images with 100 detections each and recomputes it. `interval` draws data sets of which the
true difference of two models is known, and counts how often the interval holds it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from math import sqrt
from pathlib import Path

import numpy as np

from fcosreport.recomputing.matching import IOUS, Matched
from fcosreport.recomputing.predictions import Floats, Integers
from fcosreport.recomputing.resampling import aps, draws

SIDE, CLASSES = 640, 80
_NAMES = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split()
_BETTER = 0.25  # skill that the better model has beside the other two


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for, and print it as a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks evidence", description=__doc__)
    parser.add_argument("part", choices=("time", "interval"))
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--classes", type=int, default=CLASSES, help="of interval (default: 80)")
    parser.add_argument("--sets", type=int, default=100, help="data sets that interval draws (default: 100)")
    given = parser.parse_args(arguments)
    if given.part == "time":
        _time(given.images)
    else:
        _interval(given.images, given.classes, given.sets)


def _time(images: int) -> None:
    """The command as a user runs it, on a run that prints what its predictions give."""
    with tempfile.TemporaryDirectory(prefix="fcosreport_evidence_") as folder:
        _make(Path(folder), images, np.random.default_rng(0))
        _print_numbers(Path(folder), dict.fromkeys(_NAMES, 0.5))
        told = subprocess.run(_command("first", "json"), cwd=folder, capture_output=True, env=_environment()).stdout
        _print_numbers(Path(folder), json.loads(told)[0]["metrics"])
        print("| run | wall | CPU | memory |\n|---|---:|---:|---:|")
        for name, form in (("evaluated", "text"), ("looked up", "text"), ("with where AP is lost", "json")):
            wall = time.perf_counter()
            process = subprocess.Popen(
                _command("then", form), cwd=folder, stdout=subprocess.DEVNULL, env=_environment()
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - wall
            assert os.waitstatus_to_exitcode(status) == 0, status
            cpu = used.ru_utime + used.ru_stime
            print(f"| {name} | {wall:.1f} s | {cpu:.1f} s | {used.ru_maxrss / 2**20:.2f} GB |")


def _command(store: str, form: str) -> list[str]:
    return [sys.executable, "-m", "fcosreport", "recompute", "runs", "--store", f"{store}.sqlite", "--format", form]


def _print_numbers(folder: Path, numbers: dict[str, float]) -> None:
    head = {"schema": "fcos-trainer/1", "run": "one", "seed": 0}
    told = {"event": "evaluation", "iteration": 1, "task": "bbox", "metrics": numbers}
    (folder / "runs/one/metrics.jsonl").write_text(f"{json.dumps(head)}\n{json.dumps(told)}\n")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def _make(folder: Path, images: int, rng: np.random.Generator) -> None:
    """A run with 100 detections an image, of which a few are right, and its annotations."""
    run = folder / "runs" / "one"
    run.mkdir(parents=True)
    things = [
        {"id": n, "image_id": int(i), "category_id": int(c), "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
        for n, (i, c, box) in enumerate(_things(rng, images, 7), 1)
    ]
    shown = [{"id": n, "width": SIDE, "height": SIDE} for n in range(1, images + 1)]
    kinds = [{"id": n, "name": f"class {n}"} for n in range(1, CLASSES + 1)]
    truth = {"images": shown, "categories": kinds, "annotations": things}
    (folder / "runs" / "instances_val.json").write_text(json.dumps(truth))
    right = [(each["image_id"], each["category_id"], each["bbox"]) for each in things]
    scores = np.concatenate((rng.beta(4, 2, 7 * images), rng.beta(1, 6, 93 * images)))
    rows = [
        {"image_id": int(i), "category_id": int(c), "bbox": box, "score": round(float(score), 5)}
        for (i, c, box), score in zip((*right, *_things(rng, images, 93)), scores, strict=True)
    ]
    (run / "predictions.json").write_text(json.dumps(rows))


def _things(rng: np.random.Generator, images: int, each: int) -> Iterable[tuple[int, int, list[float]]]:
    """So many things on each image: their image, class and box."""
    ids = np.repeat(np.arange(1, images + 1), each)
    return zip(ids, rng.integers(1, CLASSES + 1, len(ids)), _boxes(rng, len(ids)), strict=True)


def _boxes(rng: np.random.Generator, count: int) -> list[list[float]]:
    sizes = rng.uniform(8, 200, (count, 2))
    places = rng.uniform(0, SIDE - sizes)
    boxes: list[list[float]] = np.concatenate((places, sizes), axis=1).round(2).tolist()
    return boxes


def _interval(images: int, classes: int, sets: int) -> None:
    """How often the interval misses no difference where there is none, and holds the true one where there is one."""
    rng = np.random.default_rng(images + classes)
    many = 20 * max(images, 5000)
    first, _, better = _models(np.random.default_rng(1), many, classes)
    whole = np.ones((1, many))
    true = float((aps(better, whole) - aps(first, whole))[0])
    ahead = behind = held = 0
    for _ in range(sets):
        weights = np.concatenate((np.ones((1, images)), draws(images, 200, int(rng.integers(2**32)))))
        one, other, better = (aps(each, weights) for each in _models(rng, images, classes))
        low, high = _reach(other - one)
        ahead, behind = ahead + (low > 0), behind + (high < 0)
        low, high = _reach(better - one)
        held += low <= true <= high
    told = (_share(count, sets) for count in (ahead, behind, held))
    print(f"| {images:,} | {classes} | {sets} | {' | '.join(told)} | {100 * true:.2f} |")


def _reach(points: Floats) -> tuple[float, float]:
    reach = 1.96 * float(points[1:].std(ddof=1))
    return float(points[0]) - reach, float(points[0]) + reach


def _share(count: int, of: int) -> str:
    share = count / of
    return f"{100 * share:.1f} ± {100 * sqrt(max(share * (1 - share), 1 / of) / of):.1f} %"


def _models(rng: np.random.Generator, images: int, classes: int) -> tuple[list[Matched], ...]:
    """Two models of equal skill and a better one on the same images: what is hard for one is hard for all."""
    count = rng.poisson(1.5, images)
    image = np.repeat(np.arange(images), count)
    kind = rng.integers(classes, size=len(image))
    ease = rng.normal(0, 1, images)[image] * 0.5 + rng.normal(0, 1, len(image))
    clutter = rng.gamma(2, 0.75, images)
    return tuple(_model(rng, image, kind, ease, clutter, classes, skill) for skill in (0, 0, _BETTER))


def _model(
    rng: np.random.Generator,
    image: Integers,
    kind: Integers,
    ease: Floats,
    clutter: Floats,
    classes: int,
    skill: float,
) -> list[Matched]:
    """The matches of one model: objects are met up to the IoU that its fit allows, clutter never is."""
    fit = ease + skill + rng.normal(0, 0.7, len(image))
    overlap = 1 / (1 + np.exp(-(fit + 1)))
    false = np.repeat(np.arange(len(clutter)), rng.poisson(clutter))
    places = np.concatenate((image, false))
    kinds = np.concatenate((kind, rng.integers(classes, size=len(false))))
    overlaps = np.concatenate((overlap, np.zeros(len(false))))
    scores = np.concatenate((fit + rng.normal(0, 0.5, len(fit)), rng.normal(-0.7, 0.8, len(false))))
    order = np.argsort(-scores, kind="stable")
    hits = overlaps[None, order] >= IOUS[:, None]
    made = []
    for number in range(classes):
        which = np.flatnonzero(kinds[order] == number)
        mine = hits[:, which]
        made.append(Matched(places[order][which], mine, np.zeros_like(mine), image[kind == number]))
    return made
