"""`torchrun -m tests.trainer.synced`: the trainer with a SyncBatchNorm that needs no GPU, as `--norm bn`.

torch's own refuses CPUs. Like it, this one waits in each training step for all processes, so whoever calls it alone
hangs.
"""

from typing import Any

import torch
from torch import Tensor, distributed, nn

from trainer import model
from trainer.cli import main


class _Sum(torch.autograd.Function):
    """The sum over all processes, through which gradients flow back as their sum."""

    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:
        value = value.clone()
        distributed.all_reduce(value)
        return value

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        gradient = gradients[0].clone()
        distributed.all_reduce(gradient)
        return gradient


class SyncedNorm(nn.BatchNorm2d):
    """BatchNorm with the statistics of all processes."""

    def forward(self, given: Tensor) -> Tensor:
        if not self.training:
            return super().forward(given)
        exact = given.double()
        ones = exact.new_full((1,), exact.numel() / exact.shape[1])
        told = torch.cat((exact.sum((0, 2, 3)), exact.square().sum((0, 2, 3)), ones))
        total: Tensor = _Sum.apply(told)
        mean, square = (part / total[-1] for part in total[:-1].chunk(2))
        variance = square - mean.square()
        with torch.no_grad():
            for kept, now in ((self.running_mean, mean), (self.running_var, variance * total[-1] / (total[-1] - 1))):
                if kept is not None:
                    kept.lerp_(now.to(kept.dtype), self.momentum or 0.1)
        normed = (exact - mean[:, None, None]) / (variance + self.eps).sqrt()[:, None, None]
        return normed.to(given.dtype) * self.weight[:, None, None] + self.bias[:, None, None]


if __name__ == "__main__":
    model._NORMS["bn"] = SyncedNorm
    main()
