"""Lines of JSON as frameworks write them: with NaN, cut, and behind other text. For dialects."""

import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from fcosreport.grammar.lines import line_begin, line_end
from fcosreport.reading.dialect import Window

_NOT_JSON = re.compile(rb"(?<=[\s:\[,])(?:NaN|-?Infinity)\b")


def marked_lines(window: Window, mark: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each new line of the window in which a brace stands before a mark: from that brace on, and where it is."""
    data, at = window.data, window.start
    while found := mark.search(data, at):
        at = line_end(data, found.end())
        begin = data.find(b"{", line_begin(data, found.start()), found.start())
        if begin >= 0:
            yield begin, data[begin:at]


def decoded(text: bytes) -> dict[str, Any] | None:
    """The object in a text; the NaN and Infinity of Python, which JSON does not know, are None. None for no object."""
    for prepare in (bytes, null_for_nan):
        try:
            said = msgspec.json.decode(prepare(text))
        except (ValueError, RecursionError):  # of JSON, of UTF-8
            continue
        return said if isinstance(said, dict) else None
    return None


def null_for_nan(text: bytes) -> bytes:
    """The line with null for NaN and Infinity."""
    return _NOT_JSON.sub(b"null", text)


def number(value: object) -> float | None:
    """A decoded value as a float, nan for null; None for what is no number, like true, and for one no float holds."""
    if value is None:
        return math.nan
    try:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    except OverflowError:
        return None
