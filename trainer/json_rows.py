"""JSON files of any size, read row by row: one window of the text is in memory, and one row as Python objects."""

import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from trainer.errors import TrainerError

_WINDOW = 1 << 20  # bytes that are read at once
_BLANK = re.compile(r"[ \t\n\r\ufeff]*")
_DECODER = json.JSONDecoder()


class Text:
    """The text of a file that holds one object. `digest`: the SHA-256 of what was read.

    `names`: of the members so far; `span`: where in the file the last row begins and ends, in bytes.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.digest, self.span = path, hashlib.sha256(), (0, 0)
        self.names: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text, self._at, self._byte = "", 0, 0
        self._file: IO[bytes]

    def rows(self) -> Iterator[tuple[str, Any]]:
        """Each row of a list with the name of the list, and each other member as one row."""
        try:
            with self.path.open("rb") as self._file:
                for name in self._members("{", "}"):
                    self.names.append(name)
                    self._take(":")
                    for row in self._members("[", "]") if self._next() == "[" else (self._value(),):
                        yield name, row
                if self._next():
                    raise ValueError("something stands behind its end")
        except OSError as error:
            raise TrainerError(f"{self.path} cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError) as error:
            raise TrainerError(f"{self.path} is no JSON object, or was cut: {error}.") from None

    def _members(self, begin: str, end: str) -> Iterator[Any]:
        """The rows of a list, or the keys of an object, whose values the caller takes."""
        self._take(begin)
        if self._next() != end:
            yield self._value()
            while self._next() != end:
                self._take(",")
                yield self._value()
        self._take(end)

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise ValueError(f"no {sign} where one must be")
        self._go(self._at + 1)

    def _next(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            self._go(_BLANK.match(self._text, self._at).end())  # type: ignore[union-attr]  # it always matches
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():  # a number at the end of the window may go on
                begin = self._byte
                self._go(end)
                self.span = begin, self._byte
                return value

    def _go(self, to: int) -> None:
        self._byte += len(self._text[self._at : to].encode())
        self._at = to

    def _more(self) -> bool:
        """Read on, and forget what was taken. Whether there was more."""
        piece = self._file.read(max(_WINDOW, len(self._text) - self._at))
        self.digest.update(piece)
        self._text, self._at = self._text[self._at :] + self._decoder.decode(piece, not piece), 0
        return bool(piece)
