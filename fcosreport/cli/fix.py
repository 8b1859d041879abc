"""The command `note fix`: slips of the pen that the logs prove, mended in a user's own note."""

import os
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import terminal
from fcosreport.cli.note import text_of
from fcosreport.cli.options import Follow, Lang, Paths, StoreFile, spoken_in
from fcosreport.wording import plain

if TYPE_CHECKING:
    from fcosreport.records import Experiment
    from fcosreport.report.report import Report
    from fcosreport.writing.mending import Mended


def fix(
    note: Annotated[Path, typer.Argument(metavar="NOTE.md", readable=False, help="The note to be mended.")],
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    write: Annotated[bool, typer.Option("--write", help="Mend the note; without it the changes are printed.")] = False,
    lang: Lang = None,
) -> None:
    """Mend what the logs of PATH, or those that NOTE.md cites, prove to be wrong in it; tell what cannot be mended."""
    from fcosreport.files import whole

    _ = spoken_in(lang)
    before = text_of(note)  # what cannot be mended is told before anything is collected
    if write:
        whole.refuse_read_only(note)
    report = pipeline.report_of([note, *(paths or ())], store, terminal.SCREEN, follow=follow)
    found = _mended(before, report, note)
    for left in found.left:
        place = f"{left.where.path}:{left.where.line}"
        terminal.say(_("{place}: left as it is: {why}.", place=place, why=_.told(left.why)))
    for slip in found.done:
        place, source = f"{slip.where.path}:{slip.where.line}", f"{plain(slip.source.path)}:{slip.source.line}"
        terminal.say(_("{place}: {slip}, as {source} says.", place=place, slip=_.told(str(slip)), source=source))
    if found.text == before:
        terminal.say(_("{note}: there is nothing to mend.", note=note))
    elif write:
        whole.rewrite(note, found.text)
        terminal.say(_("wrote {note}", note=note))
    else:
        whole.write_text(_difference(before, found.text, str(note)), Path("-"))


def _mended(text: str, report: "Report", note: Path) -> "Mended":
    from fcosreport.collecting.again import reader
    from fcosreport.writing.mending import mended
    from fcosreport.writing.slips import slips

    known = report.experiments
    places = [*(each.where for each in known), *(e.where for each in known for e in each.evaluations)]
    path = next((place.path for place in places if _is(place.path, note)), str(note))
    others = [each for each in known if not each.citation and each.tasks and not _is(each.where.path, note)]
    with reader(path) as read:
        said = [_proven(each, known) for each in read(text)]
        return mended(text, list(slips(said, others)), read)


def _is(path: str, note: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(note)


def _proven(said: "Experiment", known: "Sequence[Experiment]") -> "Experiment":
    """What this note alone says of an experiment, with all that is known of its run.

    Several notes may have said something of the run.
    """
    from msgspec.structs import replace

    places = {said.where, *(each.where for each in said.evaluations)}
    run = next((e for e in known if e.where in places or any(v.where in places for v in e.evaluations)), said)
    notes = {each.where.path for each in run.evaluations if each.origin == "note"} | {said.where.path}
    logged = [each for each in run.evaluations if each.origin == "log"]
    settings = [each for each in run.settings if each.where.path not in notes]
    return replace(
        run,
        id=said.id,
        where=said.where,
        evaluations=(*said.evaluations, *logged),
        settings=(*said.settings, *settings),
    )


def _difference(before: str, after: str, name: str) -> str:
    """A unified diff that `patch` and `git apply` take, with the lines as they end in the note."""
    from fcosreport.notes.markup import end_of, lines_of

    changes = unified_diff(lines_of(before), lines_of(after), name, name)
    return "".join(line if end_of(line) else f"{line}\n\\ No newline at end of file\n" for line in changes)
