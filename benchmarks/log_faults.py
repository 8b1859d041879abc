"""Faults in the course of a training, planted in the lines of its log; and a plan whose settings do not fit."""

import re
from collections.abc import Sequence
from random import Random

from benchmarks.checking import Tree
from benchmarks.clean_runs import Run

Pair = tuple[Tree, Tree]
"""The files of a clean folder, and those of the same folder with the fault."""


def repeated(random: Random, runs: Sequence[Run]) -> Pair | None:
    """The last evaluation of a JSON log printed for the three last epochs."""
    run = random.choice(runs)
    pattern = r'("test_coco_eval_bbox": )\[[^\]]*\]|("bbox_mAP": .*"bbox_mAP_copypaste": "[^"]*")'
    found = list(re.finditer(pattern, run.text))
    if len(found) < 3 or run.last.get("AP", 0) < 0.01:  # type: ignore[operator]  # a manifest's AP is a number
        return None
    if any(re.search(r'"epoch": ?[01],', line) for line in run.text[found[-3].end() :].splitlines()[1:]):
        return None  # another training begins between them
    text = run.text
    for match in reversed(found[-3:-1]):
        text = text[: match.start()] + found[-1][0] + text[match.end() :]
    return {run.place: run.text}, {run.place: text}


def lr_in_name(random: Random, runs: Sequence[Run]) -> Pair | None:
    """The folder is named after another learning rate than the log's."""
    run = random.choice([run for run in runs if run.is_log])
    lr = run.hyper.get("lr")
    if not lr:
        return None
    wrong = random.choice([lr * 2, lr / 2, lr * 10, lr / 10])
    return tuple({f"fcos_lr{value:.8g}/{run.plain_name}": run.text} for value in (lr, wrong))  # type: ignore[return-value]


def nan_loss(random: Random, runs: Sequence[Run]) -> Pair | None:
    """The total loss is nan from a place in the middle half of the log on, up to its end."""
    run = random.choice(runs)
    pattern = r'((?:\b(?:total_)?loss: |"(?:train_)?(?:total_)?loss": ))\d+\.\d+(?:( \()\d+\.\d+(\)))?'
    losses = list(re.finditer(pattern, run.text))
    if len(losses) < 20 or not run.is_log or not run.last:
        return None
    at = losses[random.randrange(len(losses) // 4, len(losses) * 3 // 4)].start()
    nan = "NaN" if run.text.lstrip().startswith("{") else "nan"

    def with_nan(loss: re.Match[str]) -> str:
        return f"{loss[1]}{nan}{loss[2]}{nan}{loss[3]}" if loss[2] else f"{loss[1]}{nan}"

    return {run.place: run.text}, {run.place: run.text[:at] + re.sub(pattern, with_nan, run.text[at:])}


def _last_epoch(text: str) -> int:
    found = re.finditer(r'Epoch ?\[(\d+)\]|"epoch": ?(\d+)', text)
    return max((int(each[1] or each[2]) for each in found), default=0)


def cut(random: Random, runs: Sequence[Run]) -> Pair | None:
    """The log ends behind an evaluation, with less than 80 % of its epochs begun."""
    run = random.choice([run for run in runs if run.is_log])
    evaluations = list(re.finditer(r"bbox_mAP_copypaste[^\n]*\n|copypaste: \d[^\n]*\n", run.text))
    epochs = run.hyper.get("max_epochs") or run.hyper.get("epochs") or 0
    early = [match for match in evaluations if _last_epoch(run.text[: match.end()]) < 0.8 * epochs]
    if not early:
        return None
    return {run.place: run.text}, {run.place: run.text[: random.choice(early).end()]}


def lr_of_batch(random: Random, runs: Sequence[Run]) -> Pair | None:
    """A planned training whose learning rate is far from what its batch size asks for."""
    detector, reference = random.choice([("FCOS", 0.01), ("RetinaNet", 0.01), ("Mask R-CNN", 0.02)])

    def note(lr: float, batch: int) -> Tree:
        return {"note.md": f"# {detector} R50\n\n- lr = {lr:.8g}\n- batch size = {batch}\n- [ ] to be run\n"}

    batch = random.choice([2, 4, 8, 16, 32])
    right = reference * batch / 16
    return note(right, batch), note(right * random.choice([1 / 8, 1 / 4, 3, 4, 10]), batch)
