"""The entry of a new run: in the manner of the note, read back as what the run says, and below the plan it fulfils."""

from pathlib import Path
from textwrap import indent

import pytest

from fcosreport.collecting.again import reader
from fcosreport.records import Evaluation, Experiment, Metric, Setting, Where
from fcosreport.writing.entry import Entry, entry, placed
from tests.conftest import FAIR, GOOD, block

ROWS = block(FAIR).partition("\n")[2]
NOTE = f"""# Sweep
* ### first try
  + bs: 16
  + LR: 0.01
  + this one took three days
  + 结果：
    ```text
{indent(ROWS, "    ")}    ```
  + log: `run/first`

* ### from scratch, GN
  + bs: 16

# Next: masks
"""
LOG = Where("run/new/log.txt", 1)


def run(numbers: str = GOOD, **settings: str | float) -> Experiment:
    names = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")
    metrics = tuple(Metric(name, float(text), text) for name, text in zip(names, numbers.split(), strict=True))
    return Experiment(
        id="run/new",
        name="new",
        state="finished",
        where=LOG,
        settings=tuple(Setting(name, value, str(value), LOG) for name, value in settings.items()),
        evaluations=(Evaluation("bbox", metrics, LOG),),
        files=("run/new/log.txt",),
    )


def made(one: Experiment, text: str = NOTE) -> Entry:
    with reader("note.md") as read:
        return entry(one, text, "note.md", read)


def read_back(text: str) -> Experiment:
    with reader("note.md") as read:
        (found,) = (each for each in read(text) if each.citation and each.citation.text == "run/new")
    return found


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_entry_has_the_marks_the_names_and_the_fence_of_the_note_and_nothing_that_was_said_of_another_run() -> None:
    rows = indent(block(GOOD).partition("\n")[2], "    ")
    head = "* ### new\n  + bs: 8\n  + LR: 0.02\n  + 结果：\n    ```text\n"
    one = made(run(lr=0.02, train_batch_size=8))
    assert "".join(one.lines) == f"{head}{rows}    ```\n  + log: `run/new`\n"
    assert one.plan is None


def test_an_entry_is_read_back_as_what_the_run_says() -> None:
    one = run(lr=0.02, train_batch_size=8)
    found = read_back(placed(NOTE, made(one)))
    assert [m.text for m in found.evaluations[0].metrics] == GOOD.split()
    assert (found.value("lr"), found.value("train_batch_size")) == (0.02, 8)


def test_an_entry_goes_below_the_plan_that_it_fulfils_without_what_that_says() -> None:
    one = made(run(lr=0.02, train_batch_size=16, norm="gn", init="scratch"))
    assert one.plan is not None
    assert one.plan.name == "from scratch, GN"
    assert one.lines[0] == "  + LR: 0.02\n"
    text = placed(NOTE, one)
    assert text.startswith(NOTE[: NOTE.index("\n# Next")])
    assert text.endswith("  + log: `run/new`\n\n# Next: masks\n")
    assert read_back(text).title == "from scratch, GN"
    assert made(run(lr=0.02, train_batch_size=16, norm="bn", init="scratch")).plan is None


def test_numbers_have_the_precision_of_the_note() -> None:
    short = NOTE
    for number in FAIR.split():
        short = short.replace(number, number[:-1])
    assert any(line.endswith("= 0.39\n") for line in made(run(), short).lines)


@pytest.mark.parametrize(("text", "label"), [("", "result:"), ("# 实验记录\n", "结果：")])
def test_a_note_without_a_block_gets_an_entry_in_its_language(text: str, label: str) -> None:
    one = made(run(lr=0.02), text)
    assert f"  - {label}\n" in one.lines
    assert "  - lr = 0.02\n" in one.lines
    assert read_back(placed(text, one)).value("lr") == 0.02


def test_the_lines_end_as_those_of_the_note() -> None:
    text = NOTE.replace("\n", "\r\n").rstrip()
    assert placed(text, made(run(), text)).count("\n") == placed(text, made(run(), text)).count("\r\n")


SHORT = """# Sweep

## lr 5e-3
* 学习率: 0.005
* 结果: AP 38.3, AP50 68.7
* log: run/first
* three days

## Plan
"""


def test_where_no_block_is_an_entry_is_like_one_whose_result_is_a_line() -> None:
    lines = made(run(lr=0.02), SHORT).lines
    assert "".join(lines) == "## new\n* 学习率: 0.02\n* 结果: AP 38.7, AP50 57.3\n* log: run/new\n"


@pytest.mark.parametrize(
    ("line", "is_model"),
    [("AP 38.3, mAP50: 68.7", True), ("AP 38.3 after 12 epochs", False), ("AP 38.3 (+0.5)", False)],
)
def test_a_line_that_says_more_than_its_result_is_no_model(line: str, is_model: bool) -> None:
    text = SHORT.replace("结果: AP 38.3, AP50 68.7", line)
    assert ("```" not in "".join(made(run(lr=0.02), text).lines)) is is_model


@pytest.mark.parametrize(("item", "inner"), [("* ", "  "), ("1. ", "   "), ("- [ ] ", "  ")])
def test_below_a_planned_item_the_entry_is_within_it(item: str, inner: str) -> None:
    text = f"{SHORT}{item}GN, lr 0.02\n"
    new = made(run(lr=0.02, norm="gn"), text)
    assert new.plan is not None
    assert new.lines == (f"{inner}* 结果: AP 38.7, AP50 57.3\n", f"{inner}* log: run/new\n")
    assert read_back(placed(text, new)).value("norm") == "gn"
