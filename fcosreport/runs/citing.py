"""What single files say, joined: a note's experiments with the runs that they cite or name.

`join` is the definition, for all files at once. The store does the same with the files that matter (see joining).
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import islice, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.records import Citation, Evaluation, Experiment, Fragment, State
from fcosreport.runs.apart import names_apart
from fcosreport.runs.joining import runs_of
from fcosreport.runs.links import tells_apart
from fcosreport.runs.retold import ENOUGH, digits, is_retold, merged_results, retold
from fcosreport.runs.run import Run

LAST = "\U0010ffff"
"""Sorts behind all that a path can go on with."""
SEVERAL = 100
"""Runs among which quoted numbers tell the one that is meant; of more, some have these numbers by chance."""

_TIME = re.compile(r"\d{6}")


class Place(NamedTuple):
    """Which run: its path, and its number among the runs of that path."""

    path: str
    number: int


Ending = Callable[[str], Collection[Place]]
"""The runs whose path, or that of one of their files, begins so when it is read backwards: `log.txt/lr1en3/`."""
Made = Callable[[Collection[Place]], Iterable[tuple[Place, Run]]]
"""The runs in these places, in any order."""


def join(fragments: Sequence[Fragment]) -> tuple[Experiment, ...]:
    """All experiments: those of notes in their order, with the evidence of the runs they cite; then runs by path."""
    runs = placed(runs_of(fragment for fragment in fragments if fragment.source.kind != "note"))
    notes = (fragment for fragment in fragments if fragment.source.kind == "note")
    said = [(experiment, note.source.path) for note in notes for experiment in note.experiments]
    answers = noted(said, _endings(runs), lambda places: ((place, runs[place]) for place in places))
    joined = sorted(answers, key=lambda answer: answer[0])
    cited = {place for _, _, place in joined}
    alone = (run.experiment() for place, run in runs.items() if place not in cited)
    found = (*(experiment for _, experiment, _ in joined), *(experiment for experiment in alone if experiment))
    apart = names_apart((each.id, each.name) for each in found)
    return tuple(replace(each, name=apart.get(each.id, each.name)) for each in found)


def placed(runs: Iterable[Run]) -> dict[Place, Run]:
    """The runs by their places."""
    numbers: Counter[str] = Counter()
    places = {}
    for run in runs:
        path = str(run.path)
        places[Place(path, numbers[path])] = run
        numbers[path] += 1
    return places


def backwards(run: Run) -> set[str]:
    """The paths of the run and of its files, read backwards."""
    return {_backwards(_parts(path)) for path in (str(run.path), *run.files)}


def noted(
    said: Sequence[tuple[Experiment, str]], ending: Ending, made: Made
) -> Iterator[tuple[int, Experiment, Place | None]]:
    """Experiments of notes, each `said` with the path of its note, joined with the runs that they cite or name.

    In any order: the number of what was said, the experiment, and the place of its run. What several notes say of one
    run is one experiment, which has the number of the first of them.
    """
    ending = cache(ending)
    nearest = cache(partial(_nearest, ending))
    meant = [_meant(experiment, nearest, ending) for experiment, _ in said]
    beside = {number: _of_folder(said[number][0], ending) for number, places in enumerate(meant) if not places}
    meant = [beside.get(number, places) for number, places in enumerate(meant)]
    unclear: dict[int, set[Place]] = {
        number: set() for number, places in enumerate(meant) if len(places) > 1 or number in beside
    }
    few = [number for number in unclear if len(meant[number]) <= SEVERAL]
    quoting = [number for number in few if any(each.metrics for each in said[number][0].evaluations)]
    for place, run in made({place for number in quoting for place in meant[number]}):
        for number in quoting:  # such as a log of several trainings: the one whose numbers the note quotes
            least = ENOUGH if number in beside else 1
            if place in meant[number] and _has_numbers_of(said[number][0], run, least):
                unclear[number].add(place)
    cited: dict[Place, list[int]] = defaultdict(list)
    alone: list[int] = []
    for number in range(len(said)):
        places = unclear.get(number, meant[number])
        (cited[next(iter(places))] if len(places) == 1 else alone).append(number)
    for group in retold([said[number][0] for number in alone]):
        told = [said[alone[at]] for at in group]
        one = replace(_together(told), evaluations=merged_results(*(each for each, _ in told)))
        yield alone[group[0]], replace(one, files=_notes(told)), None
    for place, run in made(cited):
        for numbers in _of_one_run(said, cited[place]):
            told = [said[number] for number in numbers]
            yield numbers[0], _with_evidence(_together(told), _notes(told), run), place


def _endings(runs: Mapping[Place, Run]) -> Ending:
    paths = sorted((path, place) for place, run in runs.items() for path in backwards(run))

    def ending(text: str) -> set[Place]:
        first, last = (bisect_left(paths, (each,)) for each in (text, text + LAST))
        return {place for _, place in paths[first:last]}

    return ending


def _meant(
    experiment: Experiment, nearest: Callable[[str, str], Collection[Place]], ending: Ending
) -> Collection[Place]:
    """The runs that the experiment may mean: by what it cites, else the one that bears its name."""
    if experiment.citation:
        parts, note = _parts(experiment.citation.text), experiment.where.path
        ends = (parts[first:] for first in range(len(parts)) if not (first and all(map(_says_little, parts[first:]))))
        found = next(filter(None, (nearest(_backwards(end), note) for end in ends)), ())
        return [place for place in found if _is_beside(place, parts, note)] if all(map(_says_little, parts)) else found
    mentioned = [nearest(_backwards(parts), experiment.where.path) for parts in map(_parts, experiment.mentions)]
    mentioned = [places for places in mentioned if len({place.path for place in places}) == 1]
    if mentioned:
        return mentioned[0] if len({place.path for places in mentioned for place in places}) == 1 else ()
    name = _parts(experiment.name)
    named = [place for place in ending(_backwards(name)) if _parts(place.path)[-1:] == name] if len(name) == 1 else []
    return named if len(named) == 1 else ()


def _of_folder(experiment: Experiment, ending: Ending) -> Collection[Place]:
    """The runs of the folder in which the note lies, of which one may be meant if it has the numbers."""
    folder = _parts(experiment.where.path)[:-1] if experiment.evaluations and not experiment.citation else ()
    return [place for place in ending(_backwards(folder)) if _parts(place.path) == folder] if folder else []


def _is_beside(place: Place, cited: Sequence[str], note: str) -> bool:
    """Whether a note lies in the project whose run it cites, or above it: each project has a `runs/train/exp`."""
    project, folder = _parts(place.path)[: -len(cited)], _parts(note)[:-1]
    shared = len(list(_common(project, folder)))
    return shared in (len(project), len(folder))


def _says_little(part: str) -> bool:
    """Whether very different runs have this name, such as `log.txt` or `exp2`; the time in a name tells runs apart."""
    return not (_TIME.search(part) or tells_apart(part.partition(".")[0]))


def _nearest(ending: Ending, text: str, note: str) -> Sequence[Place]:
    """Of the runs whose path ends so, those that lie nearest to the note; so many that they are too many, of more."""
    near = {place: len(list(_common(_parts(note), _parts(place.path)))) for place in ending(text)}
    most = max(near.values(), default=0)
    return list(islice((place for place, shared in near.items() if shared == most), SEVERAL + 1))


def _has_numbers_of(experiment: Experiment, run: Run, least: int) -> bool:
    """Whether the run has an evaluation that the note quotes, rounded or not, in so many digits at least."""
    quoted = [each for each in experiment.evaluations if each.metrics]
    return any(_quotes(claim, logged) >= least for claim in quoted for logged in run.evaluations)


def _quotes(claim: Evaluation, logged: Evaluation) -> int:
    """The digits of a claim whose numbers are all those of a logged result; else 0."""
    is_whole = claim.task == logged.task and all(logged.metric(m.name) for m in claim.metrics)
    return (is_whole and digits(claim, logged)) or 0


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[/\\]+", path.strip().lower()) if part not in ("", ".", ".."))


def _backwards(parts: Sequence[str]) -> str:
    return "".join(f"{part}/" for part in reversed(parts))


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    return takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))


def _of_one_run(said: Sequence[tuple[Experiment, str]], numbers: Iterable[int]) -> list[list[int]]:
    """The numbers of what is said of one run, together; a note that tells it under two names errs in one of them."""
    groups: list[list[int]] = []
    for number in sorted(numbers):
        experiment, note = said[number]
        told = ((group, [said[each][0] for each in group if said[each][1] == note]) for group in groups)
        mine = next((group for group, own in told if all(is_retold(each, experiment) for each in own)), None)
        if mine is None:
            groups.append(mine := [])
        mine.append(number)
    return groups


def _notes(told: Sequence[tuple[Experiment, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for _, note in told))


def _together(told: Sequence[tuple[Experiment, str]]) -> Experiment:
    """What several notes say of one run, in their order: each has its claims, and the last one knows its state.

    One that says that it was stopped knows more of it than those that merely have its result.
    """
    said = [each for each, _ in told]
    known = [each for each in said if each.is_evident or each.state == "finished"] or said
    if not any(each.ticked for each in said):
        known = [each for each in known if each.state == "stopped"] or known
    return replace(
        said[0],
        settings=tuple(dict.fromkeys(setting for each in said for setting in each.settings)),
        evaluations=tuple(evaluation for each in said for evaluation in each.evaluations),
        state=known[-1].state,
        reason=known[-1].reason,
        ticked=any(each.ticked for each in said),
    )


def _with_evidence(experiment: Experiment, notes: Sequence[str], run: Run) -> Experiment:
    settings = run.settings
    state, reason = _seen(experiment, *run.state(settings))
    citation = experiment.citation or Citation(run.id, experiment.where)
    return replace(
        experiment,
        state=state,
        reason=reason,
        settings=(*experiment.settings, *run.declared),
        evaluations=(*experiment.evaluations, *run.results(settings)),
        events=run.events,
        curves=run.curves,
        began=run.began,
        ended=run.ended,
        citation=replace(citation, found=run.id),
        files=(*notes, *run.files),
    )


def _seen(experiment: Experiment, state: State | None, reason: str) -> tuple[State, str]:
    """State and reason of an experiment by those of its run, which knows better what is not ended yet, or was cut.

    What a person calls done is finished, however early its log ends.
    """
    if state == "stopped" and experiment.ticked:
        return "finished", f"as the note says; its log ends {reason}"
    is_better_known = experiment.state in ("planned", "noted") or (experiment.state, state) == ("finished", "stopped")
    return (state, experiment.reason or reason) if state and is_better_known else (experiment.state, experiment.reason)
