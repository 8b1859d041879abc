"""Two experiments side by side: the settings and metrics that differ, and what the differences are worth."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from fcosreport.comparing.columns import Cell, Column, cells_of, metric_columns, setting_columns, tasks_of
from fcosreport.comparing.comparable import apart
from fcosreport.comparing.noise import ROUNDING, Noise, Verdict, noise_of
from fcosreport.comparing.scores import as_fractions, score
from fcosreport.errors import UsageError
from fcosreport.records import Evaluation, Experiment, Metric, Unit
from fcosreport.wording import listed, plain, suggestion


class Difference(Struct, frozen=True):
    """A metric of two experiments: what both have, the second less the first in points of 100, and its worth."""

    column: Column
    one: Metric | None
    other: Metric | None
    points: float | None
    verdict: Verdict | None


class Comparison(Struct, frozen=True):
    """Two experiments, the settings to be shown of both, and their metrics.

    `doubts` say why metrics of a task have no verdict: the results are of other data, or not equally far.
    """

    one: Experiment
    other: Experiment
    settings: tuple[tuple[Column, Cell, Cell], ...]
    metrics: tuple[Difference, ...]
    noise: Noise
    doubts: tuple[str, ...] = ()


class _Sides(Struct, frozen=True):
    """The evaluations of a task that are compared; with a `doubt` there is no verdict."""

    one: Evaluation | None
    other: Evaluation | None
    doubt: str = ""


def called(experiments: Sequence[Experiment], name: str) -> list[Experiment]:
    """The experiments of that id, else those of that name, else those whose name ends so: `adam` for `yolo_s/adam`."""
    tests: tuple[Callable[[Experiment], bool], ...] = (
        lambda each: each.id == name,
        lambda each: each.name == name,
        lambda each: each.name.endswith(f"/{name}"),
    )
    return next(filter(None, ([each for each in experiments if test(each)] for test in tests)), [])


def chosen(experiments: Sequence[Experiment], name: str, names: Callable[[], list[str]] | None = None) -> Experiment:
    """The experiment that is called so. Raises UsageError with the nearest where there is none, or several.

    `names` tells all names and ids that there are, if `experiments` are but some.
    """
    found = called(experiments, name)
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
    sides = {task: _sides(one, other, task) for task in tasks_of(both)}
    differences = [_difference(column, sides[task], noise) for task in sides for column in metric_columns(both, task)]
    return Comparison(
        one,
        other,
        tuple(row for row in rows if everything or _text(row[1]) != _text(row[2])),
        tuple(d for d in differences if everything or d.verdict != "same as printed"),
        noise,
        tuple(each.doubt for each in sides.values() if each.doubt),
    )


def _sides(one: Experiment, other: Experiment, task: str) -> _Sides:
    """The results; where one stopped short of its schedule, both at the last step that both were evaluated at."""
    mine, theirs = one.result(task), other.result(task)
    if not mine or not theirs:
        return _Sides(mine, theirs)
    if reason := apart(mine, theirs):
        return _Sides(mine, theirs, f"{task}: no comparison, as the results differ in {reason}.")
    here, there = mine.progress, theirs.progress
    if not here or not there or here.unit != there.unit or here.done == there.done or not (here.short or there.short):
        return _Sides(mine, theirs)
    far = f"{task}: A is at {here}, B at {there}"
    steps = [
        {p.done: e for e in each.standing(task) if (p := e.progress) and p.unit == here.unit} for each in (one, other)
    ]
    common = max(steps[0].keys() & steps[1].keys(), default=None)
    if common is None:
        return _Sides(mine, theirs, f"{far}: no comparison, as they share no {here.unit}.")
    return _Sides(steps[0][common], steps[1][common], f"{far}: shown at {here.unit} {common:,}, without a verdict.")


def _steps(experiment: Experiment, task: str, unit: Unit) -> dict[int, Evaluation]:
    found = ((each.progress, each) for each in experiment.standing(task))
    return {progress.done: each for progress, each in found if progress and progress.unit == unit}


def _difference(column: Column, sides: _Sides, noise: Noise) -> Difference:
    one, other = (score(as_fractions(side), column.key) if side else None for side in (sides.one, sides.other))
    if not one or not other or one.value is None or other.value is None:
        return Difference(column, one, other, None, None)
    points = 100 * (other.value - one.value)
    if abs(points) <= 100 * ROUNDING:
        return Difference(column, one, other, 0.0, "same as printed")
    verdict = None if sides.doubt else noise.verdict(points, is_ap=column.key == "AP")
    return Difference(column, one, other, points, verdict)


def _text(cell: Cell) -> object:
    return cell.value if cell else None
