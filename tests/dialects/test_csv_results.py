"""Tables of results with a head, of any program. The samples are written here; real files come last."""

from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import fragment_of
from fcosreport.dialects.csv_results import CsvResults
from fcosreport.notes import rows
from fcosreport.records import Evaluation, Origin, Samples, TableRow
from tests.dialects.feeding import curve, entries, evaluations, events, expected, feed, issues, points

HEAD = (
    "                  epoch,      train/box_loss,      train/cls_loss,   metrics/precision(B),      metrics/recall(B),"
    "    metrics/mAP50(B), metrics/mAP50-95(B),   metrics/precision(M),  metrics/recall(M),  metrics/mAP50(M),"
    "  metrics/mAP50-95(M),        val/box_loss,              lr/pg0,              lr/pg1\n"
)
ROWS = (
    "1,1.158,3.098,0.629,0.476,0.521,0.37,0.63,0.45,0.488,0.304,1.2,0.00033,0.001\n"
    "2,1.101,2.9,0.639,0.486,0.531,0.38,0.64,0.46,0.498,0.314,1.1,0.00066,0.002\n"
)
LIGHTNING = "epoch,step,train/loss,val/map,val/map_50\n0,49,1.2,,\n0,99,,0.371,0.55\n1,149,1.1,,\n1,199,,0.402,0.59\n"
SAMPLES = {
    "results.csv": (HEAD + ROWS).encode(),
    "version_0/metrics.csv": LIGHTNING.encode(),
    "results.txt": LIGHTNING.replace(",", "\t").encode(),
}


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_that_begins_as_a_table_is_one(delimiter: str) -> None:
    table = LIGHTNING.replace(",", delimiter)
    (first, last) = evaluations(feed(CsvResults, table, path="results.txt"))
    assert (first["AP"], last["AP"]) == (0.371, 0.402)
    for other in ("By epoch:\n" + table, "epoch, loss, val/map are these\n" + table):
        assert not feed(CsvResults, other, path="results.txt")


def test_runs_that_are_called_alike_go_by_a_first_column_that_names_each() -> None:
    rows = "20200225_1439,rgb,18,0.784\n20200229_2057,rgb,18,0.802\n"
    table = "time_stamp,model,depth,AP VAL\n" + rows
    assert [row.label for row in feed(CsvResults, table, path="r.csv") if isinstance(row, TableRow)] == [
        "20200225_1439",
        "20200229_2057",
    ]


def test_every_row_of_results_csv_is_an_evaluation() -> None:
    records = feed(CsvResults, HEAD + ROWS)
    assert [(each.task, each.epoch, each["AP"], each["AP50"]) for each in evaluations(records)] == [
        ("bbox", 1, 0.37, 0.521),
        ("segm", 1, 0.304, 0.488),
        ("bbox", 2, 0.38, 0.531),
        ("segm", 2, 0.314, 0.498),
    ]
    assert points(records)["lr by epoch"][1] == (2, 0.00066)
    assert set(points(records)) == {f"{name} by epoch" for name in ("box_loss", "cls_loss", "val/box_loss", "lr")}


def test_results_csv_of_yolov5() -> None:
    head = "epoch, train/box_loss, metrics/precision, metrics/recall, metrics/mAP_0.5,metrics/mAP_0.5:0.95, x/lr0\n"
    (found,) = evaluations(feed(CsvResults, head + "  0, 0.064, 1.0e-05, 0.0012, 5.0e-06, 1.6e-06, 0.0019\n"))
    assert {metric.name: metric.value for metric in found.metrics} == {
        "P": 1e-05,
        "R": 0.0012,
        "AP50": 5e-06,
        "AP": 1.6e-06,
    }


def test_a_row_that_is_cut_is_an_issue() -> None:
    records = feed(CsvResults, HEAD + ROWS + "3,1.0,2.8,0.64\n")
    assert issues(records) == [4]
    assert len(evaluations(records)) == 4


@pytest.mark.parametrize("text", ["epoch,loss,acc\n1,2,3\n", "1,2,3,4\n", "a,b\n", "epoch\n"])
def test_other_tables_are_quiet(text: str) -> None:
    assert feed(CsvResults, text, path="data.csv") == []


def test_what_follows_a_pasted_table_is_quiet() -> None:
    records = feed(CsvResults, HEAD + ROWS + "\n1. next, we train longer\n", origin="note")
    assert not issues(records)


def test_real_files_give_what_the_manifest_says(corpus: Path) -> None:
    for entry in entries(corpus, "results_csv"):
        records = feed(CsvResults, (corpus / entry["file"]).read_bytes(), size=92 << 10, path=entry["file"])
        boxes = [each for each in evaluations(records) if each.task == "bbox"]
        assert len(boxes) == entry["counts"]["results_csv"], entry["file"]
        for want, got in zip(expected(entry, "results_csv"), (boxes[0], boxes[-1]), strict=True):
            assert {name: got[name] for name in want["metrics"]} == want["metrics"], entry["file"]
            assert got.where.line == want["line"]
            assert "epoch" not in want or got.epoch == int(want["epoch"])


def test_other_real_files_are_quiet(corpus: Path) -> None:
    own = {entry["file"] for entry in entries(corpus, "yolo_all", "results_csv")}
    for path in sorted(chain(corpus.glob("0*/*.md"), corpus.glob("0[1-5]*/*"))):
        if str(path.relative_to(corpus)) not in own:
            origin: Origin = "note" if path.suffix == ".md" else "log"
            assert feed(CsvResults, path.read_bytes(), origin, 92 << 10) == [], path


def told(text: str, path: str = "metrics.csv") -> list[tuple[Any, ...]]:
    """Epoch, iteration, split, weights and metrics of each evaluation."""
    found = evaluations(feed(CsvResults, text, path=path))
    return [(e.epoch, e.iteration, e.split, e.weights, {m.name: m.value for m in e.metrics}) for e in found]


def test_rows_of_one_step_that_tell_different_things_are_one_evaluation() -> None:
    head = "epoch,step,lr-AdamW,test/AP,val/map,val/map_50\n"
    assert told(f"{head}0,9,0.1,,,\n0,19,,,0.3,\n0,19,,,,0.5\n1,39,,,0.4,0.6\n") == [
        (0, 19, "val", "", {"AP": 0.3, "AP50": 0.5}),
        (1, 39, "val", "", {"AP": 0.4, "AP50": 0.6}),
    ]
    assert points(feed(CsvResults, f"{head}0,9,0.1,,,\n0,19,,,0.3,\n", path="metrics.csv")) == {
        "lr by iteration": [(9, 0.1)]
    }


@pytest.mark.parametrize(
    "table",
    [
        "epoch;mAP50_95;AP50\n3;37,4;58,1\n",
        "epoch\tmAP50_95\tAP50\n3\t37.4\t58.1\n",
        '"epoch", "mAP50_95", "AP50"\r\n"3", "37.4", "58.1"\r\n',
        "\ufeffEpoch,mAP50_95,AP50\n3.0,37.4,58.1\n",
        "Epoch,mAP@0.50:0.95,mAP@0.5\n3,37.4,58.1\n",
    ],
)
def test_any_delimiter_quotes_and_decimal_commas(table: str) -> None:
    assert told(table, "home.csv") == [(3, None, "", "", {"AP": 0.374, "AP50": 0.581})]


def test_averaged_weights_and_classes_are_results_of_their_own() -> None:
    table = "epoch,val/AP/cat,val/ema_mAP_50_95,val/mAP_50,val/mAP_50_95,val/precision\n0,0.1,0.45,0.6,0.42,0.5\n"
    assert told(table) == [
        (0, None, "val", "ema", {"AP": 0.45}),
        (0, None, "val", "", {"AP50": 0.6, "AP": 0.42, "P": 0.5}),
    ]
    (cat,) = evaluations(feed(CsvResults, table, path="metrics.csv"), by_category=True)
    assert (cat.category, cat["AP"]) == ("cat", 0.1)


def test_a_head_that_comes_again_holds_from_there() -> None:
    text = "epoch,mAP50,loss\n0,0.1,3\n1,0.2,2\nepoch,loss,mAP50\n2,1,0.3\n"
    assert [(epoch, values["AP50"]) for epoch, *_, values in told(text)] == [(0, 0.1), (1, 0.2), (2, 0.3)]
    assert points(feed(CsvResults, text, path="a.csv")) == {"loss by epoch": [(0, 3), (1, 2), (2, 1)]}


def test_what_trackers_export_of_one_run() -> None:
    wandb = '"Step","fcos-3 - val/mAP","fcos-3 - val/mAP__MIN","fcos-3 - val/mAP__MAX"\n"7","0.3","0.3","0.3"\n'
    assert told(wandb, "wandb_export.csv") == [(None, 7, "val", "", {"AP": 0.3})]
    board = "Wall time,Step,Value\n1700000000.5,7,0.3\n"
    assert told(board, "run-fcos_r50-tag-val_mAP.csv") == [(None, 7, "val", "", {"AP": 0.3})]
    assert told("step\tmAP50(B)\n2\t0.6\n", "plots/metrics/mAP50(B).tsv") == [(None, 2, "", "", {"AP50": 0.6})]


@pytest.mark.parametrize(
    "text",
    [
        "area,mAP50_95,AP50\nnorth,0.37,0.58\nsouth,0.36,0.57\n",
        "name,mAP50_95,AP50\nperson,0.37,0.58\nhot dog,0.36,0.57\n",
        "model,precision,recall\na,0.37,0.58\nb,0.36,0.57\n",
        '"Step","a - val/mAP","b - val/mAP"\n7,0.3,0.4\n',
        "epoch,precision,recall\n1,0.5,0.6\n",
        "epoch,best_mAP,map_threshold\n1,0.5,0.6\n",
        "x,y,map\n1,2,3\n",
        "epoch,mapping,remap\n1,0.5,0.6\n",
        "name,lat,map\nLima,-12.05,7\nQuito,-0.2,8\n",
        "Wall time,Step,Value\n1700000000.5,7,0.3\n",
    ],
)
def test_tables_of_models_or_of_other_trades_are_quiet(text: str) -> None:
    assert feed(CsvResults, text, path="data.csv") == []


def test_one_row_without_a_step_is_a_result() -> None:
    assert told("checkpoint,mAP50_95,AP50\nlast.pth,0.37,0.58\n") == [(None, None, "", "", {"AP": 0.37, "AP50": 0.58})]


CLASSES = "Class,Images,Precision,Recall,mAP50,mAP50-95\n"


def test_a_row_for_each_class_is_of_that_and_the_overall_one_says_so() -> None:
    table = CLASSES + "all,40,0.8,0.7,0.6,0.4\ncat,20,0.9,0.8,0.7,0.5\ndog,20,0.7,0.6,0.5,0.3\n"
    assert told(table) == [(None, None, "", "", {"P": 0.8, "R": 0.7, "AP50": 0.6, "AP": 0.4})]
    of_classes = evaluations(feed(CsvResults, table, path="classes.csv"), by_category=True)
    assert [(each.category, each.where.line, each["AP"]) for each in of_classes] == [("cat", 3, 0.5), ("dog", 4, 0.3)]
    assert told(table.replace("all,", "bird,")) == []


def test_a_row_for_each_class_of_each_model_is_of_that_model() -> None:
    table = "model,class_id,class_name,mAP50\nn,0,cat,0.9\nn,1,dog,0.8\ns,0,cat,0.7\ns,1,dog,0.6\n"
    found = evaluations(feed(CsvResults, table, path="by_class.csv"), by_category=True)
    assert [(e.weights, e.category, e["AP50"]) for e in found] == [
        *(("n", "cat", 0.9), ("n", "dog", 0.8), ("s", "cat", 0.7), ("s", "dog", 0.6))
    ]
    for alone in ("model,class,mAP50\nn,cat,0.9\nn,dog,0.8\n", "class,name,mAP50\n0,cat,0.9\n1,dog,0.8\n"):
        found = evaluations(feed(CsvResults, alone, path="by_class.csv"), by_category=True)
        assert [(e.weights, e["AP50"]) for e in found] == [("", 0.9), ("", 0.8)]


def test_what_all_classes_share_to_the_last_digit_is_the_mean() -> None:
    table = CLASSES + "".join(f"{at},20,0.9{at},0.8,0.945662,0.682652\n" for at in range(3))
    assert told(table) == [(None, None, "", "", {"AP50": 0.945662, "AP": 0.682652})]
    assert not evaluations(feed(CsvResults, table, path="classes.csv"), by_category=True)


def test_classes_of_each_epoch() -> None:
    table = "epoch,class,AP50,AP\n1,all,50.1,30.2\n1,cat,52.1,31.2\n2,all,55.1,33.2\n2,cat,57.1,34.2\n"
    assert told(table) == [
        (1, None, "", "", {"AP50": 0.501, "AP": 0.302}),
        (2, None, "", "", {"AP50": 0.551, "AP": 0.332}),
    ]


def test_horizontal_and_oriented_boxes() -> None:
    head = "epoch,metrics/precision,metrics/recall,metrics/HBBmAP.5,metrics/HBBmAP.5:.95,metrics/OBBmAP.5\n"
    records = evaluations(feed(CsvResults, head + "0,0.5,0.4,0.3,0.2,0.1\n", path="results.csv"))
    assert [(each.task, {m.name: m.value for m in each.metrics}) for each in records] == [
        ("bbox", {"P": 0.5, "R": 0.4, "AP50": 0.3, "AP": 0.2}),
        ("obb", {"AP50": 0.1}),
    ]


def test_rows_in_parts_of_an_epoch_are_evaluations_and_map_05_is_ap50() -> None:
    text = "Epoch,Training Loss,Map,Map 50\n0.78,4.1,0.0087,0.0192\n1.56,4.0,0.0095,0.0202\n"
    assert [(each.epoch, each["AP"], each["AP50"]) for each in evaluations(feed(CsvResults, text, path="m.csv"))] == [
        (None, 0.0087, 0.0192),
        (None, 0.0095, 0.0202),
    ]
    (only,) = evaluations(feed(CsvResults, "epoch,map,map_05\n1,0.129,0.355\n", path="m.csv"))
    assert (only["AP"], only["AP50"]) == (0.129, 0.355)


@pytest.mark.parametrize(
    "head",
    [
        "model,mAP_COCO,mAP",
        "model,mAP50-95,mAP",
        "model,mAP50_95,AP50",
        "Model;metrics/mAP50-95(B);metrics/mAP50(B)",
        "method\tcoco/bbox_mAP\tbbox_mAP_50",
    ],
)
def test_a_row_for_each_model_is_a_run_of_its_own(head: str) -> None:
    part = next(each for each in ",;\t" if each in head)
    rows = [part.join(row) for row in (("fcos", "0.37", "0.58"), ("retina", "0.36", "0.57"))]
    found = [each for each in feed(CsvResults, "\n".join([head, *rows]), path="all.csv") if isinstance(each, TableRow)]
    assert [(each.label, each.is_own, each.where.line) for each in found] == [("fcos", True, 2), ("retina", True, 3)]
    assert [{m.name: m.value for m in each.results[0].metrics} for each in found] == [
        {"AP": 0.37, "AP50": 0.58},
        {"AP": 0.36, "AP50": 0.57},
    ]


def of_models(text: str) -> list[dict[str, float | None]]:
    found = [each for each in feed(CsvResults, text, path="all.csv") if isinstance(each, TableRow)]
    return [{m.name: m.value for m in each.results[0].metrics} for each in found]


def test_a_name_that_says_percent_holds_however_small_the_numbers_are() -> None:
    assert of_models("model,mAP_pct\na,0.41\nb,0.02\n") == [{"AP": 0.0041}, {"AP": 0.0002}]
    assert of_models("model,mAP_pct,coco_ap,coco_ap50\na,0.41,0.41,0.83\nb,41.5,41.5,60.2\n") == [
        {"AP": 0.0041, "AP50": 0.0083},
        {"AP": 0.415, "AP50": 0.602},
    ]
    (only,) = evaluations(feed(CsvResults, "epoch,map_pct,map_50_pct\n1,0.5,0.9\n", path="m.csv"))
    assert (only["AP"], only["AP50"]) == (0.005, 0.009)


def test_two_columns_of_one_name_that_differ_tell_nothing_clear() -> None:
    assert of_models("model,mAP_pct,coco_ap,coco_ap50\na,40.1,0.41,0.83\nb,41.5,0.42,0.6\n") == [
        {"AP50": 0.83},
        {"AP50": 0.6},
    ]


def test_a_fraction_that_is_told_in_percent_as_well_is_one_number() -> None:
    assert of_models("model,mAP,mAP_pct\na,0.401,40.1\nb,0.415,41.5\n") == [{"AP": 0.401}, {"AP": 0.415}]


def test_seeds_of_one_model_are_told_apart() -> None:
    text = "seed,model,bbox_mAP,bbox_mAP_l\n42,fcos,0.34,-1.0\n43,fcos,0.35,-1.0\n42,atss,0.36,0.4\n"
    found = [each for each in feed(CsvResults, text, path="all.csv") if isinstance(each, TableRow)]
    assert rows.named(found) == ["fcos, seed 42", "fcos, seed 43", "atss"]
    assert [[(s.name, s.value) for s in each.settings] for each in found] == [[("seed", n)] for n in (42, 43, 42)]
    assert found[0].results[0].metric("APl") is None  # -1 is no ground truth


def test_the_best_of_each_run_is_its_result_and_a_single_run_has_its_name() -> None:
    table = "run,epochs_logged,best_epoch,best_ap,best_ap50\nlow,36,23,0.63,0.91\nhigh,45,32,0.00254496471962175,0.02\n"
    rows = [each for each in feed(CsvResults, table, path="summary.csv") if isinstance(each, TableRow)]
    assert [(row.label, row.results[0]["AP"]) for row in rows] == [("low", 0.63), ("high", 0.00254496471962175)]
    (row,) = feed(CsvResults, "model,num_epochs,mAP@0.5,mAP@0.5:0.95\nFCOS,10,0.61,0.38\n", path="results.csv")
    assert isinstance(row, TableRow)
    assert (row.label, row.results[0]["AP"], row.results[0]["AP50"]) == ("FCOS", 0.38, 0.61)
    assert told("epoch,best_ap\n1,0.3\n2,0.3\n") == []


def test_the_best_of_each_run_beside_its_last_is_a_result_of_its_own_epoch() -> None:
    head = (
        "model,epochs,seed,final_map50,final_map50_95,best_map50,best_map50_epoch,best_map50_95,best_map50_95_epoch\n"
    )
    rows = of_rows(head + "low,40,1,0.62,0.31,0.65,33,0.33,36\nhigh,40,2,0.71,0.42,0.72,38,0.43,38\n")
    assert [[(e.epoch, e["AP50"], e["AP"]) for e in row.results] for row in rows] == [
        [(33, 0.65, None), (36, None, 0.33), (None, 0.62, 0.31)],
        [(38, 0.72, 0.43), (None, 0.71, 0.42)],
    ]
    assert [[(s.name, s.value) for s in row.settings] for row in rows] == [
        [("epochs", 40), ("seed", 1)],
        [("epochs", 40), ("seed", 2)],
    ]


def test_values_that_are_tried_are_a_run_each() -> None:
    assert [row.label for row in of_rows("lr,batch,mIoU\n0.1,4,0.31\n0.1,8,0.32\n0.01,8,0.33\n")] == [
        "lr 0.1, batch 4",
        "lr 0.1, batch 8",
        "lr 0.01, batch 8",
    ]
    evolved = "  metrics/precision, metrics/mAP_0.5, metrics/mAP_0.5:0.95, val/box_loss, lr0, momentum\n"
    rows = of_rows(f"{evolved} 0.73, 0.674, 0.412, 0.042, 0.01, 0.937\n 0.74, 0.684, 0.422, 0.041, 0.0112, 0.941\n")
    assert [(row.label, row.results[0]["AP"]) for row in rows] == [
        ("lr0 0.01, momentum 0.937", 0.412),
        ("lr0 0.0112, momentum 0.941", 0.422),
    ]
    assert of_rows("threshold,recall,mAP50\n0.1,0.9,0.31\n0.2,0.8,0.32\n") == []
    assert (
        of_rows(f"{evolved} 0.73, 0.674, 0.412, 0.042, 0.01, 0.937\n" + "0.74, 0.684, 0.4, 0.04, 0.01, 0.937\n") == []
    )


def test_a_column_may_be_called_like_a_row_of_coco_s_summary() -> None:
    head = ",AP @[IoU=0.5|area=all|maxDets=100],AR @[IoU=0.50:0.95|area=all|maxDets=10],Model,Metric,Backbone\n"
    (row,) = of_rows(head + "0,0.957,0.709,wide,a,R-50\n")
    assert (row.label, {m.name: m.value for m in row.results[0].metrics}) == ("wide", {"AP50": 0.957, "AR10": 0.709})


def of_rows(text: str) -> list[TableRow]:
    return [each for each in feed(CsvResults, text, path="runs.csv") if isinstance(each, TableRow)]


def test_a_row_that_a_program_left_without_a_result_plans_nothing() -> None:
    found = feed(CsvResults, "run,attack,mAP50,mAP50-95\na1,blur,0.55,0.39\na2,noise,,\n", path="summary.csv")
    assert [each.label for each in found if isinstance(each, TableRow)] == ["a1"]


def test_a_list_of_runs_names_another_in_each_row_whatever_step_it_came_to() -> None:
    runs = "Name,State,lr,epoch,train/loss,metrics/mAP50(B)\nfcos-1,finished,0.01,50,0.4,0.7\nfcos-2,crashed,0.02,,,\n"
    found = feed(CsvResults, runs + "fcos-3,finished,0.02,20,0.5,0.6\n", path="wandb_export.csv")
    assert [(each.label, len(each.results)) for each in found if isinstance(each, TableRow)] == [
        ("fcos-1", 1),
        ("fcos-2", 0),
        ("fcos-3", 1),
    ]
    garbled = feed(CsvResults, runs + "fcos-3\n50,0.4\n", path="wandb_export.csv")
    assert [each.label for each in garbled if isinstance(each, TableRow)] == ["fcos-1", "fcos-2"]
    steps = "model,epoch,train/loss,metrics/mAP50(B)\nfcos-1,1,0.4,0.7\nfcos-1,2,0.3,0.8\n"
    found = feed(CsvResults, steps, path="history.csv")
    assert [each.epoch for each in evaluations(found)] == [1, 2]
    assert curve(found, "loss") == [(1, 0.4), (2, 0.3)]


def test_a_table_of_runs_without_any_result_tells_of_none() -> None:
    assert not feed(CsvResults, "model,mAP50,mAP\nfcos-1,,\nfcos-2,nan,nan\n", path="results.csv")


def test_pandas_names_no_column_for_the_names_of_its_rows() -> None:
    head = ",metrics/precision(B),metrics/mAP50(B)\n"
    found = feed(CsvResults, f"{head}rtdetr_l,0.5,0.48\nrtdetr_sea,0.6,0.51\n", path="comparison.csv")
    assert [each.label for each in found if isinstance(each, TableRow)] == ["rtdetr_l", "rtdetr_sea"]
    assert not feed(CsvResults, f"{head}0,0.5,0.48\n1,0.6,0.51\n", path="comparison.csv")


@pytest.mark.parametrize(("steps", "starts"), [((1, 2, 1, 2), 1), ((0, 1, 0, 1, 0, 1), 2), ((0, 1, 1, 2), 0)])
def test_a_training_is_another_where_its_epochs_begin_anew(steps: tuple[int, ...], starts: int) -> None:
    rows = "".join(f"{step},1.{number},0.3{number}\n" for number, step in enumerate(steps))
    found = feed(CsvResults, f"epoch,train/box_loss,metrics/mAP50-95(B)\n{rows}")
    assert [kind for kind, *_ in events(found)] == ["started"] * starts
    assert [each.epoch for each in evaluations(found)] == list(steps)
    assert sum(isinstance(each, Samples) for each in found) == starts + 1


def test_epochs_that_do_not_begin_at_the_first_are_those_of_no_other_training() -> None:
    found = feed(CsvResults, "epoch,metrics/mAP50-95(B)\n50,0.3\n60,0.4\n50,0.35\n")
    assert not events(found)


def test_a_table_of_segmentations_has_a_run_a_row() -> None:
    text = (
        "Experiment,Setting,Dice,Precision,mIoU\nU-Net,all data,0.8445,0.7895,0.71\nFedAvg,5 clients,0.7674,0.8,0.62\n"
    )
    found = [each for each in feed(CsvResults, text, path="ablation.csv") if isinstance(each, TableRow)]
    assert [(row.label, row.results[0]["Dice"], row.results[0]["mIoU"]) for row in found] == [
        ("U-Net", 0.8445, 0.71),
        ("FedAvg", 0.7674, 0.62),
    ]


def test_the_epoch_may_stand_in_the_name_of_the_checkpoint() -> None:
    table = "Checkpoint,PCK@0.2,MPJPE\nepoch_10,0.60,51.2\nbest_ep25.pth,0.63,48.7\niter_4000.pth,0.64,47.0\n"
    assert told(table, "curve.csv") == [
        (10, None, "", "", {"PCK@0.2": 0.6}),
        (25, None, "", "", {"PCK@0.2": 0.63}),
        (None, 4000, "", "", {"PCK@0.2": 0.64}),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "image_id,mean_dice,method\na1,0.62,net1\na2,0.45,net2\n",
        "method,n_seeds,mean_dice,mean_iou\nnet1,3,0.88,0.8\nnet2,3,0.87,0.79\n",
    ],
)
def test_rows_of_images_and_means_of_runs_are_no_runs(table: str) -> None:
    assert feed(CsvResults, table, path="summary.csv") == []


def test_what_lies_between_two_models_is_none() -> None:
    table = "Model,Mean Dice,Mean IoU\nUNet,0.83,0.75\nHybrid,0.84,0.76\nImprovement (Hybrid - UNet),0.01,0.01\n"
    rows = [row for row in feed(CsvResults, table, path="summary.csv") if isinstance(row, TableRow)]
    assert [row.label for row in rows] == ["UNet", "Hybrid"]


def test_a_table_of_tabs_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "summary.tsv"
    file.write_text("run\tframework\tmAP\tAP50\na\tmmdet3\t0.31\t0.5\nb\tmmdet3\t0.32\t0.51\n")
    found = fragment_of(Found(str(file), str(file), file.name, "log", file.stat().st_size, 0), None)
    assert [each.name for each in found.experiments] == ["a", "b"]


KERAS = "epoch,dice_coef,loss,val_dice_coef,val_loss\n0,0.3329,0.0560,0.3807,0.0546\n1,0.3688,0.0427,0.3837,0.0453\n"


def test_a_log_that_begins_as_a_table_is_one_as_keras_names_its_own() -> None:
    found = evaluations(feed(CsvResults, KERAS, path="training.log"))
    assert [(each.epoch, each.split, each["Dice"]) for each in found] == [
        (0, "train", 0.3329),
        (0, "val", 0.3807),
        (1, "train", 0.3688),
        (1, "val", 0.3837),
    ]
    assert not feed(CsvResults, "Using TensorFlow backend\n" + KERAS, path="training.log")


def test_an_iou_that_is_told_of_several_splits_is_of_a_segmentation() -> None:
    table = "ExperimentName,train_loss,val_loss,{}\nBase,0.10,0.15,0.7288,0.6966\nFocal,0.02,0.03,0.7888,0.7928\n"
    found = feed(CsvResults, table.format("train_IoU,val_IoU"), path="experiments.csv")
    rows = [each for each in found if isinstance(each, TableRow)]
    assert [[each["mIoU"] for each in row.results if not each.split] for row in rows] == [[0.6966], [0.7928]]
    assert not feed(CsvResults, table.format("iou_threshold,val_acc"), path="experiments.csv")


def test_an_iou_beside_a_dice_is_told_at_each_epoch() -> None:
    table = "epoch,val_dice,val_iou\n1,0.71,0.62\n2,0.74,0.65\n"
    assert [each["mIoU"] for each in evaluations(feed(CsvResults, table, path="log.csv"))] == [0.62, 0.65]


def test_a_word_for_a_result_is_none_and_no_cut_row() -> None:
    table = "timestamp,val_mAP50,val_mAP50_95\n09:07,crash,crash\n09:09,OOM,n/a\n09:25,0.192,0.1154\n"
    found = feed(CsvResults, table, path="experiments.csv")
    assert ([each["AP"] for each in evaluations(found)], issues(found)) == ([0.1154], [])
    assert issues(feed(CsvResults, table.replace("0.192", "0.1x92"), path="experiments.csv"))


def test_the_dice_of_classes_is_a_result_unless_another_column_tells_rows_of_one_class_apart() -> None:
    rows = "Otsu,{0},Cortex,0.79\nOtsu,{0},M1,0.41\nNet,{0},Cortex,0.89\nNet,{0},M1,0.78\n"
    table = "method,subject,label,dice\n" + rows.format(1)
    found = [each for each in feed(CsvResults, table, path="dice.csv") if isinstance(each, Evaluation)]
    assert [(each.weights, each.category, each["Dice"]) for each in found] == [
        ("Otsu", "Cortex", 0.79),
        ("Otsu", "M1", 0.41),
        ("Net", "Cortex", 0.89),
        ("Net", "M1", 0.78),
    ]
    several = feed(CsvResults, table + rows.format(2), path="dice.csv")
    assert (len(several), issues(several)) == (1, [6])


@pytest.mark.parametrize(("column", "is_own"), [("loss", True), ("augmentation type", True), ("source", False)])
def test_what_a_run_took_from_a_paper_makes_its_result_none_of_that(column: str, is_own: bool) -> None:
    found = feed(CsvResults, f"run,{column},mIoU\nbase,paper,0.65\nbig,paper,0.66\n", path="ablation.csv")
    assert [row.is_own for row in found if isinstance(row, TableRow)] == [is_own, is_own]


def test_conditions_that_are_crossed_name_each_row() -> None:
    rows = "clean,0,0.75\nfog,1,0.71\nfog,3,0.63\nsnow,1,0.65\nsnow,3,0.51\n"
    table = "{},severity,map50\n" + rows
    found = [each for each in feed(CsvResults, table.format("corruption"), path="r.csv") if isinstance(each, TableRow)]
    assert [(row.label, row.results[0]["AP50"]) for row in found] == [
        ("clean, severity 0", 0.75),
        ("fog, severity 1", 0.71),
        ("fog, severity 3", 0.63),
        ("snow, severity 1", 0.65),
        ("snow, severity 3", 0.51),
    ]
    for other in (table.format("image"), table.format("video"), table.format("corruption") + "fog,1,0.7\n"):
        assert feed(CsvResults, other, path="r.csv") == []


def _labels(table: str) -> list[str]:
    return [each.label for each in feed(CsvResults, table, path="runs.csv") if isinstance(each, TableRow)]


def test_runs_of_one_name_are_told_apart_by_as_few_words_as_do() -> None:
    head = "family,setting,class_aware_nms_iou,mAP_50_95,AP50,scene\n"
    rows = "raw,base,none,0.28,0.51,day\nraw,base,none,0.18,0.34,night\nconf,low,none,0.27,0.5,day\n"
    assert _labels(head + rows) == ["base, day", "base, night", "low"]
    assert _labels(head + rows + "conf,base,none,0.26,0.5,day\n") == [
        *("base, raw, day", "base, raw, night"),
        *("low", "base, conf, day"),
    ]
    assert _labels(head + rows + rows) == ["base", "base", "low"] * 2


def test_how_long_each_model_was_trained_is_no_step_of_one() -> None:
    table = "model,epochs,split,map50,map50_95,notes\nn,50,test,0.85,0.58,first\ns,50,val,0.87,0.6,of training\n"
    more = f"{table}n,50,test,0.86,0.59,again\n"
    assert (_labels(table), _labels(more)) == (["n", "s"], ["n, first", "s", "n, again"])
    assert told("epochs,map50,map50_95\n1,0.4,0.2\n2,0.5,0.3\n", "runs.csv") == [
        (1, None, "", "", {"AP50": 0.4, "AP": 0.2}),
        (2, None, "", "", {"AP50": 0.5, "AP": 0.3}),
    ]


def test_a_column_tells_the_split_of_each_row() -> None:
    table = "model,split,map50,map50_95\nn,test,0.85,0.58\nn,val,0.87,0.6\ns,test,0.9,0.7\n"
    found = [each for each in feed(CsvResults, table, path="runs.csv") if isinstance(each, TableRow)]
    assert [(row.label, row.results[0].split) for row in found] == [("n", "test"), ("n", ""), ("s", "test")]


def test_an_ap_of_classes_is_known_by_the_row_of_their_mean() -> None:
    table = "Class,gts,recall,ap\nPsylla,96,0.948,0.901\nWasp,25,0.96,0.924\n{},,,0.912\n"
    found = [each for each in feed(CsvResults, table.format("mAP"), path="ap.csv") if isinstance(each, Evaluation)]
    assert [(each.category, each["AP"]) for each in found] == [("Psylla", 0.901), ("Wasp", 0.924), (None, 0.912)]
    assert not feed(CsvResults, table.format("Bee"), path="ap.csv")


@pytest.mark.parametrize(
    ("names", "more", "labels"),
    [
        (("yolov8n", "Faster R-CNN"), "", ["yolov8n", "Faster R-CNN"]),
        (("yolov8n", "unet"), "", []),
        (("yolov8n-cls", "yolov8s-cls"), "", []),
        (("yolov8n", "yolov8s"), ",Accuracy", []),
    ],
)
def test_precision_and_recall_are_a_result_where_each_row_names_a_detector(
    names: tuple[str, str], more: str, labels: list[str]
) -> None:
    rows = "".join(f"{name},0.81,0.72,0.76{',0.9' if more else ''}\n" for name in names)
    assert _labels(f"Model,Precision,Recall,F1{more}\n{rows}") == labels


def test_histories_of_several_runs_in_one_table_are_told_apart() -> None:
    table = "run,epoch,loss,val_map\nfcos,1,1.2,0.12\natss,1,1.3,0.13\nfcos,2,1.1,0.22\natss,2,1.2,0.25\n"
    records = feed(CsvResults, table, path="runs.csv")
    found = [(e.weights, e.epoch, e["AP"]) for e in evaluations(records)]
    assert found == [("fcos", 1, 0.12), ("atss", 1, 0.13), ("fcos", 2, 0.22), ("atss", 2, 0.25)]
    assert not events(records)
    assert not [each for each in records if isinstance(each, Samples)]
    of_one = feed(CsvResults, table.replace("atss,1", "fcos,3").replace("atss,2", "fcos,4"), path="runs.csv")
    assert {each.weights for each in evaluations(of_one)} == {""}
    splits = feed(CsvResults, table.replace("fcos", "val").replace("atss", "test"), path="runs.csv")
    assert {each.weights for each in evaluations(splits)} == {""}
