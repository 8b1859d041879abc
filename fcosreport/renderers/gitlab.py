"""GitLab: the open findings as a Code Quality report (https://docs.gitlab.com/ci/testing/code_quality/)."""

import json

from fcosreport.judging.identity import identities
from fcosreport.records import Finding, Severity, Where
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import sentence
from fcosreport.wording import plain, relative

_SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "minor", "info": "info"}


@renderer("gitlab", "Code Quality report for GitLab", "gl-code-quality-report.json", for_programs=True)
def render(report: Report) -> str:
    """A list with an entry for each finding; its fingerprint stays when lines move."""
    findings = report.open_findings
    known = identities(findings, report.experiments)
    entries = [_entry(finding, each.fingerprint) for finding, each in zip(findings, known, strict=True)]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, object]:
    where = next(iter(finding.where), Where(".", 1))  # GitLab takes no entry without a place
    return {
        "description": sentence(f"{finding.code}: {finding.message}"),
        "check_name": plain(finding.name) or plain(finding.code),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": relative(where.path), "lines": {"begin": where.line}},
    }
