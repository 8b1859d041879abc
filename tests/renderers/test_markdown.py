"""The Markdown report as its readers show it: tables, what is bold, and foreign text that is only text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from fcosreport.charts import charts
from fcosreport.judging.cases import records_of
from fcosreport.records import Experiment, Finding, Issue
from fcosreport.report import outputs
from fcosreport.report.report import Report, renderers
from fcosreport.wording import plain
from tests.adopt import GOLDEN, compare
from tests.baseline import NUMBERS, baseline, evaluation, experiment
from tests.charts.charting import pointed
from tests.hostile import TEXTS, hostile
from tests.renderers.rendering import EMPTY, many, render


def tokens(markdown: str) -> Iterator[Token]:
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown):
        yield token
        yield from token.children or ()


def table_of(markdown: str) -> list[list[str]]:
    """The cells of the first table, as a reader sees them."""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append("".join(child.content for child in token.children or ()))
        elif token.type == "table_close":
            break
    return rows


def test_the_report_is_the_golden_one() -> None:
    compare({GOLDEN / "baseline.md": render("md", baseline())})


def test_the_markdown_table_holds_the_experiments_and_their_numbers() -> None:
    heading, *rows = table_of(render("md", baseline()))
    assert heading == ["experiment", "state", "AP", "lr", "norm", "init", "AP50", "AP75", "APs", "APm", "APl"]
    assert [row[0] for row in rows] == [each.name for each in baseline().experiments]
    assert rows[3] == "Baseline_lr1en3_191210|⚠️ suspect|0.292|0.001|–|–|0.470|0.308|0.163|0.325|0.383".split("|")


def test_only_the_best_finished_ap_is_bold() -> None:
    report = baseline()
    assert re.findall(r"\| (\*\*.*?\*\*) \|", render("md", report)) == ["**0.387**"]
    spoiled = tuple(replace(e, state="failed") if e.name == "downloaded FCOS" else e for e in report.experiments)
    text = render("md", replace(report, experiments=spoiled))
    assert re.findall(r"\| (\*\*.*?\*\*) \|", text) == ["**0.172**"]
    assert "Best AP: **0.172**, `Baseline_lr1en4_191209`" in text


def test_a_higher_number_on_other_data_is_not_the_best() -> None:
    runs = records_of([{"bbox": "0.30 on:city"}, {"bbox": "0.32 on:city"}, {"bbox": "0.90 on:nyu"}]).experiments
    text = render("md", replace(baseline(), experiments=runs, findings=()))
    assert re.findall(r"\| (\*\*.*?\*\*) \|", text) == ["**0.32**"]


def test_rows_stand_below_what_they_share_each_group_with_its_best() -> None:
    runs = records_of([{"bbox": "0.30 on:city"}, {"bbox": "0.90 on:nyu"}, {"bbox": "0.32 on:city"}]).experiments
    text = render("md", replace(baseline(), experiments=runs, findings=()))
    names = [row[0] for row in table_of(text)[1:]]
    assert names == ["city", runs[0].name, runs[2].name, "nyu", runs[1].name]
    alone = render("md", replace(baseline(), experiments=runs[:1] + runs[2:], findings=()))
    assert "*city*" not in alone


def test_masks_have_a_column_and_a_best_of_their_own() -> None:
    one, *others = baseline().experiments
    masks = evaluation("0.345 0.560", 200, task="segm")
    report = replace(baseline(), experiments=(replace(one, evaluations=(*one.evaluations, masks)), *others))
    heading, first, *_ = table_of(render("md", report))
    assert dict(zip(heading, first, strict=True))["segm AP"] == "0.345"
    assert "Best segm AP: **0.345**" in render("md", report)


@pytest.mark.parametrize("report", [hostile(), hostile(TEXTS[::-1])], ids=["forward", "backward"])
def test_foreign_text_is_only_text_in_markdown(report: Report) -> None:
    markdown = render("md", report)
    found = list(tokens(markdown))
    allowed = r"(</?details>|<summary>[^<>]*</summary>|\s)*"
    assert not [t.content for t in found if t.type.startswith("html") and not re.fullmatch(allowed, t.content)]
    assert not [t for t in found if t.type in ("link_open", "image", "hr", "blockquote_open", "fence", "code_block")]
    assert len([t for t in found if t.type == "heading_open" and t.tag == "h1"]) == 1
    running = "".join(t.content + "\n" for t in found if t.type == "text")
    assert not re.search(r"@\w|#\d|![\d\[]|GH-\d|://|www\.|evil\.example|[<&]\w|[a-z]:\w+:|\{\{", running)
    heading, *rows = table_of(markdown)
    assert len(heading) <= 12
    assert {len(row) for row in rows} == {len(heading)}
    assert len(rows) == len(report.experiments)


@settings(max_examples=150, deadline=None)
@given(strategies.text(alphabet=strategies.sampled_from("`|\\*_[](){}<>!#@&~$-=+.:/ \n\"'1axé实"), max_size=30))
def test_any_name_is_one_cell_that_reads_as_it_is(name: str) -> None:
    only = experiment(name, "finished", 1, "0.01", numbers=NUMBERS["1e-3"])
    finding = Finding("FR101", "x", "error", f"{name} is odd.", (only.id,), (only.where,), (name,), name)
    report = replace(EMPTY, experiments=(only,), findings=(finding,))
    markdown = render("md", report)
    heading, row = table_of(markdown)
    assert len(row) == len(heading)
    assert row[0].replace("∖", "\\") == (plain(name) or "–")
    assert not [t for t in tokens(markdown) if t.type in ("link_open", "image", "fence", "html_inline")]


def test_a_long_table_is_cut_and_says_so() -> None:
    markdown = render("md", many(1000))
    assert sum(bool(row[1]) for row in table_of(markdown)) == 101  # a row with a group's title has no state
    assert "100 of 1,000 experiments are in the table" in markdown
    assert "… and 980 more of this rule" in markdown
    assert "in the table" not in render("md", baseline())


def test_settings_that_all_share_stand_above_the_table() -> None:
    markdown = render("md", baseline())
    assert "All share: batch `4`, test batch `2`." in markdown
    lone: Experiment = baseline().experiments[0]
    assert table_of(render("md", replace(EMPTY, experiments=(lone,))))[0][3] == "AP50"


def test_markdown_links_exactly_the_pictures_beside_it(tmp_path: Path) -> None:
    form = next(each for each in renderers() if each.name == "md")
    made = pointed(baseline())
    met: list[Issue] = []
    written = outputs.write_report(made, [form], tmp_path, met.extend)
    assert not met
    text = (tmp_path / "report.md").read_text()
    tokens = [child for token in MarkdownIt().parse(text) for child in token.children or ()]
    linked = {str(token.attrs["src"]): token.content for token in tokens if token.type == "image"}
    assert {tmp_path / name for name in linked} == {*written} - {tmp_path / "report.md"}
    assert len(linked) == len(charts(made)) > 4
    assert all(linked.values()), "each has a text for those who do not see it"
    assert "report_files" not in form.render(made), "where nothing is written beside it, nothing is linked"
    assert text.count("\n# ") + text.startswith("# ") == 1
