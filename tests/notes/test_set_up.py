"""Tables of settings beside the results of a note."""

from tests.notes.test_diaries import results, states
from tests.notes.test_experiments import note

SET_UP = (
    "| Parameter | Value | Why |\n|-|-|-|\n| Model | YOLOv8n | |\n| Epochs | 50 | |\n| Batch size | {} | |\n"
    "| Image size | 640 |\n"
)
RESULT = "## Results\n| Metric | Value |\n|-|-|\n| mAP50 | 0.91 |\n| mAP50-95 | 0.71 |\n"


def test_a_table_of_settings_is_of_the_only_run_of_its_note() -> None:
    (run,) = note(f"# Net\n## Training\n{SET_UP.format(8)}\n{RESULT}").experiments
    assert (run.value("epochs"), run.value("train_batch_size"), run.value("image_size")) == (50, 8, 640)


def test_it_is_of_none_where_there_are_two_runs_or_two_tables_that_differ() -> None:
    two = "## Results\n| Model | mAP50 |\n|-|-|\n| tiny | 0.91 |\n| wide | 0.92 |\n"
    assert [each.value("epochs") for each in note(f"# Net\n{SET_UP.format(8)}\n{two}").experiments] == [None, None]
    (run,) = note(f"# Net\n{SET_UP.format(8)}\n\n{SET_UP.format(16)}\n{RESULT}").experiments
    assert (run.value("epochs"), run.value("train_batch_size")) == (50, None)


def test_what_the_run_says_itself_counts() -> None:
    (run,) = note(f"# Net\n- epochs: 30\n- mAP: 0.41\n\n## Defaults\n{SET_UP.format(8)}").experiments
    assert (run.value("epochs"), run.value("train_batch_size")) == (30, 8)


def test_a_best_result_and_its_epoch_in_a_sentence_are_told() -> None:
    text = "# Net A\n- lr: 0.01\n\nThe best mAP@0.5 of 0.211 was reached at epoch 42, then it fell.\n"
    assert results(text) == [("Net A", {"AP50": 0.211})]
    assert note(text).experiments[0].evaluations[0].epoch == 42
    assert results("# Net A\nThe best AP of 57.9 on COCO is by others.\n") == []


def test_steps_of_a_project_that_train_nothing_are_no_experiments() -> None:
    table = "| Exp | What | Status |\n|-|-|-|\n| Exp 1 | baseline | Done |\n| Exp 2 | wide net | Running |\n"
    expected = [("Exp 1", "finished"), ("Exp 2", "running")]
    assert states(f"# YOLO plan\n{table}| Exp 6 | Deployment | Done |\n") == expected
    assert states(f"# YOLO plan\n{table}| Exp 6 | deeper net | Done |\n") == [*expected, ("Exp 6", "finished")]
