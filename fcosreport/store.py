"""Records in one SQLite file: a row for each file that was read, and one wide row for each experiment.

`source` remembers what each file said, so that only changed files are read again. `run` is the joined result, to be
read by fcosreport and by anyone's SQL: `select name, lr, AP, segm_AP from run order by AP desc`. Files are put in by
batches and joined in the end, each one transaction; whoever comes second waits. The points of curves are kept apart
from the rest, and read only when they are asked for.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import msgspec

from fcosreport.errors import StoreError
from fcosreport.records import COCO_METRICS, Curve, Experiment, Fragment, Issue, Outline

VERSION = 2
"""Layout of the tables. A store of another layout is rebuilt if it is older, and refused if it is newer."""

APPLICATION = 0x46434F53  # "FCOS" in SQLite's application_id: this file is a store, and no other database
WAIT = 60  # seconds for another process to finish its transaction
SETTINGS = ("lr", "train_batch_size", "test_batch_size", "norm", "init", "backbone", "epochs", "iterations", "seed")
TASKS = ("bbox", "segm")

_RUN_COLUMNS = (
    *("id", "name", "state", "path", "line"),
    *SETTINGS,
    *(f"{'' if task == 'bbox' else task + '_'}{metric}" for task in TASKS for metric in COCO_METRICS),
    "body",
)
_SCHEMA = f"""
create table source (
    path text primary key, shown text not null, size integer not null, mtime integer not null, reader text not null,
    body blob not null, points blob not null
);
create table joined (is_current integer not null);
insert into joined values (1);
create table run (position integer primary key, {", ".join(f'"{column}"' for column in _RUN_COLUMNS)});
pragma application_id = {APPLICATION};
pragma user_version = {VERSION};
"""
_encode = msgspec.json.Encoder().encode
_fragment = msgspec.json.Decoder(Fragment).decode
_outline = msgspec.json.Decoder(Outline).decode
_points = msgspec.msgpack.Decoder(list[bytes]).decode
_experiment = msgspec.json.Decoder(Experiment).decode


@dataclass(frozen=True, slots=True)
class Packed:
    """A fragment as the store keeps it, which travels between processes at little cost; and its issues."""

    body: bytes
    points: bytes
    issues: tuple[Issue, ...]


Row = tuple[str, str, int, int, Packed]
"""Absolute path, shown path, size in bytes, mtime in nanoseconds, and what the file says."""


class Store:
    """The store in one file, made if it is not there. Every method raises StoreError with what to do.

    `reader` names what reads the files now: rows of another reader count as unknown, and are read again.
    """

    def __init__(self, path: Path, reader: str, *, make: bool = True) -> None:
        self.path = path
        self.reader = reader
        with self._errors():
            if not make and not path.exists():
                raise StoreError(f"{path}: there is no store yet. Run: fcosreport collect PATH")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
            self._prepare()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def known(self) -> dict[str, tuple[str, int, int]]:
        """Shown path, size and mtime of every file that this reader has read, by absolute path."""
        with self._errors():
            rows = self._db.execute("select path, shown, size, mtime from source where reader = ?", (self.reader,))
            return {path: (shown, size, mtime) for path, shown, size, mtime in rows}

    def put(self, rows: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Put `rows` in and take the absolute paths `gone` out, all of it or nothing; what was joined is then stale."""
        with self._errors(), self._transaction():
            self._db.execute("update joined set is_current = 0")
            self._db.executemany("delete from source where path = ?", [(path,) for path in gone])
            self._db.executemany(
                "insert or replace into source values (?, ?, ?, ?, ?, ?, ?)",
                ((*row[:4], self.reader, row[4].body, row[4].points) for row in rows),
            )

    def join(self, join: Callable[[Sequence[Fragment]], Sequence[Experiment]]) -> None:
        """Make the experiments anew, if files have changed since."""
        with self._errors(), self._transaction():
            if self._db.execute("select is_current from joined").fetchone() == (1,):
                return
            self._db.execute("delete from run")
            marks = ", ".join("?" * (len(_RUN_COLUMNS) + 1))
            experiments = join(self.fragments())
            self._db.executemany(f"insert into run values ({marks})", map(_run_row, count(), experiments))
            self._db.execute("update joined set is_current = 1")

    def fragments(self, roots: Sequence[str] = (), *, points: bool = False) -> list[Fragment]:
        """What the files under `roots` (absolute paths; all files, if none are given) say, by path.

        The curves are without their points, unless these are asked for.
        """
        with self._errors():
            return [_unpacked(*row) for row in self._sources("body, points" if points else "body", roots)]

    def outlines(self, roots: Sequence[str] = ()) -> list[Outline]:
        """The same without experiments and segments, which takes a fraction of the time."""
        with self._errors():
            return [_outline(body) for (body,) in self._sources("body", roots)]

    def _sources(self, columns: str, roots: Sequence[str]) -> Iterable[tuple[bytes, ...]]:
        where = "json_array_length(:roots) = 0 or exists (select 1 from json_each(:roots) where source.path = value or "
        where += "substr(source.path, 1, length(rtrim(value, '/')) + 1) = rtrim(value, '/') || '/')"
        command = f"select {columns} from source where {where} order by path"
        return self._db.execute(command, {"roots": _encode(list(roots)).decode()})

    def fragment(self, path: str) -> Fragment | None:
        """What the file of that absolute path said, with the points of its curves."""
        with self._errors():
            row = self._db.execute("select body, points from source where path = ?", (path,)).fetchone()
            return _unpacked(*row) if row else None

    def fragments_of(self, shown: Sequence[str]) -> list[Fragment]:
        """What the files of these shown paths said, with the points of their curves, by path."""
        with self._errors():
            rows = self._db.execute(
                "select body, points from source where shown in (select value from json_each(?)) order by path",
                (_encode(list(shown)).decode(),),
            )
            return [_unpacked(*row) for row in rows]

    def size(self) -> int:
        """How many experiments the store holds."""
        with self._errors():
            (number,) = self._db.execute("select count(*) from run").fetchone()
            return int(number)

    def experiments(self) -> list[Experiment]:
        """All experiments, in the order in which they were joined."""
        with self._errors():
            return [_experiment(body) for (body,) in self._db.execute("select body from run order by position")]

    def _prepare(self) -> None:
        if self._is_current():
            return
        with self._transaction():
            if self._is_current():  # another process was faster
                return
            for (name,) in self._db.execute("select name from sqlite_master where type = 'table'").fetchall():
                self._db.execute(f'drop table "{name}"')
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)

    def _is_current(self) -> bool:
        (version,) = self._db.execute("pragma user_version").fetchone()
        (application,) = self._db.execute("pragma application_id").fetchone()
        (tables,) = self._db.execute("select count(*) from sqlite_master").fetchone()
        if tables and application != APPLICATION:
            raise StoreError(f"{self.path}: a database of another program. Choose another file with --store.")
        if version > VERSION:
            raise StoreError(
                f"{self.path}: written by a newer fcosreport (layout {version}, this one knows {VERSION}). "
                "Update fcosreport, or choose another file with --store."
            )
        return bool(tables) and version == VERSION

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise
        self._db.execute("commit")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path}: {error}. {_advice(error)}") from error
        except msgspec.MsgspecError as error:
            raise StoreError(f"{self.path}: damaged ({error}). Remove the file and collect again.") from error
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror}. Choose another file with --store.") from error


def is_under(path: str, roots: Sequence[str]) -> bool:
    """Whether `path` is one of `roots` or lies below one."""
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)


def pack(fragment: Fragment) -> Packed:
    """A fragment with the points of its curves apart."""
    points = [curve.points for segment in fragment.segments for curve in segment.curves]
    segments = tuple(replace(segment, curves=_without_points(segment.curves)) for segment in fragment.segments)
    return Packed(_encode(replace(fragment, segments=segments)), msgspec.msgpack.encode(points), fragment.issues)


def _without_points(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    return tuple(replace(curve, points=b"") for curve in curves)


def _unpacked(body: bytes, points: bytes = b"") -> Fragment:
    fragment = _fragment(body)
    if not points:
        return fragment
    waiting = iter(_points(points))
    segments = tuple(
        replace(segment, curves=tuple(replace(curve, points=next(waiting)) for curve in segment.curves))
        for segment in fragment.segments
    )
    return replace(fragment, segments=segments)


def _run_row(position: int, experiment: Experiment) -> tuple[object, ...]:
    results = [experiment.result(task) for task in TASKS]
    return (
        position,
        *(experiment.id, experiment.name, experiment.state, experiment.where.path, experiment.where.line),
        *(experiment.value(name) for name in SETTINGS),
        *(result[metric] if result else None for result in results for metric in COCO_METRICS),
        _encode(replace(experiment, curves=_without_points(experiment.curves))),
    )


def _advice(error: sqlite3.DatabaseError) -> str:
    text = str(error)
    if "locked" in text:
        return "Another fcosreport is writing; try again when it has finished."
    if "full" in text or "I/O" in text:
        return "Make room on the disk, or choose another file with --store. The store is as it was."
    if "not a database" in text or "malformed" in text:
        return "This file is no store. Remove it, or choose another file with --store."
    return "Choose another file with --store."
