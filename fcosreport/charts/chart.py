"""A chart: its data as they are shown."""

from typing import Literal

from msgspec import Struct

from fcosreport.charts import svg
from fcosreport.charts.axes import Range
from fcosreport.charts.picture import Picture
from fcosreport.charts.svg import Entry

Section = Literal["curves", "lr", "tasks", "classes"]


class Series(Struct, frozen=True):
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


class Chart(Struct, frozen=True, kw_only=True):
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

    @property
    def ending(self) -> tuple[Series, ...]:
        """Those whose names stand at the ends of their curves: all that have an own entry in the legend."""
        named = {entry.name for entry in self.legend}
        return tuple(each for each in self.series if self.is_curve and each.name in named)

    def svg(self) -> str:
        """The picture as a file, on white."""
        picture = Picture(self)
        return svg.as_file([*picture.parts()], self.title, self.description, *picture.size)

    def inline(self, prefix: str) -> str:
        """The picture as a part of a page, in the page's colours; its ids begin with `prefix` and the chart's name."""
        picture = Picture(self)
        ids = f"{prefix}-{self.name}-"
        return svg.as_inline([*picture.parts()], self.title, self.description, ids, *picture.size)
