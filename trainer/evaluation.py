"""The detections of a model, in COCO's format."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pycocotools import mask as rle
from torch import Tensor, nn
from torch.utils.data import DataLoader

from trainer.data import Images, Split, Target, batches_of, left_alone, load
from trainer.errors import TrainerError
from trainer.files import read_checkpoint, written_whole
from trainer.journal import Journal, events, told
from trainer.model import build, labels_of
from trainer.pictures import draw
from trainer.processes import Team, joined
from trainer.scoring import report, results_path, tasks
from trainer.settings import Settings, settings_of


def evaluate(checkpoint: Path, folder: Path | None = None, changes: Mapping[str, Any] | None = None) -> None:
    """Evaluate a checkpoint with the settings it was trained with, but for `changes`.

    The log and the results go to `folder`, by default beside the run of the checkpoint, never into that of a run.
    """
    content = read_checkpoint(checkpoint)
    if not {"settings", "categories", "model", "iteration"} <= content.keys():
        raise TrainerError(f"{checkpoint} is not a checkpoint of this trainer. Load its weights with train --init.")
    settings = replace(settings_of(content["settings"], str(checkpoint)), **(changes or {}))
    run, data = checkpoint.absolute().parent, Path(settings.data).name.replace(":", "-")
    folder = folder or run.with_name(f"{run.name}-on-{data}")
    with joined(settings.threads) as team:
        team.agreed(lambda: _check_free(folder))
        split = load(settings.data, "val", settings.mask, team)
        if split.categories != content["categories"]:
            raise TrainerError(f"{split.path} has other categories than those that {checkpoint} was trained on.")
        model = build(settings, split.categories, load_init=False)
        model.load_state_dict(content["model"])
        journal = Journal(folder, team.main)
        with told(journal) as clock:
            clock.iteration = content["iteration"]
            declared = settings.declared(team.size, team.on_gpu)
            journal.began(settings.seed, declared, split.described(), team.described())
            predict(model.to(team.device), split, settings, team, folder)
            if team.main:
                report(journal, split, settings, clock.iteration, checkpoint, team.precision(settings.amp))
                draw(split, folder, settings.pictures)


def _check_free(folder: Path) -> None:
    if events(folder):
        raise TrainerError(f"{folder} holds a run. Name another folder with --output.")


def moved(images: Sequence[Tensor], device: torch.device) -> list[Tensor]:
    """The pictures on their device, from bytes to numbers between 0 and 1."""
    return [image.to(device, non_blocking=True).float() / 255 for image in images]


def columns(batch: list[tuple[Tensor, Target]]) -> tuple[list[Tensor], list[Target]]:
    """A batch as two lists: its images differ in size and cannot be stacked before they are resized."""
    return [image for image, _ in batch], [target for _, target in batch]


@torch.inference_mode()
def predict(model: nn.Module, split: Split, settings: Settings, team: Team, folder: Path) -> None:
    """Write the detections of all images into `folder`/results.

    Batches are dealt out whole, so that several processes find exactly what one finds, each image once.
    """
    model.eval()
    team.align(model)
    labels = labels_of(split.categories, settings.init)
    categories = {label: number for number, label in labels.items()}
    size, count = settings.test_batch_size, len(split)
    batches = [[(n, False) for n in range(start, min(start + size, count))] for start in range(0, count, size)]
    mine = list(enumerate(batches))[team.rank :: team.size]
    data = Images(split, labels, masks=False)
    loader = DataLoader(
        data,
        batch_sampler=[batch for _, batch in mine],
        num_workers=settings.workers,
        worker_init_fn=left_alone,
        collate_fn=columns,
        pin_memory=team.on_gpu,
    )
    found: list[tuple[int, dict[str, list[dict[str, Any]]]]] = []
    with batches_of(loader) as stream:
        for (number, batch), (images, _) in zip(mine, stream, strict=True):
            with team.autocast(settings.amp):
                detections = model(moved(images, team.device))
            ids = [int(split.ids[index]) for index, _ in batch]
            found.append((number, _results(detections, ids, categories, tasks(settings))))
    merged = sorted((each for part in team.gathered(found) for each in part), key=lambda each: each[0])
    for task in tasks(settings) if team.main else ():
        with written_whole(results_path(folder, task)) as file:
            file.write(json.dumps([row for _, rows in merged for row in rows[task]]).encode())


def _results(
    detections: list[Target], ids: list[int], categories: dict[int, int], wanted: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {task: [] for task in wanted}
    for number, each in zip(ids, detections, strict=True):
        sides = torch.cat((each["boxes"][:, :2], each["boxes"][:, 2:] - each["boxes"][:, :2]), 1)
        columns = (each["labels"].tolist(), each["scores"].tolist(), sides.tolist())
        masks = each["masks"][:, 0].gt(0.5).byte().permute(1, 2, 0).cpu().numpy() if "segm" in wanted else None
        for index, (label, score, box) in enumerate(zip(*columns, strict=True)):
            if label not in categories:  # an output of torchvision's model of COCO that has no category
                continue
            row = {"image_id": number, "category_id": categories[label], "score": round(score, 6)}
            rows["bbox"].append(row | {"bbox": [round(value, 3) for value in box]})
            if masks is not None:
                code = rle.encode(np.asfortranarray(masks[:, :, index]))
                rows["segm"].append(row | {"segmentation": {**code, "counts": code["counts"].decode()}})
    return rows
