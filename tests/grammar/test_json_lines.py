"""Lines of JSON, whole, cut, or with what only Python writes, are read alike and never raise."""

import json
import re
from math import isfinite, isnan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcosreport.dialects.mmdetection_json import MmdetectionJson
from fcosreport.grammar.json_lines import decoded, marked_lines, number
from fcosreport.reading.dialect import Window
from tests.dialects.feeding import curve, evaluations, feed, issues

MARK = re.compile(rb'"iteration"')
LINE = '{"mode": "train", "epoch": 1, "iter": %d, "lr": 0.02, "loss": 0.5}\n'


@given(st.binary() | st.text().map(str.encode))
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'{"\xff": 1}')
@example(b'{"a": ' + b"9" * 5000 + b"}")
@example(b'{"a": 1e999}')
@example(b'{"a": "\\ud800"}')
def test_no_text_raises(text: bytes) -> None:
    assert isinstance(decoded(text) or {}, dict)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="NI"))  # a text that holds ` NaN` is changed as well


@given(st.dictionaries(TEXT, st.floats() | st.integers() | TEXT | st.none()))
def test_what_python_writes_is_read_with_none_for_what_is_not_finite(said: dict[str, object]) -> None:
    finite = {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in said.items()}
    assert decoded(json.dumps(said).encode()) == finite


@pytest.mark.parametrize("value", [True, "0.5", [0.5], {}, 10**400])
def test_what_is_no_number_is_none(value: object) -> None:
    assert number(value) is None


def test_null_is_nan_and_counts_are_floats() -> None:
    assert isnan(number(None) or 0)
    assert number(3) == 3.0


def test_lines_with_a_mark_begin_at_their_brace() -> None:
    data = b'before {"iteration": 1}\r\nrank 0: {"iteration": 2} x\rno "iteration"\n{"other": 3}\n{"iteration": 4'
    found = list(marked_lines(Window(data, 0, 1), MARK))
    assert [text for _, text in found] == [b'{"iteration": 1}', b'{"iteration": 2} x', b'{"iteration": 4']
    assert all(data.startswith(text, at) for at, text in found)


class TestOpenmmlab:
    def test_a_byte_that_is_no_utf8_costs_its_line_alone(self) -> None:
        lines = [(LINE % at).encode() for at in range(1, 9)]
        lines[5] = lines[5].replace(b"lr", b"\xffr")
        records = feed(MmdetectionJson, b"".join(lines))
        assert issues(records) == [6]
        assert [step for step, _ in curve(records, "lr")] == [1, 2, 3, 4, 5, 7, 8]

    @pytest.mark.parametrize("key", ["loss\\n", 'loss\\"', "loss\\\\", "loss\\u0007"])
    def test_a_curve_with_an_odd_name_is_left_out_alone(self, key: str) -> None:
        lines = (LINE % at for at in range(1, 5))
        records = feed(MmdetectionJson, "".join(line.replace('"loss"', f'"{key}"') for line in lines))
        assert [step for step, _ in curve(records, "lr")] == [1, 2, 3, 4]

    def test_a_torn_number_is_told_and_the_others_are_kept(self) -> None:
        torn = '{"mode": "val", "epoch": 1, "iter": 9, "bbox_mAP_copypaste": "0.3 0.5 < 0.1 0.2 0.3"}\n'
        records = feed(MmdetectionJson, torn)
        (evaluation,) = evaluations(records)
        assert issues(records) == [1]
        assert [metric.name for metric in evaluation.metrics] == ["AP", "AP50", "APs", "APm", "APl"]
