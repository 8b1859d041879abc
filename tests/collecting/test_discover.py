"""Which files are met under a path: each once, under its own name, in a stable order."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from fcosreport.collecting.discover import Discovery
from fcosreport.errors import UsageError
from fcosreport.files.allowed import allowed
from fcosreport.records import Issue, Where


def shown(*paths: Path, below: Path, follow: Sequence[Path] = ()) -> list[str]:
    files = Discovery(paths, allowed(paths, follow)).files()
    return [str(Path(found.shown).relative_to(below)) for found in files]


def test_logs_and_notes_are_met_and_weights_pictures_and_hidden_folders_are_not(tmp_path: Path) -> None:
    unread = ("a/model.pth", "a/plot.png", "a/labels.cache", "a/.DS_Store", ".git/config", "a/__pycache__/x")
    for name in ("a/log.txt", *unread, "b/NOTE.MD", "nosuffix"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    found = list(Discovery([tmp_path]).files())
    assert [(Path(file.shown).name, file.origin) for file in found] == [
        ("nosuffix", "log"),
        ("log.txt", "log"),
        ("NOTE.MD", "note"),
    ]


def test_a_file_is_met_once_however_many_names_it_has(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "log.txt").write_text("")
    (tmp_path / "copy.txt").hardlink_to(tmp_path / "run" / "log.txt")
    (tmp_path / "a-link").symlink_to("run", target_is_directory=True)
    assert shown(tmp_path, tmp_path / "run", below=tmp_path) == ["copy.txt"]


def test_a_link_to_a_run_elsewhere_is_told_and_followed_only_where_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "disk2" / "run").mkdir(parents=True)
    (tmp_path / "disk2" / "run" / "log.txt").write_text("")
    (tmp_path / "disk2" / "log.txt").write_text("")
    (tmp_path / "disk2" / "model.pth").write_text("")
    runs = tmp_path / "runs"
    runs.mkdir()
    for name, target in (("run", "run"), ("log.txt", "log.txt"), ("model.pth", "model.pth")):
        (runs / name).symlink_to(tmp_path / "disk2" / target)
    walk = Discovery([runs], allowed([runs]))
    assert list(walk.files()) == []
    said = "a link to another place, outside what was given; --follow DIR to allow. It was not read."
    assert walk.issues == [Issue(said, Where(str(runs / name), 1)) for name in ("run", "log.txt")]
    assert shown(runs, below=tmp_path, follow=[tmp_path / "disk2"]) == ["runs/run/log.txt", "runs/log.txt"]


def test_a_disk_mounted_below_the_given_folder_is_read_and_one_below_a_cited_folder_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs" / "nfs0").mkdir(parents=True)
    (tmp_path / "runs" / "nfs0" / "log.txt").write_text("")
    (tmp_path / ".git").mkdir()
    really = os.stat

    def stat(path: str | Path, **options: bool) -> os.stat_result:
        found = really(path, **options)
        values = list(found)
        values[2] += "nfs0" in str(path)
        return os.stat_result(values, {"st_mtime_ns": found.st_mtime_ns})

    monkeypatch.setattr(os, "stat", stat)
    assert shown(tmp_path / "runs", below=tmp_path) == ["runs/nfs0/log.txt"]
    (tmp_path / "notes").mkdir()
    walk = Discovery([tmp_path / "runs"], allowed([tmp_path / "notes"]))
    assert list(walk.files()) == []
    assert [issue.message for issue in walk.issues] == [
        "a mounted disk, not the disk of what was given; --follow DIR to allow. It was not read."
    ]


def test_a_file_that_is_given_is_taken_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "log.bin").write_text("")
    assert shown(tmp_path / "log.bin", below=tmp_path) == ["log.bin"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        list(Discovery([tmp_path / "nowhere"]).files())
