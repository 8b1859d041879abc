"""Tables whose columns stand in parts below each other."""

import pytest

from fcosreport.grammar.wrapped_table import wrapped

TABLE = rb"""        model  precision  \
0     yolov8n      0.801
1  yolov8s-p2      0.821

    mAP50  mAP50-95
0   0.712     0.456
1   0.752     0.486
"""
HEAD = ["", "model", "precision", "mAP50", "mAP50-95"]


@pytest.mark.parametrize("part", [b"model", b"mAP50"])
def test_the_parts_are_one_table_from_each_of_them(part: bytes) -> None:
    text = b"Results:\n\n" + TABLE + b"\ndone\n"
    found = wrapped(text, text.index(part))
    assert found
    assert found.head == HEAD
    assert [row for _, row in found.rows] == [
        ["0", "yolov8n", "0.801", "0.712", "0.456"],
        ["1", "yolov8s-p2", "0.821", "0.752", "0.486"],
    ]
    assert text[found.end :] == b"\ndone\n"


def test_a_table_in_one_part_or_with_other_rows_is_none() -> None:
    last = TABLE[TABLE.index(b"    mAP50") :]
    assert wrapped(last, last.index(b"mAP50")) is None
    other = TABLE.replace(b"\n1   0.752     0.486", b"\n2   0.752     0.486")
    assert wrapped(other, other.index(b"mAP50")) is None
    assert wrapped(b"a \\\n", 0) is None
