"""Output that nobody can take ends a command with one line and 2; what is said beside it may be lost."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
COMMANDS = [
    ["collect", "runs"],
    ["render"],
    ["render", "--xlsx", "-o", "-"],
    ["check"],
    ["check", "--format", "json"],
    ["curves", "lr2en2"],
    ["show", "lr2en2"],
    ["rules"],
    ["explain", "FR401"],
    ["--version"],
    ["--help"],
]


@pytest.fixture
def collected(run: Run, committed_runs: Path) -> Path:
    """The folder of a store of runs, of which two have an error."""
    assert run("collect", "runs").code == 0
    return committed_runs.parent


def ended(folder: Path, words: list[str], **options: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "fcosreport", *words]
    done = subprocess.run(command, cwd=folder, timeout=120, **{"stderr": subprocess.PIPE, **options})  # type: ignore[call-overload]
    return done.returncode, (done.stderr or b"").decode()


def closed(*numbers: int) -> Callable[[], None]:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


@needs_full
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_full_disk_behind_stdout_is_told(collected: Path, words: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        code, said = ended(collected, words, stdout=full)
    assert code == 2
    assert said == "fcosreport: stdout: No space left on device. Send it to a file or pipe that can be written.\n"


def test_a_closed_stdout_takes_no_output(collected: Path) -> None:
    for words in COMMANDS[:4]:
        for numbers in ((1,), (0, 1)):
            code, said = ended(collected, words, preexec_fn=closed(*numbers))
            assert (code, said.count("\n")) == (2, 1)
            assert said.startswith("fcosreport: stdout: Bad file descriptor.")


@needs_full
def test_what_prints_nothing_needs_no_stdout(collected: Path) -> None:
    words = ["render", "--md", "-o", "out.md"]
    assert ended(collected, words, preexec_fn=closed(1))[0] == 0
    with open("/dev/full", "wb") as full:
        assert ended(collected, words, stdout=full)[0] == 0


def test_a_reader_that_leaves_is_told_nothing(collected: Path) -> None:
    for words in COMMANDS:
        read, write = os.pipe()
        os.close(read)
        try:
            assert ended(collected, words, stdout=write) == (2, ""), words
        finally:
            os.close(write)


def test_a_pipe_that_does_not_wait_gets_all_of_it(run: Run, collected: Path) -> None:
    words = ["render", "--html", "-o", "-"]
    whole = run(*words).out.encode()
    read, write = os.pipe()
    os.set_blocking(write, False)
    room = fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen([sys.executable, "-m", "fcosreport", *words], cwd=collected, stdout=write) as started:
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            assert pipe.read() == whole
    assert started.returncode == 0
    assert len(whole) > room


@needs_full
@pytest.mark.parametrize("words", [["check"], ["render", "--md", "-o", "out.md"], ["check", "nowhere"]], ids=" ".join)
def test_a_stderr_that_takes_nothing_changes_no_outcome(run: Run, collected: Path, words: list[str]) -> None:
    told = run(*words)
    with open("/dev/full", "wb") as full:
        for options in ({"stderr": full}, {"preexec_fn": closed(2)}, {"preexec_fn": closed(0, 2)}):
            with (collected / "printed").open("w+") as printed:
                assert ended(collected, words, stdout=printed, **options)[0] == told.code
            assert (collected / "printed").read_text() == told.out


def test_too_few_open_files_are_told_as_what_they_are(collected: Path) -> None:
    import resource

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))

    for path in (collected / "runs").rglob("log.txt"):
        path.write_text(path.read_text() + "\n")
    code, said = ended(collected, ["check", "runs", "--executor", "process:2"], preexec_fn=few)
    assert (code, said) == (2, "fcosreport: Too many open files. Raise the limit, as with: ulimit -n 1024\n")
    assert ended(collected, ["check", "runs"], preexec_fn=few, stdout=subprocess.DEVNULL)[0] == 1  # one process does
