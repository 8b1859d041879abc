"""Objects with metric names in them, in JSON files, JSON lines and printed dicts; and objects that nobody obtained."""

import json
from typing import Any

import pytest

from fcosreport.dialects.printed_results import PrintedResults
from fcosreport.records import COCO_METRICS, Evaluation, Origin, TableRow
from tests.dialects.feeding import evaluations, feed, issues, points, settings

STATE: dict[str, Any] = {
    "best_metric": 0.99,
    "epoch": 2.0,
    "global_step": 20,
    "num_train_epochs": 4,
    "train_batch_size": 8,
    "log_history": [
        {"epoch": 0.5, "learning_rate": 4e-05, "loss": 3.3, "step": 5},
        {"epoch": 1.0, "eval_loss": 2.7, "eval_map": 0.1, "eval_map_50": 0.2, "eval_mar_100": 0.3, "step": 10},
        {"epoch": 1.5, "learning_rate": 2e-05, "loss": 2.3, "step": 15},
        {"epoch": 2.0, "eval_map": 0.15, "eval_map_50": 0.25, "eval_map_cat": 0.4, "eval_mar_100_cat": 0.5, "step": 20},
    ],
}
TENSORS = "epoch 3\n{'map': tensor(0.4406), 'map_50': tensor(0.7328, device='cuda:0'), 'classes': tensor([0, 1])}\n"
SAMPLES = {
    "out/trainer_state.json": json.dumps(STATE).replace('{"epoch', '\n{"epoch').encode(),
    "log.txt": TENSORS.encode(),
}


def told(text: str, path: str = "log.txt", origin: Origin = "log") -> list[tuple[Any, ...]]:
    """Epoch, iteration, task and metrics of each evaluation over all classes."""
    found = evaluations(feed(PrintedResults, text, origin, path=path))
    return [(e.epoch, e.iteration, e.task, {m.name: m.value for m in e.metrics}) for e in found]


def test_a_log_of_one_line_is_no_document() -> None:
    line = '{"mode": "val", "epoch": 1, "lr": 0.1, "bbox_mAP": 0.3}'
    assert not settings(feed(PrintedResults, line, path="a.log.json"))
    assert settings(feed(PrintedResults, line, path="a.json"))


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_the_summary_of_coco_as_a_list_of_numbers(indent: int | None) -> None:
    numbers = [0.31, 0.52, 0.33, 0.11, 0.34, 0.42, 0.28, 0.45, 0.49, 0.21, 0.53, 0.61]
    masks = [number / 2 for number in numbers]
    history = [{"epoch": 1, "test_coco_eval_bbox": numbers, "test_coco_eval_masks": masks, "sizes": numbers}]
    found = told(json.dumps(history, indent=indent), "training_log.json")
    assert [(epoch, task, metrics) for epoch, _, task, metrics in found] == [
        (1, "bbox", dict(zip(COCO_METRICS, numbers, strict=True))),
        (1, "segm", dict(zip(COCO_METRICS, masks, strict=True))),
    ]
    (one,) = told(json.dumps({"segm_stats": numbers, "boxes": numbers[:10]}, indent=indent), "metrics.json")
    assert one == (None, None, "segm", dict(zip(COCO_METRICS, numbers, strict=True)))
    assert told(json.dumps({"epoch": 1, "test_coco_eval_bbox": numbers[:3]}, indent=indent), "a.json") == []


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_the_history_of_a_trainer(indent: int | None) -> None:
    records = feed(PrintedResults, json.dumps(STATE, indent=indent), path="trainer_state.json")
    assert [(e.epoch, e.iteration, e["AP"], e["AP50"]) for e in evaluations(records)] == [
        (1, 10, 0.1, 0.2),
        (2, 20, 0.15, 0.25),
    ]
    (cat,) = evaluations(records, by_category=True)
    assert (cat.category, cat["AP"]) == ("cat", 0.4)
    assert points(records)["loss by iteration"] == [(5, 3.3), (15, 2.3)]
    assert settings(records) == {"epochs": 4, "train_batch_size": 8}


@pytest.mark.parametrize(
    "text",
    [
        "{'map': tensor(0.4406), 'map_50': tensor(0.7328, device='cuda:0'), 'map_per_class': tensor(-1.)}",
        "2024-01-01 10:00:00 INFO eval {0} {'map': np.float64(0.4406), 'map_50': np.float32(.7328)}",
        "OrderedDict([('map', 0.4406), ('map_50', 0.7328)])",
        "{'map': 0.4406,\n 'map_50': 7.328e-01,\n 'classes': tensor([0, 1], dtype=torch.int32)}",
        '{"val_loss": 3.1, "val_mAP": 0.4406, "val_mAP50": 0.7328}',
        "Results: {'metrics': {'mAP50-95(B)': 44.06, 'mAP50(B)': 73.28}}",
        "[{'test_map': 0.4406, 'test_map_50': 0.7328}]",
        "{'mean_ap': 0.4406, 'AP50': 0.7328}",
    ],
)
def test_an_object_however_it_is_printed(text: str) -> None:
    ((epoch, iteration, task, values),) = told(f"{text}\n")
    assert (epoch, iteration, task, values) == (None, None, "bbox", {"AP": 0.4406, "AP50": 0.7328})


def test_the_epoch_is_that_of_the_line_before() -> None:
    assert told(TENSORS + TENSORS.replace("3", "4", 1).replace("0.4406", "0.45")) == [
        (3, None, "bbox", {"AP": 0.4406, "AP50": 0.7328}),
        (4, None, "bbox", {"AP": 0.45, "AP50": 0.7328}),
    ]


def test_lines_of_json_and_nests() -> None:
    lines = '{"date": "7/1", "status": "RUNNING", "epoch": 9}\n{"kpi": {"mAP50": 0.71}, "epoch": 10, "status": "OK"}\n'
    assert told(lines, "status.json") == [(10, None, "bbox", {"AP50": 0.71})]
    assert told('{"metrics": {"mAP50-95(B)": 0.4, "mAP50(M)": 0.3}, "step": 2}', "dvclive/metrics.json") == [
        (None, 2, "bbox", {"AP": 0.4}),
        (None, 2, "segm", {"AP50": 0.3}),
    ]


def test_what_a_trainer_prints_between_evaluations() -> None:
    text = "{'loss': 3.3, 'learning_rate': 4e-05, 'epoch': 0.5}\n{'eval_map': 0.1, 'eval_map_50': 0.2, 'epoch': 1.0}\n"
    assert told(text) == [(1, None, "bbox", {"AP": 0.1, "AP50": 0.2})]
    assert points(feed(PrintedResults, text))["lr by epoch"] == [(0.5, 4e-05)]


@pytest.mark.parametrize(
    "text",
    [
        "target = {'bbox_mAP': 1.0, 'bbox_mAP_50': 1.0}",
        "    expected: dict = {'map': 0.6,\n        'map_50': 1.0}",
        "self.assertDictEqual(evaluate(), target) or check({'map': 0.6, 'map_50': 1.0})",
        "return {'map': 0.6, 'map_50': 1.0}",
        "assert_equal(\n    {'map': 0.6, 'map_50': 1.0})",
        "{'map': 12, 'map_50': 400}",
        "{'map': 'a.png', 'map_50': None}",
        "{'map': 3, 'x': 4}",
        "{'best_map': 0.3, 'map_threshold': 0.5, 'num_map': 0.5}",
        '{"precision": 0.9, "recall": 0.8, "f1": 0.85, "AP_count": 3}',
        "'map': 0.3, 'map_50': 0.5",
        '{"mode": "val", "epoch": 2, "iter": 9, "mAP": 0.82, "CP": 0.8, "OF1": 0.7}',
        '{"step": 3, "val/mAP": 0.3, "val/mrr": 0.4, "val/ndcg": 0.2}',
        "{" * 100 + "'map_50': 0.5",
    ],
)
def test_what_nobody_obtained_or_is_of_another_trade_is_quiet(text: str) -> None:
    assert feed(PrintedResults, f"{text}\n") == []


def test_what_detectron2_returns_is_in_percent_however_small() -> None:
    text = "OrderedDict([('bbox', {'AP': 0.41, 'AP50': 0.8, 'APs': nan, 'AP-cat': 0.5, 'AP-old dog': 0.0})])"
    records = feed(PrintedResults, text, path="test_results.txt")
    (found,) = evaluations(records)
    assert [each.value for each in found.metrics] == [pytest.approx(0.0041), pytest.approx(0.008), None]
    assert [(each.category, each["AP"]) for each in evaluations(records, by_category=True)] == [
        ("cat", pytest.approx(0.005)),
        ("old dog", 0.0),
    ]


def test_a_list_of_models_is_no_run() -> None:
    models = [{"name": "a", "AP": 0.3, "AP50": 0.5}, {"name": "b", "AP": 0.4, "AP50": 0.6}]
    assert feed(PrintedResults, json.dumps(models, indent=1), path="zoo.json") == []


@pytest.mark.parametrize(
    "models",
    [
        [{"model": "frcnn", "metrics": {"mAP50": 0.5, "mAP": 0.3}}, {"model": "ssd", "metrics": {"mAP50": 0.4}}],
        {"Models": ["frcnn", "ssd"], "mAP50": [0.5, 0.4], "mAP": [0.3, None]},
        {"results": {"Models": ["frcnn", "ssd"], "mAP50": [0.5, 0.4], "FPS": [20, 50]}, "image_size": [640, 640]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_models_that_have_a_name_are_rows_of_a_table(models: Any, indent: int | None) -> None:
    rows = list(feed(PrintedResults, json.dumps(models, indent=indent), path="cmp.json"))
    assert all(isinstance(each, TableRow) for each in rows)
    found = [(row.label, row.results[0]["AP50"]) for row in rows if isinstance(row, TableRow)]
    assert found == [("frcnn", 0.5), ("ssd", 0.4)]


def test_the_history_of_a_training_column_by_column() -> None:
    history = {"loss": [1.9, 1.2], "val_mAP": [0.21, 0.34]}
    for text in (json.dumps(history), json.dumps({"epoch": [1, 2], **history}, indent=1)):  # an entry an epoch
        found = told(text, "history.json")
        assert [(epoch, values["AP"]) for epoch, _, _, values in found] == [(1, 0.21), (2, 0.34)]


@pytest.mark.parametrize(
    "columns",
    [
        {"classes": ["car", "bus"], "AP50": [0.2, 0.3]},
        {"precision": [0.1, 0.2], "recall": [0.9, 0.8], "loss": [1, 2]},
        {"model": ["a1", "a2"], "mAP": [0.2]},
        {"model": ["a1"], "mAP": [0.2]},
        {"a": {"model": ["a1", "a2"]}, "b": {"mAP": [0.2, 0.3]}},
    ],
)
def test_columns_that_are_no_table_of_models_are_quiet(columns: dict[str, Any]) -> None:
    assert feed(PrintedResults, json.dumps(columns), path="x.json") == []


@pytest.mark.parametrize(
    "classes",
    [
        {"per_class_metrics": {"car": {"AP50": 0.7, "AP": 0.5}, "bus": {"AP50": 0.6}}},
        {"AP50_per_class": {"car": 0.7, "bus": 0.6}},
        {"results": {"class_AP50": {"car": 0.7, "bus": 0.6}, "class_count": {"car": 3}}},
    ],
)
def test_classes_beside_their_mean_are_told_each(classes: dict[str, Any]) -> None:
    overall = {"dataset": "VisDrone", "split": "test", "mAP50": 0.65, "mAP50-95": 0.4, "classification_loss": 0.3}
    records = feed(PrintedResults, json.dumps(overall | classes), path="metrics.json")
    (mean,) = evaluations(records)
    assert (mean.data_set, mean.split, mean["AP50"]) == ("VisDrone", "test", 0.65)
    found = {each.category: each["AP50"] for each in evaluations(records, by_category=True)}
    assert found == {"car": 0.7, "bus": 0.6}
    assert not settings(records)


NUSCENES = {
    "label_aps": {"car": {"0.5": 0.73, "1.0": 0.83}},
    "mean_dist_aps": {"car": 0.8},
    "mean_ap": 0.48,
    "tp_errors": {"trans_err": 0.36, "scale_err": 0.3, "orient_err": 1.56, "vel_err": 0.5, "attr_err": 0.21},
    "tp_scores": {"trans_err": 0.64},
    "nd_score": 0.54,
    "eval_time": 88.9,
}


def test_the_summary_of_nuscenes() -> None:
    ((_, _, _, values),) = told(json.dumps(NUSCENES, indent=2), "metrics_summary.json")
    assert values == {"AP": 0.48, "NDS": 0.54, "mATE": 0.36, "mASE": 0.3, "mAOE": 1.56, "mAVE": 0.5, "mAAE": 0.21}


@pytest.mark.parametrize(
    "models",
    [
        {"fraction": 10, "ssl": {"mAP_50_95": 0.09, "mAP_50": 0.27}, "baseline": {"mAP_50_95": 0.08, "mAP_50": 0.26}},
        {"results": {"ssl": {"mAP": 0.09, "mAP50": 0.27}, "baseline": {"mAP": 0.08, "mAP50": 0.26}}, "seed": 1},
        {"ssl": {"metrics/mAP50-95(B)": 0.09, "map50": 0.27}, "baseline": {"mAP50-95": 0.08, "mAP50": 0.26}},
    ],
)
def test_models_beside_each_other_are_told_apart(models: dict[str, Any]) -> None:
    found = evaluations(feed(PrintedResults, json.dumps(models, indent=2), path="summary.json"))
    assert [(each.weights, each["AP"], each["AP50"]) for each in found] == [
        ("ssl", 0.09, 0.27),
        ("baseline", 0.08, 0.26),
    ]


@pytest.mark.parametrize(
    "objects",
    [
        {"person": {"AP": 0.3}, "car": {"AP": 0.4}},
        {"per_class": {"person": {"mAP50": 0.3}, "car": {"mAP50": 0.4}}},
        {"a": {"x": 0.3}, "b": {"mAP": 0.4}},
        {"unet": {"dice": 0.8}, "liver": {"dice": 0.9}},
        {"tumor": {"mean_dice": 0.8123, "mean_iou": 0.7123}, "liver": {"mean_dice": 0.9123, "mean_iou": 0.8123}},
        {"case_001": {"mean_dice": 0.8}, "case_002": {"mean_dice": 0.9}},
        {"a/001.png": {"mean_iou": 0.8123}, "a/002.png": {"mean_iou": 0.9123}},
    ],
)
def test_classes_and_a_name_without_another_are_no_models(objects: dict[str, Any]) -> None:
    assert feed(PrintedResults, json.dumps(objects), path="summary.json") == []


def test_models_of_segmentation_are_told_by_their_means_over_classes() -> None:
    models = {"unet": {"mean_dice": 0.83, "mean_iou": 0.71}, "deeplab": {"mean_dice": 0.84, "mean_iou": 0.72}}
    found = evaluations(feed(PrintedResults, json.dumps({"seed": 1, "models": models}), path="summary.json"))
    assert [(each.weights, each["Dice"], each["mIoU"]) for each in found] == [
        ("unet", 0.83, 0.71),
        ("deeplab", 0.84, 0.72),
    ]


def test_classes_of_two_splits_are_told_of_each() -> None:
    splits = {
        "validation": {"mAP50": 0.95, "mAP50_95": 0.8, "per_class_mAP50_95": {"rhino": 0.82, "zebra": 0.78}},
        "test": {"mAP50": 0.97, "mAP50_95": 0.82, "per_class_mAP50_95": {"rhino": 0.86, "zebra": 0.75}},
    }
    found = evaluations(feed(PrintedResults, json.dumps(splits), path="metrics.json"), by_category=True)
    assert [(each.split, each.category, each["AP"]) for each in found if each.category] == [
        ("val", "rhino", 0.82),
        ("test", "rhino", 0.86),
        ("val", "zebra", 0.78),
        ("test", "zebra", 0.75),
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_the_summary_of_a_run_tells_its_best_and_its_last(indent: int | None) -> None:
    run = {"total_epochs": 60, "max_dets": 100, "best_epoch": 52, "best_mAP": 0.31, "final_mAP": 0.29, "best_loss": 0.4}
    assert told(json.dumps(run, indent=indent), "summary.json") == [
        (52, None, "bbox", {"AP": 0.31}),
        (60, None, "bbox", {"AP": 0.29}),
    ]
    assert told(json.dumps({"best_mAP": 0.31, "best_epoch": 5}, indent=indent), "summary.json") == [
        (5, None, "bbox", {"AP": 0.31})
    ]
    models = {name: {"best_map50": ap, "final_map50": ap - 0.01} for name, ap in (("yolov8n", 0.61), ("yolov8s", 0.65))}
    assert [metrics["AP50"] for *_, metrics in told(json.dumps(models, indent=indent), "summary.json")] == [
        *(0.61, 0.65, 0.60, 0.64)
    ]


def test_the_best_so_far_is_none_where_each_epoch_has_its_own() -> None:
    history = [{"epoch": epoch, "val_mAP": ap, "best_mAP": 0.3} for epoch, ap in ((1, 0.3), (2, 0.2))]
    assert [metrics for *_, metrics in told(json.dumps(history), "history.json")] == [{"AP": 0.3}, {"AP": 0.2}]
    assert told(json.dumps({"best_mAP": 0.3, "epochs": history}), "history.json")[-1][0] == 2


def test_an_object_of_many_lines_in_a_text() -> None:
    text = json.dumps({"config": "a.py", "metric": {"aAcc": 0.87, "mIoU": 0.62, "IoU.wall": 0.8}}, indent=4)
    assert [values for *_, values in told(text, "eval.txt")] == [{"aAcc": 0.87, "mIoU": 0.62}]


def test_an_object_of_many_lines_in_a_list() -> None:
    others = {f"objectness mAP {at}": 0.9 for at in range(150)}
    one = {"maxDets": 300, "mAP @ 0.50:0.95": 0.29, "AP @ 0.5": 0.51, "AP @ 0.75": 0.35, **others}
    assert told(json.dumps([one], indent=4)) == [(None, None, "bbox", {"AP": 0.29, "AP50": 0.51, "AP75": 0.35})]


def test_keypoints_by_their_distance_are_a_result_each_at_its_own() -> None:
    text = '{"PCK@0.05": 0.59, "coco/PCK@0.1": 0.93, "EPE": 28.1, "data_time": 0.04}'
    assert told(text, "20241225.json") == [(None, None, "keypoints", {"PCK@0.05": 0.59, "PCK@0.1": 0.93})]


@pytest.mark.parametrize(
    "text",
    [
        '{"tp": 8, "fp": 2, "fn": 4, "precision": 0.8, "recall": 0.7, "f1": 0.75}',
        '{"detection": {"precision": 0.8, "recall": 0.7, "f1": 0.75}, "segmentation": {}}',
        '{"model": "Faster R-CNN (ResNet50)", "precision": 0.8, "recall": 0.7, "f1": 0.75, "mean_iou": 0.78}',
        'Calculated!{"precision": 0.8, "recall": 0.7, "hmean": 0.75}',
    ],
)
def test_precision_and_recall_of_boxes_are_a_result_by_themselves(text: str) -> None:
    (found,) = evaluations(feed(PrintedResults, text, path="log.txt" if "!" in text else "metrics.json"))
    assert (found.task, {m.name: m.value for m in found.metrics}) == ("bbox", {"P": 0.8, "R": 0.7, "F1": 0.75})


@pytest.mark.parametrize(
    "text",
    [
        '{"precision": 0.8, "recall": 0.7, "f1": 0.75}',
        '{"tp": 8, "fp": 2, "fn": 4, "tn": 90, "precision": 0.8, "recall": 0.7}',
        '{"detection": {"accuracy": 0.9, "precision": 0.8, "recall": 0.7}}',
        '{"model": "ResNet50", "precision": 0.8, "recall": 0.7, "f1": 0.75}',
    ],
)
def test_those_of_a_classifier_are_none(text: str) -> None:
    assert not evaluations(feed(PrintedResults, text, path="metrics.json"))


def test_a_mean_over_seeds_is_the_result_of_none() -> None:
    arm = {"map50": {"mean": 0.63, "std": 0.15, "n_seeds": 3}, "map50_95": {"mean": 0.29, "std": 0.07, "n_seeds": 3}}
    assert told(json.dumps({"ours": arm, "base": arm}), "final.json") == []
    assert told(json.dumps({"n_seeds": 3, "Dice_mean": 0.87, "IoU_mean": 0.8}), "final.json") == []
    seeds = {f"ours-seed{seed}": {"map50": 0.6, "map50_95": 0.3} for seed in (1, 2)}
    assert len(told(json.dumps({"mean": {"ours": arm}} | seeds), "final.json")) == 2


def test_what_an_object_says_of_its_numbers() -> None:
    history = [
        {"eval_split": "val", "eval_map_50": 0.6, "eval_checkpoint": "a/last.pth", "training_meta": {"epoch": 10}},
        {"eval_split": "val", "eval_map_50": 0.7, "eval_checkpoint": "b/last.pth", "training_meta": {"epoch": 10}},
    ]
    found = evaluations(feed(PrintedResults, json.dumps(history), path="history.json"))
    assert [(e.epoch, e.split, e.weights) for e in found] == [(10, "val", "a/last.pth"), (10, "val", "b/last.pth")]
    steps = [{"checkpoint": f"epoch_{epoch}.pth", "mAP": 0.3, "mAP50": 0.5} for epoch in (10, 20)]
    found = evaluations(feed(PrintedResults, json.dumps(steps), path="sweep.json"))
    assert [(e.epoch, e.weights) for e in found] == [(10, ""), (20, "")]
    printed = "Validation mAP: {'map': tensor(0.35), 'map_50': tensor(0.55)}\nTest mAP: {'map_50': tensor(0.54)}\n"
    assert [e.split for e in evaluations(feed(PrintedResults, printed))] == ["val", "test"]


def test_objects_that_only_their_settings_tell_apart_are_runs() -> None:
    sweep = [{"lr": 0.01, "batch_size": 8, "mAP50": 0.52}, {"lr": 0.001, "batch_size": 8, "mAP50": 0.57}]
    rows = [each for each in feed(PrintedResults, json.dumps(sweep), path="sweep.json") if isinstance(each, TableRow)]
    assert [(row.label, row.results[0]["AP50"]) for row in rows] == [
        ("lr 0.01, batch_size 8", 0.52),
        ("lr 0.001, batch_size 8", 0.57),
    ]
    history = [{"lr": 0.01, "loss": 2.0, "mAP50": 0.52}, {"lr": 0.001, "loss": 1.0, "mAP50": 0.57}]
    records = feed(PrintedResults, json.dumps(history), path="history.json")
    assert not any(isinstance(each, TableRow) for each in records)
    assert feed(PrintedResults, json.dumps([sweep[0], sweep[0]]), path="sweep.json") != rows


def test_a_detector_by_its_name_may_tell_precision_and_recall_of_boxes_alone() -> None:
    counted = '{"precision": 0.8, "recall": 0.6, "tp": 60, "fp": 15, "fn": 40}'
    (found,) = feed(PrintedResults, f'{{"clean_yolo": {counted}}}', path="r.json")
    assert isinstance(found, Evaluation)
    assert (found.weights, found["P"], found["R"]) == ("clean_yolo", 0.8, 0.6)
    assert feed(PrintedResults, f'{{"clean": {counted}}}', path="r.json") == []


def test_of_several_thresholds_at_one_epoch_the_best_counts() -> None:
    row = '{{"epoch": {}, "{}": 0.{}, "precision": 0.8, "recall": 0.6, "f1": 0.{}, "tp": 60, "fp": 15, "fn": 40}}'
    swept = ", ".join(row.format(epoch, "threshold", at, at) for epoch in (1, 2) for at in (3, 5, 4))
    found = [e for e in feed(PrintedResults, f'{{"grid": [{swept}]}}', path="r.json") if isinstance(e, Evaluation)]
    assert [(each.epoch, each["F1"]) for each in found] == [(1, 0.5), (2, 0.5)]
    swept = ", ".join(row.format(epoch, "elapsed", at, at) for epoch, at in ((1, 3), (2, 5)))
    assert len(feed(PrintedResults, f'{{"grid": [{swept}]}}', path="r.json")) == 2


def test_one_model_whose_numbers_nobody_sets_is_a_result_of_it() -> None:
    text = '{{"exp_aug": {{"val": {{"overall": {{"mAP50": {}, "Prec": 0.8}}}}}}}}'
    (found,) = evaluations(feed(PrintedResults, text.format(0.71628), path="r.json"))
    assert (found.weights, found.split, found["AP50"], found["P"]) == ("exp_aug", "val", 0.71628, 0.8)
    assert feed(PrintedResults, text.format(0.7), path="r.json") == []  # which may be a goal


def test_a_history_by_its_epochs_names_no_models() -> None:
    row = '"{}": {{"train_loss": {}, "val_mAP": 0.{}1, "val_mAP@50": 0.{}2}}'
    history = ", ".join(row.format(epoch, 1.5, epoch, epoch) for epoch in (1, 2, 3))
    found = evaluations(feed(PrintedResults, f'{{"history": {{{history}}}}}', path="r.json"))
    assert [(each.epoch, each.weights, each["AP"]) for each in found] == [(1, "", 0.11), (2, "", 0.21), (3, "", 0.31)]
    folds = history.replace('"train_loss": 1.5, ', "")
    assert [each.epoch for each in evaluations(feed(PrintedResults, f'{{"folds": {{{folds}}}}}', path="r.json"))] == [
        None
    ] * 3


def test_models_of_a_paper_beside_those_of_ones_own_are_none() -> None:
    row = '"{} ({})": {{"AP50_car": 41.2, "AP50_all": {}, "Prec_all": 66.3}}'
    text = f'{{"sota": {{{row.format("YOLOv8n", "paper", 43.7)}}}, "ours": {{{row.format("YOLOv8n", "ours", 48.6)}}}}}'
    (found,) = evaluations(feed(PrintedResults, text, path="r.json"))
    assert (found.weights, found["AP50"], found["P"]) == ("YOLOv8n (ours)", 0.486, 0.663)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"best_metric_name": "val/mAP", "best_metric": 0.4312, "best_epoch": 12}', (12, "val", {"AP": 0.4312})),
        ('{"run": "a", "eval": {"metric": "mAP50", "value": 0.61}}', (None, "", {"AP50": 0.61})),
        ('{"metric": "accuracy", "value": 0.61, "mAP_note": 1}', None),
        ('{"metric": "mAP", "threshold": 0.61}', None),
    ],
)
def test_a_metric_may_be_named_by_a_text_beside_its_number(text: str, found: Any) -> None:
    told = [
        (each.epoch, each.split, {m.name: m.value for m in each.metrics})
        for each in evaluations(feed(PrintedResults, text, path="best.json"))
    ]
    assert told == ([found] if found else [])


def test_what_torchmetrics_tells_of_one_threshold_is_ap_at_that() -> None:
    text = "{'map': tensor(0.46), 'map_50': tensor(0.46), 'map_75': tensor(-1.), 'map_small': tensor(0.38)}\n"
    assert [{m.name: m.value for m in each.metrics} for each in evaluations(feed(PrintedResults, text))] == [
        {"AP50": 0.46}
    ]
    whole = text.replace("-1.", "0.4")
    assert [len(each.metrics) for each in evaluations(feed(PrintedResults, whole))] == [4]


def test_a_number_that_no_score_can_be_is_told() -> None:
    assert issues(feed(PrintedResults, '{"mAP50": 123.4, "mAP": 99}', path="eval.json")) == [1]
    assert not feed(PrintedResults, '{"mAP50": 400, "mAP": 12}', path="eval.json")


def test_models_beside_a_detector_that_tell_the_same_are_models_too() -> None:
    text = '{{"{}": {{"ap": 0.85, "params_m": null}}, "Ours": {{"ap": 0.82, "params_m": 10.2}}}}'
    found = evaluations(feed(PrintedResults, text.format("YOLO11-S"), path="models.json"))
    assert [(each.weights, each["AP"]) for each in found] == [("YOLO11-S", 0.85), ("Ours", 0.82)]
    assert not feed(PrintedResults, text.format("theirs"), path="models.json")


def test_a_dice_beside_the_other_part_of_a_loss_is_one_too() -> None:
    text = '[{"epoch": 1, "loss": 0.43, "bce": 0.02, "dice": 0.41, "val_dice": 0.61}]'
    found = evaluations(feed(PrintedResults, text, path="history.json"))
    assert [(each.epoch, each.split, each["Dice"]) for each in found] == [(1, "val", 0.61)]


def test_the_quality_of_a_panoptic_segmentation_may_be_written_out() -> None:
    text = '{"val": {"panoptic_quality": 0.41, "segmentation_quality": 0.79, "recognition_quality": 0.5}}'
    (found,) = evaluations(feed(PrintedResults, text, path="eval.json"))
    assert {each.name: each.value for each in found.metrics} == {"PQ": 0.41, "SQ": 0.79, "RQ": 0.5}


def test_metrics_may_list_the_models() -> None:
    text = '{"split": "test", "metrics": {"map_50_95": {"faster_rcnn": 0.66, "b": 0.65, "faster_rcnn_minus_b": 0.01},'
    text += ' "map_50": {"faster_rcnn": 0.91, "b": 0.9, "faster_rcnn_minus_b": 0.01}}}'
    found = evaluations(feed(PrintedResults, text, path="cmp.json"))
    told = [(each.weights, each.split, {m.name: m.value for m in each.metrics}) for each in found]
    assert told == [("faster_rcnn", "test", {"AP": 0.66, "AP50": 0.91}), ("b", "test", {"AP": 0.65, "AP50": 0.9})]
    classes = text.replace("faster_rcnn", "car")
    assert not [each for each in evaluations(feed(PrintedResults, classes, path="cmp.json")) if each.weights]


def test_what_came_of_a_training_is_of_its_split_only_beside_another() -> None:
    alone = '{"training_metrics": {"metrics/mAP50(B)": 0.99, "metrics/mAP50-95(B)": 0.89}}'
    assert [each.split for each in evaluations(feed(PrintedResults, alone, path="s.json"))] == [""]
    both = '{"training_metrics": {"mAP50": 0.99}, "validation_metrics": {"mAP50": 0.89}}'
    assert {each.split for each in evaluations(feed(PrintedResults, both, path="s.json"))} == {"train", "val"}


def test_the_epoch_beside_a_result_is_its_own_and_no_schedule() -> None:
    text = '{\n  "mAP50": 0.19,\n  "mAP50-95": 0.08,\n  "epoch": 10,\n  "lr": 0.01\n}\n'
    assert told(text, "results.json") == [(10, None, "bbox", {"AP50": 0.19, "AP": 0.08})]
    assert settings(feed(PrintedResults, text, path="results.json")) == {"lr": 0.01}
    more = text.replace('"lr"', '"epochs": 50,\n  "lr"')
    assert settings(feed(PrintedResults, more, path="results.json"))["epochs"] == 50


def test_an_aggregate_is_of_all_classes_and_no_model() -> None:
    text = json.dumps(
        {
            "model": "runs/cards_yolov8s.pt",
            "validation_split": "val",
            "aggregate": {"mAP50": 0.8712, "mAP50_95": 0.6634},
            "per_class": {"ace": {"mAP50": 0.9021, "mAP50_95": 0.7105}, "king": {"mAP50": 0.8403, "mAP50_95": 0.6163}},
        },
        indent=1,
    )
    found = evaluations(feed(PrintedResults, text, path="results.json"))
    assert [(e["AP"], e.weights, e.split) for e in found] == [(0.6634, "runs/cards_yolov8s.pt", "val")]
    named = evaluations(feed(PrintedResults, text, path="results.json"), by_category=True)
    assert [(e.category, e["AP50"]) for e in named] == [("ace", 0.9021), ("king", 0.8403)]


def test_what_a_model_is_called_is_no_file_of_weights() -> None:
    (found,) = evaluations(feed(PrintedResults, '{\n "model": "yolov8s",\n "mAP50": 0.8712\n}\n', path="results.json"))
    assert found.weights == ""


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ('{"model": "fcos", "AP": 0.41}\n{"model": "atss", "AP": 0.43}\n', ["fcos", "atss"]),
        ('{"run": "lr5en3", "mAP": 0.41}\n{"run": "lr1en3", "mAP": 0.43}\n', ["lr5en3", "lr1en3"]),
        ('{\n  "fcos": {"mAP": 0.41},\n  "atss": {"mAP": 0.43}\n}\n', ["fcos", "atss"]),
        ("RetinaNet: {'map': 0.41, 'map_50': 0.6}\nFCOS: {'map': 0.43, 'map_50': 0.6}\n", ["RetinaNet", "FCOS"]),
        ('{"model": "fcos", "AP": 0.41}\n{"model": "fcos", "AP": 0.43}\n', ["", ""]),  # two results of one
        ('{"model": "fcos", "epoch": 1, "AP": 0.41}\n{"model": "atss", "epoch": 2, "AP": 0.43}\n', ["", ""]),
        ("Small objects: {'map': 0.41, 'map_50': 0.6}\nLarge objects: {'map': 0.43, 'map_50': 0.6}\n", ["", ""]),
        ('{"model": "val", "mAP": 0.41}\n{"model": "test", "mAP": 0.43}\n', ["", ""]),
    ],
)
def test_results_without_a_step_are_of_the_models_that_they_name(text: str, models: list[str]) -> None:
    assert [each.weights for each in evaluations(feed(PrintedResults, text, path="results.txt"))] == models


def test_models_may_be_known_by_the_ap_of_coco_alone() -> None:
    row = '"{}": {{"images": 75, "coco_ap50_95": 0.{}, "coco_ap50": 0.{}, "recall_iou50": 0.34}}'
    both = f"{{{row.format('plain', 98, 99)}, {row.format('hybrid', 16, 60)}}}"
    found = [each for each in feed(PrintedResults, both, path="summary.json") if isinstance(each, Evaluation)]
    assert [(each.weights, each["AP"]) for each in found] == [("plain", 0.98), ("hybrid", 0.16)]
    assert feed(PrintedResults, both.replace("coco_", ""), path="summary.json") == []
