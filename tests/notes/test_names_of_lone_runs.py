"""What the only run of a note is called, and where its result is looked for."""

import pytest

from fcosreport.notes import read
from fcosreport.notes.note import Note
from tests.notes.test_experiments import note

LIST = "- mAP50: 0.84\n- mAP50-95: 0.69\n"


def names(found: Note) -> list[tuple[str, float | None]]:
    return [(each.name, each.evaluations[0]["AP50"]) for each in found.experiments]


@pytest.mark.parametrize("heading", ["Model architecture", "Resultados (conjunto de prueba)", "Competition results"])
def test_a_part_of_the_note_on_one_run_does_not_name_it(heading: str) -> None:
    assert names(note(f"# Traffic signs with YOLO\n\n## {heading}\n\n- Epochs: 100\n\n{LIST}")) == [
        ("Traffic signs with YOLO", 0.84)
    ]


def test_a_heading_of_its_own_kind_names_it() -> None:
    assert names(note(f"# Traffic signs\n\n## YOLOv8s architecture B\n\n- Epochs: 100\n\n{LIST}")) == [
        ("YOLOv8s architecture B", 0.84)
    ]


def test_a_bold_line_that_is_the_result_does_not_name_its_run() -> None:
    assert names(note("# Soup cans\n\n**36th place**\n\n**mAP@50: 0.84**\n")) == [("Soup cans", 0.84)]


def test_a_title_above_sections_of_its_own_level_names_their_run() -> None:
    text = f"# Ships in radar\n\n# Model\nYOLOv8 it is.\n\n# Results\n\n{LIST}"
    assert names(note(text)) == [("Ships in radar", 0.84)]
    assert [each.name for each in read(text.partition("\n\n")[2], "ships.md", ()).experiments] == ["ships"]


def test_a_dash_may_part_a_metric_from_its_number_but_not_make_a_difference_of_it() -> None:
    assert names(note("# Tumors\n\nYOLOv8 has achieved:\n* mAP50 - 0.84\n* mAP50-95 - 0.69\n")) == [("Tumors", 0.84)]
    assert names(note("# Tumors\n\n* mAP50 -0.84 against the last\n")) == []


def test_accuracy_may_say_in_brackets_which_metric_it_is() -> None:
    assert names(note("# Tumors\n\nAccuracy (mAP@50): 0.84\n")) == [("Tumors", 0.84)]
    assert names(note("# Tumors\n\nAccuracy (top-1): 0.84\n")) == []


TABLE = "| Model | mAP@50 |\n|--|--|\n| YOLOv8n | 0.84 |\n| YOLO11n | 0.86 |\n"
RUNS = [("YOLOv8n", 0.84), ("YOLO11n", 0.86)]


@pytest.mark.parametrize(
    "heading", ["Introduction & Methods", "Background and experiments", "License-Plate Detection", "License plates"]
)
def test_where_methods_are_told_the_table_is_of_the_authors_runs(heading: str) -> None:
    assert names(note(f"# Fish\n\n## {heading}\n\n{TABLE}")) == RUNS


@pytest.mark.parametrize("heading", ["Introduction", "License"])
def test_in_an_introduction_it_is_of_none(heading: str) -> None:
    assert names(note(f"# Fish\n\n## {heading}\n\n{TABLE}")) == []


def test_a_table_that_is_announced_as_one_of_pretrained_models_is_published() -> None:
    found = note(f"# Detectors\n\nThe table below contains models with pretrained weights.\n\n{TABLE}")
    assert (found.experiments, [row.is_own for row in found.tables]) == ((), [False, False])
    assert names(note(f"# Detectors\n\nWe trained them from pretrained weights.\n\n{TABLE}")) == RUNS


def test_the_row_of_all_classes_is_of_the_section_however_many_boxes_it_counts() -> None:
    rows = "| Class | Instances | mAP50 |\n|--|--|--|\n| All | 2,315 | 0.84 |\n| Fire | 1,291 | 0.9 |\n"
    for heading in ("Performance by class", "Results"):
        assert names(note(f"# Fires\n\n## {heading}\n\n{rows}")) == [("Fires", 0.84)]
    assert names(note(f"# Fires\n\n## Performance by class\n\n{rows.replace('All', 'Smoke')}")) == []
