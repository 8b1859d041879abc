"""The results that programs printed into a note, and those of logs that are pasted into it."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from fcosreport.notes import words
from fcosreport.notes.markup import Line, Markup, below, printed
from fcosreport.records import Evaluation, Where
from fcosreport.vocabulary.detectors import detectors

_SETTING = re.compile(r"(?i)\b\d+ epochs\b|\b(?:batch|lr|img|image|input|learning)[ _-]?(?:size|rate)?\s*[=:]\s*\d")
"""What a person writes of a run beside its name."""


def captions(lines: Iterable[Line], evaluations: Iterable[Evaluation]) -> Iterator[Line]:
    """The lines of code that name a model and how it was trained, above each of several results in it."""
    measured = sorted(each.where.line for each in evaluations)
    for code in lines if len(measured) > 1 else ():
        first = code.number + code.is_fenced
        texts = code.text.split("\n") if code.kind == "code" else []
        if bisect_left(measured, first + len(texts)) - bisect_left(measured, first) > 1:
            for number, (above, text) in enumerate(pairwise(["", *texts]), first):
                if not above.strip() and _SETTING.search(text) and detectors(text) and not words.is_log(text):
                    yield Line(number, "item", text.strip())


def results(
    note: Markup, found: Sequence[Evaluation], read_logs: Callable[[Sequence[str]], Iterable[Iterable[Evaluation]]]
) -> list[Evaluation]:
    """What readers found in the note, and what `read_logs` finds in code that none of them took.

    What stands below words such as "you will get" shows what a program prints, and is no result.
    """
    shown = below(note, words.is_promised)
    taken = [*(each.where.line for each in found), *shown]
    logs = list(printed(note, taken))
    read = zip(logs, read_logs([log for _, log in logs]), strict=True)
    pasted = [_moved(each, before) for (before, _), told in read for each in told]
    return [*(each for each in found if each.where.line not in shown), *pasted]


def _moved(result: Evaluation, before: int) -> Evaluation:
    """A result of a log, in a note in which so many lines stand before that."""
    moved = [Where(place.path, place.line + before) for place in (result.where, *result.also)]
    return replace(result, origin="note", where=moved[0], also=tuple(moved[1:]))
