"""Files read into what the store keeps of them: one after the other, or by several processes where that pays."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType

from fcosreport.discover import Found
from fcosreport.errors import ServerError
from fcosreport.records import Evaluation, Fragment, Issue, TableRow
from fcosreport.store import Row, pack

LIVE = 600
"""Seconds after the last write in which a training without result or end counts as running."""
PARALLEL = 64 << 20
"""Bytes to read from which further processes pay: each takes half a second to start."""

Job = tuple[Found, Fragment | None]
"""A file, and what it said when it was shorter."""


class Workers:
    """Reads `files`, which it is told at once so that it knows whether processes pay."""

    def __init__(self, files: Sequence[Found]) -> None:
        count = processes([file.size for file in files])
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn")) if count > 1 else None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def rows(self, jobs: Sequence[Job]) -> list[Row | ServerError]:
        """The rows of the jobs, in their order; for a file whose server does not answer, the error."""
        if self._pool is None:
            return list(map(row_of, jobs))
        return list(self._pool.map(row_of, jobs, chunksize=max(1, min(16, len(jobs) // 8))))


def processes(sizes: Sequence[int]) -> int:
    """How many processes read files of these sizes in bytes soonest; 1 where starting more does not pay."""
    if len(sizes) < 2 or sum(sizes) < PARALLEL:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, len(sizes))


def row_of(job: Job) -> Row | ServerError:
    """What the store keeps of a file."""
    file, old = job
    try:
        fragment = fragment_of(file, old)
    except ServerError as error:
        return error
    is_half = fragment.waiting or (fragment.source.kind != "binary" and not fragment.source.fingerprint)
    mtime = 0 if is_half else file.mtime  # to be looked at again, even if it does not change
    return file.key, file.shown, file.size, mtime, pack(fragment)


def fragment_of(file: Found, old: Fragment | None = None, *, whole: bool = False) -> Fragment:
    """What a file says. `old`: what it said when it was shorter; `whole` keeps every point of its curves."""
    from fcosreport import note
    from fcosreport.read import read

    now = time.time()
    reading = read(file.path, file.shown, file.origin, old=old, now=now, whole=whole)
    issues = tuple(record for record in reading.records if isinstance(record, Issue))
    if file.origin == "note":
        claims = [record for record in reading.records if isinstance(record, Evaluation)]
        noted = note.read(reading.text, file.shown, claims)
        return Fragment(
            source=reading.source,
            experiments=noted.experiments,
            steps=noted.steps,
            issues=(*issues, *noted.issues),
            ignores=noted.ignores,
            tables=noted.tables,
            claims=noted.claims,
        )
    tables = tuple(record for record in reading.records if isinstance(record, TableRow))
    is_young = now - file.mtime / 1e9 < LIVE
    is_live = reading.waiting or (is_young and any(s.curves and not s.evaluations for s in reading.segments))
    return Fragment(
        source=reading.source,
        segments=reading.segments,
        issues=issues,
        tables=tables,
        mark=reading.mark,
        waiting=is_live,
    )
