"""Logs of mmdetection and its kin, text and JSON: results, settings, curves, events."""

from pathlib import Path
from typing import Any

import pytest

from fcosreport.dialects.mmdetection import Mmdetection
from fcosreport.dialects.mmdetection_json import MmdetectionJson
from fcosreport.reading.dialect import Reader, dialects
from fcosreport.records import Evaluation
from tests.conftest import block
from tests.dialects.feeding import curve, differences, entries, evaluations, events, expected, feed, issues, settings
from tests.dialects.mmdetection_samples import LOG_2, LOG_3, aps

COPYPASTE = "bbox_mAP_copypaste: 0.374 0.581 0.401 0.210 0.410 0.486"
FULL = f"bbox_mAP: 0.3740, bbox_mAP_50: 0.5810, {COPYPASTE}"
SAMPLES = {"2.log": LOG_2.encode(), "3.log": LOG_3.encode()}
PREFIXES = ("[1,0]<stderr>:", "2021-05-04T13:06:59.191000001Z ")


def result(text: str, origin: Any = "log") -> list[Evaluation]:
    return evaluations(feed(Mmdetection, text, origin))


def test_a_log_of_version_2_tells_results_by_epoch() -> None:
    found = feed(Mmdetection, LOG_2)
    lines = LOG_2.splitlines()
    assert aps(found) == [
        ("bbox", ap, lines.index(next(line for line in lines if f"bbox_mAP: {ap}0" in line)) + 1, epoch)
        for ap, epoch in ((0.374, 1), (0.384, 2))
    ]
    assert [(m.name, m.value, m.text) for m in evaluations(found)[0].metrics] == [
        ("AP", 0.374, "0.374"),
        ("AP50", 0.581, "0.581"),
        ("AP75", 0.401, "0.401"),
        ("APs", -1.0, "-1.000"),
        ("APm", 0.41, "0.410"),
        ("APl", 0.486, "0.486"),
    ]


def test_a_table_tells_each_category_and_nan_is_an_issue() -> None:
    found = feed(Mmdetection, LOG_2)
    classes = evaluations(found, by_category=True)
    assert [(each.category, each["AP"], each.task, each.epoch) for each in classes] == [
        ("person", 0.547, "bbox", 2),
        ("a b", None, "bbox", 2),
        ("car", 0.292, "bbox", 2),
    ]
    assert issues(found) == [classes[1].where.line]


def test_a_log_of_version_2_tells_settings_at_their_lines() -> None:
    found = feed(Mmdetection, LOG_2)
    assert settings(found) == {
        "lr": 0.01,
        "optimizer": "sgd",
        "momentum": 0.9,
        "weight_decay": 0.0001,
        "images_per_gpu": 4,
        "gpus": 4,
        "epochs": 2,
        "warmup": "linear",
        "warmup_iterations": 500,
        "steps": "[8, 11]",
        "backbone": "R-50-FPN",
        "norm": "frozen",
        "init": "imagenet",
        "image_size": "1333x640, 1333x800",
        "max_dets": 100,
        "score_threshold": 0.05,
        "nms": 0.5,
        "train_data": "train.json",
        "val_data": "val.json",
        "output_dir": "./work_dirs/fcos",
        "seed": 0,
        "config": "fcos_r50_caffe_fpn_1x_coco.py",
        "framework": "mmdetection 2.5.0+",
    }
    rate = next(record for record in found if getattr(record, "name", "") == "lr")
    assert "lr=0.01" in LOG_2.splitlines()[rate.where.line - 1]


def test_curves_count_iterations_over_epochs() -> None:
    found = feed(Mmdetection, LOG_2)
    assert curve(found, "loss") == [(50, 0.9350), (100, 0.93100), (170, 0.9350), (220, 0.93100)]
    assert curve(found, "lr")[0] == (50, 0.01)
    iterations = "".join(
        f"2022-01-01 00:00:00,000 - mmdet - INFO - Iter [{step}/90000]\tlr: 1e-02, loss: 1.5\n" for step in (50, 100)
    )
    assert curve(feed(Mmdetection, iterations), "loss") == [(50, 1.5), (100, 1.5)]


@pytest.mark.parametrize(("end", "told"), [("", 12 * 7330), ("Epoch(val) [1][625]\t" + FULL + "\n", None)])
def test_the_schedule_in_iterations_is_told_of_a_training_that_was_not_evaluated(end: str, told: int | None) -> None:
    stamp = "2022-01-01 00:00:00,000 - mmdet - INFO - "
    text = f"{stamp}workflow: [('train', 1)], max: 12 epochs\n{stamp}Epoch [1][50/7330]\tlr: 1e-02, loss: 1.5\n"
    found = settings(feed(Mmdetection, text + (stamp + end if end else "")))
    assert (found["epochs"], found.get("iterations")) == (12, told)


def test_events_tell_start_resumption_and_end() -> None:
    assert [event[:2] for event in events(feed(Mmdetection, LOG_2))] == [
        ("started", 1),
        ("finished", next(n for n, line in enumerate(LOG_2.splitlines(), 1) if "Saving" in line)),
    ]
    again = feed(Mmdetection, LOG_2 + LOG_2.replace("Exp name: ", "resumed epoch 1, iter 120 #"))
    assert [event[0] for event in events(again)] == ["started", "finished", "started", "resumed", "finished"]
    assert next(event for event in events(again) if event[0] == "resumed")[2] == 120


def test_a_log_of_version_3_has_one_evaluation_for_two_lines() -> None:
    found = feed(Mmdetection, LOG_3)
    bbox, segm = evaluations(found)
    lines = LOG_3.splitlines()
    assert [(each.task, each["AP"], each["APl"], each.epoch) for each in (bbox, segm)] == [
        ("bbox", 0.374, 0.486, 3),
        ("segm", 0.344, 0.496, 3),
    ]
    assert COPYPASTE in lines[bbox.where.line - 1]
    assert [where.line for where in bbox.also] == [len(lines)] == [where.line for where in segm.also]


def test_a_log_of_version_3_tells_settings_and_curves() -> None:
    found = feed(Mmdetection, LOG_3)
    wanted = {
        **{"lr": 0.02, "optimizer": "adamw", "amp": True, "norm": "syncbn", "backbone": "R-101", "init": "imagenet"},
        **{"warmup": "linear", "warmup_iterations": 500, "steps": "[8, 11]", "epochs": 12, "images_per_gpu": 8},
        **{"gpus": 2, "seed": 42, "max_dets": 300, "nms": 0.6, "score_threshold": 0.001},
    }
    assert wanted.items() <= settings(found).items()
    assert curve(found, "loss") == [(2 * 7330 + 50, 1.02)]
    assert curve(found, "lr") == [(2 * 7330 + 50, 0.001982)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"1014 {FULL}", [("bbox", 0.374, 1, None)]),
        ("OrderedDict([('bbox_mAP', 0.374), ('bbox_mAP_50', 0.581)])", [("bbox", 0.374, 1, None)]),
        ("OrderedDict({'bbox_mAP': np.float64(0.374)})", [("bbox", 0.374, 1, None)]),
        ("OrderedDict([('segm_mAP', 0.374),\n             ('segm_mAP_50', 0.5)])", [("segm", 0.374, 1, None)]),
        (
            f"x - INFO - {COPYPASTE}\n{{'coco/bbox_mAP': 0.374, 'coco/bbox_mAP_50': 0.581}}\n",
            [("bbox", 0.374, 1, None)],
        ),
        ("bbox_mAP: 0.374\nbbox_mAP_50: 0.581\nbbox_mAP_75: 0.401\n" + COPYPASTE, [("bbox", 0.374, 1, None)]),
        ("x - INFO - Epoch [7][120/120]\tlr: 0.00020, bbox_mAP: 0.3740, bbox_mAP_50: 0.5\n", [("bbox", 0.374, 1, 7)]),
        ("x - INFO - Epoch(test) [5000/5000]    coco/bbox_mAP: 0.3740  time: 0.2\n", [("bbox", 0.374, 1, None)]),
        ("x - INFO - Epoch(val) [2][9/9]  lvis/bbox_AP: 0.2050  lvis/bbox_APr: 0.1\n", [("bbox", 0.205, 1, 2)]),
        ("x - INFO - Epoch(val) [9][4]\tAP: 0.7, AP .5: 0.9, AP (M): 0.6, AR: 0.8\n", [("keypoints", 0.7, 1, 9)]),
    ],
)
def test_every_shape_of_a_result_is_read(text: str, wanted: list[object]) -> None:
    assert aps(feed(Mmdetection, text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "bbox_mAP: 0.3720, segm_mAP: 0.3400\n",
        "x - INFO - Now best checkpoint is saved as best_bbox_mAP_epoch_12.pth.\n",
        "x - INFO - Best bbox_mAP is 0.3740 at 12 epoch.\n",
        "The best checkpoint with 0.7050 coco/bbox_mAP at 40 epoch is saved to best_coco_bbox_mAP_epoch_40.pth.\n",
        "| category | AP | category | AP |\n|:--|:--|:--|:--|\n| person | 54.7 | car | 29.2 |\n",
        "evaluation = dict(interval=1, save_best='bbox_mAP')\n",
        "x - INFO - Epoch(val) [3][50/5000]    eta: 0:03:15  time: 0.0564  data_time: 0.0002  memory: 1445\n",
        "x - INFO - Epoch(val) [20][6019]\tpts_bbox_NuScenes/NDS: 0.6500, pts_bbox_NuScenes/mAP: 0.5500\n",
        "x - INFO - Iter(val) [17/17]    aAcc: 86.3900  mIoU: 51.1200  mAcc: 58.3200\n",
        '{"mode": "val", "epoch": 1, "bbox_mAP": 0.069, "bbox_mAP_50": 0.157, "bbox_mAP_75": 0.049}\n',
    ],
)
def test_what_is_no_result_gives_none(text: str) -> None:
    assert not [record for record in feed(Mmdetection, text) if isinstance(record, Evaluation)]
    assert not result(text, "note")


def test_results_by_iteration_say_the_iteration_of_training() -> None:
    log = (
        "x - INFO - Iter(train) [ 2000/90000]  lr: 1e-2  loss: 1.0\nx - INFO - Iter(val) [5/5]    coco/bbox_mAP: 0.3\n"
    )
    (found,) = result(log)
    assert (found.epoch, found.iteration) == (None, 2000)


def test_the_labels_of_ai_tod_are_not_believed() -> None:
    config = "x - INFO - Config:\ndata_root = 'data/AI-TOD/'\n\nx - INFO - Epoch(val) [1][3]\t"
    found = feed(Mmdetection, f"{config}{FULL}\n")
    assert [[metric.name for metric in each.metrics] for each in evaluations(found)] == [["AP"]]
    assert len(issues(found)) == 1
    summary = block().replace("maxDets=100", "maxDets=1500")
    assert not result(f"{summary}x - INFO - Epoch(val) [1][3]\t{FULL}\n")


def test_a_cut_number_is_left_out() -> None:
    (found,) = result("x - INFO - Epoch(val) [1][3]\tbbox_mAP: 0.3740, bbox_mAP_50: 0.58")
    assert [metric.name for metric in found.metrics] == ["AP"]


def test_a_configuration_that_is_cut_is_an_issue_and_spoils_nothing() -> None:
    log = LOG_2.replace("lr_config = dict(", "lr_config = dict(<object at 0x7f>, ")
    found = feed(Mmdetection, log)
    assert len(issues(found)) == 2
    assert settings(found)["lr"] == 0.01
    assert "warmup" not in settings(found)


@pytest.mark.parametrize("text", [LOG_2, LOG_3])
@pytest.mark.parametrize("prefix", ["pod-7 | ", "\x1b[32m"])
def test_a_bar_or_a_colour_before_each_line_changes_nothing_but_tables(text: str, prefix: str) -> None:
    ending = "\x1b[0m\r\n" if "\x1b" in prefix else "\r\n"
    odd = "".join(f"{prefix}{line}{ending}" for line in text.splitlines())
    plain, same = feed(Mmdetection, text), feed(Mmdetection, odd)
    assert aps(same) == aps(plain)
    assert settings(same) == settings(plain)
    assert curve(same, "loss") == curve(plain, "loss")
    assert events(same) == events(plain)


@pytest.mark.parametrize(
    ("reader", "source"), [(Mmdetection, "mm_copypaste"), (Mmdetection, "mm3_line"), (MmdetectionJson, "jsonl")]
)
def test_the_corpus_is_read_as_its_manifest_says(corpus: Path, reader: type[Reader], source: str) -> None:
    for entry in entries(corpus, source):
        if not entry["file"].startswith("03_mmdet") or (reader is Mmdetection and "jsonl" in entry["counts"]):
            continue
        found = feed(reader, (corpus / entry["file"]).read_bytes())
        results = evaluations(found)
        first, last = expected(entry, source)
        assert len(results) == entry["counts"][source], entry["file"]
        assert [*differences(first, results[0]), *differences(last, results[-1])] == [], entry["file"]
        hyper = entry["expected"].get("hyper", {})
        names = {"lr": "lr", "samples_per_gpu": "images_per_gpu", "max_epochs": "epochs"}
        assert {names[key]: value for key, value in hyper.items()}.items() <= settings(found).items(), entry["file"]


def test_other_files_of_the_corpus_give_nothing(corpus: Path) -> None:
    readers = [each.reader for each in dialects() if each.name.startswith(("mmdetection", "python-config"))]
    assert len(readers) == 3
    for path in sorted(corpus.glob("*/*")):
        if path.parent.name != "03_mmdet":
            data = path.read_bytes()
            found = [
                record
                for reader in readers[:2]
                for record in feed(reader, data, "note" if path.suffix == ".md" else "log")
            ]
            assert found == [], path


@pytest.mark.parametrize(("logger", "count"), [("mmdet", 1), ("mmengine", 1), ("mmcls", 0)])
def test_an_map_alone_is_that_of_voc_unless_a_classifier_prints_it(logger: str, count: int) -> None:
    text = f"2020-10-26 09:20:01,000 - {logger} - INFO - Epoch(val) [2][100]\tmAP: 0.6500\n"
    found = evaluations(feed(Mmdetection, text))
    assert [(each.family, each.epoch, each["AP50"]) for each in found] == [("voc", 2, 0.65)] * count


@pytest.mark.parametrize(
    ("test", "split"),
    [
        ("data = dict(val=dict(ann_file='val.json'), test=dict(ann_file='val.json'))", "val"),
        ("data = dict(val=dict(ann_file='val.json'), test=dict(ann_file='test.json'))", "test"),
        ("lr = 0.1", ""),
    ],
)
def test_a_test_is_of_the_split_that_the_configuration_tells(test: str, split: str) -> None:
    stamp = "2021-05-04 13:06:59,191 - mmdet - INFO - "
    log = f"{stamp}Config:\n{test}\n{stamp}Epoch(test) [30/30]  {FULL}\n{stamp}Epoch(val) [1][30/30]  {FULL}\n"
    assert [each.split for each in result(log)] == [split, "val"]


def test_results_on_several_data_sets_are_several() -> None:
    stamp = "2021-05-04 13:06:59,191 - mmdet - INFO - "
    values = "  ".join(
        f"{nest}bbox_mAP: 0.{ap}  {nest}bbox_mAP_50: 0.500"
        for nest, ap in (("coco/", "374"), ("city/coco/", "300"), ("nyu/", "200"))
    )
    found = result(f"{stamp}Epoch(val) [1][30/30]  {values}\n")
    assert [(each["AP"], each.data_set, each.split) for each in found] == [
        (0.374, "", "val"),
        (0.3, "city", "val"),
        (0.2, "nyu", "val"),
    ]
