"""The options that several commands have.

With `readable=False` typer does not look whether a file can be read: what opens it says so, in one line.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport.errors import UsageError

if TYPE_CHECKING:
    from fcosreport.report.report import Detail
    from fcosreport.translation import Language

Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH", show_default=False, help="Folders, logs, notes, or URLs of them.")
]
StoreFile = Annotated[
    Path | None, typer.Option("--store", metavar="FILE", readable=False, help="Where the records are kept.")
]
Follow = Annotated[
    list[Path] | None,
    typer.Option("--follow", metavar="DIR", help="Where links and notes may lead outside of PATH; may be repeated."),
]
Executor = Annotated[
    str | None,
    typer.Option(metavar="WHO", help="Who reads PATH: process:N, dask, or a Dask scheduler as tcp://host:8786."),
]
Truth = Annotated[
    Path | None,
    typer.Option("--truth", metavar="FILE", readable=False, help="The annotations that the runs were evaluated on."),
]
Again = Annotated[bool, typer.Option("--recompute", help="Make results again from the predictions beside their runs.")]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="CODE", help="The language: en, zh. Else that of the settings.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Tell no more than the verdict.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell all that each finding says.")]


def detail_of(quiet: bool, verbose: bool) -> "Detail":
    """How much is told on the terminal. Raises UsageError where both options are given."""
    if quiet and verbose:
        raise UsageError("--quiet and --verbose contradict each other. Leave one out.")
    return "verdict" if quiet else "all" if verbose else "findings"


def spoken_in(lang: str | None) -> "Language":
    """The language of the option `--lang`, else that of the settings. Raises UsageError for one that is not there."""
    from fcosreport import settings
    from fcosreport.translation import language

    return language(lang or settings.load(Path.cwd()).lang)
