"""Configuration files in Python beside a log: which settings they declare, and which files are programs."""

import time

import pytest

from fcosreport.dialects.python_config_file import PythonConfigFile
from fcosreport.reading.dialect import dialects
from fcosreport.records import Setting
from tests.dialects.feeding import feed, issues, settings
from tests.dialects.mmdetection_samples import CONFIG_2

SAMPLES = {"run/config.py": CONFIG_2.encode()}


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 100_000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "1+" * 50_000 + "1",
        "x = 'a'\n" + "x = x + x\n" * 3000,
        "x = [1]\n" + "x = [x, x, x, x]\n" * 3000,
        "x = dict(\n" * 5000,
        "x = 1\0",
        "x = '\ud800'",
    ],
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    begin = time.process_time()
    feed(PythonConfigFile, text.encode(errors="surrogatepass"))
    assert time.process_time() - begin < 10


def test_a_configuration_of_mmdetection_beside_a_log() -> None:
    found = feed(PythonConfigFile, CONFIG_2)
    said = settings(found)
    assert (said["lr"], said["images_per_gpu"], said["norm"], said["epochs"]) == (0.01, 4, "frozen", 2)
    assert all(isinstance(record, Setting) for record in found)


def test_a_configuration_that_builds_on_another_says_what_it_changes() -> None:
    said = settings(
        feed(PythonConfigFile, "_base_ = './fcos_r50.py'\noptimizer = dict(lr=0.005)\nload_from = 'a/b.pth'\n")
    )
    assert said == {"lr": 0.005, "weights": "a/b.pth", "init": "a/b.pth"}


def test_a_configuration_of_detectron2() -> None:
    said = settings(
        feed(PythonConfigFile, "cfg = get_cfg()\ncfg.SOLVER.BASE_LR = 0.00025\ncfg.SOLVER.STEPS = (60, 80)\n")
    )
    assert said == {"lr": 0.00025, "steps": "60, 80"}
    said = settings(feed(PythonConfigFile, "from a import model\ntrain.max_iter = 90000\noptimizer.lr = 0.01\n"))
    assert {"lr": 0.01, "iterations": 90000}.items() <= said.items()


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\ndef main():\n    optimizer = dict(lr=0.1)\n",
        "lr = 0.1\nepochs = 12\nbatch_size = 4\n",
        "model = build()\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n",
        "class A:\n    x = 1\n\nmodel = dict(type='A')\noptimizer = dict(lr=0.1)\n",
        "_C = CN()\n_C.SOLVER = CN()\n_C.SOLVER.BASE_LR = 0.001\n",
        "this is no python = at all (\n",
        "",
    ],
)
def test_a_program_says_nothing(text: str) -> None:
    assert feed(PythonConfigFile, text) == []


def test_a_broken_part_of_a_configuration_is_an_issue() -> None:
    found = feed(PythonConfigFile, "optimizer = dict(lr=0.1)\ndata = dict(\n    a=1,,\n)\n")
    assert settings(found) == {"lr": 0.1}
    assert issues(found) == [2]


def test_only_files_in_python_are_offered() -> None:
    own = next(each for each in dialects() if each.name == "python-config-file")
    assert own.anchors == ()
    assert [own.is_for(path) for path in ("run/config.py", "run\\vis_data\\config.py", "run/train.log")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ("norm_cfg=dict(type='BN', requires_grad=True), norm_eval=True", "frozen"),
        ("norm_cfg=dict(type='BN', requires_grad=False), norm_eval=False", "frozen"),
        ("norm_cfg=dict(type='BN', requires_grad=True), norm_eval=False", "bn"),
        ("norm_cfg=dict(type='SyncBN'), norm_eval=False", "syncbn"),
        ("norm_cfg=dict(type='GN', num_groups=32)", "gn"),
        ("depth=50", None),
    ],
)
def test_norm_is_frozen_where_its_statistics_or_weights_are(config: str, wanted: str | None) -> None:
    said = settings(feed(PythonConfigFile, f"model = dict(backbone=dict(type='ResNet', {config}))"))
    assert said.get("norm") == wanted


def test_augmented_tests_and_sizes() -> None:
    pipeline = "[dict(type='MultiScaleFlipAug', img_scale=(1333, 800), flip={})]"
    for flip in (True, False):
        said = settings(
            feed(PythonConfigFile, f"model = dict()\n_base_ = []\ntest_pipeline = {pipeline.format(flip)}\n")
        )
        assert said == {"tta": flip}
    said = settings(
        feed(PythonConfigFile, "_base_ = []\nimg_scale = (640, 640)\nseed = 0\nfp16 = dict(loss_scale=512.)\n")
    )
    assert said == {"image_size": "640x640", "seed": 0, "amp": True}
