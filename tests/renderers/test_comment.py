"""The comment on a pull request: short, and harmless whatever the logs hold."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from msgspec.structs import replace

from fcosreport.records import Finding, Source, Where
from fcosreport.report.report import Report
from tests.baseline import baseline
from tests.hostile import hostile
from tests.renderers.rendering import EMPTY, many, render, reports


@reports
def test_a_comment_has_at_most_15_lines_and_begins_with_the_verdict(report: Report) -> None:
    lines = render("comment", report).splitlines()
    assert len(lines) <= 15
    assert re.match(r"([✖▲●] )?\*\*.+\*\*$", lines[0])


def test_what_is_in_doubt_stands_first_and_what_has_no_room_is_counted() -> None:
    text = render("comment", baseline())
    rows = [line.split(" | ")[0].strip("| `") for line in text.splitlines() if line.startswith("| `")]
    assert rows[:2] == ["Baseline_lr1en3_191210", "Baseline_lr5en3_191211"]
    assert "- ✖ `FR401`" in text
    assert text.endswith("Not shown: 3 experiments, 1 finding.\n")
    assert "Not shown: 296 experiments." in render("comment", many(300)), "findings of one rule are one line"


def test_a_link_leads_to_the_rest_where_ci_has_a_page() -> None:
    view = replace(baseline().view, link="https://ci.example/1", since="main")
    last = render("comment", replace(baseline(), view=view)).splitlines()[-1]
    assert last.startswith("Only what changed since `main`.")
    assert last.endswith("[The whole report](https://ci.example/1)")


def test_an_error_quotes_its_line(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("one\nAP `=` 0.3\n")
    finding = Finding("FR1", "odd", "error", "AP is odd.", (), (Where(str(log), 2),))
    report = replace(EMPTY, findings=(finding,), sources=(Source(str(log), "log", log.stat().st_size),))
    assert ": ``AP `=` 0.3``)" in render("comment", report)


def test_nothing_in_a_comment_is_a_link_or_mentions_anyone() -> None:
    parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(render("comment", hostile()))
    tokens = [each for token in parsed for each in token.children or ()]
    assert not [token for token in tokens if token.type in ("link_open", "image", "html_inline")]
    assert not re.search(r"@\w|#\d", "".join(token.content for token in tokens if token.type == "text"))
