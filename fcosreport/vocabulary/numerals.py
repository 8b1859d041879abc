"""How numbers are written in notes and run names: `1e-4`, `.01`, `1*10^-4`, `90k`, `2x8`, full-width digits.

A text that may mean another amount (`0.01/8`, `4 per GPU`, `0.01 -> 0.001`) gives None: nothing rather than a guess.
"""

import re
import unicodedata

DECIMAL = r"(?:\d+(?:\.\d*)?|\.\d+)"
_POWER = re.compile(rf"(?:({DECIMAL})\s*[*x×]\s*)?10\s*(?:\^|\*\*)\s*\(?([+-]?\d{{1,3}})\)?", re.I)
_PLAIN = re.compile(rf"({DECIMAL})(?:e([+-]?\d{{1,3}}))?(?![\w.])", re.I)
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,6})?)\s*(k|万|m)?(?![\w.])(.*)", re.I | re.S)
_PRODUCT = re.compile(r"(\d{1,5})\s*[x*×]\s*(\d{1,5})(?![\w.])(.*)", re.I | re.S)
_SUPERSCRIPT = re.compile(r"10([⁺⁻]?[⁰¹²³⁴-⁹]+)")
_MARKS = re.compile(r"\*\*|__(?=\W)|(?<=\W)__|[`\"'“”‘’]")
_MARKED = re.compile(r"[*_`\"'“”‘’]")
_MINUS = dict.fromkeys(map(ord, "−–‐‑"), "-")
_OTHER_AMOUNT = re.compile(r"[\d/%×→~^*+<>:]|\b(?:per|each|to|times|on)\b|[每倍]", re.I)


def _float(coefficient: str, exponent: str | None) -> float:
    return float(f"{coefficient}e{exponent or 0}")


def plain(text: str) -> str:
    """The text with full-width forms, odd minus signs, superscripts, quotes and Markdown emphasis made plain."""
    if not text.isascii():
        text = _SUPERSCRIPT.sub(lambda power: f"10^{power[1]}", text)
        text = unicodedata.normalize("NFKC", text).translate(_MINUS)
    return (_MARKS.sub("", text) if _MARKED.search(text) else text).strip()


def amount(text: str) -> float | None:
    """A number below 1000 that the text starts with."""
    found = _POWER.match(text) or _PLAIN.match(text)
    if not found or _OTHER_AMOUNT.search(bare(text[found.end() :])):
        return None
    value = _float(found[1] or "1", found[2])
    return value if value < 1000 else None


def rate(text: str) -> float | None:
    """A learning rate that the text starts with."""
    return amount(text) or None


def bare(text: str) -> str:
    """The text without what stands in parentheses."""
    return re.sub(r"[(\[（].*", "", text, flags=re.S)


def count(text: str) -> int | None:
    """A whole number that the text starts with, `90k` and `9e4` included."""
    found = _COUNT.match(text)
    if not found:
        exact = _PLAIN.fullmatch(text)
        return _whole(_float(exact[1], exact[2])) if exact and len(exact[2] or "") < 3 else None
    if _OTHER_AMOUNT.search(bare(found[3])):
        return None
    value = float(found[1].replace(",", "")) * {"": 1, "k": 1000, "万": 10000, "m": 1e6}[(found[2] or "").lower()]
    return _whole(value) if value % 1 == 0 else None


def _whole(value: float) -> int | None:
    """The number without its fraction, where floats still count: no run has more of anything."""
    return int(value) if abs(value) < 2**53 else None


def batch(text: str) -> int | None:
    """A batch size over all GPUs; `2x8` is 16."""
    found = _PRODUCT.match(text)
    if found:
        return int(found[1]) * int(found[2]) or None if not _OTHER_AMOUNT.search(bare(found[3])) else None
    return count(text) or None
