"""The command `watch`: the table on the screen, up to date."""

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import terminal
from fcosreport.cli.options import Follow, Lang, Paths, StoreFile, spoken_in

_FEWEST, _BESIDE = 5, 9  # rows of the table, and lines that stand beside them


def watch(
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    lang: Lang = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell the findings below the table, too.")] = False,
) -> None:
    """Keep the table of PATH (default: runs/) in view: what runs, how far it is, and what time is left."""
    from msgspec.structs import replace

    from fcosreport.report import outputs
    from fcosreport.report.report import View, renderers

    text = [each for each in renderers() if each.name == "text"]
    view = View(language=spoken_in(lang), detail="findings" if verbose else "table")
    with pipeline.opened(store, terminal.SCREEN, follow=follow) as session:
        for report in session.watch(paths or [Path("runs")]):
            if sys.stdout.isatty():
                typer.echo("\033[2J\033[H", nl=False)
                view = replace(view, most_rows=max(_FEWEST, get_terminal_size().lines - _BESIDE))
            outputs.write_report(replace(report, view=view), text, Path("-"), terminal.FAULTS.met)
