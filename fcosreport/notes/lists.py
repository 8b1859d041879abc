"""Lists of numbers whose metric stands above them, as sheets: `mAP50:` above `- plain: 0.41` and `- + mosaic: 0.43`."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fcosreport.notes.columns import METRIC_IN_TITLE
from fcosreport.notes.markup import Line, Markup
from fcosreport.notes.parted import heads_of
from fcosreport.notes.sheets import SIGN, Sheet
from fcosreport.notes.subjects import is_run
from fcosreport.vocabulary import is_stated
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import is_side

_NUMBER = r"[~≈]?(?:\d{1,3}\.\d{1,18}|\.\d{1,18}|\d{1,3}(?=\s?%))\s?%?"
_ITEM = re.compile(
    rf"(?P<name>[^:：→|\n]{{1,80}})(?:[:：=→]|->)\s?(?P<value>{_NUMBER}(?:\s?/\s?{_NUMBER}){{0,3}})"
    r"\s?(?:[(（][^()（）]{0,60}[)）])?"
)
_ITEM_WITH_METRIC = re.compile(
    rf"(?P<name>[^:：→|\n]{{1,80}}?)\s?(?:[:：=→]|->)\s?(?:(?P<value>{_NUMBER})\s(?P<metric>m?AP[\d@.:-]{{0,10}})"
    rf"|(?P<first>m?AP[\d@.:-]{{0,10}})\s?[:=]?\s?(?P<number>{_NUMBER}))"
)
_WITHIN = re.compile(r".{0,60}[(（](?P<head>[^()（）]{2,60})[)）]")
"""The metric in brackets behind other words: `Results (AP bbox / AP segm)`."""
_KINDS = frozenset(("heading", "item", "text"))
_LONGEST = 160  # characters of a line with the name of a metric


def lists(note: Markup) -> Iterator[Sheet]:
    """The lists and lines below each other of a name and a number each, right below the name of a metric.

    One of the names is that of a run, or a setting; a list without any may be of classes.
    """
    if not SIGN.search("\n".join([line.text for line in note.lines]).lower()):
        return
    for at, above in enumerate(note.lines):
        may_be = above.kind in _KINDS and len(above.text) <= _LONGEST and SIGN.search(above.text.lower())
        is_above = may_be and len(list(islice(_rows(note.lines, at + 1), 2))) > 1  # which is found sooner than a name
        head = (_head(above.text) or _head_of_item(above)) if is_above else ""
        rows = list(_rows(note.lines, at + 1)) if head else []
        names = [name for _, (name, _) in rows]
        if rows and not any(map(_is_known, names)) and any(is_run(name) or is_stated(name) for name in names):
            first = _ITEM_WITH_METRIC.fullmatch(above.text.strip()) if above.kind == "item" else None
            rows = (
                [(above.number, [first["name"].strip(), first["value"] or first["number"]]), *rows] if first else rows
            )
            yield [(rows[0][0], ["name", head]), *rows]


def _rows(lines: Sequence[Line], at: int) -> Iterator[tuple[int, list[str]]]:
    """The lines from one on that are alike and have a name and numbers each, up to the first that has not."""
    for place in range(at, len(lines)):
        line = lines[place]
        is_alike = (line.kind, line.depth) == (lines[at].kind, lines[at].depth) and line.kind in ("item", "text")
        found = _ITEM.fullmatch(line.text.replace("**", "").strip()) if is_alike else None
        if not found:
            return
        yield line.number, [found["name"].strip(), found["value"]]


def _head(text: str) -> str:
    """The name of a metric, or of several between slashes, that a line is; or that it announces: `mAP50 of all runs:`;
    "" for another.
    """
    announces = text.rstrip(" *_`").endswith((":", "："))
    text = text.strip(" *_`:：")
    within = _WITHIN.fullmatch(text)
    named = [each[0] for each in METRIC_IN_TITLE.finditer(text)] if announces else []
    heads: list[str] = [text, within["head"] if within else "", *(named if len(named) == 1 else ())]
    for told in heads:
        meaning = header(told)
        if told and ((meaning.kind == "metric" and not is_side(meaning.name)) or heads_of(told)):
            return told
    return ""


def _head_of_item(above: Line) -> str:
    """The metric that the first item of a list names for those below it, too: `- baseline: mAP50 0.58`."""
    found = _ITEM_WITH_METRIC.fullmatch(above.text.strip()) if above.kind == "item" else None
    told = [each[0] for each in METRIC_IN_TITLE.finditer(found["metric"] or found["first"])] if found else []
    return told[0] if len(told) == 1 and not (found and _is_known(found["name"].strip())) else ""


def _is_known(name: str) -> bool:
    """Whether a name is that of a metric, a setting or a cost, and of no run."""
    return header(name).kind in ("metric", "setting", "measure")
