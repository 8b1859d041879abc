"""Two experiments side by side, and experiments grouped by settings, with what their differences are worth."""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from statistics import fmean, stdev

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.comparing.columns import Column, setting_columns, tasks_of
from fcosreport.comparing.contrast import declared
from fcosreport.comparing.noise import Noise, alike, common_images, pooled, values_of
from fcosreport.errors import UsageError
from fcosreport.records import COCO_METRICS, Experiment, Setting
from fcosreport.wording import plain, suggestion


class Summary(Struct, frozen=True):
    """A metric over the experiments of a group, as fractions: `deviation` is the sample's, None for one experiment."""

    mean: float
    deviation: float | None
    count: int


class Group(Struct, frozen=True):
    """The experiments that declare one value of each setting that was asked for; None where it is not declared.

    `mixed` names further settings that matter and differ within the group, the seed excepted. `unresolved` holds the
    tasks in which the AP cannot be told from that of the best group. `left_out` are the experiments of which nothing
    counts, as their results cannot be held against those of most others.
    """

    key: tuple[Setting | None, ...]
    experiments: tuple[Experiment, ...]
    summaries: Mapping[Column, Summary]
    mixed: tuple[str, ...]
    unresolved: frozenset[str] = frozenset()
    left_out: tuple[Experiment, ...] = ()


def under_headings(experiments: Iterable[Experiment]) -> list[list[Experiment]]:
    """The experiments that stand under one heading of a note, where they are several."""
    found: dict[tuple[str, str], list[Experiment]] = {}
    for experiment in experiments:
        if experiment.group:
            found.setdefault((experiment.where.path, experiment.group), []).append(experiment)
    return [each for each in found.values() if len(each) > 1]


def grouped(experiments: Sequence[Experiment], by: Sequence[str], *, metrics: bool = False) -> tuple[Group, ...]:
    """Groups by the settings `by`, the highest mean AP first; of each task's AP, or of COCO's 12 where `metrics`.

    Experiments without a result are left out. Raises UsageError where no experiment has such a setting.
    """
    known = [column.key for column in setting_columns(experiments)]
    for name in by:
        if name not in known:
            raise UsageError(f"no experiment has a setting {plain(name, 80)!r}. {suggestion(name, known)}")
    tasks = tasks_of(experiments)
    columns = [Column(name, task) for task in tasks for name in (COCO_METRICS if metrics else ("AP",))]
    alikes = {task: {each.id for each in alike(experiments, task)} for task in tasks}
    parted: dict[tuple[object, ...], list[Experiment]] = {}
    for experiment in experiments:
        parted.setdefault(tuple(experiment.value(name) for name in by), []).append(experiment)
    groups = [_group(members, by, columns, alikes) for members in parted.values()]
    groups = sorted((g for g in groups if g.summaries or g.left_out), key=lambda g: [-_mean(g, task) for task in tasks])
    return tuple(_judged(group, groups, tasks) for group in groups)


def _mean(group: Group, task: str) -> float:
    summary = group.summaries.get(Column("AP", task))
    return summary.mean if summary else -1.0


def _group(
    members: Sequence[Experiment], by: Sequence[str], columns: Sequence[Column], alikes: Mapping[str, set[str]]
) -> Group:
    summaries = {}
    for column in columns:
        task = column.task or "bbox"
        values = values_of((each for each in members if each.id in alikes[task]), column.key, task)
        if values:
            deviation = stdev(values) if len(set(values)) > 1 else None
            summaries[column] = Summary(fmean(values), deviation, len(values))
    settings = [declared(experiment) for experiment in members]
    names = dict.fromkeys(name for each in settings for name in each if name != "seed" and name not in by)
    mixed = tuple(n for n in names if len({each[n].value if n in each else None for each in settings}) > 1)
    others = tuple(each for each in members if each.tasks and not any(each.id in ids for ids in alikes.values()))
    key = tuple(members[0].setting(name) for name in by)
    return Group(key, tuple(members), summaries, mixed, left_out=others)


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
    return replace(group, unresolved=frozenset(unresolved))


def spread(groups: Sequence[Group], task: str) -> Noise:
    """The noise among groups: the images that all were evaluated on, and the deviation pooled from all groups."""
    images, reason = common_images([experiment for group in groups for experiment in group.experiments])
    parts = ([e for e in group.experiments if e not in group.left_out] for group in groups)
    return Noise(images, *pooled(values_of(part, "AP", task) for part in parts), reason)
