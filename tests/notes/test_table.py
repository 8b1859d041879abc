"""The table in a note: the user's words stay to the byte, and what stands between the marks is what the runs say."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fcosreport import notes
from fcosreport.errors import UsageError
from fcosreport.notes.markup import marks
from fcosreport.notes.table import BEGIN, END, Table, Update, fulfilled, updated, with_marks
from fcosreport.records import Evaluation, Metric, Step, Where
from tests.conftest import FAIR, GOOD, block

PAIR = f"{BEGIN}\n{END}\n"
TABLE = Table(
    ("experiment", "state", "AP"),
    (False, False, True),
    (("`a`", "☑️ finished", "**0.387**"), ("`b`", "☐ planned", "–")),
)
LATER = Table(("experiment", "state", "lr", "AP"), (False, False, True, True), (("`b`", "☑️ finished", "1", "0.4"),))


def update(text: str, table: Table = TABLE, remark: str = "") -> Update:
    return updated(text, table, remark, "note.md")


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


def test_the_table_stands_between_the_marks() -> None:
    made = update(f"# Runs\n{PAIR}end\n").text.splitlines()
    assert [made[0], *made[2:8], *made[8:]] == [
        *("# Runs", "", "| experiment | state | AP |", "| --- | --- | --: |"),
        *("| `a` | ☑️ finished | **0.387** |", "| `b` | ☐ planned | – |", "", END, "end"),
    ]
    assert made[1].startswith("<!-- fcosreport:begin experiments hash=")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_bytes_outside_stay_and_inside_are_the_files_own_newlines(newline: str) -> None:
    before, after = f"\ufeff# Runs  {newline}\t{newline}", f"  {newline}\u2028x\x0c {newline}no newline at the end "
    made = update(f"{before}{BEGIN} {newline}{END}{after}").text
    assert made.startswith(before + BEGIN[:-4])
    assert made.endswith(END + after)
    inside = made[len(before) : -len(after)]
    assert inside.count(newline) == len(inside.splitlines()) - 1 == 7
    assert f"-->{' '}{newline}" in inside


def test_the_same_data_gives_the_same_bytes_and_other_data_replaces_the_table() -> None:
    once = update(PAIR)
    assert update(once.text) == Update(once.text)
    later = update(once.text, LATER)
    assert later.objections == ()
    assert later.text == update(PAIR, LATER).text
    assert "- | `a` | ☑️ finished | **0.387** |".replace("- ", "-") in later.difference


def test_a_sentence_below_the_table_belongs_to_it() -> None:
    once = update(PAIR, remark="2 of 9 experiments are shown.").text
    assert "\n\n2 of 9 experiments are shown.\n\n" in once
    assert update(once, remark="2 of 9 experiments are shown.").text == once
    assert update(once) == Update(update(PAIR).text, ("-| 2 of 9 experiments are shown. |",))


def test_a_table_without_experiments_is_one_that_viewers_understand() -> None:
    made = update(PAIR, Table(("experiment", "state", "AP"), (False, False), ())).text
    assert rows(made) == ["| experiment | state | AP |", "| --- | --- | --- |"]


def test_the_table_has_the_indent_of_its_first_mark() -> None:
    made = update(f"- runs\n\n  {BEGIN}\n  {END}\n- more\n").text
    assert "\n  | `a` | ☑️ finished" in made
    assert update(made).text == made


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{BEGIN}\n", [1]),
        (f"x\n\n{END}\n", [3]),
        (f"{END}\n{BEGIN}\n", [1, 2]),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", [2]),
        (f"{PAIR}\n{PAIR}", [4]),
        (f"{PAIR}{END}\n", [3]),
        (f"{PAIR}\n<!-- fcosreport:begin curves -->\n", [4]),
        (f"<!-- fcosreport:begin experiments hash=1 columns=2 -->\n{END}\n", [1, 2]),
        (f"{BEGIN} the table:\n{END}\n", [1, 2]),
        (f"- {BEGIN}\n\n{END}\n", [1, 3]),
        (f"<!-- FCOSREPORT: begin experiments -->\n{END}", [1, 2]),
    ],
)
def test_broken_nested_and_doubled_marks_are_told_with_their_lines(text: str, lines: list[int]) -> None:
    with pytest.raises(UsageError) as error:
        update(text)
    *told, advice = str(error.value).splitlines()
    assert [int(each.split(":")[1]) for each in told] == lines
    assert advice == f"Keep one {BEGIN} and one {END}, each alone on its line."


@pytest.mark.parametrize(
    "code",
    [
        f"```\n{PAIR}```\n",
        f"~~~~ md\n{PAIR}~~~\n~~~~\n",
        f"    {BEGIN}\n    {END}\n",
        f"Write `{BEGIN}` and\n`{END}`.\n",
    ],
)
def test_marks_in_code_are_text(code: str) -> None:
    with pytest.raises(UsageError, match="has no marks"):
        update(code)
    made = update(f"{code}\n{PAIR}").text
    assert made.startswith(f"{code}\n{BEGIN[:-4]}")
    assert update(with_marks(code)).text.startswith(f"{code}\n{BEGIN[:-4]}")


def test_without_marks_the_two_lines_to_paste_are_told() -> None:
    with pytest.raises(UsageError) as error:
        update("# Runs\n")
    assert str(error.value).endswith(f":\n{BEGIN}\n{END}")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", PAIR),
        ("x\n", f"x\n\n{PAIR}"),
        ("x", f"x\n\n{PAIR}"),
        ("x\r\ny", f"x\r\ny\r\n\r\n{PAIR}".replace("-->\n", "-->\r\n")),
        (PAIR, PAIR),
        (BEGIN, BEGIN),
    ],
)
def test_marks_are_added_at_the_end_where_there_are_none(text: str, made: str) -> None:
    assert with_marks(text) == made


def test_marks_that_would_stand_in_an_open_fence_are_refused_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"^note\.md:2: this code fence is never closed"):
        update(with_marks("# Runs\n```\nx = 1\n"))


def test_columns_on_the_right_go_with_their_runs() -> None:
    own = [" why | :-: |", " first \\| try | `x` |", " see #3 |"]
    head, rule, a, b = rows(once := update(PAIR).text)
    text = once.replace(f"{head}\n{rule}\n{a}\n{b}", f"{head}{own[0]}\n{rule} :-: | --- |\n{a}{own[1]}\n{b}{own[2]}")
    kept = update(text)
    assert kept.objections == ()
    assert rows(kept.text) == [
        *("| experiment | state | AP | why | :-: |", "| --- | --- | --: | :-: | --- |"),
        *("| `a` | ☑️ finished | **0.387** | first \\| try | `x` |", "| `b` | ☐ planned | – | see #3 |  |"),
    ]
    moved = update(kept.text, Table(LATER.headings, LATER.numeric, (*LATER.rows, ("`a`", "❌ failed", "2", "–"))))
    assert moved.objections == ()
    assert rows(moved.text)[2:] == [
        *("| `b` | ☑️ finished | 1 | 0.4 | see #3 |  |", "| `a` | ❌ failed | 2 | – | first \\| try | `x` |"),
    ]


def test_what_stands_beside_a_run_that_is_gone_is_not_dropped_unasked() -> None:
    text = update(PAIR).text.replace("AP |", "AP | why |").replace("0.387** |", "0.387** | first try |")
    gone = update(text, LATER)
    (objection,) = gone.objections
    assert objection == "note.md:1: the run `a` is no longer in the table, and beside it you wrote: first try"
    twins = Table(TABLE.headings, TABLE.numeric, (TABLE.rows[0], TABLE.rows[0], TABLE.rows[1]))
    assert update(text, twins).objections == (objection,)  # nobody knows which of them is meant


@pytest.mark.parametrize(
    ("was", "edited", "line"),
    [
        ("0.387", "0.9", "-| `a` | ☑️ finished | **0.9** |"),
        ("| `b` | ☐ planned | – |\n", "", "+| `b` | ☐ planned | – |"),
        (f"\n{END}", f"A better one is on its way.\n\n{END}", "-| A better one is on its way. |"),
        ("| AP |", "| mAP |", "-| experiment | state | mAP |"),
    ],
)
def test_a_hand_edit_is_noticed_and_shown(was: str, edited: str, line: str) -> None:
    once = update(PAIR).text
    assert was in once
    found = update(once.replace(was, edited, 1))
    assert found.objections == ("note.md:1: the table was edited by hand",)
    assert line in found.difference
    for row, good in zip(rows(found.text), rows(once), strict=True):
        assert row.startswith(good)


def test_a_table_of_the_users_own_is_not_written_over_unasked() -> None:
    text = f"{BEGIN}\n| model | mAP |\n| - | - |\n| x | 3 |\n{END}\n"
    assert update(text).objections == ("note.md:1: the table was edited by hand",)
    assert update(text).text == update(PAIR).text


def test_a_column_put_in_between_is_moved_to_the_right_on_demand() -> None:
    text = update(PAIR).text.replace("| state |", "| why | state |").replace("--- |\n", "---|\n")
    text = (
        text.replace("`a` |", "`a` | first try |").replace("`b` |", "`b` | |").replace("| --- | --- |", "|---|---|---|")
    )
    found = update(text)
    assert found.objections == ("note.md:1: the table was edited by hand",)
    assert rows(found.text)[0] == "| experiment | state | AP | why |"
    assert rows(found.text)[2] == "| `a` | ☑️ finished | **0.387** | first try |"


@pytest.mark.parametrize(("was", "broken"), [("| --- | --- | --: |\n", ""), ("\n| `b`", "\n\n| `b`"), ("--:", "---")])
def test_a_table_that_is_none_any_more_is_mended(was: str, broken: str) -> None:
    once = update(PAIR).text
    assert update(once.replace(was, broken, 1)) == Update(once)


def test_a_formatter_that_pads_the_cells_has_edited_nothing() -> None:
    once = update(PAIR).text
    padded = once.replace(" | ", "   |   ").replace("---", "-------").replace("| `", "|`")
    assert padded != once
    assert update(padded) == Update(padded)
    assert update(padded, LATER).objections == ()


def test_a_number_that_was_corrected_by_hand_may_stay() -> None:
    text = update(PAIR).text.replace("0.387", "0.4")
    better = Table(TABLE.headings, TABLE.numeric, (("`a`", "☑️ finished", "**0.4**"), TABLE.rows[1]))
    assert update(text, better).objections == ()
    assert update(text, better).text == update(PAIR, better).text


PIECES = st.sampled_from(
    [
        *("# Runs", "- lr = 0.01", "  - x", "| a | b |", "| - | - |", "```", "~~~", "    code", "> quote", "---", ""),
        *(
            "<details>",
            "</details>",
            "<!-- note",
            "-->",
            "<pre>",
            "`",
            f"`{BEGIN}`",
            BEGIN,
            END,
            " ",
            "\ufeff",
            "é  \t",
        ),
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=6).flatmap(
    lambda pieces: st.lists(ENDS, min_size=len(pieces), max_size=len(pieces)).map(
        lambda ends: "".join(piece + end for piece, end in zip(pieces, ends, strict=True))
    )
)


@settings(max_examples=1000, deadline=None)
@given(TEXTS, TEXTS, ENDS.map(lambda end: end[:2] if end != "\n\n" else "\n"))
@example("\ufeff", "", "\r\n")
@example("<details>\n", "\n</details>", "\n")
@example("text\n", "text", "\r")
def test_the_users_text_never_changes_by_a_byte(before: str, after: str, newline: str) -> None:
    others = before + after
    for part in (before, after):
        assume(BEGIN not in part or END not in part)  # else that pair may be the one that is meant
    assume(
        BEGIN not in others or not any(opened in others for opened in ("<!-- note", "<pre>"))
    )  # HTML without end hides marks
    text = f"{before}{BEGIN}{newline}{END}{newline}{after}"
    try:
        made = update(text)
    except UsageError:
        assume(False)
    assert made.text.startswith(before)
    assert made.text.endswith(END + newline + after)
    assert [mark.kind for mark in marks(made.text)] == ["begin", "end"]
    assert update(made.text) == Update(made.text)
    later = update(made.text, LATER)
    assert (later.text, later.objections) == (update(text, LATER).text, ())


@settings(max_examples=1000, deadline=None)
@given(st.data(), st.text(max_size=6), st.sampled_from([TABLE, LATER]))
def test_no_word_between_the_marks_is_lost_unasked(data: st.DataObject, around: str, table: Table) -> None:
    whole = update(PAIR).text.replace("AP |", "AP | why |").replace("– |", "– | see #3 |")
    first = whole.index("\n") + 1
    at = data.draw(st.integers(first, whole.index(END)))
    text = f"{whole[:at]}{around}word{around}{whole[at:]}"
    try:
        found = update(text, table)
    except UsageError:
        return
    assert found.objections or "word" in found.text
    assert found.text.startswith(BEGIN[:-4])
    assert found.text.endswith(f"{END}\n")


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_added_marks_leave_the_note_before_them_as_it_was(text: str) -> None:
    assert with_marks(text).startswith(text)
    assert with_marks(with_marks(text)) == with_marks(text) or not marks(with_marks(text))


NOTE = f"""# Sweep
- ## One
  - lr = 0.01
  - result:
    ```
{block(GOOD)}    ```
  - location: "run/one"
  ------
  - lr = 0.02
  - result:
    ```
{block(FAIR)}    ```
  - location: "run/two"

# Finally, make a ☑️ table
{{table}}
# Next: test the masks
"""


def test_the_table_is_not_read_back_as_words_of_the_user() -> None:
    hostile = "| `lr = 3` | ☑️ finished | 0.9 | <!-- fcosreport: ignore=FR101 --> seed = 3, location: run/x |"
    filled = update(PAIR).text.replace(f"\n{END}", f"{hostile}\n\n## Run\n- lr = 3\n\n{END}")
    bare = NOTE.format(table="\n" * (filled.count("\n") - 1))
    told = Evaluation(
        "bbox", (Metric("AP", 0.9, "0.9"),), Where("note.md", 1 + NOTE.split("{table}")[0].count("\n")), "note"
    )
    assert notes.read(NOTE.format(table=filled.rstrip("\n")), "note.md", [told]) == notes.read(bare, "note.md", [])


def test_a_table_that_nobody_ends_is_read_as_the_users() -> None:
    begun = update(PAIR).text.replace(END, "")
    assert len(notes.read(begun, "note.md", []).tables) == 1


def test_a_note_of_too_many_lines_and_a_table_of_too_many_columns_are_refused() -> None:
    with pytest.raises(UsageError, match="100,000 lines"):
        update("\n" * 100_001 + PAIR)
    with pytest.raises(UsageError, match=r"note\.md:1: .* 200 columns"):
        update(PAIR.replace("\n", "\n" + "|" * 10_000 + "\n", 1))


@pytest.mark.parametrize(
    "heading",
    ["# Finally, make a ☑️ table\n", "# 最后搞一个☑️的表格\n", "At last\n\nadd a table\n---\n", "**最后做一个表格**\n"],
)
def test_the_marks_go_below_the_heading_that_asks_for_the_table(heading: str) -> None:
    text = f"# Runs\n- lr = 1\n\n{heading}\n# Masks\n"
    assert with_marks(text) == text.replace(heading, f"{heading}\n{PAIR}")
    assert with_marks(heading.rstrip("\n")) == f"{heading.rstrip(chr(10))}\n\n{PAIR}"


@pytest.mark.parametrize("heading", ["# Table of contents", "# 任务列表", "# 测试mask的表现", "# 做完了，表现很好"])
def test_a_heading_that_asks_for_no_table_gets_none(heading: str) -> None:
    assert with_marks(f"{heading}\ntext\n") == f"{heading}\ntext\n\n{PAIR}"


def test_the_step_that_asks_for_the_table_is_done_where_the_table_stands() -> None:
    steps = tuple(Step(text, Where("note.md", 1)) for text in ("make a table", "test the masks"))
    assert [step.done for step in fulfilled(steps, update(PAIR).text)] == [True, False]
    assert [step.done for step in fulfilled(steps, PAIR)] == [False, False]
    assert fulfilled(steps, "text") == steps
