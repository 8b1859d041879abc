"""Packed files: what is in them, as if it were unpacked, within bounds."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fcosreport.collecting.discover import Discovery
from fcosreport.files import packed
from fcosreport.files.raw import Refused
from fcosreport.pipeline import opened

TEXT = b"".join(b"line %d\n" % number for number in range(1000))


def content(path: Path | str) -> bytes:
    with packed.unpacked(str(path)) as (raw, copy):
        assert raw.size == copy.stat().st_size
        return copy.read_bytes()


def tar(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # the mode is one of its own
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return path


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def found(path: Path) -> tuple[list[str], list[str]]:
    """What a walk finds, shown below the folder, and the issues."""
    walk = Discovery([path])
    shown = [file.shown.removeprefix(f"{path}") for file in walk.files()]
    return shown, [issue.message for issue in walk.issues]


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_a_compressed_log_is_read_as_it_is(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / f"log.txt.{ending}"
    path.write_bytes(pack(TEXT))
    assert content(path) == TEXT
    assert found(tmp_path) == ([f"/log.txt.{ending}"], [])


def test_zstandard_without_the_extra_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "log.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    with pytest.raises(Refused, match=r"pip install zstandard$"):
        content(tmp_path / "log.zst")


FILES = {"b/log.txt": TEXT, "a/log.txt": TEXT[:80], "a/README.md": b"# a"}


@pytest.mark.parametrize("name", ["runs.zip", "runs.tar", "runs.tar.gz", "runs.tgz", "runs.tar.bz2", "runs.tar.xz"])
def test_the_members_of_an_archive_are_files(tmp_path: Path, name: str) -> None:
    kind = {"tgz": "gz", "tar": "", "zip": ""}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    path = zipped(tmp_path / name, FILES) if name.endswith("zip") else tar(tmp_path / name, FILES, f"w:{kind}")
    assert found(tmp_path) == ([f"/{name}!/{member}" for member in FILES], [])
    for member in (*FILES, *reversed(FILES)):  # in any order
        assert content(f"{path}!/{member}") == FILES[member]
    with packed.kept_open():
        for member in (*FILES, *reversed(FILES)):
            assert content(f"{path}!/{member}") == FILES[member]


def test_what_would_not_be_read_on_the_disk_is_not_read_in_an_archive(tmp_path: Path) -> None:
    names = ["a/weights.pth", ".git/log.txt", "__MACOSX/a.log", "a/__pycache__/x.txt", "log.txt"]
    zipped(tmp_path / "a.zip", dict.fromkeys(names, TEXT))
    assert found(tmp_path) == (["/a.zip!/log.txt"], [])


def test_packed_files_in_an_archive_and_paths_out_of_it_are_told(tmp_path: Path) -> None:
    tar(
        tmp_path / "a.tar",
        {"b.zip": b"", "log.txt.gz": b"", "../log.txt": TEXT, "/etc/log.txt": TEXT, "c.log": TEXT},
        "w",
    )
    shown, (nested, outside) = found(tmp_path)
    assert shown == ["/a.tar!/c.log"]
    assert nested.startswith("2 packed files in it were not opened")
    assert outside.startswith("2 of its files have paths that lead out of it")


def test_links_in_an_archive_are_no_files(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        about = tarfile.TarInfo("log.txt")
        about.type, about.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(about)
    assert found(tmp_path) == ([], [])


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    zeros = bytes(4 << 20)
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(zeros))
    with packed.unpacked(str(tmp_path / "a.log.gz")) as (raw, copy):
        assert copy.stat().st_size < 2 << 20
        assert "more than 200 times its own size" in raw.trouble
    zipped(tmp_path / "b.zip", {"a.log": zeros})
    tar(tmp_path / "c.tar.gz", {"a.log": zeros, "b.log": b""})
    shown, issues = found(tmp_path)
    assert "/b.zip!/a.log" not in shown
    assert [each for each in issues if "more than 200 times its own size" in each] == issues
    assert len(issues) == 2


def test_more_members_than_are_looked_at_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MEMBERS", 2)
    zipped(tmp_path / "a.zip", {"1.log": b"", "a.png": b"", "b.png": b"", "2.log": b"", "3.log": b""})
    shown, (issue,) = found(tmp_path)
    assert shown == ["/a.zip!/1.log", "/a.zip!/2.log"]
    assert "more than 2 files" in issue


def test_a_cut_file_gives_what_can_be_unpacked(tmp_path: Path) -> None:
    noise = b"".join(b"%d\n" % (number * number * 7919 % 1000003) for number in range(400_000))
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(noise)[:-1000])
    with packed.unpacked(str(tmp_path / "a.log.gz")) as (raw, copy):
        assert noise.startswith(copy.read_bytes())
        assert raw.size > 1 << 20
        assert "Unpacking failed after" in raw.trouble


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"])
def test_an_archive_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"this is no archive\n" * 40)
    shown, (issue,) = found(tmp_path)
    assert not shown
    assert "it cannot be unpacked" in issue


def test_a_compressed_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(b"plain text")
    with pytest.raises(Refused, match="it cannot be unpacked"):
        content(tmp_path / "a.log.gz")


def test_a_folder_may_be_called_as_an_archive(tmp_path: Path) -> None:
    folder = tmp_path / "runs.zip"
    folder.mkdir()
    (folder / "log.txt").write_bytes(TEXT)
    assert found(tmp_path) == (["/runs.zip/log.txt"], [])
    assert not packed.is_packed(str(folder / "log.txt"))


def test_a_run_in_an_archive_is_read_once_and_named_as_on_the_disk(tmp_path: Path) -> None:
    lines = "".join(
        f"Epoch(val) [{epoch}][5000/5000]  coco/bbox_mAP: 0.{epoch}7  coco/bbox_mAP_50: 0.{epoch}9\n"
        for epoch in (1, 2)
    )
    zipped(tmp_path / "night.zip", {"log.txt": lines.encode(), "gn/log.txt": lines.replace("7", "5").encode()})
    (tmp_path / "bn.log.gz").write_bytes(gzip.compress(lines.replace("7", "3").encode()))
    with opened(tmp_path / "store.sqlite") as session:
        done = session.collected([tmp_path / "night.zip", tmp_path / "bn.log.gz"])
        told = {each.name: [e["AP"] for e in each.evaluations] for each in done.report().experiments}
        assert told == {"bn": [0.13, 0.23], "night": [0.17, 0.27], "gn": [0.15, 0.25]}
        again = session.collected([tmp_path / "night.zip"]).done
        assert again
        assert (again.read, again.unchanged) == (0, 2)
