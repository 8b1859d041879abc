"""Lines that tell the AP of one class, as evaluations in the manner of PASCAL VOC print them. For dialects.

AP for aeroplane = 0.8207                                   py-faster-rcnn, ssd.pytorch
66.70% = apple AP                                           Cartucho/mAP, bubbliiiing
+ Class '0' (person) - AP: 0.6359                           PyTorch-YOLOv3
150 instances of class person with average precision: 0.51  keras-retinanet
class_id = 1, name = bicycle, ap = 100.00%                  darknet
"""

import re
from typing import NamedTuple

from fcosreport.vocabulary.metric_names import metric_of

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
    )
)


_HEADING = re.compile(
    r"\W*(?:(?:class|category|model|detector|label)\b(?: name)?\W*)?(?P<name>[^\W\d_](?:[\w .+/()-]{0,38}[\w)])?)\W*",
    re.I,
)
_PROSE = re.compile(
    r"(?i)\b(?:results?|evaluat\w*|metrics?|validation|val|test\w*|epoch|performance|summary|scores?)\b"
)


_FAR = 100  # bytes of the line above
_SIZE = re.compile(r"\W*(?P<size>small|medium|large)\b(?: (?:objects?|boxes|instances))?\W*", re.I)
_BLOCK = 2 << 10  # bytes above a line in which the heading of its block may stand


class ClassLine(NamedTuple):
    """A class, its AP as it is printed, and whether a sign says that it is in percent."""

    name: str
    text: str
    percent: bool


def class_line(text: str) -> ClassLine | None:
    """What a line tells of one class; None for another line."""
    found = next(filter(None, (form.search(text) for form in _FORMS)), None)
    if not found or metric_of(f"{found['name']} AP"):  # a mean, or that of boxes
        return None
    return ClassLine(found["name"].strip(), found["text"], bool(found["sign"]))


def heading(data: bytes, begin: int) -> str:
    """The name that is all the line above `data[begin]` says, such as that of a class or a model; "" for none."""
    above = data[max(0, begin - _FAR) : begin].splitlines()[-1:]
    text = above[0].decode(errors="replace") if above else ""
    found = _HEADING.fullmatch(text)
    return found["name"] if found and not _PROSE.search(text) and not metric_of(found["name"]) else ""


def size_of_block(data: bytes, begin: int) -> str:
    """The size of objects that the block of `data[begin]` is of, by the nearest line above that is set in less."""
    own = _indent(data[begin : begin + _FAR])
    above = data[max(0, begin - _BLOCK) : begin].splitlines() if own else []
    heading = next((line for line in reversed(above) if line.strip() and _indent(line) < own), b"")
    found = _SIZE.fullmatch(heading.decode(errors="replace"))
    return found["size"].lower() if found else ""


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))
