"""What the headings right above results say of them: the task, or nothing but that the run around them is meant."""

from tests.notes.test_diaries import results
from tests.notes.test_experiments import BLOCK, note


def test_numbers_below_labels_are_of_the_task_that_each_names() -> None:
    text = "## run a\n### bbox\n- mAP: 0.4\n### Mask segmentation\n- mAP: 0.3\n\n## run b\n### bbox\n- mAP: 0.42\n"
    assert results(text) == [("run a", {"AP": 0.4, "segm.AP": 0.3}), ("run b", {"AP": 0.42})]


def test_a_label_below_the_only_heading_of_a_run_does_not_name_it() -> None:
    text = "# small, 3 epochs\n## Box detection (objects)\n- mAP50: 0.51\n## Mask segmentation\n- mAP50: 0.48\n"
    text += "# small, 10 epochs\n## Box detection (objects)\n- mAP50: 0.61\n"
    assert results(text) == [
        ("small, 3 epochs", {"AP50": 0.51, "segm.AP50": 0.48}),
        ("small, 10 epochs", {"AP50": 0.61}),
    ]


def test_what_a_number_says_of_its_task_counts_before_its_label() -> None:
    assert results("## run a\n### bbox\n- mask AP: 0.3\n- box AP: 0.4\n") == [("run a", {"segm.AP": 0.3, "AP": 0.4})]


_TABLE = "| Precision | mAP50 | mAP50-95 |\n|---|---|---|\n| 0.66 | 0.6{0} | 0.4{0} |\n"


def test_a_heading_that_comes_again_is_called_as_the_run_around_it() -> None:
    text = f"## B0\n### Totale (206 img)\n{_TABLE.format(1)}\n## B1\n### Totale (206 img)\n{_TABLE.format(2)}\n"
    assert [name for name, _ in results(text)] == ["B0", "B1"]
    text = f"## B0\n### large\n{_TABLE.format(1)}\n## B1\n### small\n{_TABLE.format(2)}\n"
    assert [name for name, _ in results(text)] == ["large", "small"]


def test_a_heading_that_comes_again_beside_other_results_keeps_its_word() -> None:
    run = "## {0}\n- mAP: 0.3{1}\n### flipped\n- mAP: 0.4{1}\n"
    assert [name for name, _ in results(run.format("plain", 1) + run.format("wide", 2))] == [
        "plain",
        "plain (flipped)",
        "wide",
        "wide (flipped)",
    ]
    city = "## City {0}\n### YOLOv8n\n- mAP: 0.3{1}\n### YOLOv8s\n- mAP: 0.4{1}\n"
    assert [name for name, _ in results(city.format("A", 1) + city.format("B", 2))][::2] == [
        "City A (YOLOv8n)",
        "City B (YOLOv8n)",
    ]


def test_settings_above_each_of_several_results_are_of_the_one_below_them() -> None:
    text = (
        f"Net:\nbackbone=ResNet50\nbs=8\n\n```\n{BLOCK}```\n\nWide net:\nbackbone=ResNet101\nbs=4\n\n```\n{BLOCK}```\n"
    )
    found = note(f"# Nets\n{text}").experiments
    assert [(each.name, each.value("backbone"), each.value("train_batch_size")) for each in found] == [
        ("Nets (Net, backbone = ResNet50, train_batch_size = 8)", "R-50", 8),
        ("Nets (Wide net, backbone = ResNet101, train_batch_size = 4)", "R-101", 4),
    ]


def test_lines_that_number_experiments_head_them_where_there_are_several() -> None:
    run = "Experiment {0}: net {0}\n\nEpochs: 10\n\nResults:\n- mAP@0.5: 0.2{0}\n- mAP@0.5:0.95: 0.1{0}\n\n"
    assert results(run.format(1) + run.format(2)) == [
        ("Experiment 1: net 1", {"AP50": 0.21, "AP": 0.11}),
        ("Experiment 2: net 2", {"AP50": 0.22, "AP": 0.12}),
    ]
    assert [name for name, _ in results(f"# Log\n{run.format(1)}")] == ["note"]


def test_a_network_that_is_named_behind_the_word_names_the_run() -> None:
    run = "Network: Mobile{0} <br>\nInput size: 416 <br>\nmAP: <br>\n\n```\n{1}```\nGPU time: 19ms <br>\n<br>\n"
    text = "# Numbers\n" + "".join(run.format(at, BLOCK) for at in ("A", "B"))
    assert [each.name for each in note(text).experiments] == ["Numbers (MobileA)", "Numbers (MobileB)"]


def test_a_range_of_thresholds_is_no_result() -> None:
    text = "## Run 3\n- mAP50:90 = 18.82\n- mAP50: 90.3\n"
    assert results(text) == [("Run 3", {"AP50": 0.903})]
    assert results("## Run 3\n- main metric: `AP50`\n- second: `mAP50:90`\n") == []


def test_a_record_of_experiments_is_no_documentation() -> None:
    table = "| Model | mAP50 |\n|-|-|\n| tiny | 0.687 |\n"
    assert [name for name, _ in results(f"# 实验记录文档\n## 1. 结果总表\n{table}")] == ["tiny"]


def test_settings_below_the_last_result_are_of_the_one_above_them() -> None:
    (run,) = note(f"# Nets\nbs=8\n\n```\n{BLOCK}```\n\nbackbone=ResNet50\n").experiments
    assert (run.value("train_batch_size"), run.value("backbone")) == (8, "R-50")
