"""The joined experiments of a store, kept up to date: only what a change can reach is joined again.

Runs of which no file is linked to a file of the other (see links) do not know of each other. So the files of some run
paths, and of all that are linked to these, give the same runs as all files do. `stale` holds the run paths that must be
joined again: of files that have changed, and of those that were linked to them before. What they are linked to now is
found when they are joined. Notes are few, and are joined again each time, with the runs that they cite.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice, starmap

import msgspec

from fcosreport.comparing.noise import recipe
from fcosreport.records import COCO_METRICS, Experiment
from fcosreport.runs.citing import LAST, Place, backwards, noted, placed
from fcosreport.runs.joining import runs_of
from fcosreport.runs.links import Beginning, Links
from fcosreport.runs.run import Run
from fcosreport.store import seals
from fcosreport.store.joined import SETTINGS, TASKS
from fcosreport.store.memory import deflated
from fcosreport.store.packed import Kept, as_json, unpacked

BATCH = 500
"""Run paths that are joined together, so that memory is bounded."""
BYTES = 4 << 20
"""Of what their files say, as it is stored, which takes some ten times as many while it is joined."""
_GIVEN = """
select config.run_path, config.above from source as config where config.{} in (select value from json_each(?))
    and not exists (select 1 from source where run_path = config.run_path and above is null)
    and exists (select 1 from source where run_path = config.above and above is null)
"""
"""Configuration files and the runs of the folders above, to which they are given."""
_BESIDE = """
select config.run_path, log.run_path from source as config cross join source as log
    on log.run_path > config.run_path || '/' and log.run_path < config.run_path || '0'
where config.above is not null and config.run_path in (select value from json_each(?))
    and log.above is null and instr(substr(log.run_path, length(config.run_path) + 2), '/') = 0
    and instr(substr(log.shown, length(log.run_path) + 1), '/') = 0
"""
"""Configuration files in folders, and the runs whose logs lie flat beside them, to which they are given."""

_encode = msgspec.json.Encoder().encode


def change(db: sqlite3.Connection, gone: Collection[str], come: Mapping[str, Links | None]) -> None:
    """Note that files, by their absolute paths, are about to be taken out of `source`, and others to be put in."""
    paths = (as_json([*gone, *come]),)
    query = "select run_path, path from source where path in (select value from json_each(?))"
    old = db.execute(query, paths).fetchall()
    run_paths = {run_path for run_path, _ in old if run_path} | {links.run_path for links in come.values() if links}
    rest = iter(run_paths)
    while some := set(islice(rest, BATCH)):
        _make_stale(db, some | _linked(db, some))
    db.executemany("delete from beginning where run_path = ? and path = ?", old)
    begun = ((path, links.run_path, each) for path, links in come.items() if links for each in links.beginnings)
    seals.put(db, "beginning", ((*file, each.cell, each.loss, each.step, each.head) for *file, each in begun))


def rejoin(db: sqlite3.Connection) -> None:
    """Join what is stale, and the notes; `run` then holds what `join` makes of all files, in the order of `place`."""
    cited = db.execute("select run_path from run where place < x'01'").fetchall()
    db.execute("delete from run where place < x'01'")
    _make_stale(db, {run_path for (run_path,) in cited if run_path})
    for run_paths in _closed(db, chain.from_iterable(db.execute("select run_path from stale"))):
        for table in ("run", "ending"):
            db.execute(f"delete from {table} where run_path in (select value from json_each(?))", (as_json(run_paths),))
        _put_runs(db, _runs(db, run_paths))
    db.execute("delete from stale")
    _put_noted(db)


def _make_stale(db: sqlite3.Connection, run_paths: Iterable[str]) -> None:
    db.executemany("insert or ignore into stale values (?)", ((run_path,) for run_path in run_paths))


def _closed(db: sqlite3.Connection, run_paths: Iterable[str]) -> Iterator[set[str]]:
    """The run paths and all that is linked to them in batches, each with all that is linked to what it holds."""
    done: set[str] = set()
    rest = (run_path for run_path in run_paths if run_path not in done)
    while batch := _next(db, rest):
        fresh = batch
        while fresh := _linked(db, fresh) - batch:
            batch = batch | fresh
        done |= batch
        yield batch


def _next(db: sqlite3.Connection, rest: Iterator[str]) -> set[str]:
    """The next run paths that are joined together: as many as one holds at a time, and at least one."""
    found, held = set[str](), 0
    for run_path in islice(rest, BATCH):
        found.add(run_path)
        held += db.execute("select total(length(body)) from source where run_path = ?", (run_path,)).fetchone()[0]
        if held > BYTES:
            break
    return found


def _linked(db: sqlite3.Connection, run_paths: Collection[str]) -> set[str]:
    """The run paths of files that are linked to a file of one of these, as `source` and `beginning` are now."""
    these = (as_json(run_paths),)
    given = chain.from_iterable(db.execute(_GIVEN.format(column), these) for column in ("run_path", "above"))
    folders = as_json({*run_paths, *(path.rpartition("/")[0] for path in run_paths)})
    beside = (pair for pair in db.execute(_BESIDE, (folders,)) if not set(run_paths).isdisjoint(pair))
    linked = {*chain.from_iterable(given), *chain.from_iterable(beside)}
    alike: dict[str, list[Beginning]] = defaultdict(list)
    query = "select loss, step, head from beginning where run_path in (select value from json_each(?))"
    for mine in starmap(Beginning, db.execute(query, these)):
        for cell in mine.around:
            alike[cell].append(mine)
    query = "select cell, run_path, loss, step, head from beginning where cell in (select value from json_each(?))"
    for cell, run_path, *theirs in db.execute(query, (as_json(alike),)):
        if run_path not in linked and any(map(Beginning(*theirs).is_like, alike[cell])):
            linked.add(run_path)
    return linked


def _runs(db: sqlite3.Connection, run_paths: Collection[str]) -> dict[Place, Run]:
    """The runs of these run paths, which are linked to no other ones."""
    query = "select * from source where run_path in (select value from json_each(?)) order by path"
    rows = map(Kept._make, seals.whole(db.execute(query, (as_json(run_paths),))))
    return placed(runs_of(unpacked(row.outline, row.body) for row in rows))


def _put_runs(db: sqlite3.Connection, runs: dict[Place, Run]) -> None:
    seals.put(db, "ending", ((path, *place) for place, run in runs.items() for path in sorted(backwards(run))))
    made = ((place, run.experiment()) for place, run in runs.items())
    _put(db, ((experiment, _key(place), place.path) for place, experiment in made if experiment))


def _put_noted(db: sqlite3.Connection) -> None:
    """Put in what the notes say, and take out the runs that they cite."""
    said, keys = [], []
    rows = seals.whole(db.execute("select * from source where run_path is null order by path"))
    for kept in map(Kept._make, rows):
        note = unpacked(kept.outline, kept.body)
        for number, experiment in enumerate(note.experiments):
            said.append((experiment, note.source.path))
            keys.append(b"\0" + kept.path.encode() + b"\0" + number.to_bytes(4, "big"))

    def ending(text: str) -> set[Place]:
        query = "select distinct run_path, number from ending where ending >= ? and ending < ?"
        return {Place(*row) for row in db.execute(query, (text, text + LAST))}

    def made(places: Collection[Place]) -> Iterator[tuple[Place, Run]]:
        for run_paths in _closed(db, dict.fromkeys(place.path for place in places)):
            yield from ((place, run) for place, run in _runs(db, run_paths).items() if place in places)

    for number, experiment, place in noted(said, ending, made):
        if place:
            db.execute("delete from run where place = ?", (_key(place),))
        _put(db, [(experiment, keys[number], place.path if place else None)])


def _key(place: Place) -> bytes:
    """Sorts as the path does by its parts, behind all notes."""
    return b"\1" + place.path.encode().replace(b"/", b"\0") + b"\0" + place.number.to_bytes(4, "big")


def _put(db: sqlite3.Connection, rows: Iterable[tuple[Experiment, bytes, str | None]]) -> None:
    told = ((_columns(experiment), place, deflated(_encode(experiment))) for experiment, *place in rows)
    seals.put(db, "run", ((*columns, *place, body) for columns, place, body in told))


def _columns(experiment: Experiment) -> tuple[object, ...]:
    results = [experiment.result(task) for task in TASKS]
    told = {setting.name: setting.value for setting in experiment.settings}
    return (
        *(experiment.id, experiment.name, experiment.state, experiment.where.path, experiment.where.line),
        *map(told.get, SETTINGS),
        *(result[metric] if result else None for result in results for metric in COCO_METRICS),
        recipe(experiment),
    )
