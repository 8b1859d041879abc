"""What looks like a result and was not read is told with its line; what only speaks of metrics is quiet."""

from pathlib import Path

import pytest

from fcosreport.collecting.discover import Discovery
from fcosreport.collecting.workers import fragment_of
from fcosreport.reading.coverage import Doubts
from fcosreport.reading.dialect import Window
from fcosreport.records import Source
from tests.conftest import GOOD, block

RESULTS = [
    "my_ap=0.3 mean_ap=0.31 of all",
    "Mean BBox IoU: 0.8507",
    "Protocol #1 Error (MPJPE): 43.0919 mm",
    "resnet50,h2o,mpjpe.ra,48.304",
    '"lesion0_mean_dice": 0.7312',
    "Epoch 3, Lesion0_Dice: 0.14, Lesion1_Dice: 0.56",
    "Dice score of run a: 0.7312",
    ",Training iterations:, Train error(px), Test error(px),p-cutoff used\n0,20000,2.87,10.49,0.6\n",
    "mAP: 0.5",
    "Average Precision: 0.1234",
    '"coco_ap50": 0.3119,',
    "ap@0.5: 0.41",
    "boxes/average_precision: 0.71",
    "AP (%): 37.42",
    "mAP@0.5:0.95 = .374",
    "mAP@.5:.95: .374",
    "mAP@0.50: 12.41%",
    "    ├── Map@0.50:0.95 = 0.2602",
    "epoch 3 mAP is 0.4127 ...",
    "iou 0.5 mAP is :0.2006",
    "val mAP 0.3712 at step 3",
    "AP of the model on all images: 37.2",
    "mean AP over 80 classes = 0.372",
    "Validation finished. AP 36.9",
    "epoch 1 AP 0.31",
    "car AP 71.2 pedestrian AP 60.1",
    "mAP: -0.5417",
    "---map -0.5417608---",
    "epoch,metrics/OBCmAP.5:.95\n0,0\n1,0.0219",
    " mean average precision (mAP@0.50) = 0.812033, or 81.20 %",
    "mean average precision (mAP@0.50) = 0. 812033, or 81.20 %",
    "'map': tensor(0.3021), 'map_50': tensor(0.5066)",
    '{"epoch": 1.0, "eval_map": 0.2511}',
    "| AP50 | 0.581 |",
    "epoch,train/loss,val/map\n0,2.1,\n0,1.9,0.371",
    "epoch;metrics/mAP50(B)\n1;0,43000",
    "step\tmAP50(B)\n0\t0.55",
    '"Name","lr","val/mAP"\n"a, b","0.01","0.352"',
    "0.374 0.581 0.401 0.213 0.409 0.502 0.311 0.507 0.534 0.342 0.571 0.688",
    "it gives 38.7 AP at last",
    "| run | mAP |\n|---|---|\n| wide | 0.387 |",
]
QUIET = [
    "mean_box_iou_loss: 0.3112",
    "mean_dice_loss: 0.3112, loss_dice: 0.412",
    "dice: 0.3112 of all throws",
    "metric: mpjpe",
    "case,liver_dice\na,0.91",
    "metric: MPJPE, lower is better, MPJPE = 1",
    "Train error(px), Test error(px)\nno row\n",
    "the map: 0.25 degrees",
    "bitmap: 0.55",
    "0 0.41 0.52 0.366 0.553 0.387 0.210 0.402 0.476 0.311 0.487 0.514 0.301 0.558 0.665",  # corners of a polygon
    "the map 0.5417 of the world",
    "Average Precision: 0.1234\nAUC: 0.8812",
    "Test accuracy: 0.91\naverage_precision: 0.8812",
    "Average Precision over all",
    "bitmap50: 0.41",
    "cap_500: 0.41",
    "AP: -1.000",
    "mAP 0.5",
    "AP 0.75",
    "epoch,bitmap\n0,0.0219",
    "mAP_threshold: 0.55",
    "map_per_class: -1",
    "We report AP and mAP in Table 2.",
    "mAP: 12 classes",
    "AP: 192.168.1.12",
    "epoch,train/loss,val/loss\n0,2.1,1.9",
    "name,map,size\nworld,world.png,0.5",
    "0.9 0.1 0.2 0.3 0.1 0.2 0.3 0.1 0.2 0.3 0.1 0.2",
    "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.91 0.92 0.93 0.94",
    "loss: 0.3741 acc: 0.9912",
    "the 5.2 AP of the bus",
    "| run | mAP |\n|---|---|\n| wide | tbd |",
    "Class Images Labels P R mAP@.5 mAP@.5:.95: 100%|██████████| 2/2",
]


def doubt(text: str, name: str = "train.log") -> int | None:
    """The line of the first thing that looks like a result."""
    doubts = Doubts(name)
    doubts.look(Window(f"begin\n{text}\nend\n".encode(), 0, 1))
    return doubts.first.where.line if doubts.first else None


@pytest.mark.parametrize("text", RESULTS)
def test_what_looks_like_a_result_is_told_with_its_line(text: str) -> None:
    assert doubt(text) == 2


@pytest.mark.parametrize("text", QUIET)
def test_what_is_no_result_is_quiet(text: str) -> None:
    assert doubt(text) is None


@pytest.mark.parametrize("name", ["eval.py", "guide.rst", "README.txt", "config.yaml", "CHANGELOG", "page.html"])
def test_source_code_documents_and_configurations_are_not_asked(name: str) -> None:
    assert doubt(RESULTS[0], name) is None


@pytest.mark.parametrize("name", ["train.sh", "job.slurm", "eval.py"])
def test_what_an_evaluation_printed_is_told_where_it_was_pasted_into_a_program(name: str) -> None:
    row = "#  Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = {}"
    copied = "# [02/23 16:49:11 d2.evaluation.testing]: copypaste: {},26.2968,0.2870"
    assert doubt(row.format("0.374"), name) == 2 == doubt(copied.format("6.1692"), name)
    for quiet in (row.format("{:0.3f}"), row.format("0.000"), copied.format("0.0017"), "python eval.py --min-ap=0.374"):
        assert doubt(quiet, name) is None
    assert doubt(row.format("0.374"), "guide.rst") is None


@pytest.mark.parametrize("name", ["slurm-12.out", "log.json.1", "stdout", "a.TXT", "metrics.csv"])
def test_what_programs_write_is_asked(name: str) -> None:
    assert doubt(RESULTS[0], name) == 2


def source(path: Path, content: str | bytes) -> Source:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (found,) = Discovery([path]).files()
    fragment = fragment_of(found)
    assert [issue.message for issue in fragment.issues if "Not understood" in issue.message] == (
        [fragment.source.reason] if fragment.source.state == "not understood" else []
    )
    return fragment.source


def test_every_file_ends_in_one_of_four_states(tmp_path: Path) -> None:
    one = source(tmp_path / "a.log", block(GOOD))
    assert (one.state, one.evaluations, one.reason) == ("read", 1, "")
    assert source(tmp_path / "b.log", "hello\n").state == "nothing in it"
    lost = source(tmp_path / "c.log", "hello\nmean_ap=0.31 of my own\n")
    assert (lost.state, lost.evaluations) == ("not understood", 0)
    assert "mean_ap=0.31 of my own" in lost.reason
    assert source(tmp_path / "d.log", bytes(range(256)) * 40).state == "not read"
    assert source(tmp_path / "e.md", "# Run\n- lr: 0.01\n").settings == 1


def test_a_result_that_was_read_leaves_no_doubt_before_or_after_it(tmp_path: Path) -> None:
    more = "mean_ap=0.31\n"
    assert source(tmp_path / "a.log", more + block(GOOD) + more).state == "read"


CLASSIFIER = "2024-01-01 10:00:00,000 - mmengine - INFO - Epoch(val) [1][8/8]    accuracy/top1: 77.3782  time: 0.01\n"
TRAINED = "2024-01-01 09:59:00,000 - mmengine - INFO - Epoch(train)  [1][8/8]  lr: 1.0000e-02  loss: 1.2345\n"


@pytest.mark.parametrize("result", [CLASSIFIER, "    classes   top1_acc   top5_acc: 100%\n    all   0.722   0.927\n"])
def test_the_training_of_a_classifier_is_no_run_and_is_told_so(tmp_path: Path, result: str) -> None:
    found = source(tmp_path / "a.log", TRAINED + result)
    assert (found.state, found.reason.split(",")[0]) == ("nothing in it", "the training of a classifier")
    (file,) = Discovery([tmp_path / "a.log"]).files()
    assert fragment_of(file).segments == ()


@pytest.mark.parametrize("text", [TRAINED, TRAINED + CLASSIFIER + block(GOOD), f"{TRAINED}train accuracy: 77.3\n"])
def test_what_trains_or_tests_a_detector_stays_a_run(tmp_path: Path, text: str) -> None:
    assert source(tmp_path / "a.log", text).state == "read"


def test_the_best_of_a_training_that_ended_before_its_first_evaluation_is_no_result(tmp_path: Path) -> None:
    assert (
        source(tmp_path / "a.log", "Training of experiment is done and the best AP is 0.00\n").state == "nothing in it"
    )
    assert source(tmp_path / "b.log", "my run is done and the best AP is 0.31\n").state == "not understood"


def noted(folder: Path, text: str) -> Source:
    return source(folder / "note.md", f"# Widgets\n\n{text}\n")


def test_a_note_whose_result_no_reader_took_says_so(tmp_path: Path) -> None:
    told = noted(tmp_path, 'What came out: "widget_mAP": 0.4123')
    assert (told.state, told.kind) == ("not understood", "note")
    assert "widget_mAP" in told.reason


@pytest.mark.parametrize(
    "text",
    [
        "Results showed mAP50 scores of 0.902 (YOLOv8) and 0.920 (Mask R-CNN).\n",
        "## Usage\n\n| Model | mAP50 |\n|--|--|\n| YOLOv8n | 0.84 |\n",
        "# Abstract\n\nIt outperforms existing models:\n- **mAP50**: 97.20% (set one), 96.1% (set two)\n",
    ],
)
def test_numbers_in_a_note_that_make_no_experiment_are_told(tmp_path: Path, text: str) -> None:
    assert noted(tmp_path, f"# Weeds\n\n{text}").state == "not understood"


def test_a_note_of_whose_results_some_were_read_leaves_no_doubt(tmp_path: Path) -> None:
    told = noted(tmp_path, '- **mAP50**: 0.412\n\nWhat came out: "widget_mAP": 0.4123')
    assert (told.state, told.evaluations) == ("read", 1)


@pytest.mark.parametrize(
    "text", ["The AP of a detector is the area below its curve.", "- [ ] train it with lr 0.01", ""]
)
def test_a_note_that_only_speaks_of_metrics_is_quiet(tmp_path: Path, text: str) -> None:
    assert noted(tmp_path, text).state in ("nothing in it", "read")


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("run,precision,recall,f1", 1),
        ("iou_threshold;TP;FP;FN;Precision;Recall", 1),
        ("run,accuracy,precision,recall", None),
        ("label,precision,recall,f1-score,support", None),
        ("run,recall,loss", None),
    ],
)
def test_a_short_table_of_precision_and_recall_is_told_unless_it_is_of_another_trade(
    heading: str, line: int | None
) -> None:
    part = ";" if ";" in heading else ","
    row = part.join(["0.7312"] * (heading.count(part) + 1))
    for rows, told in ((3, line), (90, None)):
        doubts = Doubts("runs.csv")
        doubts.look(Window(f"{heading}\n{f'{row}{chr(10)}' * rows}".encode(), 0, 1))
        assert (doubts.first.where.line if doubts.first else None) == told
    doubts = Doubts("runs.log")
    doubts.look(Window(f"{heading}\n{row}\n".encode(), 0, 1))
    assert doubts.first is None
