"""A comment on a pull request: what can be trusted of what changed, in at most 15 lines."""

from collections.abc import Iterator

from fcosreport.records import Finding
from fcosreport.report.first_screen import first_screen
from fcosreport.report.folding import fold_told, folds
from fcosreport.report.quoting import excerpt, quoted
from fcosreport.report.report import SEVERITIES, Report, renderer
from fcosreport.report.showing import sentence
from fcosreport.report.table import Table, code, table, text
from fcosreport.report.verdict import verdict
from fcosreport.wording import plain

ROWS = 4
_CHOSEN = 100  # of which those in doubt and those that failed stand first
FINDINGS = 3
OFTEN = 2  # findings of one rule, from which on they are one line
_METRICS, _SETTINGS = 4, 3
_QUOTED = 80  # characters of a line that is quoted


@renderer("comment", "Markdown comment for a pull request", "comment.md")
def render(report: Report) -> str:
    """The verdict, the experiments and the findings that weigh most, and where the rest is."""
    shown = sorted(report.rows(_CHOSEN), key=lambda each: (each.state != "suspect", each.state != "failed"))[:ROWS]
    screen = first_screen(report)
    columns = report.view.columns or (*screen.metrics[:_METRICS], *screen.settings[:_SETTINGS])
    told = verdict(report)
    sign = f"{SEVERITIES[told.worst][0]} " if told.worst else ""
    parts = [
        [f"{sign}**{text(str(told))}**"],
        _lines(table(report, "", columns, shown)) if shown else [],
        [*_findings(report)],
        [_rest(report, len(shown))],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if any(lines)) + "\n"


def _lines(made: Table) -> list[str]:
    rule = ["--:" if numeric else "---" for numeric in made.numeric]
    return [f"| {' | '.join(cells)} |" for cells in (made.headings, rule, *made.rows)]


def _findings(report: Report) -> Iterator[str]:
    _ = report.view.language
    for fold in folds(report, OFTEN)[:FINDINGS]:
        first = fold.findings[0]
        said = sentence(fold_told(fold, _))
        yield f"- {SEVERITIES[first.severity][0]} {code(first.code)} {text(said)}{_evidence(report, first)}"


def _evidence(report: Report, finding: Finding) -> str:
    """Where it is seen, and of an error what stands there."""
    if not finding.where:
        return ""
    where = finding.where[0]
    lines = quoted(report, [where]) if finding.severity == "error" else {}
    line = plain(excerpt(lines[where], finding.message), _QUOTED) if where in lines else ""
    return f" ({code(f'{where.path}:{where.line}')}{': ' + code(line) if line else ''})"


def _rest(report: Report, shown: int) -> str:
    """What the comment has no room for, and where it is."""
    _ = report.view.language
    more = [
        (len(report.experiments) - shown, "experiment"),
        (len(report.open_findings) - sum(len(f.findings) for f in folds(report, OFTEN)[:FINDINGS]), "finding"),
    ]
    left = ", ".join(_.plural(count, noun) for count, noun in more if count)
    told = [
        *([_("Only what changed since {since}.", since=code(report.view.since))] if report.view.since else []),
        *([_("Not shown: {left}.", left=left)] if left else []),
        *([f"[{_('The whole report')}]({report.view.link})"] if report.view.link else []),
    ]
    return " ".join(told)
