"""The times that the lines of a log begin with."""

import re
from collections.abc import Iterator

_TIME = re.compile(
    rb"(?:(?P<year>20\d\d)[-/](?P<month>[01]\d)[-/](?P<day>[0-3]\d)[ T_]"  # 2021-12-05 21:30:15,995
    rb"|\[(?P<month2>[01]\d)[-/](?P<day2>[0-3]\d) )"  # [11/17 15:16:42 d2.utils.events]:, which tells no year
    rb"(?P<time>[0-2]\d:[0-5]\d:[0-5]\d)"
)
_SECONDS = re.compile(rb":[0-5]\d:[0-5]\d")  # for this one `re` can search, which is ten times quicker
_WIDTH = 19  # bytes of a time with its date, at most
FAR = 32 << 10
"""Bytes that are looked at for a time."""


def first_time(data: bytes, start: int = 0, far: int = FAR) -> str:
    """The first time in the `far` bytes from `start` on, in ISO 8601 (`11-17T15:16:42` without a year); else ""."""
    found = (_TIME.search(data, max(start, end - _WIDTH), end) for end in _ends(data, start, start + far))
    return next((_iso(match) for match in found if match), "")


def last_time(data: bytes, stop: int) -> str:
    """The last time in `data[:stop]`, near its end."""
    for begin in (max(0, stop - (FAR >> 4)), max(0, stop - FAR)):
        found = (_TIME.search(data, max(begin, end - _WIDTH), end) for end in reversed([*_ends(data, begin, stop)]))
        match = next(filter(None, found), None)
        if match:
            return _iso(match)
    return ""


def _ends(data: bytes, start: int, stop: int) -> Iterator[int]:
    return (match.end() for match in _SECONDS.finditer(data, start, stop))


def _iso(match: re.Match[bytes]) -> str:
    parts = {name: (value or b"").decode() for name, value in match.groupdict().items()}
    date = "-".join(filter(None, (parts["year"], parts["month"] or parts["month2"], parts["day"] or parts["day2"])))
    return f"{date}T{parts['time']}"
