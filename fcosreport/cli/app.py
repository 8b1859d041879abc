"""The command line: options become one call of the pipeline, and its outcome an exit code."""

import inspect
import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import compare, draft, fix, journal, note, show, streams, terminal
from fcosreport.cli.options import Executor, Follow, Lang, Paths, StoreFile, spoken_in
from fcosreport.errors import FcosreportError, UsageError
from fcosreport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fcosreport.comparing.columns import Column
    from fcosreport.records import Experiment
    from fcosreport.report.report import Renderer, Report
    from fcosreport.store.store import Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would make every start a third slower
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads the logs and notes of detection experiments, and tells what is true in them.",
)
FailOn = StrEnum("FailOn", ["error", "warning", "info", "never"])


@app.command("collect")
def collect(paths: Paths = None, store: StoreFile = None, follow: Follow = None, executor: Executor = None) -> None:
    """Read PATH (default: runs/) into the store."""
    from fcosreport.collecting.collect import collect
    from fcosreport.collecting.executors import named

    start = named(executor)
    with pipeline.opened(store, terminal.SCREEN) as session:
        done = collect(paths or [Path("runs")], session.store, terminal.progress, start, follow or ())
        size = session.store.size()
    terminal.FAULTS.met(done.fresh_issues)
    terminal.say_issues((*done.issues, *done.fresh_issues))
    counts = f"{done.read} files read, {done.unchanged} unchanged, {done.gone} gone"
    typer.echo(f"{counts}; {size} experiments in {session.store.path}")


@app.command("render")
def render(
    paths: Paths = None,
    store: StoreFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", readable=False, help="Folder, file, or -.")
    ] = None,
    columns: Annotated[str | None, typer.Option(metavar="NAMES", help="Columns of the table, with commas.")] = None,
    sort: Annotated[str | None, typer.Option(metavar="NAME", help="Sort by a column; -NAME: highest first.")] = None,
    where: Annotated[str | None, typer.Option(metavar="TEXT", help="Only some: 'lr<1e-2 and norm==\"bn\"'.")] = None,
    best_by: Annotated[str | None, typer.Option(metavar="NAME", help="What ranks them: AP, segm.AP, ...")] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The report's title.")] = None,
    templates: Annotated[Path | None, typer.Option(metavar="DIR", help="Jinja templates of your own.")] = None,
    ablation: Annotated[bool, typer.Option("--ablation", help="The table of what was changed, and its gain.")] = False,
    lang: Lang = None,
    follow: Follow = None,
    executor: Executor = None,
    **chosen: bool,
) -> None:
    """Write the report of PATH, or of the whole store."""
    from fcosreport.report import choosing, condition, outputs
    from fcosreport.report.report import CHARTED, View, renderers

    if templates and not templates.is_dir():
        raise UsageError(f"--templates {templates}: there is no such folder.")
    view = View(language=spoken_in(lang), templates=templates)

    def choose(report: "Report") -> "Report":
        report = replace(report, view=replace(view, hidden=report.view.hidden))
        return choosing.choose(
            report, columns=columns, ablation=ablation, sort=sort, where=where, best_by=best_by, title=title
        )

    def select(opened: "Store", columns: "Sequence[Column]") -> "list[Experiment]":
        return opened.experiments(condition.bounds(where, columns) if where else ()) or opened.experiments()

    report = pipeline.report_of(
        paths, store, terminal.SCREEN, choose=choose, select=select, curves=CHARTED, executor=executor, follow=follow
    )
    terminal.say_empty(report)
    forms = [each for each in renderers() if chosen[each.name]]
    if not forms:
        forms, output = [each for each in renderers() if each.name == "text"], output or Path("-")
    for file in outputs.write_report(report, forms, output or Path("reports"), terminal.FAULTS.met):
        typer.echo(f"wrote {file}", err=True)


@app.command("check")
def check_(
    paths: Paths = None,
    store: StoreFile = None,
    fail_on: Annotated[FailOn, typer.Option(help="The least severity that makes the exit code 1.")] = FailOn.error,
    format: Annotated[  # noqa: A002
        list[str] | None, typer.Option(metavar="NAME[=FILE]", help="text, json, github, gitlab, sarif, junit, ...")
    ] = None,
    changed_since: Annotated[str | None, typer.Option(metavar="REV", help="Check only what git says changed.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="Findings that are known.")
    ] = None,
    write_baseline: Annotated[bool, typer.Option("--write-baseline", help="Make all findings known ones.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 if a file with results is not understood.")] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Exit 0 if there is nothing to check.")] = False,
    lang: Lang = None,
    follow: Follow = None,
    executor: Executor = None,
) -> None:
    """Print findings; exit 1 if there are serious ones, 2 if there was nothing to check."""
    from fcosreport.files import git
    from fcosreport.judging import baseline as known
    from fcosreport.judging import check
    from fcosreport.report import outputs
    from fcosreport.report.report import touched
    from fcosreport.report.showing import plural
    from fcosreport.report.speaking import in_language

    wanted, language = outputs.parse(format or ()), spoken_in(lang)
    changed = git.changed(changed_since, Path.cwd()) if changed_since is not None else None
    old = known.load(baseline) if not write_baseline else frozenset()
    report = pipeline.report_of(paths, store, terminal.SCREEN, known=old, executor=executor, follow=follow)
    terminal.say_empty(report)
    if write_baseline:
        count = known.write(report.findings, report.experiments, file := baseline or Path(known.FILE))
        terminal.say(f"wrote {file}: {plural(count, 'finding')} known from now on")
        return
    if gone := known.gone(report.findings, old):
        terminal.say(f"{plural(gone, 'finding')} of the baseline no longer there: write it anew with --write-baseline.")
    is_blank = report.is_blank and not allow_empty
    report = touched(report, changed) if changed is not None else report
    outputs.write_formats(in_language(report, language), wanted, os.environ, terminal.FAULTS.met)
    if check.is_failing(report.findings, fail_on):
        raise typer.Exit(1)
    if is_blank:
        raise UsageError("there is nothing to check. Give the folder of your runs, or allow that with --allow-empty.")
    if strict and report.doubtful:
        raise UsageError("not all results were understood (--strict). The issues name the files and their lines.")


@app.command("watch")
def watch(paths: Paths = None, store: StoreFile = None, follow: Follow = None, lang: Lang = None) -> None:
    """Keep the report of PATH (default: runs/) on the screen up to date."""
    from fcosreport.report import outputs
    from fcosreport.report.report import renderers
    from fcosreport.report.speaking import in_language

    text, language = [each for each in renderers() if each.name == "text"], spoken_in(lang)
    with pipeline.opened(store, terminal.SCREEN, follow=follow) as session:
        for report in session.watch(paths or [Path("runs")]):
            if sys.stdout.isatty():
                typer.echo("\033[2J\033[H", nl=False)
            outputs.write_report(in_language(report, language), text, Path("-"), terminal.FAULTS.met)


@app.command("curves")
def curves(
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="A name or an id.")],
    store: StoreFile = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="A file, or - for stdout.")] = "-",
) -> None:
    """Write every logged value of an experiment as CSV."""
    from fcosreport.comparing.columns import EXPERIMENT
    from fcosreport.files.whole import write_text
    from fcosreport.report import frames

    with pipeline.opened(store, terminal.SCREEN, make=False) as session:
        found = session.with_whole_curves(experiment)
    rows = frames.curves([found]).drop(columns=EXPERIMENT)
    write_text(rows.to_csv(index=False, lineterminator="\n"), Path(output))


app.command("diff")(compare.diff)
app.command("group")(compare.group)
note.app.command("draft")(draft.draft)
note.app.command("fix")(fix.fix)
note.app.command("list")(journal.list_)
app.add_typer(note.app, name="note")
app.command("show")(show.show)
app.command("open")(show.open_)


@app.command("rules")
def rules_(
    markdown: Annotated[bool, typer.Option("--markdown", help="As one page, with what each rule says.")] = False,
    lang: Lang = None,
) -> None:
    """List all rules."""
    from fcosreport.judging import handbook
    from fcosreport.judging.rule import rules

    _ = spoken_in(lang)
    if markdown:
        typer.echo(handbook.markdown(rules(), _), nl=False)
        return
    for rule in rules():
        typer.echo(f"{rule.code}  {_(rule.severity):7}  {rule.name:28}  {handbook.title(rule, _)}")


@app.command("explain")
def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="A code or a name.")], lang: Lang = None) -> None:
    """Tell what a rule looks for, why, and what to do."""
    from fcosreport.judging.explaining import explain

    typer.echo(explain(code, spoken_in(lang)))


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the code a fault is.")] = False,
) -> None:
    terminal.FAULTS.debug = debug
    if version:
        typer.echo(__version__)
        raise typer.Exit


def _offer(forms: "Iterable[Renderer]") -> None:
    """Give `render` an option for each of the outputs, so that a new one needs no line here."""
    options = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[bool, typer.Option(_option(each), help=f"{each.title} ({each.filename}).")],
        )
        for each in forms
    ]
    render.__signature__ = inspect.Signature([*_FIXED, *options])  # type: ignore[attr-defined]


_FIXED = [each for each in inspect.signature(render).parameters.values() if each.kind is not each.VAR_KEYWORD]
_offer(())


def _option(form: "Renderer") -> str:
    return f"--{form.name.replace('_', '-')}"


def main() -> None:
    """Run the command line.

    An error that the user can mend is one line on stderr and exit code 2. A fault of ours or of a plugin, whatever else
    the command found, is exit code 3.
    """
    code = 0
    try:
        with streams.guarded():
            if "render" in sys.argv:  # the outputs take longer to load than other commands to run
                from fcosreport.report.report import renderers

                _offer(renderers())
            app()
    except SystemExit as end:
        code = int(end.code or 0)
    except FcosreportError as error:
        typer.echo(f"fcosreport: {error}", err=True)
        code = 2
    except Exception as error:  # no plugin's: what it has done so far stands
        from fcosreport.registry import fault

        terminal.FAULTS.met([fault("fcosreport", error)])
    terminal.FAULTS.say()
    sys.exit(3 if terminal.FAULTS else code)
