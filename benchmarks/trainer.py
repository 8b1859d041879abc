"""`python -m benchmarks.trainer`: the trainer beside torchvision's loop, and its evaluation beside pycocotools'.

Both loops train the same model on the same images in the same precision, and take turns in one run. torchvision's is
the `train_one_epoch` of its references/detection: it waits for the loss of every step to look whether it is finite.
"""

import argparse
import json
import math
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.clock import Work, side_by_side
from trainer.data import load
from trainer.evaluation import moved
from trainer.journal import Journal
from trainer.model import build
from trainer.processes import Team, joined
from trainer.scoring import score
from trainer.settings import SIZES, Settings, settings_of
from trainer.training import Training


def ours(settings: Settings, team: Team, folder: Path) -> Work:
    """Some iterations of the trainer."""
    splits = load(settings.data, "train"), load(settings.data, "val")
    model = build(settings, splits[0].categories)
    training = Training(settings, team, Journal(folder, main=False), model, *splits)

    def work() -> None:
        training.model.train()
        with training.batches() as stream:
            for iteration in range(1, settings.iterations + 1):
                training.step(iteration, stream)
        torch.stack(training.losses).cpu()
        training.losses.clear()

    return work


def torchvisions(settings: Settings, team: Team, folder: Path) -> Work:
    """As many iterations of torchvision's loop, with the same images."""
    splits = load(settings.data, "train"), load(settings.data, "val")
    model = build(settings, splits[0].categories).to(team.device)
    source = Training(settings, team, Journal(folder, main=False), model, *splits)
    model.to(memory_format=torch.contiguous_format)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=settings.lr, momentum=settings.momentum, weight_decay=1e-4)

    def work() -> None:
        model.train()
        with source.batches() as stream:
            for images, targets in islice(stream, settings.iterations):
                given = [{name: value.to(team.device) for name, value in each.items()} for each in targets]
                with torch.autocast(team.device.type, torch.bfloat16, enabled=settings.amp):
                    losses = torch.stack(list(model(moved(images, team.device), given).values())).sum()
                if not math.isfinite(losses.item()):
                    raise ArithmeticError("the loss is not finite")
                optimizer.zero_grad()
                losses.backward()  # type: ignore[no-untyped-call]
                optimizer.step()

    return work


def detections(images: int, folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    """Ground truth and 100 detections an image, drawn by chance, of 80 categories."""
    chance = np.random.default_rng(0)

    def box() -> list[float]:
        return [round(float(value), 2) for value in (*chance.uniform(0, 400, 2), *chance.uniform(4, 200, 2))]

    truth = [
        {"id": number, "image_id": number // 7, "category_id": number % 80, "bbox": (b := box()), "area": b[2] * b[3]}
        | {"iscrowd": 0}
        for number in range(1, images * 7)
    ]
    found = [
        {"image_id": image, "category_id": number % 80, "bbox": box(), "score": float(chance.random())}
        for image in range(images)
        for number in range(100)
    ]
    rows = [{"id": number, "width": 640, "height": 480, "file_name": "-"} for number in range(images)]
    categories = [{"id": number, "name": str(number)} for number in range(80)]
    path = folder / "truth.json"
    path.write_text(json.dumps({"images": rows, "annotations": truth, "categories": categories}))
    return path, found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both comparisons with where they were made."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trainer", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="gpu" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--data", default="shapes", help="a folder in COCO's layout, or shapes")
    parser.add_argument("--iterations", type=int, default=20, help="of a turn of the training")
    parser.add_argument("--images", type=int, default=500, help="of the evaluation")
    parser.add_argument("--runs", type=int, default=5, help="of which the median counts")
    given = parser.parse_args(arguments)
    own = {"data": given.data, "iterations": given.iterations, "init": "scratch", "norm": "bn"}
    settings = settings_of({**SIZES[given.size], **own, "amp": given.size == "gpu"}, "benchmark")
    with tempfile.TemporaryDirectory() as name, joined(settings.threads) as team:
        place = torch.cuda.get_device_name() if team.on_gpu else f"CPU, {torch.get_num_threads()} threads"
        precision = "bfloat16" if settings.amp else "float32"
        model = f"{settings.backbone}, {settings.image_size} pixels, batch {settings.train_batch_size}, {precision}"
        print(f"{place}; torch {torch.__version__}; {model}; medians of {given.runs} runs")
        works = {"trainer": ours, "torchvision's loop": torchvisions}
        times = side_by_side({each: make(settings, team, Path(name)) for each, make in works.items()}, given.runs)
        for each, time in times.items():
            print(f"{each}: {settings.iterations * settings.train_batch_size / time.wall:.1f} images/s")
        truth, found = detections(given.images, Path(name))
        engines: dict[str, Work] = {
            engine: lambda engine=engine: score(truth, found, "bbox", engine)  # type: ignore[misc]
            for engine in ("hotcoco", "pycocotools")
        }
        print(f"evaluation of {given.images} images with 100 detections each")
        for each, time in side_by_side(engines, given.runs).items():
            print(f"{each}: {time.wall:.2f} s")


if __name__ == "__main__":
    main()
