"""What is asked of the words of a text is answered the same whatever its digits are."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fcosreport.notes import entries, headings, outcomes, said, words
from fcosreport.vocabulary.digits import of_any_digits
from fcosreport.vocabulary.settings.names import may_state

ASKED: tuple[Callable[[str], object], ...] = (
    headings.meaning,
    headings._is_label,
    headings.is_of_classes,
    outcomes.may_tell,
    words.is_step,
    words.is_result,
    words.beginning,
    may_state,
)
PATTERNS = [
    each
    for module in (headings, outcomes, words)
    for each in vars(module).values()
    if isinstance(each, re.Pattern) and isinstance(each.pattern, str)
]


@settings(suppress_health_check=[HealthCheck.too_slow])  # the texts of long patterns are slow to draw
@pytest.mark.parametrize("ask", ASKED)
@given(text=st.sampled_from(PATTERNS).flatmap(st.from_regex), digits=st.text("123456789", min_size=1, max_size=9))
@example(text="Experiment 0: epoch 00, mAP = 0.00", digits="17")
def test_digits_change_no_answer(ask: Callable[[str], object], text: str, digits: str) -> None:
    places = iter(range(len(text)))
    other = re.sub("[0-9]", lambda _: digits[next(places) % len(digits)], text)
    assert ask.__wrapped__(text) == ask.__wrapped__(other) == ask(other)  # type: ignore[attr-defined]  # of `wraps`


@given(st.from_regex(said._SIGN))
def test_a_line_with_the_name_of_a_metric_may_say_something(text: str) -> None:
    assert entries._may_say(text)


def test_a_text_is_asked_once_of_all_with_other_digits() -> None:
    asked: list[str] = []

    @of_any_digits
    def begins_numbered(text: str) -> bool:
        asked.append(text)
        return text[:1].isdigit()

    assert [*map(begins_numbered, ("7 runs", "8 runs", "no run", "x" * 999))] == [True, True, False, False]
    assert asked == ["1 runs", "no run", "x" * 999]
