"""What notes cite is read with them, but only where it may be, and not without end."""

import json
from pathlib import Path

import pytest

from fcosreport.collecting import cited
from fcosreport.collecting.collect import Collected, collect, open_store
from fcosreport.records import Citation
from tests.conftest import FAIR, GOOD, ROOT, Run, block

OUTSIDE = "outside what was given; --follow DIR to allow"


def section(name: str, text: str, numbers: str = GOOD) -> str:
    return f"# {name}\n- lr = 1e-2\n- log: `{text}`\n\n```\n{block(numbers)}```\n\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with a note and a run, and a run outside of it."""
    for name in ("repo/.git", "repo/notes"):
        (tmp_path / name).mkdir(parents=True)
    for name, numbers in (("repo/runs/lr1en2", GOOD), ("outside/app", FAIR)):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "log.txt").write_text(block(numbers))
    return tmp_path


def collected(tree: Path, *texts: str, follow: str = "") -> tuple[Collected, dict[str, Citation]]:
    """What a collect of the notes did, and the citations of the note, by their text."""
    (tree / "repo" / "notes" / "n.md").write_text("".join(section(f"run {text[-9:]}", text) for text in texts))
    store = open_store(tree / "store.sqlite")
    try:
        done = collect([tree / "repo" / "notes"], store, follow=[tree / follow] if follow else [])
        citations = [each.citation for each in store.experiments() if each.citation]
        return done, {citation.text: citation for citation in citations}
    finally:
        store.close()


def test_a_citation_in_the_checkout_is_read_with_dots_or_by_its_whole_path(tree: Path) -> None:
    for text in ("runs/lr1en2", "../runs/lr1en2", str(tree / "repo" / "runs" / "lr1en2")):
        done, citations = collected(tree, text)
        assert citations[text].found, text
        assert citations[text].unread == ""
        assert done.read + done.unchanged == 2


@pytest.mark.parametrize("text", ["../../outside/app", "{tree}/outside/app", "/usr/share", "runs/link", "/etc/passwd"])
def test_a_citation_that_leads_out_is_told_and_not_read(tree: Path, text: str) -> None:
    (tree / "repo" / "runs" / "link").symlink_to(tree / "outside" / "app")
    text = text.format(tree=tree)
    done, citations = collected(tree, text)
    assert (citations[text].unread, citations[text].found) == (OUTSIDE, None)
    assert done.read == 1


def test_it_is_read_where_it_is_followed_and_told_again_where_it_is_not(tree: Path) -> None:
    text = "../../outside/app"
    _, citations = collected(tree, text)
    assert citations[text].unread == OUTSIDE
    _, citations = collected(tree, text, follow="outside")
    assert citations[text].unread == ""
    assert citations[text].found
    _, citations = collected(tree, text)
    assert citations[text].unread == OUTSIDE


@pytest.mark.parametrize("text", ["/proc/self", "/sys/kernel", "/dev/fd", "../.git/config"])
def test_what_is_never_read_is_not_even_read_where_it_is_followed(tree: Path, text: str) -> None:
    (tree / "repo" / ".git" / "config").write_text("[http]\nextraheader = secret\n")
    done, citations = collected(tree, text, follow="..")
    assert "never read" in citations[text].unread
    assert done.read == 1


def test_a_url_in_a_note_is_not_asked_for(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a server was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    for text in ("https://example.org/runs/log.txt", "s3://bucket/runs/lr1en2", "file:///etc/passwd"):
        done, _ = collected(tree, text)
        assert done.read == 1, text


def test_a_citation_of_too_much_is_told_and_no_part_of_it_is_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cited, "MOST_FILES", 2)
    for number in range(3):
        (tree / "repo" / "many" / str(number)).mkdir(parents=True)
        (tree / "repo" / "many" / str(number) / "log.txt").write_text(block(FAIR))
    done, citations = collected(tree, "many", "runs/lr1en2")
    assert "more than citations may add" in citations["many"].unread
    assert citations["runs/lr1en2"].unread == ""
    assert done.read == 2
    (told,) = done.fresh_issues
    assert told.message.startswith("many was not read: more than citations may add")
    assert (Path(told.where.path).name, told.where.line) == ("n.md", 3)
    monkeypatch.setattr(cited, "MOST_BYTES", 10)
    _, citations = collected(tree, "runs/lr1en2")
    assert "more than citations may add" in citations["runs/lr1en2"].unread


def test_every_command_says_what_was_not_read_and_prints_nothing_of_it(run: Run, tree: Path) -> None:
    (tree / "repo" / "n.md").write_text(section("a", "../outside/app") + section("b", "/proc/self") + "# c\n- lr = 2\n")
    first = run("check", "repo/n.md", "--format", "json", "--store", "s.sqlite")
    again = run("check", "--format", "json", "--store", "s.sqlite")
    for done in (first, again):
        found = [each for each in json.loads(done.out)["findings"] if each["code"] == "FR502"]
        assert [each["message"] for each in found] == [
            f"Not read: ../outside/app, which repo/n.md cites: {OUTSIDE}.",
            "Not read: /proc/self, which repo/n.md cites: in a file system of the kernel, which is never read.",
        ]
        assert {each["where"][0]["line"] for each in found} == {3, 23}
        assert "0.292" not in done.out
    allowed = run("check", "repo/n.md", "--format", "json", "--store", "s.sqlite", "--follow", "outside")
    assert "0.292" in allowed.out
    assert f"../outside/app was not read: {OUTSIDE}." in run("collect", "repo/n.md").err
    assert run("check", "/proc/self", "--store", "s.sqlite").code == 2


def test_it_is_told_also_where_the_note_says_nothing_else_of_the_run(run: Run, tree: Path) -> None:
    note = tree / "repo" / "n.md"
    note.write_text("# Runs\n\n## a\n\n- lr: 0.01\n- log: ../outside/app\n\n## b\n\n- log: runs/nowhere.log\n")
    done = run("check", "repo/n.md", "--store", "s.sqlite")
    assert done.code == 2
    assert f"repo/n.md:6: ../outside/app was not read: {OUTSIDE}." in done.err
    assert "nowhere" not in done.err
    note.write_text(note.read_text() + f"\n{section('c', 'runs/lr1en2')}")
    assert f"Not read: ../outside/app, which repo/n.md cites: {OUTSIDE}." in " ".join(
        run("check", "repo/n.md", "-v").out.split()
    )


def test_the_page_on_safety_tells_how_much_is_too_much() -> None:
    text = (ROOT / "docs" / "safety.md").read_text()
    assert f"{cited.MOST_FILES:,} files or {cited.MOST_BYTES >> 30} GB" in text
    assert OUTSIDE in text
