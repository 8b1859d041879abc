"""The 12 numbers that COCO's evaluation makes of detections."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools.cocoeval import COCOeval

NAMES = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split()
"""What the 12 numbers are called, in the order of COCO."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The 12 numbers by name and the AP of each category, as fractions; -1 where there is no ground truth.

    `lines` are the block that pycocotools prints; `evaluator` is which matched the detections, as hotcoco.
    """

    numbers: dict[str, float]
    per_class: dict[str, float]
    lines: list[str]
    evaluator: str

    @property
    def by_class(self) -> list[str]:
        """The AP of each category, the best first."""
        ranked = sorted(self.per_class.items(), key=lambda each: -each[1])
        return [f"  {name}: {value:0.3f}" for name, value in ranked]


def score(truth: Path, results: Sequence[dict[str, Any]], task: str, evaluator: str) -> Scores:
    """COCO's evaluation of `results` against the annotations at `truth`, summed up by pycocotools.

    Where hotcoco is not installed, pycocotools does all the work: the numbers are the same.
    """
    named = "hotcoco" if evaluator == "hotcoco" and find_spec("hotcoco") else "pycocotools"
    coco, engine = (import_module(name) for name in _MODULES[named])
    with redirect_stdout(io.StringIO()) as printed:
        known = coco.COCO(str(truth))
        if results:
            found = known.loadRes(list(results))
        else:  # loadRes looks at the first
            found = coco.COCO()
            found.dataset = {**known.dataset, "annotations": []}
            found.createIndex()
        work, summary = engine.COCOeval(known, found, task), COCOeval(iouType=task)
        work.evaluate()
        work.accumulate()
        summary.eval = {name: np.asarray(work.eval[name]) for name in ("precision", "recall")}
        summary.summarize()
    precision = summary.eval["precision"][:, :, :, 0, -1]  # IoU, recall, category; all areas, 100 detections
    names = {each["id"]: str(each["name"]) for each in known.dataset["categories"]}
    per_class = {}
    for index, number in enumerate(work.params.catIds):
        values = precision[:, :, index]
        values = values[values > -1]
        per_class[names[number]] = float(values.mean()) if len(values) else -1.0
    numbers = dict(zip(NAMES, summary.stats.tolist(), strict=True))
    return Scores(numbers, per_class, printed.getvalue().splitlines()[-len(NAMES) :], named)


_MODULES = {"hotcoco": ("hotcoco", "hotcoco"), "pycocotools": ("pycocotools.coco", "pycocotools.cocoeval")}
"""Where COCO is, and COCOeval."""
