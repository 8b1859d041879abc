"""A chart as a part of a page: its picture, and a curve's points, from which a script makes one to zoom."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from fcosreport.charts import axes
from fcosreport.charts.chart import Chart
from fcosreport.records import Curve, Experiment

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH, HEIGHT = 84, 18
"""The room for a small curve in a row of a table."""
_POINTS = 42  # of a small curve


class Figure(Struct, frozen=True):
    """A chart on the page; a curve has its points as JSON."""

    chart: Chart
    svg: "Markup"
    data: "Markup"

    @property
    def size(self) -> int:
        """About how many bytes it takes on the page."""
        return len(self.svg) + len(self.data) + len(self.chart.description) + 300


def figure(chart: Chart, prefix: str, rows: Mapping[str, str]) -> Figure:
    """The chart with ids that begin with `prefix`; `rows` are the ids of rows on the page, by those of experiments."""
    from markupsafe import Markup

    return Figure(chart, Markup(chart.inline(prefix)), Markup(_points(chart, rows) if chart.is_curve else ""))


def spark(experiment: Experiment) -> str:
    """The loss (else AP) of an experiment as the points of a line, `0,2 2,3.1 ...`, high values up; empty for none."""
    pairs = [*_loss(experiment)] or [*_results(experiment)]
    drawn = [(x, y) for x, y in pairs if math.isfinite(y) and axes.is_drawn(y)]
    drawn = drawn[:: max(1, len(drawn) // _POINTS)]
    if len(drawn) < 3:
        return ""
    left, right = axes.around(x for x, _ in drawn)
    low, high = axes.of_curves([y for _, y in drawn])[0]
    places = (((x - left) / (right - left), (min(max(y, low), high) - low) / (high - low)) for x, y in drawn)
    return " ".join(f"{x * WIDTH:.0f},{HEIGHT - 2 - y * (HEIGHT - 4):.1f}" for x, y in places)


def _loss(experiment: Experiment) -> Iterator[tuple[float, float]]:
    losses = {each.name: each for each in experiment.curves if "loss" in each.name and each.points}
    shown: Curve | None = losses.get("loss") or next(iter(losses.values()), None)
    if shown:
        yield from zip(shown.steps, shown.values, strict=True)


def _results(experiment: Experiment) -> Iterator[tuple[float, float]]:
    for number, each in enumerate(experiment.standing(next(iter(experiment.tasks), "bbox"))):
        if (value := each["AP"]) is not None and value >= 0:
            yield number, value


def _points(chart: Chart, rows: Mapping[str, str]) -> str:
    """A curve as JSON. Steps that many have in common, as those of one schedule, are there once."""
    steps = {steps: number for number, steps in enumerate(dict.fromkeys(series.x for series in chart.series))}
    data = {
        **{"x": chart.x_label, "y": chart.y_label, "yLog": chart.y_is_log, "dots": chart.has_dots},
        **{"xRange": chart.x_range, "yRange": chart.y_range, "description": chart.description},
        "scales": {name: [_short(each, 7) for each in shares] for name, shares in chart.scales},
        "steps": [[_short(x, 7) for x in each] for each in steps],
        "series": [
            {
                **{"name": series.name, "color": series.variable, "dashed": series.dashed},
                "atEnd": series in chart.ending,
                "row": rows.get(series.experiment, ""),
                "x": steps[series.x],
                "y": [_short(y, 4) for y in series.y],
            }
            for series in chart.series
        ],
    }
    return in_script(data)


def in_script(data: object) -> str:
    """Data as JSON for an element `script`, which no text in it can end."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def _short(value: float | None, digits: int) -> float | None:
    """The value at so many digits as a screen can show, or None for what is no number."""
    if value is None or not math.isfinite(value):
        return None
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() else short
