"""Reading one file: whatever its bytes are, it ends, loses nothing, and says what it could not read."""

import codecs
import os
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fcosreport.files.raw import Raw
from fcosreport.reading import predicted
from fcosreport.reading.coverage import covered
from fcosreport.reading.file import Reading, read
from fcosreport.records import Evaluation, Fragment, Issue
from tests.conftest import FAIR, GOOD, ROWS, block

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PIECES = st.one_of(
    st.sampled_from([*(f" Average {row} = 0.123\n" for row in ROWS), block(), block(FAIR, "segm"), block()[:-300]]),
    st.sampled_from(
        ["\n", "\r", "\r\n", "@", "Average", " Average Precision  (AP) @[ IoU=", "maxDets", "```\n", "\\n"]
    ),
    st.sampled_from(["Epoch: [3]\n", "iter: 20\n", "## segm\n", "Evaluating category cat\n", "\0\0", "\x1b[32m", "＠"]),
    st.text(max_size=30),
).map(lambda text: text.encode(errors="replace"))
CONTENT = st.one_of(
    st.binary(max_size=400), st.lists(st.one_of(PIECES, st.binary(max_size=9)), max_size=12).map(b"".join)
)


ROW = b"Average Precision (AP) @[ IoU=0.50:0.95 | area=all | maxDets=100 ] = 0.387\n"


def at(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def evaluations(reading: Reading) -> list[Evaluation]:
    return [record for record in reading.records if isinstance(record, Evaluation)]


def issues(reading: Reading) -> list[Issue]:
    return [record for record in reading.records if isinstance(record, Issue)]


def printed(evaluation: Evaluation) -> list[str]:
    return [metric.text for metric in evaluation.metrics]


@SLOW
@given(content=CONTENT, origin=st.sampled_from(["log", "note"]))
def test_any_bytes_give_records_on_lines_that_exist(tmp_path: Path, content: bytes, origin: str) -> None:
    reading = read(at(tmp_path / "file", content), "file", origin)  # type: ignore[arg-type]  # one of the two
    for record in reading.records:
        assert 1 <= record.where.line <= max(reading.source.lines, 1)
    assert reading.source.evaluations == len(evaluations(reading))
    assert reading.source.size == len(content)


@SLOW
@given(content=CONTENT, origin=st.sampled_from(["log", "note"]), size=st.integers(8, 300))
@example(content=ROW + b"@" + ROW.replace(b":0.95", b""), origin="log", size=100)
def test_the_records_do_not_depend_on_the_pieces(tmp_path: Path, content: bytes, origin: str, size: int) -> None:
    path = at(tmp_path / "file", content)
    assert read(path, "file", origin, size) == read(path, "file", origin)  # type: ignore[arg-type]  # one of the two


@SLOW
@given(stop=st.integers(0, 3000))
def test_a_text_cut_anywhere_gives_a_part_of_its_records(tmp_path: Path, stop: int) -> None:
    text = ("starting\n" + block() + "Epoch: [1]\n" + block(FAIR, "segm")).encode()
    whole = evaluations(read(at(tmp_path / "whole", text), "file", "log"))
    part = evaluations(read(at(tmp_path / "part", text[:stop]), "file", "log"))
    assert part[:-1] == whole[: max(0, len(part) - 1)]
    if part:
        last = whole[len(part) - 1]
        assert printed(part[-1]) == printed(last)[: len(part[-1].metrics)]
        assert (part[-1].where, part[-1].task) == (last.where, last.task)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_alike_for_every_line_end(tmp_path: Path, end: str) -> None:
    text = (("x" * 20 + end) * 500 + block().replace("\n", end) + "no end").encode()
    for size in (8, 21, 22, 23, 4096):
        reading = read(at(tmp_path / "file", text), "file", "log", size)
        assert reading.source.lines == 514
        assert [one.where.line for one in evaluations(reading)] == [502]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_the_text_of_a_note_has_the_lines_of_its_records(tmp_path: Path, encoding: str) -> None:
    text = "# 实验一\r\n- 学习率: 0.01\r- 结果\n\n" + block()
    reading = read(at(tmp_path / "note.md", text.encode(encoding)), "note.md", "note", 64)
    assert reading.text == text
    (one,) = evaluations(reading)
    assert text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[one.where.line - 1].endswith("0.387")
    assert reading.source.kind == "note"


def test_the_fingerprint_tells_contents_apart(tmp_path: Path) -> None:
    contents = (b"", block().encode(), block().encode("utf-16"), b" " * 300_000, b" " * 299_999 + b"x")
    sources = [read(at(tmp_path / "file", content), "file", "log").source for content in contents]
    assert len({source.fingerprint for source in sources}) == len(contents)
    assert sources[1].fingerprint == read(at(tmp_path / "copy", contents[1]), "copy", "log").source.fingerprint


def test_a_log_has_no_text(tmp_path: Path) -> None:
    assert read(at(tmp_path / "file", block().encode()), "file", "log").text == ""


@pytest.mark.parametrize("content", [os.urandom(5000), b"PK\x03\x04" + bytes(range(256)) * 20, b"\x80\x02}q\x00" * 300])
def test_a_binary_file_is_named_so_and_gives_nothing(tmp_path: Path, content: bytes) -> None:
    reading = read(at(tmp_path / "file", content + block().encode()), "file", "log")
    assert (reading.source.kind, reading.records, reading.text) == ("binary", (), "")


def test_a_pointer_of_git_lfs_is_not_read_and_says_how_to_get_what_it_stands_for(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 2590604891\n"
    for name in ("train.log", "events.out.tfevents.1"):
        source = read(at(tmp_path / name, pointer), name, "log").source
        told = covered(Fragment(source=source), None).source
        assert (told.state, "git lfs pull" in told.reason) == ("not read", True)
    assert len(evaluations(read(at(tmp_path / "notes.log", block().encode() + pointer), "notes.log", "log"))) == 1


def test_a_text_with_some_broken_bytes_and_nuls_is_read(tmp_path: Path) -> None:
    damaged = block().encode() + b"epoch 3\0\0\0 loss 0.\xff\xfe7\n" + block(FAIR).encode()
    found = evaluations(read(at(tmp_path / "file", damaged), "train.log", "log"))
    assert [printed(one) for one in found] == [GOOD.split(), FAIR.split()]


def test_lines_with_nuls_are_told_and_those_around_them_read(tmp_path: Path) -> None:
    row = '{{"epoch": {}, "mAP": 0.3{}, "mAP_50": 0.5}}\n'
    for torn in (b'{"epoch": 2, \0\0\0\0\0\0\0\0\0\0\0\0\0\n', b'{"epoch": 2, "mAP_50": \0\0\0\0\0}\n'):
        reading = read(
            at(tmp_path / "f", row.format(1, 1).encode() + torn + row.format(3, 3).encode()), "f.jsonl", "log"
        )
        assert [(each.epoch, each["AP"]) for each in evaluations(reading)] == [(1, 0.31), (3, 0.33)]
        assert [(issue.where.line, issue.message[:9]) for issue in issues(reading)] == [(2, "NUL bytes")]
    emptied = read(at(tmp_path / "f", b"\0" * 40 + row.format(1, 1).encode()), "f.jsonl", "log")
    assert [each.epoch for each in evaluations(emptied)] == [1]
    assert issues(emptied) == []
    assert read(at(tmp_path / "f", b"\x7fELF\2\1\0\0\n\0\3mAP: 0.5\n"), "f", "log").source.kind == "binary"


def test_a_log_that_was_emptied_while_written_is_text(tmp_path: Path) -> None:
    for nuls in (3, 4000, 200_000):
        reading = read(
            at(tmp_path / "file", b"\0" * nuls + block().encode() + b"\0" * 99 + block(FAIR).encode()), "f", "log"
        )
        assert [printed(one) for one in evaluations(reading)] == [GOOD.split(), FAIR.split()]


def test_what_cannot_be_opened_is_an_issue_that_says_what_to_do(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe", Path("/dev/null"), Path("a\0b")):
        reading = read(path, "shown", "log")
        (issue,) = issues(reading)
        assert reading.source.kind == "unreadable"
        assert issue.where.path == "shown"
        assert "Give" in issue.message or "Leave" in issue.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_an_issue(tmp_path: Path) -> None:
    path = at(tmp_path / "file", block().encode())
    path.chmod(0)
    assert read(path, "file", "log").source.kind == "unreadable"


def test_an_error_in_the_middle_keeps_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = at(tmp_path / "file", (block() + "x\n" * 9000 + block(FAIR)).encode())
    ours = Raw.readinto

    class Broken:
        def __init__(self, file: object) -> None:
            self.file = file

        def readinto(self, view: memoryview) -> int:
            if self.file.tell() > 8000:  # type: ignore[attr-defined]  # a FileIO
                raise OSError(5, "Input/output error")
            return self.file.readinto(view)  # type: ignore[attr-defined,no-any-return]  # a FileIO

    def broken(raw: Raw, view: memoryview) -> int:
        if not isinstance(raw.file, Broken):
            raw.file = Broken(raw.file)  # type: ignore[assignment]  # a disk that fails
        return ours(raw, view)

    monkeypatch.setattr(Raw, "readinto", broken)
    reading = read(path, "file", "log", 4096)
    assert [printed(one) for one in evaluations(reading)] == [GOOD.split()]
    (issue,) = issues(reading)
    assert "Input/output error" in issue.message


def test_a_file_that_shrinks_keeps_what_was_read(tmp_path: Path) -> None:
    path = at(tmp_path / "file", (block() + "x\n" * 9000).encode())
    ours = Raw.readinto

    def shrinking(raw: Raw, view: memoryview) -> int:
        count = ours(raw, view)
        os.truncate(path, 4096)
        return count

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Raw, "readinto", shrinking)
        reading = read(path, "file", "log", 4096)
    assert len(evaluations(reading)) == 1
    (issue,) = issues(reading)
    assert "shrank" in issue.message


def test_a_file_that_is_truncated_and_written_again_and_again_does_not_hang(tmp_path: Path) -> None:
    path, stop = at(tmp_path / "file", block().encode() * 500), threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            os.truncate(path, 1000)
            path.write_bytes(block().encode() * 500)

    thread = threading.Thread(target=rewrite)
    thread.start()
    try:
        for _ in range(20):
            read(path, "file", "log")
    finally:
        stop.set()
        thread.join()


def test_a_line_of_many_megabytes_loses_nothing_and_stays_linear(tmp_path: Path) -> None:
    path = tmp_path / "notebook.ipynb"
    cell = (block() + "x" * 5000).replace("\n", "\\n")
    path.write_text('{"text": "' + cell * 2000 + '"}')
    start = time.process_time()
    found = evaluations(read(path, "file", "log"))
    assert [printed(one) for one in found] == [GOOD.split()] * 2000
    assert {one.where.line for one in found} == {1}
    assert time.process_time() - start < 10


def test_a_line_that_is_cut_within_a_row_is_joined(tmp_path: Path) -> None:
    path = at(tmp_path / "file", block().replace("\n", " ").encode() * 3)
    for size in (8, 40, 61, 100, 1000):
        assert [printed(one) for one in evaluations(read(path, "file", "log", size))] == [GOOD.split()] * 3


def test_a_file_of_200_mb_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.write(block().encode())
        file.truncate(200 << 20)  # a hole: one line of NULs
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + block(FAIR).encode())
    tracemalloc.start()
    try:
        found = evaluations(read(path, "file", "log"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [printed(one) for one in found] == [GOOD.split(), FAIR.split()]
    assert peak < 4 << 20


def test_a_note_beyond_the_limit_is_cut_at_a_line_with_an_issue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcosreport.reading.file.NOTE_LIMIT", 1000)
    reading = read(at(tmp_path / "note.md", ("words\n" * 400 + block()).encode()), "note.md", "note")
    assert reading.text == "words\n" * 166
    assert len(evaluations(reading)) == 1
    (issue,) = issues(reading)
    assert issue.where.line == 167


def test_a_log_in_utf_16_that_was_emptied_while_it_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"\0" * 40 + codecs.BOM_UTF16_LE + f"x\n{block()}".encode("utf-16-le"))
    found = read(path, "log.txt", "log").records
    assert [each["AP"] for each in found if isinstance(each, Evaluation)] == [0.387]


def test_predictions_are_known_by_their_begin_and_not_searched_for_results(tmp_path: Path) -> None:
    path = tmp_path / "any_name.json"
    path.write_text('[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]\nmAP: 0.371\n')
    found = read(path, "any_name.json", "log")
    assert (found.records, found.source.reason) == ((), predicted.OF_PREDICTIONS)
    assert found.source.fingerprint
    path.write_text('[{"epoch": 1, "score": 0.5}]\nmAP: 0.371\n')
    assert printed(*evaluations(read(path, "any_name.json", "log"))) == ["0.371"]
