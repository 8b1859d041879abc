"""A table in a file of its own, as CSV, that has a row for each run or model: read as one that stands in a note."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import isclose

from msgspec.structs import replace

from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.results import MOST_ROWS, SPLIT, ZOO, rows_of
from fcosreport.notes.subjects import IMAGE
from fcosreport.notes.tried import crossed, tried
from fcosreport.records import TableRow
from fcosreport.vocabulary.beside import of_repeats, says_all
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import metric_of, own, task_of
from fcosreport.vocabulary.metrics import number

_STATE = ("state", "status")
Cells = Sequence[tuple[int, Sequence[str]]]
"""The rows of a table: their lines, and the texts of their cells."""
_WORDS = re.compile(r"[^\W\d][^\r\n]{0,40}")
"""A cell that may tell its row from others of one name."""
_OF_RUN = frozenset("lr epochs train_batch_size optimizer".split())
"""Settings that a run has and no class: beside these a name is that of a run."""
_COLUMNS = 20
"""Columns that may tell rows apart."""
_DIGIT = re.compile(r"\d")
"""In the name of a model or a run; that of a class has none."""
_NO_RUN = re.compile(
    r"(?i)\W*(?:(?:absolute|relative|mean|total)\W+)?(?:improvements?|gains?|delta|differences?|diff|change|std|stdev|variance|min|max)"
    r"(?![a-z])(?:\W.*)?|Δ.*"
)
"""The label of a row that tells what is between others, or the spread of them."""


def are_of_images(headers: Sequence[str]) -> bool:
    """Whether a table has a row for each image, which is no result of a run."""
    return any(IMAGE.fullmatch(name) for name in headers)


def names_runs(headers: Sequence[str], cells: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether a table has columns that say of which run or model each row is, if only by the values that it tries."""
    if are_of_images(headers) or of_repeats(headers):
        return False
    kinds = [(at, header(name)) for at, name in enumerate(headers)]
    labels = [at for at, each in kinds if each.kind == "label" or headers[at].lower() == "variant"]
    told = {each.name for _, each in kinds}
    is_of_runs = not _OF_RUN.isdisjoint(told)
    is_named = "seed" in told or any(headers[at].lower() != "name" or is_of_runs for at in labels)
    numbered = any(_DIGIT.search(row[at]) for at in labels for _, row in cells)
    columns = [(each, name) for (_, each), name in zip(kinds, headers, strict=True)]
    rows = [row for _, row in cells]
    return is_named or numbered or bool(tried(columns, rows) or crossed(columns, rows))


def swept(headers: Sequence[str], cells: Sequence[tuple[int, Sequence[str]]]) -> list[tuple[int, Sequence[str]]]:
    """The rows, each behind a name made of its settings, where these tell all of them apart; none where they do not."""
    told = [at for at, name in enumerate(headers) if header(name).kind == "setting"]
    named = [(line, ", ".join(f"{headers[at]} {row[at]}" for at in told)) for line, row in cells]
    if not told or len({name for _, name in named}) < len(cells):
        return []
    return [(line, (name, *row)) for (line, name), (_, row) in zip(named, cells, strict=True)]


def of_runs(headers: Sequence[str], cells: Sequence[tuple[int, Sequence[str]]], path: str) -> tuple[TableRow, ...]:
    """The rows of a table that stands in a file of its own, each with its line and of a run or a model.

    None for a row without a result, unless its state is told: a program that writes such a table plans nothing in it.
    """
    again = _told_in_percent(headers, cells)
    headers = ["" if at in again else name for at, name in enumerate(headers)]
    grid = Grid(1, "", 0, [Cell(text, _spelled(text)) for text in headers])
    grid.rows.extend((line, [Cell(text, text) for text in row]) for line, row in cells)
    told = islice(rows_of(grid, path, is_zoo=ZOO.search(path) is not None), MOST_ROWS)
    rows = [row for row in told if (row.results or _tells_state(row)) and not _NO_RUN.fullmatch(row.label)]
    if not any(row.results for row in rows):
        return ()
    conditions = crossed([(header(name), name) for name in headers], [row for _, row in cells])
    if conditions:
        named = dict(zip((line for line, _ in cells), conditions, strict=True))
        return tuple(replace(row, label=named[row.where.line]) for row in rows)
    labels = {row.where.line: row.label for row in rows}
    apart = _told_apart(labels, headers, cells) if len(labels) == len(rows) else labels  # else all stand in one line
    return tuple(replace(row, label=apart[row.where.line]) for row in rows) if apart is not labels else tuple(rows)


def _told_in_percent(headers: Sequence[str], cells: Cells) -> set[int]:
    """The columns that tell in percent what another of the same metric tells as a fraction: `mAP`, `mAP_pct`."""
    meant = {at: of._replace(in_percent=False) for at, name in enumerate(headers) if (of := metric_of(name))}
    named = {at for at in meant if (of := metric_of(headers[at])) and of.in_percent}
    return {
        at
        for at in named
        if any(meant[at] == meant[other] and _is_hundredfold(cells, at, other) for other in meant.keys() - named)
    }


def _is_hundredfold(cells: Cells, at: int, other: int) -> bool:
    """Whether each number of a column is a hundred times that of another."""
    pairs = ((number(row[at]), number(row[other])) for _, row in cells if at < len(row) and other < len(row))
    told = [pair for pair in pairs if None not in pair]
    return bool(told) and all(isclose(many or 0, 100 * (one or 0), rel_tol=1e-3) for many, one in told)


def _told_apart(labels: Mapping[int, str], headers: Sequence[str], cells: Cells) -> Mapping[int, str]:
    """The labels of rows by their lines. Where several rows have one, it is what stands first in each row, if that is
    another in each; else the words of further columns stand behind it, as few as tell all rows apart.

    Rows of one label that differ in the split alone are of one run.
    """
    told = {line: row for line, row in cells if line in labels}
    splits = [at for at, name in enumerate(headers) if SPLIT.fullmatch(name)]
    if _are_others((label, *(told[line][at] for at in splits)) for line, label in labels.items()):
        return labels
    shared = {label for label, count in Counter(labels.values()).items() if count > 1}
    first = {line: row[0] for line, row in told.items() if row and row[0] and not row[0].isdigit()}  # no mere index
    if len(set(first.values())) == len(cells):
        return {line: first[line] if label in shared else label for line, label in labels.items()}
    texts = {at: {row[at] for row in told.values()} for at in range(len(headers))}
    words = [at for at, found in texts.items() if len(found) > 1 and all(map(_WORDS.fullmatch, found))][:_COLUMNS]
    for columns in (*([at] for at in words), *(words[:count] for count in range(2, len(words) + 1))):
        names = {
            line: ", ".join(dict.fromkeys((label, *(told[line][at] for at in columns if label in shared))))
            for line, label in labels.items()
        }
        if _are_others(names.values()):
            return names
    return labels


def _are_others(texts: Iterable[object]) -> bool:
    """Whether no two are the same."""
    return max(Counter(texts).values(), default=0) < 2


def _tells_state(row: TableRow) -> bool:
    return any(head.lower() in _STATE and text for head, text in row.others)


def _spelled(header: str) -> str:
    """A name that programs log in the words of tables."""
    name, is_best = own(header)
    meaning = metric_of(name)
    if not meaning:
        return header
    said = "coco " * (meaning.metric == "AP" and says_all(name)) + "percent" * meaning.in_percent
    task = meaning.task if meaning.stated and not task_of(meaning.metric) else ""
    return f"{'best ' * is_best}{meaning.split} {task} {meaning.metric} {said}"
