"""An index of models, as OpenMMLab's metafile.yml: name, configuration, weights, and metrics for each task.

It is known by its entries, whatever the file is called. What belongs to a part of a model, as to the teacher of a
student, is not said of the model.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.configs.yaml import Node, parse
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Link, Metric, Origin, TableRow, Where
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metrics import is_score, metric
from fcosreport.vocabulary.settings.names import read

MOST = 4 << 20
"""Bytes of a file that are read; the largest public one has a hundredth of that."""

_PATHS = r"(?i)\.ya?ml$"
_ENTRIES = re.compile(rb"(?mi)^(?:models:|- )")
_METRICS = re.compile(rb"(?mi)^[ -]+metrics:\s*$")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,16})?")


@dialect("metafile.yml (OpenMMLab)", b"Metrics:", paths=_PATHS)
class Metafile:
    """Collects the text; a row for each model that has metrics comes when the file ends."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.is_yaml = re.search(_PATHS, path) is not None
        self.text = bytearray()

    def feed(self, window: Window) -> Iterator[Record]:
        if self.is_yaml and len(self.text) <= MOST:
            self.text += window.data[window.start :]
        return iter(())

    def close(self) -> Iterator[Record]:
        if not (_METRICS.search(self.text) and _ENTRIES.search(self.text)):
            return
        if len(self.text) > MOST:
            message = f"Only the first {MOST >> 20} MB are read as an index of models. Split it."
            yield Issue(message, Where(self.path, 1))
        index, unread = parse(bytes(self.text[:MOST]))
        models = _entries(index).get("models", index).items
        rows = [row for model in models if (row := _row(_entries(model), self.path))]
        yield from rows
        if rows and unread:
            message = "This index of models is no YAML from here on. What follows is left out; look at the line."
            yield Issue(message, Where(self.path, unread))


def _entries(node: Node | None) -> dict[str, Node]:
    """The entries of a mapping by their keys in lower case."""
    return {key.lower(): value for key, value in node.entries.items()} if node else {}


def _row(model: dict[str, Node], path: str) -> TableRow | None:
    """What a model says; None where it has no name or no metrics. Those of other trades are among the other cells."""
    told = model.get("results")
    results = [model, *map(_entries, () if not told else [told] if told.entries else told.items)]
    measured = [(result, found) for result in results for found in _metrics(_entries(result.get("metrics")))]
    rest = [cell for result in results for cell in _unknown(result.get("metrics"))]
    if not (measured or rest) or "name" not in model:
        return None
    name, where = model["name"].text, Where(path, model["name"].line)
    epochs = (_entries(model.get("metadata")) | model).get("epochs")
    declared = [read("epochs", epochs.text, Where(path, epochs.line))] if epochs else []
    return TableRow(
        label=name,
        where=where,
        table=path,
        settings=(*filter(None, declared), *decode(name, where)),
        results=tuple(Evaluation(task, metrics, where, "note", form="metafile") for _, (task, metrics) in measured),
        others=(*dict.fromkeys(("Dataset", each["dataset"].text) for each in results if "dataset" in each), *rest),
        links=tuple(Link(key, key, node.text) for key, node in model.items() if key in ("config", "weights")),
        is_index=True,
    )


def _unknown(metrics: Node | None) -> Iterator[tuple[str, str]]:
    """The numbers under names that are no metric known here: `Top 1 Accuracy`, `MPJPE`, `Hand AP`."""
    for name, node in metrics.entries.items() if metrics else ():
        if header(name).kind != "metric" and _NUMBER.fullmatch(node.text):
            yield name, node.text


def _metrics(given: dict[str, Node]) -> Iterator[tuple[str, tuple[Metric, ...]]]:
    """The metrics of each task, each number in percent if it is above 1."""
    found: dict[str, list[Metric]] = {}
    for name, node in given.items():
        meaning = header(name)
        if meaning.kind == "metric" and not meaning.split and _NUMBER.fullmatch(node.text) and is_score(node.text):
            made = metric(meaning.name, node.text, percent=None)
            found.setdefault(meaning.task or "bbox", []).extend([made] if made else [])
    yield from ((task, tuple(metrics)) for task, metrics in found.items())
