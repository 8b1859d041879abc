"""Guides and surveys are full of numbers that nobody's run gave; a report that mentions a guide is none."""

import pytest

from fcosreport.notes import Note
from tests.notes.test_experiments import note
from tests.notes.test_rows import told

STEPS = "## Step 4: evaluate\n- lr: 0.01\n- mAP50: 0.42\n\n| Model | mAP |\n|--|--|\n| v8n | 0.65 |\n| v8s | 0.70 |\n"


def said(found: Note) -> list[str]:
    return [each.message for each in found.issues]


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Training Guide", "docs/train.md"),
        ("Tuning", "docs/HYPERPARAMETER_TUNING_GUIDE.md"),
        ("YOLOv8 训练教程", "note.md"),
        ("学習ガイド", "note.md"),
        ("Test-time augmentation", "docs/tutorials/tta.md"),
        ("학습 튜토리얼", "note.md"),
    ],
)
def test_the_numbers_of_a_guide_are_examples_and_that_is_said(title: str, path: str) -> None:
    found = note(f"# {title}\n\n{STEPS}", path)
    assert told(found) == []
    assert said(found) == [
        "This is a guide or a plan of work: its settings and results are taken as examples, and are no runs."
    ]


WORK = "## Task 2: smoke test\n- [ ] **Step 1: Run it**\n\nstatus: failed\nlog: runs/a/log.txt\n"


@pytest.mark.parametrize("title", ["Benchmark Implementation Plan", "Scoring: design document", "标注工具 设计方案"])
def test_a_plan_of_work_tells_what_a_program_is_to_print(title: str) -> None:
    assert told(note(f"# {title}\n\n{STEPS}")) == told(note(f"# {title}\n\n{WORK}")) == []
    assert len(told(note(f"# Implementing the plan\n\n{STEPS}"))) == 2
    assert said(note(f"# {title}\n\n## To do\n- [ ] train FCOS\n")) == []


def test_a_guide_may_say_so_in_its_first_words() -> None:
    assert told(note(f"# Fine-tuning on our cluster\n\nComplete guide for fine-tuning detectors.\n\n{STEPS}")) == []
    assert len(told(note(f"# Fine-tuning on our cluster\n\nWe followed a guide.\n\n{STEPS}"))) == 2


def test_a_readme_and_a_report_are_more_than_their_titles() -> None:
    assert len(told(note(f"# Guide dogs, detected\n\n{STEPS}", "README.md"))) == 2
    assert len(told(note(f"# Guided anchoring, run 3\n\n{STEPS}"))) == 2
    assert said(note("# Training Guide\n\nRead the manual.\n")) == []


@pytest.mark.parametrize(
    "title",
    ["Expected improvement", "Expected Training Progression", "Example training run", "Symptom", "Decision tree"],
)
def test_what_is_expected_or_shown_is_no_run(title: str) -> None:
    assert told(note(f"# Config\n\n## {title}\n- lr: 0.01\n- mAP50: 0.42\n")) == []


def test_what_was_expected_and_came_is_a_run() -> None:
    assert len(told(note("# Config\n\n## Expected vs actual\n- lr: 0.01\n- mAP50: 0.42\n"))) == 1


def test_what_would_be_is_no_result() -> None:
    assert told(note("# Config\n- lr: 0.01\n- If mAP50 = 0.2 due to overfitting\n")) != [("Config", "finished", None)]
    (made,) = note("# Output\n- `mAP@0.5`: Mean average precision at 0.5 IoU\n- batch: 8\n").experiments
    assert not made.evaluations


SURVEY = """# Detectors

### R-CNN
- **Paper:** [R-CNN](https://arxiv.org/abs/1311.0000)
- **Backbone:** VGG-16
- **mAP:** 66.0 on VOC(2007)

### SSD
- {}
- **Backbone:** VGG-16
- **mAP:** 74.3 on VOC(2007)
"""


def test_sections_that_link_their_papers_are_of_these() -> None:
    assert told(note(SURVEY.format("**Paper:** [SSD](https://arxiv.org/abs/1512.0000)"))) == []
    assert len(told(note(SURVEY.format("**Paper:** read it, and trained it here")))) == 2


@pytest.mark.parametrize("head", ["Loại rác", "Klasse", "Kelas", "Categoría", "Classe"])
def test_classes_in_other_languages_are_no_runs(head: str) -> None:
    rows = "| 92.3% | 90.2% |\n| glass | 81.2% | 79.0% |\n"
    assert told(note(f"# A\n\n| {head} | Precision | mAP@50 |\n|--|--|--|\n| paper {rows}")) == []


def test_models_to_choose_from_are_of_others() -> None:
    table = "| Model | Size | mAP |\n|--|--|--|\n| v8n | 6MB | 0.65 |\n| v8s | 22MB | 0.70 |\n"
    assert told(note(f"# Tool\n\n## Model Variants\n\n{table}")) == []
    assert len(told(note(f"# Tool\n\n## Comparison\n\n{table}"))) == 2


def test_what_a_table_of_one_run_says_else_does_not_name_it() -> None:
    rows = "| mAP@0.5 | 97.6% |\n| Recall | 93.0% |\n| Batches | 25/25 completed |\n| Inference Time | ~100ms |\n"
    text = f"# Card\n\n| Metric | Value |\n|--|--|\n{rows}"
    assert [name for name, _, _ in told(note(text))] == ["Card"]


PAPER = (
    "# {}\n\n## 实验\n\n| Method | Epochs | AP |\n|--|--|--|\n| DETR | 500 | 42.0 |\n| Deformable DETR | 50 | 43.8 |\n"
)


@pytest.mark.parametrize(
    "title", ["Deformable DETR 论文笔记", "Paper review: Sparse R-CNN", "論文まとめ", "논문 리뷰: DETR"]
)
def test_a_note_that_is_titled_as_one_on_a_paper_tells_of_no_runs(title: str) -> None:
    assert told(note(PAPER.format(title))) == []


def test_a_paper_that_was_reproduced_is_a_run() -> None:
    assert len(told(note(PAPER.format("Deformable DETR 论文复现")))) == 2


def test_below_a_heading_of_the_state_of_the_art_the_own_row_is_a_run() -> None:
    text = "# Potholes\n\n## Comparison with SOTA\n\n| Model | mAP50 |\n|--|--|\n| YOLOv5s | 0.712 |\n| {} | 0.768 |\n"
    assert [name for name, _, _ in told(note(text.format("Ours")))] == ["Ours"]
    assert told(note(text.format("YOLOv8n"))) == []
    assert told(note(text.format("Ours (official)"))) == []
