"""What programs printed into a terminal, and somebody pasted into a note, is read as in a log."""

from pathlib import Path

import pytest

from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import fragment_of
from fcosreport.records import Evaluation, Fragment

CLASSES = "AP for cat = 0.4102\nAP for dog = 0.3898\nMean AP = 0.4000\n"
TABLE = "+-------+-------+-------+\n|  mAP  | mAP50 | mAP75 |\n+-------+-------+-------+\n| 0.311 | 0.502 | 0.333 |\n"


def read(tmp_path: Path, text: str) -> Fragment:
    note = tmp_path / "note.md"
    note.write_text(text)
    return fragment_of(Found(str(note), str(note), "note.md", "note", len(text), 0))


def results(fragment: Fragment) -> list[Evaluation]:
    return [each for one in fragment.experiments for each in one.evaluations if each.category is None]


def test_a_listing_of_classes_is_the_result_of_the_section_it_stands_in(tmp_path: Path) -> None:
    other = CLASSES.replace("0.4000", "0.5000")
    text = f"# VGG16, lr 1e-3\n\n```\n{CLASSES}```\n\n# ResNet50, lr 1e-3\n\n```\n{other}```\n"
    first, second = read(tmp_path, text).experiments
    assert [each["AP50"] for each in results(read(tmp_path, text))] == [0.4, 0.5]
    assert [each.evaluations[-1].where.line for each in (first, second)] == [6, 14]
    assert {each.origin for each in (*first.evaluations, *second.evaluations)} == {"note"}


@pytest.mark.parametrize("told", [f"~~~text\n{TABLE}~~~\n", f"```\n{TABLE}```\n"])
def test_a_table_that_a_program_printed_is_a_result(tmp_path: Path, told: str) -> None:
    (result,) = results(read(tmp_path, f"# run 1\n\nlr = 0.01\n\n{told}"))
    assert (result["AP"], result["AP50"], result["AP75"]) == (0.311, 0.502, 0.333)


def test_indented_code_counts_as_well(tmp_path: Path) -> None:
    (result,) = results(read(tmp_path, "# run 1\n\nResult:\n\n    mAP: 0.2647\n    NDS: 0.2667\n"))
    assert (result["AP"], result["NDS"]) == (0.2647, 0.2667)


@pytest.mark.parametrize("language", ["python", "bash", "yaml", "py", "sh", "{.python}"])
def test_a_program_is_no_result(tmp_path: Path, language: str) -> None:
    assert not results(read(tmp_path, f"# usage\n\n```{language}\nmAP: 0.3706\n{CLASSES}```\n"))


def test_what_a_reader_took_is_not_read_again(tmp_path: Path) -> None:
    block = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.311\n"
    found = results(read(tmp_path, f"# run 1\n\nlr 0.1\n\n```\n{block}mAP: 0.311\n```\n"))
    assert len(found) == 1


def test_each_piece_of_code_is_read_by_itself(tmp_path: Path) -> None:
    text = "# run 1\n\nlr 0.1\n\n```\nmAP: 0.35\n```\n\n# run 2\n\n```\nval mAP 0.36\n```\n"
    first, second = read(tmp_path, text).experiments
    assert [each["AP"] for each in first.evaluations] == [0.35]
    assert [each["AP"] for each in second.evaluations] == [0.36]


TRACKED = """\
====== AVERAGE ======
         idf1       idp  ...       mota  num_objects
uav-1  0.7423  0.594923  ...   0.327300       5414.0
AVG    0.4217  0.324241  ...  -0.335130       3238.0

---

Summary: IDF1=42.17%
"""


def test_a_summary_below_a_pasted_table_tells_its_numbers_again(tmp_path: Path) -> None:
    (result,) = results(read(tmp_path, f"# tracker a\n\n{TRACKED}"))
    assert (result["IDF1"], result["MOTA"]) == (0.4217, -0.33513)


def test_another_number_below_a_rule_is_of_another_run(tmp_path: Path) -> None:
    found = results(read(tmp_path, f"# tracker a\n\n{TRACKED.replace('42.17%', '55.20%')}"))
    assert [each["IDF1"] for each in found] == [0.4217, 0.552]


@pytest.mark.parametrize("said", ["You will get the results:", "The output should look like", "会得到如下结果："])
def test_what_a_program_would_print_is_no_result(tmp_path: Path, said: str) -> None:
    block = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.530\n"
    assert not results(read(tmp_path, f"# A\n\n{said}\n\n```\n{block}```\n"))
    assert results(read(tmp_path, f"# A\n\nThe results of our run:\n\n```\n{block}```\n"))


HEAD = "                 Class     Images  Instances          P          R      mAP50   mAP50-95: 100%\n"
TRAINED = f"""50 epochs completed in 1.2 hours.
{HEAD}                   all       4952      12032      0.794      0.763      0.819      0.569
Results saved to runs/train/exp7
"""
TESTED = f"""val: data=voc.yaml, weights=['{{}}/weights/best.pt'], batch_size=32, imgsz=640, conf_thres=0.001
{HEAD}                   all       4952      12032      0.801      0.752      0.821      0.573
Results saved to runs/val/exp2
"""


def test_a_test_of_the_weights_of_the_run_above_is_no_run(tmp_path: Path) -> None:
    text = f"# YOLOv5s\n\n```\n{TRAINED}```\n\n```\n{TESTED}```\n"
    (made,) = read(tmp_path, text.format("runs/train/exp7")).experiments
    assert (made.name, [each["AP50"] for each in made.evaluations]) == ("exp7", [0.819, 0.821])
    other = read(tmp_path, text.format("runs/train/exp6")).experiments
    assert [each.name for each in other] == ["exp7", "exp2"]


MODELS = {
    "over lines": '{\n  "wide": {\n    "mAP": 0.412,\n    "mAP_50": 0.633\n  },\n  "deep": {\n    "mAP": 0.385\n  }\n}',
    "a line each": '{\n  "wide": {"mAP": 0.412, "mAP_50": 0.633},\n  "deep": {"mAP": 0.385}\n}',
    "in one line": "{'wide': {'mAP': 0.412, 'mAP_50': 0.633}, 'deep': {'mAP': 0.385}}",
    "below a key": '{\n  "nets": {\n    "wide": {"mAP": 0.412, "mAP_50": 0.633},\n    "deep": {"mAP": 0.385}\n  }\n}',
}


@pytest.mark.parametrize("printed", MODELS.values(), ids=MODELS)
def test_each_model_that_a_pasted_object_names_is_a_run(tmp_path: Path, printed: str) -> None:
    found = read(tmp_path, f"# Two nets\n\nAt the end of both:\n\n```json\n{printed}\n```\n").experiments
    assert [(each.name, [e["AP"] for e in each.evaluations]) for each in found] == [
        ("wide", [0.412]),
        ("deep", [0.385]),
    ]


@pytest.mark.parametrize(
    "printed",
    [
        '{\n  "metrics": {\n    "mAP": 0.412,\n    "mAP_50": 0.633\n  }\n}\n',
        '{\n  "wide": {"mAP": 0.412, "mAP_50": 0.633}\n}\n',
        '{\n  "other": {\n    "mAP": 0.412,\n    "mAP_50": 0.633\n  },\n',  # cut off
        '{"checkpoint": "last.pth", "mAP": 0.412}\n\n{"checkpoint": "best.pth", "mAP": 0.413}\n',
    ],
)
def test_what_a_pasted_object_names_of_one_run_parts_none(tmp_path: Path, printed: str) -> None:
    (run,) = read(tmp_path, f"# wide net\n\n```json\n{printed}```\n").experiments
    assert (run.name, run.evaluations[0]["AP"]) == ("wide net", 0.412)


@pytest.mark.parametrize("title", ["## Results", "## Wide net on val"])
@pytest.mark.parametrize(("first", "second"), [("plain", "with focal loss"), ("plain:", "with focal loss:")])
def test_each_of_two_printed_results_is_of_the_line_right_above_it(
    tmp_path: Path, title: str, first: str, second: str
) -> None:
    text = f"{title}\n\n{first}\n\n```\n{TABLE}```\n\n{second}\n\n```\n{TABLE.replace('0.311', '0.322')}```\n"
    found = read(tmp_path, text).experiments
    assert [each.name.partition(" (")[2] for each in found] == ["plain)", "with focal loss)"]


def test_a_sentence_between_two_printed_results_parts_none(tmp_path: Path) -> None:
    said = "This time the whole set of images was evaluated, and not only those that have boxes."
    text = f"## Results\n\n```\n{TABLE}```\n\n{said}\n\n```\n{TABLE.replace('0.311', '0.322')}```\n"
    assert len(read(tmp_path, text).experiments) == 1
