"""Results that a note shows as a picture and nowhere as numbers."""

import re
from itertools import pairwise

from fcosreport.notes.markup import Markup
from fcosreport.records import Issue, Where

_PICTURE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,900}\)|!\[\[[^\[\]\n]{1,300}\]\]|<img\s[^<>\n]{0,900}>", re.I)
_AROUND = re.compile(r"</?\w[^<>\n]{0,300}>|&nbsp;|[\W_]")
"""What stands around pictures and says nothing."""
_OF_RESULTS = re.compile(
    r"(?i)\b(?:results?|performance|metrics|evaluation|scores?|leader ?board|training curves?)\b"
    r"|结果|性能|指标|成绩|結果|精度|성능|결과|リーダーボード|리더보드"
)


def only_shown(note: Markup, path: str) -> Issue | None:
    """The issue of the first picture under a heading of results with nothing but pictures below it; None for none."""
    headings = [line for line in note.lines if line.kind == "heading"]
    for heading, following in pairwise([*headings, None]):
        below = range(heading.number, following.number - 1 if following else len(note.rows)) if heading else range(0)
        shown = [at + 1 for at in below if _PICTURE.search(note.rows[at])]
        is_silent = not any(_AROUND.sub("", _PICTURE.sub("", note.rows[at])) for at in below)
        if heading and shown and is_silent and _OF_RESULTS.search(heading.text):
            told = "The results here are a picture, which is not read: write its numbers beside it."
            return Issue(told, Where(path, shown[0]))
    return None
