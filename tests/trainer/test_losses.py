"""The model is torchvision's: equal losses, equal names, and norm layers that do what their name says."""

import copy
from collections import Counter

import pytest
import torch
from torch import nn
from torchvision.models import resnet18
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.fcos import FCOS
from torchvision.models.detection.roi_heads import maskrcnn_loss
from torchvision.ops import FrozenBatchNorm2d
from torchvision.ops.feature_pyramid_network import LastLevelP6P7

from tests.trainer.conftest import TINY
from trainer.data import Images, Target, collated, load
from trainer.errors import TrainerError
from trainer.evaluation import moved
from trainer.model import Detector, build, labels_of
from trainer.probe import Probe, probe
from trainer.settings import Settings

CATEGORIES = {1: "disc", 2: "box", 3: "triangle", 5: "star"}


def made(**changes: object) -> Detector:
    torch.manual_seed(0)
    return build(Settings(**TINY | changes), CATEGORIES)


def batch(masks: bool = False) -> tuple[list[torch.Tensor], list[Target]]:
    data = Images(load("shapes:8", "train", masks), labels_of(CATEGORIES, "scratch"), masks)
    images, targets = collated([data[index, False] for index in range(3)])
    return moved(images, torch.device("cpu")), targets


def torchvisions(settings: Settings) -> FCOS:
    """FCOS as torchvision's own constructor builds it, but for the depth and the width."""
    backbone = BackboneWithFPN(
        resnet18(weights=None),
        {"layer2": "0", "layer3": "1", "layer4": "2"},
        [128, 256, 512],
        settings.channels,
        LastLevelP6P7(settings.channels, settings.channels),
    )
    return FCOS(backbone, len(CATEGORIES), min_size=64, max_size=107, score_thresh=settings.score_threshold)


def test_losses_and_detections_equal_torchvisions_on_the_same_weights() -> None:
    model, settings = made(), Settings(**TINY)
    theirs = torchvisions(settings)
    theirs.load_state_dict(model.state_dict())
    images, targets = batch()
    losses, expected = model.train()(images, targets), theirs.train()(images, targets)
    assert losses.keys() == expected.keys()
    for name, loss in losses.items():
        assert loss.item() == pytest.approx(expected[name].item(), rel=1e-6)
    theirs.load_state_dict(model.state_dict())
    found, wanted = model.eval()(images), theirs.eval()(images)
    for one, other in zip(found, wanted, strict=True):
        assert all(torch.equal(one[name], other[name]) for name in ("boxes", "scores", "labels"))


def test_gradients_equal_torchvisions() -> None:
    """By their norms: each number is a sum, whose order is that of the threads."""
    model = made()
    theirs = torchvisions(Settings(**TINY))
    theirs.load_state_dict(model.state_dict())
    images, targets = batch()
    for each in (model, theirs):
        sum(each.train()(images, targets).values()).backward()
    for (name, one), other in zip(model.named_parameters(), theirs.parameters(), strict=True):
        assert (one.grad - other.grad).norm() <= 1e-5 * other.grad.norm(), name


def test_the_mask_loss_equals_mask_rcnns(monkeypatch: pytest.MonkeyPatch) -> None:
    model = made(mask=True)
    monkeypatch.setattr("trainer.model._JITTER", 0)
    assert model.masks is not None
    images, targets = batch(masks=True)
    resized, targets = model.transform(images, targets)
    features = model.backbone(resized.tensors)
    boxes = [target["boxes"] for target in targets]
    logits = model.masks.predictor(model.masks.convolutions(model.masks.pool(features, boxes, resized.image_sizes)))
    own = [torch.arange(len(each)) for each in boxes]
    truth, labels = ([target[name] for target in targets] for name in ("masks", "labels"))
    expected = maskrcnn_loss(logits, boxes, truth, labels, own)
    assert model.masks.loss(features, targets, resized.image_sizes).item() == pytest.approx(expected.item(), rel=1e-6)


def test_masks_come_with_the_detections_in_the_pixels_of_the_image() -> None:
    images, _ = batch()
    found = made(mask=True, score_threshold=0.0).eval()(images)
    for image, each in zip(images, found, strict=True):
        assert each["masks"].shape == (len(each["boxes"]), 1, *image.shape[1:])
    without = made(mask=True, score_threshold=0.99).eval()(images)
    assert [len(each["masks"]) for each in without] == [0, 0, 0]


def test_under_amp_what_the_heads_give_is_of_float32_and_so_are_the_losses() -> None:
    model = made(mask=True, score_threshold=0.0)
    images, targets = batch(masks=True)
    with torch.autocast("cpu", torch.bfloat16):
        losses = model.train()(images, targets)
        found = model.eval()(images)
    assert {loss.dtype for loss in losses.values()} == {torch.float32}
    scores = torch.cat([each["scores"] for each in found])
    assert scores.dtype == torch.float32
    assert len(set(scores.tolist())) > 0.9 * len(scores), "scores tie that were made of eight bits"


def test_nothing_in_the_loss_asks_the_gpu() -> None:
    """A tensor on `meta` has no values: whoever asks for one fails."""

    def nothing(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        return torch.zeros(*shape, dtype=dtype, device="meta")

    tiles, outputs = 86, {"cls_logits": 4, "bbox_regression": 4, "bbox_ctrness": 1}
    targets = [{"boxes": nothing(n, 4), "labels": nothing(n, dtype=torch.int64)} for n in (3, 0)]
    given = {name: nothing(2, tiles, width) for name, width in outputs.items()}
    matched = [nothing(tiles, dtype=torch.int64)] * 2
    losses = made().head.compute_loss(targets, given, [nothing(tiles, 4)] * 2, matched)
    assert {loss.device.type for loss in losses.values()} == {"meta"}


def test_an_image_without_objects_gives_finite_losses() -> None:
    images, targets = batch(masks=True)
    empty = {"boxes": torch.zeros(0, 4), "labels": torch.zeros(0, dtype=torch.int64)}
    empty["masks"] = torch.zeros(0, *images[0].shape[1:], dtype=torch.uint8)
    for some in ([empty, targets[1], targets[2]], [empty] * 3):
        losses = made(mask=True).train()(images, some)
        assert all(bool(loss.isfinite()) for loss in losses.values())


@pytest.mark.parametrize(
    ("norm", "kind"), [("frozen", FrozenBatchNorm2d), ("bn", nn.BatchNorm2d), ("gn", nn.GroupNorm)]
)
def test_the_norm_is_what_it_is_called(norm: str, kind: type[nn.Module]) -> None:
    model = made(norm=norm)
    assert Counter(type(each) for each in model.backbone.modules())[kind] == 20
    told = probe(model)
    assert (told.norm_layers, told.identity) == (20, 20 if norm == "frozen" else 0)
    assert told.norm_trainable == (0 if norm == "frozen" else 20)


def step(model: Detector) -> None:
    images, targets = batch()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.01)
    sum(model.train()(images, targets).values()).backward()
    optimizer.step()


def test_frozen_norms_stay_as_they_are_and_others_move() -> None:
    for norm, moves in (("frozen", False), ("bn", True)):
        model = made(norm=norm)
        before = copy.deepcopy(model.backbone.body.layer2[0].bn1.state_dict())
        weights = model.backbone.body.layer2[0].conv1.weight.clone()
        step(model)
        after = model.backbone.body.layer2[0].bn1.state_dict()
        assert any(not torch.equal(before[name], after[name]) for name in before) == moves
        assert not torch.equal(weights, model.backbone.body.layer2[0].conv1.weight)


def test_stages_that_do_not_train_stay_as_they_are() -> None:
    model = made(trainable_layers=3)
    stages = {name: stage.state_dict() for name, stage in model.backbone.body.items()}
    before = {name: copy.deepcopy({k: v for k, v in state.items() if "weight" in k}) for name, state in stages.items()}
    step(model)
    moved = {
        name
        for name, stage in model.backbone.body.items()
        if any(not torch.equal(value, stage.state_dict()[key]) for key, value in before[name].items())
    }
    assert moved == {"layer2", "layer3", "layer4"}
    assert probe(model).trainable < probe(made()).trainable


def test_the_probe_shows_what_frozen_norms_do_from_scratch() -> None:
    frozen, normed = (probe(made(norm=norm, backbone="resnet50")) for norm in ("frozen", "bn"))

    def growth(told: Probe) -> float:
        return told.spread["layer4"] / told.spread["stem"]

    assert growth(frozen) > 4 * growth(normed)
    assert "WARNING: 53 frozen norm layers" in frozen.lines("frozen")[-1]
    assert not any("WARNING" in line for line in normed.lines("bn"))


def test_the_probe_leaves_the_model_as_it_was() -> None:
    model = made()
    before = copy.deepcopy(model.state_dict())
    probe(model)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"init": "imagenet", "norm": "gn"}, "--norm frozen, bn or syncbn"),
        ({"init": "coco"}, "--backbone resnet50 --channels 256"),
        ({"init": "nowhere.pt"}, "nowhere.pt cannot be read"),
    ],
)
def test_weights_that_do_not_fit_are_told(changes: dict[str, str], says: str) -> None:
    with pytest.raises(TrainerError, match=says):
        made(**changes)


def test_weights_that_cannot_be_downloaded_are_told_with_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no net")

    monkeypatch.setattr("torch.hub.download_url_to_file", offline)
    monkeypatch.setenv("TORCH_HOME", "/nowhere-that-can-be-written")
    with pytest.raises(TrainerError, match=r"resnet18-.*\.pth at .*--init scratch"):
        made(init="imagenet", norm="frozen")
