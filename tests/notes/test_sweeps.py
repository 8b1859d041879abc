"""Tables of sweeps and of their statistics: what is a run in them, what it is called, and at which epoch it was."""

import pytest

from fcosreport.notes import Note
from tests.notes.test_experiments import BLOCK, FENCE, note, only, values
from tests.notes.test_rows import told


def table(*rows: str) -> str:
    """Rows with their cells parted by pipes, below a heading; the first are the headers."""
    head, *below = (f"| {row} |" for row in rows)
    return "\n".join(["# Runs", "", head, "|--" * (rows[0].count("|") + 1) + "|", *below, ""])


def names(found: Note) -> list[str]:
    return [each.name for each in found.experiments]


SPREAD = """# Config 3

| Metric | Mean | Median | Q1 | Min | Max | Std |
|--|--|--|--|--|--|--|
| Val mAP50 | 0.4931 | 0.5232 | 0.4517 | 0.0017 | 0.6102 | 0.0998 |
| Val recall | 0.2758 | 0.2871 | 0.2373 | 0.0675 | 0.4188 | 0.0736 |
"""


def test_the_statistics_of_the_epochs_of_a_run_are_no_runs() -> None:
    assert told(note(SPREAD)) == []
    assert told(note(table(" | mAP50 | recall", "mean | 0.49 | 0.27", "std | 0.09 | 0.07", "50% | 0.52 | 0.28"))) == []


def test_beside_runs_their_mean_is_none_and_alone_it_is_the_result() -> None:
    beside = (
        "# A\n\n| Metric | run A | run B | Mean | Std |\n|--|--|--|--|--|\n| mAP | 0.412 | 0.418 | 0.415 | 0.003 |\n"
    )
    assert told(note(beside)) == [("run A", "finished", 0.412), ("run B", "finished", 0.418)]
    alone = "# Five folds\n- lr = 0.01\n\n| Metric | Mean | Std |\n|--|--|--|\n| mAP | 0.415 | 0.003 |\n"
    assert told(note(alone)) == [("Five folds", "finished", 0.415)]


def test_percents_that_were_tried_tell_rows_apart() -> None:
    text = table("Mask Ratio | mAP", "60% | 41.2", "50% | 41.5", "40% | 41.9")
    assert names(note(text)) == ["Mask Ratio 60%", "Mask Ratio 50%", "Mask Ratio 40%"]
    assert len(note(text.replace("Mask Ratio", "Epoch")).experiments) == 1


def test_what_is_maximal_in_a_column_of_its_own_is_a_run() -> None:
    text = "# A\n\n| Metric | Max pooling | Mean pooling |\n|--|--|--|\n| mAP | 0.412 | 0.418 |\n"
    assert names(note(text)) == ["Max pooling", "Mean pooling"]


def test_a_value_of_the_parameter_of_a_sweep_names_its_run() -> None:
    text = table("Recall | mAP50 | Parameter", "0.225 | 0.493 | 0.45", "0.171 | 0.501 | 1e-05")
    assert names(note(text)) == ["Parameter 0.45", "Parameter 1e-05"]
    loss = "# A\n- lr = 0.01\n\n| loss | mAP50 |\n|--|--|\n| 0.225 | 0.493 |\n"
    assert names(note(loss)) == ["A"]


def test_an_epoch_of_so_many_is_where_the_result_was() -> None:
    text = table("no | model | epoch | mAP", "1 | yolov5 | 17/20 | 0.487", "2 | yolov5 | 30 | 0.501")
    first, second = note(text).experiments
    assert (first.evaluations[0].epoch, values(first)["epochs"]) == (17, 20)
    assert (second.evaluations[0].epoch, values(second)["epochs"]) == (None, 30)


def test_the_column_of_the_model_names_a_row_before_that_of_its_thresholds() -> None:
    head = "| Tarea | Modelo | mAP@50 | Config (IoU/Conf) |\n|--|--|--|--|\n"
    found = note(f"# Tabla\n\n{head}| Seg | yolo11m-seg | 0.447 | 0.3 / 0.5 |\n| Det | Faster R-CNN | 0.148 | N/A |\n")
    assert names(found) == ["yolo11m-seg", "Faster R-CNN"]


def test_a_score_with_a_word_behind_it_is_read() -> None:
    text = table("model | epoch | LB score", "cascade r-cnn | 11 | 0.5041-baseline", "yolov5 | 12 | 0.4975")
    assert [each.evaluations[0].metrics[0].text for each in note(text).experiments] == ["0.5041", "0.4975"]


def test_the_score_of_a_board_stands_beside_several_metrics() -> None:
    rows = ("e1_yolo8n | N/A | N/A | 0.681", "e2_yolo11n | 0.875 | 0.856 | 0.685")
    text = table("expID | mAP@50 | mAP@50-95 | {}", *rows)
    first, second = note(text.format("Kaggle Score")).experiments
    assert [(e.split, e.metrics[0].text) for e in first.evaluations] == [("public", "0.681")]
    assert [(e.split, len(e.metrics)) for e in second.evaluations] == [("", 2), ("public", 1)]
    assert len(note(text.format("score")).experiments[-1].evaluations) == 1


def test_official_data_make_no_row_of_others() -> None:
    text = (
        "# Runs\n\n| no | model | mAP | remarks |\n|--|--|--|--|\n| 1 | yolov5 | 0.61 | {} |\n| 2 | yolov5 | 0.62 | |\n"
    )
    for own in ("官方发布的训练集", "official train split", "official weights"):
        assert len(note(text.format(own)).experiments) == 2
    for quoted in ("官方结果", "official"):
        assert len(note(text.format(quoted)).experiments) == 1


def test_a_row_of_so_many_digits_is_told_once() -> None:
    table = "| model | tried | LB score |\n|--|--|--|\n| yolov5 | {} | 0.50403275 |\n| yolov5 | {} | {} |\n"
    text = f"# All\n\n{table.format('a', 'b', '0.512')}\n# Best\n\n{table.format('epoch 11', 'epoch 12', '0.512')}"
    assert [each.where.line for each in note(text).experiments] == [5, 6, 13]


def test_a_rule_with_a_slip_in_it_is_no_row() -> None:
    text = "| run | data | mAP@50 |\n| -------x9------- | ------ |\n| e1 | V1 | 0.681 |\n| e2 | V1 | 0.685 |\n"
    assert names(note(f"# A\n\n{text}")) == ["e1", "e2"]


def test_results_in_code_are_parted_by_the_lines_that_name_their_models() -> None:
    runs = (f"{{}}, {epochs} epochs, batch size = 64\n{BLOCK}" for epochs in (300, 200))
    text = "# Trash\n\n```\n{}```\n".format("\n".join(runs))
    found = note(text.format("YOLOv5s", "YOLOv4-tiny"))
    assert names(found) == ["Trash (YOLOv5s, epochs = 300)", "Trash (YOLOv4-tiny, epochs = 200)"]
    assert len(note(text.format("we took", "then")).experiments) == 1


def test_thresholds_from_another_one_on_are_no_result() -> None:
    assert only("# A\n- mAP@50: 0.654\n\nScored by mAP@[0.75:0.95]\n").evaluations[0].metrics[0].name == "AP50"
    assert told(note("# A\n\n평가: mAP@[0.75:0.95]\n")) == []


@pytest.mark.parametrize("heading", ["결과", "실험 결과", "학습 설정"])
def test_a_korean_heading_that_labels_names_no_run(heading: str) -> None:
    assert only(f"# 실험 001\n\n## {heading}\n- Val mAP@50: 0.654\n").name == "실험 001"


def test_a_bold_label_below_a_model_names_no_run() -> None:
    text = "# Report\n\n### {}\n\n**Key Features:**\n- Batch size: 8\n- Performance: mAP@0.5: 0.858\n"
    assert only(text.format("YOLOv8")).name == "YOLOv8"
    assert told(note("# Tool\n\n## Features\n- Batch size: 8\n- Performance: mAP@0.5: 0.858\n")) == []


def test_a_metric_may_have_its_task_set_apart() -> None:
    assert only("# Detector\n\nmAP@50 (B): 0.9588\nmAP@50-95 (B): 0.6539\n").evaluations[0].metric("AP50")


def test_a_long_name_says_that_it_is_cut() -> None:
    said = "the same as before, but with all that we know of the small objects in the corners of the images"
    text = f"# A\n\n---\n- {said}\n- mAP: 0.41\n\n---\n- other\n- mAP: 0.42\n"
    assert not any(said[:60] in name and not name.endswith("…)") for name in names(note(text)))


def test_what_a_table_varies_is_said_by_its_first_header() -> None:
    (made,) = note("# Kalman\n\n| Epoch | 10 | 20 |\n|--|--|--|\n| mAP | 0.31 | 0.38 |\n").experiments
    assert {each.epoch: each.metrics[0].text for each in made.evaluations} == {10: "0.31", 20: "0.38"}


def test_a_result_that_is_said_to_be_official_is_of_others() -> None:
    text = f"# Model\n- lr = 0.01\n- ours:\n\n{FENCE}\n- PyTorch ({{}}):\n\n{FENCE}"
    assert len(note(text.format("official repository")).experiments) == 1
    assert len(note(text.format("second seed")).experiments) == 2


def test_the_folder_of_a_run_names_its_row_before_the_checkpoint() -> None:
    text = table(
        "folder | lr | model | mAP", "unet_r18 | 5e-4 | best(18) | 0.94", "unet_r18_b | 5e-4 | best(6) | 0.941"
    )
    assert names(note(text)) == ["unet_r18", "unet_r18_b"]


def test_a_column_of_the_papers_numbers_makes_the_others_own() -> None:
    rows = ("Mask R-CNN | 72.9 | 48.8 | 57.6", "SAM | 66.2 | 40.1 | 10.1")
    text = table("Model | mIoU | mAP | Paper mAP", *rows).replace("# Runs", "# Models from the paper")
    assert [each.evaluations[-1].metrics[0].text for each in note(text).experiments] == ["48.8", "40.1"]
    assert not note(text.replace("Paper mAP", "other")).experiments


def test_the_task_may_be_written_out() -> None:
    (made,) = note("# Cells\n\n## Performance snapshot\n- Segmentation mAP: **0.534**\n").experiments
    assert (made.name, made.evaluations[0].task) == ("Cells", "segm")


def test_a_row_that_an_empty_line_cut_from_its_table_names_no_run() -> None:
    text = f"# Runs\n\n| | mAP |\n|--|--|\n| | 0.41 |\n\n| | 0.42 |\n\n{FENCE}"
    assert not any("|" in name for name in names(note(text)))


def test_values_that_are_tried_in_their_order_name_their_runs() -> None:
    text = table(
        "Patch size | Overlap | mIoU | F1",
        "144 | 75 | 0.321 | 0.41",
        "144 | 60 | 0.325 | 0.42",
        "256 | 75 | 0.33 | 0.4",
    )
    runs = note(text).experiments
    assert [each.name for each in runs] == [
        "Patch size 144, Overlap 75",
        "Patch size 144, Overlap 60",
        "Patch size 256, Overlap 75",
    ]
    assert [(e.task, e["mIoU"], e["F1"]) for e in runs[0].evaluations] == [("sem_seg", 0.321, 0.41)]


@pytest.mark.parametrize("header", ["Epoch", "Image", "IoU", "Class id", "x", "Num objects"])
def test_numbers_of_steps_and_of_images_name_no_runs(header: str) -> None:
    text = table(f"{header} | mIoU | Dice", "1 | 0.321 | 0.41", "2 | 0.325 | 0.42", "3 | 0.33 | 0.4")
    assert not [name for name in names(note(text)) if header in name]


def test_numbers_in_no_order_and_those_that_come_again_name_none() -> None:
    rows = ("5 | 0.321 | 0.41", "2 | 0.325 | 0.42", "7 | 0.33 | 0.4"), ("5 | 0.321 | 0.41", "5 | 0.325 | 0.42")
    assert not [name for each in rows for name in names(note(table("Depth | mIoU | Dice", *each))) if "Depth" in name]


def test_rows_of_ticks_are_called_by_what_is_ticked() -> None:
    assert names(note(table("GN | DCN | AP", " |  | 36.6", "✓ | | 37.9", "✓ | ✓ | 39.4"))) == [
        "without GN, DCN",
        "GN",
        "GN + DCN",
    ]
    assert names(note(table("GN | DCN | AP", "no | no | 36.6", "yes | no | 37.9", "no | yes | 38"))) == [
        "without GN, DCN",
        "GN",
        "DCN",
    ]
    assert names(note(table("Method | GN | AP", "wide | ✓ | 36.6", "deep | ✓ | 37.9"))) == ["wide", "deep"]


@pytest.mark.parametrize("header", ["结果(AP)", "Result (AP)", "精度 AP"])
def test_a_header_may_say_that_its_metric_is_the_result(header: str) -> None:
    assert told(note(table(f"实验 | 学习率 | {header}", "基线 | 1e-3 | 38.7", "加大 | 5e-3 | 38.9"))) == [
        ("基线", "finished", 0.387),
        ("加大", "finished", 0.389),
    ]
