"""Whoever reads the files, the store is the same; and what goes wrong with workers is told in one line."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.trees import Size, Trees
from fcosreport.cli import terminal
from fcosreport.collecting import executors, workers
from fcosreport.collecting.collect import Collected, Progress, collect, open_store
from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import Part
from fcosreport.errors import UsageError, WorkerError
from tests.conftest import ROOT, Run

FILES = 86
YEAR_2020 = 1577836800


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of every format, worth several chunks, which nobody has touched for long."""
    trees = Trees(tmp_path_factory.mktemp("tree"), Size(48, 60_000, 0, 0, 8, 30, 0))
    trees.make()
    for path in trees.root.rglob("*"):
        os.utime(path, (YEAR_2020, YEAR_2020))
    return trees.root


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a Dask cluster of four processes."""
    distributed = pytest.importorskip("distributed", reason="Dask is an optional extra")
    with distributed.LocalCluster(n_workers=4, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made:
        yield made.scheduler_address


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Dask scheduler of its own, with one worker."""
    pytest.importorskip("distributed", reason="Dask is an optional extra")
    file = tmp_path / "scheduler.json"
    command = (sys.executable, "-m", "dask")
    quiet: dict[str, Any] = {
        "stderr": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "cwd": ROOT,
        "start_new_session": True,
    }
    options = ("--no-dashboard", "--scheduler-file", str(file))
    first = subprocess.Popen([*command, "scheduler", *options, "--port", "0", "--host", "127.0.0.1"], **quiet)
    second = subprocess.Popen([*command, "worker", *options, "--nthreads", "1"], **quiet)
    while not (file.exists() and file.read_text().endswith("}")):
        assert first.poll() is None
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"], first
    for process in (second, first):
        with suppress(ProcessLookupError):  # a worker that is asked to end may wait for a scheduler that is gone
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def collected(
    store: Path,
    tree: Path,
    start: executors.Start | None = None,
    progress: Progress = lambda parts, files: parts,
) -> Collected:
    with closing(open_store(store)) as opened:
        return collect([tree], opened, progress, start)


def dump(store: Path) -> list[Any]:
    """All that a store holds, the order of its rows included."""
    with closing(sqlite3.connect(store)) as db:
        return [db.execute(f"select rowid, * from {table}").fetchall() for table in ("source", "joined", "run")]


@pytest.fixture(scope="module")
def serial(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The store that one process makes."""
    store = tmp_path_factory.mktemp("serial") / "s.sqlite"
    assert collected(store, tree).read == FILES
    return dump(store)


def after_first(act: Callable[[Part], None]) -> Progress:
    """Acts when the first part is there."""

    def progress(parts: Iterable[Part], _: Sequence[Found]) -> Iterator[Part]:
        for number, part in enumerate(parts):
            yield part
            if number == 0:
                act(part)

    return progress


def kill(part: Part) -> None:
    os.kill(int(part.worker.rpartition(":")[2]), signal.SIGKILL)


@pytest.mark.parametrize("start", [executors.named("process:4"), partial(ThreadPoolExecutor, 3)])
def test_any_executor_makes_the_same_store(
    start: executors.Start, tree: Path, serial: list[Any], tmp_path: Path
) -> None:
    assert collected(tmp_path / "s.sqlite", tree, start).read == FILES
    assert dump(tmp_path / "s.sqlite") == serial


def test_a_dask_cluster_makes_the_same_store(cluster: str, tree: Path, serial: list[Any], tmp_path: Path) -> None:
    seen = set()

    def progress(parts: Iterable[Part], _: Sequence[Found]) -> Iterator[Part]:
        for part in parts:
            seen.add(part.worker)
            yield part

    start = executors.named(cluster)
    assert collected(tmp_path / "s.sqlite", tree, start, progress).read == FILES
    assert dump(tmp_path / "s.sqlite") == serial
    assert len(seen) > 1
    assert collected(tmp_path / "s.sqlite", tree, start).unchanged == FILES


def test_logs_that_have_grown_are_read_on_by_workers_too(cluster: str, tmp_path: Path) -> None:
    trees = Trees(tmp_path / "tree", Size(24, 20_000, 0, 0, 0, 0, 0))
    trees.make()
    stores = tmp_path / "one.sqlite", tmp_path / "dask.sqlite"
    for is_grown in (False, True):
        for path in trees.root.rglob("*.*"):
            if is_grown:
                path.write_bytes(path.read_bytes() + path.read_bytes()[-9_000:])
            os.utime(path, (YEAR_2020 + is_grown, YEAR_2020 + is_grown))
        for store, start in zip(stores, (None, executors.named(cluster)), strict=True):
            assert collected(store, trees.root, start).read == 24
    assert dump(stores[0]) == dump(stores[1])


def test_a_process_killed_in_the_middle_costs_nothing(
    tree: Path, serial: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_AHEAD", 2)  # so that there is work left for the killed one
    started = []

    def start() -> AbstractContextManager[Executor]:
        started.append(1)
        return executors.processes(2)()

    collected(tmp_path / "s.sqlite", tree, start, after_first(kill))
    assert len(started) == 2
    assert dump(tmp_path / "s.sqlite") == serial


def test_a_dask_worker_killed_in_the_middle_costs_nothing(
    cluster: str, tree: Path, serial: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_AHEAD", 2)
    collected(tmp_path / "s.sqlite", tree, executors.named(cluster), after_first(kill))
    assert dump(tmp_path / "s.sqlite") == serial


def test_dask_workers_that_die_of_one_chunk_end_the_reading(cluster: str) -> None:
    start = executors.named(cluster)
    assert start
    with pytest.raises(WorkerError, match=r"4 Dask workers died of the same files"), start() as executor:
        executor.submit(os._exit, 1).result()


class Breaking(ThreadPoolExecutor):
    """Breaks at the third chunk, whoever starts it again."""

    given = 0

    def submit(self, *call: Any, **named: Any) -> Future[Any]:
        type(self).given += 1
        if self.given > 2:
            raise BrokenExecutor("killed")
        return super().submit(*call, **named)


def test_processes_killed_again_and_again_end_the_reading_and_keep_what_was_read(
    tree: Path, serial: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_AHEAD", 1)
    with pytest.raises(WorkerError, match=r"killed 3 times.*What was read before is kept"):
        collected(tmp_path / "s.sqlite", tree, partial(Breaking, 1))
    rest = collected(tmp_path / "s.sqlite", tree)
    assert 0 < rest.unchanged < FILES
    assert dump(tmp_path / "s.sqlite") == serial


def test_a_scheduler_that_goes_away_ends_the_reading_and_the_next_collect_goes_on(
    scheduler: tuple[str, subprocess.Popen[bytes]],
    tree: Path,
    serial: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(workers, "_AHEAD", 2)
    address, process = scheduler
    with pytest.raises(WorkerError, match=r"scheduler at tcp://.* is gone. What was read is kept"):
        collected(tmp_path / "s.sqlite", tree, executors.named(address), after_first(lambda _: process.kill()))
    assert not caplog.records  # that one line is all
    rest = collected(tmp_path / "s.sqlite", tree)
    assert 0 < rest.unchanged < FILES
    assert dump(tmp_path / "s.sqlite") == serial


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.modules['fcosreport'] = None", "A worker cannot read: .*fcosreport.*Install the same"),
        ("import fcosreport.version as v; v.__version__ = '0.0.1'", "has another fcosreport: 0.0.1, .* differ"),
        ("import os; os.path.exists = lambda path: False", "does not see /.*Mount its folder there"),
    ],
)
def test_workers_that_are_no_use_are_refused(code: str, message: str, tree: Path, tmp_path: Path) -> None:
    start = partial(ProcessPoolExecutor, 1, get_context("spawn"), exec, (code,))
    with pytest.raises(WorkerError, match=message):
        collected(tmp_path / "s.sqlite", tree, start)
    assert collected(tmp_path / "s.sqlite", tree).read == FILES  # nothing of theirs was kept


def test_a_scheduler_that_does_not_answer_is_told(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is an optional extra")
    monkeypatch.setattr(executors, "_CONNECT", 1)
    with pytest.raises(WorkerError, match=r"No Dask scheduler answers at tcp://127.0.0.1:1: "):
        collected(tmp_path / "s.sqlite", tree, executors.named("tcp://127.0.0.1:1"))
    with pytest.raises(UsageError, match="no address"):
        collected(tmp_path / "s.sqlite", tree, executors.named("gopher://there:70"))


@pytest.mark.parametrize("name", ["", "proces", "process:", "process:0", "process:-1", "process:1e3", "dask:4", "4"])
def test_a_name_of_no_executor_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="give process:N"):
        executors.named(name)
    assert executors.named(None) is None


def test_commands_take_an_executor(run: Run, tree: Path) -> None:
    assert run("collect", tree, "--executor", "process:2").out.startswith(f"{FILES} files read")
    assert run("check", tree, "--executor", "process:2", "--fail-on", "never").code == 0
    assert run("render", tree, "--executor", "process:2").code == 0
    refused = run("render", tree, "--executor", "slurm")
    assert (refused.code, refused.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("pass", "['collect', '.']", "assert not {'dask', 'distributed'} & set(sys.modules)"),
        ("sys.modules['distributed'] = None", "['collect', '.', '--executor', 'dask']", "pass"),
    ],
)
def test_dask_is_imported_only_where_it_is_asked_for(before: str, words: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("lr: 0.1\n")
    code = f"""
import sys
{before}
sys.argv[1:] = {words}
from fcosreport.cli import app
try:
    app.main()
except SystemExit as end:
    {after}
    raise
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    if before == "pass":
        assert (done.returncode, done.stderr) == (0, "")
    else:
        assert done.returncode == 2
        assert done.stderr == "fcosreport: --executor: Dask is not installed. Install it: pip install distributed.\n"


@given(st.lists(st.integers(0, 1 << 26), max_size=200))
def test_chunks_are_of_like_size_and_leave_no_file_out(sizes: list[int]) -> None:
    files = [Found(str(number), str(number), str(number), "log", size, 0) for number, size in enumerate(sizes)]
    chunks = list(workers.chunked(files))
    assert [file for chunk in chunks for file in chunk] == files
    most = 16 << 20
    for chunk in chunks:
        assert sum(file.size for file in chunk[:-1]) < most
        assert len(chunk) <= 512
    assert len(chunks) <= 65


def test_reading_much_is_shown_on_a_terminal_and_every_part_handed_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [Found("a", "a", "a", "log", 100 << 20, 0)]
    parts = list(workers.Workers().read([Found(__file__, "a", "a", "log", 100 << 20, 1)], lambda file: None))
    assert terminal.progress(parts, files) is parts
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    assert list(terminal.progress(parts, files)) == parts
    assert "1/1 files, 1 worker" in capsys.readouterr().err
