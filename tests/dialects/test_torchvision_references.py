"""The references of torchvision: their arguments and console, which DETR shares."""

from pathlib import Path

import pytest

from fcosreport.dialects.torchvision_references import TorchvisionReferences
from fcosreport.records import Issue, Samples
from tests.dialects.feeding import feed, kinds, points, settings

ARGUMENTS = (
    "Namespace(data_path='/data/coco', dataset='coco', model='fcos_resnet50_fpn', batch_size=2, epochs=26, opt='sgd',"
    " lr=0.02, momentum=0.9, weight_decay=0.0001, lr_steps=[16, 22], lr_gamma=0.1, output_dir='.', resume='',"
    " start_epoch=0, aspect_ratio_group_factor=3, sync_bn=False, test_only=False, world_size=1, weights=None,"
    " weights_backbone='ResNet50_Weights.IMAGENET1K_V1', amp=False, distributed=False)\n"
)
LINES = (
    "Epoch: [0]  [   0/7329]  eta: 15:00:00  lr: 0.000020  loss: 3.3000 (3.3000)  bbox_ctrness: 0.6 (0.6)"
    "  time: 0.9000  data: 0.2000  max mem: 3000\n"
    "Epoch: [0]  [  20/7329]  eta: 14:00:00  lr: 0.000420  loss: 3.1000 (3.2000)  bbox_ctrness: 0.5 (0.6)"
    "  time: 0.8000  data: 0.1000  max mem: 3001\n"
    "Epoch: [0] Total time: 1:50:00 (0.9000 s / it)\n"
    "Test:  [   0/5000]  eta: 0:10:00  model_time: 0.1 (0.1)  time: 0.2  data: 0.1  max mem: 3001\n"
    "Epoch: [1]  [   0/7329]  eta: 14:00:00  lr: 0.020000  loss: 2.0000 (2.0000)  bbox_ctrness: 0.5 (0.5)"
    "  time: 0.8000  data: 0.1000  max mem: 3001\n"
    "Training time 1 day, 0:13:00\n"
)
LOG = ARGUMENTS + "Start training\n" + LINES
SAMPLES = {"log.txt": LOG.encode()}
PREFIXES = ("[1,0]<stdout>:",)


def console(text: str | bytes, size: int = 1 << 20) -> list[object]:
    return list(feed(TorchvisionReferences, text, size=size))


def test_arguments_give_settings() -> None:
    records = feed(TorchvisionReferences, LOG)
    said = settings(records)
    assert (said["lr"], said["images_per_gpu"], said["gpus"], said["train_batch_size"]) == (0.02, 2, 1, 2)
    assert (said["epochs"], said["steps"], said["optimizer"]) == (26, "16, 22", "sgd")
    assert (said["backbone"], said["init"], said["framework"]) == ("R-50-FPN", "imagenet", "torchvision")
    assert (said["val_images"], said["train_data"]) == (5000, "coco")
    assert kinds(records) == [("started", 1), ("finished", 8)]


@pytest.mark.parametrize(
    ("old", "new", "init"),
    [
        ("weights=None", "weights='FCOS_ResNet50_FPN_Weights.COCO_V1'", "coco"),
        ("weights_backbone='ResNet50_Weights.IMAGENET1K_V1'", "weights_backbone=None", "scratch"),
        ("weights=None, weights_backbone='ResNet50_Weights.IMAGENET1K_V1'", "pretrained=True", "coco"),
        ("weights=None, weights_backbone='ResNet50_Weights.IMAGENET1K_V1', ", "", None),
    ],
)
def test_what_a_training_begins_with(old: str, new: str, init: str | None) -> None:
    assert settings(feed(TorchvisionReferences, ARGUMENTS.replace(old, new))).get("init") == init


def test_several_processes_do_not_tell_the_number_of_images() -> None:
    text = LOG.replace("world_size=1", "world_size=8").replace("distributed=False", "distributed=True")
    said = settings(feed(TorchvisionReferences, text))
    assert said["train_batch_size"] == 16
    assert "val_images" not in said


def test_curves_run_over_all_epochs() -> None:
    curves = points(feed(TorchvisionReferences, LOG))
    assert curves["loss by iteration"] == [(0, 3.3), (20, 3.1), (7329, 2.0)]
    assert curves["bbox_ctrness by iteration"] == [(0, 0.6), (20, 0.5), (7329, 0.5)]
    assert curves["memory by iteration"] == [(0, 3000), (20, 3001), (7329, 3001)]


def test_no_batch_reaches_over_a_start() -> None:
    records = feed(TorchvisionReferences, LOG + LOG)
    assert [each[1] for each in kinds(records) if each[0] == "started"] == [1, 9]
    assert len(points(records)["loss by iteration"]) == 6
    assert len([each for each in records if not isinstance(each, Issue) and each.where.line == 3]) == 1


def test_arguments_of_detr_are_left_to_it_and_its_lines_are_read() -> None:
    text = "Namespace(lr=0.1, data_path='x', set_cost_class=1, start_epoch=0)\n" + LINES.replace("bbox_ctr", "loss_ctr")
    records = feed(TorchvisionReferences, text)
    assert not settings(records)
    assert "loss_ctrness by iteration" in points(records)


@pytest.mark.parametrize(
    "text",
    [
        "[09/01 12:00:00] ppdet.engine INFO: Epoch: [0] [  0/791] learning_rate: 0.1 loss: 4.3 eta: 0:54:58\n",
        "Epoch [1][50/7330]\tlr: 1.0e-03, eta: 1 day, loss: 1.2\n",
        "Total training time: 1:00:00\n",
        "the data_path=... of Namespace(data_path='x')\n",
    ],
)
def test_other_frameworks_say_nothing_here(text: str) -> None:
    assert not console(text)


def test_public_console_of_detr_gives_each_line(corpus: Path) -> None:
    data = next(corpus.glob("04_detr/078__*")).read_bytes()
    curve = points(feed(TorchvisionReferences, data, size=90_000))["loss by iteration"]
    assert (curve[0], curve[-1][0], len(curve)) == (
        (0, 68.5848),
        1279,
        data.count(b"  eta: ") - data.count(b"Test:  ["),
    )


def test_a_training_without_arguments_is_another_where_its_steps_begin_anew() -> None:
    line = "Epoch: [{}]  [{}/20]  eta: 0:00:10  lr: 0.005  loss: {} (2.0)  time: 0.5  data: 0.01  max mem: 3000\n"
    first = "".join(line.format(epoch, step, 2.0 - epoch) for epoch in range(2) for step in (0, 10, 19))
    again = "".join(line.format(0, step, 1.5) for step in (0, 10, 19))
    records = feed(TorchvisionReferences, first + again)
    assert [each[1] for each in kinds(records) if each[0] == "started"] == [7]
    assert [each.where.line for each in records if isinstance(each, Samples)] == [1, 7]
    ranks = "".join(line.format(0, step, 1.5) for step in (0, 0, 0, 10, 0, 10, 10, 10))  # one lags behind
    assert not kinds(feed(TorchvisionReferences, ranks))
