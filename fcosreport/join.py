"""What single files say, joined: a note's experiments with the runs that they cite or name."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import PurePosixPath

from fcosreport.records import Citation, Experiment, Fragment
from fcosreport.runs import Run, runs_of


def join(fragments: Sequence[Fragment]) -> tuple[Experiment, ...]:
    """All experiments: those of notes in their order, with the evidence of the runs they cite; then runs by path."""
    runs = runs_of(fragment for fragment in fragments if fragment.source.kind != "note")
    index = _Index(runs)
    noted = [
        _with_evidence(experiment, index.find(experiment), fragment.source.path)
        for fragment in fragments
        if fragment.source.kind == "note"
        for experiment in fragment.experiments
    ]
    alone = (run.experiment() for run in runs if not run.cited)
    return (*noted, *(experiment for experiment in alone if experiment))


class _Index:
    """Runs by the last part of their path, to find the one that a note means."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._by_name: dict[str, list[Run]] = defaultdict(list)
        for run in runs:
            names = {run.path.name, *(PurePosixPath(path).name for path in run.files)}
            for name in names:
                self._by_name[name.lower()].append(run)

    def find(self, experiment: Experiment) -> Run | None:
        """The run that the experiment cites, else the one that bears its name; None where none or several fit."""
        if experiment.citation:
            cited = self._cited(_parts(experiment.citation.text), experiment.where.path)
            if len(cited) > 1:  # such as a log of several trainings: the one whose numbers the note quotes
                cited = [run for run in cited if _has_numbers_of(experiment, run)]
            return cited[0] if len(cited) == 1 else None
        name = experiment.name.lower()
        named = [run for run in self._by_name.get(name, ()) if run.path.name.lower() == name]
        return named[0] if len(named) == 1 else None

    def _cited(self, cited: tuple[str, ...], note: str) -> list[Run]:
        fits = [(_agreement(run, cited), run) for run in self._by_name.get(cited[-1], ())] if cited else []
        best = max((agreement for agreement, _ in fits), default=0)
        runs = [run for agreement, run in fits if agreement == best]
        if len(runs) > 1:  # the same name in several places: the note means the one that lies nearest to it
            near = [len(list(_common(_parts(note), _parts(str(run.path))))) for run in runs]
            runs = [run for run, shared in zip(runs, near, strict=True) if shared == max(near)]
        return runs


def _has_numbers_of(experiment: Experiment, run: Run) -> bool:
    """Whether the run has an evaluation that the note quotes."""
    logged = [{m.name: m.value for m in each.metrics} for each in run.evaluations]
    quoted = [{m.name: m.value for m in each.metrics} for each in experiment.evaluations]
    return any(numbers and numbers.items() <= other.items() for numbers in quoted for other in logged)


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[/\\]+", path.strip().lower()) if part not in ("", ".", ".."))


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    return takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))


def _agreement(run: Run, cited: tuple[str, ...]) -> int:
    """How many parts of the cited path agree with the run's folder or one of its files, from the end."""
    return max(len(list(_common(cited[::-1], _parts(path)[::-1]))) for path in (str(run.path), *run.files))


def _with_evidence(experiment: Experiment, run: Run | None, note: str) -> Experiment:
    if run is None:
        return replace(experiment, files=(note,))
    run.cited = True
    state, reason = run.state()
    citation = experiment.citation or Citation(run.id, experiment.where)
    return replace(
        experiment,
        state=state if state and experiment.state == "planned" else experiment.state,
        reason=experiment.reason or (reason if experiment.state == "planned" else ""),
        settings=(*experiment.settings, *run.declared),
        evaluations=(*experiment.evaluations, *run.evaluations),
        events=run.events,
        curves=run.curves,
        began=run.began,
        ended=run.ended,
        citation=replace(citation, found=run.id),
        files=(note, *run.files),
    )
