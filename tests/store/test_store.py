"""The store keeps what it is given, all or nothing, and tells what it will not touch."""

import os
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.errors import LimitError, StoreError
from fcosreport.records import (
    Citation,
    Curve,
    Evaluation,
    Experiment,
    Fragment,
    Issue,
    Metric,
    Segment,
    Setting,
    Source,
    Step,
    Where,
)
from fcosreport.runs.citing import join
from fcosreport.store import rejoining
from fcosreport.store.packed import Row, pack
from fcosreport.store.store import APPLICATION, Store
from tests.conftest import GOOD, Run, block
from tests.files.test_raw import no_more_files

TEXT = st.text(max_size=20)
PATH = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
WHERE = st.builds(Where, path=TEXT, line=st.integers(1, 10**9))
METRIC = st.builds(
    Metric, name=TEXT, value=st.none() | st.floats(-1, 100), text=TEXT, max_dets=st.none() | st.just(100)
)
EVALUATION = st.builds(Evaluation, task=TEXT, metrics=st.lists(METRIC, max_size=3).map(tuple), where=WHERE)
VALUE = TEXT | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
SETTING = st.builds(Setting, name=TEXT, value=VALUE, text=TEXT, where=WHERE, inferred=st.booleans())
EXPERIMENT = st.builds(
    Experiment,
    id=TEXT,
    name=TEXT,
    state=st.sampled_from(["finished", "failed", "planned"]),
    where=WHERE,
    settings=st.lists(SETTING, max_size=3).map(tuple),
    evaluations=st.lists(EVALUATION, max_size=2).map(tuple),
    citation=st.none() | st.builds(Citation, text=TEXT, where=WHERE),
)
CURVE = st.builds(
    Curve,
    name=TEXT,
    unit=st.sampled_from(["iteration", "epoch"]),
    **{name: st.integers(0, 99) for name in ("count", "begin", "end", "first", "last", "low", "high")},
    where=WHERE,
    head=st.lists(st.floats(), max_size=2).map(lambda values: array("d", values).tobytes()),
    points=st.lists(st.floats(), max_size=4).map(lambda values: array("d", values).tobytes()),
)
SEGMENT = st.builds(
    Segment,
    evaluations=st.lists(EVALUATION, max_size=2).map(tuple),
    settings=st.lists(SETTING, max_size=2).map(tuple),
    curves=st.lists(CURVE, max_size=2).map(tuple),
)
FRAGMENT = st.builds(
    Fragment,
    source=st.builds(Source, path=PATH, kind=st.sampled_from(["log", "note", "binary"])),
    experiments=st.lists(EXPERIMENT, max_size=2).map(tuple),
    steps=st.lists(st.builds(Step, text=TEXT, where=WHERE), max_size=2).map(tuple),
    segments=st.lists(SEGMENT, max_size=2).map(tuple),
    issues=st.lists(st.builds(Issue, message=TEXT, where=WHERE), max_size=2).map(tuple),
)


AT = Where("runs/a/log.txt", 3)
BOXES = Evaluation("bbox", (Metric("AP", 0.387, "0.387"), Metric("ARl", 0.726, "0.726")), AT)
MASKS = Evaluation("segm", (Metric("AP", 0.35, "0.350"),), AT)
LOG = Fragment(
    source=Source(AT.path, "log"),
    segments=(Segment(evaluations=(BOXES, MASKS), settings=(Setting("lr", 0.01, "0.01", AT),)),),
)


def row(path: str, fragment: Fragment | None = None) -> Row:
    return path, path, 1, 2, pack(fragment or Fragment(source=Source(path, "log")))


@settings(max_examples=30, deadline=None)
@given(st.lists(FRAGMENT, max_size=4))
def test_what_is_put_in_comes_out(tmp_path_factory: pytest.TempPathFactory, fragments: list[Fragment]) -> None:
    store = Store(tmp_path_factory.mktemp("store") / "s.sqlite", "reader")
    rows = [row(f"/{number}", fragment) for number, fragment in enumerate(fragments)]
    store.put(rows)
    store.join()
    assert store.fragments(points=True) == fragments
    assert store.experiments() == list(join(store.fragments()))
    store.close()


def test_rows_of_another_reader_count_as_unknown(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/a")])
    assert store.known() == {"/a": ("/a", 1, 2)}
    assert Store(tmp_path / "s.sqlite", "0.2").known() == {}


@pytest.mark.parametrize("step", range(1, 5))
def test_a_store_that_another_makes_meanwhile_is_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    connect, asked = sqlite3.connect, iter(range(1, 100))

    class Late(sqlite3.Connection):
        """Before its step another one makes the store."""

        def execute(self, *words: Any) -> sqlite3.Cursor:
            if next(asked) == step:
                monkeypatch.setattr(sqlite3, "connect", connect)
                Store(tmp_path / "s.sqlite", "0.1").close()
            return super().execute(*words)

    monkeypatch.setattr(sqlite3, "connect", lambda *words, **more: connect(*words, **more, factory=Late))
    store = Store(tmp_path / "s.sqlite", "0.1")
    assert store.known() == {}
    store.close()


def test_what_is_gone_is_taken_out(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/a"), row("/b")])
    store.put([], ["/a"])
    assert set(store.known()) == {"/b"}


def test_a_folder_does_not_hold_the_files_of_its_namesakes(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/runs/a_1/x"), row("/runs/a/x"), row("/runs/a%/x"), row("/runs/b")])
    assert [f.source.path for f in store.fragments(["/runs/a"])] == ["/runs/a/x"]
    assert [f.source.path for f in store.fragments(["/runs/b"])] == ["/runs/b"]
    assert len(store.fragments(["/"])) == 4


def test_a_put_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/a")])

    def broken() -> Iterator[Row]:
        yield row("/b")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put(broken(), ["/a"])
    assert set(store.known()) == {"/a"}


def test_what_was_put_in_is_joined_once_even_after_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []
    monkeypatch.setattr(rejoining, "rejoin", lambda db: met.extend(*db.execute("select run_path from stale")))
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.join()
    store.put([row("/a")])
    store.close()
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.join()
    store.join()
    assert met == ["/a"]


def test_a_join_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/runs/a/log.txt", LOG)])
    store.join()
    before = store.experiments()

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    store.put([], ["/runs/a/log.txt"])
    with monkeypatch.context() as patch:
        patch.setattr(rejoining, "_put_noted", broken)
        with pytest.raises(KeyboardInterrupt):
            store.join()
    assert before
    assert store.experiments() == before
    store.join()
    assert store.experiments() == []


def test_anyone_can_ask_the_wide_table(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/runs/a/log.txt", LOG)])
    store.join()
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        assert db.execute("select name, lr, AP, ARl, segm_AP, AP50 from run").fetchall() == [
            ("a", 0.01, 0.387, 0.726, 0.35, None)
        ]


def test_a_damaged_row_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", "0.1")
    store.put([row("/a")])
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        db.execute("update source set body = '{'")
    with pytest.raises(StoreError, match="collect again"):
        store.fragments()


def test_a_store_of_an_older_layout_is_made_anew_by_a_collect_which_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "fcos.log").write_text(block(GOOD))
    with closing(sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)) as db:
        db.execute("create table run (id)")
        db.execute(f"pragma application_id = {APPLICATION}")
        db.execute("pragma user_version = 1")
    refused = run("check", "--store", "s.sqlite")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "written by an older fcosreport. Run: fcosreport collect PATH" in refused.err
    assert "made anew" in run("collect", "runs", "--store", "s.sqlite").err
    assert run("check", "--store", "s.sqlite").err == ""


@pytest.mark.parametrize("make", [True, False])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_cannot_hold_a_store_is_told_before_it_is_opened(tmp_path: Path, kind: str, make: bool) -> None:
    path = Path(os.devnull) if kind == "device" else tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(StoreError, match="a folder, pipe or device, and no file"):
        Store(path, "0.1", make=make)


def test_a_store_that_cannot_be_opened_tells_what_the_system_says(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(StoreError, match="loop: Too many levels of symbolic links"):
        Store(tmp_path / "loop", "0.1")
    (tmp_path / "text").write_text("")
    with pytest.raises(StoreError, match="Not a directory"):
        Store(tmp_path / "text" / "s.sqlite", "0.1")
    Store(tmp_path / "s.sqlite", "0.1").close()
    with no_more_files(), pytest.raises(LimitError):
        Store(tmp_path / "s.sqlite", "0.1")
