"""A name that says another setting than the run has."""

from pathlib import Path

import pytest

from tests.conftest import FAIR, GOOD, block
from tests.rules.asking import found, only, reported


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("fcos_lr1en3", {"lr": 0.01}, "lr 0.001, its settings say lr 0.01"),
        ("fcos_24e", {"epochs": 12}, "epochs 24, its settings say epochs 12"),
        ("fcos_r50_2x", {"epochs": 12, "train_data": "instances_train2017.json, coco"}, "schedule 2x"),
        ("fcos_2x", {"iterations": 90000, "train_batch_size": 16, "train_data": "coco_2017_train"}, "iterations 90000"),
        ("fcos_seed3", {"seed": 4}, "seed 3, its settings say seed 4"),
        ("fcos_bs32", {"train_batch_size": 16, "images_per_gpu": 2}, "train_batch_size 32"),
    ],
)
def test_a_name_that_contradicts_its_settings_is_told_with_both(
    name: str, settings: dict[str, object], said: str
) -> None:
    assert said in only([{"name": name, **settings}], "FR206").message


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("fcos_r50_1x", {"epochs": 12, "train_data": "coco_2017_train"}),
        ("fcos_2x", {"iterations": 90000, "train_batch_size": 32, "train_data": "coco_2017_train"}),
        ("fcos_2x_voc", {"epochs": 8, "train_data": "voc_2007_trainval"}),
        ("fcos_8xb2", {"train_batch_size": 16}),
        ("fcos_lr10_20191209", {"lr": 0.001, "seed": 20191209}),
        ("fcos_0a1b2c3d2e", {"epochs": 12}),
        ("fcos_syncbn", {"norm": "bn"}),
    ],
)
def test_a_name_that_may_mean_its_settings_is_no_contradiction(name: str, settings: dict[str, object]) -> None:
    assert not found([{"name": name, **settings}], "FR206")


def test_names_that_differ_in_a_factor_alone_are_one_finding() -> None:
    runs = [
        {"name": "a", "output_dir": "runs/fcos_lrx10", "lr": 0.03},
        {"name": "b", "config": "fcos_lrx3.py", "lr": 0.03},
    ]
    finding = only(runs, "FR206")
    assert finding.experiments == ("a", "b")
    assert "lrx10 and lrx3" in finding.message
    assert finding.confidence == "likely"


D2 = """\
[05/01 08:00:00] detectron2 INFO: Rank of current process: 0. World size: 1
[05/01 08:00:00] detectron2 INFO: Running with full config:
OUTPUT_DIR: ./output/fcos_lr0.004
SOLVER:
  BASE_LR: {rate}
  MAX_ITER: 60
[05/01 08:00:01] d2.engine.train_loop INFO: Starting training from iteration {start}
[05/01 08:01:00] d2.utils.events INFO:  eta: 0:01:00  iter: {end}  total_loss: 1.5  time: 0.25  lr: {rate}
"""
MM = """\
2021-05-04 13:06:59,191 - mmdet - INFO - Config:
model = dict(type='FCOS')
optimizer = dict(type='SGD', lr={})
total_epochs = 12
work_dir = './work_dirs/{}'

2021-05-04 13:06:59,191 - mmdet - INFO - Epoch [1][50/120]\tlr: 1.000e-02, time: 0.669, memory: 3718, loss: 0.93
"""


def test_a_log_that_was_started_again_with_another_rate_is_told_with_the_line(tmp_path: Path) -> None:
    log = tmp_path / "fcos_lr0.004" / "log.txt"
    log.parent.mkdir()
    parts = (D2.format(rate=rate, start=start, end=start + 19) for rate, start in (("0.004", 0), ("0.01", 20)))
    log.write_text("".join(parts) + block(GOOD))
    (finding,) = (each for each in reported(log.parent) if each.code == "FR206")
    again = log.read_text().splitlines().index("  BASE_LR: 0.01") + 1
    assert f"lr 0.004, its settings say lr 0.01 from line {again} on" in finding.message


def test_logs_whose_names_say_factors_are_one_finding(tmp_path: Path) -> None:
    for name in ("fcos_lrx3", "fcos_lrx10"):
        (tmp_path / f"{name}.log").write_text(MM.format("0.03", name) + block(GOOD if name[-1] == "3" else FAIR))
    (finding,) = (each for each in reported(tmp_path) if each.code == "FR206")
    assert finding.message.count("fcos_lrx3") + finding.message.count("fcos_lrx10") >= 2


def test_the_contradicting_names_of_the_corpus_are_found(corpus: Path) -> None:
    restarted = next((corpus / "02_detectron2").glob("021__*"))
    (finding,) = (f for f in reported(restarted) if f.code == "FR206")
    assert "lr 0.004, its settings say lr 0.01 from line 2385 on" in finding.message
    named = [f for f in reported(corpus / "03_mmdet") if f.code == "FR206"]
    assert [finding.message.count("061__") + finding.message.count("062__") for finding in named] == [2]
