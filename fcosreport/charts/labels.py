"""Names beside dots, none over another where there is room."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from fcosreport.charts import svg
from fcosreport.charts.svg import COLORS, FONT_SIZE

Point = tuple[float, float]
_Box = tuple[float, float, float, float]  # left, top, right, bottom
_COLUMNS = 28  # of a name
_DOT = 5  # half of its size
_LOWER = 8  # lines by which a name may be moved down
_SIDES = ((9, 4, "start"), (-9, 4, "end"), (0, 18, "middle"), (0, -10, "middle"))
"""Where the foot of a name may be from its dot: to the right, to the left, below, above."""


def labels(
    dots: Sequence[Point], names: Sequence[str], pairs: Sequence[tuple[int, int, str]], width: int
) -> Iterator[Element]:
    """A name for each dot of a picture of that width, and between the dots of a pair what they have in common."""
    boxes = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in dots]
    taken: list[_Box] = []
    for one, other, said in pairs:
        x, y = (dots[one][0] + dots[other][0]) / 2, (dots[one][1] + dots[other][1]) / 2 - 9
        taken.append(_box(x, y, f"= {said}", "middle"))
        yield svg.words(x, y, f"= {said}", anchor="middle", color=COLORS["--error"])
    for number, ((x, y), whole) in enumerate(zip(dots, names, strict=True)):
        others = [*taken, *boxes[:number], *boxes[number + 1 :]]
        name = svg.short(whole, _COLUMNS)
        free = (
            (x + across, y + down + lower * FONT_SIZE, anchor)
            for lower in range(_LOWER)
            for across, down, anchor in _SIDES
            if _is_free(_box(x + across, y + down + lower * FONT_SIZE, name, anchor), others, width)
        )
        left, foot, anchor = next(free, (x + _SIDES[0][0], y + _SIDES[0][1], _SIDES[0][2]))
        taken.append(_box(left, foot, name, anchor))
        yield svg.words(left, foot, whole, width=_COLUMNS, anchor=anchor)


def _box(x: float, foot: float, said: str, anchor: str) -> _Box:
    """About where a line of text lies."""
    length = svg.columns(said) * FONT_SIZE * 0.6
    left = x - {"start": 0.0, "middle": length / 2, "end": length}[anchor]
    return left, foot - FONT_SIZE + 2, left + length, foot + 3


def _is_free(box: _Box, others: Sequence[_Box], width: int) -> bool:
    is_inside = box[0] >= 0 and box[2] <= width
    return is_inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in others
    )
