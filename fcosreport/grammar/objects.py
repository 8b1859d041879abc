"""Objects as programs print them: JSON, Python's dict on one line or over many, `OrderedDict`, with tensors in them.

Nothing is evaluated. What is cut keeps what stood before the cut; what is no pair of name and number is passed over.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NUMBER = rb"-?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?|-?(?:nan|NaN|inf|Infinity)"
_VALUE = (  # perhaps within `tensor(..., device='cuda:0')` or `np.float64(...)`
    rb"(?P<call>[\w.]{1,30}\(\s*\[?)?(?P<value>"
    + _NUMBER
    + rb")(?(call)(?:\]?(?:,[^()\r\n]{0,80})?\))?)(?=\s*(?:[,}\])]|$))"
)
_SUMMARY = rb"\s*(?:" + _NUMBER + rb")(?:,\s*(?:" + _NUMBER + rb")){9,11}\s*"
"""As many numbers as COCO's summary has, which a program writes as a list."""
_TOKEN = re.compile(
    rb"(?P<quote>[\"'])(?P<key>(?:(?!(?P=quote))[^\\\r\n]){1,100})(?P=quote)[ ]*[:,]\s*"
    rb"(?:" + _VALUE + rb"|\[(?P<summary>" + _SUMMARY + rb")\]|(?P<nest>(?:\w{0,30}Dict\(|\()?[\[{]+)"
    rb"|[\"'](?P<said>[^\"'\\\r\n]{0,40})[\"'](?=\s*[,}\])]))?"
    rb"|\"(?:[^\"\\\r\n]|\\.){0,2000}\"|'(?:[^'\\\r\n]|\\.){0,2000}'"
    rb"|(?P<open>[\[{])|(?P<close>[\]}])"
)
_PARTS = ("key", "value", "said", "summary", "nest", "open", "close")
_DEEPEST = 40


class Object(NamedTuple):
    """An object that ended: the numbers by their names (`bbox/AP`), where it begins and ends, and whether in a list."""

    row: dict[str, str]
    begin: int
    end: int
    in_list: bool


class _Level(NamedTuple):
    kind: bytes
    key: str
    begin: int
    row: dict[str, str]


def objects(data: bytes, begin: int) -> tuple[list[Object], int]:
    """The objects in `data[begin:]` up to the end of the first that is in none, and where that ends; -1 if nowhere.

    An object within a list is one of its own; one within another is part of that, its names behind that of the key.
    Of a list of ten to twelve numbers each is called by its place: `stats/0`.
    """
    levels, found = list[_Level](), list[Object]()
    for token in _TOKEN.finditer(data, begin):
        key, value, said, summary, nest, opened, closed = token.group(*_PARTS)
        text = said if value is None else value
        if text is not None:
            if levels:
                levels[-1].row.setdefault(_text(key), _text(text))
        elif summary:
            numbers = enumerate(summary.split(b","))
            if levels:
                levels[-1].row.update((f"{_text(key)}/{at}", _text(each)) for at, each in numbers)
        elif brackets := nest or opened:
            levels += _begun(brackets, _text(key) if nest else "", token.start())
            if len(levels) > _DEEPEST:
                break
        elif closed and levels:
            found.extend(_ended(levels, token.end()))
            if not levels:
                return found, token.end()
    return found, -1


def _begun(brackets: bytes, key: str, begin: int) -> Iterator[_Level]:
    """The levels that brackets open, which may stand behind a name such as `OrderedDict(`; the key is of the first."""
    for at in range(len(brackets.rstrip(b"[{")), len(brackets))[: _DEEPEST + 1]:
        yield _Level(brackets[at : at + 1], key, begin, {})
        key = ""


def _ended(levels: list[_Level], end: int) -> Iterator[Object]:
    """The object that the innermost level is, or nothing where it is part of the one around it."""
    level = levels.pop()
    in_list = any(each.kind == b"[" for each in levels)
    is_item = level.kind == b"{" and not level.key and bool(levels) and levels[-1].kind == b"["
    if level.row and (not levels or is_item):
        yield Object(level.row, level.begin, end, in_list)
    elif levels:
        prefix = f"{level.key}/" if level.key else ""
        levels[-1].row.update((prefix + name, text) for name, text in level.row.items())


def _text(text: bytes) -> str:
    return text.decode(errors="replace").strip()
