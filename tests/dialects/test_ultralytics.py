"""What YOLOv5, YOLOv7 and ultralytics print and write. The samples are written here; real files come last."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from fcosreport.dialects.ultralytics import Ultralytics
from fcosreport.records import Event, Origin
from tests.dialects.feeding import curve, entries, evaluations, expected, feed, issues, points, results, settings

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
SAMPLES = {"yolov5.txt": YOLOV5.encode(), "segment.txt": SEGMENT.encode()}
PREFIXES = ("2024-05-01T08:00:00.1Z stdout F ",)


def test_the_table_of_an_epoch_is_an_evaluation() -> None:
    records = feed(Ultralytics, YOLOV5)
    first, second, third, best = evaluations(records)
    assert [(metric.name, metric.text) for metric in second.metrics] == [
        ("P", "0.132"),
        ("R", "0.179"),
        ("AP50", "0.0661"),
        ("AP", "0.0178"),
    ]
    assert [each.epoch for each in (first, second, third, best)] == [0, 1, 2, None]
    assert (first["AP"], first.task, first.where.line) == (2.47e-07, "bbox", 12)
    assert [(each.category, each["AP50"]) for each in evaluations(records, by_category=True)] == [
        ("starfish", 0.16),
        ("traffic light", 0.14),
    ]


def test_arguments_and_hyperparameters_are_settings() -> None:
    assert settings(feed(Ultralytics, YOLOV5)) == {
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
    found = points(feed(Ultralytics, YOLOV5))
    assert found["memory by epoch"][0][1] == pytest.approx(4.89 * 1024)
    assert found["box_loss by epoch"] == [(0, 0.06353), (1, 0.04785), (2, 0.04258)]
    assert set(found) == {f"{name} by epoch" for name in ("memory", "box_loss", "obj_loss", "cls_loss")}


def test_a_training_starts_and_ends() -> None:
    events = [record for record in feed(Ultralytics, YOLOV5) if isinstance(record, Event)]
    assert [(event.kind, event.where.line, event.epoch) for event in events] == [
        ("started", 1, None),
        ("finished", 24, 2),
    ]
    text = "Resuming training runs/detect/train/weights/last.pt from epoch 12 to 100 total epochs\n"
    (resumed,) = feed(Ultralytics, text)
    assert isinstance(resumed, Event)
    assert (resumed.kind, resumed.epoch) == ("resumed", 12)


def test_boxes_and_masks_of_one_row_are_two_evaluations() -> None:
    records = feed(Ultralytics, SEGMENT)
    box, mask = evaluations(records)
    assert (box.task, box["AP"], box.epoch) == ("bbox", 0.37, 1)
    assert (mask.task, mask["AP"], mask["P"]) == ("segm", 0.304, 0.63)
    assert curve(records, "seg_loss") == [(1, 2.7)]


def test_keypoints_have_a_table_of_their_own() -> None:
    _, pose = evaluations(feed(Ultralytics, SEGMENT.replace("Mask(", "Pose(")))
    assert pose.task == "keypoints"


def test_what_the_automatic_optimizer_chooses_counts_and_not_what_is_given() -> None:
    found = settings(feed(Ultralytics, SEGMENT))
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
        ("engine/trainer: amp=True, batch=16, data=a.yaml, epochs=150, model=a.pt, task=detect", "epochs", 150),
        ("train: images=16, epochs=150", "epochs", None),
    ],
)
def test_arguments_of_all_versions(line: str, name: str, value: object) -> None:
    assert settings(feed(Ultralytics, line + "\n")).get(name) == value


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
    (found,) = evaluations(feed(Ultralytics, f"{head}\n  all   30   49   0.9   0.8   0.7   0.6\n"))
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
    assert feed(Ultralytics, text, origin="note") == []


def test_a_nan_is_told_and_counts_as_missing() -> None:
    records = feed(Ultralytics, YOLOV5.replace("0.0661     0.0178", "   nan        nan"))
    assert issues(records) == [17]
    assert evaluations(records)[1]["AP"] is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("   all  ", "  \x1b[1mall\x1b[0m  "),
        lambda text: text.replace("\x1b[34m\x1b[1m", "").replace("\x1b[0m", ""),
    ],
)
def test_colours_do_not_matter(change: Callable[[str], str]) -> None:
    records, same = feed(Ultralytics, YOLOV5), feed(Ultralytics, change(YOLOV5))
    assert results(same) == results(records)
    assert settings(same) == settings(records)


def test_real_files_give_what_the_manifest_says(corpus: Path) -> None:
    names = {"lr": "lr", "epochs": "epochs", "batch_size": "train_batch_size"}
    for entry in entries(corpus, "yolo_all"):
        path = corpus / entry["file"]
        records = feed(Ultralytics, path.read_bytes(), size=92 << 10, path=entry["file"])
        boxes = [each for each in evaluations(records) if each.task == "bbox"]
        assert len(boxes) == entry["counts"]["yolo_all"], entry["file"]
        for want, got in zip(expected(entry, "yolo_all"), (boxes[0], boxes[-1]), strict=True):
            assert {name: got[name] for name in want["metrics"]} == want["metrics"], entry["file"]
            assert path.suffix == ".ipynb" or got.where.line == want["line"]
            assert "epoch" not in want or got.epoch == int(want["epoch"])
        for name, value in entry["expected"].get("hyper", {}).items():
            assert settings(records)[names[name]] == value, entry["file"]


def test_other_real_files_are_quiet(corpus: Path) -> None:
    own = {entry["file"] for entry in entries(corpus, "yolo_all", "results_csv")}
    for path in sorted(chain(corpus.glob("0*/*.md"), corpus.glob("0[1-5]*/*"))):
        if str(path.relative_to(corpus)) not in own:
            origin: Origin = "note" if path.suffix == ".md" else "log"
            assert feed(Ultralytics, path.read_bytes(), origin, 92 << 10) == [], path


@pytest.mark.parametrize("separator", ["/", "\\", "\\\\"])
def test_arguments_are_read_with_the_paths_of_any_system(separator: str) -> None:
    text = (
        f"engine{separator}trainer: task=detect, mode=train, model=yolov8m.pt, batch=2, imgsz=64, epochs=3, seed=42\n"
    )
    found = settings(feed(Ultralytics, text))
    assert (found["train_batch_size"], found["epochs"], found["seed"], found["image_size"]) == (2, 3, 42, 64)


@pytest.mark.parametrize(
    "head",
    [
        "Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: 100%",
        "Class     Images     Labels          P          R     mAP@.5 mAP@",
        "Class     Images     Labels          P          R     mAP@.5 mA",
        "Class     Images     Labels          P          R     mAP@.5",
    ],
)
@pytest.mark.parametrize("end", ["\n", '\\n",\n'])
def test_a_head_that_a_progress_bar_cut_is_read(head: str, end: str) -> None:
    row = "                 all      5e+03   3.63e+04      0.955      .988      0.971      6.28e-01"
    (found,) = evaluations(feed(Ultralytics, f"{head}{end}{row}{end}"))
    assert [found[name] for name in ("P", "R", "AP50", "AP")] == [0.955, 0.988, 0.971, 0.628]


def test_rows_without_a_head_are_of_the_usual_table() -> None:
    text = "   all   200   540   0.701   0.612   0.655   0.412\n   car   200   410   0.801   0.712   0.755   0.512\n"
    found = feed(Ultralytics, text)
    assert [each[2:] for each in results(found)] == [
        (None, {"P": 0.701, "R": 0.612, "AP50": 0.655, "AP": 0.412}),
        ("car", {"P": 0.801, "R": 0.712, "AP50": 0.755, "AP": 0.512}),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "all   200   540   0.701   0.612   0.655   0.641",  # F1 comes last
        "all   200   540   0.701   0.612   0.355   0.412",  # an AP at 0.5 is the largest
        "all   200   540   701   612   355   212",
        "all   200   540   0.701   0.612   0.655",
    ],
)
def test_numbers_that_may_be_others_are_quiet(row: str) -> None:
    assert feed(Ultralytics, f"   {row}\n") == []


def test_a_validation_of_other_images_says_which() -> None:
    table = "val: Scanning {}/labels... 8 images: 100% 8/8\n"
    table += "  Class  Images  Instances  Box(P  R  mAP50  mAP50-95)\n  all  8  16  0.9  0.8  0.7  0.5\n"
    text = "".join(map(table.format, ("/data/cars/val", "/data/cars/val", "/data/cars/test", "/data/buses")))
    found = evaluations(feed(Ultralytics, text))
    assert [(each.data_set, each.split) for each in found] == [("", ""), ("", ""), ("cars", "test"), ("buses", "")]
    text = "".join(map(table.format, ("D:\\cars\\valid", "D:\\cars\\test", "/data")))
    found = evaluations(feed(Ultralytics, text.replace("/data/labels", "labels")))
    assert [(each.data_set, each.split) for each in found] == [("", ""), ("cars", "test"), ("", "")]


def test_where_the_labels_of_training_and_validation_lie_is_a_setting_of_each() -> None:
    text = "train: Scanning 'data/labels.cache' images and labels... 9 found: 100%|##| 9/9 [00:00]\n"
    told = settings(feed(Ultralytics, text + text.replace("train", "val").replace("9", "3")))
    assert told == {
        "train_images": 9,
        "train_labels": "data/labels",
        "val_images": 3,
        "val_labels": "data/labels",
    }


@pytest.mark.parametrize(("said", "split"), [("task=test", "test"), ("split=test", "test"), ("task=val", "")])
def test_a_validation_of_test_images_says_so(said: str, split: str) -> None:
    text = f"val: data=cars.yaml, weights=['runs/train/a/best.pt'], batch_size=16, imgsz=640, {said}, device=0\n"
    text += "  Class  Images  Instances  Box(P  R  mAP50  mAP50-95)\n  all  8  16  0.9  0.8  0.7  0.5\n"
    assert [found.split for found in evaluations(feed(Ultralytics, text))] == [split]


def test_a_row_behind_the_bar_of_its_head_is_read() -> None:
    head = "  Class  Images  Instances  Box(P  R  mAP50  mAP50-95): 100%|####| 39/39 [00:15<00:00, 2.5it/s]"
    found = feed(Ultralytics, head + "       all       1229       3444      0.422      0.286      0.298      0.153\n")
    assert [m.value for each in evaluations(found) for m in each.metrics] == [0.422, 0.286, 0.298, 0.153]


@pytest.mark.parametrize(
    ("heads", "epochs"), [("box_loss   obj_loss   cls_loss", 300), ("box_loss   cls_loss   dfl_loss", 299)]
)
def test_the_bar_of_an_epoch_tells_how_many_there_are_where_no_arguments_do(heads: str, epochs: int) -> None:
    text = f"      Epoch    GPU_mem   {heads}  Instances       Size\n"
    text += "     12/299      3.59G    0.0916     0.0134    0.00994         13        640: 100%|###| 33/33\n"
    text += "   Class  Images  Instances  P  R  mAP50  mAP50-95\n   all  8  16  0.9  0.8  0.7  0.5\n"
    assert settings(feed(Ultralytics, text))["epochs"] == epochs
    told = f"train: weights=yolov5s.pt, data=coco.yaml, epochs=50\n{text}"
    assert settings(feed(Ultralytics, told))["epochs"] == 50


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("yolov8n-seg.pt", [("bbox", 0.4), ("segm", 0.3)]),
        ("yolov8n-pose.yaml", [("bbox", 0.4), ("keypoints", 0.3)]),
        ("yolov8n.pt", []),
    ],
)
def test_what_a_bar_cut_off_a_head_with_two_tasks_is_told_by_the_model(
    model: str, told: list[tuple[str, float]]
) -> None:
    text = f"engine/trainer: task=segment, mode=train, model={model}, data=cells.yaml, epochs=2\n"
    text += "   Class   Images   Instances   Box(P     R   mAP50  m\n"
    text += "     all       13        1076     0.7   0.6     0.5    0.4    0.7   0.6   0.5    0.3\n"
    found = evaluations(feed(Ultralytics, text))
    assert [(each.task, each["AP"]) for each in found] == told


def test_a_head_that_is_cut_before_its_aps_is_completed_by_the_row() -> None:
    text = (
        "  Class   Images   Instances   Box(P     R    \n    all      178         149   0.588  0.428   0.559   0.361\n"
    )
    (found,) = evaluations(feed(Ultralytics, text))
    assert [found[name] for name in ("P", "R", "AP50", "AP")] == [0.588, 0.428, 0.559, 0.361]
    assert evaluations(feed(Ultralytics, text.replace("   0.361", ""))) == []
