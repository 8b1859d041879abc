"""Reports of several studies: which row is which, what is only said of results, and on which data they are."""

import pytest

from tests.notes.test_diaries import results
from tests.notes.test_experiments import BLOCK, note, values
from tests.notes.test_rows import told

ABLATION = "# 报告\n## 消融\n| # | 配置 | mAP@0.5 | FPS |\n|--|--|--|--|\n"
ABLATION += "| 1 | **基线** | **80.7%** | 78 |\n| 2 | 仅 CA | 20.3% | 59 |\n"
SWEEP = "## 超参数\n| # | lr | mAP@0.5 |\n|--|--|--|\n| 1 | 0.005 | 81.6% |\n| 2 | 0.02 | 0.0%（发散） |\n"


def test_rows_that_are_counted_are_called_by_their_configuration_and_those_of_two_tables_are_apart() -> None:
    runs = note(f"{ABLATION}\n{SWEEP}").experiments
    assert [each.name for each in runs[:2]] == ["基线", "仅 CA"]
    assert [(values(each)["lr"], each.evaluations[0]["AP50"]) for each in runs[2:]] == [(0.005, 0.816), (0.02, 0.0)]


def test_rows_that_are_only_counted_are_called_by_their_network() -> None:
    text = "# Nets\n| # | Backbone | mAP |\n|--|--|--|\n| 1 | Resnet50 | 41.2 |\n| 1 | EfficientNet-b4 | 62.5 |\n"
    assert [each.name for each in note(text).experiments] == ["Resnet50", "EfficientNet-b4"]
    assert [each.name for each in note(text.replace("Backbone", "Date")).experiments] != ["Resnet50", "EfficientNet-b4"]


@pytest.mark.parametrize(
    "title", ["学习率影响", "误差分析", "收敛曲线", "Effect of the learning rate", "Error analysis"]
)
def test_what_is_said_of_results_is_no_run(title: str) -> None:
    text = f"{ABLATION}\n## {title}\n\n- lr: 0.005\n- 略优\n"
    assert len(note(text).experiments) == 2
    assert len(note(text.replace(f"## {title}", "## run7")).experiments) == 3
    assert len(note(f"{text}- mAP50: 0.61\n").experiments) == 3


def test_a_remark_beside_a_table_makes_no_run_of_its_section() -> None:
    sweep = SWEEP.replace("超参数", "Sweep")
    text = f"# Net\n## small\n- lr: 0.1\n- mAP: 0.31\n\n{sweep}\nlr 0.02 diverged: the loss is NaN.\n"
    assert [state for _, state, _ in told(note(text))] == ["finished"] * 3


def test_one_label_in_several_tables_is_called_with_what_tells_them_apart() -> None:
    head = "| Model | Backbone (size) | mAP50 |{}\n|--|--|--|{}\n"
    first = head.format("", "") + "| Faster R-CNN | Swin (1024) | 0.51 |\n| Faster R-CNN | Swin (2048) | 0.45 |\n"
    second = head.format(" APs |", "--|") + "| Faster R-CNN | Swin (1024, mosaic) | 0.49 | 0.01 |\n"
    names = [each.name for each in note(f"# Study\n## A\n{first}\n## B\n{second}").experiments]
    assert names[2] == "Faster R-CNN, Swin (1024, mosaic)"
    assert [each.name for each in note(f"# Study\n## B\n{second}").experiments] == ["Faster R-CNN"]


def test_lines_that_name_the_data_tell_of_which_the_results_below_are() -> None:
    text = "# Net\n### Results:\nKAIST dataset:\n* mAP: 60.7%\n\nFLIR dataset results (mean):\n\nmAP: 73.2%\n"
    (run,) = note(text).experiments
    assert [(each.data_set, each["AP"]) for each in run.evaluations] == [("KAIST", 0.607), ("FLIR", 0.732)]
    split = note(text.replace("KAIST", "Test").replace("FLIR", "Test")).experiments
    assert [each.data_set for each in split[0].evaluations] == [""]


def test_sentences_that_name_a_detector_each_tell_of_that() -> None:
    text = "# Study\n\nOur YOLOv5n reached 76.5 mAP. The RetinaNet (R101) achieved 79.9 mAP in the end.\n"
    assert results(text) == [("YOLOv5n", {"AP": 0.765}), ("RetinaNet (R101)", {"AP": 0.799})]
    assert len(results("# Study\n\nOur YOLOv5n reached 76.5 mAP. After that it got 79.9 mAP.\n")) == 1


def test_a_number_at_a_threshold_is_that_of_the_metric() -> None:
    assert results("# Net\n\nIt achieved scores of 0.885 at mAP@50 and 0.656 at mAP@50-95.\n") == [
        ("Net", {"AP50": 0.885, "AP": 0.656})
    ]
    assert results("# Net\n\n- Achieved **97.2% mAP@50** on it\n") == [("Net", {"AP50": 0.972})]


def test_where_a_program_says_that_it_saved_a_result_it_ends() -> None:
    saved = "Speed: 0.2ms preprocess\nResults saved to runs/detect/{}\n\n"
    other = BLOCK.replace("0.1", "0.2")
    text = f"Cars\n{BLOCK}{saved.format('train4')}lamps\n{other}{saved.format('train5')}"
    found = [(each.name, each.evaluations[0]["AP"]) for each in note(text).experiments]
    assert found == [("train4", 0.1), ("train5", 0.2)]


def test_tables_of_precision_and_recall_count_where_half_of_the_rows_name_a_detector() -> None:
    head = "# Boxes\n| Model | Data | Precision | Recall |\n|--|--|--|--|\n"
    rows = "| PointPillars | KITTI | 0.419 | 0.672 |\n| SECOND | KITTI | 0.327 | 0.442 |\n"
    assert [each.evaluations[0]["P"] for each in note(head + rows).experiments] == [0.419, 0.327]
    assert note(head + rows.replace("PointPillars", "KNN")).experiments == ()


def test_a_heading_of_dashes_in_a_text_file_is_a_heading() -> None:
    text = "----- v3 ----- --> avg Precision: 74%\nlr: 0.001\n\n===== v2 =====\nlr: 0.01\nmAP: 0.72\n"
    assert [(each.name, values(each)["lr"]) for each in note(text, "notes.txt").experiments] == [
        ("v3", 0.001),
        ("v2", 0.01),
    ]
    assert note(text, "notes.txt").experiments[0].evaluations[0]["AP"] == 0.74
    assert len(note("-----\nlr: 0.001\n-----\nmAP: 0.72\n", "notes.txt").experiments) == 1


def test_a_standard_is_no_publication() -> None:
    text = "# 실험\n## COCO 공식 {} 32x32\n| Model | mAP |\n|--|--|\n| Faster R-CNN | 0.32 |\n"
    assert [len(note(text.format(word)).experiments) for word in ("기준", "결과")] == [1, 0]


def test_what_an_output_looks_like_is_explained() -> None:
    text = "# 工具\n## 输出说明\n### 表格\n| Model | AP50 |\n|--|--|\n| yolov8n | 0.525 |\n"
    assert note(text).experiments == ()
    assert len(note(text.replace("输出说明", "实验")).experiments) == 1


def test_numbers_of_another_program_beside_ones_own_make_no_published_table() -> None:
    text = "# Net\n## Benchmark\n| Model | mAP | {} |\n|--|--|--|\n| FCOS_R50 | 0.439 | 0.434 |\n"
    assert told(note(text.format("MMdet mAP"))) == [("FCOS_R50", "finished", 0.439)]
    assert note(text.format("Size")).experiments == ()


@pytest.mark.parametrize("head", ["研究目標 | 達成情形", "目标值 | 是否达成", "Target | Status"])
def test_goals_and_whether_they_were_met_are_no_runs(head: str) -> None:
    goal, met = head.split(" | ")
    text = f"# 報告\n| 指标 | {goal} | 實際結果 | {met} |\n|--|--|--|--|\n| Recall | ≥ 0.90 | 0.842 | 未達成 |\n"
    assert results(f"{text}| mAP@50 | ≥ 0.90 | 0.878 | 未達成 |\n") == [("報告", {"R": 0.842, "AP50": 0.878})]


@pytest.mark.parametrize("where", ["## Results (mAP@0.50)\n", "## Results\nTest mAP@0.50:\n\n"])
def test_the_title_or_the_line_above_tells_the_threshold_of_a_plain_column(where: str) -> None:
    text = f"# Net\n{where}| Model | mAP | F1 |\n|--|--|--|\n| tiny | 87.99% | 0.69 |\n| tall | 89.1% | 0.7 |\n"
    assert [[m.name for m in each.evaluations[0].metrics] for each in note(text).experiments] == [["AP50", "F1"]] * 2
    plain = note(text.replace("@0.50", "")).experiments
    assert plain[0].evaluations[0].metrics[0].name == "AP"


def test_numbers_of_day_and_night_are_of_one_run() -> None:
    text = "# Net\n| Method | Miss rate ({}) |\n|--|--|\n| early | 11.21/13.41/6.54 |\n| late | 7.58/7.95/6.95 |\n"
    runs = note(text.format("all/day/night")).experiments
    assert [[(e.data_set, e["MR"]) for e in each.evaluations] for each in runs] == [
        [("", 0.1121), ("day", 0.1341), ("night", 0.0654)],
        [("", 0.0758), ("day", 0.0795), ("night", 0.0695)],
    ]
    assert len(note(text.format("tiny/wide/tall")).experiments) == 6


def test_a_number_in_brackets_behind_its_metric_is_its_value_and_no_threshold() -> None:
    assert results("# Net\n\nAt first it reached a low mAP50 (~0.178).\n") == [("Net", {"AP50": 0.178})]
    assert results("# Net\n\nAt first it reached a low mAP (0.5).\n") == []


def test_a_row_is_called_by_its_seed_before_the_time_that_it_took() -> None:
    head = "| Model | Seed | mAP50 | latency |\n|--|--|--|--|\n"
    first = f"{head}| v8 | 42 | 0.58 | 744 ms |\n| v8 | 21 | 0.57 | 753 ± 8 ms |\n"
    assert [each.name for each in note(f"# Folds\n{first}").experiments] == ["v8, seed 42", "v8, seed 21"]


def test_rows_of_tasks_are_of_one_run() -> None:
    text = "# Leaves with Mask R-CNN\n| | AP | AP50 |\n|--|--|--|\n| bbox | 51.2 | 78.1 |\n| segm | 48.3 | 76.0 |\n"
    assert results(text) == [
        ("Leaves with Mask R-CNN", {"AP": 0.512, "AP50": 0.781, "segm.AP": 0.483, "segm.AP50": 0.76})
    ]
    assert len(note(text.replace("| segm", "| tall")).experiments) == 2


@pytest.mark.parametrize(
    "line", ["It got the following on the test set (n=120):", "在测试集上的结果如下：", "Test set:"]
)
def test_a_line_that_announces_results_of_the_test_set_tells_their_split(line: str) -> None:
    (run,) = note(f"# Bees\n\n{line}\n\n* mAP@0.5 — 93.1 %\n* mAP@0.5:0.95 — 64.2 %\n").experiments
    assert [each.split for each in run.evaluations] == ["test"]
    (run,) = note("# Bees\n\nIt got the following:\n\n* mAP@0.5 — 93.1 %\n").experiments
    assert [each.split for each in run.evaluations] == [""]


@pytest.mark.parametrize("title", ["Pose estimation of cows", "人体姿态估计", "Keypoint results"])
def test_tables_below_a_title_of_poses_are_of_keypoints(title: str) -> None:
    text = f"# {title}\n| Model | AP | AR |\n|--|--|--|\n| HRNet-W32 | 0.712 | 0.765 |\n| HRNet-W48 | 0.73 | 0.78 |\n"
    assert {e.task for each in note(text).experiments for e in each.evaluations} == {"keypoints"}
    boxes = note(text.replace("| AP |", "| box AP |").replace("| AR |", "| size |")).experiments
    assert {e.task for each in boxes for e in each.evaluations} == {"bbox"}
