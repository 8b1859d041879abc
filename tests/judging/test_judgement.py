"""What the rules said of a large store is kept until something changes; whoever asks is told the same as without."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.collecting.collect import collect, open_store
from fcosreport.errors import UsageError
from fcosreport.judging import check, kept
from fcosreport.pipeline import Session
from fcosreport.report.choosing import choose
from fcosreport.report.condition import bounds
from fcosreport.report.report import Report, View
from fcosreport.settings import IgnoreTable, Settings
from fcosreport.store.store import Store
from tests.conftest import FAIR, GOOD, ROOT, Run, block

CONDITIONS = (
    "lr < 1e-2",
    "lr <= 0.001 and AP > 0.1",
    "0.001 < lr",
    "lr == 0.01 or norm == 'bn'",
    "not lr == 0.01",
    "`segm AP` > 0.1",
    "segm.AP50 >= 0 and experiment != 'x'",
    "batch == 8 and AP50 < 0.9",
    "seed != 1 and lr < 'auto'",
    "lr in [0.01, 0.001] and state == 'finished'",
    "lr > -1",
    "lr == 99999999999999999999",
    r"backbone == 'a\x00b'",
    "AP > 1e999",
)


@pytest.fixture(autouse=True)
def _keep_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MANY", 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The committed runs with their notes, and a log without settings."""
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "log.txt").write_text(block(GOOD))
    with closing(open_store(tmp_path / "s.sqlite")) as opened:
        collect([ROOT / "runs", tmp_path / "bare"], opened)
        yield opened


def never(*_: object) -> check.Checked:
    raise AssertionError("the rules ran")


def test_rules_run_once_until_a_file_or_the_settings_change_or_an_ignore_expires(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Session(store, Settings()).report()
    ran: list[str] = []
    really = check.check

    def counted(*asked: Any) -> check.Checked:
        ran.append("ran")
        return really(*asked)

    monkeypatch.setattr(check, "check", counted)
    assert Session(store, Settings()).report() == first
    assert not ran
    Session(store, Settings(lr_jump=9.0)).report()
    assert len(ran) == 1
    Session(store, Settings()).collected([tmp_path / "bare"]).report()
    assert len(ran) == 2
    expiring = Settings(ignore=(IgnoreTable("FR401", reason="seen", until="2090-01-31", file="f.toml"),))
    Session(store, expiring).report()
    with monkeypatch.context() as later:
        later.setattr(kept, "date", type("Later", (date,), {"today": lambda: date(2099, 1, 1)}))
        Session(store, Settings()).report()
        assert len(ran) == 3
        Session(store, expiring).report()
    assert len(ran) == 4
    (tmp_path / "bare" / "log.txt").write_text(block(FAIR))
    collect([tmp_path / "bare"], store)
    assert Session(store, Settings()).report() != first
    assert len(ran) == 5


def test_few_experiments_are_judged_each_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MANY", 1000)
    Session(store, Settings()).report()
    monkeypatch.setattr(check, "check", never)
    with pytest.raises(AssertionError):
        Session(store, Settings()).report()


def test_an_answer_is_not_kept_where_another_process_has_changed_the_store(store: Store) -> None:
    place = kept.Kept.of(store)
    with closing(Store(store.path, store.reader)) as other:
        other.put((), [next(iter(other.known()))])
        other.join()
    place.put("said", "")
    assert place.get(str) is None
    place = kept.Kept.of(store)
    place.put("said", "")
    assert place.get(str) == "said"
    assert kept.Kept.of(store, "something else").get(str) is None


def selected(store: Store, where: str) -> Report:
    return Session(store, Settings()).report(
        select=lambda opened, known: opened.experiments(bounds(where, known)) or opened.experiments()
    )


@pytest.mark.parametrize("where", CONDITIONS)
def test_a_condition_shows_the_same_whether_all_experiments_are_read_or_some(store: Store, where: str) -> None:
    whole = choose(Session(store, Settings()).report(), where=where)
    assert choose(selected(store, where), where=where) == whole


def test_most_experiments_need_not_be_read(store: Store) -> None:
    whole = Session(store, Settings()).report()
    some = selected(store, "lr == 0.0001 and AP > 0")
    assert 0 < len(some.experiments) < len(whole.experiments) / 2
    assert some.view == View(hidden=len(whole.experiments) - len(some.experiments))
    assert replace(some, experiments=whole.experiments, view=View()) == whole


@given(st.text(max_size=40))
def test_no_condition_is_more_than_a_usage_error(where: str) -> None:
    with suppress(UsageError):
        assert bounds(where, ()) == ()


def test_commands_say_the_same_of_a_store_that_was_judged(run: Run, tmp_path: Path) -> None:
    assert run("collect", ROOT / "runs").code == 0
    name = "191209/lr1en3"
    with closing(open_store(next(tmp_path.rglob("*.sqlite")))) as opened:
        ids = [each.id for each in opened.experiments() if each.name == "lr1en3" or each.id.endswith(name)]
    commands = (
        ("show", ids[0]),
        ("show", "lr1en4x"),
        ("diff", ids[0], "lr1en4x"),
        ("render", "--md", "-o", "-", "--where", "lr==0.001"),
        ("render", "--where", "lrr==0.001"),
    )
    before = [run(*words) for words in commands]
    assert run("check", "--fail-on", "never").code == 0
    assert [run(*words) for words in commands] == before
    assert [each.code for each in before] == [0, 2, 2, 0, 2]
