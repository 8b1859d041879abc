"""Files from which nothing can be made again are told in one clear line, and the command goes on."""

import json
from pathlib import Path

import pytest

from fcosreport.recomputing import predictions, streams, truth
from fcosreport.recomputing.unusable import UnusableError
from tests.recomputing.sets import Study, detections, evaluated
from tests.recomputing.sets import truth as annotations

KNOWN = annotations(images=8)
ROWS = detections(KNOWN)
TRUE = evaluated(KNOWN, ROWS)
ONE = {"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4], "score": 0.5}


def reason(tmp_path: Path, rows: object, **run: int) -> str:
    study = Study(tmp_path, KNOWN)
    study.run("one", rows, TRUE, **run)  # type: ignore[arg-type]  # only `images` is given
    (remade,) = study.report().remade
    assert not remade.metrics
    return remade.reason


def test_images_of_another_set_are_told_with_one_of_them(tmp_path: Path) -> None:
    said = reason(tmp_path, [row | {"image_id": row["image_id"] + 6} for row in ROWS])
    assert said.startswith("6 of its 8 images are not in instances_val.json, such as 9;")


def test_a_file_that_ends_in_the_middle_is_told_with_its_length(tmp_path: Path) -> None:
    text = json.dumps(ROWS)[:-40]
    assert f"it ends in the middle, after {len(text):,} bytes" in reason(tmp_path, text)


def test_other_numbers_of_images_are_told(tmp_path: Path) -> None:
    assert reason(tmp_path, ROWS, images=9) == "it was evaluated on 9 images, and instances_val.json has 8"


def test_a_part_of_the_images_that_nothing_tells_is_not_guessed(tmp_path: Path) -> None:
    assert reason(tmp_path, ROWS, images=7) == (
        "it was evaluated on 7 of the 8 images in instances_val.json, and predictions of 8 do not tell which"
    )


def test_a_run_without_predictions_or_annotations_is_told(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("one", ROWS, TRUE)
    study.truth.unlink()
    assert study.report().remade[0].reason == "no ground truth was found; give it with --truth"
    (tmp_path / "one/results/bbox.json").unlink()
    assert study.report().remade[0].reason == "no predictions of bbox lie beside it"


@pytest.mark.parametrize(
    ("rows", "task", "said"),
    [
        ([ONE | {"image_id": "a.jpg"}], "bbox", "its images are named, as 'a.jpg', and COCO's have numbers"),
        ([ONE | {"bbox": [1, 2, 3]}], "bbox", "near byte"),
        ([ONE, {key: ONE[key] for key in ("image_id", "category_id", "score")}], "bbox", "a prediction without a bbox"),
        ([ONE], "segm", "a prediction without segmentation"),
        ([ONE | {"score": "high"}], "bbox", "near byte"),
        ({"image_id": 1}, "bbox", "not a JSON list"),
    ],
)
def test_predictions_of_another_kind_are_told(rows: object, task: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "predictions.json"
    path.write_text(json.dumps(rows))
    with pytest.raises(UnusableError, match=said):
        predictions.read(path, task)


def test_no_detection_at_all_is_a_file_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("[]")
    assert len(predictions.read(tmp_path / "none.json", "bbox")) == 0


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("piece", [200, 301, 5000])
def test_a_file_is_read_piece_by_piece_as_it_is_read_whole(
    indent: int | None, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "predictions.json"
    path.write_text(json.dumps(ROWS, indent=indent))
    whole = predictions.read(path, "bbox")
    monkeypatch.setattr(streams, "PIECE", piece)
    parts = predictions.read(path, "bbox")
    assert parts.images.tolist() == whole.images.tolist() == [row["image_id"] for row in ROWS]
    assert parts.boxes.tolist() == [row["bbox"] for row in ROWS]


def test_what_is_no_list_of_objects_is_not_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "numbers.json").write_text(json.dumps(list(range(9000))))
    monkeypatch.setattr(streams, "PIECE", 100)
    monkeypatch.setattr(streams, "LONGEST", 1000)
    with pytest.raises(UnusableError, match="no list of objects"):
        predictions.read(tmp_path / "numbers.json", "bbox")


@pytest.mark.parametrize("text", ["{", "[]", '{"images": [], "annotations": []}', '{"images": [{"id": "a"}]}'])
def test_annotations_of_another_kind_are_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text(text)
    with pytest.raises(UnusableError, match="no annotations of COCO"):
        truth.read(tmp_path / "truth.json")


def test_predictions_so_large_that_they_take_long_are_told_with_their_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fcosreport import pipeline
    from fcosreport.recomputing import remaking

    monkeypatch.setattr(remaking, "LARGE", 100)
    study = Study(tmp_path, KNOWN)
    study.run("one", ROWS, TRUE)
    said: list[str] = []
    with pipeline.opened(tmp_path / "store.sqlite", pipeline.Screen(said.append)) as session:
        session.collected([tmp_path]).making_again().report()
    assert len(said) == 1
    assert "bbox.json: reading" in said[0]
    assert "GB of memory" in said[0]


def test_predictions_that_the_memory_does_not_hold_are_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fcosreport.recomputing import memory, remaking

    monkeypatch.setattr(remaking, "LARGE", 100)
    monkeypatch.setattr(memory, "free", lambda: 100)
    assert "GB are free; recompute it where there is more" in reason(tmp_path, ROWS)


def test_what_a_container_may_take_bounds_what_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fcosreport.recomputing import memory

    monkeypatch.setattr(memory, "_SYSTEM", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    assert memory.free() is None
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:   4000 kB\n")
    assert memory.free() == 4_096_000
    (tmp_path / "memory.current").write_text("1000\n")
    for most, wanted in (("max", 4_096_000), ("5000", 4000), ("10", 0)):
        (tmp_path / "memory.max").write_text(f"{most}\n")
        assert memory.free() == wanted
    (tmp_path / "memory.stat").write_text("active_file 7\ninactive_file 300\n")
    (tmp_path / "memory.max").write_text("5000\n")
    assert memory.free() == 4300
