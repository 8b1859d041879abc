"""Records in one SQLite file: a row for each file that was read, and one wide row for each experiment.

`source` remembers what each file said, so that only changed files are read again. `run` is the joined result, to be
read by fcosreport and by anyone's SQL: `select name, lr, AP, segm_AP from run order by AP desc`. A collect is one
transaction; whoever comes second waits.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import msgspec

from fcosreport.errors import StoreError
from fcosreport.records import COCO_METRICS, Experiment, Fragment

VERSION = 1
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
    body blob not null
) without rowid;
create table run (position integer primary key, {", ".join(f'"{column}"' for column in _RUN_COLUMNS)});
pragma application_id = {APPLICATION};
pragma user_version = {VERSION};
"""
_encode = msgspec.json.Encoder().encode
_fragment = msgspec.json.Decoder(Fragment).decode
_experiment = msgspec.json.Decoder(Experiment).decode

Row = tuple[str, str, int, int, Fragment]
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

    def save(
        self, rows: Iterable[Row], gone: Iterable[str], join: Callable[[Sequence[Fragment]], Sequence[Experiment]]
    ) -> None:
        """Put `rows` in, take the absolute paths `gone` out, and join everything anew: all of it or nothing."""
        with self._errors(), self._transaction():
            self._db.executemany("delete from source where path = ?", [(path,) for path in gone])
            self._db.executemany(
                "insert or replace into source values (?, ?, ?, ?, ?, ?)",
                ((path, shown, size, mtime, self.reader, _encode(body)) for path, shown, size, mtime, body in rows),
            )
            experiments = join(self.fragments())
            self._db.execute("delete from run")
            marks = ", ".join("?" * (len(_RUN_COLUMNS) + 1))
            self._db.executemany(f"insert into run values ({marks})", map(_run_row, count(), experiments))

    def fragments(self, roots: Sequence[str] = ()) -> list[Fragment]:
        """What the files under `roots` (absolute paths; all files, if none are given) say, by path."""
        below = [f"{root.rstrip('/')}/" for root in roots]
        where = " or ".join(["path = ? or substr(path, 1, ?) = ?"] * len(roots)) or "true"
        values = [value for root, start in zip(roots, below, strict=True) for value in (root, len(start), start)]
        with self._errors():
            rows = self._db.execute(f"select body from source where {where} order by path", values)
            return [_fragment(body) for (body,) in rows]

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


def _run_row(position: int, experiment: Experiment) -> tuple[object, ...]:
    results = [experiment.result(task) for task in TASKS]
    return (
        position,
        *(experiment.id, experiment.name, experiment.state, experiment.where.path, experiment.where.line),
        *(experiment.value(name) for name in SETTINGS),
        *(result[metric] if result else None for result in results for metric in COCO_METRICS),
        _encode(experiment),
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
