"""Which files grow while somebody looks at them, and at which pace a training goes on."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from fcosreport.records import Experiment, Source
from fcosreport.runs.state import progress

STILL = 600
"""Seconds after which a file that has not grown any more counts as written to its end."""


@dataclass(slots=True)
class Growth:
    """The sizes of files as they were seen last, when each was seen to have grown, and how far runs were seen when."""

    _sizes: dict[str, int] = field(default_factory=dict)
    _grown: dict[str, float] = field(default_factory=dict)
    _looks: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def growing(self, sources: Iterable[Source], now: float) -> frozenset[str]:
        """The paths of the files that grew since an earlier look, within `STILL` seconds before `now`."""
        for source in sources:
            if source.size > self._sizes.get(source.path, source.size):
                self._grown[source.path] = now
            self._sizes[source.path] = source.size
        return frozenset(path for path, at in self._grown.items() if now - at < STILL)

    def paced(self, experiment: Experiment, now: float) -> Experiment:
        """A running experiment that says how far it is, and what time is left at the pace that was seen."""
        settings = {setting.name: setting for setting in experiment.settings}
        came = progress(experiment.events, experiment.evaluations, experiment.curves, settings)
        if experiment.state != "running" or came is None:
            return experiment
        looks = self._looks.setdefault(experiment.id, [])
        if looks and came.reached < looks[-1][1]:
            looks.clear()
        if not looks or came.reached > looks[-1][1]:
            looks.append((now, came.reached))
        if len(looks) < 3:  # when the first was written is not known
            return replace(experiment, reason=str(came))
        (began, start), (last, reached) = looks[1], looks[-1]
        left = max(0.0, came.full - reached) * (last - began) / (reached - start)
        return replace(experiment, reason=f"{came}, {_duration(left)} left")


def _duration(seconds: float) -> str:
    """`3 d 4 h`, `2 h 10 min`, `45 s`."""
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    number = next((number for number, (_, size) in enumerate(units) if seconds >= size), len(units) - 1)
    name, size = units[number]
    told = f"{seconds // size:.0f} {name}"
    if number < 2:
        finer, part = units[number + 1]
        told += f" {seconds % size // part:.0f} {finer}"
    return told
