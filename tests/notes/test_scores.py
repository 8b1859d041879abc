"""The sheets of competitions, whose scores name no metric."""

import pytest

from fcosreport.records import Experiment
from tests.notes.test_experiments import note


def scores(experiment: Experiment) -> list[tuple[str, str, float | None]]:
    return [(each.split, m.name, m.value) for each in experiment.evaluations for m in each.metrics]


def test_scores_of_the_boards_are_results_of_their_splits() -> None:
    text = (
        "# Lung segmentation\n| Model | CV | Public LB | Private LB |\n|--|--|--|--|\n| b0 | 0.812 | 0.801 | 0.79 |\n"
    )
    (run,) = note(text).experiments
    assert scores(run) == [("", "score", 0.812), ("public", "score", 0.801), ("private", "score", 0.79)]


@pytest.mark.parametrize("header", ["线上分数", "A榜评测结果", "LB", "리더보드 점수", "Submission score (LB)"])
def test_a_score_beside_a_metric_is_that_metric_on_the_board(header: str) -> None:
    (run,) = note(f"| 模型 | mAP | {header} |\n|--|--|--|\n| yolov5 | 0.487 | 0.471 |\n").experiments
    assert scores(run) == [("", "AP", 0.487), ("public", "AP", 0.471)]


def test_a_plain_score_is_one_where_the_rows_are_of_models_of_the_field() -> None:
    text = "# Detection\n| {} | score |\n|--|--|\n| {} | 89.2 |\n| {} | 88.4 |\n"
    assert [each.name for each in note(text.format("backbone", "resnet50", "resnet101")).experiments] == [
        "resnet50",
        "resnet101",
    ]
    assert not note(text.format("student", "Ann", "Bo")).experiments


def test_the_board_of_another_trade_is_none_of_ours() -> None:
    assert not note("# House prices\n| Model | CV | LB |\n|--|--|--|\n| lgbm | 0.812 | 0.801 |\n").experiments


def test_a_cross_for_a_number_plans_nothing() -> None:
    text = "| run | backbone | mAP |\n|--|--|--|\n| a1 | r50 | 0.31 |\n| a1 | r101 | {} |\n"
    for cross in ("X", "✗", "×", "N/A"):
        assert [(e.name, e.state) for e in note(text.format(cross)).experiments] == [
            ("a1, backbone r50", "finished"),
            ("a1, backbone r101", "noted"),
        ]
    assert note(text.format("")).experiments[1].state == "planned"


def test_a_page_that_lists_papers_has_no_runs_in_its_tables() -> None:
    results = "| Method | AP |\n|--|--|\n| FRCNN | 32.1 |\n| SSD | 25.1 |\n"
    assert len(note(results).experiments) == 2
    assert not note(f"{results}\n## 2018\n| Title | Authors |\n|--|--|\n| DetNet | Li |\n").experiments


@pytest.mark.parametrize("title", ["Pretrained Checkpoints", "Pretrained models"])
def test_checkpoints_that_others_trained_are_no_runs(title: str) -> None:
    assert not note(f"## {title}\n| Model | mAP |\n|--|--|\n| s | 36.7 |\n| m | 44.5 |\n").experiments


def test_fractions_beside_percents_stay_fractions() -> None:
    text = "| run | mAP | Recall |\n|--|--|--|\n| a | 36.4 | 0.8249 |\n| b | 37.0 | 0.8803 |\n"
    assert [[m.value for e in run.evaluations for m in e.metrics] for run in note(text).experiments] == [
        [0.364, 0.8249],
        [0.37, 0.8803],
    ]


def test_a_heading_that_counts_the_arms_of_a_study_is_a_name() -> None:
    text = "| Arm | mAP50, mean ± std |\n|--|--|\n| Grouped | 0.6330 ± 0.1491 |\n| Leaky | 0.8456 ± 0.0375 |\n"
    assert [(e.name, e.evaluations[0]["AP50"]) for e in note(text).experiments] == [
        ("Grouped", 0.633),
        ("Leaky", 0.8456),
    ]


@pytest.mark.parametrize("header", ["testmAP", "test mAP"])
def test_a_split_may_be_glued_to_its_metric(header: str) -> None:
    (run,) = note(f"| run | valid mAP | {header} |\n|--|--|--|\n| a | 0.549 | 0.454 |\n").experiments
    assert [(e.split, e["AP"]) for e in run.evaluations] == [("", 0.549), ("test", 0.454)]


def test_a_task_may_stand_apart_from_its_metric() -> None:
    rows = "| Precision (B) | 99.5% |\n| mAP@.50 (B) | 99.4% |\n| mAP@.50-.95 (B) | 88.2% |\n"
    (run,) = note(f"## Run\n| Metric | Value |\n|--|--|\n{rows}").experiments
    assert {m.name: m.value for m in run.evaluations[0].metrics} == {"P": 0.995, "AP50": 0.994, "AP": 0.882}


def test_where_only_the_title_says_ap_a_column_may_be_its_threshold() -> None:
    text = "## {}\n| Model | 0.5 | 0.75 | small |\n|--|--|--|--|\n| a | 91.6 | 50.6 | 16.3 |\n"
    (run,) = note(text.format("Results (AP)")).experiments
    assert {m.name: m.value for m in run.evaluations[0].metrics} == {"AP50": 0.916, "AP75": 0.506, "APs": 0.163}
    assert not note(text.format("Results")).experiments


def test_a_row_that_gives_the_address_of_its_weights_is_published() -> None:
    rows = "| Faster R-CNN | link: https://pan.baidu.com/s/1Dq code: o92l | 79.8 |\n"
    assert not note(f"| Model | Download | mAP |\n|--|--|--|\n{rows}").experiments


def test_fractions_of_few_digits_beside_percents_are_fractions_where_no_percent_is_so_small() -> None:
    text = "| run | mAP | F1 |\n|--|--|--|\n| a | 45.2 | {} |\n| b | 46.9 | {} |\n"
    found = note(text.format(0.9, 0.8)).experiments
    assert [each.evaluations[0]["F1"] for each in found] == [0.9, 0.8]
    found = note(text.format(90, 0.8)).experiments
    assert [each.evaluations[0]["F1"] for each in found] == [0.9, 0.008]
