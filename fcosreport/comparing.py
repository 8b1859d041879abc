"""Two experiments side by side, and experiments grouped by settings, with what their differences are worth."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Literal

import xxhash

from fcosreport import frames
from fcosreport.compare import declared
from fcosreport.errors import UsageError, nearest
from fcosreport.frames import Cell, Column
from fcosreport.records import COCO_METRICS, Experiment, Metric, Setting
from fcosreport.scores import as_fractions, score

UNRESOLVED = 39.0
"""Points times the root of the images: an AP difference below it is image noise, on a set like COCO with 80 classes."""
EXCEEDS = 83.0
"""Points times the root of the images: above it, a difference of AP exceeds image noise."""
VAL2017 = 5000
"""Images of COCO val2017, for runs that name it and do not count."""

Verdict = Literal["same as printed", "unresolved", "predictions needed", "exceeds image noise", "images unknown"]

_VAL2017 = re.compile(r"val_?2017|2017_?val", re.IGNORECASE)
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Noise:
    """What a difference is held against: `images` that were evaluated, `sigma` over seeds in points, of `repeats`."""

    images: int | None
    sigma: float | None
    repeats: int
    reason: str = ""

    def floor(self, share: float = 1.0) -> float:
        """Points below which a difference of AP is unresolved. `share`: of sigma, where means are compared."""
        return max(UNRESOLVED / sqrt(self.images) if self.images else 0.0, 2 * (self.sigma or 0.0) * share)

    def verdict(self, points: float, *, is_ap: bool = True) -> Verdict:
        """What a difference of so many points is worth; beyond the floor only AP itself was simulated."""
        if abs(points) < self.floor():
            return "unresolved"
        if self.images is None:
            return "images unknown"
        exceeds = is_ap and abs(points) > EXCEEDS / sqrt(self.images)
        return "exceeds image noise" if exceeds else "predictions needed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of two experiments: what both have, the second less the first in points of 100, and its worth."""

    column: Column
    one: Metric | None
    other: Metric | None
    points: float | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two experiments, the settings to be shown of both, and their metrics."""

    one: Experiment
    other: Experiment
    settings: tuple[tuple[Column, Cell, Cell], ...]
    metrics: tuple[Difference, ...]
    noise: Noise


def chosen(experiments: Sequence[Experiment], name: str, names: Callable[[], list[str]] | None = None) -> Experiment:
    """The experiment of that name or id. Raises UsageError with the nearest where there is none, or several.

    `names` tells all names and ids that there are, if `experiments` are but some.
    """
    found = [e for e in experiments if e.id == name] or [e for e in experiments if e.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{name}: {len(found)} experiments have this name. Give an id: {_some(e.id for e in found)}.")
    known = names() if names else list(dict.fromkeys(text for e in experiments for text in (e.name, e.id)))
    near = nearest(name, known)
    hint = f"Did you mean {near}?" if near else f"There are: {_some(known)}." if known else "There are none."
    raise UsageError(f"there is no experiment {name!r}. {hint}")


def compared(
    one: Experiment, other: Experiment, experiments: Sequence[Experiment], *, everything: bool = False
) -> Comparison:
    """Two of the `experiments` side by side: the settings and metrics that differ, or all of them."""
    both, noise = (one, other), noise_of((one, other), experiments)
    columns = frames.settings(both)
    rows = [(c, *cells) for c, cells in zip(columns, _transposed(both, columns), strict=True)]
    differences = [
        _difference(column, both, noise) for task in frames.tasks(both) for column in frames.metrics(both, task)
    ]
    return Comparison(
        one,
        other,
        tuple(row for row in rows if everything or _text(row[1]) != _text(row[2])),
        tuple(d for d in differences if everything or d.verdict != "same as printed"),
        noise,
    )


def noise_of(compared: Sequence[Experiment], experiments: Sequence[Experiment]) -> Noise:
    """The noise of a comparison; sigma is pooled from those of `experiments` that repeat a compared one by seed."""
    groups: dict[str, list[Experiment]] = {}
    for experiment in experiments:
        groups.setdefault(recipe(experiment), []).append(experiment)
    keys = {recipe(experiment) for experiment in compared}
    images, reason = _common_images(compared)
    return Noise(images, *_pooled([groups[key] for key in keys if key in groups]), reason)


def _pooled(groups: Iterable[Sequence[Experiment]]) -> tuple[float | None, int]:
    """The sample standard deviation of AP within groups of repeats in points, and how many repeats tell it."""
    squares, freedom, repeats = 0.0, 0, 0
    for group in groups:
        by_seed = {e.value("seed"): ap for e in group if e.value("seed") is not None and (ap := _value(e, "AP"))}
        if len(by_seed) > 1:
            squares += stdev(by_seed.values()) ** 2 * (len(by_seed) - 1)
            freedom += len(by_seed) - 1
            repeats += len(by_seed)
    return (100 * sqrt(squares / freedom), repeats) if freedom else (None, 0)


def recipe(experiment: Experiment) -> str:
    """A digest of the settings that matter but for the seed: experiments of one recipe are repeats of each other."""
    settings = sorted((name, str(s.value)) for name, s in declared(experiment).items() if name != "seed")
    return xxhash.xxh3_128_hexdigest(repr(settings).encode())


def _images(experiment: Experiment) -> int | None:
    counted = experiment.value("val_images")
    if isinstance(counted, int) and counted > 0:
        return counted
    return VAL2017 if _VAL2017.search(str(experiment.value("val_data"))) else None


def _common_images(experiments: Sequence[Experiment]) -> tuple[int | None, str]:
    """The number of images that all were evaluated on; or None and why it is not told."""
    counts = {_images(experiment) for experiment in experiments}
    if len(counts) > 1:
        return None, "the results are not known to be of the same number of images"
    images = counts.pop() if counts else None
    return images, "" if images else "the number of images is not told"


def _difference(column: Column, both: Sequence[Experiment], noise: Noise) -> Difference:
    one, other = (_score(experiment, column.key, column.task or "bbox") for experiment in both)
    if not one or not other or one.value is None or other.value is None:
        return Difference(column, one, other, None, None)
    points = 100 * (other.value - one.value)
    if abs(points) <= 100 * _ROUNDING:
        return Difference(column, one, other, 0.0, "same as printed")
    return Difference(column, one, other, points, noise.verdict(points, is_ap=column.key == "AP"))


def _score(experiment: Experiment, name: str, task: str) -> Metric | None:
    result = experiment.result(task)
    return score(as_fractions(result), name) if result else None


def _value(experiment: Experiment, name: str, task: str = "bbox") -> float | None:
    found = _score(experiment, name, task)
    return found.value if found else None


def _transposed(both: Sequence[Experiment], columns: Sequence[Column]) -> list[tuple[Cell, Cell]]:
    one, other = (frames.cells(experiment, columns) for experiment in both)
    return list(zip(one, other, strict=True))


def _text(cell: Cell) -> object:
    return cell.value if cell else None


def _some(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


@dataclass(frozen=True, slots=True)
class Summary:
    """A metric over the experiments of a group, as fractions: `deviation` is the sample's, None for one experiment."""

    mean: float
    deviation: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """The experiments that declare one value of each setting that was asked for; None where it is not declared.

    `mixed` names further settings that matter and differ within the group, the seed excepted. `unresolved` holds the
    tasks in which the AP cannot be told from that of the best group.
    """

    key: tuple[Setting | None, ...]
    experiments: tuple[Experiment, ...]
    summaries: Mapping[Column, Summary]
    mixed: tuple[str, ...]
    unresolved: frozenset[str] = frozenset()


def grouped(experiments: Sequence[Experiment], by: Sequence[str], *, metrics: bool = False) -> tuple[Group, ...]:
    """Groups by the settings `by`, the highest mean AP first; of each task's AP, or of COCO's 12 where `metrics`.

    Experiments without a result are left out. Raises UsageError where no experiment has such a setting.
    """
    known = [column.key for column in frames.settings(experiments)]
    for name in by:
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near}?" if near else f"There are: {_some(known, 20)}." if known else ""
            raise UsageError(f"no experiment has a setting {name!r}. {hint}".rstrip())
    tasks = frames.tasks(experiments)
    columns = [Column(name, task) for task in tasks for name in (COCO_METRICS if metrics else ("AP",))]
    parted: dict[tuple[object, ...], list[Experiment]] = {}
    for experiment in experiments:
        parted.setdefault(tuple(experiment.value(name) for name in by), []).append(experiment)
    groups = [_group(members, by, columns) for members in parted.values()]
    groups = sorted((g for g in groups if g.summaries), key=lambda g: [-_mean(g, task) for task in tasks])
    return tuple(_judged(group, groups, tasks) for group in groups)


def _mean(group: Group, task: str) -> float:
    summary = group.summaries.get(Column("AP", task))
    return summary.mean if summary else -1.0


def _group(members: Sequence[Experiment], by: Sequence[str], columns: Sequence[Column]) -> Group:
    summaries = {}
    for column in columns:
        values = [v for e in members if (v := _value(e, column.key, column.task or "bbox")) is not None]
        if values:
            deviation = stdev(values) if len(values) > 1 else None
            summaries[column] = Summary(fmean(values), deviation, len(values))
    settings = [declared(experiment) for experiment in members]
    names = dict.fromkeys(name for each in settings for name in each if name != "seed" and name not in by)
    mixed = tuple(n for n in names if len({each[n].value if n in each else None for each in settings}) > 1)
    return Group(tuple(members[0].setting(name) for name in by), tuple(members), summaries, mixed)


def _judged(group: Group, groups: Sequence[Group], tasks: Sequence[str]) -> Group:
    """The group with the tasks in which it cannot be told from the best one."""
    unresolved = set()
    for task in tasks:
        column = Column("AP", task)
        best = max(groups, key=lambda each: _mean(each, task))
        if group is best or column not in group.summaries:
            continue
        mine, theirs = group.summaries[column], best.summaries[column]
        noise = spread(groups, task)
        share = sqrt((1 / mine.count + 1 / theirs.count) / 2)
        if 100 * (theirs.mean - mine.mean) < noise.floor(share):
            unresolved.add(task)
    return Group(group.key, group.experiments, group.summaries, group.mixed, frozenset(unresolved))


def spread(groups: Sequence[Group], task: str) -> Noise:
    """The noise among groups: the images that all were evaluated on, and the deviation pooled from all groups."""
    images, reason = _common_images([experiment for group in groups for experiment in group.experiments])
    told = [s for g in groups if (s := g.summaries.get(Column("AP", task))) and s.deviation is not None]
    freedom = sum(s.count - 1 for s in told)
    squares = sum((s.deviation or 0.0) ** 2 * (s.count - 1) for s in told)
    return Noise(images, 100 * sqrt(squares / freedom) if freedom else None, sum(s.count for s in told), reason)
