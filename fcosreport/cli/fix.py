"""The command `note fix`: slips of the pen that the logs prove, mended in a user's own note."""

import os
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import terminal
from fcosreport.cli.note import text_of
from fcosreport.cli.options import Follow, Paths, StoreFile
from fcosreport.wording import plain

if TYPE_CHECKING:
    from fcosreport.report.report import Report
    from fcosreport.writing.mending import Mended


def fix(
    note: Annotated[Path, typer.Argument(metavar="NOTE.md", readable=False, help="The note to be mended.")],
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    write: Annotated[bool, typer.Option("--write", help="Mend the note; without it the changes are printed.")] = False,
) -> None:
    """Mend what the logs of PATH, or those that NOTE.md cites, prove to be wrong in it; tell what cannot be mended."""
    from fcosreport.files import whole

    before = text_of(note)  # what cannot be mended is told before anything is collected
    if write:
        whole.refuse_read_only(note)
    report = pipeline.report_of([note, *(paths or ())], store, terminal.SCREEN, follow=follow)
    found = _mended(before, report, note)
    for left in found.left:
        terminal.say(f"{left.where.path}:{left.where.line}: left as it is: {left.why}.")
    for slip in found.done:
        terminal.say(
            f"{slip.where.path}:{slip.where.line}: {slip}, as {plain(slip.source.path)}:{slip.source.line} says."
        )
    if found.text == before:
        terminal.say(f"{note}: there is nothing to mend.")
    elif write:
        whole.rewrite(note, found.text)
        terminal.say(f"wrote {note}")
    else:
        whole.write_text(_difference(before, found.text, str(note)), Path("-"))


def _mended(text: str, report: "Report", note: Path) -> "Mended":
    from fcosreport.collecting.again import reader
    from fcosreport.writing.mending import mended
    from fcosreport.writing.slips import slips

    said = [each for each in report.experiments if os.path.realpath(each.where.path) == os.path.realpath(note)]
    others = [each for each in report.experiments if not each.citation and each.tasks and each not in said]
    with reader(said[0].where.path if said else str(note)) as read:
        return mended(text, list(slips(said, others)), read)


def _difference(before: str, after: str, name: str) -> str:
    """A unified diff that `patch` and `git apply` take, with the lines as they end in the note."""
    from fcosreport.notes.markup import end_of, lines_of

    changes = unified_diff(lines_of(before), lines_of(after), name, name)
    return "".join(line if end_of(line) else f"{line}\n\\ No newline at end of file\n" for line in changes)
