"""FR505."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.evidence.links import weights
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Records, TableRow
from fcosreport.settings import Settings
from fcosreport.wording import listed

_LEAST = 4
"""Equal scores that show that two rows are one result; fewer coincide by chance in a table of twenty rows."""

_Scores = tuple[tuple[str, str, float], ...]
_Measures = tuple[tuple[str, str], ...]

_A = "% 38.7 57.5 41.7 22.6"


@rule(
    "FR505",
    "error",
    fires=[
        [{"row": "lr 1e-3", "lr": 0.001, "bbox": _A}, {"row": "lr 5e-3", "lr": 0.005, "bbox": _A}],
        [
            {"row": "R-50", "bbox": "% 38.7", "measures": "16.2 5.1", "link_model": "a_r50.pth"},
            {"row": "R-101", "bbox": "% 38.7", "measures": "16.2 5.1", "link_model": "a_r101.pth"},
        ],
        [
            {"row": "B", "others": "bn", "bbox": "% 39.3", "measures": "31 5", "link_model": "bn.pth"},
            {"row": "B", "others": "head", "bbox": "% 39.3", "measures": "31 5", "link_model": "head.pth"},
        ],
    ],
    quiet=[
        [{"row": "a", "bbox": _A}, {"row": "b", "bbox": "% 38.7 57.5 41.7 22.7"}],
        [{"row": "a", "bbox": "% 38.7 57.5"}, {"row": "b", "bbox": "% 38.7 57.5"}],
        [{"row": "a", "bbox": _A}, {"row": "b", "bbox": _A, "table": "another"}],
        [{"row": "a", "bbox": _A, "link_model": "x.pth"}, {"row": "b", "bbox": _A, "link_model": "x.pth"}],
        [{"row": "a", "bbox": _A}, {"row": "a", "bbox": _A}],
        [{"row": "a", "bbox": "0 0 0 0 0 0"}, {"row": "b", "bbox": "0 0 0 0 0 0"}],
    ],
    needs=("no note has a table of results", lambda records: records if records.tables else None),
)
def equal_table_rows(records: Records, settings: Settings) -> Iterator[Fault]:
    """Two rows of a table are equal in all shown values.

    An error with four scores or more under different labels. With fewer, a warning where different weights are linked
    and speed or memory is the same, too. Rows of the same weights, or of the same label, are one quoted twice. An info
    where a column says that they belong to different comparisons, of which each may quote the same run.

    Why: zylo117/Yet-Another-EfficientDet-Pytorch#125: different models do not print the same numbers.

    Do: See in the logs which of the rows is a copy.
    """
    found: dict[tuple[str, _Scores, _Measures], list[TableRow]] = defaultdict(list)
    tables: dict[str, list[TableRow]] = defaultdict(list)
    for row in records.tables:
        scores = tuple((e.task, m.name, m.value) for e in row.results for m in e.metrics if m.value)
        if scores and not row.is_index and len({value for _, _, value in scores}) * 2 > len(scores):
            found[row.table, scores, row.measures].append(row)
        tables[row.table].append(row)
    for (table, scores, measures), rows in found.items():
        apart = _apart(rows)
        if len(apart) > 1:
            numbers = sum(any(c.isdigit() for c in text) for _, text in measures)
            yield from _fault(apart, len(scores), numbers, _is_of_comparisons(apart, tables[table]))


def _apart(rows: Sequence[TableRow]) -> list[TableRow]:
    """Rows of different labels or settings, or that link different weights; rows of the same weights count once."""
    kept: dict[object, TableRow] = {}
    for row in rows:
        says = (row.label, tuple((s.name, s.value) for s in row.settings), row.others)
        kept.setdefault(weights(row) or says, row)
    labels = {(r.label, tuple((s.name, s.value) for s in r.settings)) for r in kept.values()}
    return list(kept.values()) if len(labels) > 1 or all(map(weights, kept.values())) else []


def _is_of_comparisons(rows: Sequence[TableRow], table: Sequence[TableRow]) -> bool:
    """Whether a column parts the table into comparisons of several rows, of which no two have a label in common."""
    for column, _ in rows[0].others:
        parts = [dict(row.others).get(column, "") for row in rows]
        labels = [{each.label for each in table if dict(each.others).get(column) == part} for part in parts]
        if all(parts) and min(map(len, labels)) > 1 and sum(map(len, labels)) == len(set().union(*labels)):
            return True
    return False


def _fault(rows: Sequence[TableRow], scores: int, measures: int, is_of_comparisons: bool) -> Iterator[Fault]:
    linked = len({weights(row) for row in rows} - {""}) == len(rows)
    if scores < _LEAST and not (linked and measures and scores + measures >= 3):
        return
    from fcosreport.notes.rows import names  # loads the reader of notes, which few need who list the rules

    called = [f"“{name}” (line {row.where.line})" for name, row in zip(names(rows), rows, strict=True)]
    yield Fault(
        f"The rows {listed(called)} are equal in all {scores + measures} shown numbers.",
        where=tuple(row.where for row in rows),
        severity="info" if is_of_comparisons else None if scores >= _LEAST else "warning",
    )
