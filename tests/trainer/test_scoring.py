"""The 12 numbers: equal between the evaluators to the last bit, known where they can be worked out by hand."""

import contextlib
import io
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycocotools import mask as rle
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from trainer.scoring import NAMES, Scores, score

pytestmark = pytest.mark.skipif(not find_spec("hotcoco"), reason="hotcoco is not installed")
WIDTH, HEIGHT = 160, 120
Row = dict[str, Any]


def region(box: list[float]) -> Row:
    """The mask of a box, as run lengths."""
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8, order="F")
    left, top, width, height = (round(value) for value in box)
    pixels[max(top, 0) : top + height, max(left, 0) : left + width] = 1
    code = rle.encode(pixels)
    return {**code, "counts": code["counts"].decode()}


def set_of(chance: np.random.Generator, images: int, crowds: bool) -> tuple[Row, list[Row]]:
    """Ground truth and detections near it and elsewhere, with equal scores among them."""
    truth: list[Row] = []
    found: list[Row] = []
    for image in range(1, images + 1):
        for _ in range(int(chance.integers(0, 7))):  # 0: an empty image
            box = [float(v) for v in (*chance.uniform(0, 60, 2), *chance.choice([8, 40, 100], 2))]
            about = {"image_id": image, "category_id": int(chance.choice([1, 3, 7]))}
            crowd = int(crowds and chance.random() < 0.2)
            own = {"id": len(truth) + 1, "area": box[2] * box[3], "iscrowd": crowd, "segmentation": region(box)}
            truth.append(about | own | {"bbox": box})
            for _ in range(int(chance.integers(0, 4))):
                near = [float(v) for v in np.add(box, chance.normal(0, 5, 4))]
                near[2:] = [max(4.0, side) for side in near[2:]]
                value = float(chance.choice([0.5, chance.random()]))
                found.append(about | {"bbox": near, "segmentation": region(near), "score": value})
    images_told = [{"id": n, "width": WIDTH, "height": HEIGHT, "file_name": f"{n}.png"} for n in range(1, images + 1)]
    categories = [{"id": number, "name": f"kind {number}"} for number in (1, 3, 7, 9)]  # of 9 there is none
    return {"images": images_told, "annotations": truth, "categories": categories}, found


def of_task(found: list[Row], task: str) -> list[Row]:
    other = "segmentation" if task == "bbox" else "bbox"
    return [{key: value for key, value in row.items() if key != other} for row in found]


def equal(one: Scores, other: Scores) -> bool:
    pairs = [(one.numbers, other.numbers), (one.per_class, other.per_class)]
    return all(a.keys() == b.keys() and all(abs(a[key] - b[key]) <= 1e-12 for key in a) for a, b in pairs)


@pytest.mark.parametrize("task", ["bbox", "segm"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 6), st.booleans(), st.sampled_from([0.0, 0.5, 1.0]))
def test_both_evaluators_give_the_same_numbers(
    tmp_path: Path, task: str, seed: int, images: int, crowds: bool, keep: float
) -> None:
    truth, found = set_of(np.random.default_rng(seed), images, crowds)
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(truth))
    found = of_task(found[: int(len(found) * keep)], task)
    assert equal(score(path, found, task, "hotcoco"), score(path, found, task, "pycocotools"))


@pytest.fixture
def known(tmp_path: Path) -> tuple[Path, list[Row]]:
    """Two medium objects of one category: one found exactly with score 0.9, one missed, one false alarm of 0.8."""
    boxes = [[10.0, 10.0, 40.0, 40.0], [90.0, 60.0, 40.0, 40.0]]
    about = {"image_id": 1, "category_id": 1}
    truth = [about | {"id": n, "bbox": b, "area": 1600.0, "iscrowd": 0} for n, b in enumerate(boxes, 1)]
    image = {"id": 1, "width": WIDTH, "height": HEIGHT, "file_name": "1.png"}
    path = tmp_path / "truth.json"
    content = {"images": [image], "annotations": truth, "categories": [{"id": 1, "name": "disc"}]}
    path.write_text(json.dumps(content))
    rows = [about | {"bbox": boxes[0], "score": 0.9}, about | {"bbox": [0.0, 90.0, 40.0, 30.0], "score": 0.8}]
    return path, rows


@pytest.mark.parametrize("evaluator", ["hotcoco", "pycocotools"])
def test_a_case_worked_out_by_hand(known: tuple[Path, list[Row]], evaluator: str) -> None:
    half = 51 / 101  # precision is 1 up to recall 0.5, at 51 of 101 recalls, and 0 beyond
    told = score(*known, "bbox", evaluator)
    assert list(told.numbers) == NAMES
    expected = [half, half, half, -1, half, -1, 0.5, 0.5, 0.5, -1, 0.5, -1]
    assert list(told.numbers.values()) == pytest.approx(expected, abs=1e-12)
    assert told.per_class == {"disc": pytest.approx(half, abs=1e-12)}


@pytest.mark.parametrize("evaluator", ["hotcoco", "pycocotools"])
def test_no_detections_score_0_and_no_ground_truth_minus_1(
    known: tuple[Path, list[Row]], evaluator: str, tmp_path: Path
) -> None:
    path, found = known
    assert set(score(path, [], "bbox", evaluator).numbers.values()) == {0.0, -1.0}
    nothing = tmp_path / "nothing.json"
    nothing.write_text(json.dumps(json.loads(path.read_text()) | {"annotations": []}))
    for rows in ([], found):
        assert set(score(nothing, rows, "bbox", evaluator).numbers.values()) == {-1.0}


def test_the_block_is_printed_as_pycocotools_prints_it(known: tuple[Path, list[Row]]) -> None:
    path, found = known
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        truth = COCO(str(path))
        work = COCOeval(truth, truth.loadRes(found), "bbox")
        work.evaluate()
        work.accumulate()
        work.summarize()
    assert printed.getvalue().rstrip("\n").split("\n")[-12:] == score(path, found, "bbox", "hotcoco").lines


def test_where_the_fast_evaluator_is_missing_the_reference_does_the_work(
    known: tuple[Path, list[Row]], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = score(*known, "bbox", "pycocotools")
    monkeypatch.setitem(__import__("sys").modules, "hotcoco", None)
    assert equal(score(*known, "bbox", "hotcoco"), expected)


@pytest.mark.parametrize("seed", [3, 20])
def test_fcosreport_makes_the_same_numbers_again(tmp_path: Path, seed: int) -> None:
    truth, found = set_of(np.random.default_rng(seed), images=6, crowds=True)
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(truth))
    (tmp_path / "run" / "results").mkdir(parents=True)
    expected = {}
    for task in ("bbox", "segm"):
        rows = of_task(found, task)
        (tmp_path / "run" / "results" / f"{task}.json").write_text(json.dumps(rows))
        expected[task] = score(path, rows, task, "hotcoco").numbers
    lines = [{"schema": "fcos-trainer/1", "run": "run", "data": {"val": "truth.json", "val_images": 6}}]
    lines += [{"event": "evaluation", "task": task, "metrics": each} for task, each in expected.items()]
    (tmp_path / "run" / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    words = [sys.executable, "-m", "fcosreport", "recompute", "run", "--truth", "truth.json", "--format", "json"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert {each["task"]: each["metrics"] for each in json.loads(done.stdout)} == expected
