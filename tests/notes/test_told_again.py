"""What a note tells again, explains, hopes for or only names a phase of is no run of its own."""

import pytest

from tests.notes.test_experiments import BLOCK, note
from tests.notes.test_rows import told

ROWS = "| Model | mAP50 | Recall |\n|--|--|--|\n| plain | 0.981 | 0.977 |\n| light | 0.962 | 0.955 |\n"


def test_a_sentence_that_quotes_the_number_of_a_row_is_no_run() -> None:
    text = f"# Light\n## Results\n{ROWS}\n## Curve of the best\nOverall: **0.962 mAP50**\n\n- val mAP50: 0.962\n"
    assert told(note(text)) == [("plain", "finished", None), ("light", "finished", None)]
    assert len(note(text.replace("0.962 mAP50**", "0.971 mAP50**").replace("val mAP50: 0.962", "")).experiments) == 2
    own = f"# Light\n## Results\n{ROWS}\n## tall\n- lr: 0.01\n- mAP50: 0.962\n"
    assert [each.name for each in note(own).experiments] == ["plain", "light", "tall"]


@pytest.mark.parametrize("title", ["Summary", "总结", "Results summary", "まとめ"])
def test_rows_that_sum_up_are_those_above(title: str) -> None:
    first = "# Sweep\n| Method | mAP50 |\n|--|--|\n| INT8 (tiled 0.3) | 0.346 |\n| FP32 | 0.385 |\n"
    again = "| Method | mAP50 |\n|--|--|\n| INT8 (640 px) | 0.346 |\n"
    assert [each.name for each in note(f"{first}\n## {title}\n{again}").experiments] == ["INT8 (tiled 0.3)", "FP32"]
    assert len(note(f"{first}\n## On other data\n{again}").experiments) == 3


def test_a_number_stands_for_the_longer_name_that_it_begins() -> None:
    first = "# Carts\n| Metric | Trial 1 tall | Trial 2 wide |\n|--|--|--|\n| mAP50 | 0.702 | 0.731 |\n"
    head = "| Trial | Notebook | Data | mAP50 |\n|--|--|--|--|\n"
    plan = f"{first}\n## Plan\n{head}| Trial 1 | n3 | {{}} | {{}} |\n| Trial 2 | n4 | 90 clips | 0.731 |\n"
    runs = note(plan.format("60 clips", "0.702")).experiments
    assert [(each.name, each.value("train_data")) for each in runs] == [
        ("Trial 1 tall", "60 clips"),
        ("Trial 2 wide", "90 clips"),
    ]
    assert note(plan.format("—", "0.702")).experiments[0].value("train_data") is None
    others = note(plan.format("60 clips", "0.655")).experiments
    assert [each.name for each in others] == ["Trial 1 tall", "Trial 2 wide", "Trial 1"]


@pytest.mark.parametrize(
    "title", ["Kết quả mong đợi", "Resultados esperados", "Ожидаемые результаты", "Output of `val.py`"]
)
def test_what_is_hoped_for_in_other_languages_is_no_result(title: str) -> None:
    assert note(f"# A\n## {title}\n{ROWS}").experiments == ()


@pytest.mark.parametrize(
    "line", ["Ví dụ output:", "The script prints:", "Example of the output:", "结果输出到 `test.csv`："]
)
def test_what_a_line_calls_an_example_is_no_result(line: str) -> None:
    text = "# A\n\n{}\n\n```\nModel  mAP50  mAP50-95\na      0.31   0.21\n```\n"
    assert note(text.format(line)).experiments == ()
    assert len(note(text.format("It came out as this:")).experiments) == 1


@pytest.mark.parametrize("title", ["Conclusion", "결론", "总结"])
def test_a_table_below_a_conclusion_is_one_and_its_prose_is_none(title: str) -> None:
    assert len(note(f"# A\n## {title}\n{ROWS}").experiments) == 2
    assert note(f"# A\n## {title}\n- small boxes went from 0.01 to mAP 0.021\n").experiments == ()


def test_what_a_list_calls_its_settings_is_no_state() -> None:
    text = "# Two nets\n{}\n## How\n- **Training**: 50 epochs, batch=16\n"
    assert [each.name for each in note(text.format(ROWS)).experiments if each.state != "noted"] == ["plain", "light"]


def test_an_experiment_is_one_whatever_it_is_about() -> None:
    assert len(note(f"# A\n### Experiment 2: inference in tiles\n{ROWS}").experiments) == 2
    assert note(f"# A\n### Inference\n{ROWS}").experiments == ()


def test_a_heading_on_what_went_wrong_names_no_run() -> None:
    text = "# lr 0.1\n- mAP: 0.3\n\n# {}\n- batch = 256: too many anchors\n- batch = 96: fine\n"
    assert [each.name for each in note(text.format("根因 2：`batch=256` OOM")).experiments] == ["lr 0.1"]
    assert [each.name for each in note(text.format("Issue 3: out of memory")).experiments] == ["lr 0.1"]
    assert len(note(text.format("batch 256: out of memory")).experiments) == 2


def test_settings_that_no_run_with_a_result_declares_are_no_plan() -> None:
    text = "# Light\n## lr 0.1\n- lr = 0.1\n- mAP: 0.3\n\n## {0}\n- {1}\n"
    assert told(note(text.format("lr 0.2", "lr = 0.2")))[1:] == [("lr 0.2", "planned", None)]
    assert told(note(text.format("Limits", "seed = 42")))[1:] == [("Limits", "noted", None)]


@pytest.mark.parametrize(
    "phase",
    [
        "Training results",
        "Epoch-by-epoch metrics",
        "2. 模型评估",
        "Resultados",
        "主要发现",
        "모델 성능",
        "2. mAP & class-wise AP",
    ],
)
def test_a_phase_is_called_as_its_run(phase: str) -> None:
    (run,) = note(f"# Roads\n## Wide net\n### {phase}\n- final mAP: 0.31\n").experiments
    assert run.name == "Wide net"


def test_a_summary_of_performance_is_called_as_the_note() -> None:
    table = "| Metric | Value |\n|--|--|\n| mAP50 | 0.81 |\n"
    for phase in ("Performance Summary", "3.1 Headline Results", "最终性能指标", "Results & Analysis"):
        assert [each.name for each in note(f"# Fire\n## {phase}\n{table}").experiments] == ["Fire"]
    assert [each.name for each in note(f"# Fire\n## Summary of run 2\n{table}").experiments] == ["Summary of run 2"]


def test_a_number_that_counts_names_nothing() -> None:
    text = "# Boards\n| Class | Images | Instances | mAP50 |\n|--|--|--|--|\n| *All* | 753 | 3852 | 0.979 |\n"
    (run,) = note(f"{text}| hole | 98 | 448 | 0.97 |\n").experiments
    assert run.name == "Boards"


def test_a_sentence_that_quotes_a_list_of_numbers_is_no_run() -> None:
    text = (
        "# Planes\n## Findings\n- **Best:** the wide net achieved **93.31% mAP@50-95**\n\n"
        "## 2. Wide net\n### Final Results (Epoch 100)\n- **Recall:** 99.46%\n- **mAP@50:** 99.36%\n"
        "- **mAP@50-95:** **93.31%** ⭐\n"
    )
    (run,) = note(text).experiments
    assert (run.name, {m.name: m.value for each in run.evaluations for m in each.metrics}) == (
        "2. Wide net",
        {"R": 0.9946, "AP50": 0.9936, "AP": 0.9331},
    )


def test_lists_of_the_same_numbers_are_two_runs() -> None:
    text = "## {}\n- Recall: 99.46%\n- mAP@50: 99.36%\n- mAP@50-95: 93.31%\n\n"
    assert [each.name for each in note(text.format("a") + text.format("b")).experiments] == ["a", "b"]


def test_what_has_the_number_of_an_experiment_and_its_results_goes_on_with_it() -> None:
    text = "## E03 - small net\n- mean Dice: 0.8412\n- mean IoU: approximately 0.7391\n\n"
    again = "{}\n- mean Dice: 0.8412\n- mean IoU: 0.7391\n"
    (run,) = note(text + again.format("### E03 where it fails")).experiments
    assert (run.name, {m.name for each in run.evaluations for m in each.metrics}) == (
        "E03 - small net",
        {"Dice", "mIoU"},
    )
    for other in ("## E04 - small net, again", "## small net, again"):
        assert len(note(text + again.format(other)).experiments) == 2
    assert (
        len(note(text + again.format("### E03 on dark images").replace("IoU: 0.7391", "IoU: 0.5391")).experiments) == 2
    )


def test_each_study_has_a_baseline_of_its_own() -> None:
    text = f"# First\n## base line\n- lr: 0.01\n- mAP50: 0.947\n\n## Second\n{ROWS.replace('plain', 'base line')}"
    assert [each.name for each in note(text).experiments] == ["base line", "Second (base line)", "light"]
    same = text.replace("0.981", "0.947")
    assert [each.name for each in note(same).experiments] == ["base line", "light"]
    summed = text.replace("## Second", "## Summary")
    assert [each.name for each in note(summed).experiments] == ["base line", "light"]


def test_validation_and_test_are_two_results_of_one_run() -> None:
    parts = "## Validation results\n- mAP50: 0.912\n\n## Test results\n- mAP50: 0.897\n"
    (made,) = note(f"# Helmets\n- epochs: 100\n- lr: 0.01\n\n{parts}").experiments
    assert [(each.split, each.metrics[0].text) for each in made.evaluations] == [("", "0.912"), ("test", "0.897")]
    (alone,) = note("# Helmets\n- lr: 0.01\n\n## Test results\n- mAP50: 0.897\n").experiments
    assert alone.evaluations[0].split == ""


def test_a_training_and_its_test_are_one_run_in_other_languages() -> None:
    parts = "## Hasil Training\n- mAP50: 0.855\n\n## Hasil Pengujian\n- mAP50: 0.902\n"
    (made,) = note(f"# Sawit\n- lr: 0.01\n\n{parts}").experiments
    assert [(each.split, each.metrics[0].text) for each in made.evaluations] == [("", "0.855"), ("test", "0.902")]


def test_the_state_of_a_part_of_a_project_is_of_no_run() -> None:
    assert told(note("# Project\n\n## Phase 3 complete\n- status: done\n- quality: ready\n")) == []
    assert told(note("# Project\n\n## GIoU loss\n- status: done\n")) == [("GIoU loss", "finished", None)]


@pytest.mark.parametrize(
    "comment", ["## Remarks\nThe lower rate wins with mAP50 0.804.\n\n", "## On b\nmAP50: 0.804\n\n"]
)
def test_a_section_on_a_row_does_not_take_its_place(comment: str) -> None:
    rows = "## Table\n| run | lr | mAP50 |\n|--|--|--|\n| a | 0.01 | 0.781 |\n| b | 0.001 | 0.804 |\n\n"
    for text in (f"# Rates\n{rows}{comment}", f"# Rates\n{comment}{rows}"):
        assert [(each.name, each.value("lr")) for each in note(text).experiments] == [("a", 0.01), ("b", 0.001)]


def test_an_entry_has_the_settings_of_the_row_that_sums_it_up() -> None:
    rows = "| run | mosaic | mAP50 |\n|--|--|--|\n| a1 | ✗ | 0.781 |\n| a2 | ✓ | 0.804 |\n"
    found = note(f"# Ablation\n{rows}\n## a2\n- lr = 0.01\n\nmAP50: 0.804\n").experiments
    assert [(each.name, each.value("mosaic"), each.value("lr")) for each in found] == [
        ("a1", False, None),
        ("a2", True, 0.01),
    ]


def test_best_epochs_and_what_is_of_both_splits_are_of_one_run() -> None:
    table = "| Metric | Value |\n|--|--|\n| mAP50 | {} |\n"
    parts = f"## Final Metrics\n{table.format(0.81)}\n## Best Epochs\n{table.format(0.82)}"
    assert [each.name for each in note(f"# Fire\n{parts}").experiments] == ["Fire"]
    splits = f"## Validation\n{table.format(0.91)}\n## Test\n{table.format(0.89)}\n## Overall\nmAP50: 0.90\n"
    (run,) = note(f"# Cars\n{splits}").experiments
    assert [(each.split, each["AP50"]) for each in run.evaluations] == [("", 0.91), ("test", 0.89)]


def test_a_part_of_a_network_and_a_table_of_schedules_are_no_runs() -> None:
    text = "# Net\n## lr 0.1\n- lr = 0.1\n- mAP: 0.3\n\n## {}\n- Backbone: ResNet-50\n- batch size: 64\n"
    for title in ("Key Components", "주요 컴포넌트", "Training schedules for COCO"):
        assert [name for name, _, _ in told(note(text.format(title)))] == ["lr 0.1"]
    assert [name for name, _, _ in told(note(text.format("Larger batch")))] == ["lr 0.1", "Larger batch"]


def test_a_training_in_progress_runs() -> None:
    text = "# Net\n## lr 0.1\n- lr = 0.1\n- mAP: 0.3\n\n## lr 0.2\n{}\n- lr = 0.2\n"
    assert told(note(text.format("Training in progress (15 ep)")))[1] == ("lr 0.2", "running", None)
    assert told(note(text.format("We saw much progress in training")))[1] == ("lr 0.2", "planned", None)


def test_the_best_run_that_a_heading_remarks_is_the_row_of_its_name() -> None:
    table = "## All\n| model | mAP50 |\n|-|-|\n| tiny | 0.5566 |\n| wide | 0.4566 |\n"
    told = "# Nets\n## tiny ({})\n- mAP50: 0.5566\n- mAP: 0.2973\n\n"
    assert [each.name for each in note(told.format("best model") + table).experiments] == ["tiny (best model)", "wide"]
    assert [each.name for each in note(told.format("最佳模型") + table).experiments] == ["tiny (最佳模型)", "wide"]
    assert len(note(told.format("from scratch") + table.replace("0.5566", "0.5166")).experiments) == 3


def test_a_later_table_of_another_task_tells_more_of_the_same_runs() -> None:
    text = "# A\n## Segmentation\n\n| Backbone | mIoU |\n|-|-|\n| Net-N | 36.8 |\n| Net-T | 37.3 |\n"
    text += (
        "\n## Detection\n\n| Backbone | APbox | APmask |\n|-|-|-|\n| Net-N | 36.0 | 34.0 |\n| Net-T | 36.4 | 34.5 |\n"
    )
    found = {e.name: {r.task: r.metrics[0].text for r in e.evaluations} for e in note(text).experiments}
    assert found["Net-N"] == {"sem_seg": "36.8", "bbox": "36.0", "segm": "34.0"}
    assert found["Net-T"] == {"sem_seg": "37.3", "bbox": "36.4", "segm": "34.5"}


@pytest.mark.parametrize(("second", "runs"), [("lr = 1e-3", 1), ("lr = 5e-3", 2), ("seed = 3", 1)])
def test_runs_of_one_name_and_the_same_numbers_are_one_only_where_no_setting_differs(second: str, runs: int) -> None:
    said = "AP 29.2, AP50 47.0, AP75 30.8"
    text = f"# Runs\n\n## Baseline\n- lr = 1e-3\n- {said}\n\n## Baseline\n- {second}\n- {said}\n"
    assert len(note(text).experiments) == runs


def test_what_a_program_printed_below_one_name_twice_is_there_twice() -> None:
    assert len(note(f"## Baseline\n{BLOCK}\n## Baseline\n{BLOCK}\n").experiments) == 2


def test_parts_of_the_results_of_one_run_are_one_run() -> None:
    text = "# tall\n\n## Training Summary\n- mAP50: 0.71\n\n## Test Results\nSplit: test\n- mAP50: 0.69\n"
    (run,) = note(text).experiments
    assert [(each.split, each["AP50"]) for each in run.evaluations] == [("", 0.71), ("test", 0.69)]


def test_parts_that_are_set_up_otherwise_are_two_and_contradictions_are_told() -> None:
    text = "# tall\n\n## Training Summary\n- mAP50: 0.71\n- lr: 0.1\n\n## Final Results\n- mAP50: {}\n- lr: {}\n"
    found = [note(text.format(*each)) for each in ((0.71, 0.1), (0.71, 0.2), (0.64, 0.1))]
    assert [len(each.experiments) for each in found] == [1, 2, 1]
    assert ["AP50 0.71 is not taken" in issue.message for each in found for issue in each.issues] == [True]


def test_rows_with_other_metrics_of_the_same_runs_are_those() -> None:
    head = "| Model | AP | AP50 |\n|--|--|--|\n| R50 | 36.1 | 55.2 |\n| R101 | 38.3 | 57.2 |\n\n"
    text = f"# Nets\n{head}| Model | AR1 | AR10 |\n|--|--|--|\n| R50 | 30.1 | 47.2 |\n| R101 | 31.3 | 49.2 |\n"
    runs = note(text).experiments
    assert [[m.text for e in run.evaluations for m in e.metrics] for run in runs] == [
        ["36.1", "55.2", "30.1", "47.2"],
        ["38.3", "57.2", "31.3", "49.2"],
    ]
