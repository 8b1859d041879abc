"""A sentence against the numbers of the same note."""

from pathlib import Path

import pytest

import fcosreport

TABLE = (
    "| model | AP | AP50 |\n|-|-|-|\n| FCOS R-50 | 38.7 | 57.5 |\n| FCOS GN | 42.1 | 60.2 |\n| Ours | 43.0 | 61.0 |\n"
)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("FCOS R-50 reaches 37.8 AP.", "AP 38.7 % in line 5"),
        ("Our method achieves 40.3 AP on val2017.", "AP 43.0 % in line 7"),
        ("FCOS R-50 reaches 38.7 AP.", ""),
        ("FCOS R-50 reaches 42.1 AP.", ""),
        ("FCOS R-50 reaches 25.0 AP.", ""),
        ("FCOS R-50 reaches 37.8 AP on test-dev.", ""),
        ("FCOS R-101 reaches 37.8 AP.", ""),
    ],
)
def test_a_sentence_that_contradicts_the_row_that_it_names_is_told(tmp_path: Path, sentence: str, told: str) -> None:
    (tmp_path / "README.md").write_text(f"# Results\n\n{TABLE}\n{sentence}\n")
    messages = [each.message for each in fcosreport.load(tmp_path).findings if each.code == "FR524"]
    assert len(messages) == bool(told)
    assert all(told in message for message in messages)
