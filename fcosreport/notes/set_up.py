"""Tables of settings, a row each: `| Batch size | 16 |`. Beside the only run of a note they are its."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from fcosreport.notes.grids import Grid
from fcosreport.notes.upright import cell_at
from fcosreport.records import Experiment, Setting, Where
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.settings.names import read as read_setting

_FEWEST = 2
"""Settings that a table has at least; one may stand in a table of anything."""


def settings(tables: Iterable[Grid], path: str) -> tuple[Setting, ...]:
    """What the tables of settings declare, each name of which they have one value."""
    values: dict[str, dict[object, Setting]] = defaultdict(dict)
    for grid in tables:
        found = _of_table(grid, path)
        for each in found if len(found) >= _FEWEST else ():
            values[each.name].setdefault(each.value, each)
    return tuple(next(iter(told.values())) for told in values.values() if len(told) == 1)


def _of_table(grid: Grid, path: str) -> list[Setting]:
    if grid.is_code or len(grid.headers) < 2:
        return []
    if len(grid.rows) > len(grid.headers) and _has_metric(grid):  # which is found sooner than what each row is of
        return []
    meanings = [header(cell_at(cells, 0).text) for _, cells in grid.rows]
    rows = zip(grid.rows, meanings, strict=True)
    named = [(each.name, cell_at(cells, 1).text, line) for (line, cells), each in rows if each.kind == "setting"]
    if not named or any(each.kind == "metric" for each in meanings) or _has_metric(grid):
        return []
    return [found for name, text, line in named if (found := read_setting(name, text, Where(path, line)))]


def _has_metric(grid: Grid) -> bool:
    return any(header(each.raw).kind == "metric" for each in grid.headers)


def of_only_run(experiments: Sequence[Experiment], declared: Sequence[Setting]) -> Sequence[Experiment]:
    """The experiments; the only one that has a result with the settings that tables declare and it does not tell."""
    measured = [each for each in experiments if each.evaluations]
    if len(measured) != 1 or not declared:
        return experiments
    told = {each.name for each in measured[0].settings}
    more = tuple(each for each in declared if each.name not in told)
    return [replace(each, settings=(*each.settings, *more)) if each is measured[0] else each for each in experiments]
