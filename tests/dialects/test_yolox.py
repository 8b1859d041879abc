"""The logs of YOLOX. The sample is written by hand."""

import pytest

from fcosreport.dialects.yolox import Yolox
from fcosreport.records import Setting
from tests.dialects.feeding import feed, issues, kinds, points, results, settings

YOLOX = """\
2021-07-20 10:00:00 | INFO     | yolox.core.trainer:130 - args: Namespace(batch_size=64, ckpt='s.pth', devices=8, \
exp_file='exps/s.py', experiment_name='s', fp16=True, resume=False)
2021-07-20 10:00:00 | INFO     | yolox.core.trainer:131 - exp value:
╒══════════════════╤═════════════════╕
│ keys             │ values          │
╞══════════════════╪═════════════════╡
│ seed             │ None            │
│ input_size       │ (640, 640)      │
│ max_epoch        │ 300             │
│ basic_lr_per_img │ 0.00015625      │
│ test_conf        │ 0.01            │
│ nmsthre          │ 0.65            │
╘══════════════════╧═════════════════╛
2021-07-20 10:01:00 | INFO     | yolox.core.trainer:206 - Training start...
2021-07-20 10:01:09 | INFO     | yolox.core.trainer:261 - epoch: 1/2, iter: 10/1849, gpu mem: 1234Mb, mem: 12.3Gb, \
iter_time: 0.413s, data_time: 0.001s, total_loss: 12.3, iou_loss: 4.5, lr: 1.1e-05, size: 640, ETA: 3 days, 1:00:00
2021-07-20 10:02:09 | INFO     | yolox.core.trainer:261 - epoch: 2/2, iter: 20/1849, gpu mem: 1234Mb, mem: 12.3Gb, \
iter_time: 0.413s, data_time: 0.001s, total_loss: 10.3, iou_loss: 4.4, lr: 1.2e-05, size: 512, ETA: 3 days, 1:00:00
per class AP:
| class         | AP     | class         | AP     |
|:--------------|:-------|:--------------|:-------|
| person        | 55.123 | traffic light | nan    |
per class AR:
| class         | AR     | class         | AR     |
|:--------------|:-------|:--------------|:-------|
| person        | 65.123 | traffic light | 40.100 |
2021-07-20 10:04:09 | INFO     | yolox.core.trainer:185 - Training of experiment is done and the best AP is 41.20
"""
SAMPLES = {"log.txt": YOLOX.encode()}
PREFIXES = ("2025-01-28T10:35:00.000000001Z stdout F ",)


def test_yolox_tells_settings_curves_and_categories() -> None:
    records = feed(Yolox, YOLOX)
    said = settings(records)
    assert (said["train_batch_size"], said["gpus"], said["lr"], said["epochs"]) == (64, 8, 0.01, 300)
    assert (said["score_threshold"], said["nms"], said["config"]) == (0.01, 0.65, "exps/s.py")
    assert "seed" not in said
    curves = points(records)
    assert curves["loss by iteration"] == [(10, 12.3), (1869, 10.3)]
    assert curves["memory by iteration"] == [(10, 1234), (1869, 1234)]
    assert results(records) == [(19, 2, "person", {"AP": 0.55123}), (19, 2, "traffic light", {"AP": None})]
    assert issues(records) == [19]
    assert kinds(records) == [("started", 1), ("finished", 24)]


def test_the_best_is_the_result_where_no_other_is_told() -> None:
    done = "yolox.core.trainer:185 - Training of experiment is done and the best AP is"
    start = "args: Namespace(batch_size=8, experiment_name='s')\n"
    table = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.404\n"
    assert results(feed(Yolox, f"{start}{done} 40.43\n")) == [(2, None, None, {"AP": 0.4043})]
    assert results(feed(Yolox, f"{start}{done} 0.00\n")) == []
    assert results(feed(Yolox, f"{start}{table}{done} 40.43\n")) == []
    assert results(feed(Yolox, f"{start}{table}{done} 40.43\n{start}{done} 0.83\n")) == [
        (5, None, None, {"AP": 0.0083})
    ]


@pytest.mark.parametrize(("name", "told"), [("yolox_voc_s", {}), ("yolox_s", {"val_data": "instances_val2017.json"})])
def test_the_table_of_a_voc_experiment_names_files_that_it_has_not(name: str, told: dict[str, str]) -> None:
    table = "│ keys    │ values                   │\n│ val_ann │ 'instances_val2017.json' │\n"
    said = settings(feed(Yolox, f"args: Namespace(batch_size=8, experiment_name='{name}', exp_file=None)\n{table}"))
    assert {key: value for key, value in said.items() if key == "val_data"} == told


def test_a_training_that_was_stopped_is_not_finished_by_what_its_trainer_says_at_any_end() -> None:
    assert kinds(feed(Yolox, YOLOX.replace("epoch: 2/2", "epoch: 2/3"))) == [("started", 1)]
    assert kinds(feed(Yolox, "".join(line for line in YOLOX.splitlines(True) if "/2, iter" not in line)))[1:] == []


def test_the_whole_schedule_is_told_where_no_evaluation_tells_how_far_it_came() -> None:
    untold = YOLOX.partition("per class AP:")[0]
    (told,) = [each for each in feed(Yolox, untold) if isinstance(each, Setting) and each.name == "iterations"]
    assert (told.value, told.where.line, told.inferred) == (2 * 1849, 14, True)
    assert [settings(feed(Yolox, text)).get("iterations") for text in (YOLOX, untold + YOLOX)] == [None, 2 * 1849]


def test_yolox_that_evaluates_tells_the_test_batch_only() -> None:
    said = settings(
        feed(Yolox, "args: Namespace(batch_size=8, conf=0.001, nms=0.65, devices=1, experiment_name='s')\n")
    )
    assert said["test_batch_size"] == 8
    assert "train_batch_size" not in said
