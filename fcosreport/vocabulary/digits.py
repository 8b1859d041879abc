"""Questions whose answer is the same whatever the digits in a text are, as that to `run 7` and to `run 8`."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_Answer = TypeVar("_Answer")

_ONES = bytes.maketrans(b"023456789", b"1" * 9)
_SHORT = 100  # characters of a text that is kept in mind; longer ones are prose, which does not come again
_ENCODING = "utf-8", "surrogatepass"


def of_any_digits(ask: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """The question, asked once of all short texts that differ in their digits alone.

    Its patterns name no digit. One that asks for what may be there may name a 1, which stands for any in the text that
    it is asked of.
    """

    @lru_cache(1024)
    def known(shape: bytes) -> _Answer:
        return ask(shape.decode(*_ENCODING))

    @wraps(ask)
    def asked(text: str) -> _Answer:
        return known(text.encode(*_ENCODING).translate(_ONES)) if len(text) <= _SHORT else ask(text)

    return asked
