"""The stages in their order; the only module that knows them all.

discover -> read -> parse -> records -> store -> join -> check -> render
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fcosreport import __version__, check, note
from fcosreport.dialect import dialects
from fcosreport.discover import Discovery, Found
from fcosreport.join import join
from fcosreport.read import read
from fcosreport.records import Evaluation, Fragment, Issue, Records, Setting, Source
from fcosreport.renderer import Report
from fcosreport.settings import Settings
from fcosreport.store import Row, Store, is_under

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
    return Store(path, " ".join((__version__, *(each.name for each in dialects()))), make=make)


def collect(paths: Sequence[Path], store: Store, progress: Progress = iter) -> Collected:
    """Read what is new or changed under `paths`, and what their notes cite, into the store.

    Raises UsageError for a path that is not there, StoreError where the store cannot be written.
    """
    known = store.known()
    rows: list[Row] = []
    seen: set[str] = set()
    roots: list[str] = []
    issues: list[Issue] = []
    waiting = list(paths)
    while waiting:
        discovery = Discovery(waiting)
        found = [file for file in discovery.files() if file.key not in seen]
        seen.update(file.key for file in found)
        roots.extend(discovery.roots)
        issues.extend(discovery.issues)
        changed = [file for file in found if known.get(file.key) != (file.shown, file.size, file.mtime)]
        fresh = [_row(file) for file in progress(changed)]
        rows.extend(fresh)
        old_notes = [file.key for file in found if file.origin == "note" and file not in changed]
        notes = [*(fragment for *_, fragment in fresh), *(store.fragments(old_notes) if old_notes else ())]
        waiting = [path for fragment in notes for path in _cited(fragment, roots)]
    gone = [path for path in known if path not in seen and is_under(path, roots)]
    if rows or gone:
        store.save(rows, gone, join)
    fresh_issues = tuple(issue for *_, fragment in rows for issue in fragment.issues)
    return Collected(
        len(rows), len(seen) - len(rows), len(gone), tuple(roots[: len(paths)]), tuple(issues), fresh_issues
    )


def report(store: Store, settings: Settings, roots: Sequence[str] = (), issues: Sequence[Issue] = ()) -> Report:
    """The report of what the store holds under `roots` (absolute paths; of everything, if none are given).

    `issues` are those of the walk, which no file owns.
    """
    fragments = store.fragments(roots)
    sources = tuple(fragment.source for fragment in fragments)
    shown = {source.path for source in sources}
    records = Records(
        experiments=tuple(e for e in store.experiments() if not shown.isdisjoint(e.files)),
        steps=tuple(step for fragment in fragments for step in fragment.steps),
        issues=(*issues, *(issue for fragment in fragments for issue in fragment.issues)),
        sources=sources,
    )
    findings = check.check(records, settings)
    return Report(
        title=_title(sources),
        version=__version__,
        experiments=check.suspects(records.experiments, findings),
        findings=findings,
        issues=records.issues,
        sources=sources,
        steps=records.steps,
        passed=check.passed(findings),
    )


def _row(file: Found) -> Row:
    reading = read(Path(file.path), file.shown, file.origin)
    evaluations = tuple(record for record in reading.records if isinstance(record, Evaluation))
    issues = tuple(record for record in reading.records if isinstance(record, Issue))
    if file.origin == "note":
        noted = note.read(reading.text, file.shown, evaluations)
        fragment = Fragment(
            source=reading.source, experiments=noted.experiments, steps=noted.steps, issues=(*issues, *noted.issues)
        )
    else:
        settings = tuple(record for record in reading.records if isinstance(record, Setting))
        fragment = Fragment(source=reading.source, evaluations=evaluations, settings=settings, issues=issues)
    return file.key, file.shown, file.size, file.mtime, fragment


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
