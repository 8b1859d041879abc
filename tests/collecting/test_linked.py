"""Dead links of notes are told where a git checkout says that the file is not there, and nowhere else."""

from pathlib import Path

import pytest

import fcosreport
from tests.repository import commit, git

NOTE = "# Models\n\n| model | AP | config |\n|-|-|-|\n| FCOS | 38.7 | [config]({}) |\n"


def made(folder: Path, text: str, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("lr = 0.01\n")
    (folder / "README.md").write_text(text)
    git(folder, "init", "-q")
    commit(folder)
    return folder


def dead(folder: Path, store: str = "") -> list[str]:
    report = fcosreport.load(folder, store=folder / store if store else None)
    return [f"{f.message} {f.where[0].line}" for f in report.findings if f.code == "FR523"]


def test_a_link_to_a_file_that_is_not_in_the_checkout_is_told_with_its_line(tmp_path: Path) -> None:
    (found,) = dead(made(tmp_path, NOTE.format("configs/fcos_r101.py"), "configs/fcos_r50.py"))
    assert found.endswith("README.md links a file that is not in the checkout: configs/fcos_r101.py. 5")


def test_all_dead_links_of_a_note_are_one_finding(tmp_path: Path) -> None:
    text = "[a](a.py), [log](logs/a.log), <a href='a.pth'>weights</a> and [a again](./a.py#L3)\n"
    (found,) = dead(made(tmp_path, text))
    assert "links 4 files that are not" in found


@pytest.mark.parametrize(
    "target",
    [
        *("configs/fcos_r50.py", "./configs/fcos_r50.py#L3", "/configs/fcos_r50.py", "configs/fcos%5Fr50.py?raw=true"),
        *(
            "https://x.y/none.py",
            "../none.py",
            "none.png",
            "docs/none.md",
            "path/to/none.py",
            "#none.py",
            "{{ url }}.py",
        ),
    ],
)
def test_a_link_that_leads_somewhere_or_out_of_the_checkout_is_not_told(tmp_path: Path, target: str) -> None:
    assert dead(made(tmp_path, NOTE.format(target), "configs/fcos_r50.py")) == []


@pytest.mark.parametrize("text", ["```\n[a](a.py)\n```\n", "`[a](a.py)`\n", "<!--\n[a](a.py)\n-->\n"])
def test_code_and_comments_link_nothing(tmp_path: Path, text: str) -> None:
    assert dead(made(tmp_path, f"# Models\n\n{text}")) == []


def test_what_a_sparse_checkout_leaves_out_is_there(tmp_path: Path) -> None:
    made(tmp_path, NOTE.format("configs/fcos_r50.py"), "configs/fcos_r50.py", "docs/x.txt")
    git(tmp_path, "sparse-checkout", "set", "docs")
    assert not (tmp_path / "configs").exists()
    assert dead(tmp_path) == []


def test_what_lies_in_a_submodule_may_be_there(tmp_path: Path) -> None:
    made(tmp_path, NOTE.format("mmdetection/configs/fcos_r50.py"))
    git(tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},mmdetection")
    assert dead(tmp_path) == []


def test_a_tree_that_git_does_not_know_may_be_a_part(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(NOTE.format("configs/fcos_r50.py"))
    assert dead(tmp_path) == []
    git(tmp_path, "init", "-q")
    assert dead(tmp_path) == []


def test_a_file_that_comes_later_mends_the_link_though_the_note_is_unchanged(tmp_path: Path) -> None:
    made(tmp_path, NOTE.format("configs/fcos_r50.py"))
    assert len(dead(tmp_path, "kept.sqlite")) == 1
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "fcos_r50.py").write_text("lr = 0.01\n")
    assert dead(tmp_path, "kept.sqlite") == []
