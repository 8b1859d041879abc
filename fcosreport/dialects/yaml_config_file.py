"""YAML files beside a log: `config.yaml`, `args.yaml`, `hyp.yaml`, `.hydra/overrides.yaml`, what W&B keeps of a config.

They are read as text, a line at a time: nests by their indent, lists of scalars, no aliases, nothing is executed. A
file that does not look like the configuration of a training yields nothing.
"""

import re
from collections.abc import Iterator

from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Origin, Setting, Where
from fcosreport.vocabulary.config_keys import canonical, declared

ENTRIES = 20_000
"""Lines of a file that are looked at; a longer file is no configuration."""
ITEMS = 200
"""Items of a list that are kept."""

_LINE = re.compile(rb"[^\r\n]+")
_ENTRY = re.compile(
    r"(?P<indent> *)(?P<item>- +|-$)?"
    r"(?:(?P<key>[\w./-]{1,100}|'[^'\n]{1,100}'|\"[^\"\n]{1,100}\") *:(?: +(?P<value>.*))?)?(?P<scalar>.*)"
)
_OVERRIDE = re.compile(r"\+{0,2}([\w./@-]{1,100})=(.*)")
_FLOW = re.compile(r"['\"]?\b([\w.]{1,100})['\"]?: *([^,{}\[\]]+)")
_TAG = re.compile(r"(?:[!&][^\s,\[\]{}]*\s*)+")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_SURE = (frozenset({"lr"}), frozenset({"epochs", "train_batch_size"}), frozenset({"iterations", "train_batch_size"}))
"""Settings that a training has: any of these sets."""


class _Nest:
    """A key whose value stands on the lines below, further in."""

    __slots__ = ("indent", "items", "key", "line")

    def __init__(self, indent: int, key: str, line: int) -> None:
        self.indent, self.key, self.line = indent, key, line
        self.items: list[str] = []


@dialect("YAML configuration files", paths=r"(?i)\.ya?ml$")
class YamlConfigFile:
    """Collects settings until the file ends, for only then it is known whether it configures a training."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.nests: list[_Nest] = []
        self.found: dict[str, tuple[str, int]] = {}
        self.entries = 0

    def feed(self, window: Window) -> Iterator[Record]:
        for line in _LINE.finditer(window.data, window.start):
            self.entries += 1
            if self.entries > ENTRIES:
                break
            text = _COMMENT.sub("", line[0][:2000].decode(errors="replace").removeprefix("\ufeff")).rstrip()
            if text.strip() and not text.startswith(("---", "...", "%")):
                self._line(text, window.line_at(line.start()))
        return iter(())

    def close(self) -> Iterator[Record]:
        while self.nests:
            self._end(self.nests.pop())
        settings = [] if self.entries > ENTRIES else list(_settings(self.found, self.path))
        names = {setting.name for setting in settings}
        if any(sure <= names for sure in _SURE):
            yield from settings

    def _line(self, text: str, line: int) -> None:
        entry = _ENTRY.match(text)
        if not entry:
            return
        indent = len(entry["indent"])
        while self.nests and (
            indent < self.nests[-1].indent or (indent == self.nests[-1].indent and not entry["item"])
        ):
            self._end(self.nests.pop())
        key, value = entry["key"], _TAG.sub("", entry["value"] or "", count=1).strip()
        if entry["item"]:
            self._item((text[entry.end("item") :]).strip(), line)
        elif key and value and value not in "|>":
            self._keep([*(nest.key for nest in self.nests), key.strip("'\"")], value, line)
        elif key:
            self.nests.append(_Nest(indent, key.strip("'\""), line))

    def _item(self, text: str, line: int) -> None:
        override = _OVERRIDE.fullmatch(text.strip("'\""))
        if not self.nests:
            if override:
                self._keep([override[1].replace("/", ".")], override[2], line)
        elif len(self.nests[-1].items) < ITEMS:
            self.nests[-1].items.append(_TAG.sub("", text, count=1).strip().strip("'\""))

    def _end(self, nest: _Nest) -> None:
        if nest.items:
            self._keep([*(outer.key for outer in self.nests), nest.key], ", ".join(nest.items), nest.line)

    def _keep(self, keys: list[str], value: str, line: int) -> None:
        if value.startswith("{"):
            for key, inner in _FLOW.findall(value[:2000]):
                self._keep([*keys, key], inner.strip(), line)
            return
        parts = [part for part in ".".join(keys).split(".") if part != "value"]
        if parts and not parts[0].startswith(("hydra", "_wandb")) and len(value) < 1000:
            self.found[".".join(parts).lower()] = (value, line)


def _settings(found: dict[str, tuple[str, int]], path: str) -> Iterator[Setting]:
    """The settings that the entries of a file declare together."""
    if found.get("optimizer", ("",))[0] == "auto":  # ultralytics finds the rate and momentum by itself then
        found = {key: entry for key, entry in found.items() if key not in ("lr0", "momentum")}
    if found.get("task", ("",))[0] in ("detect", "segment", "pose", "obb") and "model" in found:
        model, line = found["model"]
        found = {"cfg" if model.endswith(("yaml", "yml")) else "weights": (model, line)} | found
    gpus = next((found[key] for key in ("world_size", "gpus", "num_gpus", "ngpus") if key in found), None)
    images = found.get("batch_size")
    for key, (value, line) in found.items():
        if key == "batch_size" and gpus:
            key = "images_per_gpu"
        if key == "model.resnets.norm" or canonical(key) != "backbone" or not value.startswith("build_"):
            yield from declared(key, value, Where(path, line))
    if gpus and images and images[0].isdecimal() and gpus[0].isdecimal() and len(images[0] + gpus[0]) < 12:
        yield Setting("train_batch_size", int(images[0]) * int(gpus[0]), images[0], Where(path, images[1]), True)
    yield from _backbone(found, path)


def _backbone(found: dict[str, tuple[str, int]], path: str) -> Iterator[Setting]:
    """What detectron2 and mmdetection tell in several entries: a ResNet, its depth, and whether it has an FPN."""
    kind = found.get("model.backbone.name") or found.get("model.backbone.type")
    depth = found.get("model.resnets.depth") or found.get("model.backbone.depth")
    if kind and depth and "resnet" in kind[0].lower() and depth[0].isdecimal():
        has_fpn = "fpn" in (kind[0] + found.get("model.neck.type", ("",))[0]).lower()
        yield Setting("backbone", f"R-{depth[0]}{'-FPN' * has_fpn}", f"{kind[0]} {depth[0]}", Where(path, depth[1]))
