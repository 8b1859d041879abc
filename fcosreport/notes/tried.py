"""Tables of values that were tried: rows that nothing names but numbers, which go through them in their order."""

import re
from collections.abc import Sequence
from itertools import groupby

from fcosreport.vocabulary.headers import Header

MOST = 100
"""Rows of such a table: what has more is of images or of steps."""
_CROSSED = 2
"""Conditions, from which on they are crossed."""
_OTHER = re.compile(
    r"(?i)(?![^\W\d_]{0,2}$)(?!.*(?:\bno\b|ids?$|index|idx|number|count|total|class|categor|imag|img|frame|file|sample|patient"
    r"|case|video|object|box|epoch|iter|step|thr|conf|loss|time|date|day|rank|fold|top|iou|nms|score|area|width|height))"
)
"""The header of what may be tried: it counts nothing, and does not tell on what or how strictly a run was tested."""
_OF_TRAINING = frozenset(
    "lr train_batch_size images_per_gpu optimizer weight_decay momentum dropout image_size warmup".split()
)
_VALUE = re.compile(r"(-?\d{1,9}(?:\.\d{1,12})?(?:e-?\d{1,2})?)\s?%?", re.I)


def tried(columns: Sequence[tuple[Header, str]], rows: Sequence[Sequence[str]]) -> list[str]:
    """What each row is called by its values, such as `Patch Size 144, Overlap 75`; nothing for another table.

    `columns`: the meaning and the text of each header; `rows`: the texts of their cells. The columns before the first
    metric are all of numbers, and no two rows have the same.
    """
    first = next((at for at, (each, _) in enumerate(columns) if each.kind == "metric"), 0)
    if not first or not 1 < len(rows) <= MOST or not all(_may_be_tried(*each) for each in columns[:first]):
        return []
    cells = [row[:first] for row in rows]
    found = [[_VALUE.fullmatch(text) for text in row] for row in cells]
    values = [tuple(float(each[1]) for each in row if each) for row in found]
    if not all(map(all, found)):
        return []
    order = [value for value, _ in groupby(first for first, *_ in values)]
    if len(set(values)) < len(values) or sorted(set(order)) not in (order, order[::-1]):
        return []
    return [", ".join(f"{name} {text}" for (_, name), text in zip(columns, row, strict=False)) for row in cells]


def crossed(columns: Sequence[tuple[Header, str]], rows: Sequence[Sequence[str]]) -> list[str]:
    """What each row is called by the conditions that are crossed, such as `fog, severity 3`; nothing for another table.

    The columns before the first metric are several, of numbers or of words that come again; no two rows have the same.
    """
    first = next((at for at, (each, _) in enumerate(columns) if each.kind == "metric"), 0)
    if first < _CROSSED or not 1 < len(rows) <= MOST or not all(_may_be_tried(*each) for each in columns[:first]):
        return []
    texts = [{row[at] for row in rows} for at in range(first)]
    is_number = [all(map(_VALUE.fullmatch, each)) for each in texts]
    words = [each for each, is_of_numbers in zip(texts, is_number, strict=True) if not is_of_numbers]
    if not words or any("" in each or 3 * len(each) > 2 * len(rows) for each in words):
        return []
    names = [
        ", ".join(f"{columns[at][1]} {row[at]}" if is_number[at] else row[at] for at in range(first)) for row in rows
    ]
    return names if len(set(names)) == len(names) else []


def _may_be_tried(column: Header, name: str) -> bool:
    return (
        column.name in _OF_TRAINING if column.kind == "setting" else column.kind == "other" and bool(_OTHER.match(name))
    )
