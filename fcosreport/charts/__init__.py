"""The charts of a report, and of one experiment: which there are, and in which order.

A chart that would have nothing to show is not made. Fixed words are in the language of the report; foreign ones are
harmless to look at.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from msgspec.structs import replace

from fcosreport.charts import over_time, results
from fcosreport.charts.chart import Chart, Series
from fcosreport.charts.svg import Entry
from fcosreport.records import Experiment
from fcosreport.report.report import Report

__all__ = ["Chart", "Entry", "Series", "charts", "curves_of"]

_TASKS = 4


def charts(report: Report) -> tuple[Chart, ...]:
    """The charts that hold experiments against each other. Curves are among them where they have points."""
    tasks = report.tasks[:_TASKS]
    metrics = [metric for metric in report.rankings if metric.task][:_TASKS]
    return _distinct(
        chain(
            *(over_time.results(report, metric) for metric in metrics),
            over_time.curves(report, "loss", "loss"),
            over_time.curves(report, "learning-rate", "lr"),
            *(results.rates(report, metric) for metric in metrics[:1]),
            *(results.against_boxes(report, task) for task in tasks if task != "bbox" and "bbox" in tasks),
            *(results.classes(report, task) for task in tasks),
        )
    )


def curves_of(report: Report, experiment: Experiment) -> tuple[Chart, ...]:
    """The charts of one experiment over time: its AP in each task, its loss with the parts, its learning rate."""
    return _distinct(over_time.of_one(report, experiment))


def _distinct(charts: Iterable[Chart]) -> tuple[Chart, ...]:
    """The charts, those of a name that is taken with a number behind it."""
    taken: Counter[str] = Counter()
    named = []
    for chart in charts:
        taken[chart.name] += 1
        number = taken[chart.name]
        named.append(chart if number == 1 else replace(chart, name=f"{chart.name}-{number}"))
    return tuple(named)
