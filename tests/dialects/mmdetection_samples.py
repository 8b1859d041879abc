"""Logs as mmdetection 2 and 3 print them, written for the tests, and what they say."""

import json
from collections.abc import Sequence
from typing import Any

from fcosreport.reading.dialect import Record
from tests.dialects.feeding import evaluations

CONFIG_2 = """\
model = dict(
    type='FCOS',
    pretrained='open-mmlab://detectron/resnet50_caffe',
    backbone=dict(
        type='ResNet',
        depth=50,
        norm_cfg=dict(type='BN', requires_grad=False),
        norm_eval=True),
    neck=dict(type='FPN'))
test_cfg = dict(score_thr=0.05, nms=dict(type='nms', iou_threshold=0.5), max_per_img=100)
data = dict(
    samples_per_gpu=4,
    train=dict(
        ann_file='train.json',
        pipeline=[dict(type='Resize', img_scale=[(1333, 640), (1333, 800)])]),
    val=dict(ann_file='val.json'))
optimizer = dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=0.0001)
lr_config = dict(policy='step', warmup='linear', warmup_iters=500, step=[8, 11])
total_epochs = 2
work_dir = './work_dirs/fcos'
gpu_ids = range(0, 1)
"""
_STAMP = "2021-05-04 13:06:59,191 - mmdet - INFO - "
_RESULT = (
    "bbox_mAP: {0}0, bbox_mAP_50: 0.5810, bbox_mAP_75: 0.4010, bbox_mAP_s: -1.0000, bbox_mAP_m: 0.4100, "
    "bbox_mAP_l: 0.4860, bbox_mAP_copypaste: {0} 0.581 0.401 -1.000 0.410 0.486"
)


def _training_2(epoch: int) -> str:
    return "".join(
        f"{_STAMP}Epoch [{epoch}][{iteration}/120]\tlr: 1.000e-02, eta: 1 day, 2:21:15, time: 0.669, data_time: 0.348, "
        f"memory: 3718, loss_cls: 0.{epoch}841, loss_bbox: 0.0411, loss: 0.93{iteration}\n"
        for iteration in (50, 100)
    )


LOG_2 = (
    f"{_STAMP}Environment info:\n{'-' * 60}\nsys.platform: linux\nGPU 0,1,2,3: GeForce RTX 2080 Ti\n"
    f"MMDetection: 2.5.0+\n{'-' * 60}\n\n"
    f"{_STAMP}Distributed training: True\n"
    f"{_STAMP}Set random seed to 0, deterministic: False\n"
    f"{_STAMP}Config:\n{CONFIG_2}\n"
    f"{_STAMP}Start running, host: root@node, work_dir: /work_dirs/fcos\n"
    f"{_STAMP}workflow: [('train', 1)], max: 2 epochs\n"
    f"{_training_2(1)}"
    f"{_STAMP}Exp name: fcos_r50_caffe_fpn_1x_coco.py\n"
    f"{_STAMP}Epoch(val) [1][30]\t{_RESULT.format('0.374')}\n"
    f"{_training_2(2)}"
    f"{_STAMP}Saving checkpoint at 2 epochs\n"
    f"{_STAMP}Evaluating bbox...\n"
    f"{_STAMP}\n+----------+-------+----------+------+\n| category | AP    | category | AP   |\n"
    "+----------+-------+----------+------+\n| person   | 0.547 | a b      | nan  |\n"
    "| car      | 0.292 | None     | None |\n+----------+-------+----------+------+\n"
    f"{_STAMP}Epoch(val) [2][30]\t{_RESULT.format('0.384')}\n"
)

_STAMP_3 = "07/01 10:00:00 - mmengine - INFO - "
LOG_3 = (
    f"{_STAMP_3}\n{'-' * 60}\nSystem environment:\n    GPU 0,1,2,3: NVIDIA A100\n    MMEngine: 0.8.4\n\n"
    "Runtime environment:\n    seed: 42\n    Distributed training: True\n    GPU number: 2\n"
    f"{'-' * 60}\n\n{_STAMP_3}Config:\n"
    """\
model = dict(
    backbone=dict(
        depth=101,
        init_cfg=dict(checkpoint='torchvision://resnet101', type='Pretrained'),
        norm_cfg=dict(requires_grad=True, type='SyncBN'),
        norm_eval=False,
        type='ResNet'),
    test_cfg=dict(
        rcnn=dict(max_per_img=300, nms=dict(iou_threshold=0.6, type='nms'), score_thr=0.001)))
optim_wrapper = dict(optimizer=dict(lr=0.02, type='AdamW', weight_decay=0.05), type='AmpOptimWrapper')
param_scheduler = [
    dict(begin=0, by_epoch=False, end=500, start_factor=0.001, type='LinearLR'),
    dict(begin=0, by_epoch=True, end=12, milestones=[8, 11], type='MultiStepLR'),
]
test_cfg = dict(type='TestLoop')
train_cfg = dict(max_epochs=12, type='EpochBasedTrainLoop')
train_dataloader = dict(batch_size=8, dataset=dict(ann_file='instances_train.json'))

"""
    f"{_STAMP_3}Epoch(train)   [3][  50/7330]  base_lr: 2.0000e-02 lr: 1.9820e-03  eta: 5:48:52  time: 0.3902  "
    "data_time: 0.0122  memory: 4411  loss: 1.0200  loss_rpn_cls: 0.1000\n"
    f"{_STAMP_3}Epoch(val)   [3][  50/5000]    eta: 0:03:15  time: 0.0564  data_time: 0.0002  memory: 1445  \n"
    f"{_STAMP_3}bbox_mAP_copypaste: 0.374 0.581 0.401 0.210 0.410 0.486\n"
    f"{_STAMP_3}segm_mAP_copypaste: 0.344 0.551 0.361 0.180 0.370 0.496\n"
    f"{_STAMP_3}Epoch(val) [3][5000/5000]    coco/person_precision: 0.5000  coco/bbox_mAP: 0.3740  coco/bbox_mAP_50: "
    "0.5810  coco/bbox_mAP_75: 0.4010  coco/segm_mAP: 0.3440  coco/segm_mAP_50: 0.5510  data_time: 0.0  time: 0.2\n"
)

LINES: list[dict[str, Any]] = [
    {"env_info": "sys.platform: linux\nMMDetection: 2.5.0+", "config": CONFIG_2, "seed": 0, "exp_name": "fcos_1x.py"},
    *({"mode": "train", "epoch": 1, "iter": i, "lr": 0.01, "memory": 1, "loss": i / 1000} for i in (50, 100)),
    {"mode": "val", "epoch": 1, "iter": 120, "lr": 0.01, "bbox_mAP": 0.2, "bbox_mAP_50": 0.5, "segm_mAP": 0.1},
    *({"mode": "train", "epoch": 2, "iter": i, "lr": 0.01, "memory": 1, "loss": i / 1000} for i in (50, 100)),
    {"mode": "val", "epoch": 2, "iter": 120, "bbox_mAP": 0.2, "bbox_mAP_copypaste": "0.200 0.5 0.1 -1.000 0.1 0.1"},
]
LOG_JSON = "".join(json.dumps(line) + "\n" for line in LINES)


def aps(records: Sequence[Record]) -> list[tuple[str, float | None, int, int | None]]:
    """Task, AP, line and epoch of each evaluation over all classes."""
    return [(each.task, each["AP"], each.where.line, each.epoch) for each in evaluations(records)]
