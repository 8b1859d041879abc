"""Scores of leaderboards in words."""

import pytest

from fcosreport.notes.markup import Line
from fcosreport.notes.said import results
from tests.notes.test_experiments import note


def said(text: str) -> dict[str, float | None]:
    found = results(Line(1, "item", text), "note.md")
    return {f"{each.split}.{m.name}".removeprefix("."): m.value for each in found for m in each.metrics}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("LB score: 0.657", {"public.score": 0.657}),
        ("Public LeaderBoard Score: 0.7506  |  106/1815  |  top 6%", {"public.score": 0.7506}),
        ("Single DetectoRS Public LB score without pseudo labeling: 0.7592", {"public.score": 0.7592}),
        ("0.6741 on Private LB and 0.7725 on Public LB", {"private.score": 0.6741, "public.score": 0.7725}),
        ("Result: 0.7719 Public LB/0.7175 Private LB", {"public.score": 0.7719, "private.score": 0.7175}),
        ("LB从0.6687提升到0.6914", {"public.score": 0.6914}),
        ("Public: 4등, mIoU 0.8209", {"public.mIoU": 0.8209}),
        ("mAP 0.59, LB 0.61", {"AP": 0.59, "public.score": 0.61}),
        ("public: see 1.12.0 of the package", {}),
        ("the public test set has 0.25 of the images", {}),
        ("LB: 30.6", {"public.score": 0.306}),
        ("LB is our goal: at least 0.70", {}),
        ("LB: 12.5 ms an image", {}),
        ("Public: 12.5 GB of images", {}),
    ],
)
def test_a_score_is_that_of_its_board(text: str, numbers: dict[str, float]) -> None:
    assert said(text) == numbers


def test_each_name_before_a_board_is_a_run() -> None:
    text = "## 모델 성능:\n\nUniversenet101 LB score: 0.594\n\nCBNetV2 LB score : 0.562\n"
    assert [each.name for each in note(text).experiments] == ["Universenet101", "CBNetV2"]


def test_a_score_without_a_name_is_of_its_section() -> None:
    text = "## 方案1：[Faster-RCNN](https://host/a)\n- 得分：LB=0.6687\n## 方案2\n- LB从0.6687提升到0.6914\n"
    assert [each.name for each in note(text).experiments] == ["方案1：Faster-RCNN", "方案2"]


def test_a_board_may_stand_right_before_its_metric_and_be_misspelled() -> None:
    (made,) = note("# Contest\nThe result: A榜map@50:95   56.36    B榜map@50:95 56.7\n").experiments
    assert [(each.split, each.metrics[0].text) for each in made.evaluations] == [
        ("public", "56.36"),
        ("private", "56.7"),
    ]
    table = "# A\n\n| Model | Leaderborad mAP50 |\n|--|--|\n| yolov5s | 0.2438 |\n| yolov5x | 0.3299 |\n"
    assert [each.evaluations[0].split for each in note(table).experiments] == ["public", "public"]


def test_a_heading_of_the_final_score_names_no_run() -> None:
    (made,) = note("# Trash detection\n\n## Final Score\n- Public mAP 0.6975 -> Private mAP 0.6827\n").experiments
    assert made.name == "Trash detection"


def test_a_board_may_stand_in_brackets_behind_its_number() -> None:
    (made,) = note("# Cells\n\n## Results\n- AP50 0.3666 (public) / 0.3962 (private)\n").experiments
    assert [(each.split, each.metrics[0].text) for each in made.evaluations] == [
        ("public", "0.3666"),
        ("private", "0.3962"),
    ]
