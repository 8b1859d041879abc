"""Whatever lies in a folder: a clear message or an Issue, the right exit code, no traceback, no hang, nothing lost."""

import ctypes
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import FAIR, GOOD, Run, block


def names(report: str) -> list[str]:
    return [experiment["name"] for experiment in json.loads(report)["experiments"]]


def issues(report: str) -> list[str]:
    return [f"{issue['where']['path']}: {issue['message']}" for issue in json.loads(report)["issues"]]


def test_a_missing_path_is_named_and_ends_with_2(run: Run) -> None:
    for command in ("collect", "render", "check"):
        done = run(command, "nowhere")
        assert done.code == 2
        assert done.err == "fcosreport: nowhere: No such file or directory. Give a folder, a log or a note.\n"


def test_without_a_store_render_says_how_to_get_one(run: Run) -> None:
    done = run("render", "--json")
    assert done.code == 2
    assert "fcosreport collect" in done.err


def test_an_empty_folder_is_collected_and_is_no_success_of_a_check(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    assert run("collect").code == 0
    done = run("check", "runs")
    assert done.code == 2
    assert "No experiment" in done.err


def test_a_folder_with_nothing_but_the_settings_of_a_run_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "exp").mkdir()
    (tmp_path / "exp" / "args.yaml").write_text("task: detect\nmode: train\nmodel: yolov8n.pt\nepochs: 2\nlr0: 0.01\n")
    (tmp_path / "exp" / "words.txt").write_text("nothing\n")
    assert "with a result; 1 file of them has settings of a run." in run("render", "exp").err


def test_a_binary_file_yields_nothing_and_is_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "log.txt").write_bytes(bytes(range(256)) * 500)
    report = json.loads(run("render", "runs", "--json", "-o", "-").out)
    assert report["experiments"] == []
    assert [source["kind"] for source in report["sources"]] == ["binary"]


def test_a_gigabyte_of_one_line_is_read_in_bounded_memory(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "run1" / "log.txt"
    log.parent.mkdir()
    log.write_text(block())
    with log.open("ab") as stream:
        stream.truncate(1 << 30)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    assert names(run("render", "run1", "--json", "-o", "-", preexec_fn=limit).out) == ["run1"]


def test_a_loop_of_folders_ends_and_each_run_counts_once(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "runs" / "a" / "log.txt"
    log.parent.mkdir(parents=True)
    log.write_text(block())
    (tmp_path / "runs" / "a" / "again").symlink_to("..", target_is_directory=True)
    (tmp_path / "runs" / "0-latest").symlink_to("a", target_is_directory=True)
    (tmp_path / "runs" / "self").symlink_to("self")
    assert names(run("render", "runs", "--json", "-o", "-").out) == ["a"]


def no_override() -> None:
    """Let file modes hold for root too, by taking its two capabilities to override them."""
    prctl, drop_bounding_capability = ctypes.CDLL(None).prctl, 24
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        prctl(drop_bounding_capability, capability, 0, 0, 0)


def test_an_unreadable_file_and_folder_are_issues(run: Run, tmp_path: Path) -> None:
    good, bad, shut = (tmp_path / "runs" / name for name in ("good", "bad", "shut"))
    for folder in (good, bad, shut):
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text(block())
    (bad / "log.txt").chmod(0)
    shut.chmod(0)
    done = run("render", "runs", "--json", "-o", "-", preexec_fn=no_override)
    shut.chmod(0o755)
    assert done.code == 0
    assert names(done.out) == ["good"]
    assert len(issues(done.out)) == 2


def test_what_the_user_has_no_right_to_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.txt").write_text(block())
    assert run("collect", "a", "--store", "s.sqlite").code == 0
    for name in ("shut.sqlite", "shut.json", "shut.md"):
        (tmp_path / name).write_bytes((tmp_path / "s.sqlite").read_bytes())
        (tmp_path / name).chmod(0)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder").chmod(0o555)
    for words in (
        ["check", "--store", "shut.sqlite"],
        ["collect", "a", "--store", "shut.sqlite"],
        ["collect", "a", "--store", "folder/s.sqlite"],
        ["check", "--store", "s.sqlite", "--baseline", "shut.json"],
        ["check", "--store", "s.sqlite", "--format", "json=folder/r.json"],
        ["render", "--store", "s.sqlite", "--md", "-o", "folder/r.md"],
        ["note", "update", "shut.md"],
    ):
        done = run(*words, preexec_fn=no_override)
        assert (done.code, done.err.count("\n")) == (2, 1), done.err
        assert ": Permission denied. " in done.err
    (tmp_path / "folder").chmod(0o755)
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_pipe_is_not_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    os.mkfifo(tmp_path / "runs" / "log.txt")
    done = run("render", "runs", "--json", "-o", "-")
    assert done.code == 0
    assert issues(done.out) == [
        "runs/log.txt: neither a file nor a folder (a pipe, socket or device); it was not opened."
    ]
    assert run("check", "runs/log.txt").code == 2


def test_a_file_that_is_truncated_while_being_read_keeps_what_was_read(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "run1" / "log.txt"
    log.parent.mkdir()
    log.write_text(block() + "iter: 1 loss: 0.5\n" * 5_000_000)
    stop = threading.Event()

    def shrink() -> None:
        while not stop.is_set():
            os.truncate(log, 2_000_000)
            time.sleep(0.001)

    thread = threading.Thread(target=shrink)
    thread.start()
    done = run("render", "run1", "--json", "-o", "-")
    stop.set()
    thread.join()
    assert done.code == 0
    assert names(done.out) == ["run1"]


def test_a_store_of_a_newer_version_is_left_alone(run: Run, tmp_path: Path) -> None:
    assert run("collect", ".", "--store", "s.sqlite").code == 0
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        db.execute("pragma user_version = 99")
    done = run("check", ".", "--store", "s.sqlite")
    assert done.code == 2
    assert "newer fcosreport" in done.err


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 2000])
def test_a_file_that_is_no_store_is_left_alone(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.sqlite").write_bytes(content)
    done = run("collect", ".", "--store", "s.sqlite")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert (tmp_path / "s.sqlite").read_bytes() == content


def test_the_database_of_another_program_is_left_alone(run: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        db.execute("create table theirs (a)")
    done = run("collect", ".", "--store", "s.sqlite")
    assert done.code == 2
    assert "another program" in done.err


def test_a_full_disk_leaves_the_store_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.txt").write_text(block())
    run("collect", "a", "--store", "s.sqlite")
    for number in range(200):
        folder = tmp_path / "a" / f"run{number}"
        folder.mkdir()
        (folder / "log.txt").write_text(block())

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = run("collect", "a", "--store", "s.sqlite", preexec_fn=no_room)
    assert done.code == 2
    assert "Make room" in done.err
    assert names(run("render", "--json", "-o", "-", "--store", "s.sqlite").out) == ["a"]


def test_an_output_that_cannot_be_written_keeps_the_old_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.txt").write_text(block())
    assert run("render", "a", "--json", "-o", "out.json").code == 0
    before = (tmp_path / "out.json").read_bytes()

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = run("render", "--json", "-o", "out.json", preexec_fn=no_room)
    assert done.code == 2
    assert (tmp_path / "out.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []
    assert run("render", "--json", "-o", "a/log.txt/x.json").code == 2


def test_names_that_no_terminal_can_show_do_no_harm(run: Run, tmp_path: Path) -> None:
    for name in (b"\xff\xfe bytes", b"line\nbreak", b"--option", "rtl \u202e name".encode(), b"'quote\""):
        folder = os.fsencode(tmp_path / "runs") + b"/" + name
        os.makedirs(folder)
        Path(os.fsdecode(folder + b"/log.txt")).write_text(block())
    for form in ("--json", "--md", "--csv", "--text"):
        done = run("render", "runs", form, "-o", "-")
        assert done.code == 0, done.err
    assert len(names(run("render", "runs", "--json", "-o", "-").out)) == 5
    assert "0 files read" in run("collect", "runs").out


def test_unknown_settings_codes_and_formats_are_errors_that_help(run: Run, tmp_path: Path) -> None:
    assert "duplicate-metrics" in run("explain", "duplicate-metric").err
    assert run("check", ".", "--format", "xml").code == 2
    (tmp_path / "fcosreport.toml").write_text("reference_rl = 0.1")
    done = run("check", ".")
    assert done.code == 2
    assert "reference_rl" in done.err
    (tmp_path / "fcosreport.toml").write_text("reference_lr = ")
    assert run("check", ".").code == 2


def test_an_interrupted_collect_leaves_the_store_whole(run: Run, tmp_path: Path) -> None:
    for number in range(300):
        folder = tmp_path / "runs" / f"run{number:03}"
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text(block(GOOD if number % 2 else FAIR))
    command = [sys.executable, "-m", "fcosreport", "collect", "runs"]
    for attempt in range(8):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.1 * attempt)
        process.kill()
        process.wait()
        store = tmp_path / "reports" / "fcosreport.sqlite"
        if store.exists():
            with sqlite3.connect(store) as db:
                assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert run("collect", "runs").code == 0
    assert len(names(run("render", "--json", "-o", "-").out)) == 300


def test_two_collects_at_once_keep_both(tmp_path: Path) -> None:
    for side in ("left", "right"):
        for number in range(100):
            folder = tmp_path / side / f"{side}{number:03}"
            folder.mkdir(parents=True)
            (folder / "log.txt").write_text(block())
    command = [sys.executable, "-m", "fcosreport", "collect", "--store", "s.sqlite"]
    both = [subprocess.Popen([*command, side], cwd=tmp_path, stderr=subprocess.PIPE) for side in ("left", "right")]
    for process in both:
        _, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        assert db.execute("select count(*) from run").fetchone() == (200,)
