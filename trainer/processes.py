"""The processes of a run: one, or several that torchrun has started, each with a device."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

from trainer.errors import TrainerError

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Team:
    """One process among those of a run. Alone it is rank 0 of 1, and no call waits for another."""

    rank: int
    size: int
    device: torch.device

    @property
    def main(self) -> bool:
        return self.rank == 0

    @property
    def on_gpu(self) -> bool:
        return self.device.type == "cuda"

    @property
    def half(self) -> torch.dtype:
        """What --amp computes in: float16 on a GPU without bfloat16, of which the gradients must be scaled."""
        lacks = self.on_gpu and not torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.float16 if lacks else torch.bfloat16

    def precision(self, amp: bool) -> str:
        """What is computed in, as float32."""
        return str(self.half if amp else torch.float32).removeprefix("torch.")

    def autocast(self, amp: bool) -> torch.autocast:
        return torch.autocast(self.device.type, self.half, enabled=amp)

    def described(self) -> dict[str, str | int | bool | None]:
        """What the first line of metrics.jsonl says of the machine."""
        if not self.on_gpu:
            return {"device": "cpu"}
        return {
            "device": torch.cuda.get_device_name(self.device),
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),  # type: ignore[no-untyped-call]
            "tf32": torch.backends.cudnn.allow_tf32,  # of convolutions
        }

    def gathered(self, mine: Any) -> list[Any]:
        """What each process gives, in the order of their ranks."""
        all_given = [mine] * self.size
        if self.size > 1:
            distributed.all_gather_object(all_given, mine)
        return all_given

    def agreed(self, work: Callable[[], Given]) -> Given:
        """What `work` gives this process. What it finds wrong in one ends all, and none waits for ever."""
        error, given = "", []
        try:
            given = [work()]
        except TrainerError as wrong:
            error = str(wrong)
        for each in filter(None, self.gathered(error)):
            raise TrainerError(each)
        return given[0]

    def any(self, mine: bool) -> bool:
        """Whether it is so in any process. This asks the CPU alone."""
        count = torch.tensor(int(mine))
        if self.size > 1:
            distributed.all_reduce(count)
        return bool(count)

    def wrapped(self, model: nn.Module) -> nn.Module:
        """The model as it trains: with gradients that are the mean over all processes."""
        if self.size == 1:
            return model
        devices = [self.device.index] if self.on_gpu else None
        return nn.parallel.DistributedDataParallel(model, device_ids=devices)

    def align(self, model: nn.Module) -> None:
        """Give all the main process's running statistics, which each updates from its own images."""
        for buffer in model.buffers() if self.size > 1 else ():
            distributed.broadcast(buffer, 0)


ALONE = Team(0, 1, torch.device("cpu"))
"""No other process, and no GPU."""


def shared(value: Tensor) -> Tensor:
    """The mean over all processes of this run, in each of them."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return value
    distributed.all_reduce(value)
    return value / distributed.get_world_size()


@contextmanager
def joined(threads: int = 0) -> Iterator[Team]:
    """The team of the run; what torchrun says in the environment is taken up, and left at the end."""
    if threads:
        torch.set_num_threads(threads)
    size, local = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("LOCAL_RANK", 0))
    on_gpu = torch.cuda.is_available()
    if on_gpu and local >= torch.cuda.device_count():
        raise TrainerError(f"There are {torch.cuda.device_count()} GPUs: torchrun --nproc-per-node={local} or fewer.")
    device = torch.device("cuda", local) if on_gpu else torch.device("cpu")
    if on_gpu:
        torch.cuda.set_device(device)
    if size == 1:
        yield Team(0, 1, device)
        return
    distributed.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo")
    try:
        yield Team(distributed.get_rank(), size, device)
    finally:
        distributed.destroy_process_group()


def limit_memory(device: torch.device, mebibytes: int) -> None:
    """Let this process take no more: of the GPU in all, of the machine beyond what it has; 0: no limit."""
    if not mebibytes:
        return
    if device.type == "cuda":
        total = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, (mebibytes << 20) / total), device)
        return
    taken = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmData"))
    most = (int(taken.split()[1]) << 10) + (mebibytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def memory(device: torch.device) -> int:
    """The most memory that was in use so far, in MiB."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) >> 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
