"""The sieve lets through every byte string that occurs, and hardly another."""

from hypothesis import given
from hypothesis import strategies as st

from fcosreport.reading.shapes import shapes_of
from fcosreport.reading.sieve import Sieve


@given(st.binary(max_size=200), st.lists(st.binary(min_size=1, max_size=9), max_size=5), st.data())
def test_what_occurs_passes(text: bytes, others: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    needles = {*others, *filter(None, [text[at : at + 7]])}
    passed = Sieve(needles).passed(shapes_of(text))
    assert {needle for needle in needles if needle in text} <= passed <= needles


def test_what_does_not_occur_is_held_back() -> None:
    assert Sieve([b"total_loss: ", b"copypaste: ", b"@"]).passed(shapes_of(b"total_loss: 1\n" * 99)) == {
        b"total_loss: ",
        b"@",
    }


def test_no_byte_strings_and_no_text_are_fine() -> None:
    assert Sieve([]).passed(shapes_of(b"text")) == frozenset()
    assert Sieve([b"anchor"]).passed(shapes_of(b"")) == frozenset()
