"""A large JSON file piece by piece, so that memory holds a piece of its text and no more."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from fcosreport.reading.predicted import EDGE
from fcosreport.recomputing.unusable import UnusableError

PIECE = 8 << 20
"""Bytes that are decoded at a time."""
_TAIL = 1 << 20  # bytes at the end of a piece in which an object ends
LONGEST = 64 << 20
"""Bytes of one object of a list."""
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*")

T = TypeVar("T")


def objects(path: Path, decoder: msgspec.json.Decoder[list[T]]) -> Iterator[list[T]]:
    """The objects of a JSON list of objects, some at a time.

    Raises UnusableError with the place where the list ends too early or holds something else.
    """
    try:
        with path.open("rb") as file:
            for at, text in _pieces(file, path):
                yield _decoded(text, at, path, decoder)
    except OSError as error:
        raise UnusableError(f"{path}: {error.strerror}") from error


def _pieces(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """The text of whole objects with commas between them, and the byte at which it begins."""
    text = file.read(PIECE)
    begin = _BEGIN.match(text)
    if not begin:
        raise UnusableError(f"{path}: not a JSON list")
    at, text = begin.end(), text[begin.end() :]
    while more := file.read(PIECE):
        text += more
        if edge := EDGE.search(text, max(0, len(text) - _TAIL)):
            yield at, text[: edge.start() + 1]
            at, text = at + edge.end() - 1, text[edge.end() - 1 :]
        elif len(text) > LONGEST:
            raise UnusableError(f"{path}: what begins at byte {at:,} is no list of objects")
    text = text.rstrip()
    if not text.endswith(b"]"):
        raise UnusableError(f"{path}: it ends in the middle, after {at + len(text):,} bytes; write it again")
    yield at, text[:-1]


def _decoded(text: bytes, at: int, path: Path, decoder: msgspec.json.Decoder[list[T]]) -> list[T]:
    try:
        return decoder.decode(b"".join((b"[", text, b"]")))
    except msgspec.ValidationError as error:
        raise UnusableError(f"{path}: {str(error).replace('$[...]', 'a prediction')}, near byte {at:,}") from error
    except msgspec.DecodeError as error:
        raise UnusableError(f"{path}: no JSON near byte {at:,}: {error}") from error
