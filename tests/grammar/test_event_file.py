"""Event files are read one field at a time, and what nearly all events look like at once: both say the same."""

import struct
from io import BytesIO
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from fcosreport.grammar import event_file
from fcosreport.grammar.event_file import Scalar, scalars
from tests.dialects.test_tensorboard import field, number, record


def _event(tag: str, step: int, value: float) -> bytes:
    told = field(0x0A, tag.encode()) + b"\x15" + struct.pack("<f", value)
    counted = b"\x10" + number(step) if step else b""
    return record(b"\x09" + struct.pack("<d", 1.5) + counted + field(0x2A, field(0x0A, told)))


def _read(data: bytes) -> list[Scalar] | str:
    try:
        return list(scalars(BytesIO(data)))
    except ValueError as error:
        return str(error)


EVENTS = st.builds(_event, st.text(max_size=70), st.integers(0, 2**40), st.floats(width=32, allow_nan=False))


@given(st.lists(EVENTS, max_size=5), st.integers(0, 400), st.binary(max_size=2))
def test_both_ways_say_the_same_of_any_bytes(events: list[bytes], at: int, bytes_: bytes) -> None:
    data = b"".join(events)
    data = data[:at] + bytes_ + data[at + len(bytes_) :]
    told = _read(data)
    with patch.object(event_file, "_plain", lambda event: None):
        assert repr(_read(data)) == repr(told)  # nan is not itself


def test_a_number_under_a_tag() -> None:
    assert _read(_event("val/mAP", 300, 0.5)) == [Scalar("val/mAP", 300, 0.5)]
