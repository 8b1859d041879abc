"""What dialects look for in a line of each shape they find in all lines of that shape, whatever their numbers are."""

import re

import pytest

from fcosreport.reading.coverage import Doubts
from fcosreport.reading.dialect import Window
from tests.dialects.test_promises import TEXTS


def test_hints_take_any_digits_for_any_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = set[re.Pattern[bytes]]()
    has, hints = Window.may_have, Window.hints
    monkeypatch.setattr(Window, "may_have", lambda window, hint: asked.add(hint) or has(window, hint))
    monkeypatch.setattr(Window, "hints", lambda window, hint, *start: asked.add(hint) or hints(window, hint, *start))
    for sample in TEXTS.values():
        sample.read(sample.data)
        Doubts("train.log").look(Window(sample.data, 0, 1))
    assert len(asked) > 8
    lines = {line for sample in TEXTS.values() for line in sample.data.splitlines()}
    for hint in asked:
        for line in lines:
            others = (re.sub(rb"\d+", digits, line) for digits in (b"7", b"0", b"23456"))
            assert {hint.search(other) is None for other in others} == {hint.search(line) is None}, (hint, line)
