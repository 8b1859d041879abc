"""The command `note draft`: the entry for a new run, in the manner of the note that it goes into."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import terminal
from fcosreport.cli.note import text_of
from fcosreport.cli.options import Follow, Lang, Paths, StoreFile, spoken_in
from fcosreport.errors import UsageError
from fcosreport.wording import plain

if TYPE_CHECKING:
    from fcosreport.records import Experiment
    from fcosreport.report.report import Report


def draft(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The name, id or folder of a run.")],
    paths: Paths = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="NOTE.md", readable=False, help="The note that it goes into.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Put it into the note; without it, it is printed.")] = False,
    store: StoreFile = None,
    follow: Follow = None,
    lang: Lang = None,
) -> None:
    """Print the entry for a new run: settings, numbers and place, below the plan that it fulfils."""
    from fcosreport.collecting.again import reader
    from fcosreport.files import whole
    from fcosreport.writing.entry import entry, placed

    if write and not into:
        raise UsageError("--write: say into which note, with --into NOTE.md.")
    _ = spoken_in(lang)
    text = text_of(into) if into else ""
    read = [*(paths or ()), *([into] if into else ()), *([Path(run)] if os.path.exists(run) else ())]
    report = pipeline.report_of(read or None, store, terminal.SCREEN, follow=follow)
    found = _run(report, run)
    if found.citation:
        raise UsageError(f"{plain(found.where.path)}:{found.where.line} tells of this run already. See `note fix`.")
    note = str(into or "note.md")
    with reader(note) as again:
        made = entry(found, text, note, again)
    if into and write:
        whole.rewrite(into, placed(text, made))
        terminal.say(_("wrote {note}", note=into))
        return
    whole.write_text("".join(made.lines), Path("-"))
    if into:
        place, plan = f"{into}:{made.after}", made.plan and plain(made.plan.name)
        below = _(
            "{place}: it belongs behind this line, below what is planned there as {plan}. --write puts it there.",
            place=place,
            plan=plan,
        )
        terminal.say(below if plan else _("{place}: it belongs behind this line. --write puts it there.", place=place))


def _run(report: "Report", name: str) -> "Experiment":
    from fcosreport.comparing.pairs import chosen

    place = os.path.realpath(name)
    found = [each for each in report.experiments if name in (each.name, each.id) or os.path.realpath(each.id) == place]
    if not found:  # a run whose folder a note cites has the note's id
        found = [e for e in report.experiments if e.citation and os.path.realpath(e.citation.found or "") == place]
    if len(found) == 1:
        return found[0]
    return chosen(found, name, lambda: [each.name for each in report.experiments])
