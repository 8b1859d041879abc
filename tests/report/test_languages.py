"""Every fixed word of a report is translated, and a report in another language holds the same numbers."""

import ast
import html
import json
import os
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from fcosreport.comparing.columns import EXPERIMENT, STATE
from fcosreport.comparing.noise import Verdict
from fcosreport.judging import handbook
from fcosreport.judging.cases import records_of
from fcosreport.judging.rule import rules
from fcosreport.records import Finding, Issue, Source, Where
from fcosreport.renderers.html import CHAPTERS
from fcosreport.report.audit import CONTRADICTIONS, LINKS
from fcosreport.report.frames import HEADINGS
from fcosreport.report.report import SEVERITIES, STATES, Report
from fcosreport.report.speaking import in_language, spoken
from fcosreport.report.templating import folder
from fcosreport.translation import codes, language
from tests.baseline import NUMBERS, experiment
from tests.conftest import ROOT, Run
from tests.renderers.rendering import OUTPUTS

PACKAGE = ROOT / "fcosreport"
CODES = codes()[1:]
WORDS = [word for _, word in SEVERITIES.values()]
SAID = {
    *("lost by class", "lost by place", "lost by class and place", "lost by doubles", "lost by background"),
    *("lost by misses", "calibration error", "hours"),
    *(f"precision at recall {at}" for at in ("0.25", "0.50", "0.75")),
    EXPERIMENT,
    STATE,
    *STATES,
    *WORDS,
    *(f"{{n}} {word}" for word in WORDS),
    "batch",
    "test batch",
    *("masks", "from scratch"),
    *(CONTRADICTIONS, LINKS),
    *("out of GPU memory", "out of memory", "loss is NaN", "diverged", "marked as failed", "as the note says"),
    *("a note", "log", "binary", "unreadable"),
    *HEADINGS,
    *get_args(Verdict),
    *("code", "rule", "severity", "what is wrong", "certain", "likely", "info", "Why: ", "Do: ", handbook.INTRODUCTION),
    *CHAPTERS.values(),
}
"""What is translated by way of a variable."""


def in_python(file: Path) -> Iterator[str]:
    """The texts that a module hands to its language, which it calls `_` or by its name."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func)
            is_plural = name in ("_.plural", "report.view.language.plural")
            said = node.args[is_plural] if len(node.args) > is_plural else None
            if (
                (is_plural or name in ("_", "self", "language", "report.view.language"))
                and isinstance(said, ast.Constant)
                and isinstance(said.value, str)
            ):
                yield f"{{n}} {said.value}" if is_plural else said.value


def in_template(file: Path) -> Iterator[str]:
    text = file.read_text()
    for _, _, said in extract_from_ast(Environment().parse(text)):
        first = said[0] if isinstance(said, tuple) else said  # a text with values, or alone
        if first:
            yield first
    for word in re.findall(r"""plural\((?:[^()"']*, )?["']([^"']+)["']""", text):
        yield f"{{n}} {word}"


def fixed() -> set[str]:
    templates = [file for file in folder().rglob("*") if file.suffix in (".html", ".md", ".tex")]
    return {
        *SAID,
        *(said for file in PACKAGE.rglob("*.py") for said in in_python(file)),
        *(said for file in templates for said in in_template(file)),
    }


@pytest.mark.parametrize("code", CODES)
def test_every_fixed_word_is_translated(code: str) -> None:
    assert set(json.loads((PACKAGE / f"translations/{code}/words.json").read_text())) == fixed()


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_same_places_for_values(code: str) -> None:
    for text, translated in language(code).texts.items():
        places, others = (
            {name for _, name, _, _ in string.Formatter().parse(each) if name} for each in (text, translated)
        )
        assert places == others, text


@pytest.mark.parametrize("output", ["--text", "--md", "--html", "--latex"])
def test_a_report_in_chinese_says_the_same_numbers(run: Run, output: str) -> None:
    wide = {**os.environ, "COLUMNS": "160"}  # so that no column is left out for want of room
    english, chinese = (
        run("render", ROOT / "runs", output, "--lang", code, "-o", "-", "--store", f"{code}.sqlite", env=wide).out
        for code in ("en", "zh")
    )
    assert re.findall(r"0\.\d{3}\b", english) == re.findall(r"0\.\d{3}\b", chinese)
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) > len(re.findall(r"[\u4e00-\u9fff]", english)) + 20


EVERY = tuple(
    each
    for rule in rules()
    for case in rule.fires
    for each in rule.run(records_of(case), rule.cases_with)
    if isinstance(each, Finding)
)
"""What all rules say of the cases in which they fire."""
DATA = ("pip install", "test their mask performance", "missing keys in source state_dict", "improves 1e-4 by")


def chinese() -> Report:
    """A report with all findings, states and issues, and with what no rule needed."""
    rows = (
        experiment(f"run{n}", state, n + 1, "0.01", numbers=NUMBERS["1e-3"], reason="error: KeyError")
        for n, state in enumerate(STATES)
    )
    told = json.loads((PACKAGE / "translations/zh/issues.json").read_text())
    issues = (re.sub(r"\{\w+:?(\w*)\}", "7", text) for text in told)
    report = Report(
        title="runs",
        version="1",
        experiments=(*rows, *(experiment(f"run{n}", "stopped", n, "0.1", reason="at 4 of 12") for n in (90, 91))),
        findings=tuple(replace(each, experiments=("x",), severity="error") for each in EVERY),
        issues=tuple(Issue(text, Where("a.log", 1)) for text in issues),
        sources=(Source("a.log", "log", state="not understood"), Source("b.log", "log", state="not read")),
        passed=("flat-over-iou",),
        not_run=tuple((rule.name, rule.needs[0]) for rule in rules() if rule.needs[0]),
        compared=(
            ("table-against-block", "4 of 9 entries compared; 5 not, because 5 are said to be of another protocol"),
        ),
        noted=(experiment("noted", "noted", 99, "0.1"),),
    )
    ignored = replace(EVERY[0], ignored="in the baseline"), replace(EVERY[1], ignored="ok (until 2030-01-31)")
    return spoken(in_language(replace(report, findings=(*report.findings, *ignored)), language("zh")))


def english_left(text: str) -> set[str]:
    """Words of English sentences that stand outside of code, quotes and scripts."""
    text = re.sub(r"<(script|style|code)\b.*?</\1>|`+[^`]*`+", "", text, flags=re.DOTALL)
    text = re.sub(r"“[^”]*”|<[^>]*>", " ", html.unescape(text))
    left = re.findall(r"\b[A-Za-z']{2,} [a-z']{2,} [a-z']{2,}[a-z' ]*", re.sub(r"[ \n]+", " ", text))
    return {words for words in left if not any(data in words or words.strip() in data for data in DATA)}


@pytest.mark.parametrize("is_ablation", [False, True])
@pytest.mark.parametrize("output", ["text", "md", "html", "csv"])
def test_no_english_sentence_is_left_in_a_chinese_report(output: str, *, is_ablation: bool) -> None:
    report = chinese()
    report = replace(report, view=replace(report.view, ablation=is_ablation))
    assert not english_left(str(OUTPUTS[output].render(report)))


def test_the_table_of_a_paper_is_chinese_but_for_comments_on_packages() -> None:
    body = [line for line in str(OUTPUTS["latex"].render(chinese())).splitlines() if not line.startswith(("%", "\\"))]
    assert not english_left("\n".join(body))


@pytest.mark.parametrize("output", ["json", "sarif", "github", "gitlab", "junit"])
def test_what_programs_read_is_english_whatever_the_language(run: Run, output: str) -> None:
    words = ("check", ROOT / "runs", "--format", output, "--fail-on", "never", "--store", "one.sqlite")
    assert run(*words, "--lang", "zh").out == run(*words).out


@pytest.mark.parametrize(
    "words",
    [("check", "--fail-on", "never"), ("show", "published"), ("diff", "published", "scratch_bn"), ("group",)],
)
def test_people_are_told_in_the_language_of_the_option_or_of_the_settings(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    run("collect", ROOT / "runs/191209", "--store", "one.sqlite")
    chosen = run(*words, "--lang", "zh", "--store", "one.sqlite").out
    assert re.search(r"[\u4e00-\u9fff]", chosen)
    (tmp_path / "fcosreport.toml").write_text('lang = "zh"\n')
    assert run(*words, "--store", "one.sqlite").out == chosen
    assert run(*words, "--store", "one.sqlite", "--lang", "en").out != chosen
