"""What single files say, joined: log files into runs, and a note's experiments with the runs that they cite or name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import PurePosixPath

from fcosreport.records import Citation, Experiment, Fragment, Setting, Where
from fcosreport.vocabulary import decode

_NO_RUN_NAME = re.compile(
    r"(log|logs|train|training|test|eval|evaluation|metrics?|results?|record|output|console|stdout|stderr|nohup|accuracy"
    r"|scalars|summary|coco_eval_result|(slurm[-_.]?)?\d+|\d{8}[_-]\d{6}|rank[_-]?\d+)"
    r"([-_.](log|train|training|test|val|eval|results?|output|rank[_-]?\d+|\d+|mAP))*",
    re.IGNORECASE,
)
"""File names that say what a file is, not which run it is of: the run is the folder."""


@dataclass(slots=True)
class _Run:
    """A run while its files are gathered. `path` is the folder, or the file where the file has the run's name."""

    path: PurePosixPath
    fragments: list[Fragment] = field(default_factory=list)
    cited: bool = False

    def experiment(self) -> Experiment | None:
        """The run as an experiment of its own; None where no file holds a result."""
        evaluations = tuple(e for fragment in self.fragments for e in fragment.evaluations)
        if not evaluations:
            return None
        return Experiment(
            id=str(self.path),
            name=self.path.name,
            state="finished",
            where=evaluations[0].where,
            settings=self.settings(evaluations[0].where),
            evaluations=evaluations,
            files=self.files(),
        )

    def settings(self, where: Where) -> tuple[Setting, ...]:
        """What the run's name says, then what its files say: the files hold."""
        return (*decode(self.path.name, where), *(s for fragment in self.fragments for s in fragment.settings))

    def files(self) -> tuple[str, ...]:
        return tuple(fragment.source.path for fragment in self.fragments)


def join(fragments: Sequence[Fragment]) -> tuple[Experiment, ...]:
    """All experiments: those of notes in their order, with the evidence of the runs they cite; then runs by path."""
    runs = _runs(fragment for fragment in fragments if fragment.source.kind != "note")
    index = _Index(runs)
    noted = [
        _with_evidence(experiment, index.find(experiment), fragment.source.path)
        for fragment in fragments
        if fragment.source.kind == "note"
        for experiment in fragment.experiments
    ]
    alone = (run.experiment() for run in runs if not run.cited)
    return (*noted, *(experiment for experiment in alone if experiment))


def _runs(fragments: Iterable[Fragment]) -> list[_Run]:
    runs: dict[PurePosixPath, _Run] = {}
    for fragment in fragments:
        path = _run_path(PurePosixPath(fragment.source.path))
        runs.setdefault(path, _Run(path)).fragments.append(fragment)
    return [runs[path] for path in sorted(runs)]


def _run_path(file: PurePosixPath) -> PurePosixPath:
    stem = file.name.partition(".")[0] if not file.name.startswith(".") else file.name
    if _NO_RUN_NAME.fullmatch(stem) and file.parent.name:
        return file.parent
    while file.suffix.lower() in (".log", ".txt", ".json", ".jsonl", ".out", ".csv"):
        file = file.with_suffix("")
    return file


class _Index:
    """Runs by the last part of their path, to find the one that a note means."""

    def __init__(self, runs: Sequence[_Run]) -> None:
        self._by_name: dict[str, list[_Run]] = defaultdict(list)
        for run in runs:
            names = {run.path.name, *(PurePosixPath(path).name for path in run.files())}
            for name in names:
                self._by_name[name.lower()].append(run)

    def find(self, experiment: Experiment) -> _Run | None:
        """The run that the experiment cites, else the one that bears its name; None where none or several fit."""
        if experiment.citation:
            return self._cited(_parts(experiment.citation.text), experiment.where.path)
        name = experiment.name.lower()
        named = [run for run in self._by_name.get(name, ()) if run.path.name.lower() == name]
        return named[0] if len(named) == 1 else None

    def _cited(self, cited: tuple[str, ...], note: str) -> _Run | None:
        fits = [(_agreement(run, cited), run) for run in self._by_name.get(cited[-1], ())] if cited else []
        best = max((agreement for agreement, _ in fits), default=0)
        runs = [run for agreement, run in fits if agreement == best]
        if len(runs) > 1:  # the same name in several places: the note means the one that lies nearest to it
            near = [len(list(_common(_parts(note), _parts(str(run.path))))) for run in runs]
            runs = [run for run, shared in zip(runs, near, strict=True) if shared == max(near)]
        return runs[0] if len(runs) == 1 else None


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[/\\]+", path.strip().lower()) if part not in ("", ".", ".."))


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    return takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))


def _agreement(run: _Run, cited: tuple[str, ...]) -> int:
    """How many parts of the cited path agree with the run's folder or one of its files, from the end."""
    paths = (str(run.path), *run.files())
    return max(len(list(_common(cited[::-1], _parts(path)[::-1]))) for path in paths)


def _with_evidence(experiment: Experiment, run: _Run | None, note: str) -> Experiment:
    if run is None:
        return replace(experiment, files=(note,))
    run.cited = True
    evidence = tuple(e for fragment in run.fragments for e in fragment.evaluations)
    citation = experiment.citation or Citation(str(run.path), experiment.where)
    return replace(
        experiment,
        state="finished" if evidence and experiment.state == "planned" else experiment.state,
        settings=(*experiment.settings, *run.settings(evidence[0].where if evidence else experiment.where)),
        evaluations=(*experiment.evaluations, *evidence),
        citation=replace(citation, found=str(run.path)),
        files=(note, *run.files()),
    )
