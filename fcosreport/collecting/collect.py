"""Paths into the store: what is new or changed under them, and what their notes cite, is read and kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.collecting.cited import Citations
from fcosreport.collecting.discover import Discovery, Found
from fcosreport.collecting.executors import Start
from fcosreport.collecting.linked import Checkouts
from fcosreport.collecting.workers import Part, Workers, reader
from fcosreport.errors import ServerError
from fcosreport.files.allowed import allowed
from fcosreport.files.paths import is_under, url_of
from fcosreport.records import Fragment, Issue, Reference
from fcosreport.store.memory import uncollected
from fcosreport.store.packed import pack
from fcosreport.store.store import DAMAGED, Store

Progress = Callable[[Iterable[Part], Sequence[Found]], Iterable[Part]]
"""Hands on what is read of the files, part by part, and may show how far the work is."""


class Collected(Struct, frozen=True):
    """What a collect did: files read, files unchanged since the last time, files that are no longer there.

    `roots` are the given paths, made absolute. `issues` are those of the walk, which no file owns; `fresh_issues` those
    of the files read now, and of what their notes cite and may not be read. `is_mended` tells that the store was
    damaged: what is lost of files that were not given must be collected again. `references` are the links of notes
    that could be looked for.
    """

    read: int
    unchanged: int
    gone: int
    roots: tuple[str, ...]
    issues: tuple[Issue, ...]
    fresh_issues: tuple[Issue, ...]
    is_mended: bool
    references: tuple[Reference, ...] = ()


def open_store(path: Path, *, make: bool = True) -> Store:
    """The store in `path`. Files read by another version, or without a dialect that is there now, count as unread."""
    return Store(path, reader(), make=make)


def collect(
    paths: Sequence[Path],
    store: Store,
    progress: Progress = lambda parts, files: parts,
    executor: Start | None = None,
    follow: Sequence[Path] = (),
) -> Collected:
    """Read what is new or changed under `paths`, and what their notes cite, into the store.

    Links and citations are followed where `allowed` lets them, which is below the folders of `follow` as well. The
    workers of `executor` read, if it is given; only this process writes. Raises UsageError for a path that is not there
    or is never read, StoreError where the store cannot be written, ServerError where a server does not answer,
    WorkerError where workers fail: what was read until then is in the store.
    """
    with Workers(executor) as workers:
        return _collect(paths, store, progress, workers, follow)


def _collect(
    paths: Sequence[Path], store: Store, progress: Progress, workers: Workers, follow: Sequence[Path]
) -> Collected:
    known = store.known()
    owners = {shown: path for path, (shown, size, _) in known.items() if size != DAMAGED}
    is_mended = store.mend() or any(size == DAMAGED for _, size, _ in known.values())
    within = allowed(paths, follow)
    given = Discovery(paths, within)
    waiting = list(given.files())
    citations = Citations(within, list(given.roots), {file.key for file in waiting}, given.issues)
    fresh: list[Issue] = []
    errors: list[ServerError] = []
    references: list[Reference] = []
    checkouts = Checkouts()
    read = 0
    while waiting:
        found = [_shown_apart(file, owners) for file in waiting]
        changed = [file for file in found if known.get(file.key) != (file.shown, file.size, file.mtime)]
        for part in progress(workers.read(changed, partial(_earlier, store, known)), changed):
            store.put(part.rows)
            errors.extend(part.errors)
            fresh.extend(issue for *_, packed in part.rows for issue in packed.issues)
        if errors:
            raise errors[0]
        read += len(changed)
        waiting = []
        for file in found:
            if file.origin == "note" and not url_of(file.path) and (note := store.fragment(file.key)):
                told, cited = citations.follow(note)
                waiting.extend(cited)
                references.extend(checkouts.looked_for(file.path, note))
                if told != note:
                    store.put([(file.key, file.shown, file.size, file.mtime, pack(told))])
    gone = [path for path in known if path not in citations.seen and is_under(path, citations.roots)]
    if gone:
        store.put((), gone)
    with uncollected():
        store.join()
    unchanged = len(citations.seen) - read
    fresh_issues = (*fresh, *citations.unread)
    return Collected(
        *(read, unchanged, len(gone), given.roots, tuple(citations.issues), fresh_issues, is_mended), tuple(references)
    )


def _shown_apart(file: Found, owners: Mapping[str, str]) -> Found:
    """The file, shown by its absolute path where another one in the store, seen from another folder, has its name."""
    return file if owners.get(file.shown, file.key) == file.key else replace(file, shown=file.key)


def _earlier(store: Store, known: Mapping[str, tuple[str, int, int]], file: Found) -> Fragment | None:
    """What the file said when it was shorter, if only its size and time have changed."""
    shown, size, _ = known.get(file.key, ("", 0, 0))
    return store.fragment(file.key) if shown == file.shown and 0 < size <= file.size else None
