"""torchvision's FCOS on a ResNet and FPN of any norm and width, and Mask R-CNN's mask head on top of it.

Parts and names are torchvision's, so its published weights fit.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.fcos import FCOS, FCOS_ResNet50_FPN_Weights, FCOSHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.roi_heads import maskrcnn_inference, maskrcnn_loss
from torchvision.ops import FrozenBatchNorm2d, MultiScaleRoIAlign, sigmoid_focal_loss
from torchvision.ops.feature_pyramid_network import LastLevelP6P7

from trainer.data import Target
from trainer.errors import TrainerError
from trainer.files import read_checkpoint
from trainer.processes import shared
from trainer.settings import Settings

LOSSES = {"classification": "loss_cls", "bbox_regression": "loss_box", "bbox_ctrness": "loss_ctr", "mask": "loss_mask"}
"""torchvision's names of the losses, and those of the log."""
_NORMS: dict[str, Callable[[int], nn.Module]] = {
    "frozen": FrozenBatchNorm2d,
    "bn": nn.BatchNorm2d,
    "syncbn": nn.SyncBatchNorm,
    "gn": lambda channels: nn.GroupNorm(32, channels),
}
_JITTER = 0.1  # of a side, by which the boxes of the mask head's training are off, as detections are
_COCO_LABELS = 91  # torchvision's model of COCO has an output for each id, also for those that have no category


class OutputConv(nn.Conv2d):
    """The last convolution of a head, in float32 also under --amp: bfloat16 has eight bits, in which scores tie."""

    def forward(self, given: Tensor) -> Tensor:
        with torch.autocast(given.device.type, enabled=False):
            return super().forward(given.float())

    @classmethod
    def in_place_of(cls, part: nn.Module, name: str) -> None:
        """Replace the convolution of that name, and keep its weights."""
        old = getattr(part, name)
        made = cls(old.in_channels, old.out_channels, old.kernel_size, padding=old.padding)
        made.weight, made.bias = old.weight, old.bias
        setattr(part, name, made)


class Head(FCOSHead):
    """torchvision's head, with its losses divided by the objects of all processes, as FCOS does.

    They are torchvision's, in a form in which nothing waits for the GPU: whatever is of no object is multiplied by 0.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__(channels, 1, classes)
        OutputConv.in_place_of(self.classification_head, "cls_logits")
        OutputConv.in_place_of(self.regression_head, "bbox_reg")
        OutputConv.in_place_of(self.regression_head, "bbox_ctrness")

    def compute_loss(
        self, targets: list[Target], head_outputs: dict[str, Tensor], anchors: list[Tensor], matched_idxs: list[Tensor]
    ) -> dict[str, Tensor]:
        """The losses by torchvision's names. `matched_idxs`: the object of each anchor, or -1."""
        matches, tiles = torch.stack(matched_idxs), torch.stack(anchors)
        is_object = matches >= 0
        # Each image gets one more object, which -1 picks.
        pairs = list(zip(targets, matched_idxs, strict=True))
        boxes = torch.stack([nn.functional.pad(target["boxes"], (0, 0, 0, 1))[index] for target, index in pairs])
        labels = torch.stack([nn.functional.pad(target["labels"], (0, 1))[index] for target, index in pairs])
        logits = head_outputs["cls_logits"]
        classes = torch.arange(logits.shape[-1], device=logits.device)
        wanted = (labels[..., None] == classes) & is_object[..., None]
        predicted = self.box_coder.decode(head_outputs["bbox_regression"], tiles)
        apart = _giou_loss(predicted, boxes)
        sides = self.box_coder.encode(tiles, boxes).unflatten(-1, (2, 2))  # left and top, right and bottom
        centred = torch.where(is_object, _area(sides.amin(-2) / sides.amax(-2)), 0).sqrt()
        off = nn.functional.binary_cross_entropy_with_logits(
            head_outputs["bbox_ctrness"].squeeze(2), centred, reduction="none"
        )
        objects = shared(is_object.sum().float()).clamp(min=1)
        return {
            "classification": sigmoid_focal_loss(logits, wanted.float(), reduction="sum") / objects,
            "bbox_regression": torch.where(is_object, apart, 0).sum() / objects,
            "bbox_ctrness": torch.where(is_object, off, 0).sum() / objects,
        }


def _giou_loss(some: Tensor, others: Tensor) -> Tensor:
    """torchvision's, which picks the boxes that overlap, and so waits until the GPU has found them."""
    tiny = 1e-7
    low, high = torch.maximum(some[..., :2], others[..., :2]), torch.minimum(some[..., 2:], others[..., 2:])
    left, right = torch.minimum(some[..., :2], others[..., :2]), torch.maximum(some[..., 2:], others[..., 2:])
    common, hull = _area((high - low).clamp(min=0)), _area(right - left)
    union = _area(some[..., 2:] - some[..., :2]) + _area(others[..., 2:] - others[..., :2]) - common
    return 1 - common / (union + tiny) + (hull - union) / (hull + tiny)


def _area(sides: Tensor) -> Tensor:
    return sides[..., 0] * sides[..., 1]


class MaskHead(nn.Module):
    """Mask R-CNN's mask branch: RoIAlign on P3 to P5, four convolutions, a mask of 28 x 28 for each class."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.pool = MultiScaleRoIAlign(["0", "1", "2"], output_size=14, sampling_ratio=2)
        self.convolutions = MaskRCNNHeads(channels, (channels,) * 4, dilation=1)
        self.predictor = MaskRCNNPredictor(channels, channels, classes)
        OutputConv.in_place_of(self.predictor, "mask_fcn_logits")

    def forward(self, features: dict[str, Tensor], boxes: list[Tensor], sizes: list[tuple[int, int]]) -> Tensor:
        logits: Tensor = self.predictor(self.convolutions(self.pool(features, boxes, sizes)))
        return logits

    def loss(self, features: dict[str, Tensor], targets: list[Target], sizes: list[tuple[int, int]]) -> Tensor:
        """Mask R-CNN's loss, for the box of each object."""
        boxes = [_off(target["boxes"]) for target in targets]
        own = [torch.arange(len(each), device=each.device) for each in boxes]
        truth, labels = ([target[name] for target in targets] for name in ("masks", "labels"))
        loss: Tensor = maskrcnn_loss(self(features, boxes, sizes), boxes, truth, labels, own)
        return loss


class Detector(FCOS):
    """FCOS, and where wanted masks: trained on ground-truth boxes that are slightly off, run on the detections."""

    def __init__(self, backbone: nn.Module, classes: int, settings: Settings) -> None:
        size = settings.image_size
        super().__init__(
            backbone,
            classes,
            min_size=size,
            max_size=round(size * 5 / 3),
            score_thresh=settings.score_threshold,
            head=Head(settings.channels, classes),
        )
        self.masks = MaskHead(settings.channels, classes) if settings.mask else None

    def forward(self, images: list[Tensor], targets: list[Target] | None = None) -> Any:
        """The losses in training, by torchvision's names; else the detections of each image, in its own pixels."""
        originals = [(image.shape[-2], image.shape[-1]) for image in images]
        batch, targets = self.transform(images, targets)
        features = self.backbone(batch.tensors)
        levels = list(features.values())
        counts = [level.shape[-2] * level.shape[-1] for level in levels]
        outputs, anchors = self.head(levels), self.anchor_generator(batch, levels)
        if self.training:
            losses = self.compute_loss(targets, outputs, anchors, counts)
            if self.masks:
                losses["mask"] = self.masks.loss(features, targets or [], batch.image_sizes)
            return losses
        parted = {name: list(output.split(counts, dim=1)) for name, output in outputs.items()}
        tiles = [list(each.split(counts)) for each in anchors]
        found = self.postprocess_detections(parted, tiles, batch.image_sizes)
        if self.masks:
            boxes, labels = ([each[name] for each in found] for name in ("boxes", "labels"))
            masks = maskrcnn_inference(self.masks(features, boxes, batch.image_sizes), labels)
            found = [each | {"masks": mask} for each, mask in zip(found, masks, strict=True)]
        return self.transform.postprocess(found, batch.image_sizes, originals)


def _off(boxes: Tensor) -> Tensor:
    """Each side moved by chance; the box keeps most of its object."""
    sides = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    return boxes + sides * (torch.rand_like(boxes) * 2 - 1) * _JITTER


def labels_of(categories: Mapping[int, str], init: str) -> dict[int, int]:
    """The model's output for each category id: one after the other, but as torchvision has them with its weights."""
    if init != "coco":
        return {number: index for index, number in enumerate(sorted(categories))}
    if max(categories) >= _COCO_LABELS or min(categories) < 0:
        raise TrainerError(f"--init coco has categories up to {_COCO_LABELS - 1}; the data go up to {max(categories)}.")
    return {number: number for number in categories}


def build(settings: Settings, categories: Mapping[int, str], *, load_init: bool = True) -> Detector:
    """The model, with the weights that `init` names; `load_init=False` where a checkpoint's are to follow."""
    if settings.norm == "gn" and settings.init in ("imagenet", "coco"):
        raise TrainerError(f"--init {settings.init} has weights for BatchNorm: --norm frozen, bn or syncbn.")
    if settings.init == "coco" and (settings.backbone, settings.channels) != ("resnet50", 256):
        raise TrainerError("--init coco is a ResNet-50 with an FPN of 256: --backbone resnet50 --channels 256.")
    body = models.get_model(settings.backbone, weights=None, norm_layer=_NORMS[settings.norm])
    if load_init and settings.init == "imagenet":
        body.load_state_dict(_fetched(models.get_model_weights(settings.backbone).IMAGENET1K_V1))
    width, outputs = body.inplanes // 8, _COCO_LABELS if settings.init == "coco" else len(categories)
    backbone = BackboneWithFPN(
        body,
        {"layer2": "0", "layer3": "1", "layer4": "2"},
        [width * 2, width * 4, width * 8],
        settings.channels,
        LastLevelP6P7(settings.channels, settings.channels),
    )
    stages = ("layer4", "layer3", "layer2", "layer1", "conv1 bn1")
    trained = tuple(" ".join(stages[: settings.trained_stages]).split())
    for name, parameter in backbone.body.named_parameters():
        parameter.requires_grad_(name.startswith(trained))
    model = Detector(backbone, outputs, settings)
    if load_init and settings.init not in ("scratch", "imagenet"):
        _initialise(model, settings.init)
    return model


def _initialise(model: Detector, init: str) -> None:
    """Load torchvision's model of COCO or a checkpoint; of `backbone:CHECKPOINT` the backbone's layers alone."""
    path = init.removeprefix("backbone:")
    state = _fetched(FCOS_ResNet50_FPN_Weights.COCO_V1) if init == "coco" else read_checkpoint(Path(path))
    state = state.get("model", state)
    part = "backbone.body." if path != init else ""
    state = {key.removeprefix(part): value for key, value in state.items() if key.startswith(part)}
    try:
        missing, extra = model.get_submodule(part.rstrip(".")).load_state_dict(state, strict=False)
    except RuntimeError as error:
        raise _unfit(init, str(error).splitlines()[-1].strip().rstrip(".")) from None
    lost = [key for key in missing if not key.startswith("masks.")]
    if lost or extra:
        raise _unfit(init, f"it lacks {lost[0]}" if lost else f"it has {extra[0]}, which the model lacks")


def _unfit(init: str, reason: str) -> TrainerError:
    settings = "--backbone, --channels, --norm and --mask"
    return TrainerError(f"--init {init} does not fit: {reason}. Set {settings} as it has them.")


def _fetched(weights: Any) -> Mapping[str, Any]:
    """Weights that torchvision has published, from its cache or the net."""
    try:
        state: Mapping[str, Any] = weights.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        place = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
        reason = getattr(error, "reason", error)
        text = f"The weights {weights} could not be downloaded ({reason}). Put {weights.url} at {place}"
        raise TrainerError(f"{text}, or train with --init scratch.") from None
    return state
