"""A chart's picture is small, stands in a page or a file, and is the same whatever the names are."""

import re
from itertools import combinations
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.charts import charts, curves_of
from fcosreport.charts.svg import short
from fcosreport.wording import plain
from tests.charts.charting import SVG, curve, experiment, pointed, report
from tests.hostile import hostile

ALLOWED = {"svg", "desc", "title", "line", "path", "rect", "circle", "text"}


def test_hostile_text_stays_text_in_every_chart() -> None:
    made = pointed(hostile())
    shown = charts(made) + tuple(chart for each in made.experiments[:12] for chart in curves_of(made, each))
    assert {chart.section for chart in shown} == {"curves", "lr", "tasks", "classes"}
    for chart in shown:
        assert re.fullmatch(r"[a-z0-9-]+", chart.name)
        for drawn in (chart.svg(), f'<p xmlns="{SVG[1:-1]}">{chart.inline("p")}</p>'):
            root = fromstring(drawn)
            for node in root.iter():
                assert node.tag.removeprefix(SVG) in ALLOWED | {"p"}
                assert not any(name == "style" or "href" in name or name.startswith("on") for name in node.attrib)
            assert all(text == plain(text, 10**6) for node in root.iter() if (text := (node.text or "").strip()))


@given(st.text())
@settings(max_examples=20, deadline=None)
def test_any_name_gives_a_picture(name: str) -> None:
    (chart,) = charts(report(replace(experiment("a", [0.1, 0.2]), name=name)))
    fromstring(chart.svg())


@given(st.text(), st.integers(4, 60))
def test_a_short_name_fits_and_begins_as_the_whole(name: str, width: int) -> None:
    cut = short(name, width)
    assert len(cut) <= max(width, 0)
    assert cut == name or ("…" in cut and name.startswith(cut[: cut.index("…")]))


def test_a_long_name_is_cut_and_told_in_whole() -> None:
    name = "fcos_" + "very_long_" * 10 + "lr0.01"
    (chart,) = charts(report(experiment(name, [0.1, 0.2])))
    texts = {text.text: text.findtext(f"{SVG}title") for text in fromstring(chart.svg()).iter(f"{SVG}text")}
    (cut,) = (text for text in texts if text and "…" in text)
    assert cut.endswith("lr0.01")
    assert texts[cut] == name


def test_the_picture_of_a_page_takes_its_size_and_colours_from_it() -> None:
    (chart,) = charts(report(experiment("run", [0.1, 0.2])))
    inline = chart.inline("p")
    root = fromstring(inline)
    assert (root.get("role"), root.get("aria-label")) == ("img", "AP by iteration")
    assert not {"width", "height"} & root.attrib.keys()
    paints = {node.get(name, "none") for node in root.iter() for name in ("fill", "stroke")}
    assert paints == {"none", "var(--s1)", "var(--hair)", "var(--muted)", "var(--text)", "var(--paper)"}
    assert root.findtext("desc") == chart.description
    file = fromstring(chart.svg())
    assert {"width", "height"} <= file.attrib.keys()
    assert [rect.get("fill") for rect in file.iter(f"{SVG}rect")] == ["#ffffff"]


def test_ids_are_unique_in_a_page_with_all_charts() -> None:
    made = report(*(experiment(f"run{n}", [0.1, 0.2], curve("loss", [2.0, 1.0]), lr=0.1 + n) for n in range(3)))
    page = [chart.inline("all") for chart in charts(made)]
    page += [chart.inline(each.name) for each in made.experiments for chart in curves_of(made, each)]
    ids = re.findall(r' id="([^"]*)"', "".join(page))
    assert len(ids) == len(page) == len(set(ids))
    assert {f'aria-describedby="{each}"' for each in ids} == set(re.findall(r'aria-describedby="[^"]*"', "".join(page)))


def test_the_same_data_gives_the_same_bytes_and_little_of_them() -> None:
    made = report(
        *(experiment(f"run{n}", [], curve("loss", [1 + (s * 7919 % 97) / 97 for s in range(500)])) for n in range(50))
    )
    (one,), (two,) = charts(made), charts(made)
    assert one.svg() == two.svg()
    assert len(one.svg()) < 400_000


def test_no_words_lie_over_each_other() -> None:
    runs = [
        experiment(f"run{n} {'w' * 60}", [0.1, n / 10], lr=0.01 * n, state="failed" if n == 6 else "finished")
        for n in range(1, 8)
    ]
    for chart in charts(report(*runs)):
        boxes = [box(text) for text in fromstring(chart.svg()).iter(f"{SVG}text") if "x" in text.attrib]
        assert not [(one, other) for one, other in combinations(boxes, 2) if overlap(one, other)]


def test_names_stand_at_the_ends_of_their_curves_and_the_legend_tells_the_rest() -> None:
    runs = [experiment(f"run{n}", [0.1 * n] * (2 + n), state="failed" if n == 5 else "finished") for n in range(1, 8)]
    (chart,) = charts(report(*runs))
    root = fromstring(chart.svg())
    texts = {text.text: (float(text.attrib["x"]), float(text.attrib["y"])) for text in root.iter(f"{SVG}text")}
    ends = {
        line.findtext(f"{SVG}title"): [float(part) for part in line.attrib["d"].rpartition("L")[2].split(",")]
        for line in root.iter(f"{SVG}path")
        if line.get("stroke-linejoin")
    }
    for name in ("run7", "run6", "run4", "run3", "run5 (failed)"):
        (x, y), (end, height) = texts[name], ends[name]
        assert 0 < x - end < 30
        assert abs(y - height) < 30
    assert max(texts, key=lambda name: texts[name][1]) == "other experiments"
    assert "run1" not in texts


def box(text: Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line of text, about."""
    length = 6.5 * len(text.text or "")
    left = float(text.attrib["x"]) - {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]] * length
    return left, float(text.attrib["y"]) - 10, left + length, float(text.attrib["y"]) + 2


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
