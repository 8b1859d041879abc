"""Questions whose answer is the same whatever the digits in a text are, as that to `run 7` and to `run 8`."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_Answer = TypeVar("_Answer")

_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_SHORT = 300  # characters of a text that is kept in mind
_ENCODING = "utf-8", "surrogatepass"


def of_any_digits(ask: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """The question, asked once of all short texts that differ in their digits alone; its patterns name no digit."""

    @lru_cache(1024)
    def known(shape: bytes) -> _Answer:
        return ask(shape.decode(*_ENCODING))

    @wraps(ask)
    def asked(text: str) -> _Answer:
        return known(text.encode(*_ENCODING).translate(_ZEROS)) if len(text) <= _SHORT else ask(text)

    return asked
