"""Tables whose metric only the title tells: of runs side by side, with a row for each data set or each class, and of
runs below each other, with a column for each data set.
"""

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
_CAPTION = 60  # characters of a line that announces a table
_PLAIN = re.compile(r"(?i)\W*m?ap\W*")
_ACRONYM = re.compile(r"[A-Z][A-Za-z-]{0,15}[A-Z\d]")
"""How data sets are written, and classes hardly ever: `COCO`, `VisDrone`, `VOC07`."""


def of_caption(grid: Grid, caption: str) -> Grid:
    """The table with the threshold that its title, or the line right above it, tells of a plain `mAP` column: `Test
    mAP@0.50:`.
    """
    caption = caption if len(caption) <= _CAPTION and caption.rstrip("*_ ").endswith((":", "：")) else ""
    told = {found[0] for text in (grid.title, caption) for found in METRIC_IN_TITLE.finditer(text)}
    metric = next(iter(told)) if len(told) == 1 else ""
    if grid.is_code or not metric or header(metric).name in ("", "AP"):
        return grid
    headers = [Cell(metric, metric) if _PLAIN.fullmatch(each.text) else each for each in grid.headers]
    return Grid(grid.line, grid.title, grid.section, headers, grid.rows, around=grid.around)


def of_title(grid: Grid) -> Grid:
    """The table with a row for each run and the metric of its title in the headers: of each data set, or of the row
    that sums the classes up.
    """
    told = METRIC_IN_TITLE.search(grid.title) if not grid.is_code and len(grid.headers) > 2 else None
    if not told or any(header(each.raw).kind == "metric" for each in grid.headers):
        return grid
    first = grid.headers[0].text.strip()
    if (sets := _of_data_sets(grid)) and not lists_classes(first):
        headers = [*grid.headers[:1], *(Cell(f"{told[0]} ({each.text})", each.raw) for each in sets)]
        return Grid(grid.line, grid.title, grid.section, headers, grid.rows)
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


def _of_data_sets(grid: Grid) -> list[Cell]:
    """The headers of a table that has a run in each row and a data set in each column; none of another."""
    sets = list(grid.headers[1:])
    is_scored = all(are_scores(grid, at) for at in range(1, len(grid.headers)))
    of_runs = is_scored and all(cells and is_run(cells[0].text) for _, cells in grid.rows)
    return sets if of_runs and all(_ACRONYM.match(each.text) and is_data_set(each.text) for each in sets) else []


def _values(rows: Sequence[tuple[int, list[Cell]]], column: int) -> list[Cell]:
    return [cell_at(cells, column) for _, cells in rows]
