"""What is in no line of each shape is in no line."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.reading.dialect import Window
from fcosreport.reading.shapes import is_surely_there, shape, shapes_of

pytest.importorskip("numpy")
_TEXTS = st.text("0123ab .\n\r", max_size=60).map(str.encode)


@given(_TEXTS, st.data())
def test_what_occurs_may_occur(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert shapes_of(text).may_hold(text[at : at + data.draw(st.integers(0, 9))])


@given(_TEXTS, st.text("ab.1\n", min_size=1, max_size=3).map(str.encode))
def test_what_is_surely_there_is_there(text: bytes, literal: bytes) -> None:
    assert not is_surely_there(literal) or shapes_of(text).may_hold(literal) == (literal in text)


@given(_TEXTS)
def test_a_line_of_each_shape_is_kept(text: bytes) -> None:
    made = shapes_of(text)
    shapes, lines = made.shapes, made.lines
    assert [shape(line) for line in lines.split(b"\n")] == shapes.split(b"\n")
    assert set(lines.split(b"\n")) <= {b"", *text.splitlines()}
    assert {shape(line) for line in text.splitlines()} <= set(shapes.split(b"\n"))


@given(_TEXTS)
def test_a_shape_is_the_same_with_and_without_numpy(text: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(sys.modules, "numpy", raising=False)
        slow = shape(text)
    assert shape(text) == slow == re.sub(rb"\d+", b"0", text)


def test_lines_that_differ_in_their_numbers_are_of_one_shape() -> None:
    made = shapes_of(b"iter 1 loss 0.5\niter 20 loss 10.25\r\nkeys\nkeys1\n")
    assert made.shapes == b"iter 0 loss 0.0\nkeys\nkeys0"
    assert made.lines == b"iter 20 loss 10.25\nkeys\nkeys1"
    assert [*made.lines_with(re.compile(rb"s\b"))] == [0, 1, 2]


@given(_TEXTS, st.integers(0, 60), st.sampled_from([rb"a+", rb"a\b", rb"\d\.", rb"(?<=b)\d"]))
def test_hints_are_found_in_lines_of_their_shapes(text: bytes, start: int, pattern: bytes) -> None:
    hint, window = re.compile(pattern), Window(text, min(start, len(text)), 1)
    found = [each.span() for each in hint.finditer(text, window.start)]
    assert [each.span() for each in window.hints(hint)] == found
    assert window.may_have(hint) or not found
