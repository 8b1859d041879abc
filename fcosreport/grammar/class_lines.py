"""Lines that tell the AP of one class, as evaluations in the manner of PASCAL VOC print them. For dialects.

AP for aeroplane = 0.8207                                   py-faster-rcnn, ssd.pytorch
66.70% = apple AP                                           Cartucho/mAP, bubbliiiing
+ Class '0' (person) - AP: 0.6359                           PyTorch-YOLOv3
150 instances of class person with average precision: 0.51  keras-retinanet
class_id = 1, name = bicycle, ap = 100.00%                  darknet
"""

import re
from typing import NamedTuple

_NUMBER = r"(?P<text>\d+(?:\.\d*)?(?:e-\d+)?|nan) ?(?P<sign>%)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\bAP (?:for|of) (?:class )?'?(?P<name>[^=:']{{1,60}}?)'? ?[=:] ?{_NUMBER}\s*$",
        rf"^\s*{_NUMBER} = (?P<name>[^=]{{1,60}}?) AP\b",
        rf"^\W*[Cc]lass '?\d+'? \((?P<name>[^()]{{1,60}})\) - AP ?: ?{_NUMBER}",
        rf"\binstances of class (?P<name>.{{1,60}}?) with average precision: {_NUMBER}",
        rf"\bclass_id = \d+, name = (?P<name>[^=]{{1,60}}?), +ap = {_NUMBER}",
    )
)


class ClassLine(NamedTuple):
    """A class, its AP as it is printed, and whether a sign says that it is in percent."""

    name: str
    text: str
    percent: bool


def class_line(text: str) -> ClassLine | None:
    """What a line tells of one class; None for another line."""
    found = next(filter(None, (form.search(text) for form in _FORMS)), None)
    return ClassLine(found["name"].strip(), found["text"], bool(found["sign"])) if found else None
