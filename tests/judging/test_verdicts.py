"""What rules make of one experiment is kept, and what a check says does not depend on that."""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as quickly
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport import pipeline
from fcosreport.judging import check, kept, verdicts
from fcosreport.judging.cases import FAIR, GOOD, records_of
from fcosreport.judging.rule import Case, Rule, rules
from fcosreport.judging.verdicts import Verdict, Verdicts, judged
from fcosreport.records import Experiment, Finding, Records
from fcosreport.settings import Settings
from tests.logs import log

CASES = [case for rule in rules() for case in chain(rule.fires, rule.quiet)]


def _together(cases: Sequence[Case]) -> Records:
    """The records of several cases, whose experiments have ids of their own."""
    told = [records_of(case) for case in cases]
    named = (
        replace(each, id=f"{number}/{each.id}") for number, records in enumerate(told) for each in records.experiments
    )
    joined: dict[str, Any] = {
        field: tuple(chain.from_iterable(getattr(records, field) for records in told))
        for field in ("tables", "claims", "steps", "sources", "data_sets", "references", "remade")
    }
    return Records(experiments=tuple(named), **joined)


def _on(experiments: Sequence[Experiment], settings: Settings) -> dict[str, Verdict]:
    return judged(experiments, settings, dict.fromkeys([each.id for each in experiments], 1))


@quickly(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=6), st.integers(0, 12))
def test_a_check_says_the_same_of_all_and_of_what_the_verdicts_leave(cases: list[Case], cut: int) -> None:
    records, settings = _together(cases), Settings()
    first, second = records.experiments[:cut], records.experiments[cut:]
    known = Verdicts(_on(first, settings) | _on(second, settings))
    assert check.check(records, settings, verdicts=known) == check.check(records, settings)


def test_a_rule_is_shown_what_it_speaks_of_and_what_shares_something() -> None:
    duplicates = _rule("FR401")
    told = _together([[{"name": "a", "bbox": GOOD}, {"name": "b", "bbox": FAIR}, {"name": "c", "bbox": GOOD}]])
    shown = Verdicts(_on(told.experiments, Settings())).shown(duplicates, told.experiments)
    assert [each.name for each in shown] == ["a", "c"]
    falls = _rule("FR103")
    odd = _together([[{"name": "a", "bbox": GOOD}], falls.fires[0]])
    known = Verdicts(_on(odd.experiments, Settings()))
    assert known.shown(falls, odd.experiments) == odd.experiments[1:]
    assert known.has_run(falls, odd.experiments[:1])


def test_only_what_has_changed_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(log([0.01], numbers={"b": FAIR}.get(name, GOOD)))
    asked: list[str] = []
    really = verdicts.judged

    def seen(experiments: Sequence[Experiment], settings: Settings, marks: Mapping[str, int]) -> dict[str, Verdict]:
        asked.append(" ".join(each.name for each in experiments))
        return really(experiments, settings, marks)

    monkeypatch.setattr(verdicts, "judged", seen)
    monkeypatch.setattr(kept, "MANY", 0)

    def findings(store: str = "store.sqlite") -> tuple[Finding, ...]:
        with pipeline.opened(tmp_path / store) as session:
            return session.collected([tmp_path / "runs"]).report().findings

    assert [each.code for each in findings()] == []
    (tmp_path / "runs" / "b" / "log.txt").write_text(log([0.02], numbers=GOOD))
    changed = findings()
    rmtree(tmp_path / "runs" / "a")
    gone = findings()
    assert asked == ["a b c", "b", ""]
    monkeypatch.setattr(kept, "MANY", 1000)
    assert gone == findings("afresh.sqlite") != changed
    assert "FR401" in {each.code for each in changed}


def test_runs_of_one_path_in_two_folders_are_both_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MANY", 0)
    falls = f"{GOOD.rsplit(' ', 6)[0]} 0.572 0.536 0.325 0.3 0.4 0.5"  # AR1 above AR10

    def findings(project: str, numbers: str) -> set[str]:
        (tmp_path / project / "runs").mkdir(parents=True, exist_ok=True)
        (tmp_path / project / "runs" / "log.txt").write_text(log([0.01], numbers=numbers))
        monkeypatch.chdir(tmp_path / project)
        with pipeline.opened(tmp_path / "store.sqlite") as session:
            session.collected([Path("runs")])
            return {each.code for each in session.report().findings}

    assert "FR103" not in findings("one", GOOD)
    assert "FR103" not in findings("other", FAIR)
    assert "FR103" in findings("one", falls)
    assert "FR103" not in findings("one", GOOD)


def _rule(code: str) -> Rule:
    return next(rule for rule in rules() if rule.code == code)
