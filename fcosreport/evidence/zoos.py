"""A tree of published models, a zoo: what tells it from a folder of runs, and which of its rows stand there again."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from fcosreport.evidence.links import weights
from fcosreport.records import Experiment, TableRow

_LEAST = 30
"""Published models that make a zoo; a few stand beside the runs of many a repository."""
_LANGUAGE = re.compile(r"(?i)(?:^|[-_.])(?:en|cn|zh|zh[-_]cn|zh[-_]hans|ja|jp|ko)(?=\.|$)")


def is_zoo(tables: Sequence[TableRow], experiments: Sequence[Experiment]) -> bool:
    """Whether a tree offers the weights of many models and holds no run: its pages and guides tell of results, then.

    A log, or a note that cites one, is of a run.
    """
    offered = sum(row.is_index or bool(weights(row)) for row in tables)
    return offered >= max(_LEAST, len(experiments)) and not any(map(_is_run, experiments))


def _is_run(experiment: Experiment) -> bool:
    return bool(experiment.citation or experiment.curves or any(e.origin == "log" for e in experiment.evaluations))


def once(tables: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """The rows without those that a vendored copy, a fork or a translation of their page tells again."""
    pages: dict[object, str] = {}
    return tuple(row for row in tables if pages.setdefault(_said(row), row.where.path) == row.where.path)


def _said(row: TableRow) -> object:
    parts = [_LANGUAGE.sub("", part) for part in PurePosixPath(row.where.path.replace("\\", "/")).parts]
    numbers = tuple((e.task, e.split, m.name, m.text) for e in row.results for m in e.metrics)
    values = tuple((each.name, each.value) for each in row.settings)
    return tuple(list(filter(None, parts))[-2:]), row.label, numbers, values, tuple(link.target for link in row.links)
