"""The sieve lets through every byte string that occurs, and hardly another."""

from hypothesis import given
from hypothesis import strategies as st

from fcosreport.reading.sieve import Sieve


@given(st.binary(max_size=200), st.lists(st.binary(min_size=1, max_size=9), max_size=5), st.data())
def test_what_occurs_passes(text: bytes, others: list[bytes], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    at = data.draw(st.integers(start, stop))
    needles = {*others, *filter(None, [text[at : min(at + 7, stop)]])}
    passed = Sieve(needles).passed(bytearray(text), start, stop)
    assert {needle for needle in needles if needle in text[start:stop]} <= passed <= needles


def test_what_does_not_occur_is_held_back() -> None:
    assert Sieve([b"total_loss: ", b"copypaste: ", b"@"]).passed(b"total_loss: 1\n" * 99, 0, 14 * 99) == {
        b"total_loss: ",
        b"@",
    }


def test_no_byte_strings_and_no_text_are_fine() -> None:
    assert Sieve([]).passed(b"text", 0, 4) == frozenset()
    assert Sieve([b"anchor"]).passed(b"", 0, 0) == frozenset()
