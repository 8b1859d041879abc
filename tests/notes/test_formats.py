"""Notes in other formats are read as the same note in Markdown is, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.collecting.discover import is_note
from fcosreport.notes import Note, read
from fcosreport.notes.formats import markdown

ORG = """#+TITLE: Diary
* Sweep :lab:
** TODO wider
   SCHEDULED: <2026-01-02 Fri>
   :PROPERTIES:
   :lr: 0.02
   :END:
** DONE plain
- lr = 0.01
#+BEGIN_SRC sh
| no | table |
lr = 7
#+END_SRC
mAP: 0.29
* Table
|-----+------|
| run | mAP  |
|-----+------|
| a1  | 0.31 |
|-----+------|
| a2  | 0.35 |
|-----+------|
"""
RST = """=====
Diary
=====

Wider
-----

:lr: 0.02

mAP: 0.29

.. code-block:: sh

   # Deep
   lr = 7

Simple
------

=====  ======
run    mAP
=====  ======
a1     0.31
a2     0.35
=====  ======

Grid
----

+-----+------+
| run | mAP  |
+=====+======+
| b1  | 0.41 |
+-----+------+
| b2  | 0.42 |
+-----+------+
"""
TXT = "2026-01-03\nlr = 0.01\nmAP: 0.31\n\n2026-01-05 Mon\nlr = 0.02\nmAP: 0.35\n"


def told(found: Note) -> list[tuple[str, int, str, float | None]]:
    return [
        (each.name, each.where.line, each.state, each.evaluations[0]["AP"] if each.evaluations else None)
        for each in found.experiments
    ]


def test_org_headings_keywords_properties_blocks_and_tables() -> None:
    found = read(ORG, "diary.org", [])
    assert told(found) == [
        ("wider", 3, "planned", None),
        ("plain", 8, "finished", 0.29),
        ("a1", 19, "finished", 0.31),
        ("a2", 21, "finished", 0.35),
    ]
    assert [each.value("lr") for each in found.experiments[:2]] == [0.02, 0.01]


def test_restructured_headings_fields_code_and_both_kinds_of_table() -> None:
    found = read(RST, "diary.rst", [])
    assert told(found) == [
        ("Wider", 5, "finished", 0.29),
        ("a1", 23, "finished", 0.31),
        ("a2", 24, "finished", 0.35),
        ("b1", 33, "finished", 0.41),
        ("b2", 35, "finished", 0.42),
    ]
    assert found.experiments[0].value("lr") == 0.02


def test_dated_lines_head_the_entries_of_a_plain_diary() -> None:
    assert told(read(TXT, "notes.txt", [])) == [
        ("2026-01-03", 1, "finished", 0.31),
        ("2026-01-05 Mon", 5, "finished", 0.35),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Install\n=======\n\nRun ``pip install x``::\n\n    lr = 0.1\n",
        ".. option:: lr\n\n   The learning rate, 0.1 if not given.\n",
        "=====  =====\nkey    text\n=====  =====\nlr     rate\n=====  =====\n",
    ],
)
def test_documentation_in_restructured_text_is_no_note(text: str) -> None:
    assert read(text, "index.rst", []).experiments == ()


@pytest.mark.parametrize(
    "name", ["a.md", "a.org", "a.rst", "notes.txt", "my-diary.txt", "2026 lab book.txt", "实验记录.txt"]
)
def test_what_a_person_wrote_is_known_by_its_name(name: str) -> None:
    assert is_note(name)


@pytest.mark.parametrize("name", ["log.txt", "results.txt", "noted.txt", "denotes.txt", "notes.json", "train.log"])
def test_what_a_program_printed_is_no_note(name: str) -> None:
    assert not is_note(name)


@given(st.text(alphabet="=-+|*#: \n.abTODO`_[]<>", max_size=300), st.sampled_from([".org", ".rst", ".txt", ".md"]))
def test_every_line_keeps_its_number(text: str, suffix: str) -> None:
    assert markdown(text, f"a{suffix}").count("\n") == text.count("\n")


LISTED = """YOLOv8 - original data
----------------------

.. list-table:: Performance
   :widths: 25 20 20
   :header-rows: 1

   * - {}
     - mAP50
     - mAP50-95
   * - {}
     - 0.743
     - 0.359
   * - {}
     - 0.815
     - 0.402

.. figure:: curves.png
   :alt: curves

YOLOv8 - augmented
------------------

mAP50 = 0.9
"""


def test_a_table_that_is_a_list_of_lists_has_rows_in_their_lines() -> None:
    found = read(LISTED.format("Model", "v8n", "v8s"), "note.rst", ()).experiments
    assert [(each.name, each.where.line) for each in found[:2]] == [("v8n", 11), ("v8s", 14)]
    text = LISTED.format("Métrique", "Global", "").replace("   * - \n     - 0.815\n     - 0.402\n", "")
    assert [each.name for each in read(text, "note.rst", ()).experiments] == [
        "YOLOv8 - original data",
        "YOLOv8 - augmented",
    ]
