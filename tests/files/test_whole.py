"""Files are written whole or not at all; a file of the user's stays the file that it was."""

import errno
import os
import stat
from pathlib import Path

import pytest

from fcosreport.errors import OutputError
from fcosreport.files.whole import refuse_read_only, rewrite, write_whole

OLD, NEW = "old\n" * 30, "new\n" * 20
is_root = os.geteuid() == 0


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_text(OLD)
    return path


def test_a_report_replaces_what_was_there(note: Path) -> None:
    other = note.with_name("other.md")
    other.hardlink_to(note)
    write_whole(note, NEW)
    assert (note.read_text(), other.read_text()) == (NEW, OLD)


def test_a_pipe_is_written_to_where_someone_reads(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match="nobody reads from it"):
        write_whole(pipe, NEW)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as reader:
        write_whole(pipe, NEW)
        assert reader.read() == NEW
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_disk_and_a_file_in_the_way_are_told(tmp_path: Path, note: Path) -> None:
    if Path("/dev/full").exists():
        with pytest.raises(OutputError, match="No space left on device"):
            write_whole(Path("/dev/full"), NEW)
    with pytest.raises(OutputError, match="Not a directory"):
        write_whole(note / "report.md", NEW)
    assert os.listdir(tmp_path) == ["note.md"]


def test_mode_and_attributes_stay(note: Path) -> None:
    note.chmod(0o640)
    has_attributes = hasattr(os, "setxattr")
    try:
        os.setxattr(note, "user.topic", b"FCOS")
    except (AttributeError, OSError):
        has_attributes = False
    before = note.stat()
    rewrite(note, NEW)
    assert note.read_text() == NEW
    assert stat.S_IMODE(note.stat().st_mode) == 0o640
    assert note.stat().st_mtime_ns >= before.st_mtime_ns
    if has_attributes:
        assert os.getxattr(note, "user.topic") == b"FCOS"


@pytest.mark.skipif(not is_root, reason="only root can have a file of another owner")
def test_the_owner_stays(note: Path) -> None:
    os.chown(note, 1234, 4321)
    rewrite(note, NEW)
    assert note.read_text() == NEW
    assert (note.stat().st_uid, note.stat().st_gid) == (1234, 4321)


def test_where_the_owner_cannot_be_kept_the_file_is_written_in_place(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "chown", refused)
    before = note.stat()
    rewrite(note, NEW)
    assert note.read_text() == NEW
    assert (note.stat().st_ino, note.stat().st_uid) == (before.st_ino, before.st_uid)
    assert os.listdir(note.parent) == ["note.md"]


def test_a_file_that_cannot_be_opened_leaves_nothing_beside_it(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))  # as an append-only file does

    monkeypatch.setattr(Path, "replace", refused)
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(OutputError, match="Operation not permitted"):
        rewrite(note, NEW)
    assert os.listdir(note.parent) == ["note.md"]


def test_links_stay(note: Path) -> None:
    hard, soft, far = (note.with_name(name) for name in ("hard.md", "soft.md", "far.md"))
    hard.hardlink_to(note)
    soft.symlink_to(note.name)
    far.symlink_to(soft)
    for text in (NEW, OLD):
        rewrite(far, text)
        assert {path.read_text() for path in (note, hard, soft, far)} == {text}
    assert note.samefile(hard)
    assert sorted(os.listdir(note.parent)) == ["far.md", "hard.md", "note.md", "soft.md"]


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_disk_that_is_full_in_the_middle_changes_nothing(
    note: Path, monkeypatch: pytest.MonkeyPatch, is_linked: bool
) -> None:
    if is_linked:
        note.with_name("hard.md").hardlink_to(note)
    names, sync = sorted(os.listdir(note.parent)), os.fsync

    def sync_what_is_old(number: int) -> None:
        if os.pread(number, len(NEW), 0) == NEW.encode():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(number)

    monkeypatch.setattr(os, "fsync", sync_what_is_old)
    with pytest.raises(OutputError, match="Make room on the disk"):
        rewrite(note, NEW)
    assert note.read_text() == OLD
    assert sorted(os.listdir(note.parent)) == names


def test_a_disk_that_dies_in_the_middle_leaves_a_copy_and_tells_where(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note.with_name("hard.md").hardlink_to(note)

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pwrite", broken)
    with pytest.raises(OutputError, match="half-written") as error:
        rewrite(note, NEW)
    copy = Path(str(error.value).split("What it held is in ")[1].removesuffix("."))
    assert copy.read_text() == OLD


def test_a_read_only_file_is_refused_also_to_root(note: Path) -> None:
    refuse_read_only(note)
    note.chmod(0o444)
    with pytest.raises(OutputError, match="read-only"):
        refuse_read_only(note)
    with pytest.raises(OutputError, match="read-only"):
        rewrite(note, NEW)
    assert note.read_text() == OLD
