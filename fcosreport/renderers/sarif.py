"""SARIF 2.1.0, which code scanning of GitHub and most viewers of findings read."""

import json
from collections.abc import Sequence
from urllib.parse import quote

from fcosreport.judging.identity import Identity, identities
from fcosreport.judging.rule import Rule, rules
from fcosreport.records import Finding, Severity, Where
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import finding_text
from fcosreport.wording import plain, relative

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


@renderer("sarif", "SARIF for code scanning", "report.sarif", for_programs=True)
def render(report: Report) -> str:
    """One run with all rules and all findings; those that do not count are suppressed, with the reason."""
    known = rules()
    places = {rule.code: index for index, rule in enumerate(known)}
    findings = [
        _result(finding, each, places)
        for finding, each in zip(report.findings, identities(report.findings, report.experiments), strict=True)
    ]
    driver = {"name": "fcosreport", "version": report.version, "rules": [_rule(rule) for rule in known]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": findings}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.section("Why") or f"{rule.title}."},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"precision": {"certain": "very-high", "likely": "high", "possible": "medium"}[rule.confidence]},
    }


def _result(finding: Finding, identity: Identity, places: dict[str, int]) -> dict[str, object]:
    suppressions = [{"kind": "external", "status": "accepted", "justification": plain(finding.ignored)}]
    return {
        "ruleId": plain(finding.code),
        **({"ruleIndex": places[finding.code]} if finding.code in places else {}),
        "level": _LEVELS[finding.severity],
        "message": {"text": finding_text(finding)},
        "locations": _locations(finding.where[:1]),
        "relatedLocations": _locations(finding.where[1:]),
        "partialFingerprints": {"fcosreport/v1": identity.fingerprint},
        "suppressions": suppressions if finding.ignored else [],
    }


def _locations(places: Sequence[Where]) -> list[dict[str, object]]:
    unique = dict.fromkeys((_uri(where.path), where.line) for where in places)
    return [
        {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}} for uri, line in unique
    ]


def _uri(path: str) -> str:
    """A path as a reference: relative, or with `file:` where it is absolute."""
    shown = relative(path)
    quoted = quote(shown, errors="replace")
    first = quoted.partition("/")[0]
    if shown.startswith("/"):
        return f"file://{quoted}"
    return f"./{quoted}" if ":" in first else quoted
