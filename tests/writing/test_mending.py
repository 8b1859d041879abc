"""Slips of the pen in a note: mended where the log proves them, left with a reason where not, and no byte beside."""

import random
from pathlib import Path

import pytest

from fcosreport.collecting.again import reader
from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import fragment_of
from fcosreport.records import Fragment
from fcosreport.runs.citing import join
from fcosreport.writing.mending import Mended, mended
from fcosreport.writing.slips import slips
from tests.conftest import FAIR, GOOD, POOR, block
from tests.writing.slips_of_the_pen import SLIPS, sound, write_logs


def fixed(text: str) -> Mended:
    """The note of that text mended by the logs in `runs/`."""
    path = Path("note.md")
    path.write_bytes(text.encode())
    files = [("note.md", "note"), *((str(each), "log") for each in sorted(Path("runs").rglob("*.*")))]
    experiments = join([_read(name, kind) for name, kind in files])
    said = [each for each in experiments if each.where.path == "note.md"]
    with reader("note.md") as read:
        return mended(text, list(slips(said, [each for each in experiments if each not in said])), read)


def _read(name: str, kind: str) -> Fragment:
    return fragment_of(Found(name, name, name, "note" if kind == "note" else "log", 0, 0))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def log(name: str, *results: str, lr: str = "") -> None:
    """A log that prints `results` at epochs 1, 2, ..., of a run whose configuration names `lr`."""
    file = Path("runs") / name / "log.txt"
    file.parent.mkdir(parents=True)
    file.write_text("".join(f"Epoch: [{n}]\n{block(each)}" for n, each in enumerate(results, 1)))
    if lr:
        (file.parent / "config.yaml").write_text(f"SOLVER:\n  BASE_LR: {lr}\n")


@pytest.mark.parametrize("seed", range(200))
def test_a_slip_is_mended_to_the_byte_or_left_with_a_reason_and_a_second_time_there_is_none(seed: int) -> None:
    dice = random.Random(seed)
    note = sound(dice)
    write_logs(note, Path("runs"))
    slip = dice.choice(SLIPS)
    right, wrong = slip(note, dice)
    once = fixed(wrong)
    assert once.text == right or (once.text == wrong and once.left), (seed, slip)
    again = fixed(once.text)
    assert (again.text, again.done) == (once.text, ())
    assert fixed(right).text == right


def test_a_number_in_a_row_of_a_table_is_mended_in_its_unit() -> None:
    log("a", FAIR)
    log("b", GOOD)
    rows = "| a | 29.2 | 47.0 | 30.8 | [log](runs/a) |\n| b | 38.7 | 57.8 | 41.9 | [log](runs/b) |\n"
    text = f"# Sweep\n\n| run | AP | AP50 | AP75 | log |\n|---|--|--|--|--|\n{rows}"
    assert fixed(text).text == text.replace("57.8", "57.3")


def test_the_precision_is_that_of_the_note_as_far_as_the_log_tells() -> None:
    log("a", FAIR)
    text = "## a\n- lr = 0.1\n- AP/AP50/AP75: {}\n- location: runs/a\n"
    assert fixed(text.format("29/48/31")).text == text.format("29/47/31")
    assert fixed(text.format(".292/.474/.308")).text == text.format(".292/.470/.308")
    assert fixed(text.format("0.2920/0.4747/0.3080")).text == text.format("0.2920/0.470/0.3080")


def test_numbers_of_an_earlier_epoch_are_left() -> None:
    log("a", POOR, FAIR)
    text = f"## a\n- lr = 0.1\n\n```\n{block(POOR)}```\n- location: runs/a\n"
    made = fixed(text)
    assert made.text == text
    assert "at epoch 1 and not the last" in made.left[0].why


def test_a_block_of_another_run_is_left_where_the_citation_may_be_the_wrong_one() -> None:
    log("a", FAIR, lr="0.1")
    log("b", GOOD, lr="0.2")
    text = f"## sweep\n- lr = 0.2\n\n```\n{block(GOOD)}```\n- location: runs/a\n"
    made = fixed(text)
    assert made.text == text
    assert "another lr" in made.left[0].why
    text = text.replace("lr = 0.2", "lr = 0.1")
    assert fixed(text).text == text.replace(block(GOOD), block(FAIR))


def test_a_path_is_left_where_two_runs_have_the_numbers_or_none_has() -> None:
    log("a", FAIR)
    log("b", FAIR)
    log("c", POOR)
    text = f"## one\n- lr = 0.2\n\n```\n{block(FAIR)}```\n- location: runs/x\n"
    assert "a and b have these numbers" in fixed(text).left[0].why
    other = fixed(text.replace(block(FAIR), block(GOOD)))
    assert "no run that is not cited elsewhere has" in other.left[0].why


def test_a_path_is_left_where_a_number_or_two_are_all_that_could_tell_the_run() -> None:
    log("a", FAIR)
    left = fixed("## one\n- lr = 0.2\n- AP 29.2, AP50 47.0\n- location: runs/x\n").left
    assert [each.why for each in left] == ["runs/x was not found, and one or two numbers do not tell which run it is"]


def test_a_note_that_cites_nothing_is_asked_for_nothing() -> None:
    log("a", FAIR)
    text = f"## one\n- lr = 0.2\n\n```\n{block(GOOD)}```\n"
    assert fixed(text) == Mended(text, (), ())


@pytest.mark.parametrize(("open_", "done"), [("[ ]", "[x]"), ("☐", "☑"), ("⬜", "✅"), ("[x]", "[x]")])
def test_a_box_is_ticked_where_the_run_has_ended(open_: str, done: str) -> None:
    log("a", FAIR)
    text = f"# Plan\n- {{}} lr 0.1\n  - lr = 0.1\n  - location: runs/a\n- {open_} lr 0.2\n  - lr = 0.2\n"
    assert fixed(text.format(open_)).text == text.format(done)


def test_a_box_of_a_run_that_failed_stays_open() -> None:
    file = Path("runs/a/log.txt")
    file.parent.mkdir(parents=True)
    file.write_text(block(FAIR) + "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n")
    text = "# Plan\n- [ ] lr 0.1\n  - lr = 0.1\n  - location: runs/a\n"
    assert fixed(text).text == text
