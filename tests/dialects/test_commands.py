"""What a command overrides is what the run has."""

import pytest

from fcosreport.dialects.commands import Commands
from tests.dialects.feeding import feed, settings

LINE = "+ python tools/train.py configs/fcos.py --seed 3 --cfg-options optimizer.lr=0.001 data.samples_per_gpu=4\n"
SAMPLES = {"slurm-1.out": LINE.encode()}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (LINE, {"lr": 0.001, "images_per_gpu": 4}),
        (
            "$ python train_net.py --config-file fcos.yaml SOLVER.BASE_LR 0.01 SOLVER.IMS_PER_BATCH 8",
            {"lr": 0.01, "train_batch_size": 8},
        ),
        ("torchrun --nproc_per_node 8 train.py optimizer.lr=0.001 +trainer.max_epochs=12", {"lr": 0.001, "epochs": 12}),
        ("bash tools/dist_train.sh configs/fcos.py 8 --cfg-options 'optimizer.lr=0.02'", {"lr": 0.02}),
    ],
)
def test_what_a_command_overrides_is_a_setting(line: str, told: dict[str, float]) -> None:
    assert settings(feed(Commands, line + "\n")) == told


@pytest.mark.parametrize(
    "line",
    [
        "python tools/train.py configs/fcos.py --work-dir work_dirs/a",
        "usage: train.py [-h] [--cfg-options optimizer.lr=0.1]",
        'File "tools/train.py", line 9, in main: optimizer.lr=0.1',
        "the script train.py takes optimizer.lr=0.1",
        "python tools/test.py configs/fcos.py --cfg-options optimizer.lr=0.1",
    ],
)
def test_other_commands_and_words_about_one_override_nothing(line: str) -> None:
    assert settings(feed(Commands, line + "\n")) == {}
