"""What a paused reading has in mind: all that readers hold is packed, and nothing else is ever loaded."""

import os
import pickle
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcosreport.files import whole
from fcosreport.reading import pause
from fcosreport.reading.dialect import Window, dialects


class Calling:
    """Calls a function when it is loaded."""

    def __init__(self, function: object, *given: object) -> None:
        self.function, self.given = function, given

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.function, self.given


@pytest.mark.parametrize("one", dialects(), ids=lambda one: one.name)
def test_every_reader_of_ours_can_be_packed(one: object) -> None:
    reader = one.reader("log.txt", "log")  # type: ignore[attr-defined]
    list(reader.feed(Window(b"lr: 0.1\n", 0, 1)))
    assert type(pause.unpacked(pause.packed([reader]), (), ())[0]) is type(reader)


def test_what_is_left_out_is_put_in() -> None:
    curves = (1, 2)
    state = pause.packed({"a": curves, "b": (curves, [3])}, [curves])
    assert pause.unpacked(state, ["other"], ()) == {"a": "other", "b": ("other", [3])}


def test_what_cannot_be_packed_gives_nothing() -> None:
    assert pause.packed([lambda: 0]) == b""


@pytest.mark.parametrize(
    ("function", "given"),
    [
        (os.system, ("touch {}",)),
        (eval, ("open({!r}, 'w')",)),
        (Path.touch, ("{}",)),
        (getattr, ("{}", "title")),
        (whole.write_whole, ("{}", "x")),
    ],
)
def test_a_store_of_a_stranger_runs_nothing(tmp_path: Path, function: object, given: tuple[str, ...]) -> None:
    trap = tmp_path / "trap"
    evil = zlib.compress(pickle.dumps(Calling(function, *(text.format(trap) for text in given))))
    with pytest.raises(ValueError, match="no reader's"):
        pause.unpacked(evil, (), ())
    assert not trap.exists()


def test_a_part_of_a_high_number_takes_no_memory() -> None:
    with pytest.raises(ValueError, match="numbers its parts"):
        pause.unpacked(zlib.compress(b"M\x00\x00r\x00\x00t:."), (), ())


@given(st.binary(max_size=300))
@example(b"M\x00\x00r\x00\x00t:")
def test_damage_is_told_by_one_error(data: bytes) -> None:
    for state in (data, zlib.compress(data)):
        try:
            pause.unpacked(state, (), ())
        except ValueError:
            continue
