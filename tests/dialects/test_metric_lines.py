"""Lines that say a metric by its name, and lines that only look like it."""

from typing import Any

import pytest

from fcosreport.dialects.metric_lines import MetricLines
from tests.dialects.feeding import evaluations, feed

TREE = """SUMMARY OF EPOCH {epoch}
├── Train
│   └── Ppyoloeloss/loss = 2.5411
│       ├── Epoch N-1      = 3.0411 (↘ -0.5)
│       └── Best until now = 3.0411 (↘ -0.5)
└── Validation
    ├── Precision@0.50 = 0.05
    │   ├── Epoch N-1      = 0.04 (↗ 0.01)
    │   └── Best until now = 0.04 (↗ 0.01)
    ├── Map@0.50 = 0.4{epoch}
    │   ├── Epoch N-1      = 0.3502 (↗ 0.06)
    │   └── Best until now = 0.3502 (↗ 0.06)
    ├── Best_score_threshold = 0.07
    ├── Precision@0.50:0.95 = 0.03
    └── Map@0.50:0.95 = 0.2{epoch}
        ├── Epoch N-1      = 0.2102 (↗ 0.05)
        └── Best until now = 0.2102 (↗ 0.05)

"""
COCO = {"AP": 0.3689, "AP50": 0.6588, "AP75": 0.3723}
SIDES = {"AP50": 0.8, "AP": 0.4, "P": 0.9, "R": 0.7}
HEAVY = {"MR heavy": 0.5034}
LVIS = "  AP = 0.507\nAP50 = 0.812\n APr = 0.400\n AR@300 = 0.560\nARs@300 = 0.469\n"
FIRST = "".join(line for line in TREE.splitlines(keepends=True) if "N-1" not in line and "Best" not in line)
SAMPLES = {"console.log": (FIRST.format(epoch=1) + FIRST.format(epoch=2)).encode(), "eval.log": LVIS.encode()}


def told(text: str) -> list[tuple[Any, ...]]:
    """Epoch, family and metrics of each evaluation."""
    found = evaluations(feed(MetricLines, text))
    return [(e.epoch, e.family, {m.name: m.value for m in e.metrics}) for e in found]


def test_a_tree_is_a_result_without_what_was_before() -> None:
    assert told(TREE.format(epoch=1) + TREE.format(epoch=2)) == [
        (1, "", {"P": 0.05, "AP50": 0.41, "AP": 0.21}),
        (2, "", {"P": 0.05, "AP50": 0.42, "AP": 0.22}),
    ]


def test_losses_between_the_metrics_of_a_tree_part_no_result() -> None:
    losses = "    ├── Loss = 1.5\n    │   ├── Epoch N-1 = 1.6\n    │   └── Best until now = 1.4\n" * 5
    tree = TREE.replace("    ├── Map@0.50 =", f"{losses}    ├── Map@0.50 =")
    assert told(tree.format(epoch=1)) == [(1, "", {"P": 0.05, "AP50": 0.41, "AP": 0.21})]
    assert told("mAP@0.50: 0.4\n" + "loss: 1.5\n" * 15 + "Recall@0.50: 0.3\n") == [(None, "", {"AP50": 0.4})]


def test_a_lone_ap_is_a_result_where_words_before_it_speak_of_detection() -> None:
    assert told("Evaluating the object detector on val\nAP = 36.9\n") == [(None, "", {"AP": 0.369})]
    assert told("Evaluating on val\nAP = 36.9\n") == []
    assert told("Evaluating the object detector\nClass car:\nAP = 36.9\nClass bus:\nAP = 30.1\n") == []


def test_the_best_to_which_a_run_improved_is_a_result_of_the_weights_that_are_named() -> None:
    (found,) = evaluations(feed(MetricLines, "Best EMA mAP improved to 0.1995 (epoch 0)\n"))
    assert (found.weights, found["AP"]) == ("ema", 0.1995)
    assert told("mAP is not improved to date: 0.3\n") == []


def test_levels_of_difficulty_are_one_result_and_no_ap_over_all() -> None:
    text = "Easy   Val AP: 0.94\nMedium Val AP: 0.92\nHard   Val AP: 0.80\n"
    assert told(text) == [(None, "coco", {"APeasy": 0.94, "APm": 0.92, "APhard": 0.8})]
    assert told("Tough   Val AP: 0.94\n") == [(None, "", {"AP": 0.94})]


def test_lines_near_each_other_are_one_result() -> None:
    assert told(LVIS) == [(None, "lvis", {"AP": 0.507, "AP50": 0.812, "APr": 0.4, "AR300": 0.56, "ARs": 0.469})]
    assert told(LVIS + LVIS.replace("0.5", "0.4")) == [
        (None, "lvis", {"AP": 0.507, "AP50": 0.812, "APr": 0.4, "AR300": 0.56, "ARs": 0.469}),
        (None, "lvis", {"AP": 0.407, "AP50": 0.812, "APr": 0.4, "AR300": 0.46, "ARs": 0.469}),
    ]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Overall PCK@0.2 : 0.5030", {"PCK@0.2": 0.503}),
        (" mean average precision (mAP@0.50) = 0.712345, or 71.23 %", {"AP50": 0.712345}),
        ("mAP: 0.5123", {"AP": 0.5123}),
        ("Mean mAP = 0.7749", {"AP": 0.7749}),
        ("2024-01-01 10:00:00,000 - INFO - mAP: 37.4, mAP50: 58.1", {"AP": 0.374, "AP50": 0.581}),
        ("[12:00:01] val: mAP=3.74e-01, AP50=.581", {"AP": 0.374, "AP50": 0.581}),
        ("val_mAP: 0.3", {"AP": 0.3}),
        ("IDF1: 70.1 | MOTA: 65.2", {"IDF1": 0.701, "MOTA": 0.652}),
        ("mAP = 0.52%", {"AP": 0.0052}),
        ("Mean AP = 0.4695", {"AP": 0.4695}),
        ("Mean average_precision (in %): 0.7594", {"AP": 0.007594}),
        ("Average Precision Across All Classes:0.6755", {"AP": 0.6755}),
        ("9/9 [=====] - 12s 120ms/step - loss: 0.5 - val_loss: 0.6 - val_mAP: 0.34", {"AP": 0.34}),
        ("mAP (IoU=0.50): 0.58, mAP (IoU=0.50:0.95): 0.37", {"AP50": 0.58, "AP": 0.37}),
        ("AP@[0.5:0.95]: 0.371  AP@0.5: 0.58  AR@100: 0.51", {"AP": 0.371, "AP50": 0.58, "AR100": 0.51}),
        ("mAP: 0.55, curve in out/pr.png", {"AP": 0.55}),
        ("mAP (%): 55.06", {"AP": 0.5506}),
        ("INFO:tensorflow:Average Precision (AP) @ [0.50] = 0.586", {"AP50": 0.586}),
        ("INFO:root:mAP=0.5", {"AP": 0.5}),
        ("    Test net output #0: detection_eval = 0.637057", {"AP": 0.637057}),
        ("  ★ New best mAP50 = 0.3100  (weights saved)", {"AP50": 0.31}),
        ("Mean IoU: 0.7854", {"mIoU": 0.7854}),
        ("Mean_IOU is 0.7854", {"mIoU": 0.7854}),
        (" Average Miss Rate  (MR) @ Reasonable_occ=heavy [ IoU=0.50      | height=[50:100] ] = 50.34%", HEAVY),
        ("log-average miss rate: 0.1102", {"MR": 0.1102}),
        ("mAP: 0.412, mATE: 1.102, NDS: 0.49", {"AP": 0.412, "mATE": 1.102, "NDS": 0.49}),
        ("Best checkpoint overriden: validation mAP@0.50: 0.0049", {"AP50": 0.0049}),
        ("New best mAP: 0.41 (previous best: 0.40)", {"AP": 0.41}),
        ("Epoch 3, global step 400: 'val_map' reached 0.34567 (best 0.34567), saving model", {"AP": 0.34567}),
        ("Epoch 00003: val_mAP improved from 0.30000 to 0.34000, saving model to m.h5", {"AP": 0.34}),
        ("epoch 12: bbox AP 0.3689 AP50 0.6588 AP75 0.3723", COCO),
        ("Epoch 12 AP 36.89 / AP50 65.88 / AP75 37.23", COCO),
        ("results: bbox (AP 36.89 %, AP50 65.88 %, AP75 37.23 %)", COCO),
        ("val mAP 0.42 mAP@0.5 0.70 (epoch 12)", {"AP": 0.42, "AP50": 0.70}),
        ("mAP@[.5:.95] 0.369  mAP@.5 0.659", {"AP": 0.369, "AP50": 0.659}),
        ("AP(50:95) 0.369 AP(50) 0.659", {"AP": 0.369, "AP50": 0.659}),
        ("AP50 0.70", {"AP50": 0.70}),
        ("mAP 36.9 at epoch 12", {"AP": 0.369}),
        ("MOTA 71.2 IDF1 68.1 HOTA 58.2", {"MOTA": 0.712, "IDF1": 0.681, "HOTA": 0.582}),
        ("PQ 41.2 SQ 78.1 RQ 50.3", {"PQ": 0.412, "SQ": 0.781, "RQ": 0.503}),
        ("final AP on val2017 is 37.2", {"AP": 0.372}),
        ("mAP@50 - 0.920", {"AP50": 0.92}),
        ("mAP50:95 – 64.1 %", {"AP": 0.641}),
        ("mAP50=0.703", {"AP50": 0.703}),
        ("mean iou is 0.7123", {"mIoU": 0.7123}),
        ("Mean IOU 0.7123", {"mIoU": 0.7123}),
        ("MOTA (точность трекинга):             65.1%", {"MOTA": 0.651}),
        ("MOTP: 0.25", {"MOTP": 0.25}),
        ("mean AP of the test set: 37.2 (5000 pictures)", {"AP": 0.372}),
    ],
)
def test_a_line_however_it_is_written(line: str, values: dict[str, float]) -> None:
    ((_, _, found),) = told(f"{line}\n")
    assert found == pytest.approx(values)


@pytest.mark.parametrize(
    "line",
    [
        "Best mAP: 0.5",
        "best_mAP = 0.5",
        "mAP of the paper: 0.5",
        "map: 3",
        "map = 0.4",
        "precision = 0.5, recall = 0.4",
        "mAP threshold: 0.5",
        "if mAP == 0.5:",
        "assert mAP50 = 0.5",
        "what the mAP is 0.5 of",
        "bbox AP:90.7552, 89.7105, 89.1598",
        "metrics = {'mAP50': 0.5}",
        "the target mAP: 0.5",
        "mAP50: 812 ms",
        "mAP: 1.2.3",
        "a roadmap: 0.5",
        "expected AP50: 0.5",
        "val_mAP did not improve from 0.34000",
        "Best checkpoint so far: mAP 0.5",
        "'val_loss' reached 0.34567 (best 0.34567), saving model",
        "IoU: 0.5",
        "average IoU = 57.08 %",
        "mAP50 - 3 epochs",
        "mAP50 -0.5",
        "mAP50=best_map",
        "MR: 0.3",
        '"mAP50": 0.5,',
        " Last accuracy mAP@0.50 = 88.89 %",
        "AP for person = 0.5",
        "person AP = 0.5",
        "ratio: train/val/test 0.7/0.2/0.1",
        "mIoU/mAcc/allAcc 0.7/0.8",
        "logs/mIoU/run 0.7/0.8/0.9/1.0",
        "R1:0.6881;   R10:0.9530;  R20:0.9838;  mAP:0.6586;  mINP:0.5267",
        "Epoch 1/9: Val F1: 0.3699 | mAP: 0.5604 | ROC-AUC: 0.9355",
        "51.20% = person AP",
        "epoch,  metrics/mAP_0.5,  metrics/mAP_0.5:0.95,  val/box_loss",
        "the mAP 0.5 threshold is used",
        "car mAP 0.712 pedestrian mAP 0.601",
        "results: bbox (AP50 36.9), segm (AP50 33.5)",
    ],
)
def test_what_is_no_result_is_quiet(line: str) -> None:
    assert feed(MetricLines, f"{line}\n") == []


@pytest.mark.parametrize("word", ["car", "model_b", "Teacher"])
def test_metrics_behind_those_of_something_are_of_that_too(word: str) -> None:
    assert told(f"{word} mAP: 0.111, mAP50: 0.2\n") == told(f"{word} mAP=0.111 mAP50=0.2\n") == []
    assert told(f"mAP: 0.31, {word} AP: 0.5, AP50: 0.6\n") == [(None, "", {"AP": 0.31})]
    assert told("Results mAP: 0.31, mAP50: 0.52\n") == [(None, "", {"AP": 0.31, "AP50": 0.52})]


def test_prose_of_a_note_is_quiet() -> None:
    assert feed(MetricLines, LVIS, origin="note") == []


@pytest.mark.parametrize(
    "line",
    ["mAP50-95): 25% ━━━──── 1/4 0.4s", "Class  Images  mAP50  mAP50-95: 100%|████| 4/4", "mAP: 50% 2/4 [00:01<00:01]"],
)
def test_how_far_a_progress_bar_is_is_no_result(line: str) -> None:
    assert feed(MetricLines, f"{line}\n{line}\n") == []


LISTINGS = {
    "AP for person = 0.8207\nAP for traffic light = 0.2\nMean AP = 0.5104\n~~~~~~~~\n": (0.8207, 0.2, 0.5104),
    "person AP = 0.8207\ntraffic light AP = 0.2\nmean AP = 0.5104\n": (0.8207, 0.2, 0.5104),
    "82.07% = person AP \n Precision: ['1.00']\n\n0.20% = traffic light AP\n\n# mAP\nmAP = 41.14%\n": (
        *(0.8207, 0.002, 0.4114),
    ),
    "82.07% = person AP \t||\tscore_threhold=0.5 : F1=0.97 ; Recall=96%\n20.00% = traffic light AP\nmAP = 51.0%\n": (
        *(0.8207, 0.2, 0.51),
    ),
    "+ Class '0' (person) - AP: 0.8207\n+ Class '9' (traffic light) - AP: 0.2\nmAP: 0.5104\n": (0.8207, 0.2, 0.5104),
    "9 instances of class person with average precision: 0.8207\n"
    "2 instances of class traffic light with average precision: 0.2000\nmAP: 0.5104\n": (0.8207, 0.2, 0.5104),
}


def test_classes_right_below_a_mean_are_of_it_and_no_results_of_their_own() -> None:
    block = "Run (Epoch {0}):\n  mAP 50:95: 0.4{0}, mAP 50: 0.6{0}\n  cls: 0, mAP: 0.2{0}\n  cls: 1, mAP: 0.5{0}\n\n"
    records = feed(MetricLines, block.format(3) + block.format(4))
    assert [(e.epoch, e["AP"], e["AP50"]) for e in evaluations(records)] == [(3, 0.43, 0.63), (4, 0.44, 0.64)]
    named = [(e.epoch, e.category, e["AP"]) for e in evaluations(records, by_category=True)]
    assert named == [(3, "0", 0.23), (3, "1", 0.53), (4, "0", 0.24), (4, "1", 0.54)]
    assert told("mAP: 0.43\nloss: 1\nloss: 1\nloss: 1\ncls: 0, mAP: 0.2\n") == [(None, "", {"AP": 0.43})]


def test_classes_in_a_column_below_their_mean_are_at_its_iou() -> None:
    rule, classes = "=" * 20 + "\n", "  crack        AP=0.40\n  bolt or nut  AP=0.10\n"
    records = feed(
        MetricLines, "".join(f"Epoch {n}/9\n{rule}  mAP@0.5 : 0.2{n}\n{rule}{classes}{rule}" for n in (1, 2))
    )
    assert [each["AP50"] for each in evaluations(records)] == [0.21, 0.22]
    named = [(each.category, each["AP50"], each["AP"]) for each in evaluations(records, by_category=True)]
    assert named == [("crack", 0.4, None), ("bolt or nut", 0.1, None)] * 2


def test_models_in_a_column_are_no_classes() -> None:
    records = feed(MetricLines, "on COCO\n\n\nYOLOv8n   AP: 0.40\nYOLOv8s   AP: 0.43\n")
    assert [(each.weights, each["AP"]) for each in evaluations(records)] == [("YOLOv8n", 0.4), ("YOLOv8s", 0.43)]


def test_titles_that_name_detection_and_segmentation_are_of_tasks() -> None:
    text = "Detection (boxes):\nmAP50-95: 0.5\nmAP50: 0.7\n\nSegmentation (masks):\nmAP50-95: 0.4\nmAP50: 0.6\n"
    found = evaluations(feed(MetricLines, text))
    assert [(each.task, each["AP"], each.weights) for each in found] == [("bbox", 0.5, ""), ("segm", 0.4, "")]


@pytest.mark.parametrize(
    "line",
    [
        "| mAP @ IoU=0.50 (map_50) | 0.6237 |",
        '"AR @ IoU=0.50:0.95 (maxDets=1)": 0.0659,',
        "| MAR @ Max Dets=1 (mar_1) | 0.36 |",
    ],
)
def test_at_what_a_metric_is_measured_is_not_its_value(line: str) -> None:
    assert told(f"{line}\n") == []
    assert told("mAP (IoU=0.5): 0.61\nMean IoU = 0.55\n")[0][2] == {"AP50": 0.61}


@pytest.mark.parametrize("text", LISTINGS)
def test_classes_above_their_mean_are_of_a_voc_evaluation(text: str) -> None:
    records = feed(MetricLines, text * 2)
    person, light, mean = LISTINGS[text]
    named = [(each.category, each["AP50"], each.family) for each in evaluations(records, by_category=True)]
    assert named == [("person", person, "voc"), ("traffic light", light, "voc")] * 2
    assert [(each["AP50"], each.family) for each in evaluations(records)] == [(mean, "voc")] * 2


def test_classes_far_from_any_mean_are_no_result() -> None:
    assert feed(MetricLines, "AP for person = 0.8\n" + "\n" * 20) == []
    (far,) = evaluations(feed(MetricLines, "AP for person = 0.8\n" + "\n" * 20 + "mAP: 0.5\n"))
    assert (far["AP"], far.family) == (0.5, "")


def test_a_new_best_is_a_result_where_it_is_not_told_as_one() -> None:
    best = "Best checkpoint overriden: validation mAP@0.50: 0.{}\n"
    assert [metrics for *_, metrics in told(best.format(41) + best.format(42) + best.format(43))] == [
        {"AP50": 0.41},
        {"AP50": 0.42},
        {"AP50": 0.43},
    ]
    tree = TREE.format(epoch=1)
    assert told(tree + best.format("4100001")) == told(tree)
    assert told(best.format("4100001") + tree) == told(tree)
    assert told("epoch 1\nmAP: 0.3\nNew best mAP: 0.3\nepoch 2\nmAP: 0.2\n") == [
        (1, "", {"AP": 0.3}),
        (2, "", {"AP": 0.2}),
    ]


@pytest.mark.parametrize("line", ["CMC curve, Rank-1  :94.5%", "Rank-1: 94.5%", "top-k, Rank-50 :99.9%", "mINP: 61.0%"])
def test_beside_a_search_for_images_alike_an_map_is_of_that(line: str) -> None:
    assert feed(MetricLines, f"Validation Results - Epoch: 120\nmAP: 85.9%\n{line}\n") == []
    assert feed(MetricLines, f"{line}\nmAP: 85.9%\n") == []
    assert len(told("[rank 1] mAP: 0.5\nrank 1: done\n")) == 1
    assert len(told(f"mAP: 85.9%\n{'-' * 9}\n\n\n{line}\n")) == 1


def test_the_epoch_stands_in_the_line_itself_or_before_it() -> None:
    assert told("Epoch: 66 | mAP@0.5: 0.11 | mAP@0.50:0.95: 0.05\n") == [(66, "", {"AP50": 0.11, "AP": 0.05})]
    assert told("Epoch 3/50 - mAP: 0.4\nepoch=4 val_map_50=0.5\n") == [(3, "", {"AP": 0.4}), (4, "", {"AP50": 0.5})]
    assert told("Epoch 3/50 - mAP: 0.4\nEpoch 4/50 - mAP: 0.5\n") == [(3, "", {"AP": 0.4}), (4, "", {"AP": 0.5})]


def test_the_score_and_the_mean_of_nuscenes_are_its_own_in_mmdetection3d() -> None:
    name = "NuScenes metric/pred_instances_3d_NuScenes/"
    for line in ("pts_bbox_NuScenes/NDS: 0.65, pts_bbox_NuScenes/mAP: 0.55", f"{name}NDS: 0.65  {name}mAP: 0.55"):
        assert told(f"mmengine - INFO - Epoch(val) [20][6019/6019]    {line}\n") == [
            (20, "nuscenes", {"NDS": 0.65, "AP": 0.55})
        ]


def test_the_errors_of_nuscenes_are_metres_beside_its_score() -> None:
    lines = "mAP: 0.5709\nmATE: 0.3142\nmAVE: 1.2449\nNDS: 0.5485\nEval time: 127.8s\n"
    assert told(lines) == [(None, "nuscenes", {"AP": 0.5709, "mATE": 0.3142, "mAVE": 1.2449, "NDS": 0.5485})]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("iter 5 lr 0.01 loss: 1.23 | bbox_mAP 0.3\n", {"AP": 0.3}),
        ("val mAP 0.3712\n", {"AP": 0.3712}),
        ("[12:00] epoch done: AP50 0.58, mAP 0.37\n", {"AP50": 0.58, "AP": 0.37}),
        ("Loss: 3.1, MeanIU:  0.0634, Best_mIoU:  0.0712\n", {"mIoU": 0.0634}),
        ("iou 0.75 mAP is :0.2\n", {"AP75": 0.2}),
        ("mAP@0.5: 0.8\nmAP@0.5:0.95: 0.4\nPrecision: 0.9\nRecall: 0.7\nF1-Score: 0.85\n", SIDES | {"F1": 0.85}),
        ("Precision: 0.9\nRecall: 0.7\n\nmAP50: 0.8\nmAP50-95: 0.4\n", SIDES),
        ("Average precision: 0.387\nAverage precision (IoU=0.5): 0.573\n", {"AP": 0.387, "AP50": 0.573}),
        ("Epoch 12 done. Val mAP improved from 0.38 to 0.387. Saving.\n", {"AP": 0.387}),
        ("mAP50 ...... 0.8 (80.0%)\nmAP50-95.....0.4\nPrecision ... 0.9\nRecall ..... 0.7\n", SIDES),
    ],
)
def test_a_result_however_its_lines_are_written(text: str, values: dict[str, float]) -> None:
    ((_, _, found),) = told(text)
    assert found == pytest.approx(values)


@pytest.mark.parametrize(
    "text",
    [
        "computing mAP 0.5\n",
        "person mAP 0.3712\n",
        "| AP 0.5 | AP 0.75 |\n",
        "mAP 0.3712 0.5\n",
        "Precision: 0.9\nRecall: 0.7\nF1-Score: 0.85\n",
        "mAP: -0.5417\n",
        "Loss: 3.1, Best_mIoU: 0.0634\n",
        "9 clusters: mean IoU = 0.6712\n",
        "computing mAP ... 0.5 s\n",
    ],
)
def test_what_only_looks_like_such_a_result_is_quiet(text: str) -> None:
    assert feed(MetricLines, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "cat\nPrecision: 0.9\nRecall: 0.7\ndog\nPrecision: 0.8\nRecall: 0.6\nmAP50: 0.8\n",
        "mAP50: 0.8\n\ncat\n\nPrecision: 0.9\n",
    ],
)
def test_the_precision_of_a_class_is_none_of_all(text: str) -> None:
    assert told(text) == [(None, "", {"AP50": 0.8})]


def test_several_ious_are_one_result_with_a_table_of_classes_between_them() -> None:
    table = "| class | gts | ap |\n" + "| cat | 3 | 0.3 |\n" * 80
    text = "".join(f"{table}iou {iou} mAP is :{ap}\n" for iou, ap in ((0.4, 0.22), (0.5, 0.2), (0.6, 0.17)))
    assert told(text + text) == [(None, "", {"AP40": 0.22, "AP50": 0.2, "AP60": 0.17})] * 2


def test_the_same_loss_and_metric_word_by_word_are_the_same_evaluation() -> None:
    again, new = "Loss: 3.087, MeanIU: 0.0634\n", "Loss: 1.486, MeanIU: 0.0634\n"
    assert len(told(again * 3 + new * 2)) == 2
    assert len(told("mIoU: 0.0634\n" * 3)) == 3


def test_two_tasks_in_one_line_are_two_results() -> None:
    first, second = told("bbox_mAP 0.369 segm_mAP 0.335\n")
    assert [first[-1], second[-1]] == [{"AP": 0.369}, {"AP": 0.335}]


def test_names_and_values_that_slashes_part_are_of_their_split_and_epoch() -> None:
    text = (
        "Train result at epoch [3/100]: mIoU/mAcc/allAcc 0.5000/0.6000/0.7000.\n"
        "Val result: mIoU/mAcc/allAcc 0.7076/0.7733/0.8969.\n"
        "Class_0-wall Result: iou/accuracy 0.8012/0.9120\n"
    )
    found = evaluations(feed(MetricLines, text))
    assert [(each.split, each.epoch, each.task) for each in found] == [("train", 3, "sem_seg"), ("val", 3, "sem_seg")]
    assert [[metric.value for metric in each.metrics] for each in found] == [[0.5, 0.6, 0.7], [0.7076, 0.7733, 0.8969]]


def test_the_score_of_one_picture_is_no_result() -> None:
    text = "For pic val/0001.png Pixel_accuracy is 0.95  Mean_IOU is 0.77\nMean Accuracy is 0.79\nMean IOU is 0.4064\n"
    assert [found for *_, found in told(text)] == [{"mIoU": 0.4064}]


def test_precision_below_how_many_boxes_there_are_to_be_found_is_of_boxes() -> None:
    block = "Validation Summary - Epoch 2:\n{}: 116\nTotal Predictions: 784\nPrecision: 0.1484\nRecall: 1.0000\n"
    assert told(block.format("Total GT Objects")) == [(2, "", {"P": 0.1484, "R": 1.0})]
    assert told(block.format("Total samples")) == []


def test_precision_and_recall_of_counted_boxes_are_a_result_by_themselves() -> None:
    counts = "TP: 12664\nFP: 7179\nFN: 16189\n"
    scores = "Precision: 0.6382\nRecall: 0.4389\nF1 Score: 0.5201\n"
    values = {"P": 0.6382, "R": 0.4389, "F1": 0.5201}
    assert told(counts + scores) == [(None, "", values)]
    assert told("cur metric, precision: 0.6382, recall: 0.4389, hmean: 0.5201, fps: 12.1\n") == [(None, "", values)]
    assert told(scores) == []
    assert told(f"TN: 7\n{counts}{scores}") == []  # which only a classifier has


def test_a_mean_below_a_listing_of_ap_is_a_result_of_its_own() -> None:
    assert told("Class: cat\nAP: 45.50%\nClass: dog\nAP: 55.50%\n\nmAP: 50.50%\n") == [(None, "", {"AP": 0.505})]


def test_the_only_class_has_the_ap_of_the_mean_that_follows() -> None:
    found = feed(MetricLines, "Class: cat\nAP: 45.50%\nPrecision: ['1.00']\nRecall: ['0.07']\n\n\nmAP: 45.50%\n")
    assert [each["AP"] for each in evaluations(found)] == [0.455]
    assert told("Results on all classes, mAP: 45.5%, AP: 45.5%\n") == told("mAP: 45.5%\n")


def test_results_below_headings_are_of_classes_where_their_mean_follows_and_else_of_models() -> None:
    block = "{}:\n  Precision: 0.{}\n  AP@0.5: 0.{}\n  GT count: 119\n\n"
    classes = block.format("Ball", 9, 8) + block.format("Player", 7, 6) + "Mean AP@0.5: 0.7\nMean Precision: 0.8\n"
    found = feed(MetricLines, classes)
    assert [each.category for each in evaluations(found, by_category=True)] == ["Ball", "Player"]
    assert [each.metrics[0].value for each in evaluations(found)] == [0.7]
    models = block.format("Model: YOLOv8n", 9, 8) + block.format("Model: YOLOv8s", 7, 6)
    assert [each.weights for each in evaluations(feed(MetricLines, models))] == ["YOLOv8n", "YOLOv8s"]
    plain = block.format("Before pruning", 9, 8) + block.format("After pruning", 7, 6)
    assert [each.weights for each in evaluations(feed(MetricLines, plain))] == ["", ""]


MODELS = ("Untrained", "Distilled (v1, epoch-matched)")


@pytest.mark.parametrize(
    "block",
    [
        "{name}:\n  mAP50: {ap50}\n  mAP50-95: {ap}\n  FPS: 31.0\n\n",
        "{name}\n    mAP50={ap50}  mAP50-95={ap}  FPS=31\n\n",
        "=== {name} ===\nmAP50: {ap50}\nmAP50-95: {ap}\n",
        "{name}: mAP50={ap50}, mAP50-95={ap}\n",
        "{name}   mAP50: {ap50}   mAP50-95: {ap}\n",
        "{name} | mAP50: {ap50} | mAP50-95: {ap}\n",
    ],
)
def test_names_that_are_set_off_are_of_the_models_that_are_compared(block: str) -> None:
    text = "".join(block.format(name=name, ap50=0.6, ap=0.4) for name in MODELS)
    found = evaluations(feed(MetricLines, text))
    assert [(each.weights, each["AP50"], each["AP"]) for each in found] == [(name, 0.6, 0.4) for name in MODELS]
    (alone,) = evaluations(feed(MetricLines, block.format(name="Untrained", ap50=0.6, ap=0.4)))
    assert alone.weights == ""


def test_a_baseline_is_a_result_only_beside_other_models() -> None:
    text = "=== STARE (20 images) ===\n  Baseline: dice=0.41 iou=0.26\n  Adapted: dice=0.42 iou=0.27\n\n"
    both = text + text.replace("STARE (20", "CHASE (28").replace("0.4", "0.3")
    found = evaluations(feed(MetricLines, both))
    assert [(each.data_set, each.weights, each["Dice"]) for each in found] == [
        ("STARE", "Baseline", 0.41),
        ("STARE", "Adapted", 0.42),
        ("CHASE", "Baseline", 0.31),
        ("CHASE", "Adapted", 0.32),
    ]
    assert not feed(MetricLines, "Baseline: mAP50=0.41\n")
    for lines in ("mAP: 0.42\nBaseline: mAP50=0.41\n", "Baseline: mAP50=0.41\nmAP: 0.42\n"):
        (alone,) = evaluations(feed(MetricLines, lines))
        assert [each.name for each in alone.metrics] == ["AP"]


def test_a_title_with_a_count_of_images_tells_of_what_the_results_below_it_are() -> None:
    block = "== {} ==\nmAP50: 0.41\n"
    found = evaluations(feed(MetricLines, block.format("Test set (120 images)") + "\n" * 9 + block.format("Summary")))
    assert [(each.split, each.data_set) for each in found] == [("test", ""), ("", "")]


def test_the_results_of_a_model_on_several_things_are_all_of_it() -> None:
    block = "{}\n  crops   mAP50=0.{}\n  whole   mAP50=0.{}\n"
    found = evaluations(feed(MetricLines, block.format("small net", 5, 4) + block.format("large net", 7, 6)))
    assert [(each.weights, each["AP50"]) for each in found] == [
        ("small net", 0.5),
        ("small net", 0.4),
        ("large net", 0.7),
        ("large net", 0.6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Epoch 1:\n  mAP50: 0.5\nEpoch 2:\n  mAP50: 0.6\n",
        "saving weights\nmAP50: 0.5\nloading data\nmAP50: 0.6\n",
        "cat:\n  AP50: 0.5\ndog:\n  AP50: 0.6\n",
        "12:00:01 trainer: mAP50: 0.5\n12:10:01 trainer: mAP50: 0.6\n",
        "fold one: epoch 1, mAP50: 0.5\nfold two: epoch 2, mAP50: 0.6\n",
    ],
)
def test_steps_messages_and_classes_name_no_models(text: str) -> None:
    assert {each.weights for each in evaluations(feed(MetricLines, text))} == {""}


def test_a_heading_that_is_a_split_says_what_the_result_is_on() -> None:
    text = "Validation:\nmAP50: 0.71\nTest set:\nmAP50: 0.70\nOverall:\nmAP50: 0.705\n"
    found = evaluations(feed(MetricLines, text))
    assert [(each.split, each.category, each["AP50"]) for each in found] == [
        ("val", None, 0.71),
        ("test", None, 0.70),
        ("", None, 0.705),
    ]


def test_a_split_at_the_begin_of_a_line_is_of_all_its_numbers() -> None:
    (found,) = evaluations(feed(MetricLines, "Test mAP50: 0.9644, mAP50-95: 0.8612\n"))
    assert (found.split, {m.name: m.value for m in found.metrics}) == ("test", {"AP50": 0.9644, "AP": 0.8612})
    assert told("map 0.0389\nmap_score 0.0482\nmap_small_score 0.0096\n") == [
        (None, "coco", {"AP": 0.0389, "APs": 0.0096})
    ]


def test_the_iou_of_an_ap_may_stand_behind_it() -> None:
    assert told("mAP=0.3211, IoU: 0.50\n\nmAP=0.3040, IoU: 0.75\n") == [(None, "coco", {"AP50": 0.3211, "AP75": 0.304})]


def test_blocks_of_the_sizes_of_objects_are_of_the_result_above_them() -> None:
    block = (
        "MeanAveragePrecisionResult:\nMetric target: MetricTarget.BOXES\nmAP @ 50:95: {}\nmAP @ 50:    {}\n"
        "mAP scores: [    0.61     0.5]\nAP per class:\n" + "".join(f"  {k}: [    0.7     0.6]\n" for k in range(12))
    )

    def sized(name: str, *values: str) -> str:
        return f"\n{name} objects:\n" + "".join(f"  {line}\n" for line in block.format(*values).splitlines())

    text = block.format("0.3826", "0.5087") + sized("Small", "0.2088", "0.2876") + sized("Large", "0.0000", "0.0000")
    assert told(text) == [(None, "coco", {"AP": 0.3826, "AP50": 0.5087, "APs": 0.2088, "APl": 0.0})]
    assert told("Small objects:\nmAP@0.5:0.95: 0.2\n") == [(None, "", {"AP": 0.2})]  # set in no deeper
    assert told("model:\n  size: small\n\nresults:\n  mAP@0.5:0.95: 0.2\n") == [(None, "", {"AP": 0.2})]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Epoch 2/20 train loss: 0.51 val loss: 0.45 val dice: 0.801", {"Dice": 0.801}),
        ("Epoch 2 | Val Dice: 0.8231 | Val mIoU: 0.7012", {"Dice": 0.8231, "mIoU": 0.7012}),
        ("Mean Dice: 0.87", {"Dice": 0.87}),
        ("DICE: 0.87", {"Dice": 0.87}),
        ("Epoch 3 Dice: 0.87", {"Dice": 0.87}),
        ("Epoch 3 evaluated with loss: 0.2, dice score: 0.87. It took 7 s.", {"Dice": 0.87}),
        ("Dice coefficient = 0.87", {"Dice": 0.87}),
    ],
)
def test_the_overlap_of_masks_by_the_name_of_dice_is_a_result(line: str, values: dict[str, float]) -> None:
    assert [found for *_, found in told(f"{line}\n")] == [values]


@pytest.mark.parametrize(
    "line", ["iter 20 loss 0.5 dice 0.7", "val dice: 0.7.1", "val dice loss: 0.2", "indices: 0.3", "mAcc: 0.9"]
)
def test_a_loss_a_batch_and_accuracy_alone_are_no_results(line: str) -> None:
    assert told(f"{line}\n") == []


def test_classes_may_stand_below_their_mean() -> None:
    text = (
        "Mean IoU: 0.81\nMean Dice: 0.88\n\nClass metrics:\n- road: IoU=0.91, Dice=0.95\n- lane: IoU=0.71, Dice=0.81\n"
    )
    (whole,) = evaluations(feed(MetricLines, text))
    assert (whole["mIoU"], whole["Dice"]) == (0.81, 0.88)
    named = [(each.category, each["mIoU"]) for each in evaluations(feed(MetricLines, text), by_category=True)]
    assert named == [("road", 0.91), ("lane", 0.71)]


def test_an_iou_beside_a_dice_is_of_the_same_result_and_alone_of_none() -> None:
    assert told("Dice: 0.82\nIou: 0.91\nRecall: 0.95\n") == [(None, "coco", {"Dice": 0.82, "mIoU": 0.91, "R": 0.95})]
    assert told("IoU: 0.5\nRecall: 0.95\n") == []


KERAS = "Epoch 7/50\n9/9 - 12s - loss: 0.9 - {}: 0.71 - accuracy: 0.99 - val_loss: 1.1 - val_{}: 0.62 - val_acc: 1\n"


@pytest.mark.parametrize(("name", "metric"), [("dice_coefficient", "Dice"), ("iou", "mIoU"), ("IOU", "mIoU")])
def test_what_keras_logs_of_a_segmentation_is_of_training_and_validation(name: str, metric: str) -> None:
    found = evaluations(feed(MetricLines, KERAS.format(name, name)))
    assert [(each.epoch, each.split, each[metric]) for each in found] == [(7, "train", 0.71), (7, "val", 0.62)]
    assert feed(MetricLines, KERAS.format("top_1", "top_1")) == []


def test_numbers_in_lower_case_and_with_a_second_name_are_of_the_same_result() -> None:
    text = (
        "精確度 (Precision): 0.85\nrecall/敏感度 (Recall/Sensitivity): 0.78\nF1分數 (F1-Score): 0.81\nmAP@0.5: 0.76\n"
    )
    assert told(text) == [(None, "", {"P": 0.85, "R": 0.78, "F1": 0.81, "AP50": 0.76})]
    assert told("mAP50: 0.96\n精确率 (P): 0.97\n召回率: 0.91\n") == [(None, "", {"AP50": 0.96, "P": 0.97, "R": 0.91})]
    assert told("dice_coef: 0.91\nrecall: 0.98\nprecision: 0.97\n") == [
        (None, "coco", {"Dice": 0.91, "R": 0.98, "P": 0.97})
    ]
    assert told("HOTA: 0.42, MOTA: 0.39\nAssA: 0.38, IDSW: 12\n") == [
        (None, "coco", {"HOTA": 0.42, "MOTA": 0.39, "AssA": 0.38})
    ]


def test_means_over_classes_of_two_kinds_are_no_models() -> None:
    text = (
        "**Macro-averaged (equal weight):**\n  - mAP50: 0.578\n**Micro-averaged (by frequency):**\n  - mAP50: 0.579\n"
    )
    assert [each.weights for each in evaluations(feed(MetricLines, text))] == ["", ""]


def test_a_validation_below_the_training_is_of_the_same_epoch() -> None:
    text = "Epoch 4/9\nTrain | Loss: 0.5 | mIoU: 0.61\nVal   | Loss: 0.6 | mIoU: 0.58\n"
    found = evaluations(feed(MetricLines, text))
    assert [(each.epoch, each.split, each["mIoU"]) for each in found] == [(4, "train", 0.61), (4, "val", 0.58)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Validation EPOCH 3 - Metrics\nMean IoU (current): 0.27\nMean IoU (best): 0.31\n",
            (3, "coco", {"mIoU": 0.27}),
        ),
        ("Evaluation complete. mAP (0.5:0.95): 0.41\n", (None, "", {"AP": 0.41})),
        ("- overall mAP@0.5: **0.633**\n", (None, "", {"AP50": 0.633})),
        ("Step | [ 7/90] train/val loss=0.51/0.61, miou=0.583\n", (None, "coco", {"mIoU": 0.583})),
    ],
)
def test_other_ways_in_which_people_print_a_result(text: str, found: Any) -> None:
    assert told(text) == [found]


def test_what_is_announced_as_of_classes_is_so_without_a_mean() -> None:
    text = "overall mAP@0.5: 0.63\n\n## Per-class mAP\n\n- roof: mAP=0.5, mAP@0.5=0.7\n- tree: mAP=0.3, mAP@0.5=0.5\n"
    assert [each["AP50"] for each in evaluations(feed(MetricLines, text))] == [0.63]
    named = [(each.category, each["AP50"]) for each in evaluations(feed(MetricLines, text), by_category=True)]
    assert named == [("roof", 0.7), ("tree", 0.5)]
    text = "Mean Dice : 0.81\n\nPer-class IoU:\n  road      IoU=0.91  Dice=0.95\n  lane      IoU=0.51  Dice=0.67\n"
    named = [(each.category, each["mIoU"]) for each in evaluations(feed(MetricLines, text), by_category=True)]
    assert named == [("road", 0.91), ("lane", 0.51)]


def test_a_class_may_be_called_as_a_split_is() -> None:
    form = "+ Class '{}' ({}) - AP: 0.{}\n"
    listed = "".join(form.format(at, name, 7 - at) for at, name in enumerate(("bus", "train", "truck")))
    found = evaluations(feed(MetricLines, f"{listed}mAP: 0.6\n"), by_category=True)
    assert [each.category for each in found] == ["bus", "train", "truck"]
    (alone,) = evaluations(feed(MetricLines, "train AP = 0.7\n"))
    assert (alone.split, alone.category) == ("train", None)


def test_weights_that_are_named_above_a_result_are_those_that_were_evaluated() -> None:
    block = "MODEL: /content/{}\nIMAGES: 456\nTP: 10\nFP: 5\nFN: 5\nPrecision: 0.7{}\nRecall: 0.6\n\n"
    told = "".join(block.format(name, at) for at, name in enumerate(("fcos_epoch_41.pth", "fcos_epoch_52.pth")))
    assert [each.epoch for each in evaluations(feed(MetricLines, told))] == [41, 52]
    told = "".join(block.format(name, at) for at, name in enumerate(("slim.pt", "wide.pt")))
    assert [each.weights for each in evaluations(feed(MetricLines, told))] == ["slim.pt", "wide.pt"]
    (other,) = evaluations(feed(MetricLines, block.format("a saved.pth of old", 1)))
    assert (other.epoch, other.weights) == (None, "")


def test_a_number_that_was_torn_apart_is_none() -> None:
    assert feed(MetricLines, "mAP@0.50 = 0. 9885\n") == []
    (whole,) = evaluations(feed(MetricLines, "mAP@0.50 = 1. Recall@0.50 = 0.9\n"))
    assert whole["AP50"] == 1.0


@pytest.mark.parametrize(
    ("box", "mask"),
    [("Box metrics:", "Mask metrics:"), ("[Boxes]", "[Masks]"), ("Results for bbox:", "Results for segm:")],
)
def test_headings_that_are_tasks_say_of_which_the_results_below_them_are(box: str, mask: str) -> None:
    text = f"{box}\n  mAP50: 0.71\n  mAP50-95: 0.51\n{mask}\n  mAP50: 0.65\n  mAP50-95: 0.41\n"
    assert [(e.task, e["AP50"], e["AP"]) for e in evaluations(feed(MetricLines, text))] == [
        ("bbox", 0.71, 0.51),
        ("segm", 0.65, 0.41),
    ]


def test_a_class_may_be_called_as_a_task_is() -> None:
    text = "mask:\n  AP50: 0.71\nno mask:\n  AP50: 0.61\nmean:\n  mAP50: 0.66\n"
    assert {e.task for e in evaluations(feed(MetricLines, text))} == {"bbox"}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("The best mAP@0.5 of 0.211 was reached.", [{"AP50": 0.211}]),
        ("The highest mAP of 43.1 % has been achieved", [{"AP": 0.431}]),
        ("the baseline has a mAP of 0.41, which was reached in the paper", []),
        ("a mAP of 0.41 is to be reached", []),
        ("MEAN IoU:  58.20 %", [{"mIoU": 0.582}]),
        ("4-class mean AP@0.5 (car,van,truck,bus): 0.341", [{"AP50": 0.341}]),
        ("mAP@0.5 (20 classes): 0.31", [{"AP50": 0.31}]),
        ("mAP@0.5 (car, moderate): 0.31", []),
        ("mAP@0.5 (small, medium, large): 0.31", []),
    ],
)
def test_sentences_and_brackets_around_a_metric(line: str, values: list[dict[str, float]]) -> None:
    assert [found for *_, found in told(f"{line}\n")] == values


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("Epoch 4/10 loss: 0.5 val mAP: 0.34\n", 10),
        ("Epoch [4/10], Train Loss: 0.5\nmAP: 0.34\n", 10),
        ("Epoch 4 of 10\nmAP: 0.34\n", 10),
        ("Epoch 4 [200/1000] loss: 0.5\nmAP: 0.34\n", None),
        ("Epoch 4/2 loss: 0.5 val mAP: 0.34\n", None),
    ],
)
def test_a_result_is_of_as_many_epochs_as_stand_behind_its_own(text: str, planned: int | None) -> None:
    (found,) = evaluations(feed(MetricLines, text))
    assert (found.epoch, found.of) == (4, planned)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "=====\nYOLOv8n Validation Results\n=====\nOverall:\n",
            "=====\nYOLOv8s Validation Results\n=====\nOverall:\n",
        ),
        ("Evaluating plain ...\nimages: 40\n", "Evaluating mosaic ...\nimages: 40\n"),
        ("Evaluating model: runs/plain.pt...\n9/9\n", "Evaluating model: runs/mosaic.pt...\n9/9\n"),
        ("Testing run plain:\nthreshold 0.1\n", "Testing run mosaic:\nthreshold 0.1\n"),
    ],
)
def test_titles_of_parts_tell_the_models_of_the_results_below_them(first: str, second: str) -> None:
    block = "  mAP@50: 0.{}\n  mAP@50-95: 0.{}\n  Precision: 0.80\n\n"
    found = evaluations(feed(MetricLines, first + block.format(71, 45) + second + block.format(75, 49)))
    names = [each.weights.removesuffix(".pt") for each in found]
    assert names == (["YOLOv8n", "YOLOv8s"] if "YOLO" in first else ["plain", "mosaic"])
    assert {each.split for each in found} == {"val" if "Validation" in first else ""}
    (alone,) = evaluations(feed(MetricLines, first + block.format(71, 45)))
    assert alone.weights == ""


@pytest.mark.parametrize(
    "title",
    ["Evaluating images {} to 99 ...", "=== Epoch {} Results ===", "Evaluating bbox...", "=== Test Results ==="],
)
def test_titles_that_tell_no_model_apart(title: str) -> None:
    text = "".join(f"{title.format(at)}\nmAP50: 0.5{at}\n\n" for at in (1, 2))
    found = evaluations(feed(MetricLines, text))
    assert {(each.weights, each.split) for each in found} == {("", "test" if "Test" in title else "")}


@pytest.mark.parametrize(
    "line", ["Model: {name} | mAP50: {ap}", "model={name}, mAP50={ap}", "run: {name}   mAP@.5: {ap}"]
)
def test_a_line_may_say_that_a_name_is_that_of_its_model(line: str) -> None:
    text = line.format(name="fcos_r50", ap=0.71) + "\n" + line.format(name="ours", ap=0.74) + "\n"
    assert [each.weights for each in evaluations(feed(MetricLines, text))] == ["fcos_r50", "ours"]
    same = text.replace("ours", "fcos_r50")
    assert {each.weights for each in evaluations(feed(MetricLines, same))} == {""}


def test_a_mean_that_is_a_fraction_beside_signs_of_percent_is_none_of_these() -> None:
    counts = "正确检出 (TP): 96\n漏检 (FN):     77\n误检 (FP):     85\n"
    (found,) = evaluations(
        feed(MetricLines, counts + "召回率 (Recall):  55.49%\n精确率 (Precision):  53.04%\nF1分数: 0.5424\n")
    )
    assert [(each.name, each.value) for each in found.metrics] == [("R", 0.5549), ("P", 0.5304), ("F1", 0.5424)]
    (low,) = evaluations(feed(MetricLines, counts + "Recall: 1.4%\nPrecision: 0.8%\nF1: 0.9%\n"))
    assert [each.value for each in low.metrics] == pytest.approx([0.014, 0.008, 0.009])


def test_the_ap_of_a_validation_is_known_by_that_word() -> None:
    line = "INFO: [Epoch {}][Batch 50], Speed: 0.5 samples/sec, CrossEntropy=9.23e-01, val_AP=0.{}\n"
    assert told(line.format(3, 17) + line.format(4, 19)) == [(3, "", {"AP": 0.17}), (4, "", {"AP": 0.19})]
    assert told(line.replace("val_AP", "val_acc").format(3, 17)) == []
