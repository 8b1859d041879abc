"""The logs of GluonCV. The sample is written by hand."""

from fcosreport.dialects.gluoncv import Gluoncv
from tests.dialects.feeding import evaluations, feed, kinds, points, results, settings

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
SAMPLES = {"log.txt": GLUONCV.encode()}
PREFIXES = ("2025-01-28T10:35:00.000000001Z stdout F ",)


def test_gluoncv_tells_percent_of_coco_and_fractions_of_voc() -> None:
    records = feed(Gluoncv, GLUONCV)
    assert results(records) == [
        (7, 0, "person", {"AP": 0.512}),
        (8, 0, "traffic light", {"AP": 0.273}),
        (10, 0, None, {"AP": 0.37}),
        (13, 1, "aeroplane", {"AP50": 0.79}),
        (14, 1, None, {"AP50": 0.77}),
    ]
    assert [each.family for each in evaluations(records)] == ["coco", "voc"]
    said = settings(records)
    assert (said["gpus"], said["train_batch_size"], said["norm"], said["steps"]) == (4, 64, "syncbn", "220,250")
    assert points(records)["ObjLoss by epoch"] == [(0, 10.3), (1, 9.3)]


def test_a_first_epoch_after_others_begins_another_training() -> None:
    cost = "[Epoch 0] Training cost: 4.055, ObjLoss=2.1\n[Epoch 1] Training cost: 3.055, ObjLoss=1.1\n"
    assert kinds(feed(Gluoncv, cost)) == []
    assert kinds(feed(Gluoncv, cost + cost)) == [("started", 3)]
