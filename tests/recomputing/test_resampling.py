"""The interval of a difference: drawn with whole images, exact for each draw, and silent where nothing differs."""

from pathlib import Path

import numpy as np
import pytest

from fcosreport.recomputing import predictions
from fcosreport.recomputing import truth as truths
from fcosreport.recomputing.matching import Matched, matched
from fcosreport.recomputing.resampling import aps, draws, error_over_images, sureness
from tests.recomputing.sets import Row, Study, detections, evaluated, truth

IMAGES = 20


def matches(study: Study, rows: list[Row], task: str = "bbox") -> list[Matched]:
    return matched(predictions.read(study.write("found.json", rows), task), truths.read(study.truth), task)


def slanted(box: list[float]) -> list[list[float]]:
    """A mask that is not its box."""
    x, y, w, h = box
    return [[x, y, x + 0.9 * w, y, x + w, y + h, x, y + h]]


def repeated(known: Row, rows: list[Row], counts: list[int]) -> tuple[Row, list[Row]]:
    """The data set in which each image stands as often as it is counted, each time with an id of its own."""
    images: list[Row] = []
    things: list[Row] = []
    found: list[Row] = []
    for image, count in zip(known["images"], counts, strict=True):
        for _ in range(count):
            own = {"image_id": len(images) + 1}
            images.append(image | {"id": own["image_id"]})
            mine = (each for each in known["annotations"] if each["image_id"] == image["id"])
            things += [each | own | {"id": len(things) + number} for number, each in enumerate(mine, 1)]
            found += [each | own for each in rows if each["image_id"] == image["id"]]
    return known | {"images": images, "annotations": things}, found


@pytest.mark.parametrize("task", ["bbox", "segm"])
@pytest.mark.parametrize("seed", range(5))
def test_a_draw_has_the_ap_of_the_data_set_in_which_images_stand_so_often(seed: int, task: str, tmp_path: Path) -> None:
    known = truth(IMAGES, seed=seed, crowds=True, masks=True)
    rows = [row | {"segmentation": slanted(row["bbox"])} for row in detections(known, seed)]
    weights = draws(IMAGES, 3, seed)
    wanted = [evaluated(*repeated(known, rows, [int(count) for count in row]), task)["AP"] for row in weights]
    assert aps(matches(Study(tmp_path, known), rows, task), weights) == pytest.approx(wanted, abs=1e-14)


def test_each_draw_has_as_many_images_as_there_are() -> None:
    weights = draws(IMAGES, 50)
    assert (weights.sum(axis=1) == IMAGES).all()
    assert (weights == draws(IMAGES, 50)).all()


def test_a_class_without_objects_counts_for_nothing(tmp_path: Path) -> None:
    known = truth(IMAGES)
    known["categories"].append({"id": 99, "name": "never seen"})
    rows = detections(known)
    assert aps(matches(Study(tmp_path, known), rows), np.ones((1, IMAGES)))[0] == pytest.approx(
        evaluated(known, rows)["AP"], abs=1e-14
    )


def test_without_an_object_there_is_no_ap(tmp_path: Path) -> None:
    known = truth(IMAGES)
    rows = detections(known)
    assert aps(matches(Study(tmp_path, known | {"annotations": []}), rows), np.ones((2, IMAGES))).tolist() == [-1, -1]


def test_a_model_is_as_good_as_itself_and_a_better_one_is_better(tmp_path: Path) -> None:
    known = truth(60)
    study = Study(tmp_path, known)
    good, bad = (matches(study, detections(known, 1, noise)) for noise in (3, 9))
    same = sureness(good, good, 60)
    assert (same.points, same.low, same.high, same.verdict) == (0, 0, 0, "not resolved")
    up, down = sureness(bad, good, 60), sureness(good, bad, 60)
    assert (up.verdict, down.verdict) == ("better", "worse")
    assert (up.low, up.high) == pytest.approx((-down.high, -down.low))
    assert up.turned == 0
    assert up.low < up.points < up.high


def test_models_that_differ_by_chance_alone_are_not_told_apart(tmp_path: Path) -> None:
    known = truth(60)
    study = Study(tmp_path, known)
    one, other = (matches(study, detections(known, seed, 6)) for seed in (1, 2))
    found = sureness(one, other, 60)
    assert found.verdict == "not resolved"
    assert found.turned > 0.05
    assert error_over_images(one, 60) > 0
