"""A report in its forms: those of `render` in a folder, those of `check` where `--format NAME[=FILE]` says."""

import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.errors import FcosreportError, OutputError, UsageError
from fcosreport.files.raw import reason
from fcosreport.files.whole import is_stream, write_text, write_whole
from fcosreport.records import Issue, Where
from fcosreport.registry import FAULTS, fault
from fcosreport.report.report import Renderer, Report, renderers
from fcosreport.report.speaking import spoken
from fcosreport.wording import plain, suggestion

STDOUT = Path("-")
Met = Callable[[Iterable[Issue]], None]
"""Takes the faults that were met."""
_Content = TypeVar("_Content")
_ALSO_CALLED = {"markdown": "comment"}
_ANNOTATING = "github"
_SUMMARY = "GITHUB_STEP_SUMMARY"
_ADDRESS = re.compile(r"https?://[\w.:/%~+-]+", re.ASCII)
_FROM_THE_ROOT = ("github", "gitlab", "sarif")  # their servers know a file by its path in the repository
_MOST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB a step


class Output(Struct, frozen=True):
    """A form and where it goes; `-` is stdout. `is_appended`: behind what the file holds."""

    form: Renderer
    file: Path
    is_appended: bool = False


def parse(formats: Sequence[str]) -> tuple[Output, ...]:
    """The outputs that `NAME` and `NAME=FILE` ask for; text to stdout for none.

    Raises UsageError for an unknown name, for two outputs in one place, except that annotations of GitHub go well with
    another on stdout.
    """
    outputs = tuple(_parsed(each) for each in formats or ("text",))
    places = [
        each.file if each.file == STDOUT else Path(os.path.abspath(each.file))
        for each in outputs
        if (each.form.name, each.file) != (_ANNOTATING, STDOUT)
    ]
    twice = next((each for each in places if places.count(each) > 1), None)
    if twice is not None:
        where = "stdout" if twice == STDOUT else str(twice)
        raise UsageError(f"--format: several outputs would go to {where}. Give each a file, as in sarif=out.sarif.")
    return outputs


def _parsed(text: str) -> Output:
    name, is_file, file = text.partition("=")
    known = {each.name: each for each in renderers()}
    name = name.strip().lower().replace("-", "_")
    form = known.get(_ALSO_CALLED.get(name, name))
    if form is None:
        names = sorted((*known, *_ALSO_CALLED))
        raise UsageError(f"--format: there is no format {plain(name, 80)!r}. {suggestion(name, names)}")
    if is_file and not file:
        raise UsageError(f"--format {text}: a file is missing behind the =.")
    return Output(form, Path(file) if file else STDOUT)


def with_summary(outputs: Sequence[Output], environment: Mapping[str, str]) -> tuple[Output, ...]:
    """The outputs; with annotations for GitHub goes the job summary, where `environment` names its file."""
    if not (_is_annotated(outputs) and environment.get(_SUMMARY)):
        return tuple(outputs)
    form = next(each for each in renderers() if each.name == "md")
    return *outputs, Output(form, Path(environment[_SUMMARY]), is_appended=True)


def seen(outputs: Sequence[Output], environment: Mapping[str, str]) -> tuple[object, ...]:
    """What the contents of the outputs depend on beside the report."""
    forms = [(each.form.name, each.form.sees() if each.form.sees else None) for each in outputs]
    return *forms, os.getcwd(), _root(environment)


def contents(
    report: Report, outputs: Sequence[Output], environment: Mapping[str, str], met: Met
) -> tuple[bytes | None, ...]:
    """What the outputs hold; `met` takes the faults of those that cannot be made, for which there is None."""
    rooted = _from_root(report, environment)

    def made(output: Output) -> bytes | None:
        seen = rooted if output.form.name in _FROM_THE_ROOT else report
        view = replace(seen.view, in_file=output.file != STDOUT)
        return _content(output.form, replace(seen, view=view), met)

    return tuple(map(made, outputs))


def run_page(environment: Mapping[str, str]) -> str:
    """The address of the run of CI that makes the outputs; empty where none is told."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (environment.get(name, "") for name in names)
    github = f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""
    address = github or environment.get("CI_JOB_URL", "")
    return address if _ADDRESS.fullmatch(address) else ""


def write_contents(contents: Sequence[bytes | None], outputs: Sequence[Output]) -> None:
    """Write what the outputs hold to where they go. Raises OutputError where a file cannot be written."""
    for output, content in zip(outputs, contents, strict=True):
        if content is None:
            continue
        if output.is_appended:
            _append(content, output.file)
            continue
        is_foreign = output.file == STDOUT and output.form.name != _ANNOTATING
        write_text(_disarmed(content) if is_foreign and _is_annotated(outputs) else content, output.file)


def _is_annotated(outputs: Sequence[Output]) -> bool:
    return any(each.form.name == _ANNOTATING for each in outputs)


def _content(form: Renderer, report: Report, met: Met) -> bytes | None:
    content = _made(form, partial(_rendered, form, report), met)
    return content.encode() if isinstance(content, str) else content


def _made(form: Renderer, make: Callable[[], _Content], met: Met) -> _Content | None:
    """What `make` makes of a report in that form; None, and a fault, where the form raises."""
    try:
        return make()
    except FcosreportError:
        raise
    except FAULTS as error:  # a renderer's fault, whatever it is
        met([fault(f"output {form.name}", error)])
        return None


def _rendered(form: Renderer, report: Report) -> str | bytes:
    """The report in a form, for people in their language."""
    return form.render(report if form.for_programs else spoken(report))


def _disarmed(content: bytes) -> bytes:
    """Output in which the runner of GitHub obeys no line, whatever a log or note wrote there."""
    token = secrets.token_hex(16).encode()
    return b"::stop-commands::" + token + b"\n" + content + b"::" + token + b"::\n"


def _append(summary: bytes, file: Path) -> None:
    if len(summary) > _MOST_SUMMARY:
        summary = summary[:_MOST_SUMMARY].rpartition(b"\n")[0] + b"\n\nThe summary is cut here.\n"
    try:
        with file.open("ab") as stream:
            stream.write(summary)
    except OSError as error:
        raise OutputError(f"{file}: {reason(error)}. {_SUMMARY} must name a file.") from error


def _root(environment: Mapping[str, str]) -> str:
    """The root of the repository, as the CI server tells it."""
    return os.path.realpath(environment.get("GITHUB_WORKSPACE") or environment.get("CI_PROJECT_DIR") or os.getcwd())


def _from_root(report: Report, environment: Mapping[str, str]) -> Report:
    """The report with the places of its findings relative to the root of the repository."""
    root = _root(environment)

    def seen(where: Where) -> Where:
        path = os.path.realpath(where.path)
        is_inside = path.startswith(os.path.join(root, ""))
        return Where(os.path.relpath(path, root) if is_inside else where.path, where.line)

    return replace(
        report, findings=tuple(replace(each, where=tuple(map(seen, each.where))) for each in report.findings)
    )


def write_report(report: Report, forms: Sequence[Renderer], output: Path, met: Met) -> list[Path]:
    """Write each form to `output`: a folder, a file for a single form, or `-` for stdout. Returns the files written.

    A path without a suffix is a folder, unless a device or pipe is there. `met` takes the faults of forms, which are
    left out. Raises UsageError where several forms would meet in one place, OutputError where nothing can be written;
    what was there before is then untouched.
    """
    is_folder = output.is_dir() or not (output.suffix or is_stream(output))
    if len(forms) > 1 and (str(output) == "-" or not is_folder):
        raise UsageError(f"{output}: {len(forms)} outputs cannot go to one place. Give a folder with -o.")
    if str(output) == "-":
        content = _made(forms[0], partial(_rendered, forms[0], report), met)
        if content is not None:
            write_text(content, output)
        return []
    report = replace(report, view=replace(report.view, with_files=True, in_file=True))
    contents: dict[Path, str | bytes] = {}
    for form in forms:
        file = output / form.filename if is_folder else output
        contents |= _made(form, partial(_files, form, report, file), met) or {}
    for file, content in contents.items():
        write_whole(file, content)
    return list(contents)


def _files(form: Renderer, report: Report, file: Path) -> dict[Path, str | bytes]:
    """The report in a form, and what belongs beside it."""
    beside = form.beside(report) if form.beside else {}
    return {file: _rendered(form, report), **{file.parent / name: content for name, content in beside.items()}}
