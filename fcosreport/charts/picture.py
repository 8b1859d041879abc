"""The picture of a chart. Every place is fixed, so that no font of the machine that shows it matters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from fcosreport.charts import labels, svg
from fcosreport.charts.axes import Axis
from fcosreport.charts.svg import COLORS, ROW, Entry, shape
from fcosreport.wording import MISSING

if TYPE_CHECKING:
    from fcosreport.charts.chart import Chart, Series

_WIDTH, _HEIGHT, _SQUARE = 560, 220, 360  # of the picture; of the room between the axes, and where both show the same
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 28, 48
_NAMES = 150  # room for the names of classes
_BAR, _BETWEEN = 12, 6
_SPACE = 6  # between a number and its axis
_DOT, _POINT = 3.9, 1.6  # radii: of a result, and of one on its curve


class Picture:
    """The picture of a chart; `size`: its width and height in pixels."""

    def __init__(self, chart: "Chart") -> None:
        self.chart = chart
        named = {each.name for each in chart.ending}
        self.entries = [each for each in chart.legend if not chart.is_labelled and each.name not in named]
        height = _SQUARE if chart.section == "tasks" else _HEIGHT
        if chart.categories:
            height = len(chart.categories) * (len(chart.series) * _BAR + _BETWEEN)
        self.bottom = _TOP + height
        self.up = Axis(chart.y_range, self.bottom, _TOP, chart.y_is_log)
        numbers = [labels.length(said) + 2 * _SPACE for _, said in self.up.ticks()]
        self.left = _NAMES if chart.categories else max([_LEFT, *numbers])
        self.right = self._right()
        self.size = _WIDTH, self.bottom + _BOTTOM + -(-len(self.entries) // 2) * ROW
        self.across = Axis(chart.x_range, self.left, self.right, chart.x_is_log, is_counted=chart.is_curve)
        if chart.categories:
            self.across = Axis(chart.y_range, self.left, self.right)

    def _right(self) -> float:
        """Where the room between the axes ends: so far that there is room for the names at the ends of curves."""
        steps, wide = Axis(self.chart.x_range, 0, 1, self.chart.x_is_log), _WIDTH - self.left
        widths = [float(wide - _RIGHT)]
        for each in self.chart.ending:
            end = steps.place(max(x for x, y in zip(each.x, each.y, strict=True) if y is not None))
            widths += [(wide - labels.room(each.name)) / end] if end else []
        return self.left + min(widths)

    def parts(self) -> Iterator[Element]:
        """All that is drawn, what is on top last."""
        yield from self._grid()
        yield from self._bars() if self.chart.categories else self._marks()
        yield from self._words()

    def _place(self, x: float, y: float | None) -> tuple[float, float] | None:
        """Where a point is in the picture."""
        return None if y is None else (self.across.place(x), self.up.place(y))

    def _seen(self, series: "Series") -> list[tuple[float, float]]:
        """The points of a series in the picture."""
        return [place for x, y in zip(series.x, series.y, strict=True) if (place := self._place(x, y))]

    def _grid(self) -> Iterator[Element]:
        """The lines at the ticks, and the numbers there."""
        for x, said in self.across.ticks():
            if self.chart.categories or self.chart.section == "tasks":
                yield _line((x, _TOP), (x, self.bottom), "--hair")
            yield svg.words(x, self.bottom + 16, said, anchor="middle", color=COLORS["--muted"])
        for y, said in () if self.chart.categories else self.up.ticks():
            yield _line((self.left, y), (self.right, y), "--hair")
            yield svg.words(self.left - _SPACE, y + 4, said, anchor="end", color=COLORS["--muted"])

    def _marks(self) -> Iterator[Element]:
        """The series: lines, with dots where these are few; or dots alone."""
        if self.chart.section == "tasks":
            yield _line((self.left, self.bottom), (self.right, _TOP), "--muted", stroke_dasharray="2,4")
        if self.chart.band:
            low, high = map(self.up.place, self.chart.band)
            size = {"x": self.left, "y": high, "width": self.right - self.left, "height": low - high}
            yield shape("rect", fill=COLORS["--tint"], **size)
        for *pair, _said in self.chart.pairs:
            one, other = (self._place(each.x[0], each.y[0] or 0.0) for each in map(self.chart.series.__getitem__, pair))
            if one and other:
                yield _line(one, other, "--error", stroke_dasharray="3,3")
        ordered = [series for _, series in sorted(enumerate(self.chart.series), key=_depth)]
        for series in ordered if self.chart.is_curve else ():
            yield self._curve(series)
        for series in ordered if self.chart.has_dots else ():
            for x, y in zip(series.x, series.y, strict=True):
                if (place := self._place(x, y)) and y is not None:
                    title = f"{series.name}: {self.chart.x_label} {x:.6g}, {self.chart.y_label} {y:.4g}"
                    yield _dot(series, place, _POINT if self.chart.is_curve else _DOT, title)

    def _curve(self, series: "Series") -> Element:
        stands_out = series.color or series.dashed
        return shape(
            "path",
            series.name,
            d=svg.path(map(self._place, series.x, series.y)),
            fill="none",
            stroke=COLORS[series.variable],
            stroke_linecap="round",
            stroke_linejoin="round",
            **({"stroke_width": 1.8} if stands_out else {"stroke_opacity": 0.6}),
            **({"stroke_dasharray": "4,3"} if series.dashed else {}),
        )

    def _bars(self) -> Iterator[Element]:
        for number, series in enumerate(self.chart.series):
            for x, y in zip(series.x, series.y, strict=True):
                if y is not None:
                    said = f"{series.name}: {self.chart.categories[int(x)]} {y:.4g}"
                    size = {"width": self.across.place(y) - self.left, "height": _BAR - 1}
                    top = self._bar(x, number) - (_BAR - 1) / 2
                    yield shape("rect", said, x=self.left, y=top, fill=COLORS[series.variable], **size)

    def _bar(self, category: float, series: float) -> float:
        """Where the middle of a bar is."""
        step = (self.bottom - _TOP) / len(self.chart.categories)
        return _TOP + category * step + _BETWEEN / 2 + (series + 0.5) * _BAR

    def _words(self) -> Iterator[Element]:
        """The words around the axes, the names, and the legend."""
        middle = (self.left + self.right) / 2
        yield svg.words(
            middle,
            self.bottom + 38,
            self.chart.y_label if self.chart.categories else self.chart.x_label,
            anchor="middle",
        )
        if not self.chart.categories:
            yield svg.words(8, 16, self.chart.y_label)
        for number, category in enumerate(self.chart.categories):
            center = self._bar(number, (len(self.chart.series) - 1) / 2)
            yield svg.words(_NAMES - 8, center + 4, category, width=24, anchor="end")
        yield from self._values()
        if self.chart.is_labelled:
            places = [(self.across.place(each.x[0]), self.up.place(each.y[0] or 0.0)) for each in self.chart.series]
            yield from labels.beside([each.name for each in self.chart.series], places, self.chart.pairs, _WIDTH)
        yield from labels.at_ends(
            [(Entry(each.name, each.variable, each.dashed), self._seen(each)) for each in self.chart.ending],
            [self._seen(each) for each in self.chart.series if self.chart.ending],
            (_TOP, self.bottom),
        )
        yield from svg.legend(self.entries, 16, self.bottom + _BOTTOM + 8, _WIDTH - 24)

    def _values(self) -> Iterator[Element]:
        """The numbers behind the bars, where there is room."""
        if not self.chart.categories or len(self.chart.series) > 1:
            return
        for x, y in zip(self.chart.series[0].x, self.chart.series[0].y, strict=True):
            place = self.across.place(y or 0) + 5, self._bar(x, 0) + 4
            yield svg.words(*place, MISSING if y is None else f"{y:.3f}")


def _depth(numbered: "tuple[int, Series]") -> tuple[bool, bool, int]:
    """The order of drawing: what stands out is on top, the best one topmost; then what failed."""
    number, series = numbered
    return series.color > 0, series.dashed, -number


def _line(begin: tuple[float, float], end: tuple[float, float], color: str, **style: str) -> Element:
    (x1, y1), (x2, y2) = begin, end
    return shape("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=COLORS[color], **style)


def _dot(series: "Series", place: tuple[float, float], radius: float, title: str) -> Element:
    """A disc; a ring where it is hollow, a cross where it failed."""
    color, (x, y) = COLORS[series.variable], place
    if series.dashed:
        arms = (
            ((x - radius, y - radius), (x + radius, y + radius)),
            ((x - radius, y + radius), (x + radius, y - radius)),
        )
        return shape("path", title, d="".join(map(svg.path, arms)), stroke=color, stroke_width=2)
    inner = COLORS["--paper"] if series.hollow else color
    return shape("circle", title, cx=x, cy=y, r=radius, fill=inner, stroke=color, stroke_width=2)
