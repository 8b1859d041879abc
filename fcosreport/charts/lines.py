"""Which experiments a chart shows, in which order and colours, and what is said of it."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.charts.chart import Series
from fcosreport.charts.svg import Entry, text
from fcosreport.comparing.columns import Column
from fcosreport.comparing.noise import alike
from fcosreport.records import Experiment
from fcosreport.report.report import Report

_COLORS = (1, 2, 3, 4)


class Line(Struct, frozen=True):
    """What a chart may show of an experiment."""

    experiment: Experiment
    x: tuple[float, ...]
    y: tuple[float | None, ...]


def series(report: Report, lines: Sequence[Line], limit: int) -> tuple[Series, ...]:
    """At most `limit` of the lines, the best first, each in the colour of its experiment."""
    of = {line.experiment.id: line for line in lines}
    experiments = tuple(line.experiment for line in of.values())
    shown = ranked(report, replace(report, experiments=experiments).rows(limit))
    own = colors(report)
    return tuple(
        Series(
            *(_named(report, e), of[e.id].x, of[e.id].y, own.get(e.id, 0), e.state == "failed", e.id),
            hollow=e.state == "suspect",
        )
        for e in shown
    )


def colors(report: Report) -> dict[str, int]:
    """The colour of each experiment that stands out, 1 to 4, by its id: the same in every picture.

    These are the best with curves of those that can be held against each other, then the best of all others; failed
    ones have the colour of errors.
    """
    together = {each.id for each in alike(report.experiments, report.ranking.task or "bbox")}
    order = sorted(ranked(report, report.experiments), key=lambda each: (not each.curves, each.id not in together))
    drawn = (each.id for each in order if (each.curves or each.evaluations) and each.state != "failed")
    return dict(zip(drawn, _COLORS, strict=False))


def _named(report: Report, experiment: Experiment) -> str:
    """The name, and the state where the numbers are not to be relied on."""
    _ = report.view.language
    is_odd = experiment.state in ("failed", "suspect")
    return text(f"{experiment.name} ({_(experiment.state)})" if is_odd else experiment.name)


def ranked(report: Report, experiments: Sequence[Experiment]) -> list[Experiment]:
    """The experiments by the metric that ranks: finished ones first, failed ones last."""
    metric = report.ranking

    def weight(experiment: Experiment) -> tuple[bool, bool, float]:
        value = result(experiment, metric) or 0.0
        return experiment.state == "failed", experiment.state != "finished", -value

    return sorted(experiments, key=weight)


def result(experiment: Experiment, metric: Column) -> float | None:
    """The metric of the evaluation that stands for the experiment, where it can be drawn."""
    found = experiment.result(metric.task) if metric.task else None
    return fraction(found[metric.key]) if found else None


def fraction(value: float | None) -> float | None:
    """A metric as it can be drawn: None where it is no fraction, as -1 for "no ground truth" is none."""
    return value if value is not None and 0 <= value <= 1 else None


def legend(report: Report, shown: Sequence[Series]) -> tuple[Entry, ...]:
    """What the colours mean: a name for each that stands out, and one entry for all others of a kind."""
    _ = report.view.language
    entries = [Entry(each.name, each.variable) for each in shown if each.color and not each.dashed]
    failed = [each for each in shown if each.dashed]
    others = [each for each in shown if not each.color and not each.dashed]
    if failed:
        entries.append(Entry(_one_or(failed, _("failed experiments")), failed[0].variable, dashed=True))
    if others:
        entries.append(Entry(_one_or(others, _("other experiments")), others[0].variable))
    return tuple(entries)


def _one_or(series: Sequence[Series], several: str) -> str:
    return series[0].name if len(series) == 1 else several


def cut(report: Report, shown: int, there: int) -> str:
    """A sentence that says how many experiments are not drawn; empty where all are."""
    if shown == there:
        return ""
    said = report.view.language(
        "{shown} of {all} are drawn: the best, then those that failed or have a finding.",
        shown=shown,
        all=report.view.language.plural(there, "experiment"),
    )
    return f" {said}"


def slug(name: str) -> str:
    """A foreign name as a part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "task"
