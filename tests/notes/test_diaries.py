"""Entries of diaries whose results stand in plain lines: under other names, one a line, in what was printed."""

import pytest

from tests.notes.test_experiments import BLOCK, note


def results(text: str) -> list[tuple[str, dict[str, float | None]]]:
    """The name of each experiment with all its numbers."""
    return [
        (each.name, {f"{e.task}.{m.name}".removeprefix("bbox."): m.value for e in each.evaluations for m in e.metrics})
        for each in note(text).experiments
    ]


def test_numbers_one_a_line_are_one_result() -> None:
    text = "### wide\nmean_mAP_box_50  0.81\n\nmean_mAP_box_75  0.64\n\nmean_mAP_range_mask  0.52\n"
    assert results(text) == [("wide", {"AP50": 0.81, "AP75": 0.64, "segm.AP": 0.52})]


def test_of_a_number_that_comes_again_the_last_counts() -> None:
    assert results("### wide\nmAP: 0.31\n\nmAP: 0.33\n") == [("wide", {"AP": 0.33})]


def test_the_overlap_of_a_segmenter_is_its_result_and_a_threshold_is_none() -> None:
    assert results("## Run 2\n- Final Val IoU: 61.2%\n") == [("Run 2", {"sem_seg.mIoU": 0.612})]
    assert results("## Run 2\n- IoU: 0.5\n") == []


def states(text: str) -> list[tuple[str, str]]:
    return [(each.name, each.state) for each in note(text).experiments]


def test_boxes_that_name_the_folder_of_a_run_are_runs() -> None:
    text = (
        "## TODO\n- [ ] x.ipynb\n  - [ ] wide/b8_r40_lr1e-3_cvを回す\n- [x] wide_b8_lr1e-2\n- [ ] run b4_8_16_im640\n"
    )
    assert states(text) == [
        ("wide/b8_r40_lr1e-3_cvを回す", "planned"),
        ("wide_b8_lr1e-2", "finished"),
        ("run b4_8_16_im640", "planned"),
    ]


def test_boxes_that_name_what_a_program_can_do_are_none() -> None:
    assert states("## Has\n- [x] mask_rcnn_r50_fpn\n- [ ] support fp16_loss_scaler_2\n- [ ] run the tests\n") == []


def test_code_that_ends_with_a_result_says_the_result_of_its_section() -> None:
    text = "## Third\n```\nAP of dog: 0.3\nsaved\nmAP = 41.5%\n```\n"
    assert results(text) == [("Third", {"AP": 0.415})]
    (run,) = note(text).experiments
    assert run.evaluations[0].where.line == 5


def test_of_results_printed_epoch_by_epoch_the_last_counts_and_the_heading_before_all() -> None:
    printed = "\n    Validation #1 mIoU: 0.41\n    Validation #2 mIoU: 0.47\n"
    assert results(f"## 2.\n{printed}") == [("2.", {"sem_seg.mIoU": 0.47})]
    assert results(f"## 2. (mIoU: 0.52)\n{printed}") == [("2. (mIoU: 0.52)", {"sem_seg.mIoU": 0.52})]


def test_code_that_goes_on_behind_a_result_is_an_example() -> None:
    assert results("## Third\n```\nmAP = 41.5%\nprint(mAP)\n```\n") == []
    assert results("## Usage\n```\nmAP = 41.5%\n```\n") == []


def test_a_heading_that_begins_with_a_size_is_no_label() -> None:
    text = "# 416测试\nmAP: 0.31\n\n# 608测试\nmAP: 0.33\n"
    assert results(text) == [("416测试", {"AP": 0.31}), ("608测试", {"AP": 0.33})]


def test_a_pasted_log_that_says_where_its_results_are_cites_that_folder() -> None:
    (run,) = note("## Third\n- lr = 0.1\n- mAP: 0.31\n\n```\ndone\nResults saved to runs/train/exp7\n```\n").experiments
    assert run.citation is not None
    assert (run.citation.text, run.citation.where.line) == ("runs/train/exp7", 7)


def test_headings_in_html_are_headings_and_their_tags_are_left_out() -> None:
    text = (
        '<h2 id="one">Wide <i>ver.1</i></h2>\n- Epoch : 10\n\n'
        "<h3>Result</h3>\n- Percision : **0.72**\n- mAP50 : **0.68**\n"
        "<h2>Wide ver.2</h2>\n\n- Recall : 0.7\n- mAP50 : 0.82\n"
    )
    assert results(text) == [("Wide ver.1", {"P": 0.72, "AP50": 0.68}), ("Wide ver.2", {"R": 0.7, "AP50": 0.82})]


def test_precision_counts_beside_a_result_and_is_none_alone() -> None:
    assert results("# Net v1\nMean mAP@50: 0.17\nMean Recall: 0.33\n") == [("Net v1", {"AP50": 0.17, "R": 0.33})]
    assert results("# Net v1\nMean Precision: 0.71\nMean Recall: 0.33\n") == []


def test_the_metric_named_iou_is_the_overlap() -> None:
    text = "## Experiment 1: pooling\n### Performance\n- Pixel accuracy: 90%\n- IoU Metric: 75%\n"
    assert results(text) == [("Experiment 1: pooling", {"sem_seg.mIoU": 0.75})]


def test_results_that_are_saved_one_after_another_are_runs_of_their_own() -> None:
    printed = "then GIoU\n".join(f"{BLOCK}Results saved to runs/detect/wide{n}\n" for n in (1, 2))
    assert [each.name for each in note(f"## August\n```\n{printed}```\n").experiments] == ["wide1", "wide2"]
    (run,) = note(f"## August\n```\n{BLOCK}then GIoU\n{BLOCK}```\n").experiments
    assert (run.name, len(run.evaluations)) == ("August", 2)


def test_among_boxes_of_what_a_program_can_do_one_that_sounds_like_a_setting_is_no_run() -> None:
    text = "# lr 0.1\n- mAP: 0.3\n# Has\n- [x] Mosaic\n- [x] Sync Batch Normalize\n- [x] PANet\n- [ ] BiFPN\n"
    assert [name for name, _ in states(text)] == ["lr 0.1"]
    assert [name for name, _ in states("# lr 0.1\n- mAP: 0.3\n# Runs\n- [x] from scratch\n- [ ] GN\n")] == [
        "lr 0.1",
        "from scratch",
        "GN",
    ]


def test_numbers_of_the_whole_below_those_of_classes_are_the_result() -> None:
    text = "## Unet 1\n#### 最优结果\n| metric\\classes | sky | road | sea |\n|--|--|--|--|\n"
    text += "| **F1** | 96.1 | 92.0 | 93.1 |\n"
    assert results(f"{text}| **mIou** | 74.15 | **mAcc** | 83.3 |\n") == [
        ("Unet 1", {"sem_seg.mIoU": 0.7415, "sem_seg.mAcc": 0.833})
    ]


def test_in_words_as_well_validation_and_other_images_are_two_results_of_one_run() -> None:
    (run,) = note("## wide lr 0.01\n- val mIoU: 0.55, test mIoU: 0.53\n- Public LB mAP: 0.61\n").experiments
    assert [(each.split, each.task, each.metrics[0].value) for each in run.evaluations] == [
        ("", "sem_seg", 0.55),
        ("test", "sem_seg", 0.53),
        ("public", "bbox", 0.61),
    ]


def test_a_share_of_the_body_is_a_part_of_the_name() -> None:
    text = "| Model | PCK@0.1 | PCKh@0.5 |\n|--|--|--|\n| nano | 0.94 | 0.95 |\n"
    assert results(text) == [("nano", {"keypoints.PCK@0.1": 0.94, "keypoints.PCKh": 0.95})]


def test_a_sign_that_multiplies_stays_in_a_cell_and_bold_letters_do_not() -> None:
    text = "| Model | size | mAP |\n|--|--|--|\n| **a** | 1333*800 | 0.31 |\n| **a** | 1024*1024 | 0.32 |\n"
    assert [name for name, _ in results(text)] == ["a, 1333*800", "a, 1024*1024"]


def test_a_status_behind_a_sign_is_a_status() -> None:
    assert states("## wide lr 0.01\n- **Status**: 🟢 **running**\n") == [("wide lr 0.01", "running")]


def test_what_a_day_of_a_diary_says_is_its_result() -> None:
    text = (
        "# 実験日誌\n\n## 5/3\nYOLOv8n を学習。mAP50 0.612。\n\n## 5/4\n- 画像サイズを変更\n- mAP50: 0.655 に上がった\n"
    )
    found = note(text).experiments
    assert [(each.name, each.evaluations[0].metrics[0].text) for each in found] == [("5/3", "0.612"), ("5/4", "0.655")]
    assert not note("# 日誌\n\n## 5/3\n論文では mAP50 0.612。\n").experiments


def test_a_block_of_settings_is_of_the_entry_that_it_stands_in() -> None:
    block = "```\nlr = 0.001  # as before\nbatch_size = 16\n```\n"
    (run,) = note(f"## 2024-03-01\n{block}\nmAP50 = 0.61\n").experiments
    assert (run.value("lr"), run.value("train_batch_size")) == (0.001, 16)
    (run,) = note(f"## 2024-03-01\n- lr = 0.1\n\n{block}\nmAP50 = 0.61\n").experiments
    assert run.value("lr") == 0.1
    (run,) = note(f"## 2024-03-01\n{block.replace('lr', 'for x in y:')}\nmAP50 = 0.61\n").experiments
    assert run.value("train_batch_size") is None
    assert not note(f"## 2024-03-01\n{block}").experiments


def test_what_is_folded_away_has_the_heading_that_stands_above_it() -> None:
    part = "<details>\n<summary>{}</summary>\n\nmAP = {}\n\n</details>\n\n"
    text = (
        f"# Ships\n## Detailed results\n{part.format('YOLOv8 with SAHI', 0.278)}{part.format('<b>YOLOv8</b>', 0.233)}"
    )
    assert results(text) == [("YOLOv8 with SAHI", {"AP": 0.278}), ("YOLOv8", {"AP": 0.233})]
    assert results(f"# Ships\n{part.format('Click to expand', 0.278)}") == [("Ships", {"AP": 0.278})]


def rates(text: str) -> list[tuple[object, float | None]]:
    """The learning rate and the AP of each experiment."""
    return [(each.value("lr"), result["AP"]) for each in note(text).experiments for result in each.evaluations]


@pytest.mark.parametrize(
    "form",
    [
        "- {}: {}\n- {}: {}\n",
        "{}: {}\n\n{}: {}\n",
        "**{}**: {}\n\n**{}**: {}\n",
        "{}\n{}\n\n{}\n{}\n",
        "### {}\n{}\n\n### {}\n{}\n",
    ],
)
def test_an_entry_begins_with_its_date(form: str) -> None:
    told = "trained with lr 1e-3, got 38.7 mAP.", "lr 5e-3 gives 38.9 mAP, weird."
    text = "# Log\n\n" + form.format("2019-12-11", told[0], "2019-12-12", told[1])
    assert rates(text) == [(0.001, 0.387), (0.005, 0.389)]


def test_one_date_alone_is_when_the_note_was_written() -> None:
    (run,) = note("# Wide anchors\n2019-12-11\n\nlr = 0.01\n\nmAP: 0.31\n").experiments
    assert (run.name, run.value("lr")) == ("Wide anchors", 0.01)


@pytest.mark.parametrize(
    ("title", "settings"),
    [
        ("fcos r50 lr 1e-3", {"lr": 0.001, "backbone": "R-50"}),
        ("Run 3: lr 5e-3", {"lr": 0.005}),
        ("Wide anchors (40 epochs)", {"epochs": 40}),
        ("FCOS R-50 lr 0.01 batch size 16", {"lr": 0.01, "train_batch_size": 16, "backbone": "R-50"}),
        ("lr 1e-3 vs lr 5e-3", {}),
        ("First lr 1e-3 then lr 5e-3", {}),
    ],
)
def test_a_heading_says_settings_in_words(title: str, settings: dict[str, object]) -> None:
    (run,) = note(f"## {title}\nmAP: 0.31\n").experiments
    assert {each.name: each.value for each in run.settings} == settings


def test_a_sentence_tells_what_a_rate_gives() -> None:
    assert rates("# Log\n\nlr 5e-3 gives 38.9 mAP.\n") == [(0.005, 0.389)]
    assert rates("# Log\n\nThe predictions give them, and not the other (AP 38.9).\n") == []


LINES = "FCOS R50 1x: 38.7 AP", "FCOS R101 2x: 41.2 AP"


@pytest.mark.parametrize("form", ["- {}\n- {}\n", "{}\n{}\n", "# Results\n- {}\n- {}\n", "# Results\n\n{}\n{}\n"])
def test_lines_that_name_a_run_and_say_its_result_are_a_run_each(form: str) -> None:
    assert results(form.format(*LINES)) == [("FCOS R50 1x", {"AP": 0.387}), ("FCOS R101 2x", {"AP": 0.412})]


def test_lines_with_settings_before_their_results_are_runs() -> None:
    assert rates("Exp 1: lr=1e-3 bs=16 → AP=38.7\nExp 2: lr=5e-3 bs=16 → AP=38.9\nExp 3: diverged\n") == [
        (0.001, 0.387),
        (0.005, 0.389),
    ]


def test_lines_of_metrics_are_of_one_run() -> None:
    assert results("## Run 2\nPrecision: 0.91\nRecall: 0.83\nmAP50: 0.88\nmAP50-95: 0.61\n") == [
        ("Run 2", {"P": 0.91, "R": 0.83, "AP50": 0.88, "AP": 0.61})
    ]


def test_mask_ap_is_of_masks_however_it_begins() -> None:
    assert results("## Run 2\nMask AP: 34.2\nBox AP: 38.7\n") == [("Run 2", {"segm.AP": 0.342, "AP": 0.387})]
    assert results("## Run 2\nFinal mAP: 38.7\n\nMask AP dropped from 34.2 to 33.9.\n") == [
        ("Run 2", {"AP": 0.387, "segm.AP": 0.339})
    ]


def test_cells_that_name_their_metric_may_stand_beside_one_that_says_why_there_is_none() -> None:
    rows = "| a1 | none | AP 38.7 |\n| a2 | GN | AP 39.1 (+0.4) |\n| a3 | DCN | OOM |\n"
    table = f"| Exp | Change | Result |\n|--|--|--|\n{rows}"
    assert [(e.name, e.state, [r["AP"] for r in e.evaluations]) for e in note(f"# Runs\n\n{table}").experiments] == [
        ("a1", "finished", [0.387]),
        ("a2", "finished", [0.391]),
        ("a3", "failed", []),
    ]


def test_rows_that_are_called_by_a_setting_have_it() -> None:
    table = "| | lr 1e-3 | lr 5e-3 |\n|--|--|--|\n| box AP | 38.7 | 38.9 |\n"
    assert rates(f"# Runs\n\n{table}") == [(0.001, 0.387), (0.005, 0.389)]


@pytest.mark.parametrize("numbering", [("# ", "## ", "## "), ("# 1. ", "## 1.1 ", "## 1.2 ")])
def test_a_setup_above_its_results_is_of_the_run_around_them(numbering: tuple[str, str, str]) -> None:
    run, setup, result = numbering
    text = f"{run}Wide\n{setup}Setup\nlr = 0.01\n{result}Results\nAP = 38.7\n"
    text += "# Deep\n## Setup\nlr = 0.02\n## Results\nAP = 38.9\n"
    assert rates(text) == [(0.01, 0.387), (0.02, 0.389)]
    assert [each.name.lstrip("1. ") for each in note(text).experiments] == ["Wide", "Deep"]


def test_a_setup_without_a_result_explains() -> None:
    assert rates("# Detector\n## Setup\nlr = 0.01\n\nRun train.py.\n") == []
    assert [each.state for each in note("# Detector\n## Setup\nlr = 0.01\n\nRun train.py.\n").experiments] == []


def test_a_question_beside_a_result_leaves_it_one() -> None:
    assert rates("## 2024-03-03\nlr 0.02 finished: AP 38.7. Hm, same as before?\n") == [(0.02, 0.387)]
    assert rates("## 2024-03-03\nlr = 0.02\n\nIs it AP 38.7?\n") == []


def test_a_line_of_settings_may_begin_with_a_word_for_them() -> None:
    assert rates("## Wide\nConfig: configs/fcos.py, lr 0.01, 12 epochs\n\nFinal mAP: 38.7\n") == [(0.01, 0.387)]


def told(text: str) -> list[tuple[str, dict[str, object]]]:
    """The state of each experiment with its settings."""
    found = note(text)
    return [(each.state, {s.name: s.value for s in each.settings}) for each in found.experiments]


_RESULT = "- 05-03: lr 1e-3, bs 8, AP 35.2\n- 05-04: lr 5e-3, bs 8, AP 36.4\n"


@pytest.mark.parametrize(
    ("entry", "state", "settings"),
    [
        ("05-05: lr 4e-2, killed after 2 epochs", "failed", {"lr": 0.04}),
        ("05-05：lr 2e-2，第 2 个 epoch NaN，挂了", "failed", {"lr": 0.02}),
        ("05-05: training now: lr 2e-2 with GN", "running", {"lr": 0.02, "norm": "gn"}),
        ("05-05：lr 1e-2，GN，放弃", "abandoned", {"lr": 0.01, "norm": "gn"}),
    ],
)
def test_an_entry_without_a_result_is_a_run_of_its_own_among_those_with_one(
    entry: str, state: str, settings: dict[str, object]
) -> None:
    first, second, *rest = told(f"# Diary\n\n{_RESULT}- {entry}\n")
    assert first == ("finished", {"lr": 0.001, "train_batch_size": 8})
    assert second == ("finished", {"lr": 0.005, "train_batch_size": 8})
    assert rest == [(state, settings)]


def test_what_a_list_of_runs_says_of_all_of_them_makes_none() -> None:
    assert len(told(f"# Diary\n\n{_RESULT}- all on two GPUs\n- the machine crashed twice\n")) == 2


def test_items_that_say_what_was_added_are_runs_beside_the_first() -> None:
    text = "# Runs\n\n1. baseline, lr 0.01, AP 37.4\n2. + DCN, lr 0.01, AP 41.2\n3. lr 0.02, diverged\n"
    assert told(text) == [("finished", {"lr": 0.01}), ("finished", {"lr": 0.01}), ("failed", {"lr": 0.02})]
    assert [each.title for each in note(text).experiments][1] == "+ DCN, lr 0.01, AP 41.2"


@pytest.mark.parametrize("heading", ["## 计划", "## Plan", "Plan:", "接下来：", "**TODO**"])
def test_items_below_a_plan_that_say_which_run_are_planned_runs(heading: str) -> None:
    plan = f"{heading}\n- ResNet-101，lr 0.005，batch 8\n- tune the neck\n- lr 0.02 and 24 epochs\n"
    done, first, second = told(f"# Runs\n\n## A\n- lr 0.01\n- AP 37.4\n\n{plan}")
    assert done == ("finished", {"lr": 0.01})
    assert first == ("planned", {"lr": 0.005, "train_batch_size": 8, "backbone": "R-101"})
    assert second == ("planned", {"lr": 0.02, "epochs": 24})
    assert [each.text for each in note(f"## A\n- lr 0.01\n- AP 37.4\n\n{plan}").steps] == ["tune the neck"]


def test_a_plan_of_one_setting_is_a_step() -> None:
    text = "## A\n- lr 0.01\n- AP 37.4\n\n## Plan\n- a larger lr\n- GN\n"
    assert [state for state, _ in told(text)] == ["finished"]
    assert len(note(text).steps) == 2


@pytest.mark.parametrize(
    "text", ["最后，做一个☑️表格", "最后：整理成☑️表格", "最重要的：测试一下 mask 的效果", "最重要: 测试它们的 mask 性能"]
)
def test_what_is_left_for_the_end_is_a_step(text: str) -> None:
    assert [each.text for each in note(f"## A\n- lr 0.01\n- AP 37.4\n\n# {text}\n").steps] == [text]
    assert not note("## A\n- lr 0.01\n- AP 37.4\n- 最后 AP 37.4，最重要的是结构\n").steps


@pytest.mark.parametrize("day", ["2024-03-08", "2024.3.8", "3月8日", "March 8, 2024", "8 Mar 2024"])
def test_below_a_date_with_a_title_any_sentence_tells_what_came_out(day: str) -> None:
    text = f"# Diary\n\n## {day} — other data\nTrained it again. It went to 0.73 mAP50.\n\n## {day} — rest\nNothing.\n"
    assert results(text) == [(f"{day} — other data", {"AP50": 0.73})]


def test_releases_are_no_days_of_a_diary() -> None:
    assert results("# Net\n\n## 2024-03-08 v1.2.0\nIt is at 0.73 mAP50 now.\n\n## Other\nlr is 3.\n") == []


def test_a_run_whose_log_is_cited_is_called_by_the_folder_of_that() -> None:
    (run,) = note("## lr 5e-3\n- AP 38.3\n- log: 191209/lr5en3/log.txt\n").experiments
    assert run.name == "lr5en3"
    (other,) = note("## lr 5e-3\n- AP 38.3\n- log: 191209/fcos_r50.log\n").experiments
    assert other.name == "fcos_r50.log"


def test_items_that_begin_with_their_date_are_entries_of_a_diary() -> None:
    text = (
        "# Changelog of experiments\n- **2024-03-01** - lr 1e-3. mAP50 0.61 (was 0.58).\n"
        "- **2024-03-02** - mosaic off -> mAP50 0.64\n- **2024-03-03** - labels cleaned\n"
    )
    assert [numbers for _, numbers in results(text)] == [{"AP50": 0.61}, {"AP50": 0.64}]
    assert results(text.replace("Changelog of experiments", "Changelog")) == []
    assert results(text.replace("2024-03-0", "1.")) == []


def test_attempts_that_are_counted_tell_their_results_in_any_sentence() -> None:
    text = "# Attempts\n## v1 (baseline)\nJust defaults. mAP50 = 0.58\n\n## v2 - mixup\nOutcome: 0.71 mAP50. Best.\n"
    assert results(text) == [("v1 (baseline)", {"AP50": 0.58}), ("v2 - mixup", {"AP50": 0.71})]
    assert results(text.replace("v1 (", "v1.0.2 (").replace("lr: 1", "")) == [("v2 - mixup", {"AP50": 0.71})]


def test_the_last_epochs_are_not_that_of_the_result() -> None:
    (run,) = note("# 日志\n\n## 3月2日 关闭 mosaic\n最后 10 个 epoch 关掉 mosaic，结果 mAP50=0.64\n").experiments
    assert run.evaluations[0].epoch is None
