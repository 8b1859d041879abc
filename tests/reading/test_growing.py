"""Logs that are still being written: what was appended is read, and what is half written waits."""

import os
import random
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.collecting.collect import collect, open_store
from fcosreport.files.raw import Raw
from fcosreport.pipeline import Session
from fcosreport.reading import file, pause
from fcosreport.reading.file import Reading, read
from fcosreport.records import Evaluation, Fragment, Issue, TableRow
from fcosreport.report.report import renderers
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD, block
from tests.dialects.test_promises import TEXTS

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
    tables = tuple(record for record in reading.records if isinstance(record, TableRow))
    return Fragment(source=reading.source, segments=reading.segments, issues=issues, tables=tables, mark=reading.mark)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every log counts as large."""
    monkeypatch.setattr(file, "LARGE", 0)


def grown(path: Path, content: bytes, cuts: Sequence[int], shown: str = "log.txt") -> Fragment:
    """What is said of a file that is read at each of these lengths, and at last as a whole."""
    old = None
    for cut in (*cuts, len(content)):
        path.write_bytes(content[:cut])
        old = fragment(read(path, shown, "log", old=old))
    assert old
    return replace(old, mark=None)


def afresh(path: Path, content: bytes, shown: str = "log.txt") -> Fragment:
    path.write_bytes(content)
    return replace(fragment(read(path, shown, "log")), mark=None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, 12_000), min_size=1, max_size=4).map(sorted), end=st.sampled_from(["\n", "\r\n", "\r"])
)
@example(cuts=[0], end="\n")
@pytest.mark.usefixtures("large")
def test_a_log_read_as_it_grows_says_what_it_says_when_read_at_once(tmp_path: Path, cuts: list[int], end: str) -> None:
    content = log(3).replace("\n", end).encode()
    path = tmp_path / "log.txt"
    assert grown(path, content, cuts) == afresh(path, content)


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.usefixtures("large")
def test_a_file_of_any_dialect_says_the_same_however_it_grew(tmp_path: Path, name: str, data: st.DataObject) -> None:
    sample = TEXTS[name]
    content = sample.data * data.draw(st.sampled_from((1, 3)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), min_size=1, max_size=3)))
    path = tmp_path / Path(sample.path).name
    assert grown(path, content, cuts, sample.path) == afresh(path, content, sample.path)


@pytest.mark.usefixtures("large")
def test_real_files_say_the_same_however_they_grew(corpus: Path, tmp_path: Path) -> None:
    chance = random.Random(2)
    for real in sorted(corpus.rglob("*.*")):
        content = real.read_bytes()
        cuts = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        path = tmp_path / f"log{real.suffix}"
        if real.name != "manifest.jsonl":
            assert grown(path, content, cuts, real.name) == afresh(path, content, real.name), (real.name, cuts)


@pytest.mark.usefixtures("large")
def test_curves_of_many_values_have_the_same_points_however_the_log_grew(tmp_path: Path) -> None:
    content, path = log(4, lines=900).encode(), tmp_path / "log.txt"
    cuts = [len(content) // 3, len(content) // 2 + 77]
    assert grown(path, content, cuts) == afresh(path, content)
    assert all(len(curve.steps) <= 500 for segment in afresh(path, content).segments for curve in segment.curves)


@pytest.mark.usefixtures("large")
def test_a_log_that_turns_out_to_be_in_gbk_is_read_again_as_that(tmp_path: Path) -> None:
    plain = log(1, lines=400).encode()
    content = plain + "实验：学习率 0.02\n".encode("gbk") * 3000 + block(FAIR).encode()
    path = tmp_path / "log.txt"
    assert grown(path, content, [len(plain) - 50, len(plain) + 100, len(content) - 9]) == afresh(path, content)
    assert len(afresh(path, content).segments[0].evaluations) == 2


def test_only_what_was_appended_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log(2, lines=30_000) + "half a line")
    old = fragment(read(path, "log.txt", "log"))
    taken: list[int] = []
    ours = Raw.readinto

    def counted(raw: Raw, view: memoryview) -> int:
        taken.append(ours(raw, view))
        return taken[-1]

    monkeypatch.setattr(Raw, "readinto", counted)
    with path.open("a") as stream:
        stream.write("\n" + block(FAIR))
    grown = read(path, "log.txt", "log", old=old)
    assert sum(taken) == len("half a line\n" + block(FAIR))
    assert len([record for record in grown.records if isinstance(record, Evaluation)]) == 3


def test_of_a_small_log_nothing_is_kept_to_read_on(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log(2))
    assert read(path, "log.txt", "log").mark is None


@pytest.mark.usefixtures("large")
def test_a_digit_that_was_changed_in_place_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log(2))
    old = fragment(read(path, "log.txt", "log"))
    path.write_text(log(2).replace("0.387", "0.487"))
    assert read(path, "log.txt", "log", old=old).records == read(path, "log.txt", "log").records


@pytest.mark.usefixtures("large")
def test_what_cannot_be_unpacked_is_read_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log(1))
    old = fragment(read(path, "log.txt", "log"))
    assert old.mark
    whole = log(2)
    path.write_text(whole)
    for state in (b"", b"x", old.mark.state[:-9], pause.packed(("x", b"y")), pause.packed(((), pause.packed(())))):
        damaged = replace(old, mark=replace(old.mark, state=state))
        assert read(path, "log.txt", "log", old=damaged).records == read(path, "log.txt", "log").records


@pytest.mark.usefixtures("large")
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
    whole = block(GOOD) + "x\n" * 100 + "Epoch: 2\n" + block(FAIR)
    path.write_text(whole[:-200])
    os.utime(path, (time.time() - age,) * 2)
    assert report(tmp_path / "s", path.parent) == (2, 1)
    path.write_text(whole)
    assert report(tmp_path / "s", path.parent) == (2, 0)


@pytest.mark.usefixtures("large")
def test_collects_of_growing_logs_end_at_the_report_of_a_fresh_one(tmp_path: Path) -> None:
    whole = {Path(sample.path).name: sample.data * 2 for sample in TEXTS.values() if sample.path.count("/") < 2}
    runs, chance = tmp_path / "runs", random.Random(5)
    for name in whole:
        (runs / name.partition(".")[0]).mkdir(parents=True, exist_ok=True)
    for part in (3, 2, 1):
        for name, content in whole.items():
            length = len(content) // part - chance.randrange(2) * (part > 1)
            (runs / name.partition(".")[0] / name).write_bytes(content[:length])
        grown = told(tmp_path / "grown", runs)
    assert grown == told(tmp_path / "fresh", runs)


def told(store: Path, folder: Path) -> str:
    """The report of a folder, collected into a store, as JSON."""
    with closing(open_store(store)) as opened:
        done = collect([folder], opened)
        report = Session(opened, Settings(), done=done).report()
    (form,) = (each for each in renderers() if each.name == "json")
    return str(form.render(report))
