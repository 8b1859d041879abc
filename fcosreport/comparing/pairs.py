"""Two experiments side by side: the settings and metrics that differ, and what the differences are worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fcosreport.comparing.columns import Cell, Column, cells_of, metric_columns, setting_columns, tasks_of
from fcosreport.comparing.noise import ROUNDING, Noise, Verdict, metric_of, noise_of
from fcosreport.errors import UsageError
from fcosreport.records import Experiment, Metric
from fcosreport.wording import listed, plain, suggestion


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of two experiments: what both have, the second less the first in points of 100, and its worth."""

    column: Column
    one: Metric | None
    other: Metric | None
    points: float | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two experiments, the settings to be shown of both, and their metrics."""

    one: Experiment
    other: Experiment
    settings: tuple[tuple[Column, Cell, Cell], ...]
    metrics: tuple[Difference, ...]
    noise: Noise


def chosen(experiments: Sequence[Experiment], name: str, names: Callable[[], list[str]] | None = None) -> Experiment:
    """The experiment of that name or id. Raises UsageError with the nearest where there is none, or several.

    `names` tells all names and ids that there are, if `experiments` are but some.
    """
    found = [e for e in experiments if e.id == name] or [e for e in experiments if e.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        ids = listed([plain(each.id) for each in found])
        raise UsageError(f"{name}: {len(found)} experiments have this name. Give an id: {ids}.")
    known = names() if names else list(dict.fromkeys(text for e in experiments for text in (e.name, e.id)))
    raise UsageError(f"there is no experiment {plain(name)!r}. {suggestion(name, known, 5)}")


def compared(
    one: Experiment, other: Experiment, experiments: Sequence[Experiment], *, everything: bool = False
) -> Comparison:
    """Two of the `experiments` side by side: the settings and metrics that differ, or all of them."""
    both, noise = (one, other), noise_of((one, other), experiments)
    columns = setting_columns(both)
    rows = list(zip(columns, cells_of(one, columns), cells_of(other, columns), strict=True))
    differences = [_difference(column, both, noise) for task in tasks_of(both) for column in metric_columns(both, task)]
    return Comparison(
        one,
        other,
        tuple(row for row in rows if everything or _text(row[1]) != _text(row[2])),
        tuple(d for d in differences if everything or d.verdict != "same as printed"),
        noise,
    )


def _difference(column: Column, both: Sequence[Experiment], noise: Noise) -> Difference:
    one, other = (metric_of(experiment, column.key, column.task or "bbox") for experiment in both)
    if not one or not other or one.value is None or other.value is None:
        return Difference(column, one, other, None, None)
    points = 100 * (other.value - one.value)
    if abs(points) <= 100 * ROUNDING:
        return Difference(column, one, other, 0.0, "same as printed")
    return Difference(column, one, other, points, noise.verdict(points, is_ap=column.key == "AP"))


def _text(cell: Cell) -> object:
    return cell.value if cell else None
