"""Rows of the author's own tables are experiments; what sums up others, or was published, is none."""

import pytest

from fcosreport.notes import Note
from fcosreport.records import Experiment
from tests.notes.test_experiments import FENCE, note, values

SWEEP = """# Sweep
- batch_size = 8

| no | lr | epochs | mAP | remarks |
|---|---|---|---|---|
| 1 | 1e-4 | 12 | 0.312 | baseline |
| 2 | 1e-3 | ^ | 34.1% | |
| 3 | 1e-2 | 12 | nan | 发散了 |
| 4 | 1e-3 | 24 | | 还在跑 |
| 5 | 1e-3 | 36 | - | |
"""


def told(found: Note) -> list[tuple[str, str, float | None]]:
    return [(each.name, each.state, _ap(each)) for each in found.experiments]


def _ap(each: Experiment) -> float | None:
    result = each.result()
    return result["AP"] if result else None


def test_each_row_is_an_experiment_with_its_state_and_the_settings_around() -> None:
    found = note(SWEEP)
    assert told(found) == [
        ("1", "finished", 0.312),
        ("2", "finished", 0.341),
        ("3", "failed", None),
        ("4", "running", None),
        ("5", "planned", None),
    ]
    assert values(found.experiments[1]) == {"train_batch_size": 8, "lr": 1e-3, "epochs": 12}


def test_ticks_are_options() -> None:
    table = "| | GN | GIoU | AP |\n|-|:-:|:-:|-|\n| (a) | | | 36.9 |\n| (b) | ✓ | | 37.4 |\n| (c) | ✓ | ✓ | 38.5 |\n"
    found = note(f"# Ablation\n{table}").experiments
    assert [(each.value("GN"), each.value("GIoU")) for each in found] == [(False, False), (True, False), (True, True)]


def test_a_table_of_one_run_is_that_of_its_section() -> None:
    found = note("# A\n- lr = 0.01\n\n| AP | AP50 |\n|--|--|\n| 38.7 | 57.3 |\n")
    assert told(found) == [("A", "finished", 0.387)]
    found = note("# B\n- lr = 0.02\n\n| metric | value |\n|--|--|\n| AP50:95 | 0.231 |\n| AP50 | 0.389 |\n")
    assert told(found) == [("B", "finished", 0.231)]


def test_cocos_summary_as_a_table_is_one_result() -> None:
    head = "| Metric | IoU | Area | Max dets | Value |\n|-|-|-|-|-|\n"
    rows = "| Average Precision | 0.50:0.95 | all | 100 | 0.061 |\n| Average Precision | 0.50 | all | 100 | 0.132 |\n"
    (made,) = note(f"# SSD\n{head}{rows}| Average Recall | 0.50:0.95 | large | 100 | 0.525 |\n").experiments
    result = made.result()
    assert result is not None
    assert {m.name: m.value for m in result.metrics} == {"AP": 0.061, "AP50": 0.132, "ARl": 0.525}


def test_a_row_that_sums_up_an_entry_of_the_note_is_no_second_experiment() -> None:
    table = "| run | AP |\n|-|-|\n| A | 0.999 |\n| another | 0.100 |\n| third | 0.3 |\n"
    assert [each.name for each in note(f"# A\n- lr = 0.1\n\n{FENCE}\n# Summary\n{table}").experiments] == ["A", "third"]


@pytest.mark.parametrize(
    "table",
    [
        "| model | AP | file |\n|-|-|-|\n| R-50 | 38.7 | [model](https://h/a.pth) |\n",
        "| model | AP |\n|-|-|\n| R-50 (paper) | 38.7 |\n",
        "| class | AP |\n|-|-|\n| cat | 38.7 |\n",
    ],
)
def test_published_rows_and_classes_are_no_experiments(table: str) -> None:
    assert told(note(f"# Results\n{table}")) == []


def test_plain_map_beside_the_range_is_ap50() -> None:
    (made,) = note("| exp | P | mAP | mAP50-95 |\n|-|-|-|-|\n| e1 | 0.5 | 0.414 | 0.278 |\n").experiments
    result = made.result()
    assert result is not None
    assert (result["AP"], result["AP50"], result["P"]) == (0.278, 0.414, 0.5)


def test_a_column_of_differences_claims() -> None:
    table = "| opt | AP | gain |\n|-|-|-|\n| base | 25.8 | |\n| a | 24.9 | -0.1 |\n| b | 26.3 | +0.5 |\n"
    claims = [(claim.subject, claim.other, claim.gain) for claim in note(table).claims]
    assert claims == [("a", "base", -0.1), ("b", "base", 0.5)]
    stepwise = table.replace("-0.1", "-0.9").replace("+0.5", "+1.4")
    assert [claim.other for claim in note(stepwise).claims] == ["base", "a"]


def test_beside_ours_the_other_rows_are_of_others() -> None:
    table = "| model | AP |\n|-|-|\n| SSD300 | 25.1 |\n| YOLOv3 | 33.0 |\n| **Ours** | 35.9 |\n"
    assert told(note(f"# Results\n{table}")) == [("Ours", "finished", 0.359)]
    for ours in (
        "Önerilen yöntem",
        "Nuestro modelo",
        "Modelo proposto",
        "Notre méthode proposée",
        "Наша модель",
        "우리 모델",
    ):
        assert [name for name, *_ in told(note(f"# Results\n{table.replace('Ours', ours)}"))] == [ours]


def test_the_best_of_a_run_and_its_epoch_behind_a_slash() -> None:
    table = "| ID | Best mAP | Loss |\n|-|-|-|\n| 01 | 22.87/46 | 1.66 |\n| 02 | 29.9/23 | 12.6 |\n"
    found = note(table).experiments
    assert [(each.result()["AP"], each.result().epoch) for each in found] == [(0.2287, 46), (0.299, 23)]  # type: ignore[index,union-attr]


def test_a_numbered_record_that_links_its_configurations_is_the_authors() -> None:
    table = "| exp | AP | files |\n|-|-|-|\n| 1 | 38.7 | [model](https://h/a.pth) |\n"
    assert told(note(table)) == [("1", "finished", 0.387)]
    assert told(note(table.replace("exp", "model name"))) == []


def test_a_printed_table_in_code_is_a_result_and_an_example_with_names_is_none() -> None:
    printed = "```\n|  AP  | AP50 |\n|:----:|:----:|\n| 38.1 | 57.7 |\n```\n"
    assert told(note(f"# A\n- lr = 0.01\n\n{printed}")) == [("A", "finished", 0.381)]
    named = printed.replace("|  AP  |", "| model |").replace("38.1", "R-50")
    assert told(note(f"# A\n{named}")) == []


def test_a_row_is_called_by_what_stands_below_a_head_that_holds_a_unit_and_not_by_its_link() -> None:
    rows = "| + backbone | 58.0 | [output](logs/a.txt) |\n| + FPN | 57.5 | [output](logs/b.txt) |\n"
    found = note(f"# Experiments\n\n| RPN-1x-ms(impr) | AR1000 | log |\n|---|---|---|\n{rows}")
    assert [each.name for each in found.experiments] == ["+ backbone", "+ FPN"]


def test_a_row_is_called_by_its_name_and_not_by_its_number() -> None:
    found = note("# A\n| ID | Name | AP |\n|-|-|-|\n| 01 | frozen | 0.3 |\n| 02 | bn | 0.4 |\n")
    assert told(found) == [("frozen", "finished", 0.3), ("bn", "finished", 0.4)]


@pytest.mark.parametrize(("header", "name"), [("Run No.", "Run No. 7"), ("Trial", "Trial 7"), ("ID", "7"), ("#", "7")])
def test_a_mere_number_says_what_it_counts(header: str, name: str) -> None:
    rows = "| 7 | 0.911 | 0.509 | ✅ |\n| 9 | 0.976 | 0.553 | ✅ |\n"
    first, _ = note(f"# A\n| {header} | mAP50 | mAP50-95 | Status |\n|---|---|---|---|\n{rows}").experiments
    assert first.name == name


def test_epochs_beside_what_they_gained_are_one_run() -> None:
    rows = "| 8 | 79.37% | +3.20% |\n| 9 | 80.27% | +3.51% |\n"
    (run,) = note(f"# yolov8l, 896 px\n\n| Epoch | mAP50-95 | gain |\n|---|---|---|\n{rows}").experiments
    assert [(each.epoch, each["AP"]) for each in run.evaluations] == [(8, 0.7937), (9, 0.8027)]


def test_rows_of_one_name_are_told_apart_by_remarks_and_not_by_a_difference() -> None:
    rows = "| FPN | 5e-2 | null | Loss explodes at epoch 79 |\n| FPN | 5e-4 | 25.8 | Baseline |\n"
    rows += "| FPN | 5e-3 | 24.3 | -1.5 AP |\n"
    assert told(note(f"# A\n| Neck | lr | AP | Remarks |\n|-|-|-|-|\n{rows}")) == [
        ("FPN, Loss explodes at epoch 79", "failed", None),
        ("FPN, Baseline", "finished", 0.258),
        ("FPN", "finished", 0.243),
    ]


def test_only_what_differs_tells_rows_of_one_name_apart_and_no_measure_does() -> None:
    table = "| model | step | eval_seed | AP | AP-car |\n|---|---|---|---|---|\n"
    rows = "| q | 1 | 0 | 0.41 | 52.1697 |\n| q | 1 | 1 | 0.42 | 54.0398 |\n| r | 1 | 0 | 0.4 | 51.5 |\n"
    assert [each.name for each in note(f"# S\n\n{table}{rows}").experiments] == [
        "q, eval_seed 0",
        "q, eval_seed 1",
        "r",
    ]
    assert [
        each.name for each in note("# S\n\n| model | AP | AP-car |\n|---|---|---|\n| q | 0.4 | 52.1697 |\n").experiments
    ] == ["q"]


@pytest.mark.parametrize(
    ("head", "rows", "names"),
    [
        ("train_seed | mean AP | each", ["0 | 47.1 | 47.3 / 46.9", "1 | 45.9 | 46.9 / 44.9"], ["seed 0", "seed 1"]),
        ("SCALE | mean AP | 备注", ["0.0 | 19.7 | baseline", "0.05 | 19.8 | 几乎无差异"], ["SCALE 0.0", "SCALE 0.05"]),
        ("sample_step | mean AP | std", ["1 | 46.2 | 0.5", "5 | 48.5 | 0.3"], ["sample_step 1", "sample_step 5"]),
        ("config | AP", ["/home/me/fcos_r50.py | 36.1", "configs/atss.yaml | 39.2"], ["fcos_r50", "atss"]),
        ("config | run name | AP", ["c/fcos.py | first | 36.1", "c/fcos.py | second | 36.3"], ["first", "second"]),
        ("conf_thres | AP", ["0.25 | 36.1", "0.5 | 34.2"], ["conf_thres 0.25", "conf_thres 0.5"]),
        ("loss_weight | AP", ["a_1.0 | 36.1", "b | 34.2"], ["a_1.0", "b"]),
        ("Models (no pretrain) | AP", ["RetinaNet | 36.1", "SSD300 | 34.2"], ["RetinaNet", "SSD300"]),
        ("val_loss | AP", ["0.25 | 36.1", "0.5 | 34.2"], ["S"]),
    ],
)
def test_a_row_without_a_name_is_called_by_what_was_set(head: str, rows: list[str], names: list[str]) -> None:
    table = "\n".join(f"| {line} |" for line in (head, " | ".join("-" for _ in head.split("|")), *rows))
    assert [each.name for each in note(f"# S\n\n{table}\n").experiments] == names


def test_a_path_with_a_form_in_it_is_that_of_no_run() -> None:
    (found,) = note("# S\n- output: runs/scale{SCALE}_seed{SEED}/\n- AP = 0.31\n").experiments
    assert (found.citation, found.mentions) == (None, ())


def test_columns_beside_one_of_boxes_are_of_boxes_and_beside_masks_of_no_known_task() -> None:
    rows = "|---|---|---|---|\n| a | 43.58 | 68.66 | 43.92 |\n"
    (boxes,) = note(f"# S\n\n| model | bbox/AP | AP50 | AP75 |\n{rows}").experiments
    assert [(each.task, [m.name for m in each.metrics]) for each in boxes.evaluations] == [
        ("bbox", ["AP", "AP50", "AP75"])
    ]
    (masks,) = note(f"# S\n\n| model | segm/AP | AP50 | AP75 |\n{rows}").experiments
    assert len(masks.evaluations) == 2


def test_rows_of_one_name_without_remarks_are_told_apart_by_their_settings() -> None:
    rows = "| FPN | 5e-4 | 25.8 |\n| FPN | 5e-3 | 24.3 |\n"
    assert [name for name, *_ in told(note(f"# A\n| Neck | lr | AP |\n|-|-|-|\n{rows}"))] == [
        "FPN, lr 5e-4",
        "FPN, lr 5e-3",
    ]


def test_a_second_table_adds_what_the_first_does_not_tell_of_a_run() -> None:
    first = "| no | lr | val mAP50 |\n|-|-|-|\n| 1 | 0.01 | 0.499 |\n| 2 | 0.02 | 0.593 |\n"
    found = note(f"# Runs\n{first}\n# Leader board\n| no | mAP50 |\n|-|-|\n| 1 | 0.457 |\n| 2 | - |\n").experiments
    assert [(each.name, [(r.split, r["AP50"]) for r in each.evaluations]) for each in found] == [
        ("1", [("", 0.499), ("public", 0.457)]),
        ("2", [("", 0.593)]),
    ]


def test_rows_of_two_tables_whose_first_cells_are_alike_are_two_runs_where_their_numbers_differ() -> None:
    head = "| scheduler | size | mAP | remarks |\n|-|-|-|-|\n"
    first = f"{head}| step | 1024 | 0.641 | |\n| step | 1333 | 0.654 | |\n"
    second = f"{head}| step | 1024 | 0.668 | decay |\n| step | 1024 | 0.676 | crop |\n"
    assert [ap for _, _, ap in told(note(f"# A\n{first}\n# B\n{second}"))] == [0.641, 0.654, 0.668, 0.676]


def test_a_heading_that_only_labels_belongs_to_the_section_above_and_not_to_the_one_before() -> None:
    table = "| model | mAP50 |\n|-|-|\n| tiny | 0.747 |\n| wide | 0.803 |\n"
    assert len(told(note(f"# Cells\n## Installation\npip\n## Results\n{table}"))) == 2
    assert told(note(f"# Cells\n## Installation\npip\n### Results\n{table}")) == []


def test_numbers_that_are_hoped_for_are_no_results() -> None:
    table = "| model | mAP50 |\n|-|-|\n| tiny | 0.747 |\n| wide | 0.803 |\n"
    for title in ("Expected results", "预期结果", "K-Fold results example"):
        assert told(note(f"# Cells\n## {title}\n{table}\n```\nmAP@0.5 : 0.91\n```\n")) == []


@pytest.mark.parametrize("total", ["**mAP**", "all", "平均", "Mean"])
def test_the_row_that_sums_up_classes_is_the_result_of_the_section(total: str) -> None:
    found = note(f"# A\n- lr = 0.01\n\n| 類別 | AP |\n|-|-|\n| cat | 87.8 |\n| dog | 64.2 |\n| {total} | 76.0 |\n")
    assert told(found) == [("A", "finished", 0.76)]


def test_classes_without_a_total_are_no_runs() -> None:
    assert told(note("# A\n| class | AP |\n|-|-|\n| cat | 87.8 |\n| dog | 64.2 |\n")) == []


def test_columns_beside_those_of_runs_are_none() -> None:
    head = "| metric | tiny | wide | target | change | status |\n|-|-|-|-|-|-|\n"
    rows = "| mAP | 0.357 | 0.348 | 0.4 | -2.7% | ✅ |\n| AP50 | 0.574 | 0.563 | 0.6 | N/A | ✅ |\n"
    found = note(f"# A\n{head}{rows}| FPS | 45 | 48 | 30 | +2 | ✅ |\n| memory | 6.8 | 6.2 | - | - | ok |\n")
    assert told(found) == [("tiny", "finished", 0.357), ("wide", "finished", 0.348)]


def test_groups_above_the_names_of_metrics_are_a_part_of_these() -> None:
    head = "| model | lr | box | | mask | |\n|-|-|-|-|-|-|\n| | | AP | AP50 | AP | AP50 |\n"
    (made,) = note(f"# A\n{head}| tiny | 0.1 | 36.0 | 55.1 | 30.2 | 50.1 |\n").experiments
    assert [(each.task, each["AP"]) for each in made.evaluations] == [("bbox", 0.36), ("segm", 0.302)]
    assert (made.name, made.value("lr")) == ("tiny", 0.1)


def test_runs_stand_beside_each_other_below_the_names_of_settings_and_one_metric() -> None:
    table = "| | a | b |\n|-|-|-|\n| lr | 0.01 | 0.02 |\n| epochs | 12 | 24 |\n| mAP | 31.1 | 32.2 |\n"
    found = note(f"# A\n{table}")
    assert told(found) == [("a", "finished", 0.311), ("b", "finished", 0.322)]
    assert [each.value("lr") for each in found.experiments] == [0.01, 0.02]


def test_headers_speak_the_languages_of_notes() -> None:
    head = "| modelo | lr | precisão | 召回率 | 验证集mAP50 | mAP (epoch 29) |\n|-|-|-|-|-|-|\n"
    (made,) = note(f"# A\n{head}| tiny | 0.1 | 0.9 | 0.8 | 0.7 | 0.5 |\n").experiments
    assert [(each.name, each.value) for each in made.evaluations[0].metrics] == [
        ("P", 0.9),
        ("R", 0.8),
        ("AP50", 0.7),
        ("AP", 0.5),
    ]


@pytest.mark.parametrize(
    ("heading", "count"), [("Inference and Results", 1), ("结论和结果", 1), ("Inference", 0), ("Example results", 0)]
)
def test_below_a_heading_that_also_names_results_a_table_is_the_authors(heading: str, count: int) -> None:
    table = f"## {heading}\n\n| Model | mAP50 | mAP50-95 |\n|---|---|---|\n| mine | 0.541 | 0.193 |\n"
    assert len(note(table).experiments) == count


@pytest.mark.parametrize(
    "table",
    [
        "| run | mAP |\n|--|--|\n| a{0} &lt; b | 0.31 |\n",
        "<table><tr><th>run<th>mAP<tr><td>a{0} &lt; b<td>0.31</table>\n",
    ],
)
def test_an_escape_of_thousands_of_digits_is_no_character(table: str) -> None:
    assert told(note(table.format(f"&#{'9' * 4500};"))) == [("a < b", "finished", 0.31)]


def test_a_metric_without_a_task_is_of_the_one_that_most_others_name() -> None:
    rows = "| mAP@0.5 (Mask) | 0.94 |\n| mAP@0.5:0.95 | 0.79 |\n| Precision (Mask) | 0.94 |\n| Recall (Mask) | 0.87 |"
    (run,) = note(f"# Paths\n\n| Metric | Score |\n|---|---|\n{rows}\n").experiments
    ((task, result),) = [(each.task, each) for each in run.evaluations]
    assert (task, result["AP"], result["AP50"]) == ("segm", 0.79, 0.94)


def test_the_boxes_beside_masks_stay_boxes() -> None:
    rows = "|---|---|---|---|\n| a | 38.1 | 58.6 | 34.2 |"
    (run,) = note(f"# S\n\n| model | AP | AP50 | mask AP |\n{rows}\n").experiments
    assert {(each.task, each["AP"]) for each in run.evaluations} == {("bbox", 0.381), ("segm", 0.342)}
