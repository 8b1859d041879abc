"""How we say things: foreign text made harmless to look at, lists in a sentence, and what was meant by a wrong word."""

import html
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

MISSING = "–"
_LIKE = 0.4  # share of the characters that two names have in common, from which on one may be meant by the other


def plain(text: str, limit: int = 500) -> str:
    """Foreign text on one line and harmless to look at: no control and no bidi characters, at most `limit` long."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE:  # no XML or YAML may hold halves and noncharacters
        return "\ufffd"
    return "" if category in ("Cc", "Cf") else character


def unescaped(text: str) -> str:
    """A text of HTML without its escapes, and without those of a number that no character has."""
    return html.unescape(HUGE_ESCAPE.sub("", text)) if "&" in text else text


HUGE_ESCAPE = re.compile(r"&#\d{8,};?")
"""What Python does not read as a number where it is long enough."""


def relative(path: str) -> str:
    """A path for another program: with forward slashes, without `./`, and without what nobody sees."""
    seen = path if path.isprintable() else "".join(map(_visible, path))
    return posixpath.normpath(seen.replace("\\", "/"))


def listed(words: Sequence[str], most: int = 5) -> str:
    """Words as a list in a sentence: `a, b and c`, and `a, b and 9 more` where there are more than `most`."""
    if len(words) > most:
        words = (*words[: most - 1], f"{len(words) - most + 1} more")
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def suggestion(word: str, known: Iterable[str], most: int = 20, *, shown: Mapping[str, str] | None = None) -> str:
    """What to say of a word that is none of the known: the one that is most like it, else at most so many of them.

    `shown` has what is said in place of a known word.
    """
    texts = {each.lower(): plain((shown or {}).get(each, each), 80) for each in known}
    near = get_close_matches(word.lower(), texts, n=1, cutoff=_LIKE)
    if near:
        return f"Did you mean {texts[near[0]]}?"
    return f"There are: {listed(list(dict.fromkeys(texts.values())), most)}." if texts else "There are none."
