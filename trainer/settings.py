"""What can be set. Each field of `Settings` is an option of the command line, a key of a TOML file of a run or a study,
and a setting in the first line of metrics.jsonl, by the same name.
"""

# ruff: noqa: RUF009 # a function makes each field, with its help

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from trainer.errors import TrainerError, checked

Count = Annotated[int, Meta(ge=0)]
Some = Annotated[int, Meta(ge=1)]
Amount = Annotated[float, Meta(ge=0, le=1e30)]  # neither NaN nor infinite
_Plain = Literal["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
_Wider = Literal["resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"]
_LETTERS = {"resnet": "R", "resnext": "X", "wide_resnet": "WR"}
_STEPS = re.compile(r"(\d+(,\d+)*)?")


def _option(default: Any, text: str, *, free: bool = False) -> Any:
    """A field with its help. `free`: a resumed run may change it, for its numbers stay the same."""
    return field(default=default, metadata={"help": text, "free": free})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a run. The defaults are those of FCOS; `SIZES` has those for two CPU cores."""

    data: str = _option("shapes", "A folder in COCO's layout; shapes, or shapes:N for N training images, are drawn.")
    backbone: Literal[_Plain, _Wider] = _option("resnet50", "A ResNet, ResNeXt or wide ResNet of torchvision.")
    channels: Annotated[int, Meta(ge=64, multiple_of=32)] = _option(256, "Width of the FPN and the heads.")
    norm: Literal["frozen", "bn", "syncbn", "gn"] = _option("frozen", "Norm layers of the backbone.")
    init: str = _option("imagenet", "scratch, imagenet, coco, a checkpoint, or backbone:CHECKPOINT.")
    trainable_layers: Annotated[int, Meta(ge=-1)] = _option(
        -1, "Stages of the backbone that train, from the last; -1: 3, from scratch 5."
    )
    mask: bool = _option(False, "Train a mask head, and evaluate boxes and masks.")
    image_size: Annotated[int, Meta(ge=32)] = _option(
        800, "Shorter side of an image, in pixels; the longer has at most 5/3 of it."
    )
    flip: bool = _option(True, "Mirror every second training image, by chance.")
    train_batch_size: Some = _option(16, "Images of a training step, over all processes.")
    test_batch_size: Some = _option(8, "Images of a batch of the evaluation, in each process.")
    accumulate: Some = _option(1, "Parts in which a training step is computed, to save memory.")
    lr: Annotated[float, Meta(gt=0, le=1e30)] = _option(0.01, "Base learning rate.")
    warmup_iterations: Count = _option(500, "Iterations in which the learning rate rises from a third to the base.")
    steps: str = _option("60000,80000", "Iterations after which the learning rate falls to a tenth, with commas.")
    iterations: Count = _option(90000, "Training steps.", free=True)
    momentum: Amount = _option(0.9, "Momentum of SGD.")
    weight_decay: Amount = _option(1e-4, "Weight decay.")
    clip: Amount = _option(0.0, "Largest norm of the gradient; 0: any.")
    amp: bool = _option(False, "Compute in bfloat16 where that is safe, on a GPU that has none in float16.")
    seed: Count = _option(0, "Seed of all that is left to chance.")
    score_threshold: Amount = _option(0.05, "Detections of a lower score are left out. torchvision's 0.2 costs recall.")
    evaluator: Literal["hotcoco", "pycocotools"] = _option(
        "hotcoco", "Both give equal numbers, the first is faster.", free=True
    )
    pictures: Count = _option(0, "Images that are drawn with their detections, into results/pictures.", free=True)
    log_every: Some = _option(20, "Iterations between two lines of the log.", free=True)
    eval_every: Count = _option(0, "Iterations between two evaluations; 0: only at the end.", free=True)
    checkpoint_every: Some = _option(1000, "Iterations between two checkpoints.", free=True)
    workers: Count = _option(4, "Processes that load images; 0: the training's own.", free=True)
    threads: Count = _option(0, "Threads on the CPU; 0: as torch chooses.")
    memory_limit: Count = _option(0, "MiB that training may take: of a GPU, or beyond what the CPU had given; 0: all.")

    def __post_init__(self) -> None:
        if not _STEPS.fullmatch(self.steps):
            raise TrainerError(f"--steps {self.steps}: give iterations with commas, as 60000,80000.")

    @property
    def trained_stages(self) -> int:
        """How many stages of the backbone train, of five."""
        return min(5, self.trainable_layers) if self.trainable_layers >= 0 else 5 if self.init == "scratch" else 3

    def rate(self, iteration: int) -> float:
        """The learning rate of an iteration, the first being 1."""
        warm = min(1.0, iteration / self.warmup_iterations) if self.warmup_iterations else 1.0
        passed = sum(iteration > int(step) for step in self.steps.split(",") if step)
        return self.lr * (1 + 2 * warm) / 3 * 0.1**passed

    def differing(self, told: Mapping[str, Any]) -> list[str]:
        """What a run that tells its settings sets differently of all that makes the numbers, as `--lr 0.001`."""
        mine = {**self.declared(1, False), "seed": self.seed}
        names = [each.name for each in fields(self) if not each.metadata["free"]]
        return [f"{flag(name)} {told[name]}" for name in names if name in told and told[name] != mine[name]]

    def declared(self, processes: int, on_gpu: bool) -> dict[str, str | int | float]:
        """The settings as metrics.jsonl tells them, with the words of the field."""
        kind, depth = re.findall(r"[a-z_]+|\d+", self.backbone)[:2]
        given = {name: value for name, value in asdict(self).items() if name != "seed"}
        return given | {
            "backbone": f"{_LETTERS[kind]}-{depth}-FPN",
            "trainable_layers": self.trained_stages,
            "optimizer": "sgd",
            "images_per_gpu": self.train_batch_size // (processes * self.accumulate),
            "gpus": processes * on_gpu,
        }


SIZES: dict[str, dict[str, Any]] = {
    "gpu": {},
    "cpu": {
        "backbone": "resnet18",
        "channels": 64,
        "image_size": 128,
        "train_batch_size": 4,
        "test_batch_size": 2,
        "warmup_iterations": 50,
        "steps": "300,400",
        "iterations": 450,
        "log_every": 10,
        "checkpoint_every": 100,
        "init": "scratch",
        "norm": "bn",
        "workers": 0,
        "threads": 1,
    },
}
"""Settings by the size of the machine."""


def toml(path: Path) -> dict[str, Any]:
    """What a TOML file says; raises TrainerError where it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainerError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise TrainerError(f"{path} is no TOML: {error}") from None


def settings_of(given: Mapping[str, Any], where: str) -> Settings:
    """Settings from an option, the keys of a TOML file or a checkpoint; raises TrainerError, which names `where`."""
    for name in given.keys() - {each.name for each in fields(Settings)}:
        raise TrainerError(f"{where}: there is no setting {name}. `python -m trainer train --help` lists them.")
    return checked(given, Settings, where)


def flag(name: str) -> str:
    """The option of a setting."""
    return "--" + name.replace("_", "-")
