"""The logs of detectron2 and of what was made from it. The samples are written by hand."""

import time
from pathlib import Path

import pytest

from fcosreport.dialects.detectron2 import Detectron2
from fcosreport.records import Evaluation, Event, Setting
from tests.dialects.feeding import (
    curve,
    differences,
    entries,
    evaluations,
    events,
    expected,
    feed,
    issues,
    points,
    settings,
    told,
)

CONFIG = """\
DATASETS:
  TEST:
  - coco_2017_val
  TRAIN:
  - coco_2017_train
INPUT:
  MAX_SIZE_TRAIN: 1333
  MIN_SIZE_TRAIN:
  - 640
  - 800
MODEL:
  BACKBONE:
    NAME: build_resnet_fpn_backbone
  META_ARCHITECTURE: GeneralizedRCNN
  RESNETS:
    DEPTH: 50
    NORM: FrozenBN
    NUM_GROUPS: 1
    OUT_FEATURES:
    - res2
    - res5
  RETINANET:
    BBOX_REG_WEIGHTS: &id001
    - 1.0
    - 1.0
    NMS_THRESH_TEST: 0.4
    SCORE_THRESH_TEST: 0.01
  ROI_HEADS:
    NMS_THRESH_TEST: 0.5
    SCORE_THRESH_TEST: 0.05
  WEIGHTS: detectron2://ImageNetPretrained/MSRA/R-50.pkl
OUTPUT_DIR: ./output
SEED: -1
SOLVER:
  AMP:
    ENABLED: false
  BASE_LR: 0.02
  IMS_PER_BATCH: 16
  MAX_ITER: 60
  MOMENTUM: 0.9
  STEPS:
  - 40
  - 50
  WARMUP_ITERS: 10
  WARMUP_METHOD: linear
  WEIGHT_DECAY: 0.0001
TEST:
  AUG:
    ENABLED: false
  DETECTIONS_PER_IMAGE: 100
  EVAL_PERIOD: 30
"""
START = (
    """\
[05/01 08:00:00] detectron2 INFO: Rank of current process: 0. World size: 8
[05/01 08:00:00] detectron2 INFO: Environment info:
sys.platform  linux
[05/01 08:00:00] detectron2 INFO: Command line arguments: Namespace(config_file='a/b_1x.yaml', resume=False, """
    """eval_only=False, num_gpus=4, num_machines=2, opts=['SOLVER.BASE_LR', '0.02'])
[05/01 08:00:00] detectron2 INFO: Contents of args.config_file=a/b_1x.yaml:
SOLVER:
  BASE_LR: 0.01  # for 8 images
  MAX_ITER: 60
"""
)
MERGED = "[05/01 08:00:00] detectron2 INFO: Running with full config:\n" + CONFIG
DATA = """\
[05/01 08:00:01] detectron2 INFO: Full config saved to ./output/config.yaml
[05/01 08:00:01] d2.utils.env INFO: Using a generated random seed 1234
[05/01 08:00:02] d2.data.datasets.coco INFO: Loaded 118287 images in COCO format from a/instances_train2017.json
[05/01 08:00:02] d2.checkpoint INFO: [DetectionCheckpointer] Loading from detectron2://ImageNetPretrained/R-50.pkl ...
[05/01 08:00:03] fvcore.common.checkpoint INFO: [Checkpointer] Loading from /root/.torch/R-50.pkl ...
[05/01 08:00:03] d2.engine.train_loop INFO: Starting training from iteration 0
"""


def trains(*counts: int) -> str:
    return "".join(
        f"[05/01 08:01:00] d2.utils.events INFO:  eta: 0:01:00  iter: {count}  total_loss: 1.5  loss_cls: 0.5"
        f"  loss_box_reg: 1.0  time: 0.25  data_time: 0.01  lr: {count * 1e-5:.5g}  max_mem: 3000M\n"
        for count in counts
    )


RESULT = """\
[05/01 08:02:00] d2.data.datasets.coco INFO: Loaded 5000 images in COCO format from a/instances_val2017.json
[05/01 08:02:00] d2.evaluation.evaluator INFO: Start inference on 625 batches
[05/01 08:02:00] d2.evaluation.coco_evaluation INFO: Evaluation results for bbox: \n\
|   AP   |  AP50  |  AP75  |  APs   |  APm   |  APl   |
|:------:|:------:|:------:|:------:|:------:|:------:|
| 37.412 | 58.102 | 40.300 | 21.555 | 41.000 | 48.721 |
[05/01 08:02:00] d2.evaluation.coco_evaluation INFO: Per-category bbox AP: \n\
| category   | AP     | category   | AP    |
|:-----------|:-------|:-----------|:------|
| person     | 52.500 | fire truck | 1.250 |
| hair drier | nan    |            |       |
[05/01 08:02:00] d2.engine.defaults INFO: Evaluation results for coco_2017_val in csv format:
[05/01 08:02:00] d2.evaluation.testing INFO: copypaste: Task: bbox
[05/01 08:02:00] d2.evaluation.testing INFO: copypaste: AP,AP50,AP75,APs,APm,APl
[05/01 08:02:00] d2.evaluation.testing INFO: copypaste: 37.4123,58.1020,40.2996,21.5550,41.0000,48.7210
"""
END = """\
[05/01 08:03:00] d2.engine.hooks INFO: Overall training speed: 58 iterations in 0:02:00 (2.0000 s / it)
[05/01 08:03:00] d2.engine.hooks INFO: Total training time: 0:02:00 (0:00:10 on hooks)
"""
LOG = START + MERGED + DATA + trains(19) + RESULT + trains(29, 39, 59) + END + RESULT
SAMPLES = {"log.txt": LOG.encode()}
PREFIXES = ("2024-05-01T08:00:00.12Z stdout F ", "[1,0]<stderr>:", "trainer-1  | ", "\x1b[32m")


def test_a_table_and_its_copypaste_line_are_one_result_in_fractions() -> None:
    records = feed(Detectron2, LOG)
    first, last = evaluations(records)
    assert [(metric.name, metric.value) for metric in first.metrics] == [
        ("AP", 0.374123),
        ("AP50", 0.58102),
        ("AP75", 0.402996),
        ("APs", 0.21555),
        ("APm", 0.41),
        ("APl", 0.48721),
    ]
    assert {(metric.text, metric.percent) for metric in first.metrics} >= {("37.4123", True), ("58.1020", True)}
    lines = LOG.splitlines()
    assert "copypaste: 37" in lines[first.where.line - 1]
    assert [lines[place.line - 1][:9] for place in first.also] == ["| 37.412 "]
    assert (first.task, first.iteration, last.iteration) == ("bbox", 30, 60)


def test_what_a_project_logs_before_the_loss_does_not_hide_it() -> None:
    trained = trains(19, 39).replace("total_loss", "ratio: 0.73  cls_acc: 0.91  total_loss")
    found = feed(Detectron2, START + MERGED + DATA + trained + RESULT)
    assert points(found)["loss by iteration"] == [(20, 1.5), (40, 1.5)]


def test_each_category_has_its_result_and_nan_is_missing() -> None:
    by_category = evaluations(feed(Detectron2, LOG), by_category=True)[:3]
    assert [(each.category, each["AP"]) for each in by_category] == [
        ("person", 0.525),
        ("fire truck", 0.0125),
        ("hair drier", None),
    ]


def test_a_table_without_copypaste_lines_is_a_result() -> None:
    (one,) = evaluations(feed(Detectron2, DATA + trains(19) + RESULT[: RESULT.index("[05/01 08:02:00] d2.engine")]))
    assert (one["AP"], one.metrics[0].text, one.iteration, one.also) == (0.37412, "37.412", 20, ())


def test_a_table_that_says_something_else_is_its_own_result() -> None:
    found = evaluations(feed(Detectron2, RESULT.replace("| 37.412", "| 36.412")))
    assert [each["AP"] for each in found] == [0.36412, 0.374123]


@pytest.mark.parametrize(
    ("task", "names", "numbers", "want"),
    [
        ("segm", "AP,AP50", "34.1000,55.2000", {"AP": 0.341, "AP50": 0.552}),
        ("keypoints", "AP,AP50,AP75,APm,APl", "65.1,86.0,71.0,60.5,73.2", {"APm": 0.605, "APl": 0.732}),
        (
            "box_proposals",
            "AR@100,ARs@100,AR@1000",
            "44.0000,20.0000,60.0000",
            {"AR100": 0.44, "ARs": 0.2, "AR1000": 0.6},
        ),
        ("bbox", "AP,AP50,APr,APc,APf", "20.3000,34.1000,3.9000,18.7000,28.8000", {"APr": 0.039, "APf": 0.288}),
        ("bbox", "AP,APs", "12.0000,-100.0000", {"AP": 0.12, "APs": -1.0}),
        ("bbox_TTA", "AP,AP50", "40.0000,60.0000", {"AP": 0.4}),
    ],
)
def test_every_task_is_read(task: str, names: str, numbers: str, want: dict[str, float]) -> None:
    (one,) = evaluations(feed(Detectron2, f"copypaste: Task: {task}\ncopypaste: {names}\ncopypaste: {numbers}\n"))
    assert one.task == task.removesuffix("_TTA")
    assert {name: one[name] for name in want} == want


def test_a_line_with_too_few_numbers_is_told_and_gives_no_result() -> None:
    records = feed(Detectron2, "copypaste: Task: bbox\ncopypaste: AP\ncopypaste: 1.0000,2.0000\n")
    assert evaluations(records) == []
    assert issues(records) == [3]
    assert issues(feed(Detectron2, "copypaste: 1.0000,2.0000\n")) == [1]


def test_a_task_of_another_kind_is_left_out() -> None:
    text = "copypaste: Task: MR\ncopypaste: Reasonable\ncopypaste: 0.1530\n"
    table = "Evaluation results for MR:\n|  Reasonable  |\n|:-----:|\n| 0.153 |\n"
    assert feed(Detectron2, "copypaste: Task: bbox\ncopypaste: AP\n" + text + table) == []


def test_the_merged_configuration_is_what_counts() -> None:
    found = settings(feed(Detectron2, LOG))
    assert found == {
        "framework": "detectron2",
        "gpus": 8,
        "config": "a/b_1x.yaml",
        "resume": False,
        "val_data": "coco_2017_val",
        "train_data": "coco_2017_train",
        "image_size": "640-800x1333",
        "backbone": "R-50-FPN",
        "norm": "frozen",
        "nms": 0.5,
        "score_threshold": 0.05,
        "init": "imagenet",
        "output_dir": "./output",
        "amp": False,
        "lr": 0.02,
        "train_batch_size": 16,
        "iterations": 60,
        "momentum": 0.9,
        "steps": "40, 50",
        "warmup_iterations": 10,
        "warmup": "linear",
        "weight_decay": 0.0001,
        "tta": False,
        "max_dets": 100,
        "seed": 1234,
        "train_images": 118287,
        "val_images": 5000,
        "weights": "detectron2://ImageNetPretrained/R-50.pkl",
    }


def test_steps_that_a_schedule_without_steps_does_not_take_are_no_setting() -> None:
    cosine = MERGED.replace("  MAX_ITER: 60", "  LR_SCHEDULER_NAME: WarmupCosineLR\n  MAX_ITER: 60")
    stepped = cosine.replace("WarmupCosineLR", "WarmupMultiStepLR")
    assert "steps" not in settings(feed(Detectron2, START + cosine))
    assert settings(feed(Detectron2, START + stepped))["steps"] == "40, 50"


def test_settings_point_at_their_lines() -> None:
    lines = LOG.splitlines()
    by_name = {record.name: record for record in feed(Detectron2, LOG) if isinstance(record, Setting)}
    for name, text in {"lr": "BASE_LR: 0.02", "norm": "NORM: FrozenBN", "steps": "STEPS:", "seed": "seed 1234"}.items():
        assert text in lines[by_name[name].where.line - 1]


def test_without_a_merged_configuration_the_file_and_the_options_count() -> None:
    found = settings(feed(Detectron2, START.replace("'0.02'", "'0.04'") + DATA + trains(19)))
    assert (found["lr"], found["iterations"]) == (0.04, 60)


def test_a_lazy_configuration_is_read_where_it_assigns_plain_values() -> None:
    text = START.partition("SOLVER:")[0].replace(".yaml", ".py").replace("'SOLVER.BASE_LR', '0.02'", "'train.seed=7'")
    text += "from ..common import x\ntrain.max_iter = 90000\noptimizer.lr = 1e-4\nmodel.head = L(Head)(size=[3])\n"
    found = settings(feed(Detectron2, text + DATA.replace("Using a generated", "no").replace("seed 1", "")))
    assert (found["iterations"], found["lr"], found["seed"]) == (90000, 1e-4, 7)


@pytest.mark.parametrize(
    ("weights", "init"),
    [
        ("''", "scratch"),
        ("detectron2://ImageNetPretrained/torchvision/R-50.pkl", "imagenet"),
        ("detectron2://COCO-Detection/faster_rcnn_R_50_FPN_3x/137849458/model_final_280758.pkl", "coco"),
        ("../x/model_0004999.pth", "../x/model_0004999.pth"),
    ],
)
def test_the_weights_tell_where_a_training_begins(weights: str, init: str) -> None:
    changed = MERGED.replace("detectron2://ImageNetPretrained/MSRA/R-50.pkl", weights)
    assert settings(feed(Detectron2, START + changed + DATA))["init"] == init


def test_weights_that_are_only_tested_are_no_beginning() -> None:
    text = LOG.replace("eval_only=False", "eval_only=True").replace("imagenet", "x")
    text = text.replace("detectron2://ImageNetPretrained/R-50.pkl", "out/model_0089999.pth").partition("Starting")[0]
    records = feed(Detectron2, text + "x\n" + RESULT)
    assert "init" not in settings(records)
    assert settings(records)["weights"] == "out/model_0089999.pth"
    assert [each.iteration for each in evaluations(records)] == [90000]


@pytest.mark.parametrize(
    ("meta", "score"),
    [("RetinaNet", 0.01), ("GeneralizedRCNN", 0.05), ("PanopticFPN", 0.05), ("MaskFormer", None)],
)
def test_only_the_thresholds_of_the_detector_that_runs_are_told(meta: str, score: float | None) -> None:
    found = settings(feed(Detectron2, MERGED.replace("GeneralizedRCNN", meta) + DATA))
    assert found.get("score_threshold") == score


def test_adelaidet_has_thresholds_of_its_own() -> None:
    own = "  FCOS:\n    INFERENCE_TH_TEST: 0.05\n    NMS_TH: 0.6\n  PROPOSAL_GENERATOR:\n    NAME: FCOS\n  META"
    found = settings(
        feed(Detectron2, MERGED.replace("  META", own).replace("GeneralizedRCNN", "OneStageDetector") + DATA)
    )
    assert (found["score_threshold"], found["nms"]) == (0.05, 0.6)


def test_losses_and_rates_become_curves() -> None:
    records = feed(Detectron2, LOG)
    assert curve(records, "loss") == [(20, 1.5), (30, 1.5), (40, 1.5), (60, 1.5)]
    assert curve(records, "lr")[-1] == (60, 0.00059)
    assert curve(records, "loss_box_reg")[0] == (20, 1.0)
    assert curve(records, "memory")[0] == (20, 3000)


def test_cvpods_counts_from_one_and_prints_its_configuration_as_a_table() -> None:
    text = """\
[04/12 05:09:22] cvpods INFO: Rank of current process: 0. World size: 4
[04/12 05:09:22] cvpods INFO: Running with full config:
╒═════════════════╤═══════════════════════════════════════════╕
│ config params   │ values                                    │
╞═════════════════╪═══════════════════════════════════════════╡
│ OUTPUT_DIR      │ './log'                                   │
├─────────────────┼───────────────────────────────────────────┤
│ SOLVER          │ {'IMS_PER_BATCH': 64,                     │
│                 │  'LR_SCHEDULER': {'MAX_ITER': 22500},     │
│                 │  'OPTIMIZER': {'BASE_LR': 0.12,           │
│                 │                'NAME': 'D2SGD'}}          │
╘═════════════════╧═══════════════════════════════════════════╛
[04/12 05:09:22] c2.utils.dump.events INFO: eta: 0:00:00  iter: 20/22500  total_loss: 0.477  loss_cls: 0.477  lr: 0.06
"""
    records = feed(Detectron2, text)
    found = settings(records)
    assert (found["framework"], found["lr"], found["train_batch_size"], found["optimizer"]) == (
        "cvpods",
        0.12,
        64,
        "sgd",
    )
    assert found["iterations"] == 22500
    assert next(record.where.line for record in records if getattr(record, "name", "") == "lr") == 10
    assert curve(records, "loss") == [(20, 0.477)]


def test_a_log_with_two_runs_tells_where_each_starts_and_what_is_resumed() -> None:
    again = DATA.replace("iteration 0", "iteration 40")
    second = START + MERGED.replace("0.02", "0.04") + again
    records = feed(Detectron2, START + MERGED + DATA + trains(19, 39) + second + trains(59) + END)
    offset = len((START + MERGED + DATA + trains(19, 39)).splitlines())
    assert events(records) == [
        ("started", 1, None),
        ("started", offset + 1, None),
        ("resumed", offset + len(second.splitlines()), 40),
        ("finished", offset + len(second.splitlines()) + 3, 60),
    ]
    assert next(record.time for record in records if isinstance(record, Event)) == "05-01T08:00:00"
    steps = [list(record.steps) for record in records if hasattr(record, "steps")]
    assert steps == [[20, 40], [60]]


def test_a_training_that_was_broken_off_is_not_finished() -> None:
    broken = "[05/01 08:02:00] d2.engine.train_loop ERROR: Exception during training:\n"
    assert [kind for kind, _, _ in events(feed(Detectron2, START + MERGED + DATA + trains(19) + END))] == ["started"]
    assert [kind for kind, _, _ in events(feed(Detectron2, DATA + trains(59) + broken + END))] == []


def test_in_a_note_only_results_count_with_the_iteration_that_stands_near() -> None:
    records = feed(Detectron2, "# YOLOF\n\n" + trains(19999) + RESULT + "\n## other\n\n" + RESULT, "note")
    assert all(isinstance(record, Evaluation) for record in records)
    assert [each.iteration for each in evaluations(records)] == [20000, None]


@pytest.mark.parametrize(
    "text",
    [
        "| Model | AP | AP50 |\n|---|---|---|\n| FCOS | 38.7 | 57.4 |\n",
        "The copypaste: line is in percent.\nEvaluation results for bbox: see below.\n",
        "bbox_mAP_copypaste: 0.374 0.581 0.402 0.216 0.410 0.487\n",
        "iter: 20  loss: 1.8 (2.9)  lr: 0.003\n",
    ],
)
@pytest.mark.parametrize("origin", ["log", "note"])
def test_other_text_holds_nothing(text: str, origin: str) -> None:
    assert feed(Detectron2, text, "note" if origin == "note" else "log") == []


@pytest.mark.parametrize(
    "piece",
    [
        "copypaste: ",
        "copypaste: 1,",
        "Running with full config:\n",
        "World size: ",
        " iter: 19  loss",
        '{"iteration": 1',
        "| ",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    begin = time.process_time()
    feed(Detectron2, text)
    assert time.process_time() - begin < 20


def test_real_files_give_what_they_hold(corpus: Path) -> None:
    for entry in entries(corpus, "d2_copypaste"):
        data = (corpus / entry["file"]).read_bytes()
        records = feed(Detectron2, data)
        found = evaluations(records)
        first, last = expected(entry, "d2_copypaste")
        assert len(found) == entry["counts"]["d2_copypaste"], entry["file"]
        assert differences(first, found[0]) + differences(last, found[-1]) == [], entry["file"]
        assert all(len(each.also) == 1 for each in found), entry["file"]
        hyper = entry["expected"].get("hyper") or {}
        names = {"lr": "lr", "batch_size": "train_batch_size", "max_iter": "iterations"}
        assert {key: settings(records)[names[key]] for key in hyper} == hyper, entry["file"]
        assert told(feed(Detectron2, data, size=5000)) == told(records), entry["file"]


def test_the_data_set_and_augmentation_of_a_result_are_told() -> None:
    numbers = "copypaste: AP,AP50\ncopypaste: {0}.0000,50.0000\n"
    log = "".join(
        f"[01/01 00:00:00 d2.engine.defaults]: Evaluation results for {name} in csv format:\n"
        f"copypaste: Task: bbox{tta}\n{numbers.format(ap)}"
        for name, tta, ap in (("coco_2017_val", "", 38), ("city_val", "", 30), ("city_val", "_TTA", 32))
    )
    assert [(each["AP"], each.data_set, each.augmented) for each in evaluations(feed(Detectron2, log))] == [
        (0.38, "coco_2017_val", False),
        (0.30, "city_val", False),
        (0.32, "city_val", True),
    ]
