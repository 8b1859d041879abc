"""Files read into what the store keeps of them: in this process, or by the workers of an executor where that pays.

The files are cut into chunks of like work. A chunk travels as its paths, and comes back as rows of the store; rows come
in the order of the files, whoever reads them.
"""

import os
import pickle
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import ExitStack
from functools import cache
from threading import Lock
from types import TracebackType

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.collecting.discover import Found
from fcosreport.collecting.executors import Start, cores, is_lost, processes
from fcosreport.errors import FcosreportError, ServerError, WorkerError
from fcosreport.files import packed
from fcosreport.files.paths import url_of
from fcosreport.reading.dialect import dialect_names
from fcosreport.records import DataSet, Evaluation, Experiment, Fragment, Issue, Setting, Source, TableRow, Where
from fcosreport.registry import fault
from fcosreport.store.memory import uncollected
from fcosreport.store.packed import Row, pack
from fcosreport.version import __version__

PARALLEL = 64 << 20
"""Bytes to read from which further processes pay: each takes half a second to start."""

_LEAST, _MOST = 1 << 20, 16 << 20  # bytes of a chunk
_CHUNKS = 64  # as many, if they have these sizes
_OPENING = 32 << 10  # bytes that are read in the time that one more file takes
_AHEAD = 256  # chunks that are given away before the first of them is back
_DEATHS = 3  # of a worker, one after the other, until the reading ends
_ALONE = Lock()  # dialects are not made for threads, of which a worker of Dask may have several

Job = tuple[Found, Fragment | None]
"""A file, and what it said when it was shorter."""


class Part(Struct, frozen=True):
    """Rows that were read, the bytes of their files, which worker read them, and why others could not be read."""

    rows: Sequence[Row]
    size: int
    worker: str
    errors: Sequence[ServerError] = ()


class Workers:
    """Reads files by the executor that `start` begins; without one as fits the files, in processes or in this one.

    Workers that have another `reader()` than this process are refused.
    """

    def __init__(self, start: Start | None = None) -> None:
        self._start = start
        self._running = ExitStack()
        self._executor: Executor | None = None
        self._futures: deque[Future[_Answer]] = deque()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for future in self._futures:
            future.cancel()
        self._running.__exit__(kind, error, at)

    def read(self, files: Sequence[Found], earlier: Callable[[Found], Fragment | None]) -> Iterator[Part]:
        """The rows of the files, in their order. `earlier` tells what a file said when it was shorter.

        Raises WorkerError where workers cannot read, or are lost again and again.
        """
        count = fitting([file.size for file in files])
        start = self._start or (processes(count) if count > 1 else None)
        chunks = chunked(files)
        if start is None:
            for chunk in chunks:
                yield _part(rows_of([(file, earlier(file)) for file in chunk]), chunk, "here")
        elif files:
            yield from self._shared(start, chunks, earlier)

    def _shared(
        self, start: Start, chunks: Iterator[list[Found]], earlier: Callable[[Found], Fragment | None]
    ) -> Iterator[Part]:
        given: deque[tuple[list[Found], bytes]] = deque()
        deaths = 0
        while True:
            while len(given) < _AHEAD and (chunk := next(chunks, None)):
                jobs = [(_absolute(file), earlier(file)) for file in chunk]
                given.append((chunk, pickle.dumps(_Call(reader(), pickle.dumps(jobs)))))
            if not given:
                return
            try:
                answer = self._first([call for _, call in given], start)
            except BrokenExecutor as error:
                deaths += 1
                if deaths == _DEATHS:
                    raise WorkerError(_killed(given[0][0][0])) from error
                self._futures.clear()
                self._executor = None
                self._running.close()
                continue
            except (ImportError, AttributeError) as error:
                raise WorkerError(f"A worker cannot read: {error}. {_SAME}") from error
            deaths = 0
            self._futures.popleft()
            files, _ = given.popleft()
            self._check(answer)
            yield _part(answer.rows, files, answer.worker)

    def _first(self, calls: Sequence[bytes], start: Start) -> "_Answer":
        """The answer to the first of the calls, all of which are given away."""
        self._executor = self._executor or self._running.enter_context(start())
        for call in calls[len(self._futures) :]:
            if is_lost(self._executor):
                raise CancelledError
            self._futures.append(self._executor.submit(pickle.loads, call))
        while not wait([self._futures[0]], timeout=1).done:
            if is_lost(self._executor):
                raise CancelledError
        return self._futures[0].result()

    def _check(self, answer: "_Answer") -> None:
        if answer.reader != reader():
            other = sorted(set(answer.reader.split()) ^ set(reader().split()))
            raise WorkerError(f"Worker {answer.worker} has another fcosreport: {', '.join(other)} differ. {_SAME}")
        unseen = next((path for path in answer.missing if os.path.exists(path)), None)
        if unseen:
            raise WorkerError(
                f"Worker {answer.worker} does not see {unseen}. Mount its folder there at the same path; what was read "
                "before is kept."
            )


class _Answer(Struct, frozen=True):
    """What a worker makes of a chunk: rows, its name and what reads files there, and the paths that are not there."""

    rows: Sequence[Row | ServerError]
    worker: str
    reader: str
    missing: Sequence[str]


class _Call(Struct, frozen=True):
    """A chunk to be read, as a pickle that is the `_Answer` where it is loaded.

    Neither function nor argument needs fcosreport before: Dask's scheduler is without it, and a worker that lacks it
    gives an error, where it would die of an argument that it cannot load.
    """

    reader: str
    jobs: bytes

    def __reduce__(self) -> tuple[Callable[[str, bytes], _Answer], tuple[str, bytes]]:
        return _answer, (self.reader, self.jobs)


def _answer(asked: str, jobs: bytes) -> _Answer:
    """What is in the files of the pickled jobs; nothing where another reader than the one here is `asked` for."""
    here, worker = reader(), f"{socket.gethostname()}:{os.getpid()}"
    if here != asked:
        return _Answer((), worker, here, ())
    loaded: list[Job] = pickle.loads(jobs)
    missing = [file.path for file, _ in loaded if not url_of(file.path) and not os.path.exists(file.path)]
    with _ALONE:
        return _Answer(rows_of(loaded), worker, here, missing)


_SAME = "Install the same fcosreport, with the same further dialects, on all workers."


@cache
def reader() -> str:
    """What reads files here: the version, and the names of all dialects."""
    return " ".join((__version__, *dialect_names()))


def _killed(file: Found) -> str:
    return (
        f"The processes that read {file.shown} and what follows it were killed {_DEATHS} times, perhaps for want of "
        "memory. What was read before is kept; try --executor process:1."
    )


def fitting(sizes: Sequence[int]) -> int:
    """How many processes read files of these sizes in bytes soonest; 1 where starting more does not pay."""
    if len(sizes) < 2 or sum(sizes) < PARALLEL:
        return 1
    return min(cores(), len(sizes))


def chunked(files: Sequence[Found]) -> Iterator[list[Found]]:
    """The files in their order, in lists of like work."""
    least = min(_MOST, max(_LEAST, sum(map(_work, files)) // _CHUNKS))
    chunk: list[Found] = []
    work = 0
    for file in files:
        chunk.append(file)
        work += _work(file)
        if work >= least:
            yield chunk
            chunk, work = [], 0
    if chunk:
        yield chunk


def _work(file: Found) -> int:
    return file.size + _OPENING


def _part(rows: Sequence[Row | ServerError], files: Sequence[Found], worker: str) -> Part:
    errors = [row for row in rows if isinstance(row, ServerError)]
    return Part([row for row in rows if not isinstance(row, ServerError)], _size(files), worker, errors)


def _absolute(file: Found) -> Found:
    return file if url_of(file.path) else replace(file, path=os.path.abspath(file.path))


def _size(files: Sequence[Found]) -> int:
    return sum(file.size for file in files)


def rows_of(jobs: Sequence[Job]) -> list[Row | ServerError]:
    """What the store keeps of files; for one whose server does not answer, the error."""
    urls = [url for file, _ in jobs if (url := url_of(file.path))]
    with uncollected():
        if not urls:
            with packed.kept_open():
                return list(map(row_of, jobs))
        from fcosreport.files import ranges

        with ranges.ahead(urls):
            return list(map(row_of, jobs))


def row_of(job: Job) -> Row | ServerError:
    """What the store keeps of a file."""
    from fcosreport.reading.coverage import covered

    file, old = job
    try:
        fragment = fragment_of(file, old)
    except ServerError as error:
        return error
    except FcosreportError:
        raise
    except Exception as error:  # a fault of ours, or of what a plugin yields: all other files are still read
        issue = fault("fcosreport", error, Where(file.shown, 1), "in this file")
        fragment = covered(Fragment(source=Source(file.shown, "unreadable"), issues=(issue,)), None)
    is_half = fragment.source.kind != "binary" and not fragment.source.fingerprint
    mtime = 0 if is_half else file.mtime  # to be looked at again, even if it does not change
    return file.key, file.shown, file.size, mtime, pack(fragment)


def fragment_of(file: Found, old: Fragment | None = None, *, whole: bool = False) -> Fragment:
    """What a file says. `old`: what it said when it was shorter; `whole` keeps every point of its curves."""
    from fcosreport import notes
    from fcosreport.notes.markup import without_table
    from fcosreport.notes.notebooks import of_notebook
    from fcosreport.notes.table import fulfilled
    from fcosreport.reading.coverage import covered, doubt_of
    from fcosreport.reading.file import printed, read
    from fcosreport.reading.notebook import placed
    from fcosreport.runs.indistinct import indistinct

    reading = read(file.path, file.shown, file.origin, old=old, whole=whole)
    issues = tuple(record for record in reading.records if isinstance(record, Issue))
    if file.origin == "note":
        claims = [record for record in reading.records if isinstance(record, Evaluation)]
        settings = [record for record in reading.records if isinstance(record, Setting)]
        noted = notes.read(reading.text, file.shown, claims, settings, lambda texts: printed(texts, file.shown))
        fragment = Fragment(
            source=reading.source,
            experiments=tuple([_merged(each) if each.evaluations else each for each in noted.experiments]),
            steps=fulfilled(noted.steps, reading.text),
            issues=(*issues, *noted.issues),
            ignores=noted.ignores,
            tables=noted.tables,
            claims=noted.claims,
            references=noted.references,
        )
        return covered(fragment, doubt_of(without_table(reading.text)[0], fragment))
    tables = tuple(record for record in reading.records if isinstance(record, TableRow))
    if any(row.is_own for row in tables):  # what a person keeps a record in is a note, whatever its form
        experiments = notes.of_tables(tables, file.shown)
        source = replace(reading.source, kind="note")
        return covered(Fragment(source=source, experiments=experiments, issues=issues, tables=tables), None)
    if written := of_notebook(reading.text, file.shown):
        source = replace(reading.source, kind="note")
        written = placed(written, reading.text_lines)
        return covered(Fragment(source=source, experiments=written, issues=issues), None)
    fragment = Fragment(
        source=reading.source,
        segments=reading.segments,
        issues=issues,
        tables=tables,
        data_sets=tuple(record for record in reading.records if isinstance(record, DataSet)),
        mark=reading.mark,
    )
    if alike := indistinct(fragment):
        fragment = replace(fragment, issues=(*issues, alike))
    return covered(fragment, reading.doubt, is_of_classifier=reading.is_of_classifier)


def _merged(experiment: Experiment) -> Experiment:
    """The experiment with the results that its note tells in two forms as one."""
    from fcosreport.runs.evaluations import merged_in_file

    results = tuple(merged_in_file(experiment.evaluations))
    return experiment if results == experiment.evaluations else replace(experiment, evaluations=results)
