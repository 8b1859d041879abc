"""Columns of averages, of what was expected and of other people's numbers, and numbers in units of their own."""

import pytest

from fcosreport.notes.note import Note
from tests.notes.test_experiments import note
from tests.notes.test_results import metrics, rows


def ap50(found: Note) -> list[tuple[str, float | None]]:
    return [(each.name, each.evaluations[0]["AP50"]) for each in found.experiments]


def test_the_mean_of_classes_is_the_run_and_not_that_of_runs() -> None:
    classes = (
        "# Cars\n\n## Baseline\n\n| Metric | Defect | Insulator | {} |\n|--|--|--|--|\n| AP@50 | 1.00 | 0.88 | 0.94 |\n"
    )
    for head in ("Mean", "Average"):
        assert ap50(note(classes.format(head))) == [("Baseline", 0.94)]
    beside = classes.replace("Defect", "YOLOv8n").replace("Insulator", "Our net").format("Mean")
    assert ("Our net", 0.88) in ap50(note(beside))


def test_the_average_of_runs_beside_the_best_of_them_is_no_run() -> None:
    head = "# Cars\n\n| Metric | {} | SSD (Best) | {} | SSD Avg |\n|--|--|--|--|--|\n"
    text = f"{head}| mAP50 | 0.96 | 0.92 | 0.95 | 0.91 |\n"
    assert ap50(note(text.format("YOLO (Best)", "YOLO Avg"))) == [("YOLO (Best)", 0.96), ("SSD (Best)", 0.92)]
    assert len(note(text.format("YOLO (Best)", "FCOS Avg")).experiments) == 3


@pytest.mark.parametrize("head", ["Valor Esperado", "Expected value", "Target range"])
def test_what_is_expected_is_no_result(head: str) -> None:
    text = "# Falls\n\n| Métrica | {} |\n|--|--|\n| mAP50 | 0.88 |\n| mAP50-95 | 0.78 |\n"
    assert note(text.format(head)).experiments == ()
    assert ap50(note(text.format("Valor"))) == [("Falls", 0.88)]


def test_a_fraction_of_two_digits_beside_percents_is_none_of_them() -> None:
    (row,) = rows("| m | AP50 | P | R |\n|--|--|--|--|\n| a | ~0.90 | 92% | 89% |\n")
    assert metrics(row) == pytest.approx({("bbox", "AP50"): 0.9, ("bbox", "P"): 0.92, ("bbox", "R"): 0.89})
    (row,) = rows("| m | AP50 | P | R |\n|--|--|--|--|\n| a | 0.9 | 92% | 89% |\n")
    assert metrics(row)["bbox", "AP50"] == pytest.approx(0.009)


def test_an_average_of_precisions_beside_that_of_f1_is_no_ap() -> None:
    head = "| m | Average IoU | Average {} | Average Precision | Average Recall |\n|--|--|--|--|--|\n"
    (row,) = rows(f"{head.format('F1 Score')}| v8m | 0.64 | 0.58 | 0.62 | 0.57 |\n")
    assert metrics(row) == pytest.approx(
        {("sem_seg", "mIoU"): 0.64, ("sem_seg", "F1"): 0.58, ("sem_seg", "P"): 0.62, ("sem_seg", "R"): 0.57}
    )
    (row,) = rows(f"{head.format('Size')}| v8m | 0.64 | 0.58 | 0.62 | 0.57 |\n")
    assert ("bbox", "AP") in metrics(row)


TABLE = "| 模型 | mAP50 |\n|--|--|\n| YOLO26n | 0.84 |\n| YOLO26s | 0.86 |\n"


@pytest.mark.parametrize(
    ("above", "own"),
    [
        ("官方在 COCO 上的参考精度（本仓库未复现该精度）：", False),
        ("The official COCO results are:", False),
        ("在官方数据上训练的结果：", True),
        ("Trained with the official settings:", True),
    ],
)
def test_a_paragraph_may_say_that_the_numbers_below_are_of_others(above: str, own: bool) -> None:
    assert bool(note(f"# YOLO26\n\n{above}\n\n{TABLE}").experiments) is own


@pytest.mark.parametrize(
    "sentence",
    [
        "Model postiže ukupnu preciznost mAP50 od 82%.",
        "El modelo alcanza un mAP50 de 82%.",
        "Das Modell erreicht mAP50: 82%.",
        "Model osiąga mAP50 = 0.82.",
        "Mô hình đạt mAP50 82%.",
        "Модель достигла mAP50 0.82.",
    ],
)
def test_what_was_reached_may_be_told_in_many_languages(sentence: str) -> None:
    assert ap50(note(f"# Sheep\n\n{sentence}\n")) == [("Sheep", 0.82)]


def test_what_a_note_on_one_run_tells_twice_is_one_run() -> None:
    table = "| Metric | Value |\n|--|--|\n| Precision | {0} |\n| Recall | 0.83 |\n| mAP@0.5 | 0.86 |\n"
    twice = "# Games\n\n## Key results\n\n{}\n## Detection results\n\n{}"
    assert ap50(note(twice.format(table.format("0.91"), table.format("0.91")))) == [("Games", 0.86)]
    assert len(note(twice.format(table.format("0.91"), table.format("0.92"))).experiments) == 2


def test_the_row_of_all_classes_may_say_that_it_is_the_average() -> None:
    rows = "| Class | mAP@50 |\n|--|--|\n| **All Classes (Avg)** | **0.761** |\n| Dam | 0.647 |\n"
    assert ap50(note(f"# Dams\n\n## Metrics overview\n\n{rows}")) == [("Dams", 0.761)]
