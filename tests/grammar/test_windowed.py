"""What a window holds is found once, with its lines, and rows become the columns of curves."""

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from fcosreport.grammar.statements import Statements
from fcosreport.grammar.windowed import LastTrained, Row, Windowed, parted, samples, starts
from fcosreport.reading.dialect import Record, Window
from fcosreport.records import Event, Where

WORD = re.compile(rb"run \d+")


class Reader(Windowed):
    """Finds words behind numbers."""

    def found(self, window: Window) -> Iterator[Record]:
        for pattern in (rb"b\d", rb"a\d"):
            for match, where in self.places(re.compile(pattern), window):
                yield Event("started", match[0].decode(), where)


def test_records_come_in_the_order_of_their_lines() -> None:
    found = list(Reader("log.txt", "log").feed(Window(b"a0\na1\nb2\na3\n", 3, 2)))
    assert [(record.text, record.where) for record in found if isinstance(record, Event)] == [
        ("a1", Where("log.txt", 2)),
        ("b2", Where("log.txt", 3)),
        ("a3", Where("log.txt", 4)),
    ]


def test_a_match_that_began_before_the_window_is_found_in_the_one_it_ends_in() -> None:
    reader, pattern = Reader("log.txt", "log"), re.compile(rb"a\n+b\n")
    assert not list(reader.places(pattern, Window(b"a\n\n", 0, 1), 9))
    assert [where.line for _, where in reader.places(pattern, Window(b"a\n\nb\n", 3, 3), 9)] == [1]
    assert not list(reader.places(pattern, Window(b"a\n\nb\nc\n", 5, 4), 9))


@given(st.lists(st.integers(0, 99), max_size=5), st.integers(0, 20))
def test_the_parts_are_the_window(numbers: list[int], start: int) -> None:
    window = Window(b"x" * start + b"".join(b"... run %d\n" % number for number in numbers), start, 1)
    found = list(parted(window, starts(WORD, window)))
    assert b"".join(window.data[begin:stop] for begin, stop, _ in found) == window.data[start:]
    assert [begin[0] if begin else None for *_, begin in found] == [*(b"run %d" % n for n in numbers), None]


def test_a_result_is_of_the_epoch_that_was_trained_last() -> None:
    said = LastTrained(b"epoch ", re.compile(rb"epoch (\d+), iter (\d+)"))
    data = b"epoch 1, iter 20\nepoch 2, iter 40\nresult\nepoch 3, iter 60\n"
    assert said(data, data.index(b"result")) == Statements(None, 2, 40)
    assert said(data, 0) == said(b"epoch of nothing\n", 17) == Statements()
    assert LastTrained(b"epoch ", re.compile(rb"epoch (\d+)"))(data, len(data)) == Statements(None, 3)


def test_rows_of_the_same_names_are_one_batch() -> None:
    rows: list[Row] = [(("lr",), 1, [0.1], 3), (("lr",), 2, [0.2], 4), ((), 3, [], 5), (("loss",), 4, [0.5], 6)]
    one, other = samples(rows, lambda line: Where("log.txt", line), "epoch")
    assert (one.names, list(one.steps), list(one.columns[0]), one.where.line) == (("lr",), [1, 2], [0.1, 0.2], 3)
    assert (other.names, other.unit, other.where.line) == (("loss",), "epoch", 6)
