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
