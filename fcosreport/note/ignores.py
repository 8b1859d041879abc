"""The comments of a note that let a finding stand: `<!-- fcosreport: ignore=CODE[,CODE] reason -->`."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from fcosreport.note.markup import Line
from fcosreport.records import Ignore, Issue, Where

_CODE_SPAN = re.compile(r"(`+)[^`\n]+\1")
_OURS = re.compile(r"\s*fcosreport:\s*")
_IGNORE = re.compile(r"ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)(?![\w,-])[\s:;—–-]*", re.ASCII)
_TABLE_MARKS = ("begin", "end")


def ignores(text: str, path: str, lines: Sequence[Line]) -> Iterator[Ignore | Issue]:
    """What the comments of a note ignore, in its order, each for the section that it stands in; before any heading, for
    the whole note. `lines` are those of the note's markup. A comment that starts like one and is none gives an Issue.
    """
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sections = _sections((line for line in lines if line.kind == "heading" and line.level), len(rows))
    for number, comment in _comments(_without_code(rows, lines)):
        ours = _OURS.match(comment)
        if not ours or comment[ours.end() :].startswith(_TABLE_MARKS):
            continue
        said = _IGNORE.match(comment, ours.end())
        if not said:
            told = "this comment is not understood: write <!-- fcosreport: ignore=CODE reason -->"
            yield Issue(told, Where(path, number))
            continue
        reason = " ".join(comment[said.end() :].split())
        first, last = sections[bisect_right(sections, (number, 0), lo=1) - 1]
        for code in said[1].split(","):
            yield Ignore(code.strip(), reason, Where(path, number), first=first, last=last)


def _without_code(rows: Sequence[str], lines: Iterable[Line]) -> str:
    """The note with nothing in its code blocks and spans; every line keeps its number."""
    kept = list(rows)
    for line in lines:
        if line.kind == "code":
            start = line.number - 1
            fenced = rows[start].lstrip(" \t>").startswith(("```", "~~~")) if start < len(rows) else False
            stop = min(start + line.text.count("\n") + fenced, len(kept))
            kept[start:stop] = [""] * (stop - start)
    return _CODE_SPAN.sub(lambda found: " " * len(found[0]), "\n".join(kept))


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """The line and content of each HTML comment."""
    line, at = 1, 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        line += text.count("\n", at, start)
        yield line, text[start + 4 : end]
        line += text.count("\n", start, end)
        at = end


def _sections(headings: Iterable[Line], count: int) -> list[tuple[int, int]]:
    """The first and last line of each heading's section, with the sections below it; before them, the whole note."""
    lasts: list[int] = []
    starts: list[int] = []
    around: list[tuple[int, int]] = []  # the levels of the headings that are still open, and which they are
    for index, heading in enumerate(headings):
        while around and around[-1][0] >= heading.level:
            lasts[around.pop()[1]] = heading.number - 1
        around.append((heading.level, index))
        starts.append(heading.number)
        lasts.append(count)
    return [(1, count), *zip(starts, lasts, strict=True)]
