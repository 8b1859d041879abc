"""Tables that are no Markdown: set with blanks, tabs, commas, or pipes alone."""

import pytest

from tests.notes.test_experiments import note
from tests.notes.test_rows import told

SET = """
Name           mAP@0.5    mAP@0.5:0.95    time
-----------------------------------------------
tiny           0.784      0.402           3 h
tiny, 1280     0.811                      9 h
wide           0.842      0.475
"""
OF_TWO = [("tiny", "finished", 0.402), ("wide", "finished", 0.475)]


def test_columns_set_with_blanks_are_a_table_whose_cells_may_be_missing() -> None:
    found = note(SET)
    assert told(found) == [OF_TWO[0], ("tiny, 1280", "finished", None), OF_TWO[1]]
    assert [each.evaluations[0]["AP50"] for each in found.experiments] == [0.784, 0.811, 0.842]
    assert [each.where.line for each in found.experiments] == [4, 5, 6]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2028", "\x1c"])
def test_one_blank_of_any_kind_is_within_a_cell(blank: str) -> None:
    assert len(note(SET.replace("tiny, 1280", f"tiny,{blank}1280")).experiments) == 3


@pytest.mark.parametrize(
    "text",
    [
        "run\tlr\tmAP\ntiny\t0.01\t0.402\nwide\t\t0.475\n",
        "run,lr,mAP\ntiny,0.01,0.402\nwide,,0.475\n",
        "run lr mAP\ntiny 0.01 0.402\nwide 0.02 0.475\n",
        "run | lr | mAP\ntiny | 0.01 | 0.402\nwide | | 0.475\n",
        "| run | lr | mAP |\n|--|--|\n| tiny | 0.01 | 0.402 |\n| wide | 0.475 |\n".replace("| 0.475", "| | 0.475"),
        "```\nrun    lr      mAP\ntiny   0.01    0.402\nwide   0.02    0.475\n```\n",
    ],
    ids=["tabs", "commas", "single blanks", "pipes", "a rule that is too short", "code"],
)
def test_other_marks_part_columns_as_well(text: str) -> None:
    found = note(f"# Runs\n\n{text}")
    assert told(found) == OF_TWO
    assert found.experiments[0].value("lr") == 0.01


@pytest.mark.parametrize(
    "text",
    [
        "We report mAP, recall and speed\nof 3 models, 4 seeds and 5 machines\n",
        "The mAP of the run\nis good of it 5\n",
        "run lr mAP\ntiny 0.01 0.402\n",
        "```\nrun | lr | mAP\n--- | --- | ---\ntiny | 0.01 | 0.402\n```\n",
        "```python\nrun    lr      mAP\ntiny   0.01    0.402\n```\n",
        "Class    Images    mAP50\nperson   12        0.402\ndog      13        0.302\n",
    ],
    ids=["a sentence", "words", "one row of single blanks", "an example in code", "a program", "classes"],
)
def test_what_is_no_table_gives_nothing(text: str) -> None:
    assert told(note(f"# Runs\n\n{text}")) == []
