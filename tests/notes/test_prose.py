"""Results in flowing text, where a note tells of none otherwise."""

import pytest

from tests.notes.test_experiments import note
from tests.notes.test_rows import told


@pytest.mark.parametrize(
    ("sentence", "ap"),
    [
        ("We trained for 50 epochs. The model reached 41.2 mAP on our validation set.", 0.412),
        ("After 100 epochs, the model achieved an mAP@0.5:0.95 of 0.671.", 0.671),
        ("The second model reached mAP@0.5 = 0.843 and mAP@0.5:0.95 =\n0.671.", 0.671),
        ("After many configurations this one stood out,\nachieving a 59.0 mAP on the held-out set.", 0.59),
        ("训练了100轮，最终在验证集上mAP达到了0.612。", 0.612),
        ("학습 결과 mAP 0.59를 달성하였다.", 0.59),
        ("学習の結果、mAPは0.61でした。", 0.61),
    ],
)
def test_what_an_author_says_was_reached_is_a_run_of_his(sentence: str, ap: float) -> None:
    assert told(note(f"# Helmets\n\n{sentence}\n")) == [("Helmets", "finished", ap)]


def test_sentences_of_several_settings_are_runs() -> None:
    text = "# Notes\n\n> With lr {} the model reached mAP 0.31.\n> With lr {} the model reached mAP 0.35.\n"
    found = note(text.format(0.01, 0.001)).experiments
    assert [(each.value("lr"), each.evaluations[0]["AP"]) for each in found] == [(0.01, 0.31), (0.001, 0.35)]
    assert len(note(text.format(0.01, 0.01)).experiments) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "FCOS has an AP of 44.7 and needs no anchors.",
        "The paper reports that it reached 41.2 mAP [3].",
        "We hope that it should have reached 41.2 mAP.",
        "mAP is the mean of AP over the classes, at an IoU of 0.50.",
        "`mAP50` (mean Average Precision at 50 percent Intersection over Union): the metric that we reached for.",
        "With the default settings the code can get 34.2 mAP, for which the mark is given.",
        "Detection needs an mAP of 0.9 in such a plant.",
    ],
)
def test_what_others_reached_or_what_is_hoped_for_is_none(sentence: str) -> None:
    assert not note(f"# Helmets\n\n{sentence}\n").experiments


def test_what_a_new_version_can_do_is_no_run() -> None:
    assert not note("# Changelog\n## 2.5\n- The new ViT model reached 55.7 mAP on COCO.\n").experiments


def test_a_sentence_beside_a_table_tells_of_no_further_run() -> None:
    table = "| run | mAP |\n|--|--|\n| a1 | 0.31 |\n"
    assert told(note(f"# Helmets\nThe best model reached 33.0 mAP.\n\n## Runs\n{table}")) == [("a1", "finished", 0.31)]


@pytest.mark.parametrize(
    "words", ["An ensemble of the five folds", "WBF over all models", "五折模型融合", "5-fold 앙상블로"]
)
def test_what_runs_reach_together_is_a_result_of_its_own_beside_their_table(words: str) -> None:
    text = "# Trash\n## Final\n{} we reached mAP50 of 0.738 {}\n\n| run | mAP50 |\n|--|--|\n| DETA | 0.728 |\n"
    found = note(text.format(words, "达到")).experiments
    assert [(each.name, each.evaluations[0]["AP50"], each.settings) for each in found] == [
        ("Final", 0.738, ()),
        ("DETA", 0.728, ()),
    ]
    assert len(note(text.format("A wider net", "")).experiments) == 1


def test_names_before_the_numbers_of_a_list_of_results_are_runs() -> None:
    text = "# Port\n## Comparison\n- **Original**: mAP=0.357, AP50=0.574\n- **Ours**: mAP=0.348, AP50=0.563\n"
    assert told(note(text)) == [("Original", "finished", 0.357), ("Ours", "finished", 0.348)]


def test_a_sign_beside_the_word_changes_no_heading() -> None:
    (run,) = note("# Helmets\n- lr = 0.01\n## 📊 Results\n- mAP: 0.41\n").experiments
    assert (run.name, run.value("lr"), run.evaluations[0]["AP"]) == ("Helmets", 0.01, 0.41)


def test_a_list_of_metrics_is_read_under_whatever_heading() -> None:
    text = (
        "# Teeth\n## Project Overview\n### Key Metrics\n- **mAP@50:** 0.65\n- **mAP@50-95:** 0.39\n- **Recall:** 0.6\n"
    )
    (run,) = note(text).experiments
    assert {m.name: m.value for e in run.evaluations for m in e.metrics} == {"AP50": 0.65, "AP": 0.39, "R": 0.6}
    assert not note("## Goals\n- **Detection accuracy:** > 90% mAP on the test set\n").experiments


def test_a_heading_that_holds_two_things_against_each_other_says_only_what_it_states() -> None:
    text = "# From scratch vs. pretrained, lr = 0.01\n| Model | mAP |\n|--|--|\n| wide | 0.31 |\n| tuned | 0.42 |\n"
    assert {(each.value("init"), each.value("lr")) for each in note(text).experiments} == {(None, 0.01)}
    alone = note(text.replace("vs. pretrained", "always")).experiments
    assert {each.value("init") for each in alone} == {"scratch"}


@pytest.mark.parametrize("title", ["Метрики", "Resultados", "Hasil evaluasi"])
def test_a_list_of_results_in_other_languages_names_its_runs(title: str) -> None:
    found = note(
        f"# Talk\n\n## {title}\n\n- Fast: YOLO11n, 640 px, `mAP@0.5 = 0.154`;\n- Slow: YOLO11s, `mAP@0.5 = 0.149`;\n"
    )
    assert [each.name for each in found.experiments] == ["Fast", "Slow"]


def test_the_abstract_of_a_paper_tells_of_no_run() -> None:
    text = "# Credit\n\n### YOLOv3\n_J. R._ <br>\n\n{}\nIt achieves 57.9 AP50 in 51 ms.\n"
    assert not note(text.format("**Abstract** <br>")).experiments
    assert note(text.format("The run")).experiments


def test_a_line_that_says_overall_before_its_result_reports_it() -> None:
    text = "# Cards\n\nWeights: `best.pt` after 50 epochs\n{} **mAP50 = 0.806**, mAP50-95 = 0.568\n"
    assert [each.evaluations[0]["AP50"] for each in note(text.format("Overall:")).experiments] == [0.806]
    assert not note(text.format("Ours is below the official")).experiments
