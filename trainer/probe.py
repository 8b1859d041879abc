"""What a norm does in a backbone, in numbers: the spread of the activations after each stage, and what trains.

FrozenBatchNorm without the statistics of a pretraining is the identity: the network has no normalisation, and the
spread of its activations grows from stage to stage.
"""

import copy
from dataclasses import dataclass

import torch
from torch import nn
from torchvision.ops import FrozenBatchNorm2d

from trainer.model import Detector

_NORMS = (FrozenBatchNorm2d, nn.BatchNorm2d, nn.SyncBatchNorm, nn.GroupNorm)
_SIDE = 128  # of the two images of noise that are shown, in pixels


@dataclass(frozen=True, slots=True)
class Probe:
    """Counts are of the backbone, but for `parameters` and `trainable`, which are of the whole model."""

    norm_layers: int
    identity: int
    norm_trainable: int
    parameters: int
    trainable: int
    spread: dict[str, float]

    def lines(self, norm: str) -> list[str]:
        """What the log says of it."""
        spread = ", ".join(f"{stage} {value:.3g}" for stage, value in self.spread.items())
        told = [
            f"norm: {norm}, {self.norm_layers} layers in the backbone, {self.identity} of them the identity, "
            f"{self.norm_trainable} trainable",
            f"parameters: {self.parameters:,}, {self.trainable:,} trainable",
            f"spread of the activations: {spread}",
        ]
        if self.identity:
            told.append(
                f"WARNING: {self.identity} frozen norm layers have no statistics and do nothing. "
                "Take --norm bn or gn, or start from pretrained weights."
            )
        return told


@torch.no_grad()
def probe(model: Detector) -> Probe:
    """Probe the model as it trains. The model itself stays as it is."""
    body = copy.deepcopy(model.backbone.body).train()
    device = next(body.parameters()).device
    value = torch.randn(2, 3, _SIDE, _SIDE, generator=torch.Generator().manual_seed(0)).to(device)
    spread: dict[str, float] = {}
    for name, stage in body.items():
        value = stage(value)
        if name.startswith(("maxpool", "layer")):
            spread[name.replace("maxpool", "stem")] = value.std().item()
    norms = [module for module in model.backbone.body.modules() if isinstance(module, _NORMS)]
    parameters = list(model.parameters())
    return Probe(
        norm_layers=len(norms),
        identity=sum(_is_identity(module) for module in norms),
        norm_trainable=sum(any(p.requires_grad for p in module.parameters()) for module in norms),
        parameters=sum(p.numel() for p in parameters),
        trainable=sum(p.numel() for p in parameters if p.requires_grad),
        spread=spread,
    )


def _is_identity(module: nn.Module) -> bool:
    """Whether a frozen layer gives back what it is given."""
    if not isinstance(module, FrozenBatchNorm2d):
        return False
    gain, offset = (module.weight, module.running_var), (module.bias, module.running_mean)
    return all(bool((value == 1).all()) for value in gain) and not any(bool(value.any()) for value in offset)
