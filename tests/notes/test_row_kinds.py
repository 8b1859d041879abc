"""Which rows are experiments: cut tables, rows of images, of speed, of progress, plans, and what sums up sections."""

import pytest

from tests.notes.test_experiments import note, values
from tests.notes.test_rows import told


def test_rows_behind_an_empty_line_belong_to_the_table_above() -> None:
    text = "| run | mAP |\n|--|--|\n| a1 | 0.31 |\n\n| a2 | 0.33 |\n| a3 | 0.35 |\n\n| other | width | here |\n"
    assert told(note(text)) == [("a1", "finished", 0.31), ("a2", "finished", 0.33), ("a3", "finished", 0.35)]


def test_a_row_behind_a_paragraph_belongs_to_no_table() -> None:
    text = "| run | mAP |\n|--|--|\n| a1 | 0.31 |\n\nAnd then\n\n| a2 | 0.33 |\n"
    assert told(note(text)) == [("a1", "finished", 0.31)]


def test_rows_of_single_images_are_no_experiments() -> None:
    text = "## The best run\n| Set | Image | mAP50 |\n|--|--|--|\n| val | 17 | 0.61 |\n| val | 40 | 0.55 |\n"
    assert told(note(text)) == []


def test_beside_a_name_a_column_image_is_the_size() -> None:
    text = "| Model | Image | mAP |\n|--|--|--|\n| a1 | 640 | 0.31 |\n| a2 | 1280 | 0.36 |\n"
    assert [name for name, _, _ in told(note(text))] == ["a1", "a2"]


def test_a_row_of_which_only_the_speed_was_measured_is_no_plan() -> None:
    text = "| Model | mAP | FPS |\n|--|--|--|\n| a1 | 0.31 | 40 |\n| a1-int8 | | 90 |\n| a2 | | |\n"
    assert told(note(text)) == [("a1", "finished", 0.31), ("a1-int8", "noted", None), ("a2", "planned", None)]


def test_the_progress_of_a_run_is_that_of_its_section() -> None:
    text = (
        "## Run 7\n### Config\n- lr = 0.01\n### Training progress\n"
        "| Epoch | Val mAP | Notes |\n|--|--|--|\n| 10 | 0.21 | climbing |\n| 20 | 0.28 | best |\n"
    )
    (run,) = note(text).experiments
    assert run.name == "Run 7"
    assert [each.epoch for each in run.evaluations] == [10, 20]
    assert values(run)["lr"] == 0.01


def test_a_remark_names_a_row_that_has_no_other_name() -> None:
    text = "| lr | mAP | notes |\n|--|--|--|\n| 0.01 | 0.31 | warmup |\n| 0.02 | 0.30 | none |\n"
    assert [name for name, _, _ in told(note(text))] == ["warmup", "none"]


@pytest.mark.parametrize("waiting", ["TBD", "pending training run", "待跑"])
def test_a_table_whose_results_are_all_awaited_is_a_plan(waiting: str) -> None:
    text = f"| ID | change | mAP |\n|--|--|--|\n| G0 | default | {waiting} |\n| G1 | focal | {waiting} |\n"
    assert told(note(text)) == [("G0", "planned", None), ("G1", "planned", None)]


@pytest.mark.parametrize("blank", ["", "-", "0.XX", "x.x"])
def test_a_form_to_be_filled_in_is_no_plan(blank: str) -> None:
    assert (
        told(note(f"| ID | change | mAP |\n|--|--|--|\n| G0 | default | {blank} |\n| G1 | focal | {blank} |\n")) == []
    )


def test_a_row_with_the_number_of_a_section_sums_it_up() -> None:
    text = (
        "| Experiment | Val IoU |\n|--|--|\n| EXP-1 | 41.0% |\n| EXP-2 | 43.5% |\n"
        "## Experiment 1: plain\n- lr = 0.1\n- Final Val IoU: 0.4102\n## Experiment 2: deeper\n- lr = 0.2\n"
    )
    found = note(text).experiments
    assert [(each.name, each.state) for each in found] == [
        ("Experiment 1: plain", "finished"),
        ("Experiment 2: deeper", "finished"),
    ]
    assert [each.evaluations[0]["mIoU"] for each in found] == [0.4102, 0.435]


def test_a_plain_number_of_a_row_may_count_anything() -> None:
    text = "| no | mAP |\n|--|--|\n| 1 | 0.31 |\n\n## 1. Warm up\n- lr = 0.1\n- mAP: 0.25\n"
    assert [each.name for each in note(text).experiments] == ["1", "1. Warm up"]


def test_a_status_in_bold_letters_is_a_status() -> None:
    text = "# Tries\n## a\n- lr = 0.1\n- mAP: 0.3\n## b\n- **Status:** Running\n## c\n- **Status:** Pending (memory)\n"
    assert [each.state for each in note(text).experiments] == ["finished", "running", "planned"]


def test_rows_of_two_tables_may_have_the_same_number_and_a_baseline_is_shown_again() -> None:
    text = (
        "## One\n| neck | mAP | remarks |\n|--|--|--|\n| plain | 37.5 | baseline |\n| wide | 38.1 | |\n\n"
        "## Two\n| act | mAP | remarks |\n|--|--|--|\n| relu | 37.5 | baseline |\n| mish | 38.1 | |\n"
    )
    assert [name for name, _, _ in told(note(text))] == ["plain", "wide", "mish"]


def test_a_record_of_experiments_tells_in_words_what_came_out() -> None:
    text = (
        "| date | experiment | changed | result |\n|--|--|--|--|\n| 2026-01-02 | plain | | better than before |\n"
        "| 2026-01-03 | wide | | loss is NaN |\n| 2026-01-04 | deep | | |\n"
    )
    assert [(name, state) for name, state, _ in told(note(text))] == [
        ("plain", "finished"),
        ("wide", "failed"),
        ("deep", "planned"),
    ]


@pytest.mark.parametrize(
    "headers", ["date | change | author", "experiment | question | result", "date | paper | result"]
)
def test_a_table_of_other_things_is_no_record_of_experiments(headers: str) -> None:
    assert told(note(f"| {headers} |\n|--|--|--|\n| 2026-01-02 | faster loading | good |\n")) == []
