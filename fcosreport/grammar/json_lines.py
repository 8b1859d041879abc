"""Lines of JSON as frameworks write them: with NaN, and cut."""

import re
from typing import Any

import msgspec

_NOT_JSON = re.compile(rb"(?<=[\s:\[,])(?:NaN|-?Infinity)\b")


def decoded(text: bytes) -> dict[str, Any] | None:
    """A line of JSON; NaN and Infinity, which Python writes and JSON does not know, are None. None for another line."""
    for candidate in (text, null_for_nan(text)):
        try:
            said = msgspec.json.decode(candidate)
        except (msgspec.DecodeError, RecursionError):
            continue
        return said if isinstance(said, dict) else None
    return None


def null_for_nan(text: bytes) -> bytes:
    """The line with null for NaN and Infinity."""
    return _NOT_JSON.sub(b"null", text)
