"""A result that a note says and that is of no experiment is told, and what only looks like one is not."""

import pytest

from tests.notes.test_diaries import results
from tests.notes.test_experiments import note

RUN = "# Nets\n\n## wide\n- lr: 0.01\n- mAP50: 0.612\n\n## {title}\n\n{line}\n"


def told(line: str, title: str = "Remarks") -> list[tuple[str, int]]:
    return [
        (each.message.partition(" not taken")[0], each.where.line)
        for each in note(RUN.format(title=title, line=line)).issues
    ]


@pytest.mark.parametrize("title", ["Remarks", "Conclusion", "总结", "Findings"])
def test_a_number_of_no_run_is_told(title: str) -> None:
    assert told("In daylight it has mAP50 of 0.742.", title) == [("AP50 0.742 is", 9)]


def test_several_of_a_section_are_told_once() -> None:
    lines = "- with fog: mAP50 0.41\n- with rain: mAP50 0.44\n- with snow: mAP50 0.47"
    assert told(lines) == [("AP50 0.41 and the results in 2 more lines of this section are", 9)]


@pytest.mark.parametrize(
    "line",
    [
        "So the best mAP50 is 61.2 %.",
        "The mAP50 rose by 3.1 points.",
        "mAP50 −7.0% with tiles",
        "a loss of `1.70 AP` points",
        "The paper reports mAP50 of 0.742.",
        "We hope for mAP50 above 0.742",
        "best epoch by mAP50: 74",
    ],
)
def test_what_is_told_hoped_or_a_difference_is_not_lost(line: str) -> None:
    assert told(line) == []


def test_in_a_manual_and_where_no_run_is_told_nothing_is_missed() -> None:
    assert told("Our weights have mAP50 of 0.742.", "Usage") == []
    assert note("# Net\n\n## Usage\n\nThe weights have mAP50 of 0.742.\n").issues == ()


def test_the_epoch_of_the_best_is_no_score_and_takes_none_away() -> None:
    text = (
        "# Report\n\n## Training Summary\n\n- Run directory: `runs/detect/train7`\n- Split: test\n"
        "- Best epoch by mAP50-95: 22\n- Best precision: 0.41\n- Best mAP50: 0.329\n- Best mAP50-95: 0.189\n"
    )
    assert results(text) == [("train7", {"P": 0.41, "AP50": 0.329, "AP": 0.189})]
    (run,) = note(text).experiments
    assert run.evaluations[0].split == "test"


@pytest.mark.parametrize(
    "line", ["- Best epoch: 22", "- **Best epoch:** 22/100", "- Best epoch by mAP50: 22", "- 最佳轮次：22"]
)
def test_the_best_epoch_is_that_of_the_numbers_beside_it(line: str) -> None:
    (run,) = note(f"# tall\n\n## Training Summary\n\n{line}\n- mAP50: 0.329\n").experiments
    assert (run.name, run.evaluations[0].epoch) == ("tall", 22)
    other = note(f"# tall\n\n## Training Summary\n\n{line}\n- Split: test\n- mAP50: 0.329\n").experiments
    assert other[0].evaluations[0].epoch is None


def test_a_word_in_a_sentence_tells_the_epoch_that_was_best() -> None:
    (run,) = note("# net\n- wide 50ep 结果：mAP50=0.309，best epoch 按 mAP50 为 49。\n- lr: 0.1\n").experiments
    assert run.evaluations[0].epoch == 49
    (last,) = note("# net\n- lr: 0.1\n- mosaic off for the last 10 epochs: mAP50 0.64\n").experiments
    assert last.evaluations[0].epoch is None


def test_items_that_begin_with_a_run_and_the_word_for_its_result_are_runs() -> None:
    text = "# 进展\n- wide-A b4 结果：P=0.42，mAP50=0.309\n- wide-A b4 已归档\n- wide-B b4 结果：P=0.41，mAP50=0.298\n"
    assert results(text) == [("wide-A b4", {"P": 0.42, "AP50": 0.309}), ("wide-B b4", {"P": 0.41, "AP50": 0.298})]
