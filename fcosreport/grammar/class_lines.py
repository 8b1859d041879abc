"""Lines that tell the AP of one class, as evaluations in the manner of PASCAL VOC print them. For dialects.

AP for aeroplane = 0.8207                                   py-faster-rcnn, ssd.pytorch
66.70% = apple AP                                           Cartucho/mAP, bubbliiiing
+ Class '0' (person) - AP: 0.6359                           PyTorch-YOLOv3
150 instances of class person with average precision: 0.51  keras-retinanet
class_id = 1, name = bicycle, ap = 100.00%                  darknet
cls: 2, mAP: 0.652                                          hand-made
  insulator       AP=0.9361                                 hand-made, below the mean
"""

import re
from functools import lru_cache
from typing import NamedTuple

from fcosreport.vocabulary.metric_names import metric_of, split_alone, split_of, task_alone

_NUMBER = r"(?P<text>\d+(?:\.\d*)?(?:e-\d+)?|nan) ?(?P<sign>%)?"
_OVERALL = r"(?i:best|final|last|total|overall|average|current|test)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\bAP (?:for|of) (?:class )?'?(?P<name>[^=:']{{1,60}}?)'? ?[=:] ?{_NUMBER}\s*$",
        rf"^\s*{_NUMBER} = (?P<name>[^=]{{1,60}}?) AP\b",
        rf"^\W*[Cc]lass '?\d+'? \((?P<name>[^()]{{1,60}})\) - AP ?: ?{_NUMBER}",
        rf"\binstances of class (?P<name>.{{1,60}}?) with average precision: {_NUMBER}",
        rf"^\s*(?!{_OVERALL}\b)(?P<name>[^\W\d][\w -]{{0,60}}?) AP = {_NUMBER}\s*$",
        rf"\bclass_id = \d+, name = (?P<name>[^=]{{1,60}}?), +ap = {_NUMBER}",
        rf"^\W*(?:[Cc]ls|[Cc]lass)(?:[ _]?id)? ?[:=] ?(?P<name>[\w -]{{1,60}}?), m?AP ?[:=] ?{_NUMBER}\s*$",
    )
)
_COLUMN = re.compile(
    rf"^\s*(?!{_OVERALL}\b)(?P<name>[^\W\d][\w-]*(?: [\w-]+){{0,5}}):? {{1,60}}AP ?[:=] ?{_NUMBER}\s*$"
)
"""A line below the mean over classes, or below another class, whose name is set off as in a column."""
_ANY = re.compile(r" m?AP ?[:=]|= [^=]{1,60} AP\b|\bAP [fo]|average precision:|, +ap =")
"""What is in each of them."""
_HEADING = re.compile(
    r"(?P<before>\W*)(?:(?:class|category|model|detector|label|evaluating|results (?:for|of))\b(?: name)?\W*)?"
    r"(?P<name>[^\W\d_](?:[\w .,+/()-]{0,58}[\w)])?)(?P<behind>\W*)",
    re.I,
)
_BEFORE = re.compile(
    r"(?P<indent>\s*)\W*(?P<word>(?i:model|detector|run|experiment)(?: name)? ?[:=] ?)?"
    r"(?P<name>[^\W\d_](?:[\w.,+/()-]| (?! )){0,58}[\w)])(?P<behind>:\s|\s*\||\s{2,}|(?(word)[,;] ))"
)
"""What stands before the metrics of a line, set off from these, perhaps behind a word that says what it is."""
_PROSE = re.compile(
    r"(?i)(?<![\w-])(?:results?|evaluat\w*|metrics?|epochs?|iter\w*|step|performance|summary|scores?|loss\w*|lr|time\w*|took|sav\w*"
    r"|load\w*|info|warning|debug|root|done|images?|batch\w*"
    r"|(?:macro|micro|weighted)(?:-\w+)?)(?![\w-])|[=:]|^(?:best|last|final)(?: \w+)?$"
)
_PER_CLASS = re.compile(
    rb"(?im)^[^\r\n]*(?:per[-_ ]?class|class[-_ ]?wise|per[-_ ]?categor|\bclass(?:es)? (?:metrics|results|ap)\b)"
    rb"[^\r\n]*$"
)
_CLASS = (b"class", b"categor")
"""What is in each such line, in lower case: few logs have one, and the pattern is slow."""
_NEAR = 1 << 10  # bytes above a line in which classes may be announced
_OF_RULE = re.compile(r"[=#*~_-]{2}")


_FAR = 100  # bytes of the line above
_SIZE = re.compile(r"\W*(?P<size>small|medium|large)\b(?: (?:objects?|boxes|instances))?\W*", re.I)
_BLOCK = 2 << 10  # bytes above a line in which the heading of its block may stand


class ClassLine(NamedTuple):
    """A class, its AP as it is printed, and whether a sign says that it is in percent."""

    name: str
    text: str
    percent: bool


def class_line(text: str, *, among_classes: bool = False) -> ClassLine | None:
    """What a line tells of one class; None for another line.

    `among_classes`: others stand right above, or the mean over them.
    """
    forms = (*_FORMS, _COLUMN) if among_classes else _FORMS
    found = next(filter(None, (form.search(text) for form in forms)), None) if _ANY.search(text) else None
    if not found:
        return None
    is_train = among_classes and found["name"] == "train"  # which is also a vehicle
    if metric_of(f"{found['name']} AP") and not is_train:  # a mean, or that of boxes
        return None
    return ClassLine(found["name"].strip(), found["text"], bool(found["sign"]))


class Heading(NamedTuple):
    """A name that says what a result is of.

    `is_set_off`: from all else, as a title or before a sign. `is_class`: below a line that announces classes.
    """

    name: str
    is_set_off: bool
    is_class: bool = False


def heading(data: bytes, begin: int) -> Heading | None:
    """The name that is all a line above `data[begin]` says, or what stands before the metrics in that line.

    Above is the line in less than which this one is set, else the last one.
    """
    line = data[begin : begin + _FAR].partition(b"\n")[0].decode(errors="replace")
    above = _title(data, begin)
    if not _PER_CLASS.match(above) and (title := _named(above)):
        return Heading(title["name"], True)
    own = _BEFORE.match(line)
    if own and is_name(own["name"]):
        return Heading(own["name"], True, _are_classes(data, begin))
    last = data[max(0, begin - _FAR) : begin].splitlines()[-1:]
    found = _named(last[0] if last else b"")
    is_ruled = found and any(_OF_RULE.search(found[side]) for side in ("before", "behind"))
    return Heading(found["name"], bool(is_ruled or ":" in found["behind"])) if found else None


def _are_classes(data: bytes, begin: int) -> bool:
    """Whether a line before, which is set in no deeper, announces results of classes."""
    start = max(0, begin - _NEAR)
    may_be = any(map(data[start:begin].lower().__contains__, _CLASS))
    announced = list(_PER_CLASS.finditer(data, start, begin)) if may_be else []
    return bool(announced) and _indent(announced[-1][0]) <= _indent(data[begin : begin + _FAR])


def _named(line: bytes) -> re.Match[str] | None:
    found = _HEADING.fullmatch(line.decode(errors="replace"))
    return found if found and is_name(found["name"]) else None


@lru_cache(1024)
def is_name(text: str) -> bool:
    """Whether a text that is set off may name what a result is of: it is no prose, and no metric."""
    is_prose = _PROSE.search(text) and not task_alone(text)
    return not (is_prose or metric_of(text)) and (bool(split_alone(text)) or not split_of(text))


def size_of_block(data: bytes, begin: int) -> str:
    """The size of objects that the block of `data[begin]` is of, by its title."""
    found = _SIZE.fullmatch(_title(data, begin).decode(errors="replace"))
    return found["size"].lower() if found else ""


def _title(data: bytes, begin: int) -> bytes:
    """The nearest line above that is set in less than the one at `data[begin]`; b"" where this is set in nothing."""
    own = _indent(data[begin : begin + _FAR])
    above = data[max(0, begin - _BLOCK) : begin].splitlines() if own else []
    return next((line for line in reversed(above) if line.strip() and _indent(line) < own), b"")


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))
