"""Which run a file is of, by its path."""

from pathlib import PurePosixPath

import pytest

from fcosreport.runs.links import run_path


@pytest.mark.parametrize("file", ["run-abc.wandb", "files/wandb-summary.json", "files/config.yaml", "files/output.log"])
def test_all_that_weights_and_biases_keeps_of_a_run_is_one_run(file: str) -> None:
    folder = PurePosixPath("wandb/offline-run-20260101_100000-abc")
    assert run_path(folder / file) == folder


@pytest.mark.parametrize("file", ["pedestrian_summary.txt", "pedestrian_detailed.csv"])
def test_the_files_of_a_tracked_class_are_one_run(file: str) -> None:
    assert run_path(PurePosixPath("ours") / file) == PurePosixPath("ours/pedestrian")


def test_a_log_with_a_name_of_its_own_is_a_run_beside_others() -> None:
    assert run_path(PurePosixPath("logs/fcos_r50.log")) == PurePosixPath("logs/fcos_r50")


@pytest.mark.parametrize(
    "file",
    [
        *("results.txt", "results_per_class.txt", "metrics_by_category.csv", "opt.yaml", "resume.txt"),
        *("final_evaluation_report.json", "detection_metrics.json"),
    ],
)
@pytest.mark.parametrize("folder", ["", "exp7", "/data/exp7"])
def test_files_that_say_what_they_are_are_of_their_folder_even_where_that_has_no_name(folder: str, file: str) -> None:
    assert run_path(PurePosixPath(folder) / file) == PurePosixPath(folder)


@pytest.mark.parametrize(
    "file",
    [
        "console_Nov30_23_12_35.txt",
        "experiment_logs_Nov30_23_12_35.txt",
        "MAP_Evaluation_Log.txt",
        "seg_results.txt",
        "train_record.txt",
        "coco_eval_result",
        "per_class_metrics.csv",
        "overall_metrics.csv",
    ],
)
def test_a_name_of_words_that_say_what_a_file_is_names_no_run(file: str) -> None:
    assert run_path(PurePosixPath("runs/sgd") / file) == PurePosixPath("runs/sgd")


@pytest.mark.parametrize(
    "file", ["det_record_convnext.txt", "console_adam.txt", "coco.txt", "november.log", "val.log", "seg.txt"]
)
def test_one_word_more_names_a_run(file: str) -> None:
    assert run_path(PurePosixPath("logs") / file) == PurePosixPath("logs") / file.partition(".")[0]


def test_what_a_scheduler_says_aside_is_of_the_run_that_it_prints() -> None:
    assert run_path(PurePosixPath("exp1_7.err")) == run_path(PurePosixPath("exp1_7.out"))


def test_a_file_among_metrics_that_names_a_model_is_a_run_of_its_own() -> None:
    folder = PurePosixPath("out/metrics")
    assert run_path(folder / "detr_baseline.json") == folder / "detr_baseline"
    assert run_path(folder / "mAP.json") == run_path(folder / "baseline.json") == PurePosixPath("out")
