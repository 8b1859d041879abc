"""Names beside dots and at the ends of curves, none over another where there is room."""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from math import inf
from xml.etree.ElementTree import Element

from fcosreport.charts import svg
from fcosreport.charts.axes import Range
from fcosreport.charts.svg import COLORS, FONT_SIZE, Entry

Point = tuple[float, float]
_Box = tuple[float, float, float, float]  # left, top, right, bottom
_COLUMNS, _ENDING = 28, 20  # of a name beside a dot, and at the end of a curve
_SWATCH, _GAP = 10, 4  # the stroke before a name at the end of a curve, and what is left free about it
_LOOKS = 6  # places along a name at which it is seen whether curves cross it
_CROSSED = 3  # pixels by which a name would rather be farther from its end than be crossed at such a place
_DOT = 5  # half of its size
_LOWER = 8  # lines by which a name may be moved down
_SIDES = ((9, 4, "start"), (-9, 4, "end"), (0, 18, "middle"), (0, -10, "middle"))
"""Where the foot of a name may be from its dot: to the right, to the left, below, above."""


def beside(
    names: Sequence[str], dots: Sequence[Point], pairs: Sequence[tuple[int, int, str]], width: int
) -> Iterator[Element]:
    """A name for each dot of a picture of that width, and between the dots of a pair what they have in common."""
    boxes = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in dots]
    taken: list[_Box] = []
    for one, other, said in pairs:
        x, y = (dots[one][0] + dots[other][0]) / 2, (dots[one][1] + dots[other][1]) / 2 - 9
        taken.append(_box(x, y, "middle", f"= {said}"))
        yield svg.words(x, y, f"= {said}", anchor="middle", color=COLORS["--error"])
    for number, ((x, y), whole) in enumerate(zip(dots, names, strict=True)):
        others = [*taken, *boxes[:number], *boxes[number + 1 :]]
        name = svg.short(whole, _COLUMNS)
        places = [
            (x + across, y + down + lower * FONT_SIZE, anchor)
            for lower in range(_LOWER)
            for across, down, anchor in _SIDES
        ]
        free = (place for place in places if _is_free(_box(*place, name), others, (0, width)))
        left, foot, anchor = next(free, places[0])
        taken.append(_box(left, foot, anchor, name))
        yield svg.words(left, foot, whole, width=_COLUMNS, anchor=anchor)


def room(name: str) -> int:
    """The width of a name at the end of a curve, in pixels."""
    return 3 * _GAP + _SWATCH + round(length(svg.short(name, _ENDING)))


def at_ends(
    ending: Sequence[tuple[Entry, Sequence[Point]]], curves: Sequence[Sequence[Point]], between: Range
) -> Iterator[Element]:
    """A name at the end of each of these curves, at a height between two, with a stroke as the curve is drawn.

    None is over another, all are in the order of the ends, and each as near to its own as can be without a curve
    across it. The outermost come first, which have least room.
    """
    taken: list[tuple[_Box, float]] = []  # with the height of the end
    for entry, points in sorted(ending, key=lambda each: -abs(each[1][-1][1] - sum(between) / 2)):
        (x, y), name = points[-1], svg.short(entry.name, _ENDING)
        left = x + 2 * _GAP + _SWATCH
        right = left + length(name)
        near = [(box, end) for box, end in taken if box[0] < right and left < box[2]]
        boxes = {foot: _box(left, foot, "start", name) for foot in range(*_feet(between))}
        free = [foot for foot, box in boxes.items() if _is_free(box, [each for each, _ in near])]
        ordered = [foot for foot in free if all((foot - box[3]) * (y - end) >= 0 for box, end in near)]
        foot = min(ordered or free or boxes, key=_cost(y + 4, _crossings(curves, left, right)))
        taken.append((boxes[foot], y))
        yield from _named(entry, x + _GAP, left, foot)


def _feet(between: Range) -> tuple[int, int]:
    """From where to where the foot of a name may be."""
    return round(between[0]) + FONT_SIZE, round(between[1]) + FONT_SIZE // 2


def _cost(own: float, crossings: Sequence[float]) -> Callable[[int], float]:
    """What speaks against a foot: that it is far from its own place, and that curves cross the name."""
    return lambda foot: abs(foot - own) + _CROSSED * sum(foot - FONT_SIZE < each < foot + 3 for each in crossings)


def _crossings(curves: Sequence[Sequence[Point]], left: float, right: float) -> list[float]:
    """The heights of the curves where a name would be."""
    places = [left + step * (right - left) / _LOOKS for step in range(_LOOKS + 1)]
    return [height for curve in curves for place in places if (height := _height(curve, place)) is not None]


def _named(entry: Entry, stroke: float, left: float, foot: int) -> Iterator[Element]:
    """The stroke, and the name with a halo over the curves that it crosses."""
    dashes = {"stroke_dasharray": "4,3"} if entry.dashed else {}
    line = {"x1": stroke, "x2": stroke + _SWATCH, "y1": foot - 4, "y2": foot - 4}
    yield svg.shape("line", stroke=COLORS[entry.variable], stroke_width=2, **line, **dashes)
    named = svg.words(left, foot, entry.name, width=_ENDING)
    named.attrib.update({"stroke": COLORS["--paper"], "stroke-width": "3", "paint-order": "stroke"})
    yield named


def _height(curve: Sequence[Point], x: float) -> float | None:
    """Where a curve is at this x; None beside it."""
    after = bisect(curve, x, key=lambda point: point[0])
    if not 0 < after < len(curve):
        return None
    (left, one), (right, other) = curve[after - 1 : after + 1]
    return one + (other - one) * (x - left) / (right - left)


def length(name: str) -> float:
    """About how wide a text is, in pixels."""
    return svg.columns(name) * FONT_SIZE * 0.6


def _box(x: float, foot: float, anchor: str, said: str) -> _Box:
    """About where a line of text lies."""
    wide = length(said)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return left, foot - FONT_SIZE + 2, left + wide, foot + 3


def _is_free(box: _Box, others: Sequence[_Box], sides: Range = (-inf, inf)) -> bool:
    is_inside = sides[0] <= box[0] and box[2] <= sides[1]
    return is_inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in others
    )
