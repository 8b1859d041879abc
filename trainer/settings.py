"""What can be set. Each field of `Settings` is an option of the command line, a key of a TOML file of a run or a study,
and a setting in the first line of metrics.jsonl, by the same name.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from trainer.errors import TrainerError

_BACKBONE = re.compile(r"(?P<kind>resnet|resnext|wide_resnet)(?P<depth>18|34|50|101|152)(_\w+)?")
_STEPS = re.compile(r"(\d+(,\d+)*)?")
Norm = Literal["frozen", "bn", "syncbn", "gn"]
Evaluator = Literal["hotcoco", "pycocotools"]


def _option(default: Any, text: str, least: float = 0, *, free: bool = False) -> Any:
    """A field with its help and its least value. `free`: a resumed run may change it, for its numbers stay the same."""
    return field(default=default, metadata={"help": text, "least": least, "free": free})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a run. The defaults are those of FCOS; `SIZES` has those for two CPU cores."""

    data: str = _option("shapes", "A folder in COCO's layout; shapes, or shapes:N for N training images, are drawn.")
    backbone: str = _option("resnet50", "A ResNet, ResNeXt or wide ResNet of torchvision.")
    channels: int = _option(256, "Width of the FPN and the heads.", 64)
    norm: Norm = _option("frozen", "Norm layers of the backbone.")  # noqa: RUF009 # a field of a fixed word
    init: str = _option("imagenet", "scratch, imagenet, coco, a checkpoint, or backbone:CHECKPOINT.")
    trainable_layers: int = _option(-1, "Stages of the backbone that train, from the last; -1: 3, from scratch 5.", -1)
    mask: bool = _option(False, "Train a mask head, and evaluate boxes and masks.")
    image_size: int = _option(800, "Shorter side of an image, in pixels; the longer has at most 5/3 of it.", 32)
    flip: bool = _option(True, "Mirror every second training image, by chance.")
    train_batch_size: int = _option(16, "Images of a training step, over all processes.", 1)
    test_batch_size: int = _option(8, "Images of a batch of the evaluation, in each process.", 1)
    accumulate: int = _option(1, "Parts in which a training step is computed, to save memory.", 1)
    lr: float = _option(0.01, "Base learning rate.", 1e-12)
    warmup_iterations: int = _option(500, "Iterations in which the learning rate rises from a third to the base.")
    steps: str = _option("60000,80000", "Iterations after which the learning rate falls to a tenth, with commas.")
    iterations: int = _option(90000, "Training steps.", free=True)
    momentum: float = _option(0.9, "Momentum of SGD.")
    weight_decay: float = _option(1e-4, "Weight decay.")
    clip: float = _option(0.0, "Largest norm of the gradient; 0: any.")
    amp: bool = _option(False, "Compute in bfloat16 where that is safe, on a GPU that has none in float16.")
    seed: int = _option(0, "Seed of all that is left to chance.")
    score_threshold: float = _option(0.05, "Detections of a lower score are left out. torchvision's 0.2 costs recall.")
    evaluator: Evaluator = _option("hotcoco", "Both give equal numbers, the first is faster.", free=True)  # noqa: RUF009 # the same
    pictures: int = _option(0, "Images that are drawn with their detections, into results/pictures.", free=True)
    log_every: int = _option(20, "Iterations between two lines of the log.", 1, free=True)
    eval_every: int = _option(0, "Iterations between two evaluations; 0: only at the end.", free=True)
    checkpoint_every: int = _option(1000, "Iterations between two checkpoints.", 1, free=True)
    workers: int = _option(4, "Processes that load images; 0: the training's own.", free=True)
    threads: int = _option(0, "Threads on the CPU; 0: as torch chooses.")
    memory_limit: int = _option(0, "MiB that training may take: of a GPU, or beyond what the CPU had given; 0: all.")

    def __post_init__(self) -> None:
        for each in fields(self):
            value, least = getattr(self, each.name), each.metadata["least"]
            if isinstance(value, int | float) and not least <= value < float("inf"):
                raise TrainerError(f"{flag(each.name)} {value}: give {least} or more.")
            words = get_args(each.type)
            if words and value not in words:
                raise TrainerError(f"{flag(each.name)} {value}: give {' or '.join(words)}.")
        if not _BACKBONE.fullmatch(self.backbone):
            raise TrainerError(f"--backbone {self.backbone}: give one such as resnet18, resnet50, resnext101_32x8d.")
        if self.channels % 32:
            raise TrainerError(f"--channels {self.channels}: give a multiple of 32, for the 32 groups of the heads.")
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
        match = _BACKBONE.fullmatch(self.backbone)
        kind = {"resnet": "R", "resnext": "X"}.get(match["kind"], "WR") if match else ""
        given = {name: value for name, value in asdict(self).items() if name != "seed"}
        return given | {
            "backbone": f"{kind}-{match['depth'] if match else ''}-FPN",
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
    """Settings from the keys of a TOML file or a checkpoint; raises TrainerError, which names `where`."""
    kinds = {each.name: str if get_args(each.type) else each.type for each in fields(Settings)}
    for name, value in given.items():
        if name not in kinds:
            raise TrainerError(f"{where}: there is no setting {name}. `python -m trainer train --help` lists them.")
        if not (type(value) is kinds[name] or (kinds[name] is float and type(value) is int)):
            raise TrainerError(f"{where}: {name} = {value!r} is no {getattr(kinds[name], '__name__', kinds[name])}.")
    return Settings(**given)


def flag(name: str) -> str:
    """The option of a setting."""
    return "--" + name.replace("_", "-")
