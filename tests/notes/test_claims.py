"""What a note claims in words is read as a claim, or is none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fcosreport
from fcosreport.notes.markup import Line, parse
from fcosreport.notes.remarks import claims
from fcosreport.records import Claim

NOTE = """# Learning rates
## lr 1e-4
- lr = 1e-4
- bs = 4

```
 Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.172
 Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] = 0.327
```
## lr 1e-3
- lr = 1e-3
- bs = 4

```
 Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.292
 Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] = 0.470
```

# What follows
"""


def claim(text: str) -> Claim | None:
    return next(claims([Line(1, "text", text)], "note.md"), None)


@pytest.mark.parametrize(
    ("text", "subject", "other", "gain"),
    [
        ("5e-3 is best.", "5e-3", "", None),
        ("Conclusion: with **lr 5e-3** is still the best!", "lr 5e-3", "", None),
        ("best lr is 1e-3", "1e-3", "", None),
        ("lr 5e-3 的效果最好", "lr 5e-3", "", None),
        ("最好的是5e-3", "5e-3", "", None),
        ("GN is clearly better than FrozenBN, as the paper's table has it", None, "", None),
        ("GN is clearly better than FrozenBN, and slower it is not", None, "", None),
        ("GN is clearly better than FrozenBN; that is all", "GN", "FrozenBN", None),
        ("GN beats BN", "GN", "BN", None),
        ("GN 比 BN 好", "GN", "BN", None),
        ("GN gives +0.5 AP over BN", "GN", "BN", 0.5),
        ("GN improves on BN by 1.2 points", "GN", "BN", 1.2),
        ("GN比BN高0.5个点", "GN", "BN", 0.5),
        ("Is 5e-3 best?", None, "", None),
        ("5e-3 may be best", None, "", None),
        ("5e-3 is not the best", None, "", None),
        ("the best checkpoint is epoch 12", None, "", None),
        ("FCOS is better in speed than ATSS", None, "", None),
        ("we save the best model", None, "", None),
    ],
)
def test_a_claim_is_read_and_what_is_hedged_or_of_something_else_is_none(
    text: str, subject: str | None, other: str, gain: float | None
) -> None:
    found = claim(text)
    assert (found and (found.subject, found.other, found.gain)) == (subject and (subject, other, gain))


def test_metric_and_task_are_those_of_the_sentence() -> None:
    found = claim("5e-3 is the best mask AP")
    assert found
    assert (found.task, found.metric) == ("segm", "AP")
    assert claim("GN gives +0.5 AP75 over BN").metric == "AP75"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("1e-4 is best.", "lr 1e-3 has AP 0.292"),
        ("1e-3 is best.", ""),
        ("1e-3 improves on 1e-4 by 12 points", ""),
        ("1e-3 improves on 1e-4 by 2 points", "12 points of AP apart"),
        ("the red one is best", ""),
    ],
)
def test_a_note_whose_words_contradict_its_numbers_is_told_so(tmp_path: Path, words: str, told: str) -> None:
    note = tmp_path / "note.md"
    note.write_text(NOTE + words + "\n")
    messages = [finding.message for finding in fcosreport.load(note).findings if finding.code == "FR506"]
    assert len(messages) == bool(told)
    assert all(told in message.replace("“", "").replace("”", "") for message in messages)


@given(st.text(max_size=400))
def test_any_line_can_be_read(text: str) -> None:
    for found in claims(parse(text).lines, "note.md"):
        assert found.subject
