"""Of which day something in a note is: the heading of its entry says it, or the name of the file."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath

_TOLD = (
    re.compile(r"(?<![\d.])((?:19|20)\d\d)\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d|\.\d)"),
    re.compile(r"(?<![0-9A-Za-z])((?:19|20)\d\d)(\d\d)(\d\d)(?![0-9A-Za-z])"),
)
_SHORT = re.compile(r"(?<![0-9A-Za-z])(\d\d)(\d\d)(\d\d)(?![0-9A-Za-z])")
"""In the name of a file: `191210.md`."""
_FIRST = re.compile(r"[\W_]{0,4}(?:((?:19|20)\d\d)\s?[-./年]\s?)?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d|\.\d)")
"""The date that an entry of a diary begins with, perhaps without the year."""
_CENTURY = re.compile("19|20")
_LONGEST = 300  # characters of a title that are looked at


def day_of(path: str, titles: Iterable[str]) -> str:
    """The ISO date in the first of the titles that has one, else in the name of the file; "" where none tells."""
    for text in titles:
        for pattern in _TOLD if _CENTURY.search(text) else ():
            if day := _day(pattern, text[:_LONGEST]):
                return day
    return _of_file(path)


def is_newest_first(titles: Iterable[str]) -> bool:
    """Whether the entries of a diary with these titles stand from the last day to the first."""
    days = [tuple(map(int, filter(None, found.groups()))) for each in titles if (found := _FIRST.match(each))]
    return len(days) > 1 and len(days[0]) == len(days[-1]) and days[0] > days[-1]


@lru_cache(64)  # each step of a note asks for it
def _of_file(path: str) -> str:
    name = PurePosixPath(path).stem[:_LONGEST]
    return next(filter(None, (_day(pattern, name) for pattern in (*_TOLD, _SHORT))), "")


def _day(pattern: re.Pattern[str], text: str) -> str:
    for found in pattern.finditer(text):
        year, month, day = map(int, found.groups())
        try:
            return date(year + 2000 if year < 100 else year, month, day).isoformat()
        except ValueError:
            continue
    return ""
