"""Foreign text made harmless to look at, the same in every output."""

import posixpath
import unicodedata

MISSING = "–"


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


def relative(path: str) -> str:
    """A path for another program: with forward slashes, without `./`, and without what nobody sees."""
    seen = path if path.isprintable() else "".join(map(_visible, path))
    return posixpath.normpath(seen.replace("\\", "/"))
