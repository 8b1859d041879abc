"""Small data sets, detections of a model that is right now and then, and runs of the trainer's form that print them.

Every number that a run prints is one that pycocotools gives when the test runs.
"""

import contextlib
import copy
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from fcosreport import pipeline
from fcosreport.report.report import Report

NAMES = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split()
WIDE, HIGH = 320, 240
Row = dict[str, Any]


def truth(images: int = 30, categories: int = 3, seed: int = 0, *, crowds: bool = False, masks: bool = False) -> Row:
    """Annotations; category ids have gaps, as COCO's have."""
    rng = np.random.default_rng(seed)
    kinds = [{"id": 3 * n + 2, "name": f"kind {n}"} for n in range(categories)]
    things: list[Row] = []
    for image in range(1, images + 1):
        for _ in range(int(rng.integers(1, 6))):
            box = _box(rng)
            kind = kinds[int(rng.integers(categories))]["id"]
            things.append(
                {
                    "id": len(things) + 1,
                    "image_id": image,
                    "category_id": kind,
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": int(crowds and rng.random() < 0.1),
                }
                | ({"segmentation": [corners(box)]} if masks else {})
            )
    shown = [{"id": n, "width": WIDE, "height": HIGH, "file_name": f"{n}.jpg"} for n in range(1, images + 1)]
    return {"images": shown, "categories": kinds, "annotations": things}


def detections(known: Row, seed: int = 0, noise: float = 5, extra: int = 5) -> list[Row]:
    """What a model finds: most objects, with boxes that are off by `noise` pixels, and up to `extra` things beside."""
    rng = np.random.default_rng(seed + 1000)
    kinds = [each["id"] for each in known["categories"]]
    rows: list[Row] = []
    for thing in known["annotations"]:
        if rng.random() < 0.8:
            x, y, w, h = (v + d for v, d in zip(thing["bbox"], rng.normal(0, noise, 4), strict=True))
            rows.append(_row(thing["image_id"], thing["category_id"], [x, y, max(w, 1), max(h, 1)], rng.beta(4, 2)))
    for image in known["images"]:
        for _ in range(int(rng.integers(extra + 1))):
            rows.append(_row(image["id"], kinds[int(rng.integers(len(kinds)))], _box(rng), rng.beta(2, 4)))
    return rows


def _box(rng: np.random.Generator) -> list[float]:
    w, h = rng.uniform(8, 140, 2)
    return [float(rng.uniform(0, WIDE - w)), float(rng.uniform(0, HIGH - h)), float(w), float(h)]


def corners(box: Sequence[float]) -> list[float]:
    x, y, w, h = box
    return [x, y, x + w, y, x + w, y + h, x, y + h]


def _row(image: int, kind: int, box: Sequence[float], score: float) -> Row:
    return {
        "image_id": image,
        "category_id": kind,
        "bbox": [round(float(value), 3) for value in box],
        "score": round(float(score), 6),
    }


def evaluated(known: Row, rows: list[Row], task: str = "bbox", **params: Any) -> dict[str, float]:
    """The 12 numbers of pycocotools."""
    with contextlib.redirect_stdout(io.StringIO()):
        work = _work(known, rows, task, params)
        work.summarize()
    return dict(zip(NAMES, map(float, work.stats), strict=False))  # of keypoints there are ten


def limited(known: Row, rows: list[Row], limit: int) -> dict[str, float]:
    """The precisions of pycocotools where so many detections an image count, as programs print them that set it."""
    with contextlib.redirect_stdout(io.StringIO()):
        precision = _work(known, rows, "bbox", {"maxDets": [1, 10, limit]}).eval["precision"][..., 0, 2]
    return {"AP": float(precision.mean()), "AP50": float(precision[0].mean()), "AP75": float(precision[5].mean())}


def _work(known: Row, rows: list[Row], task: str, params: Mapping[str, Any]) -> COCOeval:
    of_truth = COCO()
    of_truth.dataset = copy.deepcopy(known)
    of_truth.createIndex()
    work = COCOeval(of_truth, of_truth.loadRes(copy.deepcopy(rows)), task)
    for name, value in params.items():
        setattr(work.params, name, value)
    work.evaluate()
    work.accumulate()
    return work


def rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    """The numbers as a block of COCO prints them."""
    return {name: float(f"{value:.3f}") for name, value in numbers.items()}


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Study:
    """Runs in a folder that share their annotations."""

    def __init__(self, folder: Path, known: Row) -> None:
        self.folder, self.known = folder, known
        self.truth = self.write("instances_val.json", known)

    def write(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def run(
        self,
        name: str,
        rows: object,
        *printed: Mapping[str, float],
        lr: float = 0.01,
        task: str = "bbox",
        annotations: str | None = None,
        images: int | None = None,
        ended: str = "2026-01-01T09:00:00",
    ) -> None:
        """A run that evaluated itself and printed these numbers, in their order; `rows` are the predictions it left."""
        self.write(f"{name}/results/{task}.json", rows)
        data = {"val": self.truth.name, "val_sha256": annotations or sha(self.truth)}
        head = {"schema": "fcos-trainer/1", "run": name, "seed": 0, "settings": {"lr": lr}, "data": data}
        if images:
            data["val_images"] = images  # type: ignore[assignment]  # plain data
        events = [
            {"event": "evaluation", "iteration": 10 * number, "task": task, "metrics": numbers}
            for number, numbers in enumerate(printed, 1)
        ]
        lines = [head, *events, {"event": "status", "status": "finished", "time": ended}]
        self.write(f"{name}/metrics.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))

    def report(self, truth: Path | None = None) -> Report:
        """What `check --recompute` says of the runs."""
        with pipeline.opened(self.folder / "store.sqlite") as session:
            return session.collected([self.folder]).making_again(truth).report()
