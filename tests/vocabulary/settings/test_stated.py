"""What is read as a setting in words and lines, and above all what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.records import Where
from fcosreport.vocabulary import decode, norm_change, setting, stated

HERE = Where("note.md", 3)


def values(found: tuple[object, ...]) -> dict[str, object]:
    return {each.name: each.value for each in found}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "text", "name", "value"),
    [
        ("lr", "1e-4", "lr", 1e-4),
        ("LR", "0.01", "lr", 0.01),
        ("learning rate", ".01", "lr", 0.01),
        ("学习率", "1*10^-4", "lr", 1e-4),
        ("学習率", "2×10⁻³", "lr", 2e-3),
        ("BASE_LR", "０．０２", "lr", 0.02),
        ("SOLVER.BASE_LR", "0.0025", "lr", 0.0025),
        ("lr", "0.02 (some diverged)", "lr", 0.02),
        ("lr", "0.01 with warm-up", "lr", 0.01),
        ("bs", "16", "train_batch_size", 16),
        ("batch size", "2x8", "train_batch_size", 16),
        ("batch_size", "12 x 3 (others 16)", "train_batch_size", 36),
        ("IMS_PER_BATCH", "8", "train_batch_size", 8),
        ("バッチサイズ", "４", "train_batch_size", 4),
        ("test_batch_size", "2", "test_batch_size", 2),
        ("max_iter", "90k", "iterations", 90_000),
        ("iterations", "90,000", "iterations", 90_000),
        ("iterations", "12万", "iterations", 120_000),
        ("epochs", "12", "epochs", 12),
        ("seed", "53362285", "seed", 53362285),
        ("norm", "Frozen BatchNorm2d", "norm", "frozen"),
        ("norm", "SyncBN", "norm", "syncbn"),
        ("norm", "GroupNorm", "norm", "gn"),
        ("init", "from scratch", "init", "scratch"),
        ("pretrained", "ImageNet", "init", "imagenet"),
        ("weights", "models/r50.pth", "init", "models/r50.pth"),
        ("backbone", "resnet50", "backbone", "R-50"),
        ("schedule", "2x", "schedule", "2x"),
        ("optimizer", "SGD", "optimizer", "sgd"),
        ("momentum", "0.9", "momentum", 0.9),
        ("动量", "0.9", "momentum", 0.9),
        ("weight_decay", "1e-4", "weight_decay", 1e-4),
        ("权重衰减", "1*10^-4", "weight_decay", 1e-4),
        ("weight decay", "0", "weight_decay", 0.0),
        ("warm-up iterations", "1k", "warmup_iterations", 1000),
        ("预热迭代", "500", "warmup_iterations", 500),
        ("batch size per GPU", "4", "images_per_gpu", 4),
        ("每卡批大小", "2", "images_per_gpu", 2),
        ("warmup_iters", "0", "warmup_iterations", 0),
        ("SOLVER.WEIGHT_DECAY", "0.0001", "weight_decay", 1e-4),
        ("score_thr", "0.05", "score_threshold", 0.05),
        ("fp16", "on", "amp", True),
    ],
)
def test_a_setting_is_known_by_its_synonyms_and_number_forms(key: str, text: str, name: str, value: object) -> None:
    found = setting(key, text, HERE)
    assert found is not None
    assert (found.name, found.value, found.text, found.where) == (name, value, text, HERE)
    assert type(found.value) is type(value)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("FPN norm", "GN"),
        ("lr decay", "cosine"),
        ("lr", "x10"),
        ("lr", "0.01 / 8"),
        ("lr", "1e-3 -> 1e-4"),
        ("lr", "2.6e-3 * number of GPUs"),
        ("lr", ""),
        ("lr", "1e-99999"),
        ("bs", "4 per GPU"),
        ("bs", "4 on 3 gpu"),
        ("bs", "0"),
        ("bs", "0x8"),
        ("epochs", "12.5"),
        ("epochs", "1e400"),
        ("pretrained", "True"),
        ("norm", "BN or GN"),
    ],
)
def test_what_is_unknown_or_uncertain_is_no_setting(key: str, text: str) -> None:
    assert setting(key, text, HERE) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lr=0.01, bs=16, norm: GN", {"lr": 0.01, "train_batch_size": 16, "norm": "gn"}),
        ("**lr**: `0.01`", {"lr": 0.01}),
        ("学习率：0.01；epochs：12", {"lr": 0.01, "epochs": 12}),
        ("lr 1e-3", {"lr": 1e-3}),
        ("backbone resnet50, FrozenBN", {"backbone": "R-50", "norm": "frozen"}),
        ("24 epochs, lr 0.01", {"epochs": 24, "lr": 0.01}),
        ("we set lr = 0.01 because it diverged", {}),
        ("lr", {}),
        ("if batch_size is below 8, freeze BN", {}),
        ("see weights in models/a.pth", {}),
    ],
)
def test_a_line_may_declare_several_settings(line: str, expected: dict[str, object]) -> None:
    assert values(stated(line, HERE)) == expected


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("并把FrosenBN改为BN", ("frozen", "bn")),
        ("FrozenBN -> SyncBN", ("frozen", "syncbn")),
        ("FBN to BN", ("frozen", "bn")),
        ("用GN代替FrozenBN", ("frozen", "gn")),
        ("BN instead of FrozenBN", ("frozen", "bn")),
        ("FrozenBNをBNに", ("frozen", "bn")),
        ("FrozenBN and BN", None),
        ("BN", None),
    ],
)
def test_a_change_of_norm_is_understood(text: str, change: tuple[str, str] | None) -> None:
    assert norm_change(text) == change


@given(st.text(), st.text())
def test_no_text_raises(key: str, text: str) -> None:
    setting(key, text, HERE)
    setting("lr", text, HERE)
    setting("bs", text, HERE)
    stated(f"{key} = {text}", HERE)
    decode(key + text, HERE)
