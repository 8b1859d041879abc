"""Records in one SQLite file: a row for each file that was read, and one wide row for each experiment.

`source` remembers what each file said, so that only changed files are read again. `run` is the joined result, to be
read by fcosreport and by anyone's SQL: `select name, lr, AP, segm_AP from run order by AP desc`. Files are put in by
batches and joined in the end, each one transaction; whoever comes second waits. The points of curves are kept apart
from the rest, and unpacked only when they are asked for. No row is believed without its seal, and no report looks into
an index, which has none.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from fcosreport.errors import StoreError
from fcosreport.files.whole import make_folder
from fcosreport.records import Experiment, Fragment, Outline
from fcosreport.runs.apart import base, names_apart
from fcosreport.store import joined, seals
from fcosreport.store.memory import Sharing, inflated
from fcosreport.store.packed import Kept, Row, as_json, outlined, unpacked
from fcosreport.store.trouble import told

if TYPE_CHECKING:
    from fcosreport.comparing.columns import Bound

VERSION = 11
"""Layout of the tables. A store of another layout is rebuilt if it is older, and refused if it is newer."""

APPLICATION = 0x46434F53  # "FCOS" in SQLite's application_id: this file is a store, and no other database
DAMAGED = -1
"""The size of a file of which what is kept is not as it was written."""

WAIT = 60  # seconds for another process to finish its transaction
ANSWERS = 8
"""Answers that are kept: what the rules say of everything and of some folders, and what was printed of it, say."""

_SCHEMA = f"""
create table source (
    path text primary key, seal integer not null, shown text not null, size integer not null, mtime integer not null,
    reader text not null, run_path text, above text,
    outline blob not null, body blob not null, points blob not null, state blob not null
);
create table joined (is_current integer not null);
insert into joined values (1);
create table answer (key text primary key, seal integer not null, body blob not null);
create table remade (key text primary key, seal integer not null, body blob not null);
create table verdict (id text primary key, seal integer not null, body blob not null);
{joined.SCHEMA}
pragma application_id = {APPLICATION};
pragma user_version = {VERSION};
"""
_UNDER = """
json_array_length(:texts) = 0 or exists (select 1 from json_each(:texts) where source.path = value or
    substr(source.path, 1, length(rtrim(value, '/')) + 1) = rtrim(value, '/') || '/')
"""
"""The files at or below these absolute paths; all, where there are none."""
T = TypeVar("T")


class Store:
    """The store in one file, made if it is not there. Every method raises StoreError with what to do.

    `reader` names what reads the files now: rows of another reader count as unknown, and are read again. `is_rebuilt`
    tells that the file held a store of an older layout, which is gone.
    """

    def __init__(self, path: Path, reader: str, *, make: bool = True) -> None:
        self.path = path
        self.reader = reader
        self.is_rebuilt = False
        with told(self.path):
            if not make and not path.exists():
                raise StoreError(f"{path}: there is no store yet. Run: fcosreport collect PATH")
            if path.exists() and not path.is_file():
                raise StoreError(f"{path}: a folder, pipe or device, and no file. Choose another file with --store.")
            make_folder(path.parent)
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
            self._db.text_factory = partial(str, encoding="utf-8", errors="replace")  # which no seal fits
            self._prepare(make=make)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def known(self) -> dict[str, tuple[str, int, int]]:
        """Shown path, size and mtime of every file that this reader has read, by absolute path.

        The size is -1 where what is kept of the file is damaged: it is to be read anew.
        """
        with told(self.path):
            rows = map(Kept._make, self._db.execute("select * from source not indexed"))
            sized = ((row, row.size if seals.is_whole(row) else DAMAGED) for row in rows)
            return {
                row.path: (row.shown, size, row.mtime)
                for row, size in sized
                if size == DAMAGED or row.reader == self.reader
            }

    def mend(self) -> bool:
        """Make indexes anew that do not fit, and count the files; whether there was need of it, which is told once."""
        with told(self.path), self._transaction():
            is_fit, is_complete = self._is_fit(), seals.is_complete(self._db, "source")
            if not is_fit:
                self._db.execute("reindex")
            self._refuse_unless((is_fit or self._is_fit()) and seals.are_whole(self._db, "beginning"))
            if not is_complete:
                seals.recount(self._db, "source")
            return not (is_fit and is_complete)

    def _is_fit(self) -> bool:
        return bool(self._db.execute("pragma integrity_check").fetchone() == ("ok",))

    def _refuse_unless(self, is_sound: bool) -> None:
        if not is_sound:
            raise StoreError(f"{self.path}: damaged. Remove the file and collect again.")

    def put(self, rows: Iterable[Row], gone: Sequence[str] = ()) -> None:
        """Put `rows` in and take the absolute paths `gone` out, all of it or nothing; what was joined is then stale."""
        from fcosreport.store import rejoining  # takes longer to load than all else of a store

        with told(self.path), self._transaction():
            latest = {row[0]: row for row in rows}
            self._db.execute("update joined set is_current = 0")
            self._db.execute("delete from answer")
            rejoining.change(self._db, gone, {path: packed.links for path, *_, packed in latest.values()})
            self._db.executemany("delete from source where path = ?", ((path,) for path in (*gone, *latest)))
            seals.put(self._db, "source", map(self._source_row, latest.values()))

    def _source_row(self, row: Row) -> tuple[object, ...]:
        *about, packed = row
        links = packed.links
        ends = (links.run_path, links.above) if links else (None, None)
        return (*about, self.reader, *ends, packed.outline, packed.body, packed.points, packed.state)

    def join(self) -> None:
        """Make the experiments anew that files may have changed since, and all if some are damaged."""
        with told(self.path), self._transaction():
            is_current = self._db.execute("select is_current from joined").fetchone() == (1,)
            if not is_current:
                self._refuse_unless(seals.are_whole(self._db, "beginning"))
            if not all(seals.are_whole(self._db, table) for table in (("run",) if is_current else ("run", "ending"))):
                is_current = False
                joined.forget(self._db)
                self._db.execute("delete from answer")
            if not is_current:
                from fcosreport.store import rejoining

                rejoining.rejoin(self._db)
                self._db.execute("update joined set is_current = 1")

    def fragments(self, roots: Sequence[str] = (), *, points: bool = False) -> list[Fragment]:
        """What the files under `roots` (absolute paths; all files, if none are given) say, by path.

        The curves are without their points, unless these are asked for.
        """
        with told(self.path):
            rows = self._sources(_UNDER, roots)
            return _by_path((row.path, unpacked(row.outline, row.body, row.points if points else b"")) for row in rows)

    def outlines(self, roots: Sequence[str] = ()) -> list[Outline]:
        """The same without experiments and segments, which takes a fraction of the time."""
        with told(self.path):
            return _by_path((row.path, outlined(row.outline)) for row in self._sources(_UNDER, roots))

    def fragments_of(self, shown: Sequence[str]) -> list[Fragment]:
        """What the files of these shown paths said, with the points of their curves, by path."""
        with told(self.path):
            rows = self._sources("shown in (select value from json_each(:texts))", shown)
            return _by_path((row.path, unpacked(row.outline, row.body, row.points)) for row in rows)

    def _sources(self, where: str, texts: Sequence[str]) -> Iterator[Kept]:
        if not texts and not seals.is_complete(self._db, "source"):
            raise StoreError(f"{self.path}: it has lost files. Run: fcosreport collect PATH for all that it held.")
        query = f"select * from source not indexed where {where}"
        return map(Kept._make, seals.whole(self._db.execute(query, {"texts": as_json(texts)})))

    def fragment(self, path: str) -> Fragment | None:
        """What the file of that absolute path said, with the points of its curves and what is needed to read on."""
        with told(self.path):
            rows = map(Kept._make, seals.whole(self._db.execute("select * from source where path = ?", (path,))))
            return next((unpacked(row.outline, row.body, row.points, row.state) for row in rows), None)

    def size(self) -> int:
        """How many experiments the store holds."""
        with told(self.path):
            (number,) = self._db.execute("select count(*) from run not indexed").fetchone()
            return int(number)

    def experiments(self, bounds: "Sequence[Bound]" = ()) -> list[Experiment]:
        """The experiments: those of notes in their order, then runs by path.

        Those that break one of the `bounds` on what has a column of its own are left out.
        """
        tests = [(joined.stored(column), sign, value) for column, sign, value in bounds]
        tests = [test for test in tests if test[0]]
        where = " and ".join([f'"{name}" {sign} ?' for name, sign, _ in tests] or ["true"])
        return self._experiments(f"where {where}", [value for *_, value in tests])

    def named(self, name: str) -> list[Experiment]:
        """The experiments that are called so, by names that no two runs have (see `names_apart`)."""
        from fcosreport.comparing.pairs import called

        ends = as_json([name, *(name[at + 1 :] for at, sign in enumerate(name) if sign == "/")])
        is_candidate = "id = ?2 or name in (select value from json_each(?1)) or substr(name, -length(?3)) = ?3"
        return called(self._experiments(f"where {is_candidate}", [ends, name, f"/{name}"]), name)

    def repeats(self, experiments: Sequence[Experiment]) -> list[Experiment]:
        """The experiments that declare what one of these declares, but for the seed; among them these themselves."""
        from fcosreport.comparing.noise import recipe

        recipes = as_json(map(recipe, experiments))
        return self._experiments("where recipe in (select value from json_each(?))", [recipes])

    def _experiments(self, where: str, values: Sequence[object]) -> list[Experiment]:
        with told(self.path):
            sharing = Sharing()
            rows = seals.whole(self._db.execute(f"select * from run not indexed {where}", values))
            found = _by_path((place, sharing.experiment(inflated(body))) for *_, place, _, body in rows)
            apart = self._apart({each.name for each in found})
            return [replace(each, name=apart[each.id]) if each.id in apart else each for each in found]

    def _apart(self, names: Iterable[str]) -> dict[str, str]:
        """What those are called, by their ids, that share one of these names. An index that is damaged hides some."""
        short = "substr(name, 1, instr(name || ' (', ' (') - 1)"
        query = f"select id, name from run where {short} in (select value from json_each(?))"
        return names_apart(self._db.execute(query, (as_json(map(base, names)),)))

    def names(self) -> list[str]:
        """The name and the id of every experiment."""
        with told(self.path):
            rows = self._db.execute("select name, id from run not indexed order by place").fetchall()
            apart = names_apart((id_, name) for name, id_ in rows)
            return list(dict.fromkeys(text for name, id_ in rows for text in (apart.get(id_, name), id_)))

    def version(self) -> int:
        """A number that changes when another process changes the store."""
        with told(self.path):
            (version,) = self._db.execute("pragma data_version").fetchone()
            return int(version)

    def answer(self, key: str) -> bytes | None:
        """The answer that was kept under this key, if no file has been put in or taken out since."""
        with told(self.path):
            row = self._db.execute("select * from answer where key = ?", (key,)).fetchone()
            return row[-1] if row and seals.is_whole(row) else None

    def save_answer(self, key: str, answer: bytes, version: int) -> None:
        """Keep an answer beside the few before it; not where another process has changed the store since `version`."""
        with told(self.path), self._transaction():
            if self.version() == version:
                oldest = f"select rowid from answer order by rowid desc limit -1 offset {ANSWERS - 1}"
                self._db.execute(f"delete from answer where rowid in ({oldest})")
                self._db.execute("delete from answer where key = ?", (key,))
                seals.put(self._db, "answer", [(key, answer)])

    def remade(self, key: str) -> bytes | None:
        """What was made again under this key, which tells the content of all that made it."""
        with told(self.path):
            row = self._db.execute("select * from remade where key = ?", (key,)).fetchone()
            return row[-1] if row and seals.is_whole(row) else None

    def save_remade(self, key: str, body: bytes) -> None:
        """Keep what was made again; it holds whatever is collected later."""
        with told(self.path), self._transaction():
            self._db.execute("delete from remade where key = ?", (key,))
            seals.put(self._db, "remade", [(key, body)])

    def seals(self) -> dict[str, int]:
        """A checksum of all that the store tells of each experiment, by its id, which folders of one name share."""
        with told(self.path):
            return dict(self._db.execute("select id, sum(seal) from run not indexed group by id"))

    def verdicts(self) -> dict[str, bytes]:
        """What was made of each experiment, by its id."""
        with told(self.path):
            rows = self._db.execute("select * from verdict not indexed")
            return {row[0]: row[-1] for row in rows if seals.is_whole(row)}

    def save_verdicts(self, verdicts: Mapping[str, bytes]) -> None:
        """Keep what was made of some experiments, and forget it of those that are gone."""
        with told(self.path), self._transaction():
            self._db.executemany("delete from verdict where id = ?", ((id_,) for id_ in verdicts))
            self._db.execute("delete from verdict where id not in (select id from run)")
            seals.put(self._db, "verdict", verdicts.items())

    def _prepare(self, *, make: bool) -> None:
        if self._is_current():
            return
        if not make:
            raise StoreError(f"{self.path}: empty, or written by an older fcosreport. Run: fcosreport collect PATH")
        with self._transaction():
            if self._is_current():  # another process was faster
                return
            for (name,) in self._db.execute("select name from sqlite_master where type = 'table'").fetchall():
                self._db.execute(f'drop table "{name}"')
                self.is_rebuilt = True
            for statement in (*_SCHEMA.split(";"), *seals.schema(("source", *joined.SEALED))):
                self._db.execute(statement)

    def _is_current(self) -> bool:
        (tables,) = self._db.execute("select count(*) from sqlite_master").fetchone()  # first: another may make them
        (version,) = self._db.execute("pragma user_version").fetchone()
        (application,) = self._db.execute("pragma application_id").fetchone()
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


def _by_path(told: Iterable[tuple[Any, T]]) -> list[T]:
    """What is told, in the order of what stands before it; no index is asked, which may be damaged."""
    return [each for _, each in sorted(told, key=itemgetter(0))]
