"""A tree of published models, a zoo: what tells it from a folder of runs, and which of its rows stand there again.

Many a repository of runs holds one too, as a fork of the package with which it trains.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from fcosreport.evidence.links import weights
from fcosreport.records import Experiment, TableRow

_LEAST = 30
"""Published models that make a zoo; a few stand beside the runs of many a repository."""
_TUTORIAL = re.compile(r"(?i)tutorial|(?:^|/)demos?/")
_LANGUAGE = re.compile(r"(?i)(?:^|[-_.])(?:en|cn|zh|zh[-_]cn|zh[-_]hans|ja|jp|ko)(?=\.|$)")


_CONFIGS = "configs"
"""The folder of the pages of a package's models; beside it lie those of its guides and demonstrations."""
_GUIDES = frozenset((_CONFIGS, "demo", "docs", "projects", "tutorials"))


def is_zoo(tables: Sequence[TableRow], experiments: Sequence[Experiment]) -> bool:
    """Whether a tree offers the weights of many models and holds no run: its pages and guides tell of results, then.

    A log, or a note that cites one, is of a run.
    """
    offered = sum(row.is_index or bool(weights(row)) for row in tables)
    return offered >= max(_LEAST, len(experiments)) and not any(map(_is_run, experiments))


def of_guides(tables: Sequence[TableRow], experiments: Sequence[Experiment]) -> frozenset[str]:
    """The ids of the experiments that a package of many models tells of on its pages, in guides and in tutorials."""
    pages = (PurePosixPath(row.where.path).parts for row in tables if row.is_index or weights(row))
    offered = Counter(parts[: parts.index(_CONFIGS)] for parts in pages if _CONFIGS in parts)
    packages = [parts for parts, count in offered.items() if count >= _LEAST]
    return frozenset(e.id for e in experiments if not _is_run(e) and any(_is_within(e, each) for each in packages))


def _is_within(experiment: Experiment, package: tuple[str, ...]) -> bool:
    parts = PurePosixPath(experiment.where.path).parts
    return parts[: len(package)] == package and not _GUIDES.isdisjoint(parts[len(package) : len(package) + 1])


def _is_run(experiment: Experiment) -> bool:
    if experiment.where.path.endswith(".ipynb") and _TUTORIAL.search(experiment.where.path):
        return False
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
