"""The real tree: copies of real logs that differ in the last digits of their numbers and in nothing else."""

import re
from pathlib import Path

import pytest

from benchmarks.real import make
from benchmarks.trees import files
from tests.conftest import block

LOG = f"iter: 20  lr: 0.00250  loss: 1.2345 (1.30)  max_mem: 3000\n{block()}" * 4
BINARY = b"\0\x18\0\0 brain.Event:2 0.12345 " * 200


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Logs, an event file, a note, a fragment, and what stands about the corpus beside its folders."""
    folder = tmp_path / "corpus"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "001__owner__project__log.txt").write_text(LOG)
    (folder / "one" / "002__owner__project__events.out.tfevents.1").write_bytes(BINARY)
    (folder / "one" / "003__owner__project__README.md").write_text(LOG)
    (folder / "one" / "004__owner__project__cut.log").write_text("iter: 20  loss: 1.2345\n")
    (folder / "manifest.jsonl").write_text(LOG)
    return folder


def names(folder: Path) -> list[str]:
    return [path.name for path in files(folder)]


def test_a_tree_has_as_many_copies_of_the_logs_as_are_near_its_size(corpus: Path, tmp_path: Path) -> None:
    assert make(corpus, tmp_path / "few", 1) == 2
    assert names(tmp_path / "few") == ["log.txt", "events.out.tfevents.1"]
    size = 3 * (len(LOG) + len(BINARY))
    assert make(corpus, tmp_path / "many", size + 100) == 6
    assert sum(path.stat().st_size for path in files(tmp_path / "many")) == size


def test_copies_differ_in_the_last_digits_alone_and_are_the_same_each_time(corpus: Path, tmp_path: Path) -> None:
    for name in ("tree", "again"):
        make(corpus, tmp_path / name, 3 * (len(LOG) + len(BINARY)))
    made = [path.read_bytes() for path in files(tmp_path / "tree")]
    assert made == [path.read_bytes() for path in files(tmp_path / "again")]
    logs = [data.decode() for data in made if b"\0" not in data]
    assert logs[0] == LOG
    assert len({*logs}) == 3
    assert {re.sub(r"(?<=\d\.)(\d{2,})\d", r"\1#", log) for log in logs} == {re.sub(r"(\.\d{2,})\d", r"\1#", LOG)}
    assert [data for data in made if b"\0" in data] == [BINARY] * 3


def test_there_is_no_tree_without_a_corpus(tmp_path: Path) -> None:
    assert make(tmp_path / "none", tmp_path / "tree", 1000) == 0
