"""A store that is joined after every change holds what all of its files, joined at once, give."""

import sqlite3
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.curves import Gatherer
from fcosreport.records import (
    Citation,
    Evaluation,
    Event,
    Experiment,
    Fragment,
    Metric,
    Samples,
    Segment,
    Setting,
    Source,
    Where,
)
from fcosreport.runs.citing import join
from fcosreport.store import rejoining
from fcosreport.store.packed import Row, pack
from fcosreport.store.store import Store

LOGS = """
    log.txt runs/log.txt runs/a.log runs/a/log.txt runs/a/20211205_123234.log.json runs/a/fcos.log runs/b/log.txt
    copies/a/log.txt copies/A.log runs-2/a/log.txt
""".split()
CONFIGS = """
    runs/config.yaml runs/a/config.yaml runs/a/fcos.yaml runs/b/fcos.yaml runs/b.yaml runs/log.txt runs/a/fcos.log
""".split()
"""Files of settings alone; some are logs at other times."""
NOTES = ["note.md", "copies/note.md", "runs/a/note.md"]
CITED = [None, None, "log.txt", "a", "a/log.txt", "runs/a", "runs/b/log.txt", "else/a/log.txt", "lost/log.txt", "", "/"]
LOSSES = (2.0, 2.0015, 2.003, 2.5, 0.0, 1e-5)
"""Of the first three, each is like the next; the first and the third are not."""
APS = ("0.387", "0.292", "0.100")


def training(path: str, loss: float, last: int) -> Segment:
    steps = array("d", range(20, last + 1, 20))
    curves = Gatherer()
    curves.add(Samples(("loss",), steps, (array("d", (loss / (1 + step / 100) for step in steps)),), Where(path, 1)))
    return Segment(curves=curves.curves())


def result(path: str, ap: str, line: int = 9) -> Evaluation:
    return Evaluation("bbox", (Metric("AP", float(ap), ap),), Where(path, line))


def a_log(path: str, loss: float = 2.0, ap: str = "0.387") -> Fragment:
    return Fragment(
        source=Source(path, "log"), segments=(replace(training(path, loss, 400), evaluations=(result(path, ap),)),)
    )


def a_note(path: str, cited: str | None, name: str = "claim", ap: str = "0.387") -> Experiment:
    where = Where(path, 3)
    said = (replace(result(path, ap), origin="note"),) if ap else ()
    citation = Citation(cited, where) if cited is not None else None
    return Experiment(id=f"{path}#{name}", name=name, state="planned", where=where, evaluations=said, citation=citation)


@st.composite
def segments(draw: st.DrawFn, path: str, number: int) -> Segment:
    loss = draw(st.sampled_from((None, *LOSSES)))
    segment = Segment() if loss is None else training(path, loss, draw(st.sampled_from((60, 200, 400))))
    aps = draw(st.lists(st.sampled_from(APS), max_size=2))
    lrs = draw(st.lists(st.sampled_from((0.01, 0.02)), max_size=1))
    ended = draw(st.booleans())
    return replace(
        segment,
        line=1 + 100 * number,
        evaluations=tuple(result(path, ap, 9 + index) for index, ap in enumerate(aps)),
        settings=tuple(Setting("lr", lr, str(lr), Where(path, 2)) for lr in lrs),
        events=(Event("out of memory", "CUDA out of memory", Where(path, 50)),) if ended else (),
        began=draw(st.sampled_from(("", "", "2021-12-01T00:00:00", "2021-12-02T00:00:00"))),
    )


@st.composite
def fragments(draw: st.DrawFn) -> Fragment:
    kind = draw(st.sampled_from(("note", "config", "log", "log")))
    path = draw(st.sampled_from({"note": NOTES, "config": CONFIGS, "log": LOGS}[kind]))
    if kind == "note":
        claims = st.builds(
            a_note,
            st.just(path),
            st.sampled_from(CITED),
            st.sampled_from(("claim", "a", "fcos", "runs/a", "")),
            st.sampled_from(("", *APS)),
        )
        return Fragment(source=Source(path, "note"), experiments=tuple(draw(st.lists(claims, max_size=3))))
    if kind == "config":
        settings = (Setting("seed", draw(st.integers(1, 2)), "1", Where(path, 1)),)
        return Fragment(source=Source(path, "log"), segments=(Segment(settings=settings),))
    parts = [draw(segments(path, number)) for number in range(draw(st.integers(0, 3)))]
    return Fragment(source=Source(path, "log"), segments=tuple(parts))


CHANGES = st.tuples(
    st.lists(fragments(), min_size=1, max_size=4),
    st.sets(st.sampled_from((*LOGS, *CONFIGS, *NOTES)), max_size=2),
    st.sampled_from((True, True, False)),
)
"""Files that have changed, files that are gone, and whether the store is joined then."""


def row(fragment: Fragment) -> Row:
    return f"/{fragment.source.path}", fragment.source.path, 1, 2, pack(fragment)


def content(store: Store) -> dict[str, list[str]]:
    """All that the tables hold, whatever the order in which it was put in."""
    with sqlite3.connect(store.path) as db:
        tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        return {table: sorted(map(repr, db.execute(f"select * from {table}"))) for table in tables}


def collected(path: Path, fragments: Sequence[Fragment]) -> Store:
    store = Store(path, "reader")
    store.put(map(row, fragments))
    store.join()
    return store


@settings(max_examples=300, deadline=None)
@given(st.lists(CHANGES, min_size=3, max_size=6), st.sampled_from(((1, 9999), (2, 9999), (500, 0), (500, 9999))))
def test_joined_after_each_change_or_all_at_once_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[list[Fragment], set[str], bool]],
    batch: tuple[int, int],
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    store = Store(folder / "steps.sqlite", "reader")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rejoining, "BATCH", batch[0])
        patch.setattr(rejoining, "BYTES", batch[1])
        for changed, gone, is_joined in (*changes, ([], set(), True)):
            store.put(map(row, changed), sorted(f"/{path}" for path in gone))
            if is_joined:
                store.join()
                assert store.experiments() == list(join(store.fragments()))
    once = collected(folder / "once.sqlite", store.fragments(points=True))
    assert content(store) == content(once)
    for name in store.names():
        experiments = store.experiments()
        assert store.named(name) == (
            [each for each in experiments if each.id == name]
            or [each for each in experiments if each.name == name]
            or [each for each in experiments if each.name.endswith(f"/{name}")]
        )
    store.close()
    once.close()


def a_config(path: str) -> Fragment:
    segment = Segment(settings=(Setting("seed", 1, "1", Where(path, 1)),))
    return Fragment(source=Source(path, "log"), segments=(segment,))


def test_a_configuration_file_that_comes_later_and_goes_again(tmp_path: Path) -> None:
    store = collected(tmp_path / "s.sqlite", [a_log("runs/a/log.txt")])
    seeds = []
    for come, gone in (((a_config("runs/a/fcos.yaml"),), ()), ((), ("/runs/a/fcos.yaml",))):
        store.put(map(row, come), gone)
        store.join()
        seeds.append([experiment.value("seed") for experiment in store.experiments()])
    assert seeds == [[1], [None]]


def test_a_run_stands_alone_again_when_no_note_cites_it(tmp_path: Path) -> None:
    note = Fragment(source=Source("note.md", "note"), experiments=(a_note("note.md", "runs/a"),))
    store = collected(tmp_path / "s.sqlite", [a_log("runs/a/log.txt"), note])
    ids = [[experiment.id for experiment in store.experiments()]]
    store.put([], ["/note.md"])
    store.join()
    ids.append([experiment.id for experiment in store.experiments()])
    assert ids == [["note.md#claim"], ["runs/a"]]


def test_a_copy_stands_alone_when_the_original_is_gone(tmp_path: Path) -> None:
    store = collected(tmp_path / "s.sqlite", [a_log("copies/a.log"), a_log("runs/a/log.txt")])
    assert [experiment.files for experiment in store.experiments()] == [("copies/a.log", "runs/a/log.txt")]
    store.put([], ["/copies/a.log"])
    store.join()
    assert [experiment.files for experiment in store.experiments()] == [("runs/a/log.txt",)]


def test_only_what_a_change_can_reach_is_decoded(tmp_path: Path) -> None:
    logs = [a_log(f"runs/{number}/log.txt", 2.0 + number) for number in range(20)]
    store = collected(tmp_path / "s.sqlite", [*logs, a_log("copies/3.log", 5.0)])
    with sqlite3.connect(store.path) as db:
        db.execute("update source set body = '{' where path not in ('/runs/3/log.txt', '/copies/3.log')")
    store.put([row(a_log("runs/3/log.txt", 5.0, "0.292"))])
    store.join()
    assert len(store.experiments()) == 20


def test_names_are_told_and_found(tmp_path: Path) -> None:
    store = collected(tmp_path / "s.sqlite", [a_log("runs/a/log.txt"), a_log("more/a/log.txt", 3.0)])
    assert store.names() == ["more/a", "runs/a"]
    assert store.named("more/a") == [each for each in store.experiments() if each.name == "more/a"]
    assert [experiment.id for experiment in store.named("a")] == ["more/a", "runs/a"]
    assert [experiment.id for experiment in store.named("runs/a")] == ["runs/a"]
    assert store.named("b") == []
