"""Logs that are still being written: what was appended is read, and what is half written waits."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fcosreport.collecting.collect import collect, open_store
from fcosreport.files.raw import Raw
from fcosreport.pipeline import Session
from fcosreport.reading.file import Reading, read
from fcosreport.records import Evaluation, Fragment, Issue
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD, block

LINES = (
    "[11/17 15:16:42 d2.utils.events]:  eta: 21:12:23  iter: {}  total_loss: 0.4109  loss_cls: 0.2853  time: 0.6826"
    "  data_time: 0.3791  lr: 0.00019981  max_mem: 11810M\n"
)


def log(evaluations: int, lines: int = 30) -> str:
    """A log with training lines before each evaluation."""
    numbers = (GOOD, FAIR)
    parts = (
        "".join(LINES.format(20 * (lines * number + line) + 19) for line in range(lines)) + block(numbers[number % 2])
        for number in range(evaluations)
    )
    return "".join(parts)


def fragment(reading: Reading) -> Fragment:
    issues = tuple(record for record in reading.records if isinstance(record, Issue))
    return Fragment(source=reading.source, segments=reading.segments, issues=issues, mark=reading.mark)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, 12_000), min_size=1, max_size=4).map(sorted), end=st.sampled_from(["\n", "\r\n", "\r"])
)
@example(cuts=[0], end="\n")
def test_a_log_read_as_it_grows_says_what_it_says_when_read_at_once(tmp_path: Path, cuts: list[int], end: str) -> None:
    content = log(3).replace("\n", end).encode()
    path = tmp_path / "log.txt"
    old = None
    for cut in (*cuts, len(content)):
        path.write_bytes(content[:cut])
        grown = read(path, "log.txt", "log", old=old)
        old = fragment(grown)
    whole = read(path, "log.txt", "log")
    assert grown.records == whole.records
    assert grown.source == whole.source
    told = [(s.line, s.evaluations, s.events, [replace(c, points=b"") for c in s.curves]) for s in grown.segments]
    assert told == [
        (s.line, s.evaluations, s.events, [replace(c, points=b"") for c in s.curves]) for s in whole.segments
    ]


def test_only_what_was_appended_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log(2, lines=60_000))
    old = fragment(read(path, "log.txt", "log"))
    taken: list[int] = []
    ours = Raw.readinto

    def counted(raw: Raw, view: memoryview) -> int:
        taken.append(ours(raw, view))
        return taken[-1]

    monkeypatch.setattr(Raw, "readinto", counted)
    with path.open("a") as stream:
        stream.write(block(FAIR))
    grown = read(path, "log.txt", "log", old=old)
    assert sum(taken) == len(block(FAIR))
    assert len([record for record in grown.records if isinstance(record, Evaluation)]) == 3


def test_a_log_that_has_not_changed_says_the_same_when_it_is_read_on(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    for content in (block(), log(1), "x\n" + block()):
        path.write_text(content)
        whole = read(path, "log.txt", "log")
        assert read(path, "log.txt", "log", old=fragment(whole)).records == whole.records


def test_a_log_that_was_written_anew_is_read_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log(2))
    old = fragment(read(path, "log.txt", "log"))
    path.write_text(log(3, lines=50).replace("15:16", "16:16"))
    assert read(path, "log.txt", "log", old=old).records == read(path, "log.txt", "log").records


def report(store: Path, folder: Path) -> tuple[int, int]:
    """How many evaluations and issues a collect of the folder gives."""
    opened = open_store(store)
    done = collect([folder], opened)
    made = Session(opened, Settings(), done=done).report()
    opened.close()
    return sum(len(experiment.evaluations) for experiment in made.experiments), len(made.issues)


@pytest.mark.parametrize("age", [0, 60])
def test_a_block_that_is_half_written_is_read_as_it_is_and_whole_later(tmp_path: Path, age: int) -> None:
    path = tmp_path / "run" / "log.txt"
    path.parent.mkdir()
    whole = block(GOOD) + "x\n" * 100 + block(FAIR)
    path.write_text(whole[:-200])
    os.utime(path, (time.time() - age,) * 2)
    assert report(tmp_path / "s", path.parent) == (2, 1)
    path.write_text(whole)
    assert report(tmp_path / "s", path.parent) == (2, 0)
