"""Charts of what changes while a model is trained: results, losses and learning rates over epochs or iterations."""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from msgspec.structs import replace

from fcosreport.charts import axes
from fcosreport.charts.chart import Chart, Series
from fcosreport.charts.lines import Line, cut, fraction, legend, series, slug
from fcosreport.charts.svg import brief, text
from fcosreport.comparing.columns import Column
from fcosreport.comparing.comparable import variant
from fcosreport.comparing.noise import alike
from fcosreport.curves import thinned
from fcosreport.records import Curve, Evaluation, Experiment, Unit
from fcosreport.report.report import Report

LINES = 50
"""Experiments in a chart."""
_DOTS = 400  # evaluations in a chart, up to which each is a dot on its line
_ROUND = 16  # numbers in an axis of values, which ends at such
_MOST = 4  # tasks, or parts of a loss with the sum, of one experiment
_LAYER = re.compile(r"_\d+$")  # loss_ce_0: the same part for one of several layers

Points = tuple[tuple[float, ...], tuple[float | None, ...]]


def results(report: Report, metric: Column) -> Iterator[Chart]:
    """A metric over time: a chart of the experiments that tell epochs, and one of those that tell iterations."""
    task = metric.task or "bbox"
    told = [(each, *_evaluated(each.standing(task), metric)) for each in alike(report.experiments, task)]
    name = slug(f"{metric.key}-{metric.task}")
    for unit in _units((own, points) for _, own, points in told):
        lines = [Line(each, *points) for each, own, points in told if own == unit and _is_line(points)]
        yield _of_results(report, name, text(metric.name), unit, series(report, lines, LINES), len(lines))


def curves(report: Report, name: str, curve: str) -> Iterator[Chart]:
    """The curve of that name: a chart of the experiments that log iterations, and one of those that log epochs."""
    told = [(each, own, _logged(own)) for each in report.experiments for own in each.curves if own.name == curve]
    for unit in _units((own.unit, points) for _, own, points in told):
        lines = [Line(each, *points) for each, own, points in told if own.unit == unit and _is_line(points)]
        left = sum(own.unit == unit and own.count > 1 and not own.points for _, own, _ in told)
        shown = series(report, lines, LINES)
        chart = _of_curves(report, name, curve, unit, shown, len(lines) + left)
        known = {line.experiment.id: line.experiment for line in lines}
        yield replace(chart, scales=_scales(report, [known[each.experiment] for each in shown], unit))


def of_one(report: Report, experiment: Experiment) -> Iterator[Chart]:
    """Results in each task, the loss with its parts, and the learning rate of one experiment."""
    told = {name: _evaluated(each, Column("AP", each[0].task)) for name, each in _variants(experiment)}
    for unit in _units(told.values()):
        shown = _named({task: points for task, (own, points) in told.items() if own == unit})
        yield _of_results(report, "ap", "AP", unit, shown)
    losses = [each for each in experiment.curves if "loss" in each.name.lower() and not _LAYER.search(each.name)]
    rates = [each for each in experiment.curves if each.name == "lr"]
    for name, label, logged in (
        ("loss", "loss", sorted(losses, key=lambda each: each.name != "loss")),
        ("learning-rate", "lr", rates),
    ):
        for unit in _units((each.unit, _logged(each)) for each in logged)[:1]:
            shown = _named({each.name: _logged(each) for each in logged if each.unit == unit})
            chart = _of_curves(report, name, label, unit, shown)
            yield replace(chart, scales=_scales(report, [experiment] * len(shown), unit))


def _scales(report: Report, of: Sequence[Experiment], unit: Unit) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """The units, beside iterations, that all of these experiments tell: epochs and hours."""
    _ = report.view.language
    known = ((_(name), [share(each) for each in of]) for name, share in (("epoch", _epochs), ("hours", _hours)))
    return tuple((name, tuple(map(float, shares))) for name, shares in known if unit == "iteration" and all(shares))


def _epochs(experiment: Experiment) -> float:
    """How much of an epoch an iteration is, by an evaluation that tells both or a schedule that was done; else 0."""
    told = [each.epoch / each.iteration for each in experiment.evaluations if each.epoch and each.iteration]
    epochs, end = (
        experiment.value("epochs"),
        max((e.end for e in experiment.curves if e.unit == "iteration"), default=0),
    )
    if not told and experiment.state == "finished" and isinstance(epochs, int) and end > 0:
        return epochs / end
    return told[0] if told else 0.0


def _hours(experiment: Experiment) -> float:
    """How many hours an iteration took, by the median of the seconds that were logged; 0 where none were."""
    logged = [
        each.values for each in experiment.curves if each.name == "time" and each.unit == "iteration" and each.points
    ]
    seconds = [value for values in logged[:1] for value in values if math.isfinite(value)]
    return max(median(seconds), 0.0) / 3600 if seconds else 0.0


def _of_results(
    report: Report, name: str, metric: str, unit: Unit, shown: tuple[Series, ...], there: int | None = None
) -> Chart:
    _ = report.view.language
    value, step, best = max((y, x, each.name) for each in shown for x, y in _pairs(each))
    highest = {"value": f"{value:.3f}", "step": f"{step:,.10g}", "name": brief(best)}
    said = _("The highest is {value} at {unit} {step}: {name}.", unit=_(unit), **highest)
    chart = _chart(report, name, metric, metric, unit, shown, there)
    has_dots = sum(len(each.x) for each in shown) <= _DOTS
    return replace(chart, description=f"{chart.description} {said}", has_dots=has_dots)


def _of_curves(
    report: Report, name: str, curve: str, unit: Unit, shown: tuple[Series, ...], there: int | None = None
) -> Chart:
    _ = report.view.language
    values = [y for each in shown for y in each.y if y is not None]
    low, high = min(values), max(values)
    last, lowest = min((_pairs(each)[-1][1], each.name) for each in shown)
    ends = {"low": f"{low:.4g}", "high": f"{high:.4g}", "last": f"{last:.4g}", "name": brief(lowest)}
    said = [_("Values lie between {low} and {high}; the lowest at the end is {last}: {name}.", **ends)]
    y_range, is_log = axes.of_curves(values)
    y_range = y_range if is_log else axes.round_(y_range, _ROUND)
    if low < y_range[0] or high > y_range[1]:
        edges = {"low": f"{y_range[0]:g}", "high": f"{y_range[1]:g}"}
        said.append(_("What is below {low} or above {high} is drawn at the edge.", **edges))
    gaps = sum(None in each.y for each in shown)
    if gaps:
        said.append(_("Lines with gaps, where no number was logged: {n}.", n=gaps))
    title = _("Learning rate") if curve == "lr" else _("Training loss")
    chart = _chart(report, name, title, curve, unit, shown, there)
    return replace(chart, description=" ".join((chart.description, *said)), y_range=y_range, y_is_log=is_log)


def _chart(
    report: Report, name: str, what: str, y_label: str, unit: Unit, shown: tuple[Series, ...], there: int | None
) -> Chart:
    """A chart of curves. `there` is how many experiments could be shown; None where the series are of one."""
    _ = report.view.language
    x_range = axes.around(x for each in shown for x in each.x)
    begin, end = (f"{step:,.10g}" for step in x_range)
    count = _.plural(len(shown), "line" if there is None else "experiment")
    said = _("{what} from {unit} {begin} to {end}, {n}.", what=what, unit=_(unit), begin=begin, end=end, n=count)
    return Chart(
        name=name,
        section="curves",
        title=_("{what} by {unit}", what=what, unit=_(unit)),
        description=said + cut(report, len(shown), there or len(shown)),
        x_label=_(unit),
        y_label=y_label,
        series=shown,
        legend=legend(report, shown),
        x_range=x_range,
        y_range=axes.round_(axes.around(y for each in shown for y in each.y), _ROUND),
    )


def _variants(experiment: Experiment) -> Iterator[tuple[str, list[Evaluation]]]:
    """What was evaluated in each task: by its name what stands for the experiment, then what is of another kind."""
    for task in experiment.tasks:
        standing = experiment.standing(task)
        yield task, standing
        drawn = set(map(id, standing))
        others: dict[str, list[Evaluation]] = {}
        for each in experiment.evaluations:
            if each.task == task and each.category is None and each.origin == "log" and id(each) not in drawn:
                others.setdefault(f"{task} ({variant(each) or 'other'})", []).append(each)
        yield from others.items()


def _evaluated(evaluations: Sequence[Evaluation], metric: Column) -> tuple[Unit, Points]:
    """The metric over epochs, or over iterations where these are told more often."""
    epochs = [(each.epoch, fraction(each[metric.key])) for each in evaluations if each.epoch is not None]
    iterations = [(each.iteration, fraction(each[metric.key])) for each in evaluations if each.iteration is not None]
    if len(epochs) >= len(iterations):
        return "epoch", _points(epochs)
    return "iteration", _points(iterations)


def _logged(curve: Curve) -> Points:
    """The points of a curve, without those in the middle of a stretch that stays the same."""
    steps, values = curve.steps, curve.values
    pairs = zip(steps, values, strict=True)
    inner = zip(values, values[1:], values[2:], strict=False)
    is_told = (True, *(not before == value == after for before, value, after in inner), True)
    return _points([(step, value) for (step, value), told in zip(pairs, is_told, strict=False) if told])


def _points(pairs: Sequence[tuple[float, float | None]]) -> Points:
    """At most 500 points: those of a step that can be drawn, with a gap for what is no number or is infinite."""
    drawn = [(x, math.nan if y is None else y) for x, y in pairs if axes.is_drawn(x)]
    steps, values = thinned(array("d", [x for x, _ in drawn]), array("d", [y for _, y in drawn]))
    return tuple(steps), tuple(value if axes.is_drawn(value) else None for value in values)


def _units(points: Iterable[tuple[Unit, Points]]) -> list[Unit]:
    """The units of what can be drawn, the most frequent first."""
    return [unit for unit, _ in Counter(unit for unit, each in points if _is_line(each)).most_common()]


def _is_line(points: Points) -> bool:
    """Whether there is anything to see: from one step to another, and a value."""
    steps, values = points
    return len(steps) > 1 and min(steps) < max(steps) and any(value is not None for value in values)


def _named(points: Mapping[str, Points]) -> tuple[Series, ...]:
    """Series of what one experiment has, in colours as far as these go."""
    drawn = [(name, *each) for name, each in points.items() if _is_line(each)][:_MOST]
    return tuple(Series(text(name), x, y, number) for number, (name, x, y) in enumerate(drawn, 1))


def _pairs(series: Series) -> list[tuple[float, float]]:
    return [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]
