"""SVG as it may stand in a page or a file: only shapes and text, small, and the same bytes for the same data.

Of what the drawing library writes, only what is listed here is kept: no script, style, link or event can be in it.
Foreign text is not given to that library at all; it is put in here.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

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
_SHAPES = {"g", "line", "path", "rect", "text"}
_ATTRIBUTES = {
    *("d", "fill", "height", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"),
    *("stroke-opacity", "stroke-width", "text-anchor", "transform", "width", "x", "x2", "y", "y2"),
}
_USUAL = {
    "x2": "0",
    "y2": "0",
    "stroke-dasharray": "1,0",
    "stroke-width": "1",
    "stroke-opacity": "1",
    "transform": "translate(0,0)",
}
_LONG_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


@dataclass(frozen=True, slots=True)
class Entry:
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


def shapes(drawn: str, titles: Sequence[str]) -> Element:
    """What the library drew, with `titles` for the shapes whose `aria-label` is a number: that of the title."""
    root = fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawn))
    whole = Element("g", {"fill": "none"})
    whole.extend(kept for child in root if (kept := _harmless(child, titles)) is not None)
    return whole


def _harmless(node: Element, titles: Sequence[str]) -> Element | None:
    if node.tag not in _SHAPES or node.get("display") == "none":
        return None
    kept = Element(
        node.tag,
        {
            name: _LONG_NUMBER.sub(_rounded, value)
            for name, value in node.attrib.items()
            if name in _ATTRIBUTES and value != _USUAL.get(name)
        },
    )
    kept.text = node.text
    kept.extend(child for each in node if (child := _harmless(each, titles)) is not None)
    label = node.get("aria-label", "")
    if label.isdecimal():
        SubElement(kept, "title").text = titles[int(label)]
    is_seen = len(kept) if node.tag == "g" else node.tag == "text" or {"fill", "stroke"} & kept.attrib.keys()
    return kept if is_seen else None


def _rounded(number: re.Match[str]) -> str:
    """A tenth of a pixel is as fine as anybody sees, and makes a path of many points a third as long."""
    return f"{float(number[0]):.1f}".removesuffix(".0")


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
