"""Logs as each framework prints them, made from a seed: the text of `benchmarks.trees`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

POOL = 997  # different ends of training lines; what makes a line cheap to make
EVERY = 80 << 10  # bytes between two evaluations, at least
MOST = 100  # evaluations of a log


def summary(random: Random, prefix: str = "", task: str = "bbox") -> str:
    """The twelve lines of an evaluation, each behind `prefix`."""
    ap = random.uniform(0.1, 0.5)
    kinds = [(0.50, 0.95, "all"), (0.50, 0, "all"), (0.75, 0, "all"), *((0.50, 0.95, a) for a in _AREAS)]
    precision = [_row("Precision  (AP)", *kind, 100, ap * random.uniform(0.4, 1.5)) for kind in kinds]
    limits = [("all", 1), ("all", 10), ("all", 100), *((area, 100) for area in _AREAS)]
    recall = [_row("Recall     (AR)", 0.50, 0.95, a, n, ap * random.uniform(0.6, 1.6)) for a, n in limits]
    return "".join(f"{prefix}{row}\n" for row in (f"Evaluate annotation type *{task}*", *precision, *recall))


_AREAS = (" small", "medium", " large")


def _row(what: str, low: float, high: float, area: str, dets: int, value: float) -> str:
    iou = f"{low:.2f}:{high:.2f}" if high else f"{low:.2f}     "
    return f" Average {what} @[ IoU={iou} | area={area:>6} | maxDets={dets:>3} ] = {value:.3f}"


@dataclass(frozen=True, slots=True)
class Format:
    """A log: its name, what it begins with, the head of the n-th training line, how such a line ends, an evaluation."""

    name: str
    begin: str
    head: Callable[[int], str]
    end: Callable[[Random], str]
    evaluation: Callable[[Random, int], str]

    def text(self, random: Random, size: int, ends: list[str]) -> Iterator[str]:
        """The log in pieces, `size` bytes long or a little more. `ends` is a pool of ends of lines."""
        yield self.begin
        every = max(EVERY, size // MOST)
        written, line, due = len(self.begin), 0, every
        head, count, offset = self.head, len(ends), random.randrange(len(ends))
        while written < size:
            lines = [head(line + i) + ends[(offset + line + i) % count] for i in range(100)]
            piece = "".join(lines)
            line += 100
            written += len(piece)
            if written > due:
                piece += self.evaluation(random, line)
                due = written + every
            yield piece


def formats() -> tuple[Format, ...]:
    """All of them, as the frameworks' own programs print them."""
    return (
        *(_DETECTRON2, _MASKRCNN, _MMDETECTION, _MMDETECTION_3, MMDETECTION_JSON, _DETR, _TORCHVISION, _YOLOX),
        *(_NANODET, _PADDLE, _EFFICIENTDET, _ULTRALYTICS),
    )


def _losses(random: Random, names: str, form: str, gap: str) -> str:
    return gap.join(form.format(name=name, value=random.uniform(0.05, 1.2)) for name in names.split())


def _mean(random: Random, names: str) -> str:
    form = "{name}: {value:.4f} ({value:.4f})"
    return _losses(random, names, form, "  ")


_CONFIG = """INPUT:
  MIN_SIZE_TRAIN: (800,)
MODEL:
  META_ARCHITECTURE: FCOS
  WEIGHT: catalog://ImageNetPretrained/MSRA/R-50
SOLVER:
  BASE_LR: 0.01
  IMS_PER_BATCH: 16
  MAX_ITER: 90000
  STEPS: (60000, 80000)
TEST:
  IMS_PER_BATCH: 8
"""


def _copypaste(random: Random, line: int) -> str:
    prefix = "[11/18 14:37:03] d2.evaluation.testing INFO: copypaste: "
    values = ",".join(f"{random.uniform(10, 60):.4f}" for _ in range(6))
    return summary(random) + f"{prefix}Task: bbox\n{prefix}AP,AP50,AP75,APs,APm,APl\n{prefix}{values}\n"


_DETECTRON2 = Format(
    "detectron2.txt",
    "[11/18 14:00:00] detectron2 INFO: Running with full config:\n" + _CONFIG,
    lambda n: f"[11/18 14:37:03] d2.utils.events INFO:  eta: 20:{n % 60:02}:31  iter: {n * 20 + 19}  ",
    lambda random: (
        _losses(random, "total_loss loss_cls loss_box_reg loss_rpn_cls loss_rpn_loc", "{name}: {value:.4g}", "  ")
        + f"  time: {random.uniform(0.2, 0.9):.4f}  data_time: {random.random() / 9:.4f}  lr: 0.02  max_mem: 11811M\n"
    ),
    _copypaste,
)
_MASKRCNN = Format(
    "maskrcnn_benchmark.txt",
    "2020-06-27 19:31:25,343 maskrcnn_benchmark INFO: Running with config:\n" + _CONFIG,
    lambda n: f"2020-06-27 20:31:25,343 maskrcnn_benchmark.trainer INFO: eta: 1:{n % 60:02}:29  iter: {n * 20 + 20}  ",
    lambda random: (
        _mean(random, "loss loss_centerness loss_cls loss_reg time data") + "  lr: 0.010000  max mem: 2268\n"
    ),
    lambda random, line: summary(random),
)
_MMDETECTION = Format(
    "mmdetection.log",
    "2020-10-16 09:04:46,001 - mmdet - INFO - Config:\nmodel = dict(type='FCOS')\ndata = dict(samples_per_gpu=2)\n"
    "optimizer = dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=0.0001)\ntotal_epochs = 12\n\n",
    lambda n: (
        f"2020-10-16 10:37:44,835 - mmdet - INFO - Epoch [{n // 146 + 1}][{n % 146 * 50 + 50}/7330]\tlr: 1.000e-02, "
    ),
    lambda random: (
        f"eta: 3:{random.randrange(60):02}:05, time: {random.random():.3f}, data_time: 0.036, memory: 4894, "
        + _losses(random, "loss_cls loss_bbox loss_centerness loss grad_norm", "{name}: {value:.4f}", ", ")
        + "\n"
    ),
    lambda random, line: summary(random),
)
_MMDETECTION_3 = Format(
    "mmdetection3.log",
    "2023/05/01 09:04:46 - mmengine - INFO - Config:\nmodel = dict(type='FCOS')\n"
    "train_dataloader = dict(batch_size=2)\n"
    "optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.01))\ntrain_cfg = dict(max_epochs=12)\n\n",
    lambda n: f"2023/05/01 10:37:44 - mmengine - INFO - Epoch(train)  [{n // 146 + 1}][{n % 146 * 50 + 50:4}/7330]  ",
    lambda random: (
        f"lr: 1.0000e-02  eta: 3:{random.randrange(60):02}:05  time: {random.random():.4f}  data_time: 0.0361  "
        f"memory: 4894  {_losses(random, 'grad_norm loss loss_cls loss_bbox', '{name}: {value:.4f}', '  ')}\n"
    ),
    lambda random, line: summary(random),
)


def _json_end(random: Random) -> str:
    names = "data_time loss_rpn_cls loss_rpn_bbox loss_cls acc loss_bbox loss_mask loss time"
    return (
        ', "lr": 0.02, "memory": 9126, ' + json.dumps({n: round(random.random(), 5) for n in names.split()})[1:] + "\n"
    )


def _json_evaluation(random: Random, line: int) -> str:
    names = "bbox_mAP bbox_mAP_50 bbox_mAP_75 bbox_mAP_s bbox_mAP_m bbox_mAP_l".split()
    values = {name: round(random.uniform(0.1, 0.6), 4) for name in names}
    return json.dumps({"mode": "val", "epoch": line // 146 + 1, "iter": 5000, "lr": 0.02, **values}) + "\n"


MMDETECTION_JSON = Format(
    "mmdetection.log.json",
    '{"env_info": "sys.platform: linux", "seed": 7, "exp_name": "fcos_r50.py"}\n',
    lambda n: f'{{"mode": "train", "epoch": {n // 146 + 1}, "iter": {n % 146 * 50 + 50}',
    _json_end,
    _json_evaluation,
)


def _detr_end(random: Random) -> str:
    losses = {
        f"train_loss_{kind}{layer}": random.random() for kind in ("ce", "bbox", "giou") for layer in ("", "_0", "_1")
    }
    test = {"test_coco_eval_bbox": [random.random() for _ in range(12)], "n_parameters": 41279495}
    return json.dumps({"train_loss": random.random(), **losses, **test})[1:] + "\n"


_DETR = Format(
    "log.txt",
    "",
    lambda n: f'{{"train_lr": 0.0001, "epoch": {n}, ',
    _detr_end,
    lambda random, line: "",
)
_TORCHVISION = Format(
    "torchvision.txt",
    "Namespace(batch_size=2, data_path='/coco', epochs=26, lr=0.02, model='fcos_resnet50_fpn', momentum=0.9)\n",
    lambda n: f"Epoch: [{n // 733}]  [{n % 733 * 10:4}/7329]  eta: 1:{n % 60:02}:11  lr: 0.020000  ",
    lambda random: _mean(random, "loss classification bbox_regression bbox_ctrness time data") + "  max mem: 5000\n",
    lambda random, line: "IoU metric: bbox\n" + summary(random),
)
_YOLOX = Format(
    "yolox.txt",
    "2023-01-01 00:00:00 | INFO     | yolox.core.trainer:130 - args: Namespace(batch_size=64, devices=8, name='s')\n",
    lambda n: (
        "2023-01-01 00:10:00 | INFO     | yolox.core.trainer:258 - "
        f"epoch: {n // 185 + 1}/300, iter: {n % 185 * 10 + 10}/1850, "
    ),
    lambda random: (
        "mem: 13457Mb, iter_time: 0.412s, data_time: 0.003s, "
        + _losses(random, "total_loss iou_loss l1_loss conf_loss cls_loss", "{name}: {value:.1f}", ", ")
        + f", lr: {random.random() / 100:.3e}, size: {random.randrange(15, 26) * 32}, "
        + f"ETA: 1 day, 3:{random.randrange(60)}:12\n"
    ),
    lambda random, line: summary(random),
)
_NANODET = Format(
    "nanodet.txt",
    "[NanoDet][01-07 14:15:28]INFO: Setting up data...\n",
    lambda n: f"[NanoDet][01-07 14:30:51]INFO: Train|Epoch{n // 37 + 1}/300|Iter{n * 50}({n % 37 * 50}/1850)| ",
    lambda random: (
        "mem:3.37G| lr:5.30e-04| " + _losses(random, "loss_qfl loss_bbox loss_dfl", "{name}:{value:.4f}|", " ") + " \n"
    ),
    lambda random, line: summary(random, "[NanoDet][01-07 14:30:51]INFO: "),
)
_PADDLE = Format(
    "paddledetection.txt",
    "",
    lambda n: (
        f"[07/28 23:10:44] ppdet.engine INFO: Epoch: [{n // 366}] [{n % 366 * 20:4}/7329] learning_rate: 0.010000 "
    ),
    lambda random: (
        _losses(random, "loss_centerness loss_cls loss_box loss", "{name}: {value:.6f}", " ")
        + f" eta: 0:{random.randrange(60):02}:05 batch_cost: 0.5286 data_cost: 0.0003 "
        + f"ips: {random.random():.4f} images/s\n"
    ),
    lambda random, line: summary(random, "[07/28 23:10:44] ppdet.metrics INFO: "),
)
_EFFICIENTDET = Format(
    "efficientdet.txt",
    "[Info] initializing weights...\n",
    lambda n: f"Step: {n}. Epoch: {n // 999}/500. Iteration: {n % 999 + 1}/999. ",
    lambda random: "Cls loss: {:.5f}. Reg loss: {:.5f}. Total loss: {:.5f}\n".format(
        *(random.random() for _ in range(3))
    ),
    lambda random, line: summary(random),
)
_ULTRALYTICS = Format(
    "results.csv",
    "epoch, train/box_loss, train/cls_loss, metrics/precision(B), metrics/recall(B), metrics/mAP50(B), "
    "metrics/mAP50-95(B), lr/pg0\n",
    lambda n: f"{n:22}, ",
    lambda random: ", ".join(f"{random.random():22.5g}" for _ in range(7)) + "\n",
    lambda random, line: "",
)
