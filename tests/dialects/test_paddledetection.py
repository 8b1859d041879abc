"""The logs of PaddleDetection. The sample is written by hand."""

from pathlib import Path

from fcosreport.dialects.paddledetection import Paddledetection
from fcosreport.records import Evaluation
from tests.dialects.feeding import feed, points, results, settings

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
SAMPLES = {"log.txt": PADDLE.encode()}
PREFIXES = ("2025-01-28T10:35:00.000000001Z stdout F ",)


def test_paddledetection_tells_its_voc_result_in_logs_only() -> None:
    records = feed(Paddledetection, PADDLE)
    assert results(records) == [
        (10, 1, "person", {"AP": 0.512}),
        (10, 1, "bicycle", {"AP": 0.3}),
        (12, 1, None, {"AP50": 0.9083}),
    ]
    assert [each.task for each in records if isinstance(each, Evaluation)] == ["segm", "segm", "bbox"]
    assert points(records)["loss by iteration"] == [(0, 2.3), (1020, 2.2)]
    assert settings(records)["train_images"] == 117266
    in_note = results(feed(Paddledetection, PADDLE, origin="note"))
    assert [each[2] for each in in_note] == ["person", "bicycle"]


def test_old_paddledetection_tells_curves() -> None:
    line = "2020-05-01 12:00:00,123-INFO: iter: 20, lr: 0.000100, 'loss_cls': '1.234', 'loss': '2.3', time: 0.5\n"
    assert points(feed(Paddledetection, line))["loss by iteration"] == [(20, 2.3)]


def test_a_note_that_quotes_a_log_holds_no_result() -> None:
    note = f"# PaddleDetection on my data\n\nThe training prints:\n\n```\n{PADDLE.splitlines()[-2]}\n```\n"
    assert not results(feed(Paddledetection, f"{note}\nSo AP50 is 90.83%, mAP(0.50, integral).\n", origin="note"))


def test_a_public_note_about_paddledetection_holds_no_result(corpus: Path) -> None:
    path = next(corpus.glob("07_other/195__*"))
    assert not results(feed(Paddledetection, path.read_bytes(), origin="note"))
