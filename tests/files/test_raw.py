"""Why a file cannot be opened: its own fault, which is told of it, or that of too many others."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fcosreport.errors import LimitError
from fcosreport.files.raw import reason
from fcosreport.reading.file import read
from tests.conftest import block


@contextmanager
def no_more_files() -> Iterator[None]:
    """All numbers that this process may give to open files are taken."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_log_is_not_unreadable_because_too_many_other_files_are_open(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(block())
    assert read(log, "log.txt", "log").source.evaluations == 1
    with no_more_files(), pytest.raises(LimitError, match="ulimit -n"):
        read(log, "log.txt", "log")


def test_what_is_the_fault_of_the_file_is_told_in_the_words_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as error:
        (tmp_path / "nowhere").read_bytes()
    assert reason(error.value) == "No such file or directory"
    assert reason(ValueError("embedded null byte")) == "embedded null byte"
    assert "No such file" in read(tmp_path / "nowhere", "nowhere", "log").records[0].message  # type: ignore[union-attr]
