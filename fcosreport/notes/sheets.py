"""Tables that are no Markdown: columns set with blanks, tabs, commas, or pipes without the rule below the headers."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from fcosreport.notes.blocks import cells_of
from fcosreport.notes.markup import Markup, written
from fcosreport.vocabulary.headers import header

Sheet = list[tuple[int, list[str]]]
"""Lines with their cells; the first are the headers."""
_Parted = Callable[[str], list[str]]

SIGN = re.compile("ap|iou|recall|precision|f1|pq|mot|hota|nds")
"""A part of each name of a metric, in lower case: most lines have none, which is found sooner."""
_NUMBER = re.compile(r"[*=~≈ ]*(?:\d{1,3}(?:\.\d+)?|\.\d+)\s*%?[\s*=†‡↑↓]*(?:[(±/+-].{0,20})?")
_BLANK = re.compile(r"[-–—*/?xX\s]*|(?i:n/?a|nan|none|tbd|todo)")
_RULE = re.compile(r"[\s|+:=_–—-]*")
_LONGEST = 400  # characters of a line
_WIDEST = 40  # characters of a header
_TEXT = re.compile(r"\S+(?:[^\S\t]\S+)*")
"""A cell where blanks part them: one blank stands within it, two or a tab end it."""


def sheets(note: Markup) -> Iterator[Sheet]:
    """The tables that stand in paragraphs and in code that is no program, each with a metric in its headers."""
    if not SIGN.search("\n".join(note.rows).lower()):
        return
    lines = [(number, line) for number, line in written(note) if len(line) <= _LONGEST and not _is_rule(line)]
    at = 0
    while at < len(lines):
        sheet = _sheet(lines, at) if SIGN.search(lines[at][1].lower()) else []
        if sheet:
            yield sheet
        at += max(1, len(sheet))


def _is_rule(line: str) -> bool:
    """Whether a line parts headers from rows, or was meant to: each of its cells has a rule in it."""
    cells = line.strip().strip("|").split("|") if "----" in line and line.lstrip().startswith("|") else ()
    return bool(_RULE.fullmatch(line)) or (bool(cells) and all("----" in cell for cell in cells))


def _sheet(lines: Sequence[tuple[int, str]], at: int) -> Sheet:
    """The table whose headers stand in line `at`, parted by the first mark that makes one of the lines below.

    What words mean is asked last: most lines with a name of a metric are prose, and no line below is parted as they.
    """
    line, headers_text = lines[at]
    for fewest, parted in _MARKS:
        headers = [cell.strip() for cell in parted(headers_text)]
        if len(headers) < 2 or not all(map(_is_title, headers)):
            continue
        fitting = _fitting(lines, at, len(headers), parted)
        first = next(fitting, None)
        if not first or not any(map(_is_score, first[1])):
            continue
        measured = [column for column, text in enumerate(headers) if header(text).kind == "metric"]
        rows: Sheet = []
        for number, cells in chain((first,), fitting) if measured else ():
            if not all(_is_score(cells[column]) for column in measured):
                break
            rows.append((number, cells))
        told = sum(any(_NUMBER.fullmatch(cells[column]) for column in measured) for _, cells in rows)
        if told >= fewest:
            return [(line, headers), *rows]
    return []


def _fitting(lines: Sequence[tuple[int, str]], at: int, width: int, parted: _Parted) -> Iterator[tuple[int, list[str]]]:
    """The lines below line `at` that have as many cells as it, up to the first that has not."""
    spans = _spans(lines[at][1]) if parted is _by_blanks else []
    for number, text in islice(lines, at + 1, None):
        cells = [cell.strip() for cell in parted(text)]
        if spans and 1 < len(cells) < width:
            cells = _aligned(text, spans)
        elif parted is _by_pipes and len(cells) > 1:
            cells = (cells + [""] * width)[:width]
        if len(cells) != width:
            return
        yield number, cells


def _by_pipes(line: str) -> list[str]:
    return cells_of(line.strip()) if "|" in line else [line]


def _by_tabs(line: str) -> list[str]:
    return line.rstrip().split("\t")


def _by_commas(line: str) -> list[str]:
    return line.split(",")


def _by_blanks(line: str) -> list[str]:
    return _TEXT.findall(line)


_MARKS: tuple[tuple[int, _Parted], ...] = (
    (1, _by_pipes),
    (1, _by_tabs),
    (2, _by_commas),
    (1, _by_blanks),
    (2, str.split),
)
"""How cells are parted, the surest first, each with the rows that it takes to be sure."""


def _is_title(text: str) -> bool:
    return len(text) <= _WIDEST and not _NUMBER.fullmatch(text)


def _is_score(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text) or _BLANK.fullmatch(text))


def _spans(line: str) -> list[tuple[int, int]]:
    """Where each text between blanks begins and ends."""
    return [found.span() for found in _TEXT.finditer(line)]


def _aligned(line: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The cells of a line that leaves some out, each below the header it is nearest to; none where two share one."""
    cells = [""] * len(spans)
    for text, (begin, end) in zip(_by_blanks(line), _spans(line), strict=True):
        column = min(range(len(spans)), key=lambda at: abs(begin + end - sum(spans[at])))
        column = next((at for at, (first, last) in enumerate(spans) if begin < last and first < end), column)
        if cells[column]:
            return []
        cells[column] = text
    return cells
