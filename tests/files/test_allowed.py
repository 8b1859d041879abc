"""What may be read: what was given and its checkout; what a link or note leads to elsewhere only if it is followed."""

import os
from pathlib import Path

import pytest

from fcosreport.errors import UsageError
from fcosreport.files.allowed import Allowed, allowed, checkout

OUTSIDE = "outside what was given; --follow DIR to allow"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with notes and runs, and a folder beside it."""
    for name in ("repo/.git", "repo/notes", "repo/runs", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def test_what_was_given_and_its_checkout_may_be_read_and_nothing_beside_it(tree: Path) -> None:
    within = allowed([tree / "repo" / "notes"])
    assert within.objection(tree / "repo" / "notes" / "n.md") == ""
    assert within.objection(tree / "repo" / "notes" / ".." / "runs") == ""
    assert within.objection(tree / "repo-2") == OUTSIDE
    assert within.objection(tree / "elsewhere") == OUTSIDE
    assert within.objection("/usr") == OUTSIDE


def test_without_a_checkout_it_is_the_given_folder_or_that_of_the_file(tree: Path) -> None:
    (tree / "elsewhere" / "n.md").write_text("")
    for given in (tree / "elsewhere", tree / "elsewhere" / "n.md"):
        assert allowed([given]).objection(tree / "elsewhere" / "log.txt") == ""
        assert allowed([given]).objection(tree / "repo") == OUTSIDE


def test_a_worktree_is_a_checkout(tree: Path) -> None:
    (tree / "elsewhere" / ".git").write_text("gitdir: /somewhere\n")
    assert checkout(tree / "elsewhere") == str(tree / "elsewhere")
    assert checkout(tree) == ""


def test_a_folder_to_follow_is_read_but_nothing_beside_it(tree: Path) -> None:
    within = allowed([tree / "repo"], [tree / "elsewhere"])
    assert within.objection(tree / "elsewhere" / "log.txt") == ""
    assert within.objection(tree) == OUTSIDE
    with pytest.raises(UsageError, match=r"--follow .*gone: there is no such folder"):
        allowed([tree], [tree / "gone"])


def test_a_link_is_where_it_leads_to(tree: Path) -> None:
    (tree / "repo" / "out").symlink_to("../elsewhere")
    (tree / "repo" / "in").symlink_to("runs")
    within = allowed([tree / "repo"])
    assert within.objection(tree / "repo" / "out" / "log.txt") == OUTSIDE
    assert within.objection(tree / "repo" / "in" / "log.txt") == ""


def test_a_given_path_may_be_a_link_but_not_out_of_a_checkout(tree: Path) -> None:
    (tree / "link").symlink_to("elsewhere")
    assert allowed([tree / "link"]).objection(tree / "elsewhere" / "log.txt") == ""
    (tree / "repo" / "out").symlink_to("../elsewhere")
    (tree / "repo" / "in").symlink_to("runs")
    assert allowed([tree / "repo" / "in"]).objection(tree / "repo" / "notes") == ""
    for given in (tree / "repo" / "out", tree / "repo" / "out" / "log.txt"):
        with pytest.raises(UsageError, match=r"out: a link that leads out of the checkout. Allow it: --follow /"):
            allowed([given])
        assert allowed([given], [tree / "elsewhere"]).objection(tree / "elsewhere" / "log.txt") == ""


@pytest.mark.parametrize("path", ["/proc/self", "/sys", "/dev/null"])
def test_the_kernels_file_systems_are_never_read(tree: Path, path: str) -> None:
    (tree / "repo" / "link").symlink_to(path)
    for place in (path, tree / "repo" / "link"):
        assert "never read" in allowed([tree / "repo"], [Path("/")]).objection(place)
    with pytest.raises(UsageError, match="never read"):
        allowed([Path(path)])


def test_what_git_keeps_is_never_read(tree: Path) -> None:
    assert "never read" in allowed([tree / "repo"]).objection(tree / "repo" / ".git" / "config")
    assert allowed([tree / "repo"]).objection(tree / "repo" / ".github") == ""


def test_another_disk_in_the_checkout_must_be_given(tree: Path) -> None:
    runs = str(tree / "repo" / "runs")
    other = os.stat(runs).st_dev + 1
    assert "not the disk" in Allowed(checkouts={str(tree / "repo"): other}).objection(runs)
    assert Allowed((runs,), {str(tree / "repo"): other}).objection(runs) == ""
