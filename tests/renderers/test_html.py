"""What a reader of the page relies on, in a real browser."""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from fcosreport.comparing.columns import Column
from fcosreport.errors import OutputError
from fcosreport.records import Finding, Source, Where
from fcosreport.report.choosing import choose
from fcosreport.report.folding import fold_told, folds
from fcosreport.report.report import Report, View
from fcosreport.report.templating import folder
from fcosreport.report.verdict import verdict
from fcosreport.translation import Language
from fcosreport.wording import plain
from tests.baseline import NOTE, NUMBERS, baseline, experiment
from tests.hostile import TEXTS, hostile
from tests.lively import LOG, curve, lively
from tests.renderers.browser import THEMES, Visit, browser, visit
from tests.renderers.rendering import EMPTY, OUTPUTS, render

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


expect.set_options(timeout=30_000)  # milliseconds; a busy machine is no fault of the page
REPORTS = {"empty": EMPTY, "baseline": baseline(), "hostile": hostile(), "lively": lively(5)}


@cache
def page_of(name: str) -> str:
    return render("html", REPORTS[name])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


Open = Callable[..., Visit]


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page in a window of 1280 by 900; the page may have done nothing that it should not."""
    contexts = []
    visits = []

    def open_(html: str, *, script: bool = True, anchor: str = "") -> Visit:
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script))
        file = tmp_path / "report.html"
        file.write_text(html, "utf-8")
        visits.append(visit(contexts[-1], file, anchor))
        return visits[-1]

    yield open_
    complaints = [line for each in visits for line in each.complaints()]
    for context in contexts:
        context.close()
    assert not complaints


def scrolled(page: Visit) -> None:
    """Go down the page, so that all curves come near, and open all that is folded."""
    page.page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    for figure in page.page.locator("figure.curve").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".live canvas").wait_for()


@pytest.mark.parametrize("name", REPORTS)
def test_nobody_is_shut_out(opened: Open, name: str) -> None:
    """No fault that axe knows of, no error, no policy violation, no request."""
    seen = opened(page_of(name))
    scrolled(seen)
    seen.page.evaluate(AXE)
    for theme in THEMES:
        seen.page.emulate_media(color_scheme=theme)
        faults = seen.page.evaluate("axe.run().then((result) => result.violations)")
        assert [(theme, each["id"], each["nodes"][0]["html"][:200]) for each in faults] == []


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_data_give_the_same_page(name: str) -> None:
    assert render("html", REPORTS[name]) == page_of(name)


@pytest.mark.parametrize("name", REPORTS)
def test_links_lead_to_places_in_the_page(name: str) -> None:
    html = page_of(name)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    links = re.findall(r'<a [^>]*href="([^"]*)"', html)
    assert {"#main", "#findings"} <= set(links)
    assert [link for link in links if not link.startswith("#") or link[1:] not in ids] == []


@pytest.mark.parametrize("report", [hostile(), hostile(TEXTS[::-1])], ids=["forward", "backward"])
def test_foreign_text_is_only_text(opened: Open, report: Report) -> None:
    page = opened(render("html", report)).page
    rows = page.locator(".experiments tbody tr[id]")
    names = [plain(each.name) or "–" for each in report.experiments]
    told = page.evaluate("Object.fromEntries(Object.entries(told.rows).map(([id, row]) => [id, row[0]]))")
    assert sorted(told.values()) == sorted(plain(each.name) for each in report.experiments)
    shown = [" ".join(each.split()) for each in rows.locator("th").all_inner_texts()]
    assert all(any(each.startswith(" ".join(name.split())) for each in shown) for name in names)
    assert {row.locator("th, td").count() for row in rows.all()} == {page.locator(".experiments thead th").count()}
    assert page.locator("main script:not([type]), img, iframe, object, embed, form").count() == 0
    attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames())")
    assert not [name for name in attributes if name == "style" or name.startswith("on")]
    messages = {" ".join(each.split()) for each in page.locator(".finding :is(h3, h4)").all_text_contents()}
    known = {" ".join(plain(each.message).split()) for each in report.open_findings}
    assert len(messages & known) >= 20
    assert messages <= known | {fold_told(each, report.view.language) for each in folds(report)}


def names_in(page: Page) -> list[str]:
    """The experiments of the table in the order that is seen."""
    return [each.inner_text() for each in page.locator(".experiments tbody th > a:first-child:visible").all()]


def test_the_table_is_sorted_by_keyboard(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    best, failed, low, equal, other, *planned = names_in(page)
    page.locator(".experiments thead button", has_text="AP").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".experiments tbody th").nth(2)).to_contain_text(other)
    assert names_in(page) == [best, equal, other, low, failed, *planned]
    page.keyboard.press("Enter")
    expect(page.locator(".experiments tbody th").first).to_contain_text(low)
    assert names_in(page) == [low, equal, other, best, failed, *planned]  # without a number: last again
    page.locator(".experiments thead button", has_text="experiment").focus()
    page.keyboard.press("Space")
    expect(page.locator(".experiments tbody th").first).to_contain_text(equal)
    assert names_in(page) == [equal, low, other, best, *sorted((failed, *planned))]  # text from A on


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("LR1EN", 2),  # a part of a name
        ("lr < 1e-2", 3),
        ('lr < 1e-2 and state == "finished"', 1),
        ("norm in ['bn', 'gn'] or AP >= 0.387", 2),
        ("not (lr == 0.01)", 3),
        ("AP50 > AP and `lr` < 1", 4),
        ("0.001 <= lr < 0.01", 2),
        ("batch == 4", 7),  # as the heading calls it
    ],
)
def test_the_filter_takes_a_name_or_a_condition_as_the_command_line_does(opened: Open, typed: str, count: int) -> None:
    page = opened(page_of("baseline")).page
    page.keyboard.press("/")
    page.keyboard.type(typed)
    expect(page.locator(".told")).to_have_text(f"{count} of 7 experiments shown")
    assert len(names_in(page)) == count
    if "<" in typed or "=" in typed:
        assert len(choose(baseline(), where=typed).experiments) == count


@pytest.mark.parametrize(
    ("typed", "said"),
    [("lrr < 1", "no column lrr"), ("lr <", "this is no condition"), ("lr < §", "this is no")],
)
def test_a_condition_that_is_none_is_told_and_hides_nothing(opened: Open, typed: str, said: str) -> None:
    page = opened(page_of("baseline")).page
    page.get_by_label("Filter").fill(typed)
    expect(page.locator(".told")).to_contain_text(said)
    assert len(names_in(page)) == 7


def test_the_address_keeps_what_is_shown(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    page.get_by_role("button", name="2 suspect").click()
    page.get_by_label("Filter").fill("lr > 0")
    page.locator(".columns summary").click()
    page.get_by_label("AR100").check()
    page.locator("h1").click()  # beside the menu, which closes it
    page.locator(".experiments thead button", has_text="lr").click()
    expect(page.locator("th[aria-sort]")).to_have_text("lr")
    page.wait_for_function("location.hash.includes('sort')")
    again = opened(page_of("baseline"), anchor=page.evaluate("location.hash")).page
    expect(again.locator("th[aria-sort]")).to_have_text("lr")
    expect(again.get_by_label("Filter")).to_have_value("lr > 0")
    expect(again.get_by_role("columnheader", name="AR100")).to_be_visible()
    assert names_in(again) == ["Baseline_lr5en3_191211", "Baseline_lr1en3_191210"]


def test_keys_walk_through_the_rows_and_say_what_they_do(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("tr.at-hand")).to_have_id("r0")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("tr.at-hand")).to_have_id("r1")
    page.keyboard.press("Enter")
    expect(page.locator("#e1")).to_be_visible()


def test_two_ticked_rows_are_compared(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    assert not page.locator(".compare").is_visible()
    for row in ("#r0", "#r2"):
        page.locator(f"{row} .sg button").click()
    table = page.locator(".compare tbody tr")
    assert table.first.inner_text().split() == ["AP", "0.387", "0.172", "−0.215"]
    assert [each.split()[0] for each in table.all_inner_texts()][6] == "lr"
    page.locator("#r0 .sg button").click()
    assert not page.locator(".compare").is_visible()


def test_of_many_rows_a_group_is_a_line_that_opens_and_what_is_in_doubt_stays(opened: Open) -> None:
    made = tuple(experiment(f"run_{n}", "finished", n + 1, "0.01", numbers=NUMBERS["1e-3"]) for n in range(60))
    odd = tuple(replace(each, state="suspect") if each.name == "run_7" else each for each in made)
    told = (
        replace(e, evaluations=tuple(replace(v, data_set=f"set{n % 2}") for v in e.evaluations))
        for n, e in enumerate(odd)
    )
    html = render("html", replace(baseline(), experiments=tuple(told), findings=()))
    page = opened(html).page
    assert names_in(page) == ["run_7"]
    page.locator("tbody.group button", has_text="set0").click()
    assert len(names_in(page)) == 31
    page.get_by_label("Filter").fill("lr > 0")
    assert len(names_in(page)) == 60  # whoever looks for rows sees them
    assert opened(html, script=False).page.locator("tbody.rows tr:visible").count() == 60
    assert "set0 30 experiments, AP 0.292 – 0.292" in " ".join(page.locator("tbody.group").first.inner_text().split())


def test_the_first_rows_of_a_long_table_stand_until_all_are_asked_for(opened: Open) -> None:
    """What is suspect or failed is never away, and neither is what a link, a filter or a printer asks for."""
    made = [experiment(f"run_{n:03}", "finished", n + 1, "0.01", numbers=NUMBERS["1e-3"]) for n in range(120)]
    made[110] = replace(made[110], state="suspect")
    html = render("html", replace(baseline(), experiments=tuple(made), findings=()))
    page = opened(html).page
    everything = page.get_by_role("button", name="Show all 120")
    assert len(names_in(page)) == 101
    page.get_by_label("Filter").fill("lr > 0")
    assert len(names_in(page)) == 120
    assert not everything.is_visible()
    page.get_by_label("Filter").fill("")
    everything.click()
    assert len(names_in(page)) == 120
    assert not everything.is_visible()
    assert len(names_in(opened(html, anchor="#r115").page)) == 120
    still = opened(html, script=False).page
    assert len(names_in(still)) == 120
    assert not still.get_by_role("button", name="Show all 120").is_visible()
    few = opened(render("html", replace(baseline(), experiments=tuple(made[:100]), findings=()))).page
    assert len(names_in(few)) == 100
    assert few.get_by_role("button", name="Show all").count() == 0


def test_a_name_leads_to_all_about_the_experiment(opened: Open) -> None:
    seen = opened(page_of("lively"))
    section = seen.page.locator("#e3")
    assert not section.is_visible()
    seen.page.locator("#r3 a").first.click()
    section.wait_for(state="visible")
    assert section.locator("tbody tr").count() == 13
    assert section.locator("figure").count() == 3
    section.get_by_text(LOG.path).first.wait_for(state="visible")
    assert opened(page_of("lively"), anchor="#e4").page.locator("#e4").is_visible()


def test_without_scripts_all_rows_and_charts_are_there(opened: Open) -> None:
    page = opened(page_of("lively"), script=False).page
    assert page.locator(".experiments tbody tr[id]:visible").count() == 5
    pictures = page.locator("section > .figures figure > svg")
    assert pictures.count() == len(pictures.all()) >= 6
    assert all(each.is_visible() for each in pictures.all())
    assert not page.locator(".filter, .columns").first.is_visible()
    assert page.locator("canvas").count() == 0


def test_curves_come_alive_near_and_stay_pictures_on_paper(opened: Open) -> None:
    page = opened(page_of("lively")).page
    figure = page.locator("#e0 figure.curve").first
    assert figure.locator("canvas").count() == 0  # its section is folded
    page.locator("summary", has_text="trained_0000").click()
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    assert not figure.locator("> svg").is_visible()
    page.emulate_media(media="print")
    assert figure.locator("> svg").is_visible()
    assert not figure.locator("canvas").is_visible()


def picture(page: Page, canvas: Locator) -> str:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    drawn = canvas.evaluate("(canvas) => canvas.toDataURL()")
    assert isinstance(drawn, str)
    return drawn


def test_a_curve_is_zoomed_read_and_recoloured(opened: Open) -> None:
    page = opened(page_of("lively")).page
    figure = page.locator("figure.curve", has_text="loss").first
    figure.scroll_into_view_if_needed()
    canvas = figure.locator("canvas")
    canvas.wait_for()

    whole = picture(page, canvas)
    box = figure.locator(".u-over").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.up()
    assert picture(page, canvas) != whole
    figure.get_by_role("button", name="Reset zoom").click()
    page.mouse.move(box["x"] - 5, box["y"] - 5)
    assert picture(page, canvas) == whole
    figure.locator(".legend button").first.click()
    assert figure.locator(".legend button").first.get_attribute("aria-pressed") == "false"
    assert (without := picture(page, canvas)) != whole
    page.emulate_media(color_scheme="dark")
    assert picture(page, canvas) not in (whole, without)


def test_names_stand_at_the_ends_of_curves_where_there_is_room_and_else_below(opened: Open) -> None:
    page = opened(page_of("lively")).page
    figure = page.locator("#curves figure.curve", has_text="Training loss").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    plot, name = figure.locator(".u-over"), figure.locator(".legend li").first

    def below() -> bool:
        inner, outer = name.bounding_box(), plot.bounding_box()
        assert inner
        assert outer
        return inner["y"] >= outer["y"] + outer["height"]

    assert not below()
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert below()


def test_a_long_name_at_the_end_of_a_curve_is_cut_within_its_figure(opened: Open) -> None:
    named = tuple(replace(e, name=f"{e.name} with a long tail (log.txt from line 2)") for e in lively(2).experiments)
    page = opened(render("html", replace(lively(2), experiments=named))).page
    figure = page.locator("#curves figure.curve", has_text="Training loss").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    button = figure.locator(".at-end button").first
    said = button.locator("span")
    box, end = figure.bounding_box(), said.bounding_box()
    assert box
    assert end
    assert button.get_attribute("title") == said.text_content()
    assert said.evaluate("(said) => said.scrollWidth > said.clientWidth")
    assert end["x"] + end["width"] <= box["x"] + box["width"]


def test_a_curve_over_iterations_is_shown_over_hours_and_back(opened: Open) -> None:
    timed = tuple(replace(e, curves=(*e.curves, curve("time", [1.8] * 500))) for e in lively(2).experiments)
    page = opened(render("html", replace(lively(2), experiments=timed))).page
    figure = page.locator("#curves figure.curve", has_text="Training loss").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    before = picture(page, figure.locator("canvas"))
    figure.get_by_role("button", name="hours").click()
    assert picture(page, figure.locator("canvas")) != before
    figure.get_by_role("button", name="iteration").click()
    assert picture(page, figure.locator("canvas")) == before


def test_a_curve_is_smoothed_shown_in_logarithms_and_lifted_by_its_row(opened: Open) -> None:
    page = opened(page_of("lively")).page
    figure = page.locator("figure.curve", has_text="loss").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    seen = [picture(page, figure.locator("canvas"))]
    for name in ("smooth", "log"):
        figure.get_by_role("button", name=name).click()
        seen.append(picture(page, figure.locator("canvas")))
    page.evaluate("dispatchEvent(new CustomEvent('lift', { detail: 'r3' }))")
    seen.append(picture(page, figure.locator("canvas")))
    assert len(set(seen)) == 4


def test_a_curve_that_comes_alive_is_as_high_as_its_picture(opened: Open) -> None:
    still = opened(page_of("lively"), script=False).page.locator("#curves figure").first.bounding_box()
    figure = opened(page_of("lively")).page.locator("#curves figure").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    live = figure.bounding_box()
    assert still
    assert live
    assert abs(live["height"] - still["height"]) <= 4


def test_a_pointer_reads_a_curve(opened: Open) -> None:
    page = opened(render("html", lively(1))).page
    figure = page.locator("figure.curve", has_text="loss").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    box = figure.locator(".u-over").bounding_box()
    assert box
    for down in range(8, int(box["height"]), 8):  # somewhere on the way down is the line
        page.mouse.move(box["x"] + 200, box["y"] + down)
    assert re.match(r"trained_0000: .*loss [\d.]+, .*iteration [\d,]+$", figure.locator(".readout").inner_text())


def printed(page: Page) -> list[str]:
    document = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    box = document.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)  # A4, landscape
    return [" ".join(each.extract_text().split()) for each in document.pages]


def test_every_printed_page_of_the_table_has_its_heading(opened: Open) -> None:
    rows = tuple(experiment(f"run_{n:04}", "finished", n + 1, "0.01", numbers=NUMBERS["1e-3"]) for n in range(150))
    texts = printed(opened(render("html", replace(baseline(), experiments=rows, findings=()))).page)
    full = [text for text in texts if re.search(r"run_\d+ [\d.]+ [\d.]+", text)]
    assert len(full) >= 3
    assert all("experiment AP AP50" in text for text in full)


def test_a_table_of_a_note_is_printed_on_a_page_of_its_own(opened: Open) -> None:
    first, second, *_ = printed(opened(page_of("baseline")).page)
    assert first.startswith("191209-baseline.md")
    assert "FrosenBN" in first
    assert "Findings" not in first
    assert second.startswith("Findings")


def test_the_best_number_stands_out_and_no_suspect_one(opened: Open) -> None:
    report = baseline()
    page = opened(page_of("baseline")).page
    assert page.locator(".experiments td.best").all_inner_texts() == ["0.387\nbest"]
    spoiled = tuple(replace(e, state="suspect") if e.name == "downloaded FCOS" else e for e in report.experiments)
    page = opened(render("html", replace(report, experiments=spoiled))).page
    assert page.locator(".experiments td.best").count() == 0  # one is left, which is the best of nothing


@pytest.mark.parametrize("name", ["baseline", "lively"])
def test_the_table_is_on_the_first_screen_and_fits(opened: Open, name: str) -> None:
    page = opened(page_of(name)).page
    top = page.locator(".rows tr").first.bounding_box()
    assert top
    assert top["y"] <= 300
    widths = page.locator("table.experiments").evaluate(
        "(table) => [table.scrollWidth, table.parentElement.clientWidth]"
    )
    assert widths[0] <= widths[1]


def test_on_a_phone_rows_are_cards_and_nothing_is_wider_than_it(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.locator(".experiments thead").is_visible()
    box = page.locator("#r0 td.best").bounding_box()
    assert box
    assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize(
    ("name", "parted"),
    [
        ("fcos_r50_fpn/lr_0.01", "fcos_|r50_|fpn/|lr_|0.01"),
        ("yolov8n.pt-640-2024-05-01_12.33", "yolov8n.|pt-640-2024-05-01_|12.33"),
        ("a__b<i>_", "a__|b<i>_"),
        ("检测 one", "检测 one"),
    ],
)
def test_a_long_name_breaks_between_its_words_and_in_no_number(opened: Open, name: str, parted: str) -> None:
    made = replace(baseline(), experiments=(replace(baseline().experiments[0], name=name),))
    cell = opened(render("html", made)).page.locator("#experiments tbody.rows th a").first
    assert cell.text_content() == name
    assert cell.evaluate("(cell) => [...cell.childNodes].map((each) => each.textContent || '|').join('')") == parted


def test_the_page_begins_with_the_verdict_and_each_reason_leads_to_its_finding(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    assert page.locator(".verdict").inner_text() == str(verdict(baseline()))
    page.locator(".verdict a").click()
    assert page.evaluate("location.hash") == "#f0"
    assert "the same 12 numbers as Baseline_lr5en3_191211" in page.locator("#r3 th").inner_text()
    page.locator("#r3 .badge").click()
    page.locator("#f0 a", has_text="lr5en3").click()
    assert page.evaluate("location.hash") == "#r4"


def test_the_table_tells_what_differs_and_what_all_share(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    headings = "state experiment AP AP50 AP75 APs APm APl segm at lr norm loss".split()
    assert [each.split()[0] for each in page.locator(".experiments thead th").all_inner_texts()] == headings
    assert "All share: batch 4, test batch 2" in page.locator("#experiments").inner_text()
    assert "因为GPU显存不够，没办法跑" in page.locator("#r1 th").inner_text()
    chosen = View(columns=(Column("AR100", "bbox"), Column("lr")))
    page = opened(render("html", replace(baseline(), view=chosen))).page
    assert [page.locator(f"#r0 td[data-k={name}]").inner_text() for name in ("AR100", "lr")] == [".572", "0.01"]


def test_what_was_changed_is_a_table_of_its_own_or_the_only_one(opened: Open) -> None:
    page = opened(render("html", lively(5))).page
    assert page.locator(".ablation th", has_text="Δ AP").count() == 1
    alone = opened(render("html", replace(baseline(), view=View(ablation=True)))).page
    assert alone.locator("table.experiments").count() == 1
    assert "Δ AP" in alone.locator("table.experiments thead").inner_text()


def test_errors_are_open_and_others_are_a_line_each(opened: Open) -> None:
    page = opened(page_of("baseline")).page
    found = page.locator(".finding")
    assert [each.get_attribute("class") for each in found.all()] == [
        f"finding {s}" for s in ("error", "warning", "warning", "info")
    ]
    assert [each.get_attribute("open") is not None for each in found.all()] == [True, False, False, False]
    duplicate = found.first
    assert duplicate.locator(".pair .eq").count() == 12
    assert f"{NOTE}:59, :79" in duplicate.inner_text()
    assert "3 checks passed" in page.locator("#findings summary").all_inner_texts()


def test_a_rule_that_speaks_often_is_one_line_of_20_findings(opened: Open) -> None:
    many = tuple(Finding("FR401", "duplicate-metrics", "error", f"run {n} is odd.") for n in range(45))
    not_run = (("flat-over-iou", "no log was read"),)
    page = opened(render("html", replace(baseline(), findings=many, not_run=not_run))).page
    assert page.locator(".finding").count() == 1
    assert page.locator(".finding h4").count() == 20
    assert "25 more of this rule" in page.locator("#findings").inner_text()
    assert [each for each in page.locator("#findings summary").all_inner_texts() if "check" in each] == [
        "3 checks passed",
        "1 check not run",
    ]


def test_a_finding_quotes_the_lines_that_it_points_at(opened: Open, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("a\nlr: 0.01 <b>\n")
    finding = Finding("FR201", "odd", "error", "lr is odd.", (), (Where(str(log), 2),))
    read = replace(baseline(), findings=(finding,), sources=(Source(str(log), "log", log.stat().st_size),))
    assert "2 lr: 0.01 <b>" in opened(render("html", read)).page.locator(".quote").inner_text()
    log.write_text("another\n")
    assert opened(render("html", read)).page.locator(".quote").count() == 0


def test_a_page_of_1000_trainings_is_small() -> None:
    html = render("html", lively(1000))
    assert len(html.encode()) <= 2_000_000
    assert html.count("<tr id=") == 1000
    assert "experiments are in the table" not in html
    assert re.search("There is room for [0-9,]+ of 1,000 experiments here", html)


def test_the_table_holds_1000_experiments_and_the_file_beside_it_all() -> None:
    assert OUTPUTS["html"].beside
    assert OUTPUTS["html"].beside(baseline()) == {}
    rows = tuple(experiment(f"run_{n}", "finished", n + 1, "0.01") for n in range(1200))
    report = replace(baseline(), experiments=rows, findings=())
    beside = OUTPUTS["html"].beside(report)
    assert [*beside] == ["runs.csv"]
    assert len(str(beside["runs.csv"]).splitlines()) == 1201
    html = render("html", report)
    assert html.count("<tr id=") == 1000
    assert "1,000 of 1,200 experiments are in the table" in html
    assert "The CSV report holds them all." in html
    assert '<a href="runs.csv">' not in html
    assert '<a href="runs.csv">All are in runs.csv.</a>' in render("html", replace(report, view=View(with_files=True)))


def test_a_template_or_style_of_the_user_goes_before_ours(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "partials").mkdir()
    (tmp_path / "assets").mkdir()
    (tmp_path / "partials" / "rest.html").write_text("<p id='own'>{{ report.title }}</p>", "utf-8")
    (tmp_path / "assets" / "report.css").write_text("#own { color: rgb(1, 2, 3); }", "utf-8")
    own = replace(baseline(), title="<b>ours</b>", view=View(templates=tmp_path))
    ours = opened(render("html", own)).page.locator("#own")
    assert ours.inner_text() == "<b>ours</b>"
    assert ours.evaluate("(element) => getComputedStyle(element).color") == "rgb(1, 2, 3)"
    (tmp_path / "assets" / "report.css").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputError, match=r"report\.css"):
        render("html", own)


def test_fixed_words_are_in_the_language_of_the_report() -> None:
    chinese = Language("zh", {"Findings": "发现", "Filter": "筛选", "finished": "完成"})
    html = render("html", replace(baseline(), view=View(language=chinese)))
    assert '<html lang="zh">' in html
    assert "<h2>发现</h2>" in html
    assert "筛选" in html
    assert '<span class="sr">完成</span></td>' in html


def test_what_comes_from_others_is_what_its_manifest_says() -> None:
    vendored = folder() / "assets" / "vendored"
    manifest = json.loads((vendored / "manifest.json").read_text("utf-8"))
    locked = json.loads((vendored / "package-lock.json").read_text("utf-8"))["packages"]
    listed = [file["file"] for package in manifest for file in package["files"]]
    assert sorted([*listed, "manifest.json", "package.json", "package-lock.json"]) == sorted(
        each.name for each in vendored.iterdir() if each.is_file()
    )
    for package in manifest:
        origin = f"node_modules/{package['package']}"
        assert (locked[origin]["version"], locked[origin]["license"]) == (package["version"], package["licence"])
        assert any("LICENSE" in file["file"] for file in package["files"])
        for file in package["files"]:
            assert file["from"].startswith(f"{origin}/")
            assert hashlib.sha256((vendored / file["file"]).read_bytes()).hexdigest() == file["sha256"]
    assert not [each for each in locked.values() if "resolved" in each]


def test_the_licence_goes_with_the_code_it_covers() -> None:
    assert "Copyright (c) 2022 Leon Sorokin" in render("html", lively(1))
    assert "uPlot=" not in render("html", EMPTY)  # no curve, no need for it
