"""Lines that say the results of several runs, and those of single classes."""

import pytest

from tests.notes.test_diaries import results
from tests.notes.test_experiments import note


@pytest.mark.parametrize(
    "line",
    [
        "yolov5s with lr 0.01: mAP 0.31; with lr 0.001: mAP 0.35.",
        "- lr 0.01 gave mAP 0.31, lr 0.001 gave mAP 0.35",
        "在 lr 0.01 时 mAP 0.31，lr 0.001 时 mAP 0.35。",
        "lr 0.01: mAP 0.31, AP50 0.5 and lr 0.001: mAP 0.35, AP50 0.6",
    ],
)
def test_a_line_that_tells_the_settings_of_each_result_is_of_several_runs(line: str) -> None:
    found = note(f"# Diary\n\n## 01.03.\n{line}\n").experiments
    assert [(each.value("lr"), each.evaluations[0]["AP"]) for each in found] == [(0.01, 0.31), (0.001, 0.35)]


def test_what_is_not_told_apart_by_settings_is_one_run_and_the_other_number_is_told() -> None:
    for line in ("mAP 0.41 at first, with mosaic mAP 0.45", "mAP: 0.41, and once more mAP 0.45"):
        found = note(f"# Run, lr 0.01\n\n{line}\n")
        assert [each.evaluations[0]["AP"] for each in found.experiments] == [0.41]
        assert [("mAP 0.45" in issue.message, issue.where.line) for issue in found.issues] == [(True, 3)]


def test_numbers_of_other_splits_and_changes_are_not_lost() -> None:
    for line in ("val mAP 0.41, test mAP 0.45", "mAP from 0.41 to 0.45", "mAP 0.41, mAP50 0.62"):
        assert note(f"# Run, lr 0.01\n\n{line}\n").issues == ()


RUN = "# YOLOv8n, lr 0.01\n\nmAP50: 0.712, mAP50-95: 0.431\n\n"


@pytest.mark.parametrize("title", ["Per-class results", "AP by class", "各类别 AP", "クラス別 mAP", "클래스별 성능"])
@pytest.mark.parametrize("line", ["- dent: AP 0.72", "dent — mAP50 0.72", "- dent = AP 72.0"])
def test_numbers_of_classes_are_not_those_of_the_run(title: str, line: str) -> None:
    whole = [("YOLOv8n, lr 0.01", {"AP50": 0.712, "AP": 0.431})]
    assert results(f"{RUN}## {title}\n\n{line}\n") == whole
    assert results(f"{RUN}## {title}\n\n### in words\n\n{line}\n") == whole


def test_below_classes_what_is_of_all_counts_and_what_stands_below_the_next_heading() -> None:
    text = "# Run, lr 0.01\n\n## Per-class results\n\n- dent: AP 0.72\n- overall: AP 0.61\n"
    assert results(text) == [("Run, lr 0.01", {"AP": 0.61})]
    assert results(f"{RUN}## Per-class results\n\n- dent: AP 0.7\n\n# Run 2, lr 0.1\n\nmAP: 0.2\n")[1:] == [
        ("Run 2, lr 0.1", {"AP": 0.2})
    ]


@pytest.mark.parametrize(
    ("line", "of"),
    [
        ("mAP 0.41 (VOC) and 0.45 (COCO)", ["VOC", "COCO"]),
        ("mAP: 41.0% (VOC), 45.0% (COCO)", ["VOC", "COCO"]),
        ("It has 41.0 mAP on VOC and 45.0 mAP on COCO.", ["VOC", "COCO"]),
    ],
)
def test_one_metric_of_several_data_sets_is_one_run(line: str, of: list[str]) -> None:
    (run,) = note(
        f"# Run, lr 0.01\n\nmAP: {line}\n" if ":" in line else f"# Run, lr 0.01\n\nResult: {line}\n"
    ).experiments
    assert [(each.data_set, each["AP"]) for each in run.evaluations] == list(zip(of, [0.41, 0.45], strict=True))


def test_of_splits_in_brackets_each_is_of_its_own_and_names_of_models_are_no_data() -> None:
    (run,) = note("# Run, lr 0.01\n\nResult: mAP 0.41 (val) and 0.45 (test)\n").experiments
    assert [(each.split, each["AP"]) for each in run.evaluations] == [("", 0.41), ("test", 0.45)]
    (one,) = note("# Run, lr 0.01\n\nResult: mAP 0.41 (best) and 0.40 (last)\n").experiments
    assert [(each.data_set, each["AP"]) for each in one.evaluations] == [("", 0.41)]
