"""Which language a note is written in."""

import pytest

from fcosreport.notes.language import is_chinese


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# 实验结果\n- train_batch_size = 4\n- 因为显存不够，没办法跑\n", True),
        ("# Results\n- out of memory, so it could not run (显存不够)\n", False),
        ("# 実験の結果\n- メモリが足りないので、動かなかった\n", False),
        ("# 结果\n```\nAverage Precision (AP) maxDets all area small medium large\n```\n", True),
        ("", False),
    ],
)
def test_a_note_is_chinese_where_most_words_outside_of_code_are(text: str, told: bool) -> None:
    assert is_chinese(text) == told
