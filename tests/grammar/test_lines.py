"""Lines that hold a sign."""

import re
from itertools import islice

import pytest

from fcosreport.grammar.lines import lines_with
from fcosreport.reading.dialect import Window

TEXT = b"one\ntwo\r\nthree\r\rfour"


@pytest.mark.parametrize("sign", [rb"o", rb"o|r", rb"", rb"x|"])
def test_each_line_comes_once_whatever_the_sign_matches(sign: bytes) -> None:
    found = list(islice(lines_with(Window(TEXT, 0, 1), re.compile(sign)), 100))
    assert found == sorted(set(found))
    assert len(found) < 100


def test_a_line_begins_behind_any_line_end() -> None:
    assert list(lines_with(Window(TEXT, 0, 1), re.compile(rb"o"))) == [0, 4, 16]
    assert list(lines_with(Window(TEXT, 4, 2), re.compile(rb"x"))) == []


def test_no_line_counts_around_a_result_that_was_taken() -> None:
    window = Window(TEXT, 0, 1)
    window.take([2], span=0)
    assert list(lines_with(window, re.compile(rb"o"))) == [0, 16]


@pytest.mark.parametrize("are_whole", [True, False])
def test_what_is_near_a_result_is_told_unless_all_results_are_garbled(are_whole: bool) -> None:
    window = Window(TEXT, 0, 1)
    assert not window.is_told(4)
    window.take([2], span=0, are_whole=are_whole)
    assert [window.is_told(at) for at in (0, 4, 16)] == [False, are_whole, False]
