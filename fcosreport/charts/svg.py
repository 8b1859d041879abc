"""SVG as it may stand in a page or a file: only shapes and text, small, and the same bytes for the same data."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from msgspec import Struct

from fcosreport.wording import MISSING, plain

COLORS = {
    "--text": "#1f2328",
    "--paper": "#ffffff",
    "--hair": "#e5e8eb",
    "--tint": "#f6f8fa",
    "--muted": "#59636e",
    "--s1": "#0072b2",
    "--s2": "#d55e00",
    "--s3": "#007d5a",
    "--s4": "#a64d79",
    "--other": "#848d97",
    "--error": "#b3261e",
}
"""The colours on white paper, by the names of a page's variables for them."""
FONT_SIZE = 12
ROW = 20
"""Height of a row of the legend."""

_FONT = "system-ui, sans-serif"
_NAME = 34  # characters of a name in a legend of two columns
_VARIABLES = {color: f"var({name})" for name, color in COLORS.items()}


class Entry(Struct, frozen=True):
    """One line of a legend: what `name` is, the name of its colour, and whether it is drawn dashed."""

    name: str
    variable: str
    dashed: bool = False


def text(foreign: str) -> str:
    """Foreign text as a picture may hold it."""
    return plain(foreign) or MISSING


def brief(foreign: str) -> str:
    """Foreign text as a description may hold it, at most 80 columns wide."""
    return short(text(foreign), 80)


def short(name: str, width: int) -> str:
    """The name in at most `width` columns, of which a Chinese character takes two; cut in the middle."""
    if len(name) <= width // 2 or columns(name) <= width:
        return name
    half = (width - 1) // 2
    return f"{_fitting(name, half)}…{_fitting(name[::-1], half)[::-1]}"


def _fitting(name: str, width: int) -> str:
    end = next((end for end in range(len(name) + 1) if columns(name[:end]) > width), len(name) + 1)
    return name[: end - 1]


def columns(name: str) -> int:
    """How many columns a text takes: a Chinese character two."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in name)


def shape(tag: str, title: str = "", /, **given: float | str) -> Element:
    """A shape with its attributes, `stroke_width` for `stroke-width`, and a title where it has one."""
    drawn = Element(tag, {name.replace("_", "-"): _told(value) for name, value in given.items()})
    if title:
        SubElement(drawn, "title").text = title
    return drawn


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """A line through the points, as `d`; it is broken at None."""
    told, sign = [], "M"
    for point in points:
        if point:
            told.append(f"{sign}{_told(point[0])},{_told(point[1])}")
        sign = "L" if point else "M"
    return "".join(told)


def _told(value: float | str) -> str:
    """A tenth of a pixel is as fine as anybody sees, and makes a path of many points a third as long."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def words(
    x: float, y: float, said: str, *, width: int = _NAME, anchor: str = "start", color: str = COLORS["--text"]
) -> Element:
    """A line of text, cut to `width` columns; what was cut is shown as its title."""
    drawn = Element("text", {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "fill": color})
    drawn.text = short(said, width)
    if drawn.text != said:
        SubElement(drawn, "title").text = said
    return drawn


def legend(entries: Sequence[Entry], left: int, top: int, width: int) -> Iterator[Element]:
    """The entries in two columns, each name cut to its column."""
    for number, entry in enumerate(entries):
        x, y = left + number % 2 * width // 2, top + number // 2 * ROW
        line = {"x1": str(x), "x2": str(x + 20), "y1": str(y), "y2": str(y)}
        dashes = {"stroke-dasharray": "4,3"} if entry.dashed else {}
        yield Element("line", {**line, "stroke": COLORS[entry.variable], "stroke-width": "3", **dashes})
        yield words(x + 26, y + 4, entry.name)


def as_file(parts: Sequence[Element], title: str, description: str, width: int, height: int) -> str:
    """A file that every viewer shows alike: on white paper."""
    size = {"xmlns": "http://www.w3.org/2000/svg", "width": str(width), "height": str(height)}
    root = _root(parts, title, description, "", width, height, size)
    root.insert(1, Element("rect", {"width": str(width), "height": str(height), "fill": COLORS["--paper"]}))
    return tostring(root, encoding="unicode") + "\n"


def as_inline(parts: Sequence[Element], title: str, description: str, prefix: str, width: int, height: int) -> str:
    """A part of a page, as wide as there is room, in the colours of the page; its ids begin with `prefix`."""
    root = _root(parts, title, description, prefix, width, height, {})
    for node in root.iter():
        for name in {"fill", "stroke"} & node.attrib.keys():
            node.set(name, _VARIABLES.get(node.attrib[name], node.attrib[name]))
    return tostring(root, encoding="unicode")


def _root(
    parts: Sequence[Element], title: str, description: str, prefix: str, width: int, height: int, size: dict[str, str]
) -> Element:
    told = f"{prefix}description"
    label = {"role": "img", "aria-label": title, "aria-describedby": told}
    font = {"font-family": _FONT, "font-size": str(FONT_SIZE)}
    root = Element("svg", {**size, "viewBox": f"0 0 {width} {height}", **label, **font})
    SubElement(root, "desc", {"id": told}).text = description
    root.extend(parts)
    return root
