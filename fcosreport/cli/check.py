"""The command `check`: what was found, in several forms at once, and the exit code."""

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import terminal
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
from fcosreport.errors import UsageError

if TYPE_CHECKING:
    from fcosreport.judging.identity import Identity
    from fcosreport.report.outputs import Output
    from fcosreport.report.report import Report, View

FailOn = StrEnum("FailOn", ["error", "warning", "info", "never"])


def check(
    paths: Paths = None,
    store: StoreFile = None,
    fail_on: Annotated[FailOn, typer.Option(help="The least severity that makes the exit code 1.")] = FailOn.error,
    format: Annotated[  # noqa: A002
        list[str] | None, typer.Option(metavar="NAME[=FILE]", help="text, markdown, json, github, sarif, junit, ...")
    ] = None,
    changed_since: Annotated[str | None, typer.Option(metavar="REV", help="Check only what git says changed.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="Findings that are known.")
    ] = None,
    write_baseline: Annotated[bool, typer.Option("--write-baseline", help="Make all findings known ones.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 if a file with results is not understood.")] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Exit 0 if there is nothing to check.")] = False,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULES", help="Run only these rules: FR4, FR511, a name, ALL.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULES", help="Do not run these rules.")] = None,
    severity: Annotated[
        list[str] | None, typer.Option(metavar="RULES=SEVERITY", help="What their findings weigh: FR4=warning.")
    ] = None,
    again: Again = False,
    truth: Truth = None,
    lang: Lang = None,
    follow: Follow = None,
    executor: Executor = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print findings; exit 1 if there are serious ones, 2 if there was nothing to check."""
    from fcosreport.collecting.executors import named
    from fcosreport.files import git
    from fcosreport.judging import baseline as known
    from fcosreport.judging import choosing
    from fcosreport.report import outputs
    from fcosreport.report.report import View
    from fcosreport.report.showing import plural

    wanted = outputs.with_summary(outputs.parse(format or ()), os.environ)
    view = View(
        language=spoken_in(lang),
        detail=detail_of(quiet, verbose),
        since=changed_since or "",
        link=outputs.run_page(os.environ),
    )
    changed = git.changed(changed_since, Path.cwd()) if changed_since is not None else None
    old = known.load(baseline) if not write_baseline else frozenset()
    start = named(executor)
    with pipeline.opened(store, terminal.SCREEN, make=bool(paths), follow=follow) as session:
        chosen = choosing.with_options(session.settings, select or (), ignore or (), severity or ())
        session = dataclasses.replace(session, settings=chosen)
        session = session.collected(paths, start) if paths else session
        losses = any(each.form.tells_losses for each in wanted)
        session = session.making_again(truth, losses=losses) if again or truth else session
        if write_baseline:
            _write_baseline(session.report(), baseline or Path(known.FILE))
            return
        told = _told(session, wanted, old, changed, fail_on.value, view)
    if told.gone:
        many = plural(told.gone, "finding")
        terminal.say(f"{many} of the baseline no longer there: write it anew with --write-baseline.")
    outputs.write_contents(told.contents, wanted)
    if told.is_failing:
        raise typer.Exit(1)
    if told.is_blank and not allow_empty:
        raise UsageError("there is nothing to check. Give the folder of your runs, or allow that with --allow-empty.")
    if strict and told.is_doubtful:
        raise UsageError("not all results were understood (--strict). The issues name the files and their lines.")


def _write_baseline(report: "Report", file: Path) -> None:
    from fcosreport.judging import baseline
    from fcosreport.report.showing import plural

    terminal.say_empty(report)
    count = baseline.write(report.findings, report.experiments, file)
    terminal.say(f"wrote {file}: {plural(count, 'finding')} known from now on")


@dataclass(frozen=True, slots=True)
class _Told:
    """What a check says of a report: its outputs, how many findings of the baseline are gone, and what ends it."""

    contents: tuple[bytes | None, ...]
    gone: int
    is_failing: bool
    is_blank: bool
    is_doubtful: bool


def _told(
    session: pipeline.Session,
    wanted: "Sequence[Output]",
    known: "frozenset[Identity]",
    changed: frozenset[str] | None,
    fail_on: str,
    view: "View",
) -> _Told:
    """What the check says. Of a large store it is kept, and said again without reading it while nothing changes."""
    from fcosreport.report import outputs

    asked = (
        view.language.code,
        view.detail,
        view.since,
        view.link,
        fail_on,
        sorted(known),
        changed and sorted(changed),
        outputs.seen(wanted, os.environ),
    )
    place = session.kept(*asked, by=[each.form.render for each in wanted])
    told = None if session.again else place.get(_Told)  # what lies beside the runs may have changed
    if told is None:
        report = session.report(known)
        terminal.say_empty(report)
        told = _made(report, wanted, known, changed, fail_on, view)
        if report.experiments and not terminal.FAULTS and not session.again:
            place.put(told, report.last_day)
    return told


def _made(
    report: "Report",
    wanted: "Sequence[Output]",
    known: "frozenset[Identity]",
    changed: frozenset[str] | None,
    fail_on: str,
    view: "View",
) -> _Told:
    from msgspec.structs import replace

    from fcosreport.judging import baseline, check
    from fcosreport.report import choosing, outputs

    shown = replace(report if changed is None else choosing.touched(report, changed), view=view)
    return _Told(
        outputs.contents(shown, wanted, os.environ, terminal.FAULTS.met),
        baseline.gone(report.findings, known),
        check.is_failing(shown.findings, fail_on),
        report.is_blank,
        bool(shown.doubtful),
    )
