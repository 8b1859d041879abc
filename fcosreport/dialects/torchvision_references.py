"""The detection references of torchvision, and the console of what descends from them (WZMIAOMIAO, DETR, ...).

Their `MetricLogger` prints `Epoch: [0]  [  10/7329]  eta: 1:22:11  lr: 0.01  loss: 1.2 (1.9)  ...`.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.configs.namespace import batch, declared, given, namespaces
from fcosreport.grammar.training_lines import WANTED, TrainingLines
from fcosreport.grammar.windowed import Windowed, parted
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event, Origin, Samples, Setting, Where
from fcosreport.vocabulary import decode

_HEAD = re.compile(rb"Epoch: \[(\d{1,7})\] +\[ *(\d{1,9})/(\d{1,9})\] +eta: ")
_TEST = re.compile(rb"Test: +\[ *0/(\d{1,9})\] +eta: ")
_END = re.compile(rb"Training time (?<![\w ]Training time )(\d[\w:., ]*)")
_SETTINGS = {
    "lr": "lr",
    "batch_size": "images_per_gpu",
    "epochs": "epochs",
    "opt": "optimizer",
    "momentum": "momentum",
    "weight_decay": "weight_decay",
    "lr_steps": "steps",
    "output_dir": "output_dir",
    "amp": "amp",
    "resume": "resume",
}

_LEAST = 3
"""Steps of a training from which on it begins anew where its first comes again: a rank may lag behind by one."""


def _step(epoch: bytes, iteration: bytes, iterations: bytes) -> int:
    return int(epoch) * int(iterations) + int(iteration)


def _is_ours(values: dict[str, str]) -> bool:
    return (
        "data_path" in values
        and "set_cost_class" not in values
        and {"lr", "epochs", "start_epoch"} & values.keys() != set()
    )


@dialect("torchvision detection references", b"] eta: ", b"]  eta: ", b"data_path=", b"Training time ")
class TorchvisionReferences(Windowed):
    """Reads arguments and what `MetricLogger` prints."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.lines = TrainingLines(path, _HEAD, step=_step, keep=_is_wanted)
        self.first, self.rows = 0.0, 0  # step of the training, and how many steps of it were read
        self.last: float | None = None
        self.one_by_one = False  # whether one process evaluates image by image

    def found(self, window: Window) -> Iterator[Record]:
        for begin, stop, values in parted(window, namespaces(window.data, window.start, len(window.data))):
            yield from self._between(window, begin, stop)
            self.one_by_one = self.one_by_one and values is None
            if values and _is_ours(values):
                yield from self._declared(values, self.where(window, stop))

    def _between(self, window: Window, start: int, stop: int) -> Iterator[Record]:
        data = window.data
        for found in self.lines.read(data, start, stop, window.line_at(start)):
            yield from self._turn(found)
            yield found
        test = _TEST.search(data, start, stop) if self.one_by_one else None
        if test:
            self.one_by_one = False
            yield Setting("val_images", int(test[1]), test[1].decode(), self.where(window, test.start()), True)
        for end in _END.finditer(data, start, stop):
            yield Event("finished", f"Training time {end[1].decode().strip()}", self.where(window, end.start()))

    def _turn(self, found: Samples) -> Iterator[Event]:
        """The start of another training, where the steps begin anew."""
        step, before = found.steps[0], self.last
        self.first = step if before is None else self.first
        if before is not None and step == self.first < before and self.rows >= _LEAST:
            yield Event("started", f"begins anew at iteration {step:g} after {before:g}", found.where)
            self.rows = 0
        self.last, self.rows = found.steps[-1], self.rows + len(set(found.steps))

    def _declared(self, values: dict[str, str], where: Where) -> Iterator[Record]:
        text = given(values, "model", "dataset", "lr", "batch_size", "epochs", "resume", "test_only")
        yield Event("started", f"torchvision references {text}", where)
        self.last, self.rows = None, 0
        yield Setting("framework", "torchvision", "data_path", where, True)
        data = {"dataset" if "dataset" in values else "data_path": "train_data"}
        yield from declared(values, _SETTINGS | data, where)
        gpus = values.get("world_size", "") if values.get("distributed") == "True" else "1"
        yield from batch(values, gpus if "distributed" in values else "", where)
        yield from (each for each in decode(values.get("model", ""), where) if each.name == "backbone")
        yield from _initial(values, where)
        if values.get("sync_bn") == "True":
            yield Setting("norm", "syncbn", "sync_bn=True", where)
        if values.get("resume"):
            yield Event("resumed", values["resume"][:300], where)
        self.one_by_one = "aspect_ratio_group_factor" in values and values.get("distributed") == "False"


def _initial(values: dict[str, str], where: Where) -> Iterator[Setting]:
    """What the training begins with: weights of the whole detector, of its backbone, or none."""
    weights, backbone = values.get("weights"), values.get("weights_backbone")
    if weights not in (None, "None", ""):
        init = "coco" if "COCO" in weights else weights
        yield Setting("weights", weights, weights, where)
        yield Setting("init", init, weights, where)
    elif values.get("pretrained") == "True":
        yield Setting("init", "coco", "pretrained=True", where)
    elif backbone not in (None, "None", ""):
        init = "imagenet" if re.search("imagenet|DEFAULT", backbone, re.I) else backbone
        yield Setting("init", init, backbone, where)
    elif weights is not None and backbone is not None:
        yield Setting("init", "scratch", "weights=None, weights_backbone=None", where)


_PARTS = WANTED | {"classification", "bbox_regression", "bbox_ctrness"}  # of the loss of FCOS and RetinaNet


def _is_wanted(name: str) -> bool:
    return name in _PARTS or ("loss" in name and not name.endswith("_unscaled"))
