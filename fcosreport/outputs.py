"""The outputs of `check`: `--format NAME` to stdout, `--format NAME=FILE` to a file."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fcosreport.errors import OutputError, UsageError, nearest
from fcosreport.records import Where
from fcosreport.renderer import Renderer, Report, renderers
from fcosreport.writing import write_text

STDOUT = Path("-")
_ALSO_CALLED = {"markdown": "md"}
_ANNOTATING = "github"
_FROM_THE_ROOT = ("github", "gitlab", "sarif")  # their servers know a file by its path in the repository
_MOST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB a step


@dataclass(frozen=True, slots=True)
class Output:
    """A form and where it goes; `-` is stdout."""

    form: Renderer
    file: Path


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
        near = nearest(name, names)
        hint = f"Did you mean {near}?" if near else f"Known: {', '.join(names)}."
        raise UsageError(f"--format: there is no format {name!r}. {hint}")
    if is_file and not file:
        raise UsageError(f"--format {text}: a file is missing behind the =.")
    return Output(form, Path(file) if file else STDOUT)


def write(report: Report, outputs: Sequence[Output], environment: Mapping[str, str]) -> None:
    """Write the outputs. With annotations for GitHub goes the job summary, where `environment` names its file.

    Raises OutputError where a file cannot be written.
    """
    contents = [
        each.form.render(_from_root(report, environment) if each.form.name in _FROM_THE_ROOT else report)
        for each in outputs
    ]
    is_annotated = any(each.form.name == _ANNOTATING for each in outputs)
    for output, content in zip(outputs, contents, strict=True):
        is_foreign = output.file == STDOUT and output.form.name != _ANNOTATING
        write_text(_disarmed(content) if is_foreign and is_annotated else content, output.file)
    if is_annotated and environment.get("GITHUB_STEP_SUMMARY"):
        _summarise(report, Path(environment["GITHUB_STEP_SUMMARY"]))


def _disarmed(content: str | bytes) -> bytes:
    """Output in which the runner of GitHub obeys no line, whatever a log or note wrote there."""
    data = content.encode() if isinstance(content, str) else content
    token = secrets.token_hex(16).encode()
    return b"::stop-commands::" + token + b"\n" + data + b"::" + token + b"::\n"


def _summarise(report: Report, file: Path) -> None:
    content = next(each for each in renderers() if each.name == "md").render(report)
    data = content.encode() if isinstance(content, str) else content
    if len(data) > _MOST_SUMMARY:
        data = data[:_MOST_SUMMARY].rpartition(b"\n")[0] + b"\n\nThe summary is cut here.\n"
    try:
        with file.open("ab") as stream:
            stream.write(data)
    except OSError as error:
        raise OutputError(f"{file}: {error.strerror}. GITHUB_STEP_SUMMARY must name a file.") from error


def _from_root(report: Report, environment: Mapping[str, str]) -> Report:
    """The report with the places of its findings relative to the root of the repository, as the CI server tells it."""
    root = environment.get("GITHUB_WORKSPACE") or environment.get("CI_PROJECT_DIR") or os.getcwd()
    root = os.path.realpath(root)

    def seen(where: Where) -> Where:
        path = os.path.realpath(where.path)
        is_inside = path.startswith(os.path.join(root, ""))
        return Where(os.path.relpath(path, root) if is_inside else where.path, where.line)

    return replace(
        report, findings=tuple(replace(each, where=tuple(map(seen, each.where))) for each in report.findings)
    )
