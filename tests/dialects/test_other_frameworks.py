"""The small frameworks: what each prints is read as it is meant, whole or in pieces, and nothing else is."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.reading.dialect import Record, Window, dialects, line_ends
from fcosreport.records import Evaluation, Event, Issue, Origin, Samples, Setting

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
2021-07-20 10:01:09 | INFO     | yolox.core.trainer:261 - epoch: 1/300, iter: 10/1849, gpu mem: 1234Mb, mem: 12.3Gb, \
iter_time: 0.413s, data_time: 0.001s, total_loss: 12.3, iou_loss: 4.5, lr: 1.1e-05, size: 640, ETA: 3 days, 1:00:00
2021-07-20 10:02:09 | INFO     | yolox.core.trainer:261 - epoch: 2/300, iter: 20/1849, gpu mem: 1234Mb, mem: 12.3Gb, \
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
NANODET = """\
[NanoDet][01-28 10:42:45]INFO: Setting up data...
[NanoDet][01-28 10:42:47]INFO: Train|Epoch1/50|Iter0(1/5)| mem:3.00G| lr:1.00e-07| loss_qfl:0.1220| loss_bbox:0.8690|
[NanoDet][01-28 10:42:48]INFO: Train|Epoch1/50|Iter1(2/5)| mem:3.06G| lr:2.10e-06| loss_qfl:0.0963| loss_bbox:0.8707|
[NanoDet][01-28 10:42:50]INFO: Val|Epoch1/50|Iter5(1/1)| mem:0.229G| lr:8.21e-06| loss_qfl:0.1918| loss_bbox:0.5223|
| class | AP50 | mAP | class | AP50 | mAP |
|:------|:-----|:----|:------|:-----|:----|
| cat   | 75.8 | 24.8| dog   | 41.0 | 22.4|
| emu   | 70.0 | 20.0|       |      |     |
[NanoDet][01-28 10:45:13]INFO: Val_metrics: {'mAP': 0.3414945780292315, 'AP_50': 0.7818953323903818, \
'AP_75': 0.27392739273927386, 'AP_small': -1.0, 'AP_m': 0.32649801926005406, 'AP_l': 0.4}
"""
EFFICIENTDET = (
    "[Info] loaded weights: d0.pth, resuming checkpoint from step: 27\n"
    "\r  0%|          | 0/28 [00:00<?, ?it/s]"
    "\rStep: 27. Epoch: 0/50. Iteration: 28/28. Cls loss: 26.29772. Reg loss: 0.01289. Total loss: 26.31061:  96%|#|"
    "\rStep: 55. Epoch: 1/50. Iteration: 28/28. Cls loss: 3.5. Reg loss: nan. Total loss: nan: 100%|#| 28/28\n"
    "Val. Epoch: 0/50. Classification loss: 12.20426. Regression loss: 0.01610. Total loss: 12.22037\n"
)
PADDLE = """\
[09/01 12:00:00] ppdet.data.source.coco INFO: Load [117266 samples valid, 1021 samples invalid] in file ann/train.json.
[09/01 12:00:00] ppdet.utils.checkpoint INFO: Finish loading model weights: /w/R50.pdparams
[09/01 12:00:01] ppdet.engine INFO: Epoch: [0] [   0/1000] learning_rate: 0.000000 loss_cls: 1.2 loss: 2.3 eta: 1 day, \
1:00:00 batch_cost: 1.2000 data_cost: 0.1000 ips: 2.1 images/s
[09/01 12:00:02] ppdet.engine INFO: Epoch: [1] [  20/1000] learning_rate: 0.000100 loss_cls: 1.1 loss: 2.2 eta: 1 day, \
1:00:00 batch_cost: 1.2000 data_cost: 0.1000 ips: 2.1 images/s
[09/01 12:00:03] ppdet.engine INFO: Eval iter: 100
[09/01 12:00:03] ppdet.metrics.coco_utils INFO: Per-category of segm AP:
+----------+-------+----------+-------+
| category | AP    | category | AP    |
+----------+-------+----------+-------+
| person   | 0.512 | bicycle  | 0.300 |
+----------+-------+----------+-------+
[09/01 12:00:04] ppdet.metrics.metrics INFO: mAP(0.50, integral) = 90.83%
[09/01 12:00:04] ppdet.engine INFO: Best test bbox ap is 0.915.
"""
GLUONCV = """\
Namespace(amp=False, batch_size=64, dataset='coco', epochs=280, gpus='0,1,2,3', lr=0.001, lr_decay_epoch='220,250', \
momentum=0.9, network='resnet50_v1b', resume='', save_prefix='yolo3', seed=233, syncbn=True, wd=0.0005)
[Epoch 0][Batch 99], LR: 1.00E-03, Speed: 12.3 samples/sec, ObjLoss=12.3, BoxCenterLoss=3.1
[Epoch 0] Training cost: 123.456, ObjLoss=10.3, BoxCenterLoss=3.1
[Epoch 0] Validation:
~~~~ Summary metrics ~~~~
=Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.370
person=51.2
traffic light=27.3
~~~~ MeanAP @ IoU=[0.50,0.95] ~~~~
=37.0
[Epoch 1] Training cost: 123.456, ObjLoss=9.3, BoxCenterLoss=3.0
[Epoch 1] Validation:
aeroplane=0.79
mAP=0.77
"""
WZ_CATEGORIES = """\
COCO results:
mAP(IoU=0.5) for each category:
 aeroplane      : 0.8759546352558178
 traffic light  : 1.0
 do_not_turn_left: nan
"""
SAMPLES = {
    "yolox": YOLOX,
    "nanodet": NANODET,
    "efficientdet": EFFICIENTDET,
    "paddledetection": PADDLE,
    "gluoncv": GLUONCV,
    "wz-categories": WZ_CATEGORIES,
}


def read(
    name: str, text: str | bytes, size: int = 1 << 20, path: str = "log.txt", origin: Origin = "log"
) -> list[Record]:
    """What a dialect says of a text that it gets in windows of whole lines."""
    data = text.encode() if isinstance(text, str) else text
    reader = next(each for each in dialects() if each.name == name).reader(path, origin)
    found: list[Record] = []
    at = 0
    while at < len(data):
        end = data.find(b"\n", min(at + size, len(data)) - 1) + 1 or len(data)
        begin = max(0, at - (32 << 10))
        found += reader.feed(Window(data[begin:end], at - begin, line_ends(data, 0, at) + 1))
        at = end
    return [*found, *reader.close()]


def values(records: Sequence[Record]) -> dict[str, object]:
    return {record.name: record.value for record in records if isinstance(record, Setting)}


def results(records: Sequence[Record]) -> list[tuple[object, ...]]:
    """Line, epoch, category and metrics of each evaluation."""
    return [
        (each.where.line, each.epoch, each.category, {metric.name: metric.value for metric in each.metrics})
        for each in records
        if isinstance(each, Evaluation)
    ]


def points(records: Sequence[Record]) -> dict[str, list[tuple[float, float]]]:
    """The curves, however they were batched. A nan is told as -9."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for each in records:
        if isinstance(each, Samples):
            for name, column in zip(each.names, each.columns, strict=True):
                pairs = zip(each.steps, (-9.0 if math.isnan(value) else value for value in column), strict=True)
                curves.setdefault(f"{name} by {each.unit}", []).extend(pairs)
    return curves


def others(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if not isinstance(record, Samples)]


def kinds(records: Sequence[Record]) -> list[tuple[str, int]]:
    return [(each.kind, each.where.line) for each in records if isinstance(each, Event)]


def test_yolox_tells_settings_curves_and_categories() -> None:
    records = read("yolox", YOLOX)
    said = values(records)
    assert (said["train_batch_size"], said["gpus"], said["lr"], said["epochs"]) == (64, 8, 0.01, 300)
    assert (said["score_threshold"], said["nms"], said["config"]) == (0.01, 0.65, "exps/s.py")
    assert "seed" not in said
    curves = points(records)
    assert curves["loss by iteration"] == [(10, 12.3), (1869, 10.3)]
    assert curves["memory by iteration"] == [(10, 1234), (1869, 1234)]
    assert results(records) == [(19, 2, "person", {"AP": 0.55123}), (19, 2, "traffic light", {"AP": None})]
    assert [each.where.line for each in records if isinstance(each, Issue)] == [19]
    assert kinds(records) == [("started", 1), ("finished", 24)]


def test_yolox_that_evaluates_tells_the_test_batch_only() -> None:
    said = values(
        read("yolox", "args: Namespace(batch_size=8, conf=0.001, nms=0.65, devices=1, experiment_name='s')\n")
    )
    assert said["test_batch_size"] == 8
    assert "train_batch_size" not in said


def test_nanodet_tells_the_precise_result_and_each_category() -> None:
    records = read("nanodet", NANODET)
    assert results(records) == [
        (7, 1, "cat", {"AP50": 0.758, "AP": 0.248}),
        (7, 1, "dog", {"AP50": 0.41, "AP": 0.224}),
        (8, 1, "emu", {"AP50": 0.7, "AP": 0.2}),
        (
            9,
            1,
            None,
            {
                "AP": 0.3414945780292315,
                "AP50": 0.7818953323903818,
                "AP75": 0.27392739273927386,
                "APs": -1.0,
                "APm": 0.32649801926005406,
                "APl": 0.4,
            },
        ),
    ]
    assert points(records)["lr by iteration"] == [(0, 1e-07), (1, 2.1e-06)]
    assert points(records)["memory by iteration"] == [(0, 3072), (1, 3133.44)]
    assert values(records)["epochs"] == 50
    assert kinds(records) == [("started", 1)]


def test_nanodet_result_file_beside_the_best_model() -> None:
    pairs = "mAP: 0.25\nAP_50: 0.5\nAP_75: 0.1\nAP_small: -1.0\nAP_m: 0.2\nAP_l: 0.3\n"
    found = results(read("nanodet", f"Epoch:10\n{pairs}Epoch:20\n{pairs}", size=60))
    assert [each[:3] for each in found] == [(2, 10, None), (9, 20, None)]


def test_efficientdet_tells_each_progress_line_once() -> None:
    curves = points(records := read("efficientdet", EFFICIENTDET))
    assert curves["loss by iteration"] == [(27, 26.31061), (55, -9)]
    assert curves["val_loss by epoch"] == [(0, 12.22037)]
    assert kinds(records) == [("started", 1), ("resumed", 1)]
    assert values(records)["epochs"] == 50


def test_paddledetection_tells_its_voc_result_in_logs_only() -> None:
    records = read("paddledetection", PADDLE)
    assert results(records) == [
        (10, 1, "person", {"AP": 0.512}),
        (10, 1, "bicycle", {"AP": 0.3}),
        (12, 1, None, {"AP50": 0.9083}),
    ]
    assert [each.task for each in records if isinstance(each, Evaluation)] == ["segm", "segm", "bbox"]
    assert points(records)["loss by iteration"] == [(0, 2.3), (1020, 2.2)]
    assert values(records)["train_images"] == 117266
    in_note = results(read("paddledetection", PADDLE, origin="note"))
    assert [each[2] for each in in_note] == ["person", "bicycle"]


def test_old_paddledetection_tells_curves() -> None:
    line = "2020-05-01 12:00:00,123-INFO: iter: 20, lr: 0.000100, 'loss_cls': '1.234', 'loss': '2.3', time: 0.5\n"
    assert points(read("paddledetection", line))["loss by iteration"] == [(20, 2.3)]


def test_gluoncv_tells_percent_of_coco_and_fractions_of_voc() -> None:
    records = read("gluoncv", GLUONCV)
    assert results(records) == [
        (7, 0, "person", {"AP": 0.512}),
        (8, 0, "traffic light", {"AP": 0.273}),
        (10, 0, None, {"AP": 0.37}),
        (13, 1, "aeroplane", {"AP50": 0.79}),
        (14, 1, None, {"AP50": 0.77}),
    ]
    said = values(records)
    assert (said["gpus"], said["train_batch_size"], said["norm"], said["steps"]) == (4, 64, "syncbn", "220,250")
    assert points(records)["ObjLoss by epoch"] == [(0, 10.3), (1, 9.3)]


def test_wz_categories_end_with_their_list() -> None:
    text = f"{WZ_CATEGORIES}\n other          : 0.5\n"
    assert results(read("wz-categories", text)) == [
        (3, None, "aeroplane", {"AP50": 0.8759546352558178}),
        (4, None, "traffic light", {"AP50": 1.0}),
        (5, None, "do_not_turn_left", {"AP50": None}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We trained YOLOX, NanoDet and EfficientDet for 300 epochs; per class AP was not printed.\n",
        "| class | AP50 |\n|---|---|\n| person | high |\n",
        "mAP(0.50, integral) is what PaddleDetection calls AP50. Best test bbox ap is 0.915.\n",
        "lr=0.01\nmAP=0.77\n",
        "x = Namespace(a=1)\n",
        "Val_metrics: {'mAP': unknown}\n",
    ],
)
@pytest.mark.parametrize("name", SAMPLES)
def test_other_text_says_nothing(name: str, text: str) -> None:
    assert not read(name, text)
    assert not read(name, text, origin="note")


@pytest.mark.parametrize("name", SAMPLES)
def test_windows_of_any_size_give_the_same(name: str) -> None:
    whole = read(name, SAMPLES[name])
    for size in (1, 100, 300, 1000):
        pieces = read(name, SAMPLES[name], size)
        assert sorted(map(repr, others(pieces))) == sorted(map(repr, others(whole)))
        assert points(pieces) == points(whole)


@pytest.mark.parametrize("name", SAMPLES)
def test_line_ends_and_prefixes_make_no_difference(name: str) -> None:
    text = SAMPLES[name]
    whole = read(name, text)
    crlf = read(name, text.replace("\n", "\r\n"))
    assert others(crlf) == others(whole)
    assert points(crlf) == points(whole)
    prefixed = "".join(f"2025-01-28T10:35:00.000000001Z stdout F {line}" for line in text.splitlines(keepends=True))
    if "\r" not in text:
        assert results(read(name, prefixed)) == results(whole)
        assert points(read(name, prefixed)) == points(whole)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cut_log_gives_a_prefix(name: str) -> None:
    data = SAMPLES[name].encode()
    whole = [repr(each) for each in results(read(name, data))]
    for cut in range(0, len(data), 7):
        part = [repr(each) for each in results(read(name, data[:cut]))]
        assert part[:-1] == whole[: len(part) - 1 if part else 0]


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_bytes_are_read(name: str, data: st.DataObject) -> None:
    text = bytearray(SAMPLES[name].encode())
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    lines = line_ends(text, 0, len(text)) + 1
    for record in read(name, bytes(text), data.draw(st.sampled_from((50, 1000)))):
        assert 1 <= record.where.line <= lines


@pytest.mark.parametrize("number", ["148", "149", "150", "151", "152"])
def test_nanodet_results_are_those_of_the_blocks(corpus: Path, number: str) -> None:
    path = next(corpus.glob(f"06_cvpods_yolox/{number}__*"))
    blocks = [each for each in read("coco-summary", path.read_bytes()) if isinstance(each, Evaluation)]
    found = [each for each in read("nanodet", path.read_bytes()) if isinstance(each, Evaluation) and not each.category]
    some = [each for each in found if each["AP50"]]
    near = [each for each in some if any(abs((each["AP"] or 0) - (block["AP"] or 0)) <= 0.0005 for block in blocks)]
    assert len(near) == len(some) >= len(blocks) - 1
    assert all(each.epoch is not None and each.iteration is not None for each in found)


def test_a_note_about_paddledetection_holds_no_result(corpus: Path) -> None:
    path = next(corpus.glob("07_other/195__*"))
    assert not results(read("paddledetection", path.read_bytes(), origin="note"))


def test_a_notebook_of_efficientdet_tells_its_curve(corpus: Path) -> None:
    path = next(corpus.glob("07_other/154__*"))
    curves = points(read("efficientdet", path.read_bytes()))
    assert curves["loss by iteration"][-1][0] == 1399
    assert len(curves["val_loss by epoch"]) == len({step for step, _ in curves["val_loss by epoch"]})
