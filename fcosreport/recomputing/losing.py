"""Where AP is lost at an IoU of 0.5, by hotcoco."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcosreport.records import Losses

_ERRORS = {
    "Cls": "lost by class",
    "Loc": "lost by place",
    "Both": "lost by class and place",
    "Dupe": "lost by doubles",
    "Bkg": "lost by background",
    "Miss": "lost by misses",
}
"""TIDE's six kinds of error, as they are told: the points of AP50 that each costs."""
_TOLD = (0.25, 0.5, 0.75)  # recalls at which the precision is told
_DRAWN = range(0, 101, 5)  # recalls in percent at which it is drawn
_AT_HALF = 0  # the first of COCO's IoUs


def losses(work: Any) -> Losses:
    """What an evaluation by hotcoco tells beside its metrics."""
    costs, calibration = work.tide_errors()["delta_ap"], work.calibration()
    curve = _curve(np.asarray(work.eval["precision"])[_AT_HALF, :, :, 0, -1])
    numbers = {said: 100 * float(costs[name]) for name, said in _ERRORS.items()}
    numbers["calibration error"] = 100 * float(calibration["ece"])
    numbers |= {f"precision at recall {at:.2f}": 100 * curve[round(100 * at)] for at in _TOLD}
    return Losses(
        tuple(numbers.items()),
        tuple((at / 100, curve[at]) for at in _DRAWN),
        tuple((each["avg_confidence"], each["avg_accuracy"]) for each in calibration["bins"] if each["count"]),
    )


def _curve(precisions: np.ndarray[Any, Any]) -> Sequence[float]:
    """The mean precision of all classes that have objects, at 101 recalls."""
    there = precisions[:, (precisions > -1).all(axis=0)]
    return [float(value) for value in there.mean(axis=1)] if there.size else [0.0] * len(precisions)
