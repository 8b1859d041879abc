"""Patterns of any case that are asked of every line, most of which have nothing of them."""

import re

from msgspec import Struct


class Signed(Struct, frozen=True):
    """A pattern, and signs in lower case of which each ASCII text that it is found in has one.

    Signs are found ten times as fast: only a pattern of one case is looked for by its first characters.
    """

    pattern: re.Pattern[str]
    signs: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        """Where the pattern is first found in a text."""
        return self.pattern.search(text) if may_have(self.signs, text) else None


def signed(pattern: str, signs: str) -> Signed:
    """A pattern of any case that is found only beside one of these signs, a regular expression in lower case."""
    return Signed(re.compile(pattern, re.I), re.compile(signs))


def may_have(signs: re.Pattern[str], text: str) -> bool:
    """Whether a text has one of the signs, or is beyond ASCII, for which they say nothing."""
    return not text.isascii() or signs.search(text.lower()) is not None
