"""GitHub: the open findings as workflow commands, which its runner turns into annotations of a file's line.

GitHub shows 10 errors, 10 warnings and 10 notices a step; all are in the log, and in the other outputs.
"""

from fcosreport.records import Finding, Severity
from fcosreport.report.report import SEVERITIES, Report, renderer
from fcosreport.report.showing import plural, sentence
from fcosreport.wording import MISSING, plain, relative

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


@renderer("github", "Annotations for GitHub Actions", "annotations.txt", for_programs=True)
def render(report: Report) -> str:
    """A line of one sentence for each finding, the worst first, and one that sums them up."""
    sums = [plural(count, SEVERITIES[severity][1]) for severity, count in report.severities]
    ignored = [f"{len(report.ignored)} ignored"] if report.ignored else []
    lines = [_command(finding) for finding in report.open_findings]
    return "\n".join((*lines, "fcosreport: " + ", ".join((*(sums or ["no findings"]), *ignored)))) + "\n"


def _command(finding: Finding) -> str:
    properties = {"title": plain(f"{finding.code} {finding.name}")}
    if finding.where:
        first = finding.where[0]
        properties = {"file": relative(first.path), "line": str(first.line), **properties}
    shown = ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {shown}::{_escaped(sentence(finding.message) or MISSING)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
