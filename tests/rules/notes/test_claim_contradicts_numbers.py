"""Words of a note that its own numbers contradict."""

from pathlib import Path

import pytest

import fcosreport

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


def test_a_gain_by_an_option_that_another_row_does_not_declare_is_judged(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text(
        "# Ablation\n\n| | GN | GIoU | AP |\n|-|-|-|-|\n| a | ✓ | | 36.9 |\n| b | ✓ | ✓ | 37.4 |\n"
        "\n| | lr | AP |\n|-|-|-|\n| c | 1e-3 | 36.8 |\n| d | 1e-4 | 30.8 |\n\nGIoU 涨 2.5 个点。\n"
    )
    (found,) = [finding.message for finding in fcosreport.load(note).findings if finding.code == "FR506"]
    assert "0.5" in found
