"""Configuration files in Python that lie beside a log: mmdetection's `config.py`, detectron2's lazy ones.

They are read as text and never executed. A program, which only happens to be in Python too, says nothing.
"""

from collections.abc import Iterator

from fcosreport.grammar.configs import yacs
from fcosreport.grammar.configs.dumps import Entry as Printed
from fcosreport.grammar.configs.python import LIMIT, Config, parse
from fcosreport.grammar.openmmlab import settings
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Issue, Origin, Where

_PARTS = (
    "model",
    "optimizer",
    "optim_wrapper",
    "lr_config",
    "param_scheduler",
    "train_dataloader",
    "train_cfg",
    "data",
)
_LAZY = ("train", "optimizer", "dataloader", "model", "lr_multiplier")


@dialect("configuration files in Python", paths=r"\.py$")
class PythonConfigFile:
    """Reads the file as a whole when it has ended."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.text = bytearray()

    def feed(self, window: Window) -> Iterator[Record]:
        self.text += window.data[window.start : window.start + max(0, LIMIT - len(self.text))]
        return iter(())

    def close(self) -> Iterator[Record]:
        config = parse(self.text.decode(errors="replace"))
        entries = dict(_printed(config))
        made = _is_made_of_parts(config)
        if made:
            yield from settings.settings(config, self.path)
        if entries:
            yield from yacs.settings(entries, self.path)
        if made and config.unread:
            message = "A part of this configuration is no Python. Its settings are left out; look at the line."
            yield Issue(message, Where(self.path, config.unread))


def _is_made_of_parts(config: Config) -> bool:
    """Whether this is a configuration as mmdetection has it, and not a program."""
    if config.program:
        return False
    parts = [entry.value for part in _PARTS if (entry := config.find(part))]
    return "_base_" in config.names or any(isinstance(value, dict | list) and value for value in parts)


def _printed(config: Config) -> Iterator[tuple[str, Printed]]:
    """What is assigned to `cfg.SOLVER.BASE_LR`, or to parts of a lazy configuration as `train.max_iter`."""
    for name, entry in config.names.items():
        first, _, rest = name.partition(".")
        text = ", ".join(map(str, entry.plain)) if isinstance(entry.plain, list) else str(entry.plain)
        if first == "cfg" and rest.partition(".")[0].isupper():
            yield rest, Printed(text, entry.line)
        elif rest and first in _LAZY and not config.program:
            yield name, Printed(text, entry.line)
