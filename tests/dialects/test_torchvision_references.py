"""The references of torchvision: their arguments and console, which DETR shares, and WZMIAOMIAO's rows."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.records import COCO_METRICS, Evaluation, Issue
from tests.dialects.test_other_frameworks import kinds, others, points, read, results, values

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
ROW = "0.2350  0.4111  0.2459  0.1338  0.2578  0.3063  0.2297  0.3747  0.3927  0.2180  0.4232  0.5052"
ROWS = f"epoch:0 {ROW}  1.0145  0.100000\nepoch:1 {ROW.replace('0.2350', '0.2495')}  0.9376  0.010000\n"


def console(text: str | bytes, size: int = 1 << 20) -> list[object]:
    return list(read("torchvision-references", text, size))


def test_arguments_give_settings() -> None:
    records = read("torchvision-references", LOG)
    said = values(records)
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
    assert values(read("torchvision-references", ARGUMENTS.replace(old, new))).get("init") == init


def test_several_processes_do_not_tell_the_number_of_images() -> None:
    text = LOG.replace("world_size=1", "world_size=8").replace("distributed=False", "distributed=True")
    said = values(read("torchvision-references", text))
    assert said["train_batch_size"] == 16
    assert "val_images" not in said


def test_curves_run_over_all_epochs() -> None:
    curves = points(read("torchvision-references", LOG))
    assert curves["loss by iteration"] == [(0, 3.3), (20, 3.1), (7329, 2.0)]
    assert curves["bbox_ctrness by iteration"] == [(0, 0.6), (20, 0.5), (7329, 0.5)]
    assert curves["memory by iteration"] == [(0, 3000), (20, 3001), (7329, 3001)]


def test_no_batch_reaches_over_a_start() -> None:
    records = read("torchvision-references", LOG + LOG)
    assert [each[1] for each in kinds(records) if each[0] == "started"] == [1, 9]
    assert len(points(records)["loss by iteration"]) == 6
    assert len([each for each in records if not isinstance(each, Issue) and each.where.line == 3]) == 1


def test_arguments_of_detr_are_left_to_it_and_its_lines_are_read() -> None:
    text = "Namespace(lr=0.1, data_path='x', set_cost_class=1, start_epoch=0)\n" + LINES.replace("bbox_ctr", "loss_ctr")
    records = read("torchvision-references", text)
    assert not values(records)
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


@pytest.mark.parametrize("size", [1, 300, 1000])
def test_pieces_line_ends_and_prefixes_make_no_difference(size: int) -> None:
    whole = read("torchvision-references", LOG)
    prefixed = "".join(f"[1,0]<stdout>:{line}" for line in LOG.splitlines(keepends=True))
    for text in (LOG, LOG.replace("\n", "\r\n"), prefixed):
        other = read("torchvision-references", text, size)
        assert others(other) == others(whole)
        assert points(other) == points(whole)


@given(st.integers(0, len(LOG)), st.binary(max_size=20))
def test_any_bytes_are_read(at: int, rubbish: bytes) -> None:
    data = LOG.encode()
    console(data[:at] + rubbish + data[at + 9 :], 200)


def test_public_console_of_detr_gives_each_line(corpus: Path) -> None:
    data = next(corpus.glob("04_detr/078__*")).read_bytes()
    curve = points(read("torchvision-references", data, 90_000))["loss by iteration"]
    assert (curve[0], curve[-1][0], len(curve)) == (
        (0, 68.5848),
        1279,
        data.count(b"  eta: ") - data.count(b"Test:  ["),
    )


@pytest.mark.parametrize(
    ("path", "task", "stated"),
    [
        ("runs/det_results20220410.txt", "bbox", True),
        ("runs/seg_results20220410.txt", "segm", True),
        ("results.txt", "bbox", False),
    ],
)
def test_rows_tell_their_task_by_the_file(path: str, task: str, stated: bool) -> None:
    found = [each for each in read("wz-rows", ROWS, path=path) if isinstance(each, Evaluation)]
    assert [(each.task, each.task_stated, each.epoch, each.where.line) for each in found] == [
        (task, stated, 0, 1),
        (task, stated, 1, 2),
    ]
    assert [metric.name for metric in found[0].metrics] == list(COCO_METRICS)
    assert [metric.text for metric in found[0].metrics] == ROW.split()


def test_rows_tell_loss_and_rate_by_epoch() -> None:
    assert points(read("wz-rows", ROWS)) == {
        "loss by epoch": [(0, 1.0145), (1, 0.9376)],
        "lr by epoch": [(0, 0.1), (1, 0.01)],
    }


def test_rows_of_keypoints_have_ten_numbers() -> None:
    text = f"epoch:0 {'  '.join(ROW.split()[:10])}  0.0015  0.001000\n"
    found = results(read("wz-rows", text, path="key_results.txt"))
    assert [list(each[3]) for each in found] == [  # type: ignore[call-overload]
        ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "epoch:1 0.21331953997252312\nepoch:2 0.2713624650786766\n",
        "best_epoch:3 " + ROW + "\n",
        "epoch:1 loss 0.5 lr 0.1\n",
    ],
)
def test_lines_that_hold_no_result(text: str) -> None:
    assert not read("wz-rows", text)


def test_a_cut_row_is_told_and_not_taken() -> None:
    records = read("wz-rows", ROWS + f"epoch:2 {ROW[:40]}")
    assert len(results(records)) == 2
    assert [each.where.line for each in records if isinstance(each, Issue)] == [3]


def test_rows_keep_missing_values() -> None:
    found = results(read("wz-rows", ROWS.replace("0.1338", "-1.0000").replace("0.2180", "nan")))
    assert [(each[3]["APs"], each[3]["ARs"]) for each in found] == [(-1.0, None)] * 2  # type: ignore[index]


@given(st.integers(0, len(ROWS)))
def test_rows_that_are_cut_give_a_prefix(cut: int) -> None:
    part = results(read("wz-rows", ROWS[:cut]))
    assert part == results(read("wz-rows", ROWS))[: len(part)]


@pytest.mark.parametrize("size", [1, 1000])
def test_rows_in_pieces_and_with_other_line_ends(size: int) -> None:
    for text in (ROWS, ROWS.replace("\n", "\r\n"), ROWS.replace("epoch", "2025-01-28 stdout F epoch")):
        assert others(read("wz-rows", text, size)) == others(read("wz-rows", ROWS))


def test_public_rows_give_what_they_hold(corpus: Path) -> None:
    entries = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    entry = next(entry for entry in entries if "wz_rows" in entry["counts"])
    data = (corpus / entry["file"]).read_bytes()
    found = [each for each in read("wz-rows", data, path=entry["file"]) if isinstance(each, Evaluation)]
    assert len(found) == entry["counts"]["wz_rows"]
    for want, got in ((entry["expected"]["first"], found[0]), (entry["expected"]["last"], found[-1])):
        assert {metric.name: metric.value for metric in got.metrics} == want["metrics"]
        assert (got.where.line, got.epoch, got.task) == (want["line"], want["epoch"], want["iou_type"])
    assert not read("wz-rows", next(corpus.glob("05_torchvision/113__*")).read_bytes(), path="det_results.txt")
