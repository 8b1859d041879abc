"""Lists of a name and a number each, whose metric stands above them."""

from tests.notes.test_diaries import results
from tests.notes.test_experiments import note


def test_numbers_below_the_name_of_a_metric_are_of_the_runs_that_the_list_names() -> None:
    for head in ("## mAP@0.5", "mAP50:", "Results (mAP50)"):
        text = f"# Runs\n{head}\n\n- baseline: 0.41\n- **YOLOv8s**: 0.43 (best)\n"
        assert results(text) == [("baseline", {"AP50": 0.41}), ("YOLOv8s", {"AP50": 0.43})]


def test_numbers_between_slashes_are_of_the_metrics_that_the_line_above_names() -> None:
    text = "# Runs\nAP bbox / AP segm:\n\nr50 baseline: 38.2 / 34.7\nr101: 40.1/36.2\n"
    assert results(text) == [
        ("r50 baseline", {"AP": 0.382, "segm.AP": 0.347}),
        ("r101", {"AP": 0.401, "segm.AP": 0.362}),
    ]


def test_a_sentence_that_ends_with_a_colon_may_announce_the_one_metric() -> None:
    below = "\n\n- baseline: 0.41\n- **YOLOv8s**: 0.43\n"
    for head in ("The mAP50 of all runs is as follows:", "各实验的mAP50："):
        assert results(f"# Runs\n{head}{below}") == [("baseline", {"AP50": 0.41}), ("YOLOv8s", {"AP50": 0.43})]
    for head in ("The mAP50 of all runs.", "mAP50 and mAP75 of all runs:"):
        assert results(f"# Runs\n{head}{below}") == []


def test_settings_that_were_tried_are_runs() -> None:
    assert results("# Runs\nmAP:\n- lr=0.01: 0.41\n- lr=0.001: 0.43\n") == [
        ("lr=0.01", {"AP": 0.41}),
        ("lr=0.001", {"AP": 0.43}),
    ]


def test_classes_other_numbers_and_lists_below_no_metric_are_none() -> None:
    for head, first, second in (
        ("## AP", "car: 0.41", "bus: 0.43"),
        ("## mAP", "baseline: 0.41", "fps: 31.2"),
        ("## Speed", "baseline: 0.41", "YOLOv8s: 0.43"),
        ("## mAP", "baseline: good", "YOLOv8s: 0.43"),
    ):
        assert results(f"# Runs\n{head}\n- {first}\n- {second}\n") == []


def test_items_with_a_plus_are_of_the_list_and_called_with_it() -> None:
    text = "# Runs\nmAP50 on val:\n- baseline: 0.58\n- + mosaic: 0.61\n- + focal loss: 0.57\n"
    found = [(each.name, each.evaluations[0]["AP50"]) for each in note(text).experiments]
    assert found == [("baseline", 0.58), ("+ mosaic", 0.61), ("+ focal loss", 0.57)]
    assert note("# Parts\n- + mosaic: 0.61\n- + focal loss: 0.57\n").experiments == ()


def test_the_first_item_may_name_the_metric_of_all() -> None:
    text = "# Runs\n1. Baseline YOLOv8n: {}\n2. + mosaic: 0.61\n3. + 960 px: 0.66\n"
    for first in ("mAP50 0.58", "0.58 mAP50", "mAP50 = 0.58"):
        found = [(each.name, each.evaluations[0]["AP50"]) for each in note(text.format(first)).experiments]
        assert found == [("Baseline YOLOv8n", 0.58), ("+ mosaic", 0.61), ("+ 960 px", 0.66)]
    assert note(text.format("0.58")).experiments == ()
