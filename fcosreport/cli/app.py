"""The command line: options become one call of the pipeline, and its outcome an exit code."""

import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import (
    check,
    compare,
    completion,
    draft,
    fix,
    journal,
    note,
    recompute,
    show,
    streams,
    terminal,
    watch,
)
from fcosreport.cli.options import (
    Again,
    Executor,
    Follow,
    Lang,
    Paths,
    Quiet,
    StoreFile,
    Truth,
    Verbose,
    detail_of,
    spoken_in,
)
from fcosreport.errors import FcosreportError, UsageError
from fcosreport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fcosreport.comparing.columns import Column
    from fcosreport.records import Experiment
    from fcosreport.report.report import Renderer, Report
    from fcosreport.store.store import Store

_COMPLETING = "_FCOSREPORT_COMPLETE"  # with which a shell asks what it may complete

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would make every start a third slower
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads the logs and notes of detection experiments, and tells what is true in them.",
)


@app.command("collect")
def collect(
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    executor: Executor = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Tell only what could not be read.")] = False,
) -> None:
    """Read PATH (default: runs/) into the store."""
    from fcosreport.collecting.collect import collect
    from fcosreport.collecting.executors import named

    start = named(executor)
    with pipeline.opened(store, terminal.SCREEN) as session:
        done = collect(paths or [Path("runs")], session.store, terminal.progress, start, follow or ())
        size = session.store.size()
    terminal.FAULTS.met(done.fresh_issues)
    terminal.say_issues((*done.issues, *done.fresh_issues))
    if quiet:
        return
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
    again: Again = False,
    truth: Truth = None,
    lang: Lang = None,
    follow: Follow = None,
    executor: Executor = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    **chosen: bool,
) -> None:
    """Write the report of PATH, or of the whole store."""
    from msgspec.structs import replace

    from fcosreport.report import choosing, condition, outputs
    from fcosreport.report.report import CHARTED, View, renderers

    if templates and not templates.is_dir():
        raise UsageError(f"--templates {templates}: there is no such folder.")
    view = View(language=spoken_in(lang), templates=templates, detail=detail_of(quiet, verbose))

    def choose(report: "Report") -> "Report":
        report = replace(report, view=replace(view, hidden=report.view.hidden))
        return choosing.choose(
            report, columns=columns, ablation=ablation, sort=sort, where=where, best_by=best_by, title=title
        )

    def select(opened: "Store", columns: "Sequence[Column]") -> "list[Experiment]":
        return opened.experiments(condition.bounds(where, columns) if where else ()) or opened.experiments()

    forms = [each for each in renderers() if chosen[each.name]]
    report = pipeline.report_of(
        *(paths, store, terminal.SCREEN),
        choose=choose,
        select=select,
        curves=CHARTED,
        executor=executor,
        follow=follow,
        again=again or truth is not None,
        truth=truth,
        losses=any(each.tells_losses for each in forms),
    )
    terminal.say_empty(report)
    if not forms:
        forms, output = [each for each in renderers() if each.name == "text"], output or Path("-")
    for file in outputs.write_report(report, forms, output or Path("reports"), terminal.FAULTS.met):
        if not quiet:
            typer.echo(f"wrote {file}", err=True)


app.command("check")(check.check)
app.command("recompute")(recompute.recompute)


app.command("watch")(watch.watch)


@app.command("curves")
def curves(
    experiment: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="A name or an id.", autocompletion=completion.experiments)
    ],
    store: StoreFile = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="A file, or - for stdout.")] = "-",
) -> None:
    """Write every logged value of an experiment as CSV."""
    from fcosreport.comparing.columns import EXPERIMENT, ID
    from fcosreport.files.whole import write_text
    from fcosreport.report import frames

    with pipeline.opened(store, terminal.SCREEN, make=False) as session:
        found = session.with_whole_curves(experiment)
    rows = frames.curves([found]).drop(columns=[EXPERIMENT, ID])
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
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code or a name.", autocompletion=completion.rules)],
    lang: Lang = None,
) -> None:
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
            if "render" in sys.argv or _COMPLETING in os.environ:  # the outputs take longer to load than others to run
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
