"""Whether rows are as they were written: behind its key, each has a seal, and each table has the sum of its seals.

A seal is a checksum of all else in its row, so a byte that changed on the disk is seen where the row is read. A row
that is gone is missing in the sum, which triggers keep.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from math import isnan
from typing import Any

import msgspec
import xxhash

_THERE = "select coalesce(sum(seal), 0) from {} not indexed"
_encode = msgspec.msgpack.Encoder().encode


class DamagedError(Exception):
    """What is kept of this is not as it was written."""


def schema(tables: Iterable[str]) -> Iterator[str]:
    """The statements that keep the sums of these tables, whose second column is `seal`."""
    yield "create table seals (name text primary key, total integer not null)"
    for table in tables:
        yield f"insert into seals values ('{table}', 0)"
        for event, change in (("insert", "+ new.seal"), ("delete", "- old.seal")):
            yield (
                f"create trigger {table}_{event} after {event} on {table} begin "
                f"update seals set total = total {change} where name = '{table}'; end"
            )


def put(db: sqlite3.Connection, table: str, rows: Iterable[Iterable[object]]) -> None:
    """Put rows, which have no seals yet, into a table."""
    for row in rows:
        key, *rest = map(_kept, row)
        sealed = (key, _seal(key, rest), *rest)
        db.execute(f"insert into {table} values ({', '.join('?' * len(sealed))})", sealed)


def is_whole(row: Sequence[object]) -> bool:
    """Whether a row, with all its columns, is as it was put in."""
    key, seal, *rest = row
    return seal == _seal(key, rest)


def whole(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows. Raises DamagedError, with its key, at one that is not as it was put in."""
    for row in rows:
        if not is_whole(row):
            raise DamagedError(row[0])
        yield row


def is_complete(db: sqlite3.Connection, table: str) -> bool:
    """Whether no row is gone but those that were taken out."""
    query = f"select total = ({_THERE.format(table)}) from seals where name = ?"
    return bool(db.execute(query, (table,)).fetchone() == (1,))


def recount(db: sqlite3.Connection, table: str) -> None:
    """Take the rows that are there for all that were put in."""
    db.execute(f"insert or replace into seals values (?, ({_THERE.format(table)}))", (table,))


def are_whole(db: sqlite3.Connection, table: str) -> bool:
    """Whether all of a table is as it was put in."""
    return all(map(is_whole, db.execute(f"select * from {table} not indexed"))) and is_complete(db, table)


def _seal(key: object, rest: Sequence[object]) -> int:
    return xxhash.xxh32_intdigest(_encode((key, *rest)))


def _kept(value: object) -> object:
    """The value as SQLite gives it back, which has no truth values, and keeps NaN as null."""
    if isinstance(value, bool):
        return int(value)
    return None if isinstance(value, float) and isnan(value) else value
