"""YAML files beside a log: `config.yaml`, `args.yaml`, `hyp.yaml`, `.hydra/overrides.yaml`, what W&B keeps of a config.

A file that does not look like the configuration of a training yields nothing, but for the file of a data set of YOLOv5
and later, such as `data.yaml`: `train`, `val` and the `names` of its classes.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from fcosreport.grammar.configs.yaml import LIMIT, Node, flat, parse
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import DataSet, Issue, Origin, Setting, Where
from fcosreport.vocabulary.settings.keys import canonical, declared

_OVERRIDE = re.compile(r"\+{0,2}([\w./@-]{1,100})=(.*)")
_LONGEST = 1000  # characters of a path
_SURE = (
    frozenset({"lr"}),
    frozenset({"epochs", "train_batch_size"}),
    frozenset({"epochs", "image_size"}),
    frozenset({"iterations", "train_batch_size"}),
)
"""Settings that a training has: any of these sets."""


@dialect("YAML configuration files", paths=r"(?i)\.ya?ml$")
class YamlConfigFile:
    """Reads the file as a whole when it has ended; a larger one than `LIMIT` is no configuration."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.data = bytearray()

    def feed(self, window: Window) -> Iterator[Record]:
        self.data += window.data[window.start : window.start + LIMIT + 1 - len(self.data)]
        return iter(())

    def close(self) -> Iterator[Record]:
        if len(self.data) > LIMIT:
            return
        document, unread = parse(bytes(self.data))
        yield from _data_sets(document, self.path)
        settings = list(_settings(dict(_entries(document)), self.path))
        names = {setting.name for setting in settings}
        if any(sure <= names for sure in _SURE):
            yield from settings
            if unread:
                message = "This configuration is no YAML from here on. What follows is left out; look at the line."
                yield Issue(message, Where(self.path, unread))


def _data_sets(document: Node, path: str) -> Iterator[DataSet]:
    """The data set whose file it is."""
    train, val = (document.entries.get(part) for part in ("train", "val"))
    if train and val and train.text and val.text and ("names" in document.entries or "nc" in document.entries):
        yield DataSet(train.text[:_LONGEST], val.text[:_LONGEST], Where(path, val.line))


def _entries(document: Node) -> Iterator[tuple[str, Node]]:
    """What a document says by keys in lower case, or in a list of hydra's overrides: `- optimizer.lr=0.01`."""
    given = flat(document)
    for item in document.items if document.kind == "list" else ():
        if override := _OVERRIDE.fullmatch(item.text[:1000]):
            given[override[1].replace("/", ".")] = Node(item.line, text=override[2], printed=override[2])
    for key, value in given.items():
        parts = [part for part in key.lower().split(".") if part != "value"]
        if parts and not parts[0].startswith(("hydra", "_wandb")):
            yield ".".join(parts), value


def _settings(found: dict[str, Node], path: str) -> Iterator[Setting]:
    """The settings that the entries of a file declare together."""
    texts = {key: value.text for key, value in found.items()}
    if texts.get("optimizer") == "auto":  # ultralytics finds the rate and momentum by itself then
        found = {key: value for key, value in found.items() if key not in ("lr0", "momentum")}
    if texts.get("task") in ("detect", "segment", "pose", "obb") and "model" in found:
        found = {"cfg" if texts["model"].endswith(("yaml", "yml")) else "weights": found["model"]} | found
    counts = [texts[key] for key in ("world_size", "gpus", "num_gpus", "ngpus") if texts.get(key, "").isdecimal()]
    for key, value in found.items():
        if key == "batch_size" and counts:
            key = "images_per_gpu"
        if key == "model.resnets.norm" or canonical(key) != "backbone" or not value.text.startswith("build_"):
            for each in declared(key, value.text, Where(path, value.line)):
                yield each if value.text == value.printed else replace(each, text=value.printed)
    images = found.get("batch_size")
    if counts and images and images.text.isdecimal() and len(images.text + counts[0]) < 12:
        where = Where(path, images.line)
        yield Setting("train_batch_size", int(images.text) * int(counts[0]), images.printed, where, True)
    yield from _backbone(found, path)


def _backbone(found: dict[str, Node], path: str) -> Iterator[Setting]:
    """What detectron2 and mmdetection tell in several entries: a ResNet, its depth, and whether it has an FPN."""
    kind = found.get("model.backbone.name") or found.get("model.backbone.type")
    depth = found.get("model.resnets.depth") or found.get("model.backbone.depth")
    neck = found.get("model.neck.type")
    if kind and depth and "resnet" in kind.text.lower() and depth.text.isdecimal():
        has_fpn = "fpn" in (kind.text + (neck.text if neck else "")).lower()
        name = f"R-{depth.text}{'-FPN' * has_fpn}"
        yield Setting("backbone", name, f"{kind.text} {depth.text}", Where(path, depth.line))
