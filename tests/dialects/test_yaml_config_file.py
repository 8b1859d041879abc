"""YAML files beside a log: which settings they declare, and which files are no configuration of a training."""

import time

import pytest

from fcosreport.dialects.yaml_config_file import YamlConfigFile
from fcosreport.reading.dialect import dialects
from fcosreport.records import DataSet, Setting, Where
from tests.dialects.feeding import feed, settings

DETECTRON2 = """\
CUDNN_BENCHMARK: false
DATASETS:
  TEST:
  - coco_2017_val
  TRAIN:
  - coco_2014_train
  - coco_2014_valminusminival
INPUT:
  MIN_SIZE_TRAIN: !!python/tuple
  - 640
  - 800
MODEL:
  BACKBONE:
    FREEZE_AT: 2
    NAME: build_fcos_resnet_fpn_backbone
  META_ARCHITECTURE: OneStageDetector
  RESNETS:
    DEPTH: 50
    NORM: FrozenBN
  RETINANET:
    NMS_THRESH_TEST: 0.5
    SCORE_THRESH_TEST: 0.05
  WEIGHTS: detectron2://ImageNetPretrained/MSRA/R-50.pkl
OUTPUT_DIR: output/fcos/R_50_1x
SEED: -1
SOLVER:
  AMP:
    ENABLED: false
  BASE_LR: 0.01
  IMS_PER_BATCH: 16
  MAX_ITER: 90000
  MOMENTUM: 0.9
  STEPS: [60000, 80000]
  WARMUP_ITERS: 1000
  WEIGHT_DECAY: 0.0001
TEST:
  DETECTIONS_PER_IMAGE: 100
"""
ARGS = """\
task: detect
mode: train
model: yolov8n.pt
data: coco.yaml
epochs: 100
batch: 16
imgsz: 640
save: true
device: null
seed: 0
optimizer: SGD
resume: false
amp: true
iou: 0.7
max_det: 300
lr0: 0.01  # initial learning rate
momentum: 0.937
weight_decay: 0.0005
"""
HYDRA = """\
optimizer:
  _target_: torch.optim.AdamW
  lr: 1.0e-04
  weight_decay: 0.05
trainer:
  max_epochs: 50
data:
  batch_size: 8
seed: 42
hydra:
  run:
    dir: outputs
"""
WANDB = """\
wandb_version: 1

_wandb:
    desc: null
    value:
        python_version: 3.8.10
        lr: 5
lr:
    desc: null
    value: 0.02
batch_size:
    desc: null
    value: 2
world_size:
    desc: null
    value: 8
epochs:
    desc: null
    value: 26
"""
MMENGINE = """\
model:
  backbone:
    type: ResNet
    depth: 50
    norm_cfg:
      type: BN
  neck:
    type: FPN
optim_wrapper:
  optimizer: {type: SGD, lr: 0.02}
  type: OptimWrapper
train_cfg:
  max_epochs: 12
train_dataloader:
  batch_size: 2
optimizer:
  lr: 0.02
"""
SAMPLES = {
    "detectron2/config.yaml": DETECTRON2.encode(),
    "ultralytics/args.yaml": ARGS.encode(),
    "hydra/config.yaml": HYDRA.encode(),
    "wandb/config.yaml": WANDB.encode(),
    "mmengine/config.yaml": MMENGINE.encode(),
}


def said(text: str) -> dict[str, object]:
    return settings(feed(YamlConfigFile, text))


def test_detectron2_tells_all_but_what_the_model_does_not_use() -> None:
    assert said(DETECTRON2) == {
        "val_data": "coco_2017_val",
        "train_data": "coco_2014_train, coco_2014_valminusminival",
        "image_size": "640, 800",
        "norm": "frozen",
        "weights": "detectron2://ImageNetPretrained/MSRA/R-50.pkl",
        "init": "imagenet",
        "output_dir": "output/fcos/R_50_1x",
        "amp": False,
        "lr": 0.01,
        "train_batch_size": 16,
        "iterations": 90000,
        "momentum": 0.9,
        "steps": "60000, 80000",
        "warmup_iterations": 1000,
        "weight_decay": 0.0001,
        "max_dets": 100,
        "backbone": "R-50-FPN",
    }


def test_every_setting_has_its_line() -> None:
    lines = {
        record.name: record.where.line for record in feed(YamlConfigFile, DETECTRON2) if isinstance(record, Setting)
    }
    assert (lines["lr"], lines["train_data"], lines["norm"]) == (29, 6, 19)


def test_ultralytics_tells_its_arguments() -> None:
    found = said(ARGS)
    assert (found["lr"], found["epochs"], found["train_batch_size"], found["image_size"]) == (0.01, 100, 16, 640)
    assert (found["weights"], found["train_data"], found["seed"], found["amp"]) == ("yolov8n.pt", "coco.yaml", 0, True)
    assert "gpus" not in found


def test_the_rate_that_ultralytics_does_not_use_is_not_told() -> None:
    found = said(ARGS.replace("optimizer: SGD", "optimizer: auto").replace("epochs", "lrf: 1\nepochs"))
    assert not {"lr", "momentum", "optimizer"} & set(found)
    assert found["epochs"] == 100


def test_hydra_tells_nests() -> None:
    assert said(HYDRA) == {"lr": 1e-4, "weight_decay": 0.05, "epochs": 50, "seed": 42, "train_batch_size": 8}


def test_hydra_tells_overrides() -> None:
    text = "- optimizer.lr=0.01\n- +trainer.max_epochs=12\n- seed=3\n- model=fcos\n"
    assert said(text) == {"lr": 0.01, "epochs": 12, "seed": 3}


def test_wandb_nests_every_value_and_a_batch_is_that_of_one_process() -> None:
    assert said(WANDB) == {"lr": 0.02, "images_per_gpu": 2, "gpus": 8, "epochs": 26, "train_batch_size": 16}
    assert said("lr: {desc: null, value: 0.01}\nseed: {desc: null, value: 3}\n") == {"lr": 0.01, "seed": 3}
    (product,) = [record for record in feed(YamlConfigFile, WANDB) if isinstance(record, Setting) and record.inferred]
    assert product.name == "train_batch_size"


def test_mmengine_tells_images_for_each_gpu() -> None:
    assert said(MMENGINE) == {
        "norm": "bn",
        "optimizer": "sgd",
        "lr": 0.02,
        "epochs": 12,
        "images_per_gpu": 2,
        "backbone": "R-50-FPN",
    }


@pytest.mark.parametrize(
    "text",
    [
        "name: fcos\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - pip\n",
        "version: '3'\nservices:\n  web:\n    image: a/b\n    restart: always\n",
        "train: ../train/images\nval: ../valid/images\n",
        "train:\n  path: a\nval: a\nnames: [a]\n",
        "nc: 80\ndepth_multiple: 0.33\nbackbone:\n  [[-1, 1, Conv, [64, 6, 2, 2]]]\n",
        "epochs: 12\n",
        "seed: 1\noutput_dir: a\n",
        "hydra:\n  run:\n    lr: 0.1\n",
        "",
        "just text\n",
        "- a\n- b\n",
    ],
)
def test_other_files_are_quiet(text: str) -> None:
    assert feed(YamlConfigFile, text) == []


def test_where_the_images_of_a_data_set_lie_is_told() -> None:
    text = "path: /d\ntrain: ../train/images\nval: ../valid/images\nnc: 2\nnames: ['person', 'car']\n"
    assert feed(YamlConfigFile, text, path="data.yaml") == [
        DataSet("../train/images", "../valid/images", Where("data.yaml", 3))
    ]


def test_nothing_is_expanded_and_a_file_may_be_huge() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    assert said(bomb + "lr: 0.1\n") == {"lr": 0.1}
    begin = time.process_time()
    feed(YamlConfigFile, "lr: 0.1\n" + "a:\n" * 100_000)
    feed(YamlConfigFile, "lr: 0.1\n" + "".join(f"{' ' * i}a:\n" for i in range(3000)))
    feed(YamlConfigFile, "lr: " + "'" * 500_000)
    assert time.process_time() - begin < 20


def test_every_yaml_file_is_offered_and_no_other() -> None:
    one = next(each for each in dialects() if each.name == "yaml-config-file")
    for path in ("config.yaml", "runs/a/args.yaml", "runs\\a\\hyp.YML", "a/.hydra/overrides.yaml"):
        assert one.is_for(path)
    for path in ("config.py", "yaml", "a.yaml/log.txt", "a.yaml.md"):
        assert not one.is_for(path)


def test_a_byte_order_mark_does_not_matter() -> None:
    for text in (DETECTRON2, ARGS, HYDRA, WANDB):
        assert feed(YamlConfigFile, b"\xef\xbb\xbf" + text.encode()) == feed(YamlConfigFile, text)
