"""Notes in Org, reStructuredText and plain text, written as Markdown: as many lines, each with what it said."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from fcosreport.files.packed import name_unpacked

_ORG_HEADING = re.compile(r"(\*{1,9})\s+(?:(TODO|NEXT|WAITING|DONE|CANCELL?ED)\s+)?(.*?)(?:\s+:[\w@:]+:)?\s*")
_ORG_BOXES = {"DONE": "[x] ", "TODO": "[ ] ", "NEXT": "[ ] ", "WAITING": "[ ] "}
_ORG_BLOCK = re.compile(r"(?i)\s*#\+(begin|end)_(\w+)(.*)")
_ORG_KEYWORD = re.compile(
    r"\s*#(?:\+\w+:.*| .*|)|\s*:(?:PROPERTIES|LOGBOOK|END):\s*|\s*(?:SCHEDULED|DEADLINE|CLOSED):.*"
)
_ORG_PROPERTY = re.compile(r"\s*:([A-Za-z][\w-]*):\s+(\S.*)")
_ORG_LINK = re.compile(r"\[\[(?:file:)?([^\[\]\n]{1,500})\]\[([^\[\]\n]{1,300})\]\]")
_ORG_RULE = re.compile(r"\s*\|[-+]+\|?\s*")
_ORG_FIXED = re.compile(r"\s*: (.*)")

_RST_LINE = re.compile(r"([=\-~^\"'`#*+:.<>_])\1{2,}\s*")
_RST_DIRECTIVE = re.compile(r"(\s*)\.\. ?(?:([\w-]+)::)?.*")
_RST_OPTION = re.compile(r"\s+:[\w-]+:.*")
_RST_FIELD = re.compile(r":([^:\n]{1,60}):\s+(\S.*)")
_RST_LINK = re.compile(r"`([^`<>\n]{1,300}?)\s*<([^<>`\s]{1,800})>`_{1,2}")
_RST_GRID = re.compile(r"\s*\+(?:([-=])\1*\+)+\s*")
_RST_LIST_TABLE = re.compile(r"(\s*)\.\. list-table::.*")
_RST_CELL = re.compile(r"\s+(\*\s+)?-(?:\s(.*))?")
_RST_SIMPLE = re.compile(r"\s*=+(?:\s+=+)+\s*")

_RULES = ("---", "===", "***", "###", "~~~")
_RULED = re.compile(
    r"(?P<sign>[-=*#~])(?P=sign){2,}+\s{0,4}(?P<title>[^\W_][^=*#~\n]{0,80}?)\s{0,4}(?P=sign){3,}+(?P<rest>[^\n]{0,80})"
)
_DATED = re.compile(
    r"(?i)\W{0,3}\d{4}\s?[./年-]\s?\d{1,2}\s?[./月-]\s?\d{1,2}日?\W{0,3}"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}|(?:周|星期).|\d{1,2}:\d{2}(?::\d{2})?)?\W{0,3}"
)


def markdown(text: str, path: str) -> str:
    """The text as Markdown, by the suffix of its path; a note that is Markdown stays as it is."""
    write = _WRITERS.get(PurePosixPath(name_unpacked(path)).suffix.lower())
    if not write:
        return text
    return "\n".join(write(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _org(lines: Sequence[str]) -> Iterator[str]:
    is_code, rows, is_ruled = False, 0, False  # rows of a table so far; its header has a rule
    for line in lines:
        block = _ORG_BLOCK.fullmatch(line)
        is_row = not is_code and line.lstrip().startswith("|")
        if not is_row:
            rows, is_ruled = 0, False
        if block and block[2].lower() in ("src", "example"):
            is_code = block[1].lower() == "begin"
            yield f"```{block[3].strip()}" if is_code else "```"
        elif is_code:
            yield line
        elif is_row and _ORG_RULE.fullmatch(line):
            yield line.replace("+", "|") if rows and not is_ruled else ""
            is_ruled = rows > 0
        else:
            rows += is_row
            yield "" if block else _org_line(line)


def _org_line(line: str) -> str:
    if heading := _ORG_HEADING.fullmatch(line):
        title = f"{_ORG_BOXES.get(heading[2] or '', '')}{heading[3]}"
        return f"{'#' * min(len(heading[1]), 6)} {title}{' (cancelled)' if (heading[2] or '')[:1] == 'C' else ''}"
    if _ORG_KEYWORD.fullmatch(line):
        return ""
    if found := _ORG_PROPERTY.fullmatch(line):
        return f"- {found[1]}: {found[2]}"
    if found := _ORG_FIXED.fullmatch(line):
        return f"    {found[1]}"
    return _ORG_LINK.sub(r"[\2](\1)", line)


def _rst(lines: Sequence[str]) -> Iterator[str]:
    """Headings by their underlines, whose levels follow from their order; tables by their rules; code by its indent."""
    levels: list[str] = []
    code: int | None = None  # the indent of the line that announced code
    columns: list[tuple[int, int]] = []  # of a simple table
    is_titled = False
    for line, below in pairwise([*_with_list_tables(lines), ""]):
        indent = len(line) - len(line.lstrip())
        if code is not None and (not line.strip() or indent > code):
            yield f"    {line}" if line.strip() else ""
            continue
        code = indent if _announces_code(line) else None
        if _RST_SIMPLE.fullmatch(line):
            yield "|--" * len(columns) + "|" if columns and not is_titled and below.strip() else ""
            is_titled = bool(columns) and not is_titled
            columns = [] if not below.strip() else [found.span() for found in re.finditer("=+", line)]
            continue
        if columns:
            ends = [*(start for start, _ in columns[1:]), len(line)]
            cells = (line[start:end].strip() for (start, _), end in zip(columns, ends, strict=True))
            yield f"| {' | '.join(cells)} |" if line.strip() else ""
        elif _RST_LINE.fullmatch(line):
            yield ""
        elif _is_title(line, below):
            levels.extend([below[0]] if below[0] not in levels else [])
            yield f"{'#' * min(levels.index(below[0]) + 1, 6)} {line.strip()}"
        else:
            yield _rst_line(line)


def _with_list_tables(lines: Sequence[str]) -> list[str]:
    """The lines with the rows of tables that are lists of lists between pipes, each in the line where it begins."""
    made, at = list(lines), 0
    while at < len(made):
        found = _RST_LIST_TABLE.fullmatch(made[at])
        end = at + 1
        while found and end < len(made) and (not made[end].strip() or made[end].startswith(f"{found[1]} ")):
            end += 1
        rows: list[tuple[int, list[str]]] = []
        for number in range(at + 1, end):
            if cell := _RST_CELL.fullmatch(made[number]):
                rows += [(number, [])] if cell[1] else []
                (rows or [(number, [])])[-1][1].append(cell[2] or "")
        made[at:end] = [""] * (end - at) if found else made[at:end]
        for number, cells in rows:
            made[number] = f"| {' | '.join(cells)} |"
        if rows and len(rows[0][1]) > 1:
            made[rows[0][0] + 1] = "|--" * len(rows[0][1]) + "|"
        at = end
    return made


def _is_title(line: str, below: str) -> bool:
    return bool(line.strip() and _RST_LINE.fullmatch(below)) and len(below.rstrip()) >= len(line.strip())


def _announces_code(line: str) -> bool:
    directive = _RST_DIRECTIVE.fullmatch(line)
    if directive:
        return directive[2] in ("code-block", "code", "sourcecode", "literalinclude", "parsed-literal")
    return line.rstrip().endswith("::")


def _rst_line(line: str) -> str:
    if _RST_GRID.fullmatch(line):
        return "|--" * (line.count("+") - 1) + "|" if "=" in line else ""
    if _RST_DIRECTIVE.fullmatch(line) or _RST_OPTION.fullmatch(line):
        return ""
    if field := _RST_FIELD.fullmatch(line):
        return f"- {field[1]}: {field[2]}"
    return _RST_LINK.sub(r"[\1](\2)", line).replace("``", "`")


def _txt(lines: Sequence[str]) -> Iterator[str]:
    """Dated lines, and those between dashes (`---- wide ----`), head the entries of a diary; `#` and lines below are
    Markdown, as many write it everywhere.
    """
    for line in lines:
        ruled = _RULED.fullmatch(line) if line[:3] in _RULES else None
        if ruled and not ruled["title"].isdecimal():
            yield f"## {ruled['title']} {ruled['rest'].strip()}".rstrip()
        else:
            yield f"## {line.strip()}" if _DATED.fullmatch(line) else line


_WRITERS: dict[str, Callable[[Sequence[str]], Iterator[str]]] = {".org": _org, ".rst": _rst, ".txt": _txt}
