"""Evaluations of one run: which are one, and what its settings say of them."""

from typing import Any

import pytest
from msgspec.structs import replace

from fcosreport.records import Evaluation, Metric, Setting, Where
from fcosreport.runs.evaluations import gone_on, is_same, merge, merged_files, merged_in_file, subjected

AT = Where("log.txt", 1)
NUMBERS = {"AP": "0.387", "AP50": "0.573", "AP75": "0.412"}


def evaluation(numbers: dict[str, str] = NUMBERS, **of: Any) -> Evaluation:
    return Evaluation("bbox", tuple(Metric(name, float(text), text) for name, text in numbers.items()), AT, **of)


def setting(name: str, value: str | int | bool) -> Setting:
    return Setting(name, value, str(value), AT)


@pytest.mark.parametrize("field", ["data_set", "split", "weights"])
def test_what_two_forms_both_tell_must_agree_and_what_one_tells_holds_for_both(field: str) -> None:
    block = evaluation()
    said: list[dict[str, Any]] = [{field: "val"}, {field: "ema"}]
    named, other = (replace(block, **each) for each in said)
    assert is_same(block, named)
    assert getattr(merge(block, named), field) == "val"
    assert not is_same(named, other)


def test_the_settings_say_of_what_an_evaluation_is() -> None:
    settings = [setting("val_data", "instances_val2017.json"), setting("epochs", 12), setting("iterations", 90000)]
    epoch, iteration, test = subjected(
        [evaluation(epoch=3), evaluation(iteration=500, data_set="city"), evaluation(split="test")], settings
    )
    assert (epoch.data_set, epoch.of) == ("instances_val2017.json", 12)
    assert (iteration.data_set, iteration.of) == ("city", 90000)
    assert (test.data_set, test.of) == ("", None)


def test_the_schedule_that_one_evaluation_tells_is_that_of_the_others() -> None:
    found = subjected([evaluation(epoch=3, of=10), evaluation(epoch=4), evaluation()], [])
    assert [each.of for each in found] == [10, 10, None]
    found = subjected([evaluation(epoch=3, of=10), evaluation(epoch=4, of=20), evaluation(epoch=5)], [])
    assert [each.of for each in found] == [10, 20, None]


def test_a_schedule_that_is_over_and_several_data_sets_say_nothing() -> None:
    (found,) = subjected([evaluation(epoch=30)], [setting("epochs", 12), setting("val_data", "a, b")])
    assert (found.of, found.data_set) == (None, "")


@pytest.mark.parametrize(
    ("name", "value", "task"),
    [
        ("weights", "yolo11n-obb.pt", "obb"),
        ("config", "yolov8-obb.yaml", "obb"),
        ("output_dir", "runs\\obb\\train", "obb"),
        ("output_dir", "/data/yolov5_obb/runs/train/exp", "bbox"),
        ("weights", "yolo11n.pt", "bbox"),
    ],
)
def test_the_boxes_of_a_model_for_oriented_ones_are_that(name: str, value: str, task: str) -> None:
    boxes, masks = subjected([evaluation(), replace(evaluation(), task="segm")], [setting(name, value)])
    assert (boxes.task, masks.task) == (task, "segm")


def test_the_folder_of_a_run_may_tell_that_its_boxes_are_oriented() -> None:
    folders = ("runs/obb/train/", "obb/train/", "runs/detect/train/", "yolov5_obb/runs/train/exp/")
    found = [next(subjected([evaluation()], [], folder=folder)).task for folder in folders]
    assert found == ["obb", "obb", "bbox", "bbox"]


def test_all_of_a_run_is_augmented_where_its_log_marks_nothing() -> None:
    (alone,) = subjected([evaluation()], [setting("tta", value=True)])
    plain, marked = subjected([evaluation(), evaluation(augmented=True)], [setting("tta", value=True)])
    assert (alone.augmented, plain.augmented, marked.augmented) == (True, False, True)


@pytest.mark.parametrize(
    ("row", "family"),
    [("APr", "lvis"), ("APvt", "aitod"), ("APhard", "widerface"), ("APmoderate", "coco"), ("APs", "coco")],
)
def test_the_rows_tell_whose_ap_it_is(row: str, family: str) -> None:
    (found,) = subjected([evaluation({**NUMBERS, row: "0.1"})], [])
    assert found.family == family


@pytest.mark.parametrize(
    ("task", "levels", "family"),
    [
        ("keypoints", "APeasy APm APhard", "crowdpose"),
        ("bbox", "APeasy APm APhard", "widerface"),
        ("bbox", "APeasy APmoderate APhard", "kitti"),
    ],
)
def test_medium_between_easy_and_hard_is_no_size(task: str, levels: str, family: str) -> None:
    told = replace(evaluation(dict.fromkeys(levels.split(), "0.5")), task=task)
    (found,) = subjected([told], [])
    assert [metric.name for metric in found.metrics] == levels.replace("APm ", "APmedium ").split()
    assert found.family == family
    (counted,) = subjected([replace(told, family="kitti at 11 recalls")], [])
    assert counted.family == "kitti at 11 recalls"


def test_a_test_is_of_the_checkpoint_that_was_loaded_and_a_training_is_not() -> None:
    settings = [setting("weights", "C:\\work\\model_final.pth")]
    assert [each.weights for each in subjected([evaluation()], settings, trained=False)] == ["model_final.pth"]
    assert [each.weights for each in subjected([evaluation()], settings)] == [""]
    assert [each.weights for each in subjected([evaluation(weights="ema")], settings, trained=False)] == ["ema"]


def steps(evaluations: list[Evaluation]) -> list[int | None]:
    return [each.iteration if each.epoch is None else each.epoch for each in evaluations]


def test_two_files_that_count_to_nearby_iterations_tell_one_evaluation_and_all_stand_in_order() -> None:
    log = [evaluation({**NUMBERS, "AP": f"0.{at}"}, iteration=at) for at in (100, 220, 340, 460)]
    sparse = [replace(each, iteration=at, form="json") for each, at in ((log[1], 225), (log[3], 465))]
    assert steps(merged_files(log, sparse)) == [100, 220, 340, 460]
    assert steps(merged_files(sparse, log)) == [100, 225, 340, 465]


def test_a_block_above_a_table_is_the_same_evaluation_though_its_step_was_not_logged_yet() -> None:
    block = evaluation(iteration=2899, form="block")
    table = evaluation({**NUMBERS, "AP": "0.38712"}, iteration=3000, form="table")
    near, far = (replace(table, where=Where("log.txt", line)) for line in (15, 500))
    assert [(each.iteration, each.form) for each in merged_in_file([block, near])] == [(3000, "block+table")]
    assert steps(merged_in_file([block, far])) == [2899, 3000]
    other = replace(near, metrics=evaluation({**NUMBERS, "AP": "0.401"}).metrics)
    assert steps(merged_in_file([block, other])) == [2899, 3000]


def test_equal_results_of_successive_evaluations_stay_apart() -> None:
    log = [evaluation(iteration=at) for at in (100, 220)]
    assert steps(merged_files(log, [evaluation(iteration=340, form="json")])) == [100, 220, 340]


def test_evaluations_that_count_differently_or_go_back_keep_the_order_of_the_files() -> None:
    log = [evaluation(epoch=1), evaluation({**NUMBERS, "AP": "0.1"}, iteration=900)]
    assert merged_files(log, []) == log
    resumed = [evaluation({**NUMBERS, "AP": f"0.{at}"}, epoch=at) for at in (3, 4, 2)]
    assert steps(merged_files(resumed, [evaluation(epoch=9)])) == [3, 4, 2, 9]


def test_what_a_continuation_evaluates_again_with_the_same_result_is_one_evaluation() -> None:
    before = [evaluation(epoch=3), evaluation({**NUMBERS, "AP": "0.400"}, epoch=4)]
    again = replace(before[1], where=Where("resumed.log", 9))
    later = evaluation({**NUMBERS, "AP": "0.5"}, epoch=5)
    found = gone_on(before, [again, later])
    assert steps(found) == [3, 4, 5]
    assert (found[1].where, found[1].also) == (again.where, (AT,))
    assert steps(gone_on(before, [evaluation({**NUMBERS, "AP": "0.410"}, epoch=4)])) == [3, 4, 4]


def test_a_file_that_tells_no_step_comes_behind_the_training_whatever_it_is_called() -> None:
    trained = [evaluation(epoch=1), evaluation({"AP": "0.411"}, epoch=2)]
    tested = [evaluation({"AP": "0.520"}, form="json")]
    for one, other in ((trained, tested), (tested, trained)):
        assert merged_files(one, other) == [*trained, *tested]
