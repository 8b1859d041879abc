"""Every fixed word of a report is translated, and a report in another language holds the same numbers."""

import ast
import json
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from fcosreport.comparing.columns import EXPERIMENT, STATE
from fcosreport.comparing.noise import Verdict
from fcosreport.judging import handbook
from fcosreport.renderers.html import CHAPTERS
from fcosreport.report.frames import HEADINGS
from fcosreport.report.report import SEVERITIES, STATES
from fcosreport.report.templating import folder
from fcosreport.translation import codes, language
from tests.conftest import ROOT, Run

PACKAGE = ROOT / "fcosreport"
CODES = codes()[1:]
WORDS = [word for _, word in SEVERITIES.values()]
SAID = {
    EXPERIMENT,
    STATE,
    *STATES,
    *WORDS,
    *(f"{{n}} {word}" for word in WORDS),
    "batch",
    "test batch",
    *("masks", "from scratch"),
    *("out of GPU memory", "out of memory", "loss is NaN", "diverged", "marked as failed"),
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
