"""What is said beside a command's output, to whoever sits at the terminal: on stderr, and only where it is of use."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcosreport.discover import Found
    from fcosreport.records import Issue
    from fcosreport.renderer import Report

_ISSUES = 20


def say(text: str) -> None:
    """Print a line on stderr."""
    sys.stderr.write(f"{text}\n")


def progress(files: "Sequence[Found]") -> "Iterable[Found]":
    """Show a bar while many files are read, where there is someone to see it."""
    if len(files) < 100 or not sys.stderr.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, "Reading", console=Console(stderr=True), transient=True)


def say_issues(issues: "Sequence[Issue]") -> None:
    """Tell what could not be read."""
    for issue in issues[:_ISSUES]:
        say(f"{issue.where.path}:{issue.where.line}: {issue.message}")
    if len(issues) > _ISSUES:
        say(f"... and {len(issues) - _ISSUES} more; all are in the report.")


def say_empty(report: "Report") -> None:
    """Tell that there is nothing to see, where that is so."""
    if report.experiments:
        return
    from fcosreport.showing import plural

    count, binary = len(report.sources), sum(source.kind == "binary" for source in report.sources)
    what = f"nothing in {plural(count, 'file')} is" if count else "there is no log or note, and so"
    left_out = f" {plural(binary, 'file')} not read, as what is in there is no text." if binary else ""
    say(f"No experiment: {what} a run or section with a result that fcosreport understands.{left_out}")
