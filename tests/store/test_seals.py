"""Whatever changes in the file of a store, a report of it is true, or refused; a collect mends what it can."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from math import inf, nan
from pathlib import Path
from random import Random

import pytest

from fcosreport.errors import StoreError
from fcosreport.judging import kept
from fcosreport.pipeline import Screen, report_of
from fcosreport.report.report import Report
from fcosreport.store import seals
from tests.conftest import GOOD

NOTE = f"# Sweep\n\n## lr1en3\n\nResults: `runs/steady/log.txt`\n\nbbox {GOOD}\n"
AGAIN = [Path("runs")]
"""What is given to a command that collects first."""
WAYS = pytest.mark.parametrize("paths", [None, AGAIN], ids=["as it is", "collected again"])


@dataclass
class Damaged:
    """Copies of a store that are changed: `report` is of such a copy, `said` is what was said meanwhile."""

    whole: Path
    store: Path
    said: list[str] = field(default_factory=list)

    def truth(self, paths: list[Path] | None) -> Report:
        return report_of(paths, self.whole, curves=9)

    def report(self, paths: list[Path] | None) -> Report | None:
        """The report, or None where it is refused."""
        try:
            return report_of(paths, self.store, Screen(say=self.said.append), curves=9)
        except StoreError as error:
            self.said.append(str(error))
            return None

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A fresh copy, to be changed."""
        shutil.copy(self.whole, self.store)
        with closing(sqlite3.connect(self.store, isolation_level=None)) as db:
            yield db


@pytest.fixture
def damaged(resumed_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Damaged:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kept, "MANY", 0)  # so that an answer is kept
    (resumed_runs / "note.md").write_text(NOTE)
    made = Damaged(Path("whole.sqlite"), Path("damaged.sqlite"))
    made.truth(AGAIN)
    return made


def columns(store: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(store)) as db:
        return [column for _, column, *_ in db.execute(f"pragma table_info({table})")]


def damage(db: sqlite3.Connection, table: str, column: str, chance: Random) -> None:
    """Change a byte in that column of some row."""
    row, value = chance.choice(db.execute(f'select rowid, "{column}" from {table}').fetchall())
    new = "cast(? as text)" if isinstance(value, str) else "?"  # a byte may make it no UTF-8
    db.execute(f'update {table} set "{column}" = {new} where rowid = ?', (flipped(value, chance), row))


def flipped(value: object, chance: Random) -> object:
    """The value with one byte changed; something for nothing."""
    match value:
        case int() | float():
            return value + chance.choice((1, 256))
        case str() if value:
            return flipped(value.encode(), chance)
        case bytes() if value:
            at = chance.randrange(len(value))
            return value[:at] + bytes([value[at] ^ chance.randrange(1, 256)]) + value[at + 1 :]
    return b"x"


@WAYS
@pytest.mark.parametrize("table", ["source", "run", "answer", "seals"])
def test_a_changed_byte_in_any_column_gives_the_truth_or_is_told(
    damaged: Damaged, table: str, paths: list[Path] | None
) -> None:
    chance, truth = Random(1), damaged.truth(paths)
    for column in columns(damaged.whole, table):
        with damaged.change() as db:
            damage(db, table, column, chance)
        assert damaged.report(paths) in (truth, None), column


@WAYS
def test_a_changed_byte_anywhere_gives_the_truth_or_is_told(damaged: Damaged, paths: list[Path] | None) -> None:
    chance, truth, data = Random(2), damaged.truth(paths), damaged.whole.read_bytes()
    for at in (chance.randrange(len(data)) for _ in range(150)):
        damaged.store.write_bytes(data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :])
        assert damaged.report(paths) in (truth, None), at


@pytest.mark.parametrize("table", ["beginning", "ending"])
def test_what_links_files_is_not_believed_when_it_is_damaged(damaged: Damaged, table: str) -> None:
    with damaged.change():
        Path("runs/resumed/train.log").unlink()
    chance, truth, data = Random(3), report_of(AGAIN, Path("fresh.sqlite"), curves=9), damaged.store.read_bytes()
    for column in columns(damaged.store, table):
        damaged.store.write_bytes(data)
        with closing(sqlite3.connect(damaged.store, isolation_level=None)) as db:
            damage(db, table, column, chance)
        assert damaged.report(AGAIN) in (truth, None), column


def test_what_is_damaged_is_read_anew_and_that_is_told_once(damaged: Damaged) -> None:
    with damaged.change() as db:
        db.execute("update source set body = substr(body, 2) where shown = 'runs/resumed/log.txt'")
    truth = damaged.truth(AGAIN)
    assert damaged.report(AGAIN) == truth
    (line,) = damaged.said
    assert line == "damaged.sqlite: it was damaged, and is mended. Collect again all else that it held."
    assert damaged.report(AGAIN) == truth
    assert damaged.said == [line]


def test_a_damaged_file_that_is_not_collected_again_is_named(damaged: Damaged) -> None:
    with damaged.change() as db:
        db.execute("update source set points = x'00' where shown = 'runs/resumed/log.txt'")
    log = Path("runs/resumed/log.txt").resolve()
    assert damaged.report(None) is None
    assert damaged.said.pop().startswith(f"damaged.sqlite: what it keeps of {log} is damaged. Run: fcosreport collect")
    log.unlink()
    assert damaged.report(None) is None
    assert damaged.said.pop().endswith("If that is gone, remove the store, and collect again what there is.")


def test_a_row_that_is_gone_is_missed(damaged: Damaged) -> None:
    truth = damaged.truth(None)
    for table in ("source", "run"):
        with damaged.change() as db:
            db.execute(f"drop trigger {table}_delete")  # nobody took it out
            db.execute(f"delete from {table} where rowid = 1")
        assert damaged.report(None) == (truth if table == "run" else None)
    assert damaged.said == ["damaged.sqlite: it has lost files. Run: fcosreport collect PATH for all that it held."]
    assert damaged.report(AGAIN) == damaged.truth(AGAIN)
    assert damaged.report(None) == truth


def test_an_answer_that_is_damaged_is_found_anew(damaged: Damaged) -> None:
    truth = damaged.truth(None)
    with damaged.change() as db:
        db.execute("update answer set body = substr(body, 2)")
    assert damaged.report(None) == truth
    assert damaged.said == []


def test_a_value_has_its_seal_however_sqlite_keeps_it() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("create table kinds (key, seal, value)")
        for statement in seals.schema(["kinds"]):
            db.execute(statement)
        values = (True, False, nan, inf, -0.0, 0.1, 1, 2**62, -1, None, "", "é", "\0", b"", b"\xff")
        seals.put(db, "kinds", ((str(number), value) for number, value in enumerate(values)))
        assert seals.are_whole(db, "kinds")
        db.execute("delete from kinds where key = '5'")
        assert seals.are_whole(db, "kinds")
