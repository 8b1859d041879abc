"""The logs of maskrcnn-benchmark and FCOS. The samples are written by hand."""

import time
from pathlib import Path

import pytest

from fcosreport.dialects.detectron2 import Detectron2
from fcosreport.dialects.maskrcnn_benchmark import MaskrcnnBenchmark
from fcosreport.records import Evaluation
from tests.dialects.feeding import (
    curve,
    differences,
    entries,
    evaluations,
    events,
    expected,
    feed,
    issues,
    settings,
    told,
)
from tests.dialects.test_detectron2 import LOG as DETECTRON2

T = "2019-09-01 10:00:00,123 fcos_core"
CONFIG = """\
AMP_VERBOSE: False
DATALOADER:
  NUM_WORKERS: 4
DATASETS:
  TEST: ('coco_2014_minival',)
  TRAIN: ('coco_2014_train', 'coco_2014_valminusminival')
DTYPE: float32
INPUT:
  MAX_SIZE_TRAIN: 1333
  MIN_SIZE_TRAIN: (640, 800)
MODEL:
  BACKBONE:
    CONV_BODY: R-50-FPN-RETINANET
  FCOS:
    INFERENCE_TH: 0.05
    NMS_TH: 0.6
  FCOS_ON: True
  META_ARCHITECTURE: GeneralizedRCNN
  RESNETS:
    BACKBONE_OUT_CHANNELS: 256
    STEM_FUNC: StemWithFixedBatchNorm
    TRANS_FUNC: BottleneckWithFixedBatchNorm
  RETINANET:
    INFERENCE_TH: 0.01
    NMS_TH: 0.4
  RETINANET_ON: False
  ROI_HEADS:
    NMS: 0.5
    SCORE_THRESH: 0.03
  WEIGHT: catalog://ImageNetPretrained/MSRA/R-50
OUTPUT_DIR: train/fcos
SOLVER:
  BASE_LR: 0.01
  IMS_PER_BATCH: 16
  MAX_ITER: 60
  MOMENTUM: 0.9
  STEPS: (40, 50)
  WARMUP_ITERS: 500
  WARMUP_METHOD: constant
  WEIGHT_DECAY: 0.0001
TEST:
  BBOX_AUG:
    ENABLED: False
  DETECTIONS_PER_IMG: 100
  IMS_PER_BATCH: 8
"""
START = f"""\
{T} INFO: Using 8 GPUs
{T} INFO: Namespace(config_file='configs/fcos/fcos_R_50_FPN_1x.yaml', distributed=True, local_rank=0, opts=[])
{T} INFO: Loaded configuration file configs/fcos/fcos_R_50_FPN_1x.yaml
{T} INFO: \n\
MODEL:
  FCOS_ON: True
SOLVER:
  BASE_LR: 0.02
  MAX_ITER: 60

"""
MERGED = f"{T} INFO: Running with config:\n{CONFIG}"
WEIGHTS = f"{T}.utils.checkpoint INFO: Loading checkpoint from catalog://ImageNetPretrained/MSRA/R-50\n"
BEGIN = f"{T}.trainer INFO: Start training\n"


def trains(*counts: int) -> str:
    return "".join(
        f"{T}.trainer INFO: eta: 1 day, 2:01:04  iter: {count}  loss: 1.5000 (2.2500)  loss_cls: 0.5000 (0.7500)"
        f"  time: 0.2500 (0.3000)  data: 0.0100 (0.0200)  lr: 0.003333  max mem: 3000\n"
        for count in counts
    )


END = f"{T}.trainer INFO: Total training time: 1:00:00.5 (0.2500 s / it)\n"
RESULT = f"""\
{T}.inference INFO: Start evaluation on coco_2014_minival dataset(5000 images).
{T}.inference INFO: OrderedDict([('bbox', OrderedDict([('AP', 0.38744534), ('AP50', 0.5731), ('APs', -1.0)])), """
RESULT += "('segm', OrderedDict([('AP', 0.3412), ('AP50', 0.5512), ('APs', 1e-05)]))])\n"
LOG = START + MERGED + WEIGHTS + BEGIN + trains(20, 40, 60) + END + RESULT
VOC = f"{T}.inference INFO: mAP: 0.7\ncat : 0.8\ndog : 0.6\n"
SAMPLES = {"log.txt": LOG.encode(), "voc/log.txt": (BEGIN + trains(60) + VOC).encode()}
PREFIXES = ("2024-05-01T08:00:00Z ", "[1,0]<stdout>:", "\x1b[32m")


def test_every_task_of_the_result_is_read_in_full_precision() -> None:
    bbox, segm = evaluations(feed(MaskrcnnBenchmark, LOG))
    assert [(metric.name, metric.value, metric.text) for metric in bbox.metrics] == [
        ("AP", 0.38744534, "0.38744534"),
        ("AP50", 0.5731, "0.5731"),
        ("APs", -1.0, "-1.0"),
    ]
    assert (segm.task, segm["APs"], segm.iteration) == ("segm", 1e-05, 60)
    assert segm.where.line == bbox.where.line == len(LOG.splitlines())


def test_later_python_and_numpy_print_it_otherwise() -> None:
    text = "OrderedDict({'bbox': OrderedDict({'AP': np.float64(0.25), 'AP50': nan})})\n"
    records = feed(MaskrcnnBenchmark, text)
    (one,) = evaluations(records)
    assert (one["AP"], one["AP50"]) == (0.25, None)
    assert issues(records) == [1]


def test_later_versions_print_a_task_with_names_and_numbers() -> None:
    text = f"{T}.inference INFO: \nTask: bbox\nAP, AP50, APs\n0.3679, 0.5824, -1.0000\n"
    text += "Task: box_proposal\nAR@100, ARs@100, AR@1000\n0.4400, 0.2000, 0.6000\n"
    bbox, proposals = evaluations(feed(MaskrcnnBenchmark, trains(2500) + text))
    assert (bbox["AP"], bbox["APs"], bbox.where.line, bbox.iteration) == (0.3679, -1.0, 5, 2500)
    assert (proposals["AR100"], proposals["ARs"], proposals["AR1000"]) == (0.44, 0.2, 0.6)


def test_the_mean_of_pascal_voc_has_its_classes_below() -> None:
    voc = f"{T}.inference INFO: mAP: 0.7287\naeroplane       : 0.7557\ndining table    : nan\n\nloss : 0.5\n"
    records = feed(MaskrcnnBenchmark, BEGIN + trains(60) + voc)
    (mean,) = evaluations(records)
    assert (mean.family, mean.iteration, mean["AP50"], mean["AP"]) == ("voc", 60, 0.7287, None)
    classes = [(each.category, each["AP50"], each.where.line) for each in evaluations(records, by_category=True)]
    assert classes == [("aeroplane", 0.7557, 4), ("dining table", None, 5)]
    assert len(evaluations(feed(MaskrcnnBenchmark, voc.splitlines()[0]))) == 1


def test_settings_are_those_that_the_run_uses() -> None:
    found = settings(feed(MaskrcnnBenchmark, LOG))
    assert found == {
        "framework": "FCOS",
        "gpus": 8,
        "config": "configs/fcos/fcos_R_50_FPN_1x.yaml",
        "val_data": "coco_2014_minival",
        "train_data": "coco_2014_train, coco_2014_valminusminival",
        "amp": False,
        "image_size": "640-800x1333",
        "backbone": "R-50-FPN",
        "norm": "frozen",
        "score_threshold": 0.05,
        "nms": 0.6,
        "init": "imagenet",
        "weights": "catalog://ImageNetPretrained/MSRA/R-50",
        "output_dir": "train/fcos",
        "lr": 0.01,
        "train_batch_size": 16,
        "iterations": 60,
        "momentum": 0.9,
        "steps": "40, 50",
        "warmup_iterations": 500,
        "warmup": "constant",
        "weight_decay": 0.0001,
        "tta": False,
        "max_dets": 100,
        "test_batch_size": 8,
        "val_images": 5000,
    }


@pytest.mark.parametrize(
    ("old", "new", "name", "value"),
    [
        ("catalog://ImageNetPretrained/MSRA/R-50\nOUTPUT", "\nOUTPUT", "init", "scratch"),
        ("BottleneckWithFixedBatchNorm", "BottleneckWithGN", "norm", "gn"),
        ("  FCOS_ON: True\n  META", "  FCOS_ON: False\n  META", "score_threshold", 0.03),
        ("RETINANET_ON: False\n  ROI", "RETINANET_ON: True\n  ROI", "score_threshold", 0.05),
        ("  RETINANET_ON", "  USE_SYNCBN: True\n  RETINANET_ON", "norm", "syncbn"),
        ("DTYPE: float32", "DTYPE: float16", "amp", True),
        ("R-50-FPN-RETINANET", "MNV2-FPN-RETINANET", "backbone", "MNV2-FPN-RETINANET"),
        ("R-50-FPN-RETINANET", "MNV2-FPN-RETINANET", "norm", None),
    ],
)
def test_a_setting_follows_what_is_said(old: str, new: str, name: str, value: object) -> None:
    assert old in MERGED
    assert settings(feed(MaskrcnnBenchmark, MERGED.replace(old, new) + BEGIN)).get(name) == value


def test_the_norm_of_its_resnets_is_inferred_and_points_at_the_line() -> None:
    records = feed(MaskrcnnBenchmark, LOG)
    (norm,) = (record for record in records if getattr(record, "name", "") == "norm")
    assert norm.inferred  # type: ignore[union-attr]
    assert "BottleneckWithFixedBatchNorm" in LOG.splitlines()[norm.where.line - 1]


def test_the_file_counts_where_the_merged_configuration_is_missing() -> None:
    assert settings(feed(MaskrcnnBenchmark, START + BEGIN + trains(20)))["lr"] == 0.02


def test_a_model_that_is_only_tested_has_weights_and_no_beginning() -> None:
    records = feed(
        MaskrcnnBenchmark, f"{T} INFO: Using 1 GPUs\n{T} INFO: {CONFIG}{T} INFO: Collecting env info\n{RESULT}"
    )
    assert settings(records)["weights"] == "catalog://ImageNetPretrained/MSRA/R-50"
    assert "init" not in settings(records)


def test_losses_and_rates_become_curves() -> None:
    records = feed(MaskrcnnBenchmark, LOG)
    assert curve(records, "loss") == [(20, 1.5), (40, 1.5), (60, 1.5)]
    assert curve(records, "loss_cls")[0] == (20, 0.5)
    assert curve(records, "data_time")[0] == (20, 0.01)
    assert curve(records, "memory")[0] == (20, 3000)
    assert curve(records, "lr")[0] == (20, 0.003333)


def test_losses_of_a_test_in_training_are_no_training() -> None:
    extra = trains(40).replace("eta", "[Validation]:   eta").replace("1.5000", "9.0000")
    assert curve(feed(MaskrcnnBenchmark, trains(20, 40) + extra), "loss") == [(20, 1.5), (40, 1.5)]


def test_starts_resumed_trainings_and_ends_are_told() -> None:
    weights = WEIGHTS.replace("catalog://ImageNetPretrained/MSRA/R-50", "train/fcos/model_0000040.pth")
    first = START + MERGED + WEIGHTS + BEGIN + trains(20, 40)
    records = feed(MaskrcnnBenchmark, first + START + MERGED + weights + BEGIN + trains(60) + END)
    second = len(first.splitlines()) + 1
    resumed = second + len((START + MERGED + weights).splitlines())
    assert events(records) == [
        ("started", 1, None),
        ("started", second, None),
        ("resumed", resumed, 40),
        ("finished", resumed + 2, 60),
    ]
    assert settings(records)["resume"] == "train/fcos/model_0000040.pth"
    steps = [list(record.steps) for record in records if hasattr(record, "steps")]
    assert steps == [[20, 40], [60]]


@pytest.mark.parametrize(
    "text",
    [
        "OrderedDict([('bbox', {'AP': 40.2, 'AP50': 61.0})])\n",
        "copypaste: Task: bbox\ncopypaste: AP,AP50\ncopypaste: 40.2,61.0\n",
        "Task: bbox\nthe AP, AP50 and so on\n0.1, 0.2\n",
        "Loading checkpoint shards: 100%\n",
    ],
)
def test_other_text_holds_no_result(text: str) -> None:
    assert evaluations(feed(MaskrcnnBenchmark, text)) == []


def test_in_a_note_only_results_count() -> None:
    records = feed(MaskrcnnBenchmark, LOG, "note")
    assert len(records) == 2
    assert all(isinstance(record, Evaluation) and record.iteration == 60 for record in records)


@pytest.mark.parametrize(
    "piece", ["OrderedDict([('a', OrderedDict([", "Task: x\nAP, AP", "Task: a\nAP\n1.0, ", "INFO: Namespace(a='"]
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: str) -> None:
    begin = time.process_time()
    feed(MaskrcnnBenchmark, piece * (200_000 // len(piece)))
    assert time.process_time() - begin < 20


def test_real_files_give_what_they_hold(corpus: Path) -> None:
    for entry in entries(corpus, "ordereddict"):
        data = (corpus / entry["file"]).read_bytes()
        records = feed(MaskrcnnBenchmark, data)
        found = evaluations(records)
        first, last = expected(entry, "ordereddict")
        assert len(found) == entry["counts"]["ordereddict"], entry["file"]
        assert differences(first, found[0]) + differences(last, found[-1]) == [], entry["file"]
        names = {"lr": "lr", "batch_size": "train_batch_size", "max_iter": "iterations"}
        hyper = entry["expected"]["hyper"]
        assert {key: settings(records)[names[key]] for key in hyper} == hyper, entry["file"]
        assert told(feed(MaskrcnnBenchmark, data, size=5000)) == told(records), entry["file"]


def test_the_logs_of_detectron2_and_these_are_not_mixed_up() -> None:
    assert feed(MaskrcnnBenchmark, DETECTRON2) == []
    assert feed(Detectron2, LOG) == []


def test_a_task_that_is_cut_takes_no_numbers_of_the_next() -> None:
    cut = "OrderedDict([('bbox', OrderedDict([('AP', 0.5), ('segm', OrderedDict([('AP', 0.25), ('AP50', 0.4)]))])\n"
    assert [(each.task, each["AP"]) for each in evaluations(feed(MaskrcnnBenchmark, cut))] == [("segm", 0.25)]
