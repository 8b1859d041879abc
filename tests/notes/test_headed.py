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


def test_settings_below_the_last_result_are_of_the_one_above_them() -> None:
    (run,) = note(f"# Nets\nbs=8\n\n```\n{BLOCK}```\n\nbackbone=ResNet50\n").experiments
    assert (run.value("train_batch_size"), run.value("backbone")) == (8, "R-50")
