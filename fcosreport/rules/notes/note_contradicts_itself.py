"""FR522."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from fcosreport.comparing.scores import printed
from fcosreport.evidence.links import weights
from fcosreport.evidence.published import differing, is_other_protocol
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Metric, TableRow
from fcosreport.settings import Settings

_LEAST = 2  # numbers that two rows share, so that they are of one evaluation
_STATISTIC = re.compile(r"(?i)(?:mean|median|average|avg|min(?:imum)?|max(?:imum)?|std(?:ev)?|q[1-4])\.?")
"""What several values have, those of each table others."""
_ROW = {"row": "FCOS R-50", "bbox": "% 38.7 57.5 41.7"}


@rule(
    "FR522",
    "warning",
    fires=[
        [{**_ROW, "table": "a"}, {**_ROW, "bbox": "% 38.7 57.5 47.1", "table": "b"}],
        [{**_ROW, "table": "a"}, {**_ROW, "row": "**FCOS R-50**", "bbox": "% 37.8 57.5 41.7", "table": "b"}],
    ],
    quiet=[
        [{**_ROW, "table": "a"}, {**_ROW, "table": "b"}],
        [{**_ROW, "table": "a"}, {**_ROW, "bbox": "0.39 0.57", "table": "b"}],
        [{**_ROW, "row": "Max", "table": "a"}, {**_ROW, "row": "Max", "bbox": "% 38.7 57.5 47.1", "table": "b"}],
        [{**_ROW, "table": "a"}, {**_ROW, "bbox": "% 31.2 50.1 41.7", "table": "b"}],
        [{**_ROW, "table": "a"}, {**_ROW, "row": "FCOS R-101", "bbox": "% 38.7 57.5 47.1", "table": "b"}],
        [{**_ROW, "table": "a"}, {**_ROW, "bbox": "% 38.7 57.5 47.1", "title": "with TTA", "table": "b"}],
        [{**_ROW, "table": "a"}, {**_ROW, "bbox": "% 38.7 57.5 47.1", "path": "other.md", "table": "b"}],
    ],
    needs=("no note tells of one model in two tables", lambda records: _again(records.tables)),
)
def note_contradicts_itself(again: list[list[TableRow]], settings: Settings) -> Iterator[Fault]:
    """Two tables of a note have one row each of the same name, and one of its numbers is another.

    Two numbers or more are the same, and fewer are not, so that both tell of one evaluation. Rows that link the same
    weights are told by one-weights-many-numbers.

    Why: PaddlePaddle/PaddleDetection#6755: two tables told another AP of one model. A number is copied from the large
    table into the summary, digits change places, and the one that is quoted is the wrong one.

    Do: See in the log which of the two is right, and mend the other.
    """
    for rows in again:
        for one, other in combinations(rows, 2):
            for ours, theirs in _apart(one, other):
                places = f"{printed(ours)} in line {one.where.line} and {theirs.text} in line {other.where.line}"
                yield Fault(f"“{one.label}” has two values in one note: {places}.", where=(one.where, other.where))


def _again(rows: tuple[TableRow, ...]) -> list[list[TableRow]]:
    """The rows of one name that stand in several tables of a file, once in each."""
    named: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
    for row in rows:
        name = re.sub(r"[^\w.+-]+", " ", row.label.replace("*", " ")).strip().lower()
        if name and not _STATISTIC.fullmatch(name) and row.results and not row.is_index and not is_other_protocol(row):
            named[row.where.path, name].append(row)
    return [each for each in named.values() if 1 < len(each) == len({row.table for row in each})]


def _apart(one: TableRow, other: TableRow) -> list[tuple[Metric, Metric]]:
    """The numbers that two rows of one evaluation tell differently."""
    if weights(one) and weights(one) == weights(other):
        return []
    pairs = [(a, b) for a in one.results for b in other.results if (a.task, a.split) == (b.task, b.split)]
    told = [differing(a, b) for a, b in pairs]
    apart, alike = [pair for each, _ in told for pair in each], sum(count for _, count in told)
    return apart if alike >= _LEAST and len(apart) < alike else []
