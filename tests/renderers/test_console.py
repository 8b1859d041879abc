"""The report on a terminal of any width."""

import re
import sys

import pytest
from hypothesis import given, strategies
from rich.cells import cell_len

from fcosreport.renderers.console import shortened
from fcosreport.report.report import Report
from tests.baseline import NOTE, baseline
from tests.renderers.rendering import render, reports


@pytest.mark.parametrize("width", [40, 60, 80, 132])
@reports
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
