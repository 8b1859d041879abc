"""The stages in their order; the only module that knows them all.

discover -> read -> parse -> records -> store -> join -> check -> render
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from fcosreport.discover import NOTE_SUFFIXES, Discovery, Found
from fcosreport.errors import ServerError
from fcosreport.executors import Start
from fcosreport.frames import Column
from fcosreport.garbage import uncollected
from fcosreport.identity import Identity
from fcosreport.records import Curve, Experiment, Fragment, Issue, Outline, Records, Source
from fcosreport.renderer import Report, View
from fcosreport.runs import runs_of
from fcosreport.settings import Settings
from fcosreport.store import Store, is_under
from fcosreport.urls import url_of
from fcosreport.version import __version__
from fcosreport.workers import Part, Workers, fragment_of, reader

# What reads and judges files is imported where it is used: a collect that finds nothing changed is then quick.

Progress = Callable[[Iterable[Part], Sequence[Found]], Iterable[Part]]
"""Hands on what is read of the files, part by part, and may show how far the work is."""

Select = Callable[[Store, Sequence[Column]], Iterable[Experiment]]
"""Gives the experiments of a store that may be shown; the columns are those of all its experiments."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collect did: files read, files unchanged since the last time, files that are no longer there.

    `roots` are the given paths, made absolute. `issues` are those of the walk, which no file owns; `fresh_issues` those
    of the files read now.
    """

    read: int
    unchanged: int
    gone: int
    roots: tuple[str, ...]
    issues: tuple[Issue, ...]
    fresh_issues: tuple[Issue, ...]


def open_store(path: Path, *, make: bool = True) -> Store:
    """The store in `path`. Files read by another version, or without a dialect that is there now, count as unread."""
    return Store(path, reader(), make=make)


def collect(
    paths: Sequence[Path],
    store: Store,
    progress: Progress = lambda parts, files: parts,
    executor: Start | None = None,
) -> Collected:
    """Read what is new or changed under `paths`, and what their notes cite, into the store.

    The workers of `executor` read, if it is given; only this process writes. Raises UsageError for a path that is not
    there, StoreError where the store cannot be written, ServerError where a server does not answer, WorkerError where
    workers fail: what was read until then is in the store.
    """
    with Workers(executor) as workers:
        return _collect(paths, store, progress, workers)


def _collect(paths: Sequence[Path], store: Store, progress: Progress, workers: Workers) -> Collected:
    known = store.known()
    owners = {shown: path for path, (shown, *_) in known.items()}
    seen: set[str] = set()
    roots: list[str] = []
    issues: list[Issue] = []
    fresh: list[Issue] = []
    errors: list[ServerError] = []
    read = 0
    waiting = list(paths)
    while waiting:
        discovery = Discovery(waiting)
        found = [_told_apart(file, owners) for file in discovery.files() if file.key not in seen]
        seen.update(file.key for file in found)
        roots.extend(discovery.roots)
        changed = [file for file in found if known.get(file.key) != (file.shown, file.size, file.mtime)]
        for part in progress(workers.read(changed, partial(_earlier, store, known)), changed):
            store.put(part.rows)
            errors.extend(part.errors)
            fresh.extend(issue for *_, packed in part.rows for issue in packed.issues)
        if errors:
            raise errors[0]
        issues.extend(discovery.issues)
        read += len(changed)
        notes = (store.fragment(file.key) for file in found if file.origin == "note" and not url_of(file.path))
        waiting = [path for fragment in notes if fragment for path in _cited(fragment, roots)]
    gone = [path for path in known if path not in seen and is_under(path, roots)]
    if gone:
        store.put((), gone)
    with uncollected():
        store.join()
    return Collected(read, len(seen) - read, len(gone), tuple(roots[: len(paths)]), tuple(issues), tuple(fresh))


def _told_apart(file: Found, owners: Mapping[str, str]) -> Found:
    """The file, shown by its absolute path where another one in the store, seen from another folder, has its name."""
    return file if owners.get(file.shown, file.key) == file.key else replace(file, shown=file.key)


def _earlier(store: Store, known: Mapping[str, tuple[str, int, int]], file: Found) -> Fragment | None:
    """What the file said when it was shorter, if only its size and time have changed."""
    shown, size, _ = known.get(file.key, ("", 0, 0))
    return store.fragment(file.key) if shown == file.shown and 0 < size <= file.size else None


def watch(paths: Sequence[Path], store: Store, settings: Settings) -> Iterator[Report]:
    """The report of `paths` now, and again whenever something in it has changed; ends when it is interrupted."""
    from watchfiles import watch as changes

    from fcosreport.read import QUIET

    known: Report | None = None
    local = [path for path in paths if not url_of(path)]  # a server is asked whenever the time is over
    for _ in chain([()], changes(*local, debounce=1000, rust_timeout=1000 * QUIET, yield_on_timeout=True)):
        done = collect(paths, store)
        new = report(store, settings, done.roots, done.issues)
        if new != known:
            yield new
        known = new


def named(store: Store, name: str, roots: Sequence[str] = ()) -> Experiment:
    """The experiment of that name or id; of those under `roots` (absolute paths), if any are given.

    Raises UsageError where no experiment has the name, or several.
    """
    from fcosreport.comparing import chosen

    store.join()
    found = store.named(name)
    if roots:
        shown = {outline.source.path for outline in store.outlines(roots)}
        found = [experiment for experiment in found if not shown.isdisjoint(experiment.files)]
    return chosen(found, name, store.names)


def with_whole_curves(store: Store, name: str) -> Experiment:
    """The experiment of that name or id, its curves with every logged point, read from its logs again.

    Raises UsageError as `named` does.
    """
    experiment = named(store, name)
    logs = [path for path in experiment.files if Path(path).suffix not in NOTE_SUFFIXES]
    curves = _curves_of(fragment_of(Found(path, path, path, "log", 0, 0), whole=True) for path in logs)
    return replace(experiment, curves=curves.get(_run_id(experiment), ()))


def with_curves(store: Store, report: Report, limit: int) -> Report:
    """The report, the weightiest experiments that have curves (at most `limit`) with their points, for charts."""
    curved = replace(report, experiments=tuple(each for each in report.experiments if each.curves))
    pointed = {each.id: each for each in with_points(store, curved.rows(limit))}
    return replace(report, experiments=tuple(pointed.get(each.id, each) for each in report.experiments))


def with_points(store: Store, experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """The experiments, their curves with the points that the store keeps of them."""
    if not experiments:
        return ()
    logs = sorted({path for experiment in experiments for path in experiment.files})
    curves = _curves_of(fragment for fragment in store.fragments_of(logs) if fragment.source.kind == "log")
    return tuple(replace(each, curves=curves.get(_run_id(each), each.curves)) for each in experiments)


def _curves_of(fragments: Iterable[Fragment]) -> dict[str, tuple[Curve, ...]]:
    return {run.id: run.curves for run in runs_of(fragments)}


def _run_id(experiment: Experiment) -> str:
    return (experiment.citation.found if experiment.citation else None) or experiment.id


def report(
    store: Store,
    settings: Settings,
    roots: Sequence[str] = (),
    issues: Sequence[Issue] = (),
    known: frozenset[Identity] = frozenset(),
    select: Select | None = None,
) -> Report:
    """The report of what the store holds under `roots` (absolute paths; of everything, if none are given).

    `issues` are those of the walk, which no file owns. Findings that are `known` from a baseline are ignored. Of a
    large store that was judged before, only the experiments are read that `select` gives; the view counts the others as
    hidden.
    """
    with uncollected():
        return _report(store, settings, roots, issues, known, select)


def _report(
    store: Store,
    settings: Settings,
    roots: Sequence[str],
    issues: Sequence[Issue],
    known: frozenset[Identity],
    select: Select | None,
) -> Report:
    from fcosreport import baseline, check, judging

    store.join()
    place = judging.Kept.of(store, roots, settings)
    outlines = store.outlines(roots)
    sources = tuple(outline.source for outline in outlines)
    shown = {source.path for source in sources}
    judgement = place.get()
    selected = select(store, judgement.columns) if select and judgement and not known else store.experiments()
    experiments = tuple(each for each in selected if not shown.isdisjoint(each.files))
    records = _records(store, experiments, outlines, issues)
    if judgement is None:
        judgement = judging.judged(records, settings)
        place.put(judgement)
    findings = baseline.apply(judgement.findings, experiments, known)
    return Report(
        title=_title(sources),
        version=__version__,
        experiments=check.suspects(experiments, findings),
        findings=findings,
        issues=records.issues,
        sources=sources,
        steps=records.steps,
        passed=judgement.passed,
        not_run=judgement.not_run,
        columns=judgement.columns,
        view=View(hidden=judgement.count - len(experiments)),
    )


def _records(
    store: Store, experiments: Sequence[Experiment], outlines: Sequence[Outline], issues: Sequence[Issue]
) -> Records:
    """What the rules are shown: the learning rates of runs that were resumed with their points, to find jumps."""
    resumed = with_points(store, [e for e in experiments if any(event.kind == "resumed" for event in e.events)])
    pointed = {experiment.id: experiment for experiment in resumed}
    return Records(
        experiments=tuple(pointed.get(experiment.id, experiment) for experiment in experiments),
        steps=tuple(step for outline in outlines for step in outline.steps),
        issues=(*issues, *(issue for outline in outlines for issue in outline.issues)),
        sources=tuple(outline.source for outline in outlines),
        ignores=tuple(ignore for outline in outlines for ignore in outline.ignores),
        tables=tuple(row for outline in outlines for row in outline.tables),
        claims=tuple(claim for outline in outlines for claim in outline.claims),
        whole=len(experiments) == store.size(),
    )


def _cited(fragment: Fragment, roots: Sequence[str]) -> Iterator[Path]:
    """The files and folders that a note cites, where they exist beside or above it and are not collected anyway."""
    note_path = Path(fragment.source.path).absolute()
    for text in {e.citation.text for e in fragment.experiments if e.citation}:
        for folder in note_path.parents:
            path = Path(os.path.normpath(folder / text))
            if _exists(path):
                if not note_path.is_relative_to(path) and not is_under(str(path), roots):
                    yield path
                break


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for the file system, or with a NUL in it
        return False


def _title(sources: Sequence[Source]) -> str:
    """The folder that all sources share, or the file where there is one."""
    paths = [source.path for source in sources]
    if not paths:
        return "Experiments"
    common = os.path.commonpath(paths) if len({os.path.isabs(path) for path in paths}) == 1 else ""
    return os.path.basename(os.path.abspath(common))
