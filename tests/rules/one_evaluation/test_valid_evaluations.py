"""What pycocotools can print, whatever the detections are, breaks no rule of arithmetic."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.asking import found


@st.composite
def valid_evaluations(draw: st.DrawFn) -> str:
    """What pycocotools prints for random detections: precision at 101 recalls for ten IoUs, three areas and maxDets."""
    chaos = random.Random(draw(st.integers(0, 2**32)))
    skill, unit = draw(st.floats(0, 1)), draw(st.sampled_from((2, 3, 5)))
    sizes = [draw(st.integers(0, 6)) for _ in range(3)]
    objects = [(area, chaos.random() ** (1 - skill + 0.1)) for area, size in enumerate(sizes) for _ in range(size)]
    detections = [(area, fit, chaos.random() + skill * fit) for area, fit in objects if chaos.random() < 0.3 + skill]
    detections += [(chaos.randrange(3), 0.0, chaos.random()) for _ in range(draw(st.integers(0, 10)))]
    areas: list[tuple[int, ...]] = [(0, 1, 2), (0,), (1,), (2,)]
    ap = [[_precision(objects, detections, area, iou) for iou in _IOUS] for area in areas]
    ar = [[_recall(objects, detections, (0, 1, 2), iou, most) for iou in _IOUS] for most in (1, 3, 100)]
    ar += [[_recall(objects, detections, area, iou, 100) for iou in _IOUS] for area in areas[1:]]
    numbers = [_mean(ap[0]), ap[0][0], ap[0][5], *map(_mean, ap[1:]), *map(_mean, ar)]
    return " ".join(f"{number:.{unit}f}" for number in numbers)


_IOUS = [0.5 + 0.05 * step for step in range(10)]
Objects = list[tuple[int, float]]
Detections = list[tuple[int, float, float]]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _precision(objects: Objects, detections: Detections, areas: tuple[int, ...], iou: float) -> float:
    total = sum(area in areas for area, _ in objects)
    if not total:
        return -1.0
    points, right = [], 0
    ranked = sorted((d for d in detections if d[0] in areas), key=lambda d: -d[2])
    for count, (_, fit, _) in enumerate(ranked, 1):
        right += fit >= iou
        points.append((right / total, right / count))
    best = [max((p for recall, p in points if recall >= step / 100), default=0.0) for step in range(101)]
    return _mean(best)


def _recall(objects: Objects, detections: Detections, areas: tuple[int, ...], iou: float, most: int) -> float:
    total = sum(area in areas for area, _ in objects)
    ranked = sorted((d for d in detections if d[0] in areas), key=lambda d: -d[2])[:most]
    return sum(fit >= iou for _, fit, _ in ranked) / total if total else -1.0


ARITHMETIC = {"FR101", "FR102", "FR103", "FR104", "FR105", "FR106"}


@given(valid_evaluations())
def test_no_arithmetic_rule_fires_on_a_valid_evaluation(numbers: str) -> None:
    assert not [finding for finding in found([{"bbox": numbers}]) if finding.code in ARITHMETIC]
