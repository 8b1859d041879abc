"""A chart: its data as they are shown, and its picture.

Vega-Lite draws axes and shapes from numbers alone; all words are put beside them in `svg`. Every place is fixed, so
that the picture does not depend on the fonts of the machine that draws it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from typing import Any, Literal
from xml.etree.ElementTree import Element

from fcosreport.charts import axes, svg
from fcosreport.charts.axes import Range
from fcosreport.charts.labels import labels
from fcosreport.charts.svg import COLORS, ROW, Entry
from fcosreport.wording import MISSING

Section = Literal["curves", "lr", "tasks", "classes"]
Json = dict[str, Any]

_VEGA_LITE = "5.20"  # the version of the language; the library speaks several
_WIDTH, _HEIGHT, _SQUARE = 560, 220, 360  # of the picture; of the room between the axes, and where both show the same
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 28, 48
_NAMES = 150  # room for the names of classes
_BAR, _BETWEEN = 12, 6
_TICKS = 6
_SMALL, _LARGE = 0.001, 1e7  # what is told as 1e-4, and as 20M
_WIDE = 1e6  # what there is no room for at the end of an axis of logarithms; it is told as 1M


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one experiment; a y of None is a gap.

    `color` is 1 to 4 for those that stand out, and 0 for the others. `dashed` is one that failed; its colour is that of
    errors. `experiment` is its id; empty where the series is a part of one. The dots of one that is `hollow` are rings.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    color: int = 0
    dashed: bool = False
    experiment: str = ""
    hollow: bool = False

    @property
    def variable(self) -> str:
        """The name of its colour."""
        return "--error" if self.dashed else f"--s{self.color}" if self.color else "--other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart, ready to be shown. All texts are harmless to look at; `name` is fit for a file and an id.

    `series` are ordered, the best first; `legend` explains their colours. `description` says in words and numbers what
    the picture shows. Values outside `y_range` are drawn at its edge. A chart of bars has `categories`, and as `x` the
    numbers of these from 0. `has_dots`: whether each point is a dot. `band` is a stretch of y that is shaded, `pairs`
    are series that have the same numbers, as `label` says. `is_labelled`: names stand beside the dots, not in a legend.
    `scales` are further units of x by their names: how much of each a step is, for every series.
    """

    name: str
    section: Section
    title: str
    description: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    legend: tuple[Entry, ...]
    x_range: Range
    y_range: Range
    x_is_log: bool = False
    y_is_log: bool = False
    has_dots: bool = False
    categories: tuple[str, ...] = ()
    band: Range | None = None
    pairs: tuple[tuple[int, int, str], ...] = ()
    is_labelled: bool = False
    scales: tuple[tuple[str, tuple[float, ...]], ...] = ()

    @property
    def is_curve(self) -> bool:
        """Whether it shows values over time."""
        return self.section == "curves"

    def svg(self) -> str:
        """The picture as a file, on white."""
        return svg.as_file(self._parts(), self.title, self.description, *self._size)

    def inline(self, prefix: str) -> str:
        """The picture as a part of a page, in the page's colours; its ids begin with `prefix` and the chart's name."""
        return svg.as_inline(self._parts(), self.title, self.description, f"{prefix}-{self.name}-", *self._size)

    @property
    def _height(self) -> int:
        if self.categories:
            return len(self.categories) * (len(self.series) * _BAR + _BETWEEN)
        return _SQUARE if self.section == "tasks" else _HEIGHT

    @property
    def _left(self) -> int:
        return _NAMES if self.categories else _LEFT

    @property
    def _size(self) -> tuple[int, int]:
        rows = 0 if self.is_labelled else -(-len(self.legend) // 2)
        return _WIDTH, _TOP + self._height + _BOTTOM + rows * ROW

    def _parts(self) -> tuple[Element, ...]:
        import vl_convert

        titles: list[str] = []
        spec = json.dumps(self._spec(titles))
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
        return svg.shapes(drawn, titles), *self._words()

    def _words(self) -> Iterator[Element]:
        """The words around the axes, and the legend."""
        bottom, middle = _TOP + self._height, (self._left + _WIDTH - _RIGHT) / 2
        yield svg.words(middle, bottom + 38, self.y_label if self.categories else self.x_label, anchor="middle")
        if not self.categories:
            yield svg.words(8, 16, self.y_label)
        for number, category in enumerate(self.categories):
            center = self._bar(number, (len(self.series) - 1) / 2)
            yield svg.words(_NAMES - 8, _TOP + center + 4, category, width=24, anchor="end")
        yield from self._values()
        if self.is_labelled:
            places = [self._place(each.x[0], each.y[0] or 0.0) for each in self.series]
            yield from labels(places, [each.name for each in self.series], self.pairs, _WIDTH)
        else:
            yield from svg.legend(self.legend, 16, bottom + _BOTTOM + 8, _WIDTH - 24)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is in the picture."""
        (left, right), (low, high) = self.x_range, self.y_range
        across = log(x / left) / log(right / left) if self.x_is_log else (x - left) / (right - left)
        room = _WIDTH - self._left - _RIGHT
        return self._left + across * room, _TOP + self._height * (1 - (y - low) / (high - low))

    def _values(self) -> Iterator[Element]:
        """The numbers behind the bars, where there is room."""
        if not self.categories or len(self.series) > 1:
            return
        for x, y in zip(self.series[0].x, self.series[0].y, strict=True):
            length = (y or 0) / self.y_range[1] * (_WIDTH - _NAMES - _RIGHT)
            yield svg.words(_NAMES + length + 5, _TOP + self._bar(x, 0) + 4, MISSING if y is None else f"{y:.3f}")

    def _spec(self, titles: list[str]) -> Json:
        """What is to be drawn. `titles` gets the texts of the shapes, which are named by their number there."""
        return {
            "width": _WIDTH - self._left - _RIGHT,
            "height": self._height,
            "autosize": {"type": "none"},
            "padding": {
                "left": self._left,
                "right": _RIGHT,
                "top": _TOP,
                "bottom": self._size[1] - _TOP - self._height,
            },
            "background": None,
            "config": {"view": {"stroke": None}, "axis": _AXIS, "legend": {"disable": True}},
            "layer": list(self._bars(titles) if self.categories else self._marks(titles)),
        }

    def _marks(self, titles: list[str]) -> Iterator[Json]:
        """The series: lines, with dots where these are few; or dots alone."""
        encoding = {
            "x": _position("x", self.x_range, is_log=self.x_is_log, is_nice=not self.is_curve),
            "y": _position("y", self.y_range, is_log=self.y_is_log, is_nice=not self.is_labelled),
            "color": _styled(self.series, lambda series: COLORS[series.variable]),
            "description": {"field": "title"},
        }
        if self.is_curve:
            whole = list(axes.whole(*self.x_range))
            encoding["x"]["axis"] |= {"grid": False, **({"values": whole, "format": "d"} if whole else {})}
        if self.section == "tasks":
            ends = [{"x": end, "y": end} for end in self.x_range]
            diagonal = {"type": "line", "color": COLORS["--muted"], "strokeDash": [2, 4], "aria": False}
            yield {"data": {"values": ends}, "mark": diagonal, "encoding": {each: encoding[each] for each in "xy"}}
        if self.band:
            edges = {"y": {**encoding["y"], "datum": self.band[0]}, "y2": {"datum": self.band[1]}}
            del edges["y"]["field"]
            yield {
                "data": {"values": [{}]},
                "mark": {"type": "rect", "color": COLORS["--tint"], "aria": False},
                "encoding": edges,
            }
        for one, other, _said in self.pairs:
            both: list[Json] = [{"x": self.series[each].x[0], "y": self.series[each].y[0]} for each in (one, other)]
            rule = {"type": "line", "color": COLORS["--error"], "strokeDash": [3, 3], "aria": False}
            yield {"data": {"values": both}, "mark": rule, "encoding": {each: encoding[each] for each in "xy"}}
        if self.is_curve:
            lines = list(self._rows(titles, is_dot=False))
            styles = {
                "strokeDash": _styled(self.series, lambda series: [4, 3] if series.dashed else [1, 0]),
                "strokeOpacity": _styled(self.series, lambda series: 1 if series.color or series.dashed else 0.6),
                "strokeWidth": _styled(self.series, lambda series: 1.8 if series.color or series.dashed else 1),
            }
            yield {"data": {"values": lines}, "mark": _LINE, "encoding": encoding | styles}
        if self.has_dots:
            dots = list(self._rows(titles, is_dot=True))
            shape = _styled(self.series, lambda series: "cross" if series.dashed else "circle")
            mark = {"type": "point", "opacity": 1, "size": 20 if self.is_curve else 60, "strokeWidth": 2}
            inner = _styled(self.series, lambda series: COLORS["--paper" if series.hollow else series.variable])
            yield {"data": {"values": dots}, "mark": mark, "encoding": encoding | {"shape": shape, "fill": inner}}

    def _rows(self, titles: list[str], *, is_dot: bool) -> Iterator[Json]:
        for number, series in sorted(enumerate(self.series), key=_depth):
            title = len(titles)
            titles.append(series.name)
            for x, y in zip(series.x, series.y, strict=True):
                if is_dot and y is not None:
                    title = len(titles)
                    titles.append(f"{series.name}: {self.x_label} {x:.6g}, {self.y_label} {y:.4g}")
                yield {"x": x, "y": y, "series": number, "title": title}

    def _bars(self, titles: list[str]) -> Iterator[Json]:
        rows = []
        for number, series in enumerate(self.series):
            for x, y in zip(series.x, series.y, strict=True):
                if y is not None:
                    rows.append({"x": y, "y": self._bar(x, number), "series": number, "title": len(titles)})
                    titles.append(f"{series.name}: {self.categories[int(x)]} {y:.4g}")
        yield {
            "data": {"values": rows},
            "mark": {"type": "bar", "orient": "horizontal", "size": _BAR - 1},
            "encoding": {
                "x": _position("x", self.y_range),
                "x2": {"datum": 0},
                "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
                "color": _styled(self.series, lambda series: COLORS[series.variable]),
                "description": {"field": "title"},
            },
        }

    def _bar(self, category: float, series: float) -> float:
        """Where the middle of a bar is, from the top."""
        step = self._height / len(self.categories)
        return category * step + _BETWEEN / 2 + (series + 0.5) * _BAR


_AXIS: Json = {
    **{"title": None, "labelOverlap": False, "labelLimit": 0, "labelFlush": False, "labelFontSize": svg.FONT_SIZE},
    **{"labelColor": COLORS["--muted"], "gridColor": COLORS["--hair"], "ticks": False, "labelPadding": 6},
    **{"domain": False},
}
_LINE: Json = {
    **{"type": "line", "strokeCap": "round", "strokeJoin": "round"},
    "invalid": "break-paths-show-path-domains",
}


def _depth(numbered: tuple[int, Series]) -> tuple[bool, bool, int]:
    """The order of drawing: what stands out is on top, the best one topmost; then what failed."""
    number, series = numbered
    return series.color > 0, series.dashed, -number


def _position(name: str, shown: Range, *, is_log: bool = False, is_nice: bool = False) -> Json:
    scale: Json = {"domain": shown, "clamp": True, **({"type": "log"} if is_log else {"zero": False, "nice": is_nice})}
    axis: Json = {"tickCount": _TICKS}
    largest = max(map(abs, shown))
    if is_log:
        values = axes.ticks(*shown)
        axis = {"values": values, "format": "~e" if values[0] < _SMALL else "~s" if values[-1] >= _WIDE else "~g"}
    elif not _SMALL <= largest < _LARGE:
        axis["format"] = "~s" if largest >= _LARGE else "~e"
    return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}


def _styled(series: tuple[Series, ...], style: Callable[[Series], object]) -> Json:
    scale = {"type": "ordinal", "domain": list(range(len(series))), "range": [style(each) for each in series]}
    return {"field": "series", "type": "nominal", "scale": scale}
