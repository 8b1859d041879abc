"""The commands on a user's own note, and of them `note update`, which keeps the ☑️ table inside it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import terminal
from fcosreport.cli.options import Follow, Paths, StoreFile
from fcosreport.errors import UsageError

if TYPE_CHECKING:
    from fcosreport.notes.table import Update
    from fcosreport.report.report import Report

app = typer.Typer(no_args_is_help=True, help="Keep a note of your own up to date.")

_SHOWN = 40  # lines of what is told at once


@app.callback()
def _group() -> None:
    """Make the commands a group, however few of them there are."""


@app.command("update")
def update(
    note: Annotated[Path, typer.Argument(metavar="NOTE.md", readable=False, help="The note that holds the table.")],
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if the table is out of date.")] = False,
    append: Annotated[
        bool, typer.Option("--append", help="Add the table, if there is none: below the heading that asks for it.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over what was edited by hand.")] = False,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="LIST", help="Columns of the table, with commas.")
    ] = None,
    ablation: Annotated[bool, typer.Option("--ablation", help="The table of what was changed, and its gain.")] = False,
) -> None:
    """Write the table of PATH, or of NOTE.md and what it cites, between the marks in NOTE.md."""
    from fcosreport.files import whole
    from fcosreport.notes import table
    from fcosreport.report import choosing

    text_of(note)  # what cannot be updated is told before anything is collected
    if not check:
        whole.refuse_read_only(note)
    report = pipeline.report_of(
        paths or [note],
        store,
        terminal.SCREEN,
        choose=partial(choosing.choose, columns=columns, ablation=ablation),
        follow=follow,
    )
    terminal.say_empty(report)
    before = text_of(note)  # again, as collecting may have taken long
    found = _updated(table.with_marks(before) if append else before, report, str(note))
    if found.text == before:
        terminal.say(f"{note}: the table is up to date.")
        return
    if check or found.objections:
        _show(found)
    if check:
        terminal.say(f"{note}: the table is out of date.")
        raise typer.Exit(1)
    if found.objections and not force:
        advice = "Move what you wrote to a column on the right or out of the table, or give --force to drop it."
        raise UsageError(f"{note}: nothing was written. {advice}")
    whole.rewrite(note, found.text)
    terminal.say(f"wrote {note}")


def text_of(note: Path) -> str:
    """The text of a note with every byte of it. Raises UsageError for a file that is none, or is not in UTF-8."""
    from fcosreport.collecting.discover import MARKDOWN_SUFFIXES, is_note
    from fcosreport.reading.file import NOTE_LIMIT

    if note.suffix.lower() not in MARKDOWN_SUFFIXES:
        why = "a note that is read, but only one in Markdown can be written" if is_note(note.name) else "not a note"
        raise UsageError(f"{note}: {why}. Give a Markdown file ({', '.join(sorted(MARKDOWN_SUFFIXES))}).")
    try:
        if not note.is_file():
            raise UsageError(f"{note}: {'not a file' if note.exists() else 'no such file'}. Give a Markdown file.")
        data = note.read_bytes() if note.stat().st_size <= NOTE_LIMIT else None
    except OSError as error:
        raise UsageError(f"{note}: {error.strerror}. Give a Markdown file that can be read.") from error
    if data is None:
        raise UsageError(f"{note}: larger than {NOTE_LIMIT >> 20} MB. Split the note.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{note}:{line}: this is not UTF-8. Save the note in UTF-8.") from error
    if "\0" in text:
        raise UsageError(f"{note}: it holds NUL characters, as UTF-16 does. Save the note in UTF-8.")
    return text


def _updated(text: str, report: "Report", path: str) -> "Update":
    from fcosreport.notes.language import is_chinese
    from fcosreport.notes.table import MOST_ROWS, Table, updated
    from fcosreport.report.speaking import in_language, spoken
    from fcosreport.report.table import kept_table
    from fcosreport.translation import language

    _ = language("zh" if is_chinese(text) else "en")
    report = spoken(in_language(report, _))
    shown, count = report.rows(MOST_ROWS), len(report.experiments)
    remark = _(
        "{n} of {all} experiments are in the table: the best, then those that failed or have a finding.",
        n=len(shown),
        all=f"{count:,}",
    )
    made = kept_table(report, shown)
    return updated(text, Table(made.headings, made.numeric, made.rows), remark if len(shown) < count else "", path)


def _show(found: "Update") -> None:
    for lines, say in ((found.difference, typer.echo), (found.objections, terminal.say)):
        for line in lines[:_SHOWN]:
            say(line)
        if len(lines) > _SHOWN:
            say(f"... and {len(lines) - _SHOWN} more lines.")
