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

_ROWS = [("AP", "0.50:0.95", "all", 100), ("AP", "0.50", "all", 100), ("AP", "0.75", "all", 100)]
_ROWS += [("AP", "0.50:0.95", area, 100) for area in ("small", "medium", "large")]
_ROWS += [("AR", "0.50:0.95", "all", most) for most in (1, 10, 100)]
_ROWS += [("AR", "0.50:0.95", area, 100) for area in ("small", "medium", "large")]
NAMES = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split()
"""What the 12 numbers are called, in the order of COCO."""
_TITLES = {"AP": "Average Precision  (AP)", "AR": "Average Recall     (AR)"}


@dataclass(frozen=True, slots=True)
class Scores:
    """The 12 numbers by name and the AP of each category, as fractions; -1 where there is no ground truth.

    `evaluator`: which made them, as hotcoco.
    """

    numbers: dict[str, float]
    per_class: dict[str, float]
    evaluator: str

    @property
    def lines(self) -> list[str]:
        """The block as pycocotools prints it."""
        return [
            f" {_TITLES[kind]} @[ IoU={iou:<9} | area={area:>6} | maxDets={most:>3} ] = {value:0.3f}"
            for (kind, iou, area, most), value in zip(_ROWS, self.numbers.values(), strict=True)
        ]

    @property
    def by_class(self) -> list[str]:
        """The AP of each category, the best first."""
        ranked = sorted(self.per_class.items(), key=lambda each: -each[1])
        return [f"  {name}: {value:0.3f}" for name, value in ranked]


def score(truth: Path, results: Sequence[dict[str, Any]], task: str, evaluator: str) -> Scores:
    """COCO's evaluation of `results` against the annotations at `truth`.

    Where hotcoco is not installed, pycocotools does the work: the numbers are the same.
    """
    module, engine = _modules(evaluator)
    with redirect_stdout(io.StringIO()):  # they print how long each step took
        known = module.COCO(str(truth))
        if results:
            found = known.loadRes(list(results))
        else:  # loadRes looks at the first
            found = module.COCO()
            found.dataset = {**known.dataset, "annotations": []}
            found.createIndex()
        work = engine.COCOeval(known, found, task)
        work.evaluate()
        work.accumulate()
        work.summarize()
    numbers = dict(zip(NAMES, (float(value) for value in work.stats), strict=True))
    precision = np.asarray(work.eval["precision"])[:, :, :, 0, -1]  # IoU, recall, category; all areas, 100 detections
    names = {each["id"]: str(each["name"]) for each in known.dataset["categories"]}
    per_class = {}
    for index, number in enumerate(work.params.catIds):
        values = precision[:, :, index]
        values = values[values > -1]
        per_class[names[number]] = float(values.mean()) if len(values) else -1.0
    return Scores(numbers, per_class, module.__name__.partition(".")[0])


def _modules(evaluator: str) -> tuple[Any, Any]:
    """Where COCO is, and COCOeval."""
    if evaluator == "hotcoco" and find_spec("hotcoco"):
        return import_module("hotcoco"), import_module("hotcoco")
    return import_module("pycocotools.coco"), import_module("pycocotools.cocoeval")
