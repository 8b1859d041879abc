"""What dialects look for in a line of each shape they find in all lines of that shape, whatever their numbers are."""

import re
from collections.abc import Iterator

import pytest

from fcosreport.reading.coverage import Doubts
from fcosreport.reading.dialect import Window
from tests.dialects.test_promises import TEXTS


def test_hints_take_any_digits_for_any_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = set[re.Pattern[bytes]]()
    has, hints = Window.may_have, Window.hints

    def may_have(window: Window, hint: re.Pattern[bytes]) -> bool:
        asked.add(hint)
        return has(window, hint)

    def found(window: Window, hint: re.Pattern[bytes], start: int | None = None) -> Iterator[re.Match[bytes]]:
        asked.add(hint)
        return hints(window, hint, start)

    monkeypatch.setattr(Window, "may_have", may_have)
    monkeypatch.setattr(Window, "hints", found)
    for sample in TEXTS.values():
        sample.read(sample.data)
        Doubts("train.log").look(Window(sample.data, 0, 1))
    assert len(asked) > 8
    lines = {line for sample in TEXTS.values() for line in sample.data.splitlines()}
    for hint in asked:
        for line in lines:
            others = (re.sub(rb"\d+", digits, line) for digits in (b"7", b"0", b"23456"))
            assert {hint.search(other) is None for other in others} == {hint.search(line) is None}, (hint, line)
