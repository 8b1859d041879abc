"""Charts of the results that stand for the experiments: against the learning rate, of tasks, and of classes."""

from collections.abc import Iterator, Sequence

from fcosreport.charts import axes
from fcosreport.charts.chart import Chart, Series
from fcosreport.charts.lines import Line, cut, fraction, legend, ranked, result, series, slug
from fcosreport.charts.svg import brief, text
from fcosreport.comparing.columns import Column
from fcosreport.comparing.noise import noise_of
from fcosreport.records import Experiment
from fcosreport.report.grouping import Group, groups
from fcosreport.report.quoting import side_by_side
from fcosreport.report.report import Report

POINTS = 500
"""Experiments in a chart of points."""
BARS = 80
"""Bars in a chart of classes."""
_PANELS = 4  # groups whose learning rates are drawn: the largest
_LABELLED = 24  # experiments, up to which names stand beside the dots
_SIDE_BY_SIDE = 4  # experiments whose classes are shown together, where there is room


def rates(report: Report, metric: Column) -> Iterator[Chart]:
    """The metric against the learning rate, a chart of each group whose experiments differ in it."""
    told = [(group, list(_rated(group.experiments, metric))) for group in groups(report, report.experiments)]
    told = sorted((each for each in told if len({line.x for line in each[1]}) > 1), key=lambda each: -len(each[1]))
    for group, lines in told[:_PANELS]:
        yield _rates(report, metric, group, lines)


def _rated(experiments: Sequence[Experiment], metric: Column) -> Iterator[Line]:
    for each in experiments:
        rate, value = each.value("lr"), result(each, metric)
        if isinstance(rate, int | float) and 1 / axes.LARGEST < rate <= axes.LARGEST and value is not None:
            yield Line(each, (float(rate),), (value,))


def _rates(report: Report, metric: Column, group: Group, lines: Sequence[Line]) -> Chart:
    _ = report.view.language
    shown = series(report, lines, POINTS)
    value, rate, best = max((each.y[0] or 0.0, each.x[0], each.name) for each in shown)
    name, what = text(metric.name), " ".join(filter(None, (group.title, group.data)))
    said = _(
        "{metric} against the learning rate, {n}. The highest is {value} at {rate}: {name}.",
        **{"metric": name, "n": _.plural(len(shown), "experiment")},
        **{"value": f"{value:.3f}", "rate": f"{rate:.4g}", "name": brief(best)},
    )
    noise = noise_of(group.experiments, report.experiments).floor() / 100
    if noise:
        said += " " + _("What lies in the grey band cannot be told from it.")
    title = _("{metric} against the learning rate", metric=name)
    return Chart(
        name=f"lr-{slug(metric.key)}",
        section="lr",
        title=f"{title} · {text(what)}" if what else title,
        description=said + cut(report, len(shown), len(lines)),
        x_label="lr",
        y_label=name,
        series=shown,
        legend=legend(report, shown),
        x_range=axes.logarithmic(each.x[0] for each in shown),
        y_range=axes.round_(axes.around(each.y[0] for each in shown)),
        x_is_log=True,
        has_dots=True,
        band=(max(0.0, value - noise), value) if noise else None,
        pairs=tuple(_equal(report, shown)),
        is_labelled=len(shown) <= _LABELLED,
    )


def _equal(report: Report, shown: Sequence[Series]) -> Iterator[tuple[int, int, str]]:
    """The series of which a finding says that their numbers are the same."""
    _ = report.view.language
    known = {each.id: each for each in report.experiments}
    places = {each.experiment: number for number, each in enumerate(shown)}
    for finding in report.open_findings:
        own = [places[name] for name in finding.experiments if name in places]
        pair = side_by_side(finding, known) if len(own) == 2 else None
        if pair and pair.agreeing == len(pair.rows):
            yield own[0], own[1], _("{n} numbers equal", n=pair.agreeing)


def against_boxes(report: Report, task: str) -> Iterator[Chart]:
    """AP in the task against AP of boxes, where two experiments at least have both."""
    _ = report.view.language
    pairs = [
        (each, result(each, Column("AP", "bbox")), result(each, Column("AP", task))) for each in report.experiments
    ]
    lines = [Line(each, (boxes,), (other,)) for each, boxes, other in pairs if boxes is not None and other is not None]
    if len(lines) < 2:
        return
    shown = series(report, lines, POINTS)
    label = text(Column("AP", task).name)
    said = _(
        "{metric} against bbox AP, {n}. {below} lie below the diagonal, where both are the same.",
        **{"metric": label, "n": _.plural(len(shown), "experiment")},
        below=sum((each.y[0] or 0.0) < each.x[0] for each in shown),
    )
    both = axes.round_(axes.around(value for each in shown for value in (*each.x, *each.y)))
    yield Chart(
        name=f"bbox-{slug(task)}",
        section="tasks",
        title=_("{metric} against bbox AP", metric=label),
        description=said + cut(report, len(shown), len(lines)),
        x_label="bbox AP",
        y_label=label,
        series=shown,
        legend=legend(report, shown),
        x_range=both,
        y_range=both,
        has_dots=True,
    )


def classes(report: Report, task: str) -> Iterator[Chart]:
    """AP of each class in the best experiment that tells it, and in the next ones where these have the same few."""
    _ = report.view.language
    told = {each.id: found for each in report.experiments if (found := _by_class(each, task))}
    order = ranked(report, [each for each in report.experiments if each.id in told])
    if not order:
        return
    first = told[order[0].id]
    names = sorted(first, key=lambda name: -(first[name] or 0))
    shown_names = names[:BARS]
    same = [each for each in order if told[each.id].keys() == first.keys()][:_SIDE_BY_SIDE]
    beside = same if len(names) * len(same) <= BARS else same[:1]
    xs = tuple(float(number) for number in range(len(shown_names)))
    lines = [Line(each, xs, tuple(told[each.id][name] for name in shown_names)) for each in beside]
    rated = [(value, name) for name in names if (value := first[name]) is not None]
    label = text(Column("AP", task).name)
    said = _(
        "{metric} of {n} classes in {name}: from {low} for {worst} to {high} for {best}.",
        **{"metric": label, "n": len(names), "name": brief(order[0].name)},
        **{"low": f"{rated[-1][0]:.3f}", "worst": brief(rated[-1][1])},
        **{"high": f"{rated[0][0]:.3f}", "best": brief(rated[0][1])},
    )
    if len(names) > BARS:
        said += " " + _("The {shown} highest are drawn.", shown=BARS)
    shown = series(report, lines, len(lines))
    yield Chart(
        name=f"classes-{slug(task)}",
        section="classes",
        title=_("{metric} per class", metric=label),
        description=said,
        x_label=_("class"),
        y_label=label,
        series=shown,
        legend=legend(report, shown),
        x_range=(0.0, float(len(shown_names))),
        y_range=(0.0, max(value or 0.0 for each in shown for value in each.y) * 1.1 or 1.0),
        categories=tuple(map(text, shown_names)),
    )


def _by_class(experiment: Experiment, task: str) -> dict[str, float | None]:
    """AP of each class as it was told last; nothing where fewer than two classes have one."""
    of_classes = [each for each in experiment.evaluations if each.task == task and each.category is not None]
    found = {each.category or "": fraction(each["AP"]) for each in of_classes}
    return found if sum(value is not None for value in found.values()) > 1 else {}
