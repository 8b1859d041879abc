"""What pycocotools printed is made again in every printed digit, whatever the set, and nothing is evaluated twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as masks

from fcosreport import pipeline
from fcosreport.recomputing import predictions, scoring, truth
from fcosreport.recomputing.making import remade
from fcosreport.recomputing.protocol import declared
from fcosreport.records import Content, Evaluation, Metric, Remade, Where
from tests.recomputing.sets import Row, Study, detections, evaluated
from tests.recomputing.sets import truth as annotations

NOWHERE = Content("", "")


def again(study: Study, rows: list[Row], printed: Evaluation) -> Remade:
    found = predictions.read(study.write("predictions.json", rows), printed.task)
    blank = Remade(experiment="one", task=printed.task, predictions=NOWHERE, truth=NOWHERE, printed=printed)
    return remade(found, truth.read(study.truth), declared(printed, None), blank)


@pytest.mark.parametrize("seed", range(200))
def test_a_clean_result_is_made_again_in_every_printed_digit(seed: int, tmp_path: Path) -> None:
    known = annotations(images=8, categories=1 + seed % 4, seed=seed, crowds=seed % 2 == 0)
    rows = detections(known, seed)
    metrics = evaluated(known, rows).items()
    text = "{:.3f}" if seed % 3 else "{!r}"
    printed = tuple(Metric(name, float(text.format(value)), text.format(value)) for name, value in metrics)
    remade = again(Study(tmp_path, known), rows, Evaluation("bbox", printed, Where("log.txt", 1)))
    assert remade.agrees
    assert [each.value for each in remade.metrics] == [value for _, value in metrics]


def drawn(box: list[float]) -> np.ndarray:
    x, y, width, height = (max(0, round(value)) for value in box)
    pixels = np.zeros((240, 320), np.uint8, order="F")
    pixels[y : y + height, x : x + width] = 1
    return pixels


def compressed(box: list[float]) -> object:
    made = masks.encode(drawn(box))
    return {"size": made["size"], "counts": made["counts"].decode()}


def counted(box: list[float]) -> object:
    """The lengths of runs of 0 and 1 by columns, first of 0."""
    pixels = drawn(box).flatten(order="F")
    edges = np.flatnonzero(np.diff(pixels, prepend=0, append=pixels[-1])).tolist()
    return {"size": [240, 320], "counts": np.diff([0, *edges, len(pixels)]).tolist()}


def polygon(box: list[float]) -> object:
    x, y, width, height = box
    return [[x, y, x + width, y, x + width, y + height, x, y + height]]


def filled(box: list[float]) -> object:
    made = masks.merge(masks.frPyObjects(polygon(box), 240, 320))
    return {"size": made["size"], "counts": made["counts"].decode()}


@pytest.mark.parametrize(
    ("form", "encoded"), [(compressed, compressed), (counted, compressed), (polygon, filled)], ids=lambda f: f.__name__
)
def test_masks_are_read_in_all_forms(
    form: Callable[[list[float]], object], encoded: Callable[[list[float]], object], tmp_path: Path
) -> None:
    known = annotations(images=8, masks=True)
    rows = detections(known)
    numbers = evaluated(known, [row | {"segmentation": encoded(row["bbox"])} for row in rows], "segm")
    printed = tuple(Metric(name, value, repr(value)) for name, value in numbers.items())
    left = [row | {"segmentation": form(row["bbox"])} for row in rows]
    assert again(Study(tmp_path, known), left, Evaluation("segm", printed, Where("log.txt", 1))).agrees


@pytest.mark.parametrize("left_out", ["bbox", ""])
def test_masks_are_as_large_as_the_program_took_them(left_out: str, tmp_path: Path) -> None:
    known = annotations(images=20, masks=True)
    rows = [row | {"segmentation": compressed([*row["bbox"][:3], row["bbox"][3] / 2])} for row in detections(known)]
    told = [{key: value for key, value in row.items() if key != left_out} for row in rows]
    numbers = evaluated(known, told, "segm")
    assert (numbers != evaluated(known, rows, "segm")) == bool(left_out)
    printed = tuple(Metric(name, value, repr(value)) for name, value in numbers.items())
    evaluation = Evaluation("segm", printed, Where("log.txt", 1))
    for left in (rows, told):
        assert again(Study(tmp_path, known), left, evaluation).agrees


def test_keypoints_are_made_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    known = annotations(images=10, categories=1)
    for thing in known["annotations"]:
        x, y, width, height = thing["bbox"]
        spots = np.stack((rng.uniform(x, x + width, 17), rng.uniform(y, y + height, 17), np.full(17, 2)), axis=1)
        thing |= {"keypoints": spots.flatten().tolist(), "num_keypoints": 17}
    rows = [
        {key: thing[key] for key in ("image_id", "category_id")}
        | {"keypoints": (np.array(thing["keypoints"]) + rng.normal(0, 3, 51)).tolist(), "score": float(rng.random())}
        for thing in known["annotations"]
    ]
    names = "AP AP50 AP75 APm APl AR AR50 AR75 ARm ARl".split()
    values = evaluated(known, rows, "keypoints").values()
    printed = tuple(Metric(name, value, repr(value), max_dets=20) for name, value in zip(names, values, strict=True))
    remade = again(Study(tmp_path, known), rows, Evaluation("keypoints", printed, Where("log.txt", 1)))
    assert remade.agrees
    assert len(remade.metrics) == 10


def test_where_every_category_is_labelled_the_ap_of_lvis_is_that_of_coco(tmp_path: Path) -> None:
    known = annotations(images=20)
    rows = detections(known)
    numbers = evaluated(known, rows)
    ids = [each["id"] for each in known["categories"]]
    known["images"] = [each | {"neg_category_ids": ids, "not_exhaustive_category_ids": []} for each in known["images"]]
    known["categories"] = [each | {"frequency": "f"} for each in known["categories"]]
    printed = tuple(Metric(name, numbers[name], repr(numbers[name])) for name in ("AP", "AP50", "AP75", "APs"))
    evaluation = Evaluation("bbox", printed, Where("log.txt", 1), family="lvis")
    remade = again(Study(tmp_path, known), rows, evaluation)
    assert [each.value for each in remade.metrics] == pytest.approx([each.value for each in printed], abs=1e-12)
    assert remade.protocol == "LVIS"


def test_a_subset_whose_size_the_run_tells_is_evaluated_alone(tmp_path: Path) -> None:
    known = annotations()
    rows = [row for row in detections(known) if row["image_id"] <= 10]
    images = sorted({row["image_id"] for row in rows})
    study = Study(tmp_path, known)
    study.run("one", rows, evaluated(known, rows, imgIds=images), images=len(images))
    assert study.report().remade[0].agrees


def test_the_file_that_gives_the_printed_numbers_is_taken_of_several(tmp_path: Path) -> None:
    known = annotations()
    rows = detections(known)
    study = Study(tmp_path, known)
    study.run("one", rows, evaluated(known, rows))
    study.write("one/results/epoch_12.json", detections(known, 5))
    assert study.report().remade[0].agrees


def test_annotations_of_the_name_that_the_run_tells_are_taken_of_several(tmp_path: Path) -> None:
    known = annotations()
    rows = detections(known)
    study = Study(tmp_path, known)
    study.write("one/instances_other.json", known | {"annotations": known["annotations"][:9]})
    study.run("one", rows, evaluated(known, rows))
    (remade,) = study.report().remade
    assert remade.agrees
    assert remade.truth.path.endswith("instances_val.json")


def test_nothing_is_evaluated_twice_and_another_content_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = annotations()
    rows = detections(known)
    study = Study(tmp_path, known)
    study.run("one", rows, evaluated(known, rows))
    calls: list[object] = []

    def counted(*given: Any) -> object:
        calls.append(given)
        return scoring.evaluated(*given)

    monkeypatch.setattr("fcosreport.recomputing.making.evaluated", counted)
    first = study.report().remade
    assert len(calls) == 1
    assert study.report().remade == first
    assert len(calls) == 1
    study.run("one", rows[:-1], evaluated(known, rows[:-1]))
    assert study.report().remade[0].agrees
    assert len(calls) == 2


def test_where_ap_is_lost_is_worked_out_only_where_it_is_asked_for(tmp_path: Path) -> None:
    known = annotations()
    rows = detections(known)
    study = Study(tmp_path, known)
    study.run("one", rows, evaluated(known, rows))
    assert study.report().remade[0].losses is None
    with pipeline.opened(tmp_path / "store.sqlite") as session:
        (told,) = session.collected([tmp_path]).making_again(losses=True).report().remade
    assert told.losses
    assert study.report().remade[0] == told
