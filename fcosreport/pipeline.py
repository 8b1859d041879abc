"""The stages in their order; the only module that knows them all.

discover -> read -> parse -> records -> store -> join -> check -> render
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from fcosreport import __version__
from fcosreport.dialect import dialect_names
from fcosreport.discover import NOTE_SUFFIXES, Discovery, Found
from fcosreport.errors import UsageError
from fcosreport.identity import Identity
from fcosreport.join import join
from fcosreport.records import Curve, Experiment, Fragment, Issue, Records, Source
from fcosreport.renderer import Report
from fcosreport.runs import runs_of
from fcosreport.settings import Settings
from fcosreport.store import Store, is_under
from fcosreport.workers import Workers, fragment_of

BATCH = 500
"""Files that are put into the store together."""

# What reads and judges files is imported where it is used: a collect that finds nothing changed is then quick.

Progress = Callable[[Sequence[Found]], Iterable[Found]]
"""Hands the files on one by one, and may show how far the work is."""


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
    return Store(path, " ".join((__version__, *dialect_names())), make=make)


def collect(paths: Sequence[Path], store: Store, progress: Progress = iter) -> Collected:
    """Read what is new or changed under `paths`, and what their notes cite, into the store.

    Raises UsageError for a path that is not there, StoreError where the store cannot be written.
    """
    known = store.known()
    seen: set[str] = set()
    roots: list[str] = []
    issues: list[Issue] = []
    fresh: list[Issue] = []
    read = 0
    waiting = list(paths)
    while waiting:
        discovery = Discovery(waiting)
        found = [file for file in discovery.files() if file.key not in seen]
        seen.update(file.key for file in found)
        roots.extend(discovery.roots)
        changed = [file for file in found if known.get(file.key) != (file.shown, file.size, file.mtime)]
        with Workers(changed) as workers:
            for files in _batches(progress(changed)):
                rows = workers.rows([(file, _earlier(store, file, known)) for file in files])
                store.put(rows)
                fresh.extend(issue for *_, packed in rows for issue in packed.issues)
        issues.extend(discovery.issues)
        read += len(changed)
        notes = (store.fragment(file.key) for file in found if file.origin == "note")
        waiting = [path for fragment in notes if fragment for path in _cited(fragment, roots)]
    gone = [path for path in known if path not in seen and is_under(path, roots)]
    if gone:
        store.put((), gone)
    store.join(join)
    return Collected(read, len(seen) - read, len(gone), tuple(roots[: len(paths)]), tuple(issues), tuple(fresh))


def _batches(files: Iterable[Found]) -> Iterator[list[Found]]:
    """Files in lists of bounded size, so that memory is bounded and little is lost if the collect is interrupted."""
    rest = iter(files)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _earlier(store: Store, file: Found, known: Mapping[str, tuple[str, int, int]]) -> Fragment | None:
    """What the file said when it was shorter, if only its size and time have changed."""
    shown, size, _ = known.get(file.key, ("", 0, 0))
    return store.fragment(file.key) if shown == file.shown and 0 < size <= file.size else None


def watch(paths: Sequence[Path], store: Store, settings: Settings) -> Iterator[Report]:
    """The report of `paths` now, and again whenever something in it has changed; ends when it is interrupted."""
    from watchfiles import watch as changes

    from fcosreport.read import QUIET

    known: Report | None = None
    for _ in chain([()], changes(*paths, debounce=1000, rust_timeout=1000 * QUIET, yield_on_timeout=True)):
        done = collect(paths, store)
        new = report(store, settings, done.roots, done.issues)
        if new != known:
            yield new
        known = new


def whole_curves(store: Store, name: str) -> tuple[Experiment, tuple[Curve, ...]]:
    """The experiment of that name or id and its curves with every logged point, read from its logs again.

    Raises UsageError where no experiment has the name, or several.
    """
    store.join(join)
    named = [experiment for experiment in store.experiments() if name in (experiment.id, experiment.name)]
    if len(named) != 1:
        ids = ", ".join(experiment.id for experiment in named)
        raise UsageError(f"{name}: {f'several experiments: {ids}. Give one id.' if named else 'no such experiment.'}")
    (experiment,) = named
    run_id = experiment.citation.found if experiment.citation else experiment.id
    logs = [path for path in experiment.files if Path(path).suffix not in NOTE_SUFFIXES]
    runs = runs_of(fragment_of(Found(path, path, path, "log", 0, 0), whole=True) for path in logs)
    return experiment, next((run.curves for run in runs if run.id == run_id), ())


def report(
    store: Store,
    settings: Settings,
    roots: Sequence[str] = (),
    issues: Sequence[Issue] = (),
    known: frozenset[Identity] = frozenset(),
) -> Report:
    """The report of what the store holds under `roots` (absolute paths; of everything, if none are given).

    `issues` are those of the walk, which no file owns. Findings that are `known` from a baseline are ignored.
    """
    from fcosreport import baseline, check, hashing

    store.join(join)
    fragments = store.fragments(roots)
    sources = tuple(fragment.source for fragment in fragments)
    shown = {source.path for source in sources}
    records = Records(
        experiments=tuple(e for e in store.experiments() if not shown.isdisjoint(e.files)),
        steps=tuple(step for fragment in fragments for step in fragment.steps),
        issues=(*issues, *(issue for fragment in fragments for issue in fragment.issues)),
        sources=sources,
        ignores=tuple(ignore for fragment in fragments for ignore in fragment.ignores),
        tables=tuple(row for fragment in fragments for row in fragment.tables),
    )
    checked = check.check(records, settings)
    explained = hashing.explained(records, checked.findings, settings)
    findings = baseline.apply(explained, records.experiments, known)
    return Report(
        title=_title(sources),
        version=__version__,
        experiments=check.suspects(records.experiments, findings),
        findings=findings,
        issues=records.issues,
        sources=sources,
        steps=records.steps,
        passed=checked.passed,
        not_run=checked.not_run,
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
