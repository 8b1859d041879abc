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
_TOKEN = re.compile(
    rb"(?P<quote>[\"'])(?P<key>(?:(?!(?P=quote))[^\\\r\n]){1,100})(?P=quote)[ ]*[:,]\s*"
    rb"(?:" + _VALUE + rb"|(?P<numbers>\[\s*(?:" + _NUMBER + rb")(?:\s*,\s*(?:" + _NUMBER + rb")){0,31}\s*\])"
    rb"|(?P<nest>(?:\w{0,30}Dict\(|\()?[\[{]+)"
    rb"|[\"'](?P<said>[^\"'\\\r\n]{0,40})[\"'](?=\s*[,}\])]))?"
    rb"|\"(?:[^\"\\\r\n]|\\.){0,2000}\"|'(?:[^'\\\r\n]|\\.){0,2000}'"
    rb"|(?P<open>[\[{])|(?P<close>[\]}])"
)
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
    """
    levels, found = list[_Level](), list[Object]()
    for token in _TOKEN.finditer(data, begin):
        text = token["said"] if token["value"] is None else token["value"]
        if text is not None and levels:
            levels[-1].row.setdefault(_text(token["key"]), _text(text))
        if token["numbers"] and levels and b"coco_eval" in token["key"]:  # DETR's twelve, each by its place
            key = _text(token["key"])
            for at, each in enumerate(token["numbers"].strip(b"[]").split(b",")):
                levels[-1].row.setdefault(f"{key}/{at}", _text(each))
        for index, bracket in enumerate(re.findall(rb"[\[{]", token["nest"] or token["open"] or b"")):
            key = _text(token["key"]) if token["nest"] and not index else ""
            levels.append(_Level(bracket, key, token.start(), {}))
        if token["close"] and levels:
            found.extend(_ended(levels, token.end()))
            if not levels:
                return found, token.end()
        if len(levels) > _DEEPEST:
            break
    return found, -1


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
