"""Which rows are experiments: cut tables, rows of images, of speed, of progress, plans, and what sums up sections."""

import pytest

from tests.notes.test_experiments import FENCE, note, values
from tests.notes.test_rows import told


def test_rows_behind_an_empty_line_belong_to_the_table_above() -> None:
    text = "| run | mAP |\n|--|--|\n| a1 | 0.31 |\n\n| a2 | 0.33 |\n| a3 | 0.35 |\n\n| other | width | here |\n"
    assert told(note(text)) == [("a1", "finished", 0.31), ("a2", "finished", 0.33), ("a3", "finished", 0.35)]


def test_a_row_behind_a_paragraph_belongs_to_no_table() -> None:
    text = "| run | mAP |\n|--|--|\n| a1 | 0.31 |\n\nAnd then\n\n| a2 | 0.33 |\n"
    assert told(note(text)) == [("a1", "finished", 0.31)]


def test_rows_of_single_images_are_no_experiments() -> None:
    text = "## The best run\n| Set | Image | mAP50 |\n|--|--|--|\n| val | 17 | 0.61 |\n| val | 40 | 0.55 |\n"
    assert told(note(text)) == []


def test_rows_of_images_are_none_beside_a_column_of_models_where_each_image_has_its_own_name() -> None:
    text = "| image_id | mean_dice | method |\n|--|--|--|\n| c17 | 0.61 | wide |\n| c40 | 0.55 | wide |\n"
    text += "| c17 | 0.5 | base |\n"
    assert told(note(text)) == []


def test_beside_a_name_a_column_image_is_the_size() -> None:
    text = "| Model | Image | mAP |\n|--|--|--|\n| a1 | 640 | 0.31 |\n| a2 | 1280 | 0.36 |\n"
    assert [name for name, _, _ in told(note(text))] == ["a1", "a2"]


def test_a_row_of_which_only_the_speed_was_measured_is_no_plan() -> None:
    text = "| Model | mAP | FPS |\n|--|--|--|\n| a1 | 0.31 | 40 |\n| a1-int8 | | 90 |\n| a2 | | |\n"
    assert told(note(text)) == [("a1", "finished", 0.31), ("a1-int8", "noted", None), ("a2", "planned", None)]


def test_the_progress_of_a_run_is_that_of_its_section() -> None:
    text = (
        "## Run 7\n### Config\n- lr = 0.01\n### Training progress\n"
        "| Epoch | Val mAP | Notes |\n|--|--|--|\n| 10 | 0.21 | climbing |\n| 20 | 0.28 | best |\n"
    )
    (run,) = note(text).experiments
    assert run.name == "Run 7"
    assert [each.epoch for each in run.evaluations] == [10, 20]
    assert values(run)["lr"] == 0.01


def test_a_remark_on_how_far_a_run_had_come_names_none() -> None:
    rows = "| {} | AP | AP50 |\n|--|--|--|\n| 0 (weights of COCO) | 21.4 | 40.2 |\n| 500 | 30.5 | 51.7 |\n"
    rows += "| **900（last）** | 33.1 | 54.8 |\n"
    (run,) = note(f"# Curve of the baseline\n- lr: 0.01\n\n{rows.format('iteration')}").experiments
    assert (run.name, [each.iteration for each in run.evaluations]) == ("Curve of the baseline", [None, 500, 900])
    nets = rows.format("model").replace("500", "500 (deep)")
    assert [name for name, _, _ in told(note(nets))] == ["0 (weights of COCO)", "500 (deep)", "900（last）"]


def test_a_remark_names_a_row_that_has_no_other_name() -> None:
    text = "| lr | mAP | notes |\n|--|--|--|\n| 0.01 | 0.31 | warmup |\n| 0.02 | 0.30 | none |\n"
    assert [name for name, _, _ in told(note(text))] == ["warmup", "none"]


@pytest.mark.parametrize("waiting", ["TBD", "pending training run", "to be run", "待跑"])
def test_a_table_whose_results_are_all_awaited_is_a_plan(waiting: str) -> None:
    text = f"| ID | change | mAP |\n|--|--|--|\n| G0 | default | {waiting} |\n| G1 | focal | {waiting} |\n"
    assert told(note(text)) == [("G0", "planned", None), ("G1", "planned", None)]


@pytest.mark.parametrize("blank", ["", "-", "0.XX", "x.x"])
def test_a_form_to_be_filled_in_is_no_plan(blank: str) -> None:
    assert (
        told(note(f"| ID | change | mAP |\n|--|--|--|\n| G0 | default | {blank} |\n| G1 | focal | {blank} |\n")) == []
    )


def test_a_row_with_the_number_of_a_section_sums_it_up() -> None:
    text = (
        "| Experiment | Val IoU |\n|--|--|\n| EXP-1 | 41.0% |\n| EXP-2 | 43.5% |\n"
        "## Experiment 1: plain\n- lr = 0.1\n- Final Val IoU: 0.4102\n## Experiment 2: deeper\n- lr = 0.2\n"
    )
    found = note(text).experiments
    assert [(each.name, each.state) for each in found] == [
        ("Experiment 1: plain", "finished"),
        ("Experiment 2: deeper", "finished"),
    ]
    assert [each.evaluations[0]["mIoU"] for each in found] == [0.4102, 0.435]


def test_a_plain_number_of_a_row_may_count_anything() -> None:
    text = "| no | mAP |\n|--|--|\n| 1 | 0.31 |\n\n## 1. Warm up\n- lr = 0.1\n- mAP: 0.25\n"
    assert [each.name for each in note(text).experiments] == ["1", "1. Warm up"]


def test_a_status_in_bold_letters_is_a_status() -> None:
    text = "# Tries\n## a\n- lr = 0.1\n- mAP: 0.3\n## b\n- **Status:** Running\n## c\n- **Status:** Pending (memory)\n"
    assert [each.state for each in note(text).experiments] == ["finished", "running", "planned"]


def test_rows_of_two_tables_may_have_the_same_number_and_a_baseline_is_shown_again() -> None:
    text = (
        "## One\n| neck | mAP | remarks |\n|--|--|--|\n| plain | 37.5 | baseline |\n| wide | 38.1 | |\n\n"
        "## Two\n| act | mAP | remarks |\n|--|--|--|\n| relu | 37.5 | baseline |\n| mish | 38.1 | |\n"
    )
    assert [name for name, _, _ in told(note(text))] == ["plain", "wide", "mish"]


def test_a_record_of_experiments_tells_in_words_what_came_out() -> None:
    text = (
        "| date | experiment | changed | result |\n|--|--|--|--|\n| 2026-01-02 | plain | | better than before |\n"
        "| 2026-01-03 | wide | | loss is NaN |\n| 2026-01-04 | deep | | |\n"
    )
    assert [(name, state) for name, state, _ in told(note(text))] == [
        ("plain", "finished"),
        ("wide", "failed"),
        ("deep", "planned"),
    ]


@pytest.mark.parametrize(
    "headers", ["date | change | author", "experiment | question | result", "date | paper | result"]
)
def test_a_table_of_other_things_is_no_record_of_experiments(headers: str) -> None:
    assert told(note(f"| {headers} |\n|--|--|--|\n| 2026-01-02 | faster loading | good |\n")) == []


def test_a_column_of_gains_or_of_winners_is_no_run() -> None:
    text = "| Metric | base | wide run | Best | change |\n|--|--|--|--|--|\n| mAP | 0.31 | 0.35 | wide | **+0.04** |\n"
    text += "| mAP50 | 0.52 | 0.51 | base | -0.01 |\n"
    assert told(note(text)) == [("base", "finished", 0.31), ("wide run", "finished", 0.35)]
    signed = "| Metric | base | wide run | Δ (wide − base) |\n|--|--|--|--|\n| mAP | 0.31 | 0.35 | 0.04 |\n"
    assert told(note(signed)) == [("base", "finished", 0.31), ("wide run", "finished", 0.35)]
    assert told(note("| Metric | Δ |\n|--|--|\n| mAP | 0.04 |\n| mAP50 | 0.03 |\n")) == []


def test_the_column_that_says_in_which_epoch_each_metric_was_best_is_no_run() -> None:
    text = "## Wide run\n| Criterion | Epoch | Value |\n|--|--:|--:|\n| Best mAP50 | 86 | 0.331 |\n"
    text += "| Best mAP50-95 | 89 | 0.192 |\n"
    assert told(note(text)) == [("Wide run", "finished", 0.192)]


def test_headers_with_a_word_of_classes_above_scores_make_no_table_of_classes() -> None:
    text = "| Model | Config | val mAP | LB before applying 2 class |\n|--|--|--|--|\n| x | wide | 0.41 | 0.13 |\n"
    assert told(note(text)) == [("x", "finished", 0.41)]
    assert told(note("| Model | class | mAP |\n|--|--|--|\n| x | dog | 0.41 |\n")) == []


def test_a_survey_that_links_papers_is_of_others() -> None:
    text = (
        "| Method | mAP |\n|--|--|\n| [a](https://arxiv.org/abs/1) | 0.31 |\n| [b](https://arxiv.org/abs/2) | 0.35 |\n"
    )
    assert told(note(text)) == []


def test_the_original_beside_the_reproduction_is_published() -> None:
    text = "| Model | mAP |\n|--|--|\n| net (original) | 0.31 |\n| net (reproduce) | 0.30 |\n"
    assert told(note(text)) == [("net (reproduce)", "finished", 0.30)]


def test_rows_of_epochs_that_took_their_own_training_are_runs() -> None:
    text = "| Epochs | mAP | training time |\n|--|--|--|\n| 50 | 0.31 | 13min |\n| 100 | 0.35 | 26min |\n"
    assert told(note(text)) == [("epochs 50", "finished", 0.31), ("epochs 100", "finished", 0.35)]


def test_rows_that_repeat_three_numbers_of_another_table_are_the_same_runs() -> None:
    first = "| Model | mAP | P | R |\n|--|--|--|--|\n| nano | 0.312 | 0.501 | 0.602 |\n| small | 0.35 | 0.5 | 0.7 |\n"
    again = (
        "\n## All\n| No | mAP | P | R |\n|--|--|--|--|\n| A1 | 0.312 | 0.501 | 0.602 |\n| A3 | 0.312 | 0.44 | 0.6 |\n"
    )
    assert [name for name, _, _ in told(note(first + again))] == ["nano", "small", "A3"]


def test_one_row_that_waits_in_words_makes_the_empty_ones_beside_it_plans() -> None:
    text = "| ID | change | mAP | note |\n|--|--|--|--|\n| e1 | base | - | YOLO11n |\n| e2 | wide | - | 待执行 |\n"
    assert told(note(text)) == [("e1", "planned", None), ("e2", "planned", None)]


def test_a_row_that_a_leaderboard_scored_is_the_authors_wherever_it_stands() -> None:
    text = "## Overview\n| Model | {} | Valid mAP |\n|--|--|--|\n| x6 | 0.59 | 0.63 |\n"
    assert told(note(text.format("Public LB mAP"))) == [("x6", "finished", 0.63)]
    assert told(note(text.format("train mAP"))) == []


def test_a_section_of_published_models_is_no_run_for_what_is_said_of_them() -> None:
    table = "## Zoo 2\n| Model | mAP | Download |\n|--|--|--|\n| a | 20.1 | [ckpt](https://h/a.pth) |\n"
    text = f"{table}\n- lr=0.01 for 4 GPUs\n"
    assert note(text).experiments == ()


def test_a_heading_of_an_epoch_is_a_part_of_the_run_above() -> None:
    text = "## wide lr 0.01\n### Epoch 1 (first)\n- mAP: 0.31\n### Epoch 2\n- mAP: 0.33\n"
    assert told(note(text)) == [("wide lr 0.01", "finished", 0.33)]


def test_a_row_of_the_same_name_with_another_backbone_is_a_run_of_its_own() -> None:
    text = "# {0}\n| Model | backbone | mAP |\n|--|--|--|\n| default | {0} | {1} |\n\n"
    twice = text.format("resnet50", 0.31) + text.format("resnet101", 0.35)
    assert told(note(twice)) == [
        ("default, backbone resnet50", "finished", 0.31),
        ("default, backbone resnet101", "finished", 0.35),
    ]
    assert len(told(note(2 * text.format("resnet50", 0.31)))) == 1


def test_a_row_of_the_same_name_with_another_number_is_a_run_of_its_own_but_for_that_of_one_class() -> None:
    text = "# On {0}\n| Model | mAP |\n|--|--|\n| default | {1} |\n\n"
    assert len(told(note(text.format("roads", 0.31) + text.format("fields", 0.35)))) == 2
    assert len(told(note(text.format("roads", 0.31) + text.format("class car", 0.35)))) == 1
    other = "# Thresholds\n| Model | AP50 | AP75 |\n|--|--|--|\n| default | 0.5 | 0.3 |\n"
    assert len(told(note(text.format("roads", 0.31) + other))) == 1


@pytest.mark.parametrize(("one", "other"), [("Validation Set", "Test Set"), ("val", "test"), ("验证集", "测试集")])
def test_columns_that_are_splits_are_of_one_run(one: str, other: str) -> None:
    (run,) = note(f"## A run\n| Metric | {one} | {other} |\n|--|--|--|\n| mAP@0.5 | 90.7% | 71.2% |\n").experiments
    assert {each.split: each["AP50"] for each in run.evaluations} == {"": 0.907, "test": 0.712}
    assert [name for name, _, _ in told(note("| Metric | a1 | test |\n|--|--|--|\n| mAP | 0.3 | 0.2 |\n"))] == [
        "a1",
        "test",
    ]


def test_a_sentence_in_bold_letters_is_no_heading() -> None:
    for sentence in ("Tips: this page will not be updated.", "说明：后续可能不会再更新了。"):
        text = f"# Wide run\n**{sentence}**\n\n| Metric | Value |\n|--|--|\n| mAP | 0.31 |\n"
        assert told(note(text)) == [("Wide run", "finished", 0.31)]


def test_a_full_stop_behind_bold_letters_leaves_them_a_heading() -> None:
    text = "**In colour**\n\nmAP: 0.36\n\n**In grey**.\n\nmAP: 0.42\n"
    assert [each.name for each in note(text).experiments] == ["In colour", "In grey"]


def test_a_block_that_prints_the_number_of_one_row_is_of_that_row() -> None:
    table = "| run | val mAP | test mAP |\n|--|--|--|\n| a | 0.877 | 0.682 |\n| b | 0.909 | 0.101 |\n"
    found = note(f"{table}\n{FENCE}").experiments
    assert [each.name for each in found] == ["a", "b"]
    assert [(e.split, e["AP"]) for e in found[1].evaluations] == [("", 0.909), ("test", 0.101), ("test", 0.1)]


def test_a_block_of_other_numbers_is_a_run_beside_the_table() -> None:
    table = "| run | mAP |\n|--|--|\n| a | 0.682 |\n| b | 0.793 |\n"
    assert len(note(f"{table}\n{FENCE}").experiments) == 3


def test_a_row_of_nothing_but_a_link_is_no_run() -> None:
    text = "| run | mAP |\n|--|--|\n| a | 0.31 |\n| log: https://host/s/1 code: ab | |\n"
    assert told(note(text)) == [("a", "finished", 0.31)]


@pytest.mark.parametrize("header", ["Clase", "缺陷类型", "Defect type", "Класс"])
def test_the_classes_of_one_result_are_no_runs(header: str) -> None:
    text = (
        f"## The best run\n| {header} | AP50 |\n|--|--|\n| hat | 0.93 |\n| head | 0.95 |\n| Global (media) | 0.94 |\n"
    )
    (run,) = note(text).experiments
    assert (run.name, [m.value for e in run.evaluations for m in e.metrics]) == ("The best run", [0.94])


def test_the_epochs_of_a_run_are_not_another_run() -> None:
    result = "| Metric | Value |\n|--|--|\n| mAP@0.5 | 0.843 |\n| Recall | 0.822 |\n"
    epochs = "| Epoch | mAP@0.5 | Recall |\n|--|--|--|\n| 1 | 0.715 | 0.661 |\n| 15 | 0.843 | 0.822 |\n"
    text = f"# Helmets\n## Results\n{result}\n---\n### Training Progress (selected epochs)\n{epochs}"
    (run,) = note(text).experiments
    assert [each.epoch for each in run.evaluations] == [None, 1, 15]


def test_a_row_of_changes_is_no_run() -> None:
    rows = "| base | 0.4279 | 0.6166 |\n| ours | **0.4870** | **0.6540** |\n| Delta (pp) | **+5.91%** | **-0.3%** |\n"
    found = note(f"# A\n\n| Model | mAP@0.5:0.95 | mAP@0.5 |\n|---|---|---|\n{rows}")
    assert [each.name for each in found.experiments] == ["base", "ours"]


def test_a_table_of_what_is_under_way_needs_no_metric() -> None:
    rows = "| a | 0.01 | 🔄 训练中 (epoch 31/300) |\n| b | 0.02 | ✅ done |\n| c | 0.03 | queued |\n"
    text = "# A sweep of detectors\n| {} | lr | Status |\n|--|--|--|\n" + rows
    assert told(note(text.format("Run"))) == [
        ("a", "running", None),
        ("b", "finished", None),
        ("c", "planned", None),
    ]
    assert told(note(text.format("Task"))) == []
    assert told(note(text.format("Run").replace("done", "see log"))) == []


def test_a_table_below_a_heading_of_models_to_fetch_is_of_others() -> None:
    table = "### Base models\n| Model | AP |\n|--|--|\n| S | 48.1 |\n| M | 49.9 |\n"
    for heading in ("📊 Model Zoo", "Supported Models", "支持的模型"):
        assert told(note(f"# Polyps\n## {heading}\n{table}")) == []
    assert len(told(note(f"# Polyps\n## 📊 Our models\n{table}"))) == 2


def test_what_is_called_original_is_of_others_and_a_baseline_beside_ours_is_own() -> None:
    rows = "| {} | 0.310 |\n| Ours | 0.302 |\n"
    text = "# A\n| Model | mAP |\n|--|--|\n" + rows
    assert told(note(text.format("Original (darknet)"))) == [("Ours", "finished", 0.302)]
    assert told(note(text.format("YOLOv8n"))) == [("Ours", "finished", 0.302)]
    assert [name for name, _, _ in told(note(text.format("Baseline YOLOv8n")))] == ["Baseline YOLOv8n", "Ours"]


def test_a_sign_that_shows_the_best_is_no_part_of_the_number() -> None:
    text = "| run | mAP | bbox_mAP_s |\n|--|--|--|\n| a | ✅**0.51** | ✅**0.0100** |\n| b | ⭐ 0.49 | 0.02 |\n"
    assert [[m.text for e in each.evaluations for m in e.metrics] for each in note(text).experiments] == [
        ["0.51", "0.0100"],
        ["0.49", "0.02"],
    ]


def test_tables_with_the_same_columns_are_told_apart_together() -> None:
    text = "### {0}\n| Model | Backbone (size) | mAP |\n|--|--|--|\n| Faster R-CNN | {0} | {1} |\n\n"
    found = note(f"# Trash\n{text.format('tiny (512)', 0.31)}{text.format('tiny (1024)', 0.35)}")
    assert [each.name for each in found.experiments] == ["Faster R-CNN, tiny (512)", "Faster R-CNN, tiny (1024)"]


def test_columns_of_one_metric_are_of_the_data_that_they_name() -> None:
    text = "| run | mIoU (%) ({}) | mIoU (%) ({}) |\n|--|--|--|\n| a | 22.88 | 19.93 |\n"
    (run,) = note(text.format("Urban", "Rural")).experiments
    assert [(e.data_set, e.task, e["mIoU"]) for e in run.evaluations] == [
        ("Urban", "sem_seg", 0.2288),
        ("Rural", "sem_seg", 0.1993),
    ]
    days = "| run | Day mAP@0.5 | Night mAP@0.5 | Gap |\n|--|--|--|--|\n| a | 45.6 | 39.1 | 6.5 |\n"
    assert [(e.data_set, e["AP50"]) for e in note(days).experiments[0].evaluations] == [
        ("Day", 0.456),
        ("Night", 0.391),
    ]
    assert not note(text.format("FP32", "INT8")).experiments
    assert not note(text.format("ours", "paper")).experiments


def test_a_name_in_brackets_behind_a_metric_may_stand_alone() -> None:
    text = "| run | mAP {} |\n|--|--|\n| a | 0.45 |\n"
    (run,) = note(text.format("(tree)")).experiments
    assert [(e.data_set, e["AP"]) for e in run.evaluations] == [("tree", 0.45)]
    (run,) = note("| run | mAP (tree) | mAP |\n|--|--|--|\n| a | 0.45 | 0.36 |\n").experiments
    assert [(e.data_set, e["AP"]) for e in run.evaluations] == [("tree", 0.45), ("", 0.36)]
    for other in ("(target)", "(reported)", "gap", "of trees"):
        assert not note(text.format(other)).experiments


def test_columns_of_classes_are_of_the_metric_that_their_title_names() -> None:
    text = "# AP50 {}\n| run | cat | dog |\n|--|--|--|\n| a | 45.1 | 39.9 |\n"
    (run,) = note(text.format("per class")).experiments
    assert [(e.data_set, e["AP50"]) for e in run.evaluations] == [("cat", 0.451), ("dog", 0.399)]
    assert not note(text.format("and what it costs")).experiments
    assert not note(text.format("per class").replace("run", "species")).experiments
    assert not note(text.format("per class").replace("45.1", "451").replace("39.9", "399")).experiments


def test_the_mean_below_the_folds_of_a_run_is_none() -> None:
    text = "| {} | mAP |\n|--|--|\n| 0 | 0.4315 |\n| 1 | 0.4554 |\n| **Mean** | **0.4435** |\n| Std | 0.0120 |\n"
    assert told(note(text.format("Fold"))) == [("Fold 0", "finished", 0.4315), ("Fold 1", "finished", 0.4554)]
    assert [name for name, _, _ in told(note(text.format("Model")))] == ["Model 0", "Model 1"]
    alone = text.format("Model").rpartition("| Std")[0]
    assert [name for name, _, _ in told(note(alone))][-1:] == ["Mean"]


def test_a_table_may_write_its_numbers_with_a_comma() -> None:
    text = "| Cấu hình | Tệp (MB) | mAP@0,5 | Ghi chú |\n|--|--|--|--|\n| YOLO26s | 19,39 | **0,9520** | 1, 2 |\n"
    (run,) = note(text).experiments
    assert (run.name, [(m.name, m.value) for m in run.evaluations[0].metrics]) == ("YOLO26s", [("AP50", 0.952)])
    assert not note("| run | mAP |\n|--|--|\n| a | 1,205 |\n").experiments


def test_a_metric_beside_its_own_letter_is_of_no_task() -> None:
    text = "| Metric | Value |\n|--|--|\n| Precision (P) | **0.806** |\n| Recall (R) | 0.717 |\n| mAP50 | 0.770 |\n"
    (result,) = note(text).experiments[0].evaluations
    assert (result.task, [(m.name, m.text) for m in result.metrics]) == (
        "bbox",
        [("P", "0.806"), ("R", "0.717"), ("AP50", "0.770")],
    )


@pytest.mark.parametrize(("box", "mask"), [("Box", "Mask"), ("Bounding Boxes", "Segmentation Masks")])
def test_columns_that_are_tasks_are_of_one_run(box: str, mask: str) -> None:
    text = f"## Wide\n| Metric | {box} | {mask} |\n|--|--|--|\n| Recall | 99.1% | 98.2% |\n| mAP50 | 91.1% | 78.9% |\n"
    (run,) = note(text).experiments
    assert run.name == "Wide"
    found = sorted((e.task, e["AP50"], e["R"]) for e in run.evaluations)
    assert found == [("bbox", 0.911, 0.991), ("segm", 0.789, 0.982)]


@pytest.mark.parametrize(
    ("head", "cell", "told"),
    [
        ("mAP50 / mAP50-95", "45.2 / 38.1", {"AP50": 0.452, "AP": 0.381}),
        ("AP50 (AP75)", "45.2 (38.1)", {"AP50": 0.452, "AP75": 0.381}),
        ("P/R/mAP50", "0.71/0.66/0.70", {"P": 0.71, "R": 0.66, "AP50": 0.7}),
    ],
)
def test_a_cell_may_hold_a_number_for_each_metric_of_its_head(head: str, cell: str, told: dict[str, float]) -> None:
    text = f"| run | {head} |\n|--|--|\n| a | {cell} |\n| b | - |\n"
    first, second = note(text).experiments
    assert {m.name: m.value for e in first.evaluations for m in e.metrics} == told
    assert (second.name, second.state, second.evaluations) == ("b", "planned", ())


def test_the_words_of_a_head_may_part_its_numbers() -> None:
    text = "| run | {} |\n|--|--|\n| a | 45.2 / 38.1 |\n"
    (run,) = note(text.format("AP (val/test)")).experiments
    assert [(e.split, e["AP"]) for e in run.evaluations] == [("", 0.452), ("test", 0.381)]
    (run,) = note(text.format("box/mask AP")).experiments
    assert [(e.task, e["AP"]) for e in run.evaluations] == [("bbox", 0.452), ("segm", 0.381)]


@pytest.mark.parametrize(("head", "cell"), [("mAP / FPS", "45.2 / 38.1"), ("mAP50 / mAP75", "45.2 / 38.1 / 30")])
def test_numbers_of_which_one_has_no_metric_are_none(head: str, cell: str) -> None:
    assert not note(f"| run | {head} |\n|--|--|\n| a | {cell} |\n").experiments


def test_rows_may_name_their_metric_and_the_value_may_stand_behind_the_state() -> None:
    head = "# Runs\n| run | Metric | {} | epochs |\n|--|--|--|--|\n"
    found = note(head.format("Value") + "| a | mAP50 | 0.87 | 9 |\n| a | mAP | 0.61 | 9 |\n| b | mAP | 0.5 | 9 |\n")
    assert [(each.name, each.value("epochs")) for each in found.experiments] == [("a", 9), ("b", 9)]
    assert {m.name: m.value for e in found.experiments[0].evaluations for m in e.metrics} == {"AP50": 0.87, "AP": 0.61}
    rows = "| a | mAP50 | ✅ Done (87.2%) | 9 |\n| b | mAP50 | Failed | 9 |\n| c | mAP50 | Pending | 9 |\n"
    found = note(head.format("Status") + rows)
    assert [(each.name, each.state) for each in found.experiments] == [
        ("a", "finished"),
        ("b", "failed"),
        ("c", "planned"),
    ]
    assert found.experiments[0].evaluations[0]["AP50"] == 0.872
    speed = "| a | Speed | ✅ Done (87.2%) | 9 |\n"
    assert not note(head.format("Status") + speed).experiments


def test_a_file_name_may_be_that_of_a_run() -> None:
    table = "| file_name | epoch | best_val_mAP |\n|--|--|--|\n| {} | 15 | 0.877 |\n| {} | 15 | 0.74 |\n"
    assert [each.name for each in note(table.format("default", "fulldata_r101")).experiments] == [
        "default",
        "fulldata_r101",
    ]
    assert not note(table.format("a.jpg", "b.jpg")).experiments


def test_a_list_of_files_makes_no_page_of_published_models() -> None:
    rows = "| run | mAP |\n|--|--|\n| a | 0.31 |\n\n"
    files = "| {} | {} |\n|--|--|\n| [config.yaml](config.yaml) | as used |\n"
    assert note(rows + files.format("File", "Contents")).experiments
    assert not note(rows + files.format("Config", "mAP")).experiments


def test_a_list_of_items_and_values_tells_of_one_run() -> None:
    rows = "| Completed | yes |\n| Images | 4952 |\n| Batches | many |\n"
    head = f"# Faster R-CNN\n## Result\n| Item | Value |\n|--|--|\n{rows}"
    found = note(f"{head}| Best validation map_50_95 | 0.3132 |\n| Test map_50_95 | 0.3223 |\n").experiments
    assert [(each.name, [(e.split, e["AP"]) for e in each.evaluations]) for each in found] == [
        ("Faster R-CNN", [("", 0.3132), ("test", 0.3223)])
    ]
    assert not note(f"{head}| Box loss | 0.5 |\n| IoU threshold | 0.5 |\n").experiments


def test_rows_of_one_name_that_share_a_number_are_two_runs_where_most_others_differ() -> None:
    table = "| run | mAP | AP50 | AP75 |\n|--|--|--|--|\n| a | {} | {} | 0.387 |\n\n"
    assert (
        len(note(f"## conf 0.1\n{table.format(0.473, 0.768)}## conf 0.5\n{table.format(0.438, 0.707)}").experiments)
        == 2
    )
    assert (
        len(note(f"## conf 0.1\n{table.format(0.473, 0.768)}## conf 0.5\n{table.format(0.473, 0.768)}").experiments)
        == 1
    )


def test_settings_of_several_runs_in_one_list_are_of_no_row() -> None:
    table = "| run | mAP |\n|--|--|\n| fast | 0.31 |\n| slow | 0.35 |\n"
    found = note(f"# Two\n- lr = 0.1\n- batch size = 16\n- batch size = 8\n\n{table}").experiments
    assert [(each.value("lr"), each.value("train_batch_size")) for each in found] == [(0.1, None)] * 2


def test_a_character_without_width_beside_bold_letters_is_none_of_a_cell() -> None:
    (run,) = note("| \u200b**Model**\u200b | \u200b**AP**\u200b |\n|--|--|\n| a | \u200b**29.8**\u200b |\n").experiments
    assert (run.name, run.evaluations[0]["AP"]) == ("a", 0.298)


def test_a_column_of_classes_may_write_its_name_as_programs_do() -> None:
    table = "| {} | mAP50 |\n|--|--|\n| mouse_bite | 0.58 |\n| spur | 0.48 |\n"
    assert not note(table.format("class_name")).experiments
    assert [each.name for each in note(table.format("run_name")).experiments] == ["mouse_bite", "spur"]


def test_the_column_that_says_a_name_names_the_rows() -> None:
    rows = "| lvis | graph_step1 | 1 | 10.3 |\n| lvis | graph_step10 | 10 | 4.7 |\n"
    text = f"| Dataset | {{}} | step | mean_AP |\n|--|--|--|--|\n{rows}"
    names = [each.name for each in note(text.format("baseline_name")).experiments]
    assert names == ["graph_step1", "graph_step10"]
    assert [each.name for each in note(text.format("split_name")).experiments] != names


@pytest.mark.parametrize(
    "news", ["- \\[2023.08.24\\] Release r18 pretrained models on objects365.", "2024年3月1日 发布模型权重"]
)
def test_the_page_of_models_that_its_news_release_is_of_others(news: str) -> None:
    table = "| Model | AP |\n|--|--|\n| R18 | 46.5 |\n"
    assert not note(f"# News\n{news}\n\n# Models\n{table}").experiments
    assert note(f"# News\n- 2023.08.24 trained again\n\n# Models\n{table}").experiments


def test_a_column_of_winners_is_no_run() -> None:
    head = "| Metric | U-Net | SegFormer | {} |\n|--|--|--|--|\n"
    rows = "| Dice | 0.8828 | 0.9159 | SegFormer +3.3% |\n| Precision | 0.9000 | 0.9305 | SegFormer +3.1% |\n"
    assert [each.name for each in note(head.format("Winner") + rows).experiments] == ["U-Net", "SegFormer"]
    assert len(note(head.format("Third") + rows.replace("SegFormer +", "0.9")).experiments) == 3


def test_the_dice_of_the_foreground_and_of_a_board_is_dice() -> None:
    table = "| Model | {} |\n|--|--|\n| a | 0.7326 |\n"
    for head, split in (("FG Dice ↑", ""), ("Kaggle Dice Score", "public")):
        (run,) = note(table.format(head)).experiments
        assert [(e.split, e["Dice"]) for e in run.evaluations] == [(split, 0.7326)]
    assert not note(table.format("Dice loss")).experiments


def test_columns_and_rows_that_are_called_after_epochs_are_of_one_run() -> None:
    turned = (
        "# Rover\n| Metric | Epoch 30 | Epoch 60 (best) |\n|--|--|--|\n| mAP50 | 0.51 | 0.57 |\n| R | 0.4 | 0.5 |\n"
    )
    upright = "# Rover\n| | mAP50 |\n|--|--|\n| epoch 30 | 0.51 |\n| epoch 60 | 0.57 |\n"
    for text in (turned, upright):
        (run,) = note(text).experiments
        assert run.name == "Rover"
        assert {(each.epoch, each["AP50"]) for each in run.evaluations} == {(30, 0.51), (60, 0.57)}
    trained = (
        "# Rover\n| Metric | 30 epochs | 60 epochs |\n|--|--|--|\n| mAP50 | 0.51 | 0.57 |\n| Recall | 0.4 | 0.5 |\n"
    )
    assert len(told(note(trained))) == 2


def test_metrics_in_rows_may_stand_among_losses() -> None:
    rows = "| Training Loss | 0.02 | 0.8 |\n| Validation Loss | 0.03 | 0.9 |\n| mAP @ 0.5 | 0.61 | 0.54 |\n"
    found = note(f"| Metric | ours-s | ours-m |\n|--|--|--|\n{rows}").experiments
    assert [(each.name, each.evaluations[0]["AP50"]) for each in found] == [("ours-s", 0.61), ("ours-m", 0.54)]
    losses = "| Loss | GIoU | DIoU |\n|--|--|--|\n| Training Loss | 0.02 | 0.8 |\n| Validation Loss | 0.03 | 0.9 |\n"
    assert not told(note(losses))


@pytest.mark.parametrize(
    "said",
    [
        "The numbers below are illustrative.",
        "Placeholder values, to be replaced:",
        "Các giá trị dưới đây chỉ là ví dụ minh họa.",
        "以下数据仅供示例。",
        "これらの数値は例です。",
        "아래 수치는 예시입니다.",
    ],
)
def test_a_table_whose_numbers_are_said_to_be_made_up_tells_of_no_run(said: str) -> None:
    table = "| run | mAP |\n|--|--|\n| a1 | 0.31 |\n| a2 | 0.33 |\n"
    assert not told(note(f"# Report\n{said}\n\n{table}"))
    assert len(told(note(f"# Report\n{said}\n\nWhat came out of ours:\n\n{table}"))) == 2


def test_the_numbers_of_a_paper_in_a_column_beside_leave_the_rows_the_author_s() -> None:
    text = "| Data | Map(%) | Paper Map(%) |\n|--|--|--|\n| VOC 2007 | 69.5 | 69.9 |\n| VOC 2012 | 76.4 | 73.2 |\n"
    assert [number for _, _, number in told(note(text))] == [0.695, 0.764]


def test_columns_of_classes_behind_that_of_all_are_no_runs() -> None:
    rows = "| mAP50 | 0.98 | 0.96 | 0.99 |\n| mAP50-95 | 0.78 | 0.65 | 0.92 |\n"
    (run,) = note(f"# Striker\n| Métrica | General | ball | robot |\n|--|--|--|--|\n{rows}").experiments
    assert (run.name, run.evaluations[0]["AP"]) == ("Striker", 0.78)
    assert len(told(note(f"# Striker\n| Métrica | a1 | a2 | a3 |\n|--|--|--|--|\n{rows}"))) == 3


def test_rows_with_a_column_of_downloads_are_published_before_there_is_one() -> None:
    text = "# Results\n| Backbone | Lr schd | box AP | {} |\n|--|--|--|--|\n| R-50 | 1x | 38.6 | - |\n"
    assert not told(note(text.format("Download")))
    assert len(told(note(text.format("Remark")))) == 1


def test_numbers_with_a_comma_or_in_a_formula_are_numbers() -> None:
    comma = "| Model | mAP@0.5 | Recall |\n|--|--|--|\n| a1 | 98,66% | **1,2%** |\n"
    assert note(comma).experiments[0].evaluations[0]["AP50"] == 0.9866
    formula = "| Model | mAP@0.5 |\n|--|--|\n| a1 | $85.9\\%$ |\n| a2 | **$\\mathbf{86.3\\%}$** |\n| a3 | $x^2$ |\n"
    results = [each.evaluations for each in note(formula).experiments]
    assert [each[0]["AP50"] for each in results[:2]] == [0.859, 0.863]
    assert not any(results[2:])


@pytest.mark.parametrize(
    "headers",
    [
        "last mAP50 | best mAP50 | best epoch",
        "mAP50 | max mAP50 | epoch (best)",
        "mAP50 (final) | mAP50 (best) | best epoch",
    ],
)
def test_the_best_of_a_run_beside_its_last_is_a_result_of_its_own_epoch(headers: str) -> None:
    table = f"| run | {headers} |\n|--|--|--|--|\n| lr 1e-3 | 0.31 | 0.35 | 17 |\n| lr 5e-3 | 0.30 | 0.33 | 9 |\n"
    runs = note(f"## Sweep\n{table}").experiments
    assert [[(e.epoch, e["AP50"]) for e in run.evaluations] for run in runs] == [
        [(17, 0.35), (None, 0.31)],
        [(9, 0.33), (None, 0.30)],
    ]


def test_a_best_without_a_last_beside_it_is_the_result() -> None:
    table = (
        "| run | best mAP50 | best mAP50-95 | P | best epoch |\n|--|--|--|--|--|\n| wide | 0.35 | 0.21 | 0.6 | 12 |\n"
    )
    (run,) = note(f"## Sweep\n{table}").experiments
    (only,) = run.evaluations
    assert only.epoch == 12
    assert {each.name: each.value for each in only.metrics} == {"AP50": 0.35, "AP": 0.21, "P": 0.6}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Interrupted (4/50 epochs)", ("stopped", "as the note says")),
        ("🥉 **Interrupted (Active Epoch 42)**", ("stopped", "as the note says")),
        ("aborted", ("stopped", "as the note says")),
        ("incomplete", ("stopped", "as the note says")),
        ("Completed (50/50 epochs)", ("finished", "")),
        ("complete, but for the plots", ("finished", "")),
    ],
)
def test_a_row_with_a_result_may_say_that_its_training_was_stopped(said: str, state: tuple[str, str]) -> None:
    (found,) = note(f"| run | lr | mAP | status |\n|--|--|--|--|\n| a1 | 0.1 | 0.3 | {said} |\n").experiments
    assert (found.state, found.reason) == state
