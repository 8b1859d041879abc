"""What may be wrong with predictions and with what is printed of them is found, and named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fcosreport.records import Finding
from tests.recomputing.sets import Row, Study, detections, evaluated, limited, truth

KNOWN = truth()
ROWS = detections(KNOWN)
TRUE = evaluated(KNOWN, ROWS)
OTHER_ROWS = detections(KNOWN, seed=1, noise=9)
OTHER = evaluated(KNOWN, OTHER_ROWS)
IDS = sorted(each["id"] for each in KNOWN["categories"])
CROWDED = detections(KNOWN, seed=2, extra=400)


def changed(rows: list[Row], **changes: Callable[[Row], object]) -> list[Row]:
    return [row | {key: make(row) for key, make in changes.items()} for row in rows]


def kinds(shift: Callable[[int], int]) -> list[Row]:
    return changed(ROWS, category_id=lambda row: shift(row["category_id"]))


CORNERS = changed(
    ROWS, bbox=lambda row: [*row["bbox"][:2], row["bbox"][0] + row["bbox"][2], row["bbox"][1] + row["bbox"][3]]
)
CENTRED = changed(
    ROWS,
    bbox=lambda row: [row["bbox"][0] + row["bbox"][2] / 2, row["bbox"][1] + row["bbox"][3] / 2, *row["bbox"][2:]],
)
COARSE = changed(OTHER_ROWS, score=lambda row: round(row["score"]))
EQUAL = changed(OTHER_ROWS, score=lambda row: 1.0)
HALF = [row for row in ROWS if row["image_id"] <= 15]
HIGHER = kinds(lambda kind: kind + 1)


def findings(study: Study) -> dict[str, Finding]:
    return {each.code: each for each in study.report().findings if each.code > "FR6" or each.code == "FR401"}


def all_said(finding: Finding) -> str:
    return " ".join((finding.message, *finding.explanations))


@pytest.mark.parametrize(
    ("left", "printed", "code", "named"),
    [
        (HIGHER, TRUE, "FR601", "with category ids one lower"),
        (kinds(lambda kind: kind - 1), TRUE, "FR601", "with category ids one higher"),
        (kinds(IDS.index), TRUE, "FR601", "with category ids counted from 0"),
        (kinds(lambda kind: IDS.index(kind) + 1), TRUE, "FR601", "with category ids counted from 1"),
        (CORNERS, TRUE, "FR601", "with boxes read as corners"),
        (CENTRED, TRUE, "FR601", "with boxes read as centre and size"),
        (HALF, TRUE, "FR603", "images hold an object and have no bbox prediction"),
        (COARSE, evaluated(KNOWN, COARSE), "FR605", "with equal scores in the reverse order"),
        (EQUAL, evaluated(KNOWN, EQUAL), "FR605", "with equal scores in the reverse order"),
        (
            HALF,
            evaluated(KNOWN, HALF, imgIds=sorted({row["image_id"] for row in HALF})),
            "FR601",
            "on the 15 images with predictions",
        ),
        (ROWS, evaluated(KNOWN, ROWS, useCats=0), "FR601", "with no regard to classes"),
        (CROWDED, limited(KNOWN, CROWDED, 10), "FR601", "with maxDets 10"),
        (CROWDED, limited(KNOWN, CROWDED, 300), "FR601", "with maxDets 300"),
        (ROWS, TRUE | {"AP75": TRUE["AP75"] + 0.01}, "FR601", "1 of 12 numbers differ"),
        (ROWS, OTHER, "FR601", "12 of 12 numbers differ"),
        (HIGHER, evaluated(KNOWN, HIGHER), "FR606", "with category ids one lower"),
        (CORNERS, evaluated(KNOWN, CORNERS), "FR606", "with boxes read as corners"),
    ],
)
def test_a_fault_of_one_run_is_found_and_named(
    left: list[Row], printed: dict[str, float], code: str, named: str, tmp_path: Path
) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("one", left, printed)
    assert named in all_said(findings(study)[code])


def test_predictions_of_an_earlier_evaluation_are_a_warning_that_says_which(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("one", OTHER_ROWS, OTHER, TRUE)
    found = findings(study)["FR601"]
    assert found.severity == "warning"
    assert "at iteration 10" in all_said(found)


def test_a_run_that_printed_the_numbers_of_another_runs_predictions_is_told_whose_they_are(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("lr1en3", OTHER_ROWS, OTHER, lr=0.001)
    study.run("lr5en3", ROWS, OTHER, lr=0.005)
    found = findings(study)
    assert found["FR602"].message.startswith("lr5en3 prints the bbox numbers of lr1en3")
    assert f"its own predictions give bbox AP {TRUE['AP']:.4f}" in found["FR602"].message
    assert found["FR401"].explanations[0].startswith("The numbers are those of lr1en3")
    assert "FR601" not in found


def test_of_one_file_beside_two_runs_the_first_of_them_is_told(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("later", ROWS, TRUE, lr=0.005, ended="2026-01-02T09:00:00")
    study.run("sooner", ROWS, TRUE, lr=0.001)
    assert findings(study)["FR401"].explanations[0].endswith("sooner ended first.")


def test_the_predictions_of_another_run_beside_a_run_are_told(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("lr1en3", OTHER_ROWS, OTHER, lr=0.001)
    study.run("lr5en3", OTHER_ROWS, TRUE, lr=0.005)
    assert findings(study)["FR602"].message.startswith("The predictions beside lr5en3 are those of lr1en3")


def test_annotations_that_have_changed_since_are_told_by_their_hashes(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN | {"annotations": KNOWN["annotations"][10:]})
    study.run("one", ROWS, TRUE, annotations="ab" * 32)
    found = findings(study)
    assert found["FR604"].severity == "warning"
    assert "abababababab" in found["FR604"].message
    assert "FR601" not in found


def test_annotations_that_were_only_written_anew_are_a_note(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("one", ROWS, TRUE, annotations="ab" * 32)
    assert findings(study)["FR604"].severity == "info"


def test_masks_that_got_the_numbers_of_the_boxes_are_found(tmp_path: Path) -> None:
    known = truth(seed=3, masks=True)
    rows = detections(known)
    masked = [row | {"segmentation": {"size": [240, 320], "counts": [76800 - 400, 400]}} for row in rows]
    study = Study(tmp_path, known)
    study.run("one", masked, evaluated(known, rows), task="segm")
    assert "numbers differ" in findings(study)["FR601"].message


def test_good_runs_are_quiet(tmp_path: Path) -> None:
    study = Study(tmp_path, KNOWN)
    study.run("one", ROWS, OTHER, TRUE, lr=0.001)
    study.run("two", OTHER_ROWS, OTHER, lr=0.005)
    assert not findings(study)
    assert all(each.agrees for each in study.report().remade)
