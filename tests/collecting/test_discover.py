"""Which files are met under a path: each once, under its own name, in a stable order."""

from pathlib import Path

import pytest

from fcosreport.collecting.discover import Discovery
from fcosreport.errors import UsageError


def shown(*paths: Path, below: Path) -> list[str]:
    return [str(Path(found.shown).relative_to(below)) for found in Discovery(paths).files()]


def test_logs_and_notes_are_met_and_weights_pictures_and_hidden_folders_are_not(tmp_path: Path) -> None:
    for name in ("a/log.txt", "a/model.pth", "a/plot.png", ".git/config", "a/__pycache__/x", "b/NOTE.MD", "nosuffix"):
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


def test_a_link_to_a_run_elsewhere_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk2" / "run").mkdir(parents=True)
    (tmp_path / "disk2" / "run" / "log.txt").write_text("")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "run").symlink_to("../disk2/run", target_is_directory=True)
    assert shown(tmp_path / "runs", below=tmp_path) == ["runs/run/log.txt"]


def test_a_file_that_is_given_is_taken_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "log.bin").write_text("")
    assert shown(tmp_path / "log.bin", below=tmp_path) == ["log.bin"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        list(Discovery([tmp_path / "nowhere"]).files())
