"""Comments of a note that ignore a rule: for which lines they hold, and which are none."""

import pytest

from fcosreport.notes import read

NOTE = "notes/sweep.md"
COMMENTS = """\
<!-- fcosreport: ignore=FR201 the whole note -->
# Sweep
<!--fcosreport:ignore=FR401, FR402 one
checkpoint -->
Write `<!-- fcosreport: ignore=FR101 code -->`, or

```
<!-- fcosreport: ignore=FR102 code, too -->
```
## Part
- lr = 1e-3 <!-- fcosreport: ignore=FR103: in a list -->
# Next
<!-- fcosreport:begin experiments -->
<!-- fcosreport: ignore=FR104 -->
<!-- fcosreport: ignore FR105 -->
<!-- ignore=FR106 another tool's -->
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comments_of_a_note_hold_for_their_section(end: str) -> None:
    note = read(COMMENTS.replace("\n", end), NOTE, ())
    assert [(each.code, each.reason, each.where.line, each.first, each.last) for each in note.ignores] == [
        ("FR201", "the whole note", 1, 1, 17),
        ("FR401", "one checkpoint", 3, 2, 11),
        ("FR402", "one checkpoint", 3, 2, 11),
        ("FR103", "in a list", 11, 10, 11),
        ("FR104", "", 14, 12, 17),
    ]
    assert [(each.where.line, "ignore=CODE reason" in each.message) for each in note.issues] == [(15, True)]


@pytest.mark.parametrize("text", ["<!-- fcosreport: ignore=FR101" * 30_000, "<!--" * 99_999, "`" * 99_999 + "<!-- -->"])
def test_a_comment_that_never_ends_is_no_comment(text: str) -> None:
    assert read(text, NOTE, ()).ignores == ()
