"""Tables of runs side by side whose metric only the title tells, with a row for each data set or each class."""

import re
from collections.abc import Sequence

from fcosreport.notes.columns import METRIC_IN_TITLE, are_scores, is_data_set
from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.subjects import is_run, lists_classes, total
from fcosreport.notes.upright import cell_at
from fcosreport.vocabulary.headers import header

_DATA = re.compile(
    r"(?i)\W*(?:(?:test|val(?:idation)?|eval(?:uation)?)[ _-])?(?:data ?sets?|data|benchmarks?|domains?|scenes?)\W*"
    r"|数据集?|場面|データ(?:セット)?|데이터 ?셋?|场景"
)
"""The head of a first column of data sets."""


def of_title(grid: Grid) -> Grid:
    """The table with a row for each run and the metric of its title in the headers: of each data set, or of the row
    that sums the classes up.
    """
    told = METRIC_IN_TITLE.search(grid.title) if not grid.is_code and len(grid.headers) > 2 else None
    if not told or any(header(each.raw).kind == "metric" for each in grid.headers):
        return grid
    first = grid.headers[0].text.strip()
    runs = [at for at in range(1, len(grid.headers)) if are_scores(grid, at)]
    if len(runs) < 2 or not any(map(is_run, (grid.headers[at].text for at in runs))):
        return grid
    if lists_classes(first):
        rows, names = total(grid).rows, [told[0]]
    elif _DATA.fullmatch(first):
        rows = grid.rows
        names = [f"{told[0]} ({cell_at(cells, 0).text})" for _, cells in rows]
    else:
        return grid
    if not rows or not all(is_data_set(cell_at(cells, 0).text) for _, cells in rows if len(names) > 1):
        return grid
    return Grid(
        grid.line,
        grid.title,
        grid.section,
        [Cell("name", "name"), *(Cell(name, name) for name in names)],
        [(rows[0][0], [grid.headers[at], *_values(rows, at)]) for at in runs],
    )


def _values(rows: Sequence[tuple[int, list[Cell]]], column: int) -> list[Cell]:
    return [cell_at(cells, column) for _, cells in rows]
