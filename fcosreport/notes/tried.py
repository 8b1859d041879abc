"""Tables of values that were tried: rows that nothing names but numbers, which go through them in their order."""

import re
from collections.abc import Sequence
from itertools import groupby

from fcosreport.vocabulary.headers import Header

MOST = 100
"""Rows of such a table: what has more is of images or of steps."""
_OTHER = re.compile(
    r"(?i)(?![^\W\d_]{0,2}$)(?!.*(?:\bno\b|ids?$|index|idx|number|count|total|class|categor|imag|img|frame|file|sample|patient"
    r"|case|video|object|box|epoch|iter|step|thr|conf|loss|time|date|day|rank|fold|top|iou|nms|score|area|width|height))"
)
"""The header of what may be tried: it counts nothing, and does not tell on what or how strictly a run was tested."""
_OF_TRAINING = frozenset(
    "lr train_batch_size images_per_gpu optimizer weight_decay momentum dropout image_size warmup".split()
)
_VALUE = re.compile(r"-?\d{1,9}(?:\.\d{1,12})?(?:e-?\d{1,2})?", re.I)


def tried(columns: Sequence[tuple[Header, str]], rows: Sequence[Sequence[str]]) -> list[str]:
    """What each row is called by its values, such as `Patch Size 144, Overlap 75`; nothing for another table.

    `columns`: the meaning and the text of each header; `rows`: the texts of their cells. The columns before the first
    metric are all of numbers, and no two rows have the same.
    """
    first = next((at for at, (each, _) in enumerate(columns) if each.kind == "metric"), 0)
    if not first or not 1 < len(rows) <= MOST or not all(_may_be_tried(*each) for each in columns[:first]):
        return []
    cells = [row[:first] for row in rows]
    if not all(_VALUE.fullmatch(text) for row in cells for text in row):
        return []
    values = [tuple(map(float, row)) for row in cells]
    order = [value for value, _ in groupby(first for first, *_ in values)]
    if len(set(values)) < len(values) or sorted(set(order)) not in (order, order[::-1]):
        return []
    return [", ".join(f"{name} {text}" for (_, name), text in zip(columns, row, strict=False)) for row in cells]


def _may_be_tried(column: Header, name: str) -> bool:
    return (
        column.name in _OF_TRAINING if column.kind == "setting" else column.kind == "other" and bool(_OTHER.match(name))
    )
