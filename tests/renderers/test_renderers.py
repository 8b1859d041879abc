"""What a reader of a report relies on, in every output."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings, strategies
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len

from fcosreport.records import Experiment, Finding, Metric, Setting, State, Where
from fcosreport.renderers.console import shortened
from fcosreport.report.report import Renderer, Report, renderers
from fcosreport.report.showing import show
from fcosreport.vocabulary.printable import plain
from tests.adopt import GOLDEN, compare
from tests.baseline import NOTE, NUMBERS, baseline, evaluation, experiment
from tests.hostile import TEXTS, hostile

SCHEMA = json.loads((Path(__file__).parents[2] / "fcosreport/schemas/report-1.schema.json").read_text("utf-8"))
EMPTY = Report(title="Experiments", version="0.1.0", experiments=(), findings=(), issues=(), sources=())
OUTPUTS = {each.name: each for each in renderers()}


def render(name: str, report: Report) -> str:
    content = OUTPUTS[name].render(report)
    assert isinstance(content, str)
    return content


def many(count: int) -> Report:
    states: tuple[State, ...] = ("finished", "failed", "suspect", "running")
    experiments = tuple(
        replace(
            experiment(f"run{n}", states[n % 4], n + 1, "0.01", numbers=NUMBERS["1e-3"] if n % 4 != 1 else ""),
            settings=(Setting("lr", n / 1000, str(n / 1000), Where("a", 1)),),
        )
        for n in range(count)
    )
    findings = tuple(Finding("FR401", "duplicate-metrics", "error", f"run{n} is odd.") for n in range(count))
    return Report(title="t", version="1", experiments=experiments, findings=findings, issues=(), sources=())


REPORTS = {"empty": EMPTY, "baseline": baseline(), "hostile": hostile(), "many": many(300)}


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


@pytest.mark.parametrize("name", ["md", "json"])
def test_the_report_is_the_golden_one(name: str) -> None:
    compare({GOLDEN / OUTPUTS[name].filename.replace("report", "baseline"): render(name, baseline())})


@pytest.mark.parametrize("output", renderers(), ids=lambda each: each.name)
@pytest.mark.parametrize(
    "report", [EMPTY, baseline(), hostile(), many(1000)], ids=["empty", "baseline", "hostile", "many"]
)
def test_every_output_is_whole_and_the_same_again(output: Renderer, report: Report) -> None:
    content = output.render(report)
    assert content == output.render(report)
    if isinstance(content, str):
        assert content.endswith("\n")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", content)
        assert not re.search("[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", content)


@pytest.mark.parametrize(
    "report", [EMPTY, baseline(), hostile(), many(50)], ids=["empty", "baseline", "hostile", "many"]
)
def test_json_keeps_to_the_published_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render("json", report)))


def test_the_schema_forbids_what_it_does_not_know() -> None:
    report = json.loads(render("json", baseline()))
    for place in (report, report["experiments"][0], report["findings"][0], report["sources"][0]):
        place["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(report, SCHEMA)
        del place["surprise"]


def test_json_loses_nothing_but_nan() -> None:
    report = json.loads(render("json", hostile()))
    assert [each["name"] for each in report["experiments"]] == [text.replace("\udc80", "\ufffd") for text in TEXTS]
    metrics = report["experiments"][0]["evaluations"][0]["metrics"]
    assert (metrics["AP"], metrics["AP50"], metrics["AP75"]) == (0.5, None, None)


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


def test_masks_have_a_column_and_a_best_of_their_own() -> None:
    one, *others = baseline().experiments
    masks = evaluation("0.345 0.560", 200, task="segm")
    report = replace(baseline(), experiments=(replace(one, evaluations=(*one.evaluations, masks)), *others))
    heading, first, *_ = table_of(render("md", report))
    assert dict(zip(heading, first, strict=True))["segm AP"] == "0.345"
    assert "Best segm AP: **0.345**" in render("md", report)
    assert "segm AP50" in render("csv", report)


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
    assert len(table_of(markdown)) == 101
    assert "100 of 1,000 experiments are in the table" in markdown
    assert "… and 980 more of this rule" in markdown
    assert "in the table" not in render("md", baseline())
    assert len(render("csv", many(1000)).splitlines()) == 1001


def test_csv_holds_numbers_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", baseline()))))
    assert [float(row["AP"]) for row in rows if row["AP"]] == [0.387, 0.172, 0.292, 0.292]
    assert rows[0]["train_batch_size"] == "4"
    below = replace(baseline(), experiments=(experiment("a", "finished", 1, "-0.5", numbers="-1 -1"),))
    (row,) = csv.DictReader(io.StringIO(render("csv", below)))
    assert (row["lr"], row["AP"]) == ("-0.5", "-1.0")
    for line in csv.reader(io.StringIO(render("csv", hostile()))):
        for cell in line:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


@pytest.mark.parametrize("width", [40, 60, 80, 132])
@pytest.mark.parametrize(
    "report", [EMPTY, baseline(), hostile(), many(300)], ids=["empty", "baseline", "hostile", "many"]
)
def test_the_terminal_is_never_too_narrow(monkeypatch: pytest.MonkeyPatch, width: int, report: Report) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = render("text", report)
    assert "\x1b" not in text
    assert max(map(cell_len, text.splitlines())) <= width


def test_the_terminal_shows_state_numbers_findings_and_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = render("text", baseline())
    assert re.search(r"^Baseline_lr1en4_191209 +☑  finished +0\.172 +0\.0001", text, re.M)
    assert re.search(r"^✖ ERROR FR401 duplicate-metrics$", text, re.M)
    assert f"{NOTE}:59" in text
    assert "7 experiments: ☑ 2 finished, ⚠ 2 suspect, ❌ 1 failed, ☐ 2 planned" in text
    rows = [line for line in text.splitlines() if re.search("  (finished|❌ failed|suspect|☐  planned) ", line)]
    assert len({cell_len(row) for row in rows}) == 1


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "xterm")])
def test_color_is_for_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    assert ("\x1b[" in render("text", baseline())) == (value == "xterm")


def test_long_names_keep_what_tells_them_apart() -> None:
    names = [f"run/fcos_imprv_R_50_FPN_1x/Baseline_lr{lr}_191210_with_warmup" for lr in ("1en3", "1en4", "5en3")]
    short = shortened([*names, "short", "x" * 90], 30)
    assert len(set(short)) == 5
    assert max(map(cell_len, short)) <= 30
    assert short[3] == "short"
    assert "5en3" in short[2]
    assert shortened(names, 80) == names


@given(strategies.lists(strategies.text("ab实", max_size=40), max_size=8), strategies.integers(12, 40))
def test_different_names_stay_different(names: list[str], width: int) -> None:
    short = shortened(names, width)
    assert all(cell_len(name) <= width for name in short)
    assert all(name == cut or "…" in cut for name, cut in zip(names, short, strict=True))


@pytest.mark.parametrize(
    ("metric", "shown"),
    [
        (Metric("AP", 0.387, "0.387"), "0.387"),
        (Metric("AP", 0.39, "0.390"), "0.390"),
        (Metric("AP", 0.387, "38.7", percent=True), "0.387"),
        (Metric("AP", 0.38725, "38.725", percent=True), "0.3872"),
        (Metric("AP", 0.38699999, "0.3869999988"), "0.3870"),
        (Metric("AP", -1.0, "-1.000"), "-1"),
        (Metric("AP", None, "nan"), "–"),
        (Metric("AP", 38.7, "38.7"), "38.7"),
        (Metric("AP", 0.0, "0e-999999999"), "0.0000"),
        (Setting("lr", 1e-4, "1e-4", Where("a", 1)), "1e-4"),
        (Setting("lr", 1e-4, "1*10^-4", Where("a", 1)), "0.0001"),
        (Setting("iterations", 90000, "90k", Where("a", 1)), "90000"),
        (None, "–"),
    ],
)
def test_numbers_are_shown_as_coco_prints_them(metric: Metric | Setting | None, shown: str) -> None:
    assert show(metric) == shown


def test_settings_that_all_share_stand_above_the_table() -> None:
    markdown = render("md", baseline())
    assert "All share: batch `4`, test batch `2`." in markdown
    lone: Experiment = baseline().experiments[0]
    assert table_of(render("md", replace(EMPTY, experiments=(lone,))))[0][3] == "AP50"


def test_rendering_1000_experiments_takes_no_time_to_speak_of() -> None:
    report = many(1000)
    for output in renderers():
        start = time.process_time()
        output.render(report)
        assert time.process_time() - start < 10, output.name


def test_outputs_are_known_without_importing_what_is_heavy() -> None:
    heavy = "{'pandas', 'rich', 'jinja2', 'markdown_it'}"
    program = (
        f"import sys; from fcosreport.report.report import renderers; renderers(); print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout == "set()\n"
