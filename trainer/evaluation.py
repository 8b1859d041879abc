"""The detections of a model, in COCO's format, and what they are worth."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pycocotools import mask as rle
from torch import Tensor
from torchvision.ops import box_convert
from torchvision.transforms.functional import to_pil_image
from torchvision.utils import draw_bounding_boxes

from trainer.annotations import Split
from trainer.data import Images, Target, load, pixels
from trainer.errors import TrainerError
from trainer.files import read_checkpoint, sha256, written_whole
from trainer.journal import Journal, events, told
from trainer.model import Detector, build, labels_of
from trainer.processes import Team, joined
from trainer.scoring import score
from trainer.settings import Settings, settings_of

CHANGEABLE = "data test_batch_size amp score_threshold evaluator pictures workers threads".split()
"""The settings in which an evaluation may differ from the training."""
_LEAST = 0.3  # score of a detection that is drawn
_COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46f0f0", "#f032e6", "#ffe119")
Row = dict[str, Any]


def evaluate(checkpoint: Path, folder: Path | None = None, changes: Mapping[str, Any] | None = None) -> None:
    """Evaluate a checkpoint with the settings it was trained with, but for `changes`.

    The log and the results go to `folder`, by default beside the run of the checkpoint, never into that of a run.
    """
    content = read_checkpoint(checkpoint, "settings", "categories", "model", "iteration")
    settings = settings_of({**content["settings"], **(changes or {})}, str(checkpoint))
    run, data = checkpoint.absolute().parent, Path(settings.data).name.replace(":", "-")
    folder = folder or run.with_name(f"{run.name}-on-{data}")
    with joined(settings.threads) as team:
        if any(team.gathered(bool(events(folder)))):
            raise TrainerError(f"{folder} holds a run. Name another folder with --output.")
        split = load(settings.data, "val", settings.mask, team)
        if split.categories != content["categories"]:
            raise TrainerError(f"{split.path} has other categories than those that {checkpoint} was trained on.")
        model = build(settings, split.categories, load_init=False)
        model.load_state_dict(content["model"])
        journal = Journal(folder, team.main)
        with told(journal):
            journal.iteration = content["iteration"]
            journal.began(settings, split.described(), team)
            assess(model.to(team.device), checkpoint, split, settings, team, journal)


def tasks(settings: Settings) -> tuple[str, ...]:
    """What is evaluated."""
    return ("bbox", "segm") if settings.mask else ("bbox",)


def results_path(folder: Path, task: str) -> Path:
    """Where the detections of a run lie."""
    return folder / "results" / f"{task}.json"


def assess(model: Detector, weights: Path, split: Split, settings: Settings, team: Team, journal: Journal) -> None:
    """Predict, score and draw. `weights`: the checkpoint that holds those of the model."""
    predict(model, split, settings, team, journal.folder)
    if team.main:
        report(journal, split, settings, weights, team.precision(settings.amp))
        draw(split, journal.folder, settings.pictures)


def report(journal: Journal, split: Split, settings: Settings, weights: Path, precision: str) -> None:
    """Score the detections that lie in the run's results, and write down the numbers with all that made them."""
    made = ("data", "image_size", "score_threshold", "test_batch_size")
    about = {
        "iteration": journal.iteration,
        "data": split.described(),
        "images": len(split),
        "weights": weights.name,
        "checkpoint_sha256": sha256(weights),
        "settings": {name: getattr(settings, name) for name in made},
        "precision": precision,
    }
    for task in tasks(settings):
        path = results_path(journal.folder, task)
        results = json.loads(path.read_bytes())
        scores = score(split.path, results, task, settings.evaluator)
        count = f"{len(split)} images, {len(results)} results"
        journal.say(f"Evaluating {task} at iteration {journal.iteration}: {count}")
        journal.block([*scores.lines, f"{task} AP by class:", *scores.by_class])
        told = {"task": task, "metrics": scores.numbers, "per_class": scores.per_class, "evaluator": scores.evaluator}
        place = {"results": f"results/{task}.json", "results_sha256": sha256(path)}
        journal.event("evaluation", **told, **about, **place)


def moved(images: Sequence[Tensor], device: torch.device) -> list[Tensor]:
    """The pictures on their device, from bytes to numbers between 0 and 1."""
    return [image.to(device, non_blocking=True).float() / 255 for image in images]


@torch.inference_mode()
def predict(model: Detector, split: Split, settings: Settings, team: Team, folder: Path) -> None:
    """Write the detections of all images into `folder`/results.

    Batches are dealt out whole, so that several processes find exactly what one finds, each image once.
    """
    model.eval()
    team.align(model)
    labels, wanted = labels_of(split.categories, settings.init), tasks(settings)
    categories = {label: number for number, label in labels.items()}
    size, count = settings.test_batch_size, len(split)
    batches = [[(n, False) for n in range(start, min(start + size, count))] for start in range(0, count, size)]
    mine = batches[team.rank :: team.size]
    found: list[list[dict[str, list[Row]]]] = []
    with Images(split, labels, masks=False).batches(mine, settings.workers, team.on_gpu) as stream:
        for batch, (images, _) in zip(mine, stream, strict=True):
            with team.autocast(settings.amp):
                detections = model(moved(images, team.device))
            ids = split.ids[[index for index, _ in batch]].tolist()
            found.append([_rows(*each, categories, wanted) for each in zip(ids, detections, strict=True)])
    dealt = team.gathered(found)
    merged = [rows for n in range(len(batches)) for rows in dealt[n % team.size][n // team.size]]
    for task in wanted if team.main else ():
        with written_whole(results_path(folder, task)) as file:
            file.write(json.dumps([row for rows in merged for row in rows[task]]).encode())


def _rows(image: int, found: Target, categories: dict[int, int], wanted: Sequence[str]) -> dict[str, list[Row]]:
    """What was found on an image, by task."""
    rows: dict[str, list[Row]] = {task: [] for task in wanted}
    boxes = box_convert(found["boxes"], "xyxy", "xywh").tolist()
    masks = found["masks"][:, 0].gt(0.5).byte().cpu().numpy() if "segm" in wanted else None
    columns = zip(found["labels"].tolist(), found["scores"].tolist(), boxes, strict=True)
    for index, (label, sureness, box) in enumerate(columns):
        if label not in categories:  # an output of torchvision's model of COCO that has no category
            continue
        row = {"image_id": image, "category_id": categories[label], "score": round(sureness, 6)}
        rows["bbox"].append(row | {"bbox": [round(value, 3) for value in box]})
        if masks is not None:
            code = rle.encode(np.asfortranarray(masks[index]))
            rows["segm"].append(row | {"segmentation": {**code, "counts": code["counts"].decode()}})
    return rows


def draw(split: Split, folder: Path, count: int) -> None:
    """Draw the boxes on the first `count` images, into results/pictures; each file is called by its image's id."""
    found = json.loads(results_path(folder, "bbox").read_bytes()) if count else []
    for index, number in enumerate(split.ids[:count].tolist()):
        picture = pixels(split, index)
        if mine := [row for row in found if row["image_id"] == number and row["score"] >= _LEAST]:
            boxes = box_convert(torch.tensor([row["bbox"] for row in mine]), "xywh", "xyxy")
            labels = [f"{split.categories[row['category_id']]} {row['score']:.2f}" for row in mine]
            colours = [_COLOURS[row["category_id"] % len(_COLOURS)] for row in mine]
            picture = draw_bounding_boxes(picture, boxes, labels, colours, width=2)
        place = folder / "results" / "pictures" / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        to_pil_image(picture).save(place)
