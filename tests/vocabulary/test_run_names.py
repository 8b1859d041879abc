"""What the name of a run says of its settings, and what could be read in two ways."""

import pytest

from fcosreport.records import Where
from fcosreport.vocabulary import decode

HERE = Where("note.md", 3)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Baseline_lr1en4_191209", {"lr": 1e-4, "date": "2019-12-09"}),
        ("lr5en3", {"lr": 5e-3}),
        ("lr_0.004", {"lr": 0.004}),
        ("lr1e-3", {"lr": 1e-3}),
        ("fcos_imprv_R_50_FPN_1x", {"backbone": "R-50-FPN", "schedule": "1x"}),
        ("fbn_scratch", {"norm": "frozen", "init": "scratch"}),
        ("res50", {"backbone": "R-50"}),
        ("r101", {"backbone": "R-101"}),
        ("syncbn", {"norm": "syncbn"}),
        ("gn", {"norm": "gn"}),
        ("bs16", {"train_batch_size": 16}),
        ("2xb8", {"gpus": 2, "train_batch_size": 16}),
        ("a_8xb32-300e_coco", {"gpus": 8, "train_batch_size": 256, "epochs": 300}),
        ("seed3", {"seed": 3}),
        ("12e", {"epochs": 12}),
        ("model.res50.fpn.data.800size.1x", {"backbone": "R-50-FPN", "image_size": 800, "schedule": "1x"}),
        ("run_2024-01-05", {"date": "2024-01-05"}),
        ("20191209_123456", {"date": "2019-12-09"}),
        ("from scratch, 把FrozenBN改为BN", {"init": "scratch", "norm": "bn"}),
        ("从头训练，把FrozenBN改为BN", {"init": "scratch", "norm": "bn"}),
        ("FrozenBN->GN", {"norm": "gn"}),
        ("replace FrozenBN with SyncBN", {"norm": "syncbn"}),
        ("Faster R-CNN R101-FPN", {"backbone": "R-101-FPN"}),
    ],
)
def test_run_names_carry_facts(name: str, expected: dict[str, object]) -> None:
    assert {each.name: each.value for each in decode(name, HERE)} == expected


@pytest.mark.parametrize(
    "name",
    [
        "lrx10",
        "lr10",
        "lr_0.01_lr_0.02",
        "model-2e4f12e8",
        "3e542a40",
        "2x faster",
        "0.5x_crop",
        "lr_2x",
        "not from scratch",
        "without FrozenBN",
        "no_gn",
        "gn-head",
        "191399",
        "v2.1x",
        "12e-3",
        "scratchpad",
        "191209 Baseline",
        "",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(name: str) -> None:
    assert decode(name, HERE) == ()


@pytest.mark.parametrize(
    "name", ["mask_rcnn_r50_mocov2_800ep_2x_coco", "vitdet_mae_1600e_2x", "r50_pretrained_300e_2x"]
)
def test_the_epochs_of_a_pretraining_are_not_those_of_the_detector(name: str) -> None:
    found = {setting.name: setting.value for setting in decode(name, Where("", 1))}
    assert found["schedule"] == "2x"
    assert "epochs" not in found
