"""Tables as rich, Lightning, tabulate, prettytable, terminaltables and pandas print them, and what only looks alike."""

from typing import Any

import pytest

from fcosreport.dialects.printed_tables import PrintedTables
from fcosreport.records import Evaluation, TableRow
from tests.dialects.feeding import evaluations, feed

LIGHTNING = """
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃        Test metric        ┃       DataLoader 0        ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│         test_loss         │            1.2            │
│         test_map          │    0.35120001435279846    │
│        test_map_50        │          0.5501           │
└───────────────────────────┴───────────────────────────┘
"""
OLD_LIGHTNING = """
────────────────────────────────────────────────────────────
       Test metric             DataLoader 0
────────────────────────────────────────────────────────────
        test_map            0.3512
       test_map_50          0.5501
────────────────────────────────────────────────────────────
"""
CLASSES = """
+---------+------+------+
| class   |  mAP | AP50 |
+=========+======+======+
| person  | 51.2 | 75.8 |
+---------+------+------+
| hot dog |  0.9 |  1.8 |
+---------+------+------+
| all     | 26.1 | 38.8 |
+---------+------+------+
"""
SIMPLE = "   AP    AP50    AP75\n-----  ------  ------\n0.387   0.573   0.418\n"
VOC = """
+---------+-----+------+--------+-------+
| class   | gts | dets | recall | ap    |
+---------+-----+------+--------+-------+
| person  | 285 | 2116 | 0.951  | 0.801 |
| hot dog | 337 | 2804 | 0.964  | 0.843 |
+---------+-----+------+--------+-------+
| mAP     |     |      |        | 0.822 |
+---------+-----+------+--------+-------+
"""
SAMPLES = {
    "lightning.log": LIGHTNING.encode(),
    "lightning_1.log": OLD_LIGHTNING.encode(),
    "classes.log": CLASSES.encode(),
    "simple.log": SIMPLE.encode(),
    "voc.log": VOC.encode(),
}
PREFIXES = ("trainer-1  | ",)
ROW = {"AP": 0.387, "AP50": 0.573, "AP75": 0.418}


def told(text: str) -> list[tuple[Any, ...]]:
    """Line, epoch, split, category and metrics of each evaluation."""
    found = [each for each in feed(PrintedTables, text) if isinstance(each, Evaluation)]
    return [(e.where.line, e.epoch, e.split, e.category, {m.name: m.value for m in e.metrics}) for e in found]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SIMPLE, 3),
        (SIMPLE.replace("-", "="), 3),  # rst
        ("   AP    AP50    AP75\n0.387   0.573   0.418\n", 2),  # plain
        ("      AP   AP50   AP75\n0  0.387  0.573  0.418\n", 2),  # pandas
        ("+------+------+------+\n| AP   | AP50 | AP75 |\n+------+------+------+\n| 38.7 | 57.3 | 41.8 |\n", 4),
        (
            "╒═════╤═════╤═════╕\n│ AP  │ AP50 │ AP75 │\n╞═════╪═════╪═════╡\n│ 0.387 │ 0.573 │ 0.418 │\n",
            4,
        ),
        (" AP   | AP50 | AP75\n------+------+------\n 38.7 | 57.3 | 41.8\n", 3),  # presto
        ("metric      value\n--------  -------\nAP          0.387\nAP50        0.573\nAP75        0.418\n", 3),
        ("AP      0.387\nAP50    0.573\nAP75    0.418\nName: 0, dtype: float64\n", 1),
        ("| metric | value |\n|--------|-------|\n| AP | 38.7% |\n| AP50 | 57.3% |\n| AP75 | 41.8% |\n", 3),
        ("\x1b[1m AP \x1b[0m  AP50   AP75\n 0.387  0.573  0.418\n", 2),
        ("| model | AP | AP50 | AP75 |\n|---|---|---|---|\n| fcos_r50 | 38.7 | 57.3 | 41.8 |\n", 3),
    ],
)
def test_one_row_of_numbers_or_one_column_is_a_result(text: str, line: int) -> None:
    ((*place, said),) = told(text)
    assert place == [line, None, "", None]
    assert said == pytest.approx(ROW)


@pytest.mark.parametrize("text", [LIGHTNING, OLD_LIGHTNING])
def test_the_box_that_lightning_prints_is_a_result_of_its_split(text: str) -> None:
    ((_, _, split, _, said),) = told(text)
    assert (split, round(said["AP"], 4), said["AP50"]) == ("test", 0.3512, 0.5501)


@pytest.mark.parametrize("gap", ["   ", "\t"])
def test_the_table_that_icevision_prints_has_a_result_each_epoch(gap: str) -> None:
    rows = ("epoch train_loss COCOMetric time", "0 0.912311 0.311211 00:41", "1 0.712311 0.371211 00:40")
    found = told("".join(f"{gap.join(row.split())}{gap}\n" for row in rows))
    assert [each[-1] for each in found] == [{"AP": 0.311211}, {"AP": 0.371211}]


@pytest.mark.parametrize("head", ["Class Name", "Object Class", "Categories", "label", "类别名称"])
@pytest.mark.parametrize("overall", ["all(平均)", "all classes", "Mean", "Overall", "平均", "mean over all classes"])
def test_the_row_of_all_classes_however_it_is_called(head: str, overall: str) -> None:
    text = CLASSES.replace("class  ", head).replace("all    ", overall)
    found = [each for each in feed(PrintedTables, text) if isinstance(each, Evaluation)]
    assert [(each.category, each["AP"]) for each in found] == [("person", 0.512), ("hot dog", 0.009), (None, 0.261)]


@pytest.mark.parametrize("name", ["allium", "all-terrain car", "meander", "mean dog", "total station"])
def test_a_class_whose_name_begins_like_that_of_all_is_one(name: str) -> None:
    found = [each for each in feed(PrintedTables, CLASSES.replace("all    ", name)) if isinstance(each, Evaluation)]
    assert [each.category for each in found] == ["person", "hot dog", name]


def test_rows_of_classes_are_results_of_these_and_not_of_the_run() -> None:
    assert [(category, said) for *_, category, said in told(CLASSES)] == [
        ("person", pytest.approx({"AP": 0.512, "AP50": 0.758})),
        ("hot dog", pytest.approx({"AP": 0.009, "AP50": 0.018})),  # in percent, as its table is
        (None, pytest.approx({"AP": 0.261, "AP50": 0.388})),
    ]


def test_the_table_of_mmdetection_in_the_manner_of_voc_is_of_one_iou() -> None:
    assert [(category, said) for *_, category, said in told(VOC)] == [
        ("person", {"R": 0.951, "AP50": 0.801}),
        ("hot dog", {"R": 0.964, "AP50": 0.843}),
        (None, {"AP50": 0.822}),
    ]
    assert {each.family for each in feed(PrintedTables, VOC) if isinstance(each, Evaluation)} == {"voc"}
    several = f"---------iou_thr: 0.5---------{VOC}---------iou_thr: 0.75---------{VOC}"
    assert [list(said) for *_, category, said in told(several) if category is None] == [["AP50"], ["AP75"]]


@pytest.mark.parametrize("gap", ["\t", "     "])
def test_the_classes_of_nuscenes_have_its_ap(gap: str) -> None:
    rows = (
        ("Object Class", "AP", "ATE", "ASE"),
        ("car", "0.801", "0.190", "0.160"),
        ("traffic_cone", "0.5", "1.2", "nan"),
    )
    found = [e for e in feed(PrintedTables, "\n".join(map(gap.join, rows))) if isinstance(e, Evaluation)]
    assert [(e.category, e.family, e["AP"]) for e in found] == [
        ("car", "nuscenes", 0.801),
        ("traffic_cone", "nuscenes", 0.5),
    ]


def test_numbers_so_wide_that_one_blank_parts_them() -> None:
    text = "     epoch   targets        lr        mp        mr     map50       map\n"
    text += "     3/299        63 0.0003328      0.51      0.41      0.31      0.12\n"
    assert [(epoch, said) for _, epoch, *_, said in told(text)] == [
        (3, {"P": 0.51, "R": 0.41, "AP50": 0.31, "AP": 0.12})
    ]
    assert told(text.replace(" 63 ", "6 3 4 ")) == []


def test_the_class_of_number_minus_1_is_all() -> None:
    text = "  class   map50    map\n     -1    0.31   0.12\n      0    0.31   0.12\n"
    assert [category for *_, category, _ in told(text)] == [None, "0"]


def test_classes_beside_each_other_are_all_read() -> None:
    text = "| class | AP | AP50 | class | AP | AP50 |\n|--|--|--|--|--|--|\n| cat | 0.4 | 0.6 | dog | 0.3 | 0.5 |\n"
    assert [(category, said["AP"]) for *_, category, said in told(text)] == [("cat", 0.4), ("dog", 0.3)]


def test_a_row_a_step_is_a_result_of_that_step() -> None:
    text = "   epoch   mAP  mAP50\n0      1  0.10   0.20\n1      2  0.20   0.40\n"
    assert [(epoch, said["AP"]) for _, epoch, *_, said in told(text)] == [(1, 0.1), (2, 0.2)]


def test_rows_and_columns_may_be_of_splits_and_tasks() -> None:
    rows = "| split | mAP | mAP50 |\n|--|--|--|\n| val | 0.4 | 0.6 |\n| test | 0.3 | 0.5 |\n"
    columns = "| Metric | Val | Test |\n|--|--|--|\n| loss | 1 | 2 |\n| mAP | 0.4 | 0.3 |\n| mAP50 | 0.6 | 0.5 |\n"
    for text in (rows, columns):
        assert [(split, said["AP"]) for _, _, split, _, said in told(text)] == [("val", 0.4), ("test", 0.3)]


def test_the_line_before_a_table_tells_epoch_and_task() -> None:
    (found,) = feed(PrintedTables, "Epoch 7: evaluating\nIoU metric: segm\n" + SIMPLE)
    assert isinstance(found, Evaluation)
    assert (found.epoch, found.task) == (7, "segm")


@pytest.mark.parametrize(
    "text",
    [
        "| IoU | AP | AP50 |\n|--|--|--|\n| 0.5 | 0.4 | 0.6 |\n| 0.75 | 0.3 | 0.5 |\n",
        "|     | Box | Box | Mask |\n| AP  | AP  | AP50 |\n| 0.4 | 0.3 | 0.6 |\n",  # which of two AP cannot be told
        "| source | AP | AP50 |\n|--|--|--|\n| paper | 38.7 | 57.3 |\n",
        "| class | precision | recall | AP |\n|--|--|--|--|\n| cat | 0.9 | 0.8 | 0.7 |\n",  # of a classifier?
        "| AP | AP50 |\n|--|--|\n| high | low |\n",
        "mAP  is the mean of AP  over classes\nAP50  at 0.5\n",
        "| class | gts | dets |\n|--|--|--|\n| cat | 12 | 40 |\n",
        "there are 12 dets  in it\n\nand more\n",
        "MAP  1\nTile  2\n",
        "AP50    0.573\n",  # one pair without a table around it
        "| step | cmd_map |\n|--|--|\n| 1 | 0.4 |\n",
        "name   state    AP   AP50\n--------------\nfcos  ☑  done  0.4  0.6\nretina  failed  –  –\n",
        "mAP,  AP50,\n0.3,  0.4,\n",
    ],
)
def test_what_compares_or_explains_is_no_result(text: str) -> None:
    assert told(text) == []


def test_rows_that_name_models_are_runs_of_their_own() -> None:
    table = "    Model   mAP50  mAP50-95\n0   fcos   0.573     0.387\n1   yolox  0.554     0.365\n"
    wide = table.replace("  mAP50-95", "  \\").replace("     0.387", "").replace("     0.365", "")
    wide += "\n   mAP50-95\n0     0.387\n1     0.365\n"
    for text in (table, wide, table + "again\n" + table):
        rows = [each for each in feed(PrintedTables, text) if isinstance(each, TableRow)]
        assert [(row.label, [m.value for e in row.results for m in e.metrics]) for row in rows] == [
            ("fcos", [0.573, 0.387]),
            ("yolox", [0.554, 0.365]),
        ]
    classes = "  Model  Class  mAP50  mAP50-95\n0  fcos  car    0.573     0.387\n1  fcos  bus    0.554     0.365\n"
    assert not any(isinstance(each, TableRow) for each in feed(PrintedTables, classes))


def test_tables_of_a_note_are_read_as_those_of_its_author() -> None:
    assert feed(PrintedTables, CLASSES, "note") == []


def test_the_class_is_the_one_that_is_announced_as_the_benchmark_of_kitti_does() -> None:
    block = "Multiple Object Tracking Accuracy (MOTA)    0.7295\nMultiple Object Tracking Precision (MOTP)   0.8413\n"
    text = f"Evaluate Object Class: CAR\nStart Evaluation...\n{block}"
    assert told(text) == [(3, None, "", "CAR", {"MOTA": 0.7295, "MOTP": 0.8413})]
    assert told(block) == [(1, None, "", None, {"MOTA": 0.7295, "MOTP": 0.8413})]


def test_lines_of_a_name_and_a_number_are_no_table() -> None:
    assert told("mAP50:     0.573\nmAP50-95:  0.387\n") == []


def test_columns_beside_the_names_of_metrics_are_of_models_where_no_class_has_these() -> None:
    rule = "-" * 50
    text = f"Metric       MediaPipe  Blaze (own)\n{rule}\nPCK@0.2         0.5967     0.6267\nMPJPE       100.7   78.2\n"
    found = evaluations(feed(PrintedTables, text))
    assert [(each.weights, each["PCK@0.2"]) for each in found] == [("MediaPipe", 0.5967), ("Blaze (own)", 0.6267)]
    classes = f"Metric          all    car\n{rule}\nAP50            0.59   0.62\n"
    (whole,) = evaluations(feed(PrintedTables, classes))
    (car,) = evaluations(feed(PrintedTables, classes), by_category=True)
    assert (whole["AP50"], car["AP50"], car.category) == (0.59, 0.62, "car")
    assert feed(PrintedTables, classes.replace("all", "bus")) == []
