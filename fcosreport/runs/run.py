"""A run: what its files say, joined, and what that makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from fcosreport.files.paths import url_of
from fcosreport.records import Curve, Evaluation, Event, Experiment, Segment, Setting, State, Where
from fcosreport.runs.declared import following
from fcosreport.runs.evaluations import subjected
from fcosreport.runs.links import Beginning, stem_of, telling_name
from fcosreport.runs.state import state_of
from fcosreport.runs.twins import stitched
from fcosreport.vocabulary import decode


@dataclass(slots=True)
class Run:
    """One run. `path`: its folder, or its file where that has a name of its own; `part` tells runs of a path apart.

    `is_start`: nothing came of it but its start, while others in its place went on. `is_bare`: its settings are all
    that is at hand.
    """

    path: PurePosixPath
    files: list[str]
    segments: list[Segment]
    evaluations: list[Evaluation]
    part: str = ""
    configs: list[Setting] = field(default_factory=list)
    copied_as: set[Beginning] = field(default_factory=set)
    is_start: bool = False
    is_bare: bool = False

    @property
    def id(self) -> str:
        path = url_of(self._place) or str(self._place)
        return f"{path} ({self.part})" if self.part else path

    @property
    def name(self) -> str:
        """The run's name: its folder, with the one above that tells it apart."""
        named = telling_name(self._place)
        return f"{named} ({self.part})" if self.part else named

    @property
    def _place(self) -> PurePosixPath:
        """The path, or its first file where the folder is the one that is worked in, which has no name."""
        return self.path if self.path.name else stem_of(PurePosixPath(self.files[0]))

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves of all segments; stitched ones are concatenated."""
        return self.segments[0].curves if len(self.segments) == 1 else stitched([s.curves for s in self.segments])

    @property
    def began(self) -> str:
        return next((segment.began for segment in self.segments if segment.began), "")

    @property
    def ended(self) -> str:
        return next((segment.ended for segment in reversed(self.segments) if segment.ended), "")

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(event for segment in self.segments for event in segment.events)

    @property
    def declared(self) -> tuple[Setting, ...]:
        """What the run's configuration files say, then its logs: the last holds, from where it was said first on."""
        said = (*self.configs, *(setting for segment in self.segments for setting in segment.settings))
        held: dict[str, Setting] = {}
        told: list[Setting] = []
        for each in said:
            if each.name not in held or held[each.name].value != each.value:
                told.append(each)
                held[each.name] = each
        return (*told, *following(told))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What the run's name says, then what it declares."""
        return (*decode(self._place.name, self.where), *self.declared)

    def results(self, settings: Sequence[Setting]) -> tuple[Evaluation, ...]:
        """The evaluations, with what the run's settings say of them."""
        return tuple(subjected(self.evaluations, settings, trained=bool(self.curves), folder=f"{self.path}/"))

    def state(self, settings: Sequence[Setting]) -> tuple[State | None, str]:
        """State and reason by the run's settings; no state for files that tell of no result, no training and no end."""
        state, reason = state_of(self.events, self.evaluations, self.curves, {s.name: s for s in settings})
        if state is None and self.is_bare:
            return "noted", "only its settings are here"
        return ("stopped", "before its first step") if state is None and self.is_start else (state, reason)

    def experiment(self) -> Experiment | None:
        """The run as an experiment; None where nothing was trained or evaluated in it, and nothing failed."""
        settings = self.settings
        state, reason = self.state(settings)
        if state is None:
            return None
        return Experiment(
            id=self.id,
            name=self.name,
            state=state,
            reason=reason,
            where=self.where,
            settings=settings,
            evaluations=self.results(settings),
            events=self.events,
            curves=self.curves,
            began=self.began,
            ended=self.ended,
            files=tuple(self.files),
        )

    @property
    def where(self) -> Where:
        """Where the run is first told of."""
        return self.evaluations[0].where if self.evaluations else Where(self.files[0], self.segments[0].line)
