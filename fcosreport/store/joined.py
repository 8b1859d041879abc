"""What was joined, as a store keeps it: one row a run, with a column for each of what is often asked for."""

import sqlite3
from typing import TYPE_CHECKING

from fcosreport.records import COCO_METRICS
from fcosreport.store import seals

if TYPE_CHECKING:
    from fcosreport.comparing.columns import Column

SETTINGS = ("lr", "train_batch_size", "test_batch_size", "norm", "init", "backbone", "epochs", "iterations", "seed")
TASKS = ("bbox", "segm")
_RUN_COLUMNS = (
    *("id", "seal", "name", "state", "path", "line"),
    *SETTINGS,
    *(f"{'' if task == 'bbox' else task + '_'}{metric}" for task in TASKS for metric in COCO_METRICS),
    *("recipe", "place", "run_path", "body"),
)
SCHEMA = f"""
create table run ({", ".join(f'"{column}"' for column in _RUN_COLUMNS)});
create unique index run_place on run (place, name, id);
create index run_run_path on run (run_path);
create table beginning (
    path text not null, seal integer not null, run_path text not null, cell text not null, loss text not null,
    step not null, head blob not null
);
create index beginning_run_path on beginning (run_path, path);
create index beginning_cell on beginning (cell);
create table ending (ending text not null, seal integer not null, run_path text not null, number integer not null);
create index ending_ending on ending (ending);
create index ending_run_path on ending (run_path);
create table stale (run_path text primary key) without rowid;
create index source_run_path on source (run_path, above);
create index source_above on source (above, run_path) where above is not null;
"""
"""Beside `source`: `run` in the order of `place`, the beginnings of files, and the paths of runs, read backwards."""

SEALED = ("run", "beginning", "ending")


def forget(db: sqlite3.Connection) -> None:
    """Note that nothing is joined."""
    for table in ("run", "ending"):
        db.execute(f"delete from {table}")
        seals.recount(db, table)
    db.execute("insert or ignore into stale select run_path from source where run_path is not null")


def stored(column: "Column") -> str:
    """The column of `run` that holds this one; "" where there is none."""
    name = column.key if column.task in (None, "bbox") else f"{column.task}_{column.key}"
    is_metric = column.key in COCO_METRICS and column.task in TASKS
    return name if is_metric or (column.task is None and name in SETTINGS) else ""
