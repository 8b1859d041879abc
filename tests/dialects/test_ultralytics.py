"""What YOLOv5, YOLOv7 and ultralytics print and write. The samples are written here; real files come last."""

import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.dialects.ultralytics import Ultralytics
from fcosreport.dialects.ultralytics_csv import UltralyticsCsv
from fcosreport.reading.dialect import Reader, Record, Window
from fcosreport.records import Evaluation, Event, Issue, Origin, Samples, Setting

BAR = "100%|██████████| 213/213 [06:12<00:00,  1.75s/it]"
YOLOV5 = f"""\
\x1b[34m\x1b[1mtrain: \x1b[0mweights=yolov5s.pt, cfg=, data=reef.yaml, epochs=3, batch_size=20, imgsz=1280, \
resume=False, device=0,1, optimizer=SGD, seed=7, project=runs/train, name=exp
\x1b[34m\x1b[1mhyperparameters: \x1b[0mlr0=0.01, lrf=0.1, momentum=0.937, weight_decay=0.0005, warmup_epochs=3.0
\x1b[34m\x1b[1mtrain: \x1b[0mScanning 'labels/training' images...4242 found: 100%|██| 4242/4242 [00:00]
\x1b[34m\x1b[1mval: \x1b[0mScanning 'labels/validation' images...677 found: 100%|██| 677/677 [00:00]
Logging results to \x1b[1mruns/train/exp\x1b[0m
Starting training for 3 epochs...

     Epoch   gpu_mem       box       obj       cls    labels  img_size
       0/2     4.80G    0.0700     0.035         0        12      1280:  50%|█████     | 106/213 [03:00<03:00]\r\
       0/2     4.89G   0.06353     0.033         0         0      1280: {BAR}
               Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: {BAR}
                 all        677       2449   4.92e-06   0.000408   2.47e-06   2.47e-07

     Epoch   gpu_mem       box       obj       cls    labels  img_size
       1/2     4.89G   0.04785   0.03452         0         1      1280: {BAR}
               Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: {BAR}
                 all        677       2449      0.132      0.179     0.0661     0.0178

     Epoch   gpu_mem       box       obj       cls    labels  img_size
       2/2     4.89G   0.04258   0.03107         0         0      1280: {BAR}
               Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: {BAR}
                 all        677       2449      0.279      0.188      0.147     0.0474

3 epochs completed in 0.332 hours.

Validating runs/train/exp/weights/best.pt...
               Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: {BAR}
                 all        677       2449      0.281      0.190      0.150     0.0480
            starfish        677       2000      0.290      0.200      0.160     0.0500
       traffic light        677        449      0.272      0.180      0.140     0.0460
Results saved to runs/train/exp
"""
SEGMENT = f"""\
\x1b[34m\x1b[1mengine/trainer: \x1b[0mtask=segment, mode=train, model=yolov8n-seg.pt, data=coco.yaml, epochs=100, \
batch=16, imgsz=640, device=None, optimizer=auto, seed=0, resume=False, amp=True, iou=0.7, max_det=300, lr0=0.01, \
momentum=0.937, weight_decay=0.0005, warmup_epochs=3.0, save_dir=runs/segment/train
\x1b[34m\x1b[1moptimizer:\x1b[0m AdamW(lr=0.000714, momentum=0.9) with parameter groups 66 weight(decay=0.0)

      Epoch    GPU_mem   box_loss   seg_loss   cls_loss   dfl_loss  Instances       Size
      1/100      2.61G      1.158      2.700      3.098      1.302         20        640: {BAR}
                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95)     Mask(P          R  \
 mAP50  mAP50-95): {BAR}
                   all       5000      36335      0.629      0.476      0.521       0.37       0.63       0.45 \
     0.488     0.304
"""
HEAD = (
    "                  epoch,      train/box_loss,      train/cls_loss,   metrics/precision(B),      metrics/recall(B),"
    "    metrics/mAP50(B), metrics/mAP50-95(B),   metrics/precision(M),  metrics/recall(M),  metrics/mAP50(M),"
    "  metrics/mAP50-95(M),        val/box_loss,              lr/pg0,              lr/pg1\n"
)
ROWS = (
    "1,1.158,3.098,0.629,0.476,0.521,0.37,0.63,0.45,0.488,0.304,1.2,0.00033,0.001\n"
    "2,1.101,2.9,0.639,0.486,0.531,0.38,0.64,0.46,0.498,0.314,1.1,0.00066,0.002\n"
)


def fed(
    reader: Callable[[str, Origin], Reader],
    text: str | bytes,
    size: int = 1 << 20,
    origin: Origin = "log",
    path: str = "log",
) -> list[Record]:
    """The records of a text that is given in windows of at least `size` bytes, each ended by a line end."""
    data = text.encode() if isinstance(text, str) else text
    one, at, found = reader(path, origin), 0, list[Record]()
    while at < len(data):
        stop = data.find(b"\n", min(at + size, len(data)) - 1) + 1 or len(data)
        back = max(0, at - (32 << 10))
        line = len((data[:at] + b".").splitlines())
        found += one.feed(Window(data[back:stop], at - back, line))
        at = stop
    return [*found, *one.close()]


def evaluations(records: list[Record]) -> list[Evaluation]:
    return [record for record in records if isinstance(record, Evaluation)]


def said(records: list[Record]) -> dict[str, object]:
    return {record.name: record.value for record in records if isinstance(record, Setting)}


def points(records: list[Record]) -> list[tuple[object, ...]]:
    """The samples point by point, whatever the batches."""
    return [
        (name, step, value)
        for record in records
        if isinstance(record, Samples)
        for name, column in zip(record.names, record.columns, strict=True)
        for step, value in zip(record.steps, column, strict=True)
    ]


def apart(records: list[Record]) -> list[object]:
    """Records without regard to the windows they came in."""
    others = [record for record in records if not isinstance(record, Samples)]
    return [*others, *sorted(points(records), key=repr)]


def test_the_table_of_an_epoch_is_an_evaluation() -> None:
    first, second, third, best, *classes = evaluations(fed(Ultralytics, YOLOV5))
    assert [(metric.name, metric.text) for metric in second.metrics] == [
        ("P", "0.132"),
        ("R", "0.179"),
        ("AP50", "0.0661"),
        ("AP", "0.0178"),
    ]
    assert [each.epoch for each in (first, second, third, best)] == [0, 1, 2, None]
    assert (first["AP"], first.task, first.where.line) == (2.47e-07, "bbox", 12)
    assert [(each.category, each["AP50"]) for each in classes] == [("starfish", 0.16), ("traffic light", 0.14)]


def test_arguments_and_hyperparameters_are_settings() -> None:
    assert said(fed(Ultralytics, YOLOV5)) == {
        "framework": "ultralytics",
        "weights": "yolov5s.pt",
        "init": "yolov5s.pt",
        "train_data": "reef.yaml",
        "epochs": 3,
        "train_batch_size": 20,
        "image_size": 1280,
        "resume": False,
        "gpus": 2,
        "optimizer": "sgd",
        "seed": 7,
        "lr": 0.01,
        "momentum": 0.937,
        "weight_decay": 0.0005,
        "warmup": "3.0 epochs",
        "train_images": 4242,
        "val_images": 677,
        "output_dir": "runs/train/exp",
    }


def test_the_last_state_of_the_progress_bar_is_the_epoch() -> None:
    found = points(fed(Ultralytics, YOLOV5))
    assert ("memory", 0.0, pytest.approx(4.89 * 1024)) in found
    assert [(step, value) for name, step, value in found if name == "box_loss"] == [
        (0.0, 0.06353),
        (1.0, 0.04785),
        (2.0, 0.04258),
    ]
    assert {name for name, *_ in found} == {"memory", "box_loss", "obj_loss", "cls_loss"}


def test_a_training_starts_and_ends() -> None:
    events = [record for record in fed(Ultralytics, YOLOV5) if isinstance(record, Event)]
    assert [(event.kind, event.where.line, event.epoch) for event in events] == [
        ("started", 1, None),
        ("finished", 24, 2),
    ]
    text = "Resuming training runs/detect/train/weights/last.pt from epoch 12 to 100 total epochs\n"
    (resumed,) = fed(Ultralytics, text)
    assert isinstance(resumed, Event)
    assert (resumed.kind, resumed.epoch) == ("resumed", 12)


def test_boxes_and_masks_of_one_row_are_two_evaluations() -> None:
    records = fed(Ultralytics, SEGMENT)
    box, mask = evaluations(records)
    assert (box.task, box["AP"], box.epoch) == ("bbox", 0.37, 1)
    assert (mask.task, mask["AP"], mask["P"]) == ("segm", 0.304, 0.63)
    assert ("seg_loss", 1.0, 2.7) in points(records)


def test_keypoints_have_a_table_of_their_own() -> None:
    _, pose = evaluations(fed(Ultralytics, SEGMENT.replace("Mask(", "Pose(")))
    assert pose.task == "keypoints"


def test_what_the_automatic_optimizer_chooses_counts_and_not_what_is_given() -> None:
    found = said(fed(Ultralytics, SEGMENT))
    assert (found["lr"], found["optimizer"], found["momentum"]) == (0.000714, "adamw", 0.9)
    assert (found["train_batch_size"], found["amp"], found["max_dets"]) == (16, True, 300)
    assert "gpus" not in found


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("train: weights=, cfg=yolov5s.yaml, data=a.yaml, epochs=3", "init", "scratch"),
        ("engine/trainer: task=detect, mode=train, model=yolov8n.yaml, data=a.yaml", "init", "scratch"),
        (
            "engine/trainer: task=detect, mode=train, model=yolov8n.yaml, pretrained=a.pt, data=a.yaml",
            "weights",
            "a.pt",
        ),
        ("val: data=a.yaml, weights=['yolov5s.pt'], batch_size=32, imgsz=640", "test_batch_size", 32),
        ("Namespace(batch_size=16, data='a.yaml', epochs=300, hyp='b.yaml', img_size=[640, 640])", "image_size", 640),
        ("engine/trainer: task=detect, mode=train, model=yolov8n.pt, batch=-1", "train_batch_size", None),
    ],
)
def test_arguments_of_all_versions(line: str, name: str, value: object) -> None:
    assert said(fed(Ultralytics, line + "\n")).get(name) == value


@pytest.mark.parametrize(
    "head",
    [
        "Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95:",
        "Class     Images    Targets          P          R    mAP@0.5         F1:",
        "Class     Images  Instances          P          R      mAP50   mAP50-95:",
        "Class Labeled_images Labels P@.5iou R@.5iou mAP@.5 mAP@.5:.95",
    ],
)
def test_heads_of_all_versions(head: str) -> None:
    (found,) = evaluations(fed(Ultralytics, f"{head}\n  all   30   49   0.9   0.8   0.7   0.6\n"))
    assert (found["P"], found["R"], found["AP50"]) == (0.9, 0.8, 0.7)


@pytest.mark.parametrize(
    "text",
    [
        "all 677 2449 0.1 0.2 0.3 0.4\n",  # no head says what the numbers are
        "Class Images Labels P R mAP@.5 mAP@.5:.95:\nall 677 2449 0.1 0.2\n",
        "We report mAP@.5 and mAP@.5:.95 for all 5000 images.\n",
        "| Class | Images | P | R | mAP50 |\n| all | 677 | 0.1 | 0.2 | 0.3 |\n",
        "Epoch 3/12 loss: 0.5\n",
    ],
)
def test_other_text_is_quiet(text: str) -> None:
    assert fed(Ultralytics, text, origin="note") == []


def test_a_nan_is_told_and_counts_as_missing() -> None:
    records = fed(Ultralytics, YOLOV5.replace("0.0661     0.0178", "   nan        nan"))
    issues = [record for record in records if isinstance(record, Issue)]
    assert [issue.where.line for issue in issues] == [17]
    assert evaluations(records)[1]["AP"] is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "".join(f"2024-05-01T08:00:00.1Z stdout F {line}" for line in text.splitlines(keepends=True)),
        lambda text: text.replace("   all  ", "  \x1b[1mall\x1b[0m  "),
        lambda text: text.replace("\x1b[34m\x1b[1m", "").replace("\x1b[0m", ""),
    ],
)
def test_line_ends_prefixes_and_colours_do_not_matter(change: Callable[[str], str]) -> None:
    def told(records: list[Record]) -> list[object]:
        return [(each.metrics, each.epoch, each.category) for each in evaluations(records)] + [said(records)]

    text = YOLOV5.replace("\r", "\n")  # a prefix stands before lines, not before every state of a bar
    assert told(fed(Ultralytics, change(text))) == told(fed(Ultralytics, text))


def test_every_row_of_results_csv_is_an_evaluation() -> None:
    records = fed(UltralyticsCsv, HEAD + ROWS)
    assert [(each.task, each.epoch, each["AP"], each["AP50"]) for each in evaluations(records)] == [
        ("bbox", 1, 0.37, 0.521),
        ("segm", 1, 0.304, 0.488),
        ("bbox", 2, 0.38, 0.531),
        ("segm", 2, 0.314, 0.498),
    ]
    assert ("lr", 2.0, 0.00066) in points(records)
    assert {name for name, *_ in points(records)} == {"box_loss", "cls_loss", "val/box_loss", "lr"}


def test_results_csv_of_yolov5() -> None:
    head = "epoch, train/box_loss, metrics/precision, metrics/recall, metrics/mAP_0.5,metrics/mAP_0.5:0.95, x/lr0\n"
    (found,) = evaluations(fed(UltralyticsCsv, head + "  0, 0.064, 1.0e-05, 0.0012, 5.0e-06, 1.6e-06, 0.0019\n"))
    assert {metric.name: metric.value for metric in found.metrics} == {
        "P": 1e-05,
        "R": 0.0012,
        "AP50": 5e-06,
        "AP": 1.6e-06,
    }


def test_results_txt_has_no_head() -> None:
    row = "     0/299     3.05G   0.0779   0.05166   0.04003    0.1696        80       640    0.1    0.2    0.3    0.4"
    records = fed(UltralyticsCsv, f"{row} 0.07 0.05 0.03\n", path="runs/exp/results.txt")
    assert [(each.epoch, each["AP50"], each["AP"]) for each in evaluations(records)] == [(0, 0.3, 0.4)]
    assert ("memory", 0.0, 3.05 * 1024) in points(records)
    assert fed(UltralyticsCsv, f"{row} 0.07 0.05 0.03\n", path="other.txt") == []


def test_a_row_that_is_cut_is_an_issue() -> None:
    records = fed(UltralyticsCsv, HEAD + ROWS + "3,1.0,2.8,0.64\n")
    assert [record.where.line for record in records if isinstance(record, Issue)] == [4]
    assert len(evaluations(records)) == 4


@pytest.mark.parametrize("text", ["epoch,loss,acc\n1,2,3\n", "1,2,3,4\n", "a,b\n", "epoch\n"])
def test_other_tables_are_quiet(text: str) -> None:
    assert fed(UltralyticsCsv, text, path="data.csv") == []


def test_what_follows_a_pasted_table_is_quiet() -> None:
    records = fed(UltralyticsCsv, HEAD + ROWS + "\n1. next, we train longer\n", origin="note")
    assert not [record for record in records if isinstance(record, Issue)]


READERS = (Ultralytics, UltralyticsCsv)


@given(st.binary(max_size=300), st.sampled_from([YOLOV5, SEGMENT, HEAD + ROWS]), st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_without_an_error(noise: bytes, text: str, at: int) -> None:
    data = text.encode()
    for reader in READERS:
        for path in ("log", "results.txt"):
            fed(reader, data[:at] + noise + data[at:], path=path)
            fed(reader, noise, path=path)


@given(st.sampled_from([YOLOV5 * 3, SEGMENT * 3, HEAD + ROWS * 9]), st.integers(1, 4000))
@settings(max_examples=100, deadline=None)
def test_windows_do_not_change_what_is_read(text: str, size: int) -> None:
    for reader in READERS:
        assert apart(fed(reader, text, size)) == apart(fed(reader, text))


@given(st.sampled_from([YOLOV5, SEGMENT, HEAD + ROWS]), st.integers(0, 4000))
@settings(max_examples=100, deadline=None)
def test_a_cut_file_gives_the_begin(text: str, cut: int) -> None:
    for reader in READERS:
        whole = evaluations(fed(reader, text))
        part = evaluations(fed(reader, text.encode()[:cut]))
        assert part[:-2] == whole[: len(part[:-2])]


def _entries(corpus: Path) -> list[dict[str, Any]]:
    entries = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    return [entry for entry in entries if {"yolo_all", "results_csv"} & set(entry["counts"])]


def test_real_files_give_what_the_manifest_says(corpus: Path) -> None:
    names = {"lr": "lr", "epochs": "epochs", "batch_size": "train_batch_size"}
    for entry in _entries(corpus):
        path = corpus / entry["file"]
        reader, form = (UltralyticsCsv, "results_csv") if path.suffix == ".csv" else (Ultralytics, "yolo_all")
        records = fed(reader, path.read_bytes(), 92 << 10, path=entry["file"])
        boxes = [each for each in evaluations(records) if each.category is None and each.task == "bbox"]
        expected = entry["expected"].get("other_sources", {}).get(form, entry["expected"])
        assert len(boxes) == entry["counts"][form], entry["file"]
        for want, got in ((expected["first"], boxes[0]), (expected["last"], boxes[-1])):
            assert {name: got[name] for name in want["metrics"]} == want["metrics"], entry["file"]
            assert path.suffix == ".ipynb" or got.where.line == want["line"]
            assert "epoch" not in want or got.epoch == int(want["epoch"])
        for name, value in entry["expected"].get("hyper", {}).items():
            assert said(records)[names[name]] == value, entry["file"]


def test_other_real_files_are_quiet(corpus: Path) -> None:
    own = {entry["file"] for entry in _entries(corpus)}
    for path in sorted(chain(corpus.glob("0*/*.md"), corpus.glob("0[1-5]*/*"))):
        if str(path.relative_to(corpus)) not in own:
            data = path.read_bytes()
            for reader in READERS:
                assert fed(reader, data, 92 << 10, "note" if path.suffix == ".md" else "log") == [], path
