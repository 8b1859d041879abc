"""The rows of the ☑️ table in groups: of one note or heading, and of results that can be held against each other."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.comparing.columns import Column
from fcosreport.comparing.comparable import Kind, kinds
from fcosreport.comparing.groups import under_headings
from fcosreport.comparing.images import data_set_of
from fcosreport.comparing.noise import common_images
from fcosreport.records import Evaluation, Experiment
from fcosreport.report.report import Report, finished_value

_Place = tuple[str, str]
"""A note and a heading in it; both empty for runs of which no note tells, or one of its own."""

_NOWHERE: _Place = ("", "")


class Group(Struct, frozen=True):
    """Experiments that can be held against each other.

    `title` is the note or heading, `data` what they were evaluated on; both may be empty. `leaders` are metric and id
    of what is the best in the group, where there is anything to be better than.
    """

    title: str
    data: str
    experiments: tuple[Experiment, ...]
    leaders: frozenset[tuple[Column, str]]

    def span(self, metric: Column) -> tuple[float, float] | None:
        """The lowest and the highest value of its finished experiments, where there are several."""
        values = [value for each in self.experiments if (value := finished_value(each, metric)) is not None]
        return (min(values), max(values)) if len(values) > 1 else None


def groups(report: Report, shown: Sequence[Experiment]) -> tuple[Group, ...]:
    """The experiments that are `shown`, in groups, each in the report's order; those without a result are the last."""
    places = _places(report, shown)
    told = _told(shown, places)
    likely = _Likely(shown, places, told)
    parted: dict[tuple[_Place, Kind | None], list[Experiment]] = {}
    for each in shown:
        kind = told.get(each.id) or likely.kind(each, places[each.id])
        parted.setdefault((places[each.id], kind), []).append(each)
    depths = {kind.max_dets for _, kind in parted if kind}
    titles = {place: _title(place, shown, places) for place in set(places.values())}
    is_one = len(set(places.values())) == 1
    made = (
        Group(
            _untold(report, members) if place == _NOWHERE else "" if is_one else titles[place],
            _data(report, kind, members, is_deep=len(depths) > 1),
            tuple(members),
            _leaders(report, members),
        )
        for (place, kind), members in parted.items()
    )
    return tuple(sorted(made, key=lambda group: not any(each.tasks for each in group.experiments)))


def _told(shown: Sequence[Experiment], places: dict[str, _Place]) -> dict[str, Kind]:
    """Of what kind each result is, held against those of its place."""
    results: dict[_Place, dict[str, Evaluation]] = {}
    for each in shown:
        if result := _standing(each):
            results.setdefault(places[each.id], {})[each.id] = result
    pairs = (zip(own, kinds(list(own.values())), strict=True) for own in results.values())
    return dict(chain.from_iterable(pairs))


def _places(report: Report, shown: Sequence[Experiment]) -> dict[str, _Place]:
    """Where each experiment is told of: a note with several; of one with several series the heading of its series."""
    counts = Counter(each.where.path for each in shown)
    notes = {source.path for source in report.sources if source.kind == "note" and counts[source.path] > 1}
    series = Counter(members[0].where.path for members in under_headings(shown))
    grouped = {each.id for members in under_headings(shown) if series[members[0].where.path] > 1 for each in members}
    return {
        each.id: (each.where.path, each.group if each.id in grouped else "") if each.where.path in notes else _NOWHERE
        for each in shown
    }


def _title(place: _Place, shown: Sequence[Experiment], places: dict[str, _Place]) -> str:
    path, heading = place
    return next(each.title for each in shown if places[each.id] == place) if heading else path


def _untold(report: Report, members: Sequence[Experiment]) -> str:
    return "" if any(each.tasks for each in members) else report.view.language("no result")


def _standing(experiment: Experiment) -> Evaluation | None:
    return next((result for task in experiment.tasks if (result := experiment.result(task))), None)


class _Likely:
    """Where what has no result would stand: with those of its data set, else with most others of its note."""

    def __init__(self, shown: Sequence[Experiment], places: dict[str, _Place], told: dict[str, Kind]) -> None:
        self._counts: dict[tuple[_Place, str], Counter[Kind]] = {}
        for each in shown:
            if kind := told.get(each.id):
                for data in {kind.data_set, ""}:
                    self._counts.setdefault((places[each.id], data), Counter())[kind] += 1

    def kind(self, experiment: Experiment, place: _Place) -> Kind | None:
        data = data_set_of(str(experiment.value("val_data") or ""))
        counted = self._counts.get((place, data)) if data else None
        if counted is None and place != _NOWHERE:
            counted = self._counts.get((place, ""))
        return counted.most_common(1)[0][0] if counted else None


def _data(report: Report, kind: Kind | None, members: Sequence[Experiment], *, is_deep: bool) -> str:
    """`coco_2017_val, val, 5,000 images`: as much as is told, and what is unusual.

    `is_deep`: groups differ in how many detections an image count.
    """
    configured = {data_set_of(str(each.value("val_data") or "")) for each in members}
    data = (kind.data_set if kind else "") or (configured.pop() if len(configured) == 1 else "")
    images, _ = common_images(members)
    family = kind.family if kind and kind.family != "coco" else ""
    most = f"maxDets {kind.max_dets}" if is_deep and kind and kind.max_dets else ""
    tta = "TTA" if kind and kind.augmentation == "with" else ""
    task = kind.task if kind and kind.task != report.tasks[0] else ""
    told = (data, task, family, kind.split if kind else "", tta, most, f"{images:,} images" if images else "")
    return ", ".join(filter(None, told))


def _leaders(report: Report, members: Sequence[Experiment]) -> frozenset[tuple[Column, str]]:
    own = replace(report, experiments=tuple(members))
    ranked = {
        metric for metric in own.rankings if sum(finished_value(each, metric) is not None for each in members) > 1
    }
    return frozenset((metric, name) for metric, name in own.leaders if metric in ranked)
