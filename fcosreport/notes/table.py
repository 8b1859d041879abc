"""The table of experiments inside a user's own note: text in, text out.

It stands between two marks: comments, each alone on its line. What is outside of them is never touched; inside, the
columns that the user added to the right stay with their runs. The first mark carries a hash of what fcosreport wrote,
by which a hand edit is noticed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff

import xxhash
from msgspec import Struct
from msgspec.structs import replace

from fcosreport.errors import UsageError
from fcosreport.notes.markup import MOST_LINES, Mark, end_of, lines_of, marks, parse
from fcosreport.records import Step
from fcosreport.wording import plain

BEGIN = "<!-- fcosreport:begin experiments -->"
END = "<!-- fcosreport:end experiments -->"

MOST_ROWS = 100
"""Experiments in a table that stands in a note."""

_MOST_COLUMNS = 200
_TABLE = r"(?:\btable\b|表(?![现示明达面情]))"
_ASKED = re.compile(
    rf"☑.*{_TABLE}|\b(?:make|draw|build|add|write)\b.{{0,30}}{_TABLE}|[搞做弄画加].{{0,8}}{_TABLE}|表を?作", re.I
)
"""Words that ask for the table: `Finally, make a ☑️ table`, `最后搞一个表格`."""
_UNDERLINE = re.compile(r"[ \t]*(?:=+|-+)[ \t]*")
_INDENT = re.compile(r"\ufeff?([ \t]*).*", re.DOTALL)
_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")

Rows = Sequence[Sequence[str]]


class Table(Struct, frozen=True):
    """What is to stand between the marks, in Markdown. `numeric` tells which columns are set to the right."""

    headings: Sequence[str]
    numeric: Sequence[bool]
    rows: Rows


class Update(Struct, frozen=True):
    """The note with its table as it should be, and how the table changes, a line each.

    `objections` say what the user wrote and would lose: where there are any, the note is written only on demand.
    """

    text: str
    difference: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()


def with_marks(text: str) -> str:
    """The note with both marks added, where it has none: below the heading that asks for the table, else at its end."""
    if marks(text):
        return text
    lines = lines_of(text) or [""]
    newline = end_of(lines[-1]) or end_of(lines[0]) or "\n"
    at = _below(text) or len(lines)
    above, below = "".join(lines[:at]), "".join(lines[at:])
    gap = newline if end_of(lines[at - 1]) else 2 * newline if text else ""
    return f"{above}{gap}{BEGIN}{newline}{END}{newline}{below}"


def asks_for_table(text: str) -> bool:
    """Whether a step asks for the table of the runs."""
    return _ASKED.search(text) is not None


def fulfilled(steps: Sequence[Step], text: str) -> tuple[Step, ...]:
    """The steps of a note, those that ask for the table done where it stands there."""
    found = marks(text)
    if len(found) < 2 or found[1].line - found[0].line < 2:
        return tuple(steps)
    return tuple(replace(step, done=True) if asks_for_table(step.text) else step for step in steps)


def _below(text: str) -> int:
    """The number of the line behind which the table is asked for, the last one of several; 0 where none asks."""
    note = parse(text.removeprefix("\ufeff"))
    asking = [line.number for line in note.lines if line.kind == "heading" and _ASKED.search(line.text)]
    if not asking:
        return 0
    underlined = asking[-1] < len(note.rows) and _UNDERLINE.fullmatch(note.rows[asking[-1]])
    return asking[-1] + bool(underlined)


def updated(text: str, table: Table, remark: str, path: str) -> Update:
    """The note `text` with `table`, and below it the sentence `remark` where it is not empty, between its marks.

    Raises UsageError, with `path` and line, where there is not exactly one begin with its end, and for a note or table
    that is too large.
    """
    lines = lines_of(text)
    if len(lines) > MOST_LINES:
        raise UsageError(f"{path}: it has more than {MOST_LINES:,} lines. Split the note.")
    begin, end = _pair(text, path)
    first, inside = lines[begin.line - 1], lines[begin.line : end.line - 1]
    old, alignments = _grid(inside)
    if max(map(len, old), default=0) > _MOST_COLUMNS:
        raise UsageError(f"{path}:{begin.line}: this table has more than {_MOST_COLUMNS} columns. Take some out.")
    below = [[remark]] if remark else []
    stamp = _stamp([table.headings, *table.rows, *below])
    written = _written(old, begin.stamp)
    added = _added(old, written, table.headings)
    new = _carried(old, table, added)
    rule = [*_rule(table), *(alignments[column] if column < len(alignments) else "---" for column in added)]
    body = ["", *map(_row, [new[0], rule, *new[1:]]), *(["", remark] if remark else []), ""]
    if begin.stamp == stamp and [*map(_unpadded, inside)] == [*map(_unpadded, body)]:
        return Update(text)
    difference = tuple(_difference(old, [*new, *below]))
    edited = ["the table was edited by hand"] if old and difference and not written else []
    mark = f"{first[: first.index('<!--')]}{BEGIN[:-3]}hash={stamp} {first[first.index('-->') :]}"
    indent, newline = _INDENT.sub(r"\1", first), end_of(first)
    made = (f"{indent if row else ''}{row}{newline}" for row in body)
    return Update(
        "".join([*lines[: begin.line - 1], mark, *made, *lines[end.line - 1 :]]),
        difference,
        tuple(f"{path}:{begin.line}: {each}" for each in (*edited, *_lost(old, table, added))),
    )


def _pair(text: str, path: str) -> tuple[Mark, Mark]:
    found = marks(text)
    problems = [f"{path}:{line}: {what}" for line, what in _problems(found)]
    if problems:
        raise UsageError("\n".join([*problems, f"Keep one {BEGIN} and one {END}, each alone on its line."]))
    if not found:
        unclosed = parse(text).unclosed
        if unclosed and BEGIN in text:
            raise UsageError(
                f"{path}:{unclosed[0]}: this code fence is never closed, so marks below it are text. Close it."
            )
        in_code = " What it has of them is in code or among other words, and so is text." if BEGIN in text else ""
        where = "Paste these two lines where the table should stand, or give --append:"
        raise UsageError(f"{path}: it has no marks for the table.{in_code} {where}\n{BEGIN}\n{END}")
    begin, end = found
    return begin, end


def _problems(found: Sequence[Mark]) -> Iterator[tuple[int, str]]:
    """The line of each mark that is not one of a single pair, and what is wrong with it."""
    opened, is_whole = 0, False
    for mark in found:
        if not mark.kind:
            yield mark.line, "this mark is not understood."
        elif mark.kind == "end":
            if not opened:
                yield mark.line, "this mark ends a table that never began."
            opened, is_whole = 0, is_whole or bool(opened)
        else:
            if opened:
                yield mark.line, f"this mark begins a table inside the one that began in line {opened}."
            elif is_whole:
                yield mark.line, "this mark begins a second table."
            opened = mark.line
    if opened:
        yield opened, "the table that begins here never ends."


def _grid(lines: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """What stands between the marks as rows of cells, headings first, and the row that sets their alignment."""
    rows = [_cells(line) for line in lines if line.strip()]
    is_table = len(rows) > 1 and all(map(_RULE.fullmatch, rows[1]))
    return rows, rows.pop(1) if is_table else []


def _cells(line: str) -> list[str]:
    cells = [cell.strip(" \t") for cell in _PIPE.split(line.strip())]
    ends = -1 if len(cells) > 2 and not cells[-1] else None
    return cells[len(cells) > 1 and not cells[0] : ends]


def _stamp(rows: Rows) -> str:
    return xxhash.xxh32_hexdigest("\n".join(map(_row, rows)).encode())


def _written(old: Rows, stamp: str) -> int:
    """How many columns, from the left, are as fcosreport wrote them; 0 where anything in them was edited."""
    if not old or len(old) > MOST_ROWS + 2:
        return 0
    widths = range(1, len(old[0]) + 1)
    return next((width for width in widths if _stamp([row[:width] for row in old]) == stamp), 0)


def _added(old: Rows, written: int, headings: Sequence[str]) -> list[int]:
    """The columns that the user added. In a table that was edited, all that have a heading of their own."""
    if not old or (not written and old[0][0] != headings[0]):
        return []
    columns = range(written, max(map(len, old)))
    texts = [[row[column] if column < len(row) else "" for row in old] for column in columns]
    return [
        column
        for column, (heading, *cells) in zip(columns, texts, strict=True)
        if (heading or any(cells)) and (written or heading not in headings)
    ]


def _named(rows: Rows) -> dict[tuple[str, int, int], Sequence[str]]:
    """Rows by the name in their first cell, told apart by the number of the row among those of that name."""
    names = [row[0].strip("` ") for row in rows]
    total, met = Counter(names), Counter[str]()
    keys = []
    for name in names:
        met[name] += 1
        keys.append((name, met[name], total[name]))
    return dict(zip(keys, rows, strict=True))


def _carried(old: Rows, table: Table, added: Sequence[int]) -> list[list[str]]:
    """The rows of the table, headings first, with what the user added to each."""
    before = _named(old[1:])
    rows: list[tuple[Sequence[str], Sequence[str]]] = [(table.headings, old[0] if old else ())]
    rows += [(row, before.get(key, ())) for key, row in _named(table.rows).items()]
    return [[*row, *(was[column] if column < len(was) else "" for column in added)] for row, was in rows]


def _lost(old: Rows, table: Table, added: Sequence[int]) -> Iterator[str]:
    """What the user added to runs that are no longer in the table."""
    now = _named(table.rows)
    for key, row in _named(old[1:]).items():
        texts = [row[column] for column in added if column < len(row) and row[column]]
        if texts and key not in now:
            yield plain(f"the run {row[0]} is no longer in the table, and beside it you wrote: {'; '.join(texts)}")


def _difference(old: Rows, new: Rows) -> Iterator[str]:
    changes = unified_diff([*map(_row, old)], [*map(_row, new)], lineterm="", n=0)
    return (plain(line) for number, line in enumerate(changes) if number > 1 and line[0] in "+-")


def _rule(table: Table) -> list[str]:
    """The row that sets numbers to the right; a table without rows does not know which columns are numbers."""
    return ["--:" if any(table.numeric[column : column + 1]) else "---" for column in range(len(table.headings))]


def _unpadded(line: str) -> str:
    """A line of a table as it is whatever a formatter did to its widths."""
    cells = _cells(line)
    if all(map(_RULE.fullmatch, cells)):
        cells = [re.sub("-+", "-", cell) for cell in cells]
    return _row(cells) if line.strip() else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
