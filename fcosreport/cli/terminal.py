"""What is said beside a command's output, to whoever sits at the terminal: on stderr, and only where it is of use."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fcosreport.pipeline import Screen

if TYPE_CHECKING:
    from fcosreport.collecting.discover import Found
    from fcosreport.collecting.workers import Part
    from fcosreport.records import Issue
    from fcosreport.report.report import Report

_ISSUES = 20
_MANY, _LARGE = 100, 64 << 20  # files and bytes whose reading is shown


def say(text: str) -> None:
    """Print a line on stderr."""
    sys.stderr.write(f"{text}\n")


def progress(parts: "Iterable[Part]", files: "Sequence[Found]") -> "Iterable[Part]":
    """Show files, bytes and workers while much is read, where there is someone to see it."""
    size = sum(file.size for file in files)
    if not sys.stderr.isatty() or (len(files) < _MANY and size < _LARGE):
        return parts
    return _shown(parts, len(files), size)


class Faults:
    """The faults of plugins, or of fcosreport, that the command met. `debug` shows where in the code they are."""

    def __init__(self) -> None:
        self.debug = False
        self._met: dict[Issue, None] = {}

    def __bool__(self) -> bool:
        return bool(self._met)

    def met(self, issues: "Iterable[Issue]") -> None:
        """Note the faults among the issues."""
        self._met.update((issue, None) for issue in issues if issue.fault)

    def say(self) -> None:
        """Tell them."""
        for issue in [*self._met][:_ISSUES]:
            say(f"{issue.where.path}:{issue.where.line}: {issue.message}")
            if self.debug:
                say(issue.fault)
        if len(self._met) > _ISSUES:
            say(f"... and {len(self._met) - _ISSUES} more faults; all are in the report.")


FAULTS = Faults()
"""Those of the command that runs."""
SCREEN = Screen(say, FAULTS.met, progress)
"""The terminal, for the pipeline."""


def _shown(parts: "Iterable[Part]", count: int, size: int) -> "Iterator[Part]":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = ("Reading", BarColumn(), TextColumn("{task.fields[said]}"), DownloadColumn(), TimeRemainingColumn())
    read, workers = 0, set()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=size, said=f"0/{count} files")
        for part in parts:
            read += len(part.rows)
            workers.add(part.worker)
            said = f"{read}/{count} files, {len(workers)} worker{'s' if len(workers) > 1 else ''}"
            bar.update(task, advance=part.size, said=said)
            yield part


def say_issues(issues: "Sequence[Issue]") -> None:
    """Tell what could not be read; faults are told at the end of each command."""
    issues = [issue for issue in issues if not issue.fault]
    for issue in issues[:_ISSUES]:
        say(f"{issue.where.path}:{issue.where.line}: {issue.message}")
    if len(issues) > _ISSUES:
        say(f"... and {len(issues) - _ISSUES} more; all are in the report.")


def say_empty(report: "Report") -> None:
    """Tell that there is nothing to see, where that is so."""
    if report.experiments or report.is_zoo:
        return
    from fcosreport.records import Issue
    from fcosreport.report.showing import coverage_told, plural
    from fcosreport.wording import plain

    if report.view.hidden:
        say(report.view.nothing or f"{plural(report.view.hidden, 'experiment')}, and none is left by --where.")
    elif not report.sources:
        say("No experiment: there is no log or note. Give the folder of your runs.")
    else:
        what = f"nothing in {plural(len(report.sources), 'file')} is a run or section with a result"
        if configured := sum(source.kind == "log" and source.settings > 0 for source in report.sources):
            what += f"; {plural(configured, 'file')} of them {'has' if configured == 1 else 'have'} settings of a run"
        say(f"No experiment: {what}. {coverage_told(report.sources)}".rstrip())
        cited = (each.citation for each in report.noted if each.citation and each.citation.unread)
        say_issues([Issue(f"{plain(each.text, 120)} was not read: {each.unread}.", each.where) for each in cited])
