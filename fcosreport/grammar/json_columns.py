"""Columns of a table in JSON, as pandas and histories of a training write them. For dialects.

{"Models": ["a", "b"], "mAP": [0.1, 0.2]}
{"train_loss": [1.9, 1.2], "val_mAP": [0.21, 0.34]}
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

_COLUMN = re.compile(rb'"((?:[^"\\\r\n]){1,100})"\s*:\s*\[([^][{}]*+)\]')
_CELL = re.compile(rb'"(?:[^"\\\r\n]|\\.)*+"|[^\s,"]+')
_MOST = 5_000
"""Rows of a table."""


class Columns(NamedTuple):
    """A table: the names over its columns, and its rows, each with the place of its first cell."""

    names: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]


class _Column(NamedTuple):
    name: str
    cells: list[tuple[int, str]]
    nest: int  # how many braces stand before it


def columns(data: bytes) -> Iterator[Columns]:
    """The tables in a document: arrays of texts and numbers that are as long as each other, in one object."""
    for _, group in groupby(_columns(data), key=lambda each: (each.nest, len(each.cells))):
        found = list(group)
        if len(found) > 1 and 1 < len(found[0].cells) <= _MOST:
            places = (place for place, _ in found[0].cells)
            texts: Iterator[Sequence[str]] = zip(*([text for _, text in each.cells] for each in found), strict=True)
            rows = [(place, tuple(row)) for place, row in zip(places, texts, strict=True)]
            yield Columns(tuple(each.name for each in found), rows)


def _columns(data: bytes) -> Iterator[_Column]:
    nest = at = 0
    for column in _COLUMN.finditer(data):
        nest, at = nest + data.count(b"{", at, column.start()) + data.count(b"}", at, column.start()), column.end()
        cells = [
            (cell.start(), cell[0].strip(b'"').decode(errors="replace"))
            for cell in _CELL.finditer(data, *column.span(2))
        ]
        yield _Column(column[1].decode(errors="replace"), cells, nest)
