"""The command line: options become one call of the pipeline, and its outcome an exit code."""

import inspect
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import __version__, settings
from fcosreport.errors import FcosreportError
from fcosreport.renderer import renderers

if TYPE_CHECKING:  # what reads and judges is imported by the commands that do, so that --help is instant
    from fcosreport.discover import Found
    from fcosreport.records import Issue
    from fcosreport.renderer import Report
    from fcosreport.store import Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would make every start a third slower
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads the logs and notes of detection experiments, and tells what is true in them.",
)
Paths = Annotated[list[Path] | None, typer.Argument(metavar="PATH", show_default=False, help="Folders, logs, notes.")]
StoreFile = Annotated[Path | None, typer.Option("--store", metavar="FILE", help="Where the records are kept.")]
FailOn = StrEnum("FailOn", ["error", "warning", "info", "never"])
Format = StrEnum("Format", ["text", "json"])


@app.command("collect")
def collect(paths: Paths = None, store: StoreFile = None) -> None:
    """Read PATH (default: runs/) into the store."""
    from fcosreport import pipeline

    with _store(store) as opened:
        done = pipeline.collect(paths or [Path("runs")], opened, _progress)
        size = opened.size()
    _say_issues((*done.issues, *done.fresh_issues))
    typer.echo(
        f"{done.read} files read, {done.unchanged} unchanged, {done.gone} gone; {size} experiments in {opened.path}"
    )


def render(
    paths: Paths = None,
    store: StoreFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="A folder, a file, or - for stdout.")
    ] = None,
    **chosen: bool,
) -> None:
    """Write the report of PATH, or of the whole store."""
    from fcosreport import writing

    report = _report(paths, store)
    _say_empty(report)
    forms = [each for each in renderers() if chosen[each.name]]
    if not forms:
        forms, output = [each for each in renderers() if each.name == "text"], output or Path("-")
    for file in writing.write(report, forms, output or Path("reports")):
        typer.echo(f"wrote {file}", err=True)


@app.command("check")
def check_(
    paths: Paths = None,
    store: StoreFile = None,
    fail_on: Annotated[FailOn, typer.Option(help="The least severity that makes the exit code 1.")] = FailOn.error,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.text,  # noqa: A002
) -> None:
    """Print findings; exit 1 if there are serious ones."""
    from fcosreport import writing

    report = _report(paths, store)
    _say_empty(report)
    writing.write(report, [each for each in renderers() if each.name == format], Path("-"))
    severities = [each.value for each in FailOn]
    failing = severities[: severities.index(fail_on) + 1] if fail_on != FailOn.never else []
    if any(finding.severity in failing for finding in report.findings):
        raise typer.Exit(1)


@app.command("rules")
def rules_() -> None:
    """List all rules."""
    from fcosreport.rule import rules

    for rule in rules():
        typer.echo(f"{rule.code}  {rule.severity:7}  {rule.name:28}  {rule.title}")


@app.command("explain")
def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="A code or a name.")]) -> None:
    """Tell what a rule looks for, why, and what to do."""
    from fcosreport import check

    typer.echo(check.explain(check.find(code)))


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def _register_render() -> None:
    """Give `render` an option for each registered output, so that a new one needs no line here."""
    signature = inspect.signature(render)
    fixed = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    forms = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[bool, typer.Option(f"--{each.name}", help=f"{each.title} ({each.filename}).")],
        )
        for each in renderers()
    ]
    render.__signature__ = signature.replace(parameters=[*fixed, *forms])  # type: ignore[attr-defined]
    app.command("render")(render)


def _report(paths: Sequence[Path] | None, store: Path | None) -> "Report":
    from fcosreport import pipeline

    with _store(store, make=bool(paths)) as opened:
        if not paths:
            return pipeline.report(opened, settings.load(Path.cwd()))
        done = pipeline.collect(paths, opened, _progress)
        return pipeline.report(opened, settings.load(Path.cwd()), done.roots, done.issues)


@contextmanager
def _store(path: Path | None, *, make: bool = True) -> Iterator["Store"]:
    from fcosreport import pipeline

    store = pipeline.open_store(path or Path(settings.load(Path.cwd()).store), make=make)
    try:
        yield store
    finally:
        store.close()


def _progress(files: "Sequence[Found]") -> "Iterable[Found]":
    """Show a bar while many files are read, where there is someone to see it."""
    if len(files) < 100 or not sys.stderr.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, "Reading", console=Console(stderr=True), transient=True)


def _say_issues(issues: "Sequence[Issue]") -> None:
    for issue in issues[:20]:
        typer.echo(f"{issue.where.path}:{issue.where.line}: {issue.message}", err=True)
    if len(issues) > 20:
        typer.echo(f"... and {len(issues) - 20} more; all are in the report.", err=True)


def _say_empty(report: "Report") -> None:
    if not report.experiments:
        files = f"{len(report.sources)} files hold" if report.sources else "no log or note is there, so it holds"
        typer.echo(f"No experiment: {files} no result that fcosreport understands.", err=True)


def main() -> None:
    """Run the command line. An error that the user can mend is one line on stderr and exit code 2."""
    _register_render()
    try:
        app()
    except FcosreportError as error:
        typer.echo(f"fcosreport: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; say nothing at exit either
        sys.exit(2)
