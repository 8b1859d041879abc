"""DETR's log.txt: one line of JSON an epoch, read with full precision, also when a line is cut or holds NaN."""

import json
from pathlib import Path

import pytest

from fcosreport.dialects.detr import Detr
from fcosreport.records import COCO_METRICS, Evaluation, Event, Issue, Samples
from tests.dialects.feeding import entry_of, feed, issues, kinds, others, points, results, settings

NUMBERS = [0.2566035528316247, 0.46, 0.25, -1.0, 0.26, 0.42, 0.23, 0.38, 0.42, -1.0, 0.45, 0.67]
ARGUMENTS = (
    "Namespace(lr=0.0001, lr_backbone=1e-05, batch_size=2, weight_decay=0.0001, epochs=300, lr_drop=200,"
    " frozen_weights=None, backbone='resnet50', masks=False, set_cost_class=1, dataset_file='coco', output_dir='out',"
    " seed=42, resume='', start_epoch=0, eval=False, world_size=8, distributed=True)\n"
)


def line(epoch: int, ap: float = NUMBERS[0], parameters: int = 41, **more: object) -> str:
    values: dict[str, object] = {
        "train_lr": 1e-4,
        "train_class_error": 98.9,
        "train_loss": 40.0 - epoch,
        "train_loss_ce": 1.5,
    }
    values |= {"train_loss_ce_unscaled": 1.5, "test_loss": 12.5, "test_coco_eval_bbox": [ap, *NUMBERS[1:]], **more}
    return json.dumps({**values, "epoch": epoch, "n_parameters": parameters}) + "\n"


LOG = line(0) + line(1, 0.3, test_coco_eval_masks=NUMBERS) + line(2, 0.31)
SAMPLES = {"log.txt": (ARGUMENTS + LOG + line(0)).encode()}
PREFIXES = ("2025-01-28T10:35:00.1Z stdout F ", "2025-01-28T10:35:00.1Z stdout F \x1b[32m")


def test_each_line_is_an_evaluation_with_full_precision() -> None:
    first, *rest = (each for each in feed(Detr, LOG) if isinstance(each, Evaluation))
    assert [metric.value for metric in first.metrics] == NUMBERS
    assert [metric.name for metric in first.metrics] == list(COCO_METRICS)
    assert first.metrics[0].text == "0.2566035528316247"
    assert [(each.task, each.epoch, each.where.line) for each in (first, *rest)] == [
        ("bbox", 0, 1),
        ("bbox", 1, 2),
        ("segm", 1, 2),
        ("bbox", 2, 3),
    ]


def test_a_log_that_tells_no_epoch_has_one_each_line() -> None:
    told = "".join(line(epoch) for epoch in range(3))
    untold = "".join(
        json.dumps({k: v for k, v in json.loads(each).items() if k != "epoch"}) + "\n"
        for each in told.split("\n")
        if each
    )
    assert list(feed(Detr, untold)) == list(feed(Detr, told))


def test_an_evaluation_alone_is_of_no_epoch() -> None:
    text = '{"test_loss": 7, "test_coco_eval_bbox": [0.3, 0.5, 0.4, 0.2, 0.4, 0.5, 0.3, 0.5, 0.6, 0.4, 0.5, 0]}\n'
    (found,) = (each for each in feed(Detr, text) if isinstance(each, Evaluation))
    assert (found.epoch, found["AP"]) == (None, 0.3)
    assert list(feed(Detr, text.replace('"test_c', '"epoch": "last", "test_c', 1))) == []


def test_curves_are_of_training_by_epoch() -> None:
    curves = points(feed(Detr, LOG))
    assert set(curves) == {"lr by epoch", "loss by epoch", "loss_ce by epoch"}
    assert curves["loss by epoch"] == [(0, 40.0), (1, 39.0), (2, 38.0)]


def test_nan_loses_its_own_number_only() -> None:
    records = feed(Detr, line(0) + line(1, float("nan"), train_loss=float("nan")) + line(2))
    assert [(each[0], each[3]["AP"]) for each in results(records)] == [(1, NUMBERS[0]), (2, None), (3, NUMBERS[0])]  # type: ignore[index]
    assert issues(records) == [2]
    assert points(records)["loss by epoch"] == [(0, 40.0), (1, -9), (2, 38.0)]


@pytest.mark.parametrize("size", [1, 3000])
def test_a_half_written_line_is_told_and_loses_nothing_before(size: int) -> None:
    records = feed(Detr, LOG + line(3)[:-60], size=size)
    assert len(results(records)) == 4
    assert issues(records) == [4]


def test_a_list_of_other_length_is_an_issue() -> None:
    records = feed(Detr, line(0, test_coco_eval_bbox=[0.1, 0.2]))
    assert [type(each) for each in others(records)] == [Issue]


def test_keypoints_have_ten_numbers() -> None:
    found = results(feed(Detr, line(0, test_coco_eval_bbox=[], test_coco_eval_keypoints=NUMBERS[:10])))
    assert [list(each[3]) for each in found] == [  # type: ignore[call-overload]
        ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"]
    ]


def test_a_second_training_in_the_same_file_starts_there() -> None:
    records = feed(Detr, LOG + line(0) + line(1))
    assert kinds(records) == [("started", 4)]
    assert all(
        not (each.where.line < 4 < each.where.line + len(each.steps)) for each in records if isinstance(each, Samples)
    )


def test_a_training_that_is_taken_up_again_is_resumed() -> None:
    resumed = [each for each in feed(Detr, LOG + line(2) + line(3)) if isinstance(each, Event)]
    assert [(each.kind, each.epoch) for each in resumed] == [("resumed", 2)]


def test_another_model_in_the_same_file_is_another_training() -> None:
    assert kinds(feed(Detr, LOG + line(3, parameters=43))) == [("started", 4)]
    assert not kinds(feed(Detr, LOG))


def test_arguments_give_settings_over_all_gpus() -> None:
    records = feed(Detr, ARGUMENTS)
    said = settings(records)
    assert (said["images_per_gpu"], said["gpus"], said["train_batch_size"]) == (2, 8, 16)
    assert (said["lr"], said["epochs"], said["steps"], said["seed"]) == (0.0001, 300, "200", 42)
    assert (said["backbone"], said["framework"], said["train_data"]) == ("R-50", "detr", "coco")
    assert "resume" not in said
    assert "weights" not in said
    assert kinds(records) == [("started", 1)]


def test_a_resumed_training_says_so() -> None:
    records = feed(Detr, ARGUMENTS.replace("resume=''", "resume='c.pth'").replace("start_epoch=0", "start_epoch=50"))
    resumed = next(each for each in records if isinstance(each, Event) and each.kind == "resumed")
    assert (resumed.text, resumed.epoch) == ("c.pth", 50)


@pytest.mark.parametrize(
    "text",
    [
        "Namespace(lr=0.1, data_path='/coco', start_epoch=0)\n",
        '{"lr": 0.1, "loss": 1.0, "epoch": 1, "bbox_mAP": 0.3}\n',
        'log_stats["train_lr"] and stats["test_coco_eval_bbox"] = coco_evaluator.coco_eval["bbox"].stats.tolist()\n',
        "Namespace(lr=0.1, set_cost_class=1, never closed\n",
    ],
)
def test_other_text_says_nothing(text: str) -> None:
    assert not feed(Detr, text)
    assert not feed(Detr, text, origin="note")


@pytest.mark.parametrize("number", ["077", "081", "085"])
def test_public_logs_give_what_they_hold(corpus: Path, number: str) -> None:
    entry = entry_of(corpus, f"04_detr/{number}")
    found = [
        each for each in feed(Detr, (corpus / entry["file"]).read_bytes(), size=90_000) if isinstance(each, Evaluation)
    ]
    assert len(found) == entry["counts"]["jsonl"]
    for want, got in ((entry["expected"]["first"], found[0]), (entry["expected"]["last"], found[-1])):
        assert {metric.name: metric.value for metric in got.metrics} == want["metrics"]
        assert (got.where.line, got.epoch, got.task) == (want["line"], want["epoch"], want["iou_type"])


@pytest.mark.parametrize("number", ["078", "079"])
def test_public_consoles_tell_their_arguments(corpus: Path, number: str) -> None:
    entry = entry_of(corpus, f"04_detr/{number}")
    said = settings(feed(Detr, (corpus / entry["file"]).read_bytes()))
    hyper = entry["expected"]["hyper"]
    assert (said["lr"], said["images_per_gpu"], said["epochs"]) == (hyper["lr"], hyper["batch_size"], hyper["epochs"])


def test_averaged_weights_are_told_however_the_key_says_so() -> None:
    keys = ("test_coco_eval_bbox", "ema_test_coco_eval_bbox", "test_ema_coco_eval_bbox", "test_coco_eval_bbox_ema")
    told = {key: [0.2 + place / 10, *NUMBERS[1:]] for place, key in enumerate(keys)}
    text = json.dumps({"epoch": 0, "train_lr": 1e-4, **told}) + "\n"
    found = [each for each in feed(Detr, text) if isinstance(each, Evaluation)]
    assert [(round(each["AP"] or 0, 1), each.weights) for each in found] == [
        (0.2, ""),
        (0.3, "ema"),
        (0.4, "ema"),
        (0.5, "ema"),
    ]


def test_a_validation_set_of_another_name_is_the_data_set_of_its_result() -> None:
    text = line(0).replace("test_coco_eval_bbox", "mini_val_coco_eval_bbox") + line(1, ema_train_coco_eval_bbox=NUMBERS)
    found = (each for each in feed(Detr, text) if isinstance(each, Evaluation))
    told = [(each.data_set, each.weights, each["AP"]) for each in found]
    assert told == [("mini_val", "", NUMBERS[0]), ("", "", NUMBERS[0]), ("train", "ema", NUMBERS[0])]
