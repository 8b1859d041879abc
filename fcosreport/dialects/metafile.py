"""metafile.yml, OpenMMLab's index of models: name, configuration, weights, and metrics for each data set and task.

It is read as text, a line at a time, by the form that all these files have; nothing is executed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fcosreport.grammar.numbers import is_score, metric
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Issue, Link, Metric, Origin, Setting, TableRow, Where
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.headers import header

MOST = 4 << 20
"""Bytes of a file that are read; the largest public one has a hundredth of that."""

PATHS = r"(?i)(?:^|/)(?:metafile|model-index)[\w.-]*\.ya?ml$"
"""Names that these files have."""

_ENTRY = re.compile(r"(\s*)(- +)?([A-Za-z][^:#\n]{0,80}?)\s*:(?:\s+(.*))?\s*$")


@dataclass(slots=True)
class _Model:
    """A model while it is read: `inside` is the indent of an open `Metrics:`, or -1."""

    line: int
    name: str
    links: list[Link] = field(default_factory=list)
    metrics: dict[tuple[str, str, int], list[Metric]] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    dataset: str = ""
    result: int = 0
    inside: int = -1


@dialect("metafile.yml (OpenMMLab)", b"Metrics:", paths=PATHS)
class Metafile:
    """Collects the text; a row for each model that has metrics comes when the file ends."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.is_index = re.search(PATHS, path.replace("\\", "/")) is not None
        self.text = bytearray()
        self.line = 1

    def feed(self, window: Window) -> Iterator[Record]:
        if self.is_index and len(self.text) <= MOST:
            self.line = self.line if self.text else window.line
            self.text += window.data[window.start :]
        return iter(())

    def close(self) -> Iterator[Record]:
        if len(self.text) > MOST:
            yield Issue(
                f"Only the first {MOST >> 20} MB are read as an index of models. Split it.", Where(self.path, 1)
            )
        for model in _models(self.text[:MOST].decode("utf-8", "replace"), self.line, self.path):
            if model.metrics:
                yield _row(model, self.path)


def _models(text: str, first: int, shown: str) -> Iterator[_Model]:
    model: _Model | None = None
    inside = False
    for number, line in enumerate(re.split(r"\r\n?|\n", text), first):
        entry = _ENTRY.fullmatch(line[:2000])
        if not entry:
            continue
        indent, key = len(entry[1]) + len(entry[2] or ""), entry[3].strip("'\"").lower()
        value = re.sub(r"\s+#.*", "", entry[4] or "").strip("'\" ")
        inside = key == "models" if indent == 0 else inside
        if entry[2] and key == "name" and inside and value:
            if model:
                yield model
            model = _Model(number, value)
        elif model and inside:
            _entry(model, indent, key, value, Where(shown, number))
    if model:
        yield model


def _entry(model: _Model, indent: int, key: str, value: str, where: Where) -> None:
    """One entry of a model; below `Metrics:`, what stands further in is a metric."""
    if 0 <= model.inside < indent:
        _metric(model, key, value)
        return
    model.inside = -1
    if key == "task":
        model.dataset, model.result = "", where.line
    elif key == "dataset":
        model.dataset = value
    elif key == "metrics":
        model.inside = indent
    elif key in ("config", "weights") and value:
        model.links.append(Link(key, key, value))
    elif key == "epochs" and value.isdecimal() and len(value) < 6:
        model.settings.append(Setting("epochs", int(value), value, where))


def _metric(model: _Model, key: str, value: str) -> None:
    meaning = header(key)
    made = metric(meaning.name, value, percent=None) if is_score(value) else None
    if made and made.value is not None and meaning.kind == "metric" and not meaning.split:
        model.metrics.setdefault((meaning.task or "bbox", model.dataset, model.result), []).append(made)


def _row(model: _Model, shown: str) -> TableRow:
    where = Where(shown, model.line)
    results = tuple(
        Evaluation(task, tuple(metrics), where, "note", form="metafile")
        for (task, _, _), metrics in model.metrics.items()
    )
    data = list(dict.fromkeys(dataset for _, dataset, _ in model.metrics if dataset))
    return TableRow(
        label=model.name,
        where=where,
        table=shown,
        settings=(*model.settings, *decode(model.name, where)),
        results=results,
        others=tuple(("Dataset", each) for each in data),
        links=tuple(model.links),
        is_index=True,
    )
