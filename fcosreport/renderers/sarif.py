"""SARIF 2.1.0, which code scanning of GitHub and most viewers of findings read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from fcosreport.judging.identity import Identity, identities
from fcosreport.judging.rule import Rule, rules
from fcosreport.records import Finding, Severity, Where
from fcosreport.report.quoting import excerpt, quoted
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import sentence
from fcosreport.wording import plain, relative

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


@renderer("sarif", "SARIF for code scanning", "report.sarif", for_programs=True)
def render(report: Report) -> str:
    """One run with all rules and all findings; those that do not count are suppressed, with the reason."""
    known = rules()
    places = {rule.code: index for index, rule in enumerate(known)}
    quotes = quoted(report, (finding.where[0] for finding in report.findings if finding.where))
    findings = [
        _result(finding, each, places, quotes)
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


def _result(
    finding: Finding, identity: Identity, places: Mapping[str, int], quotes: Mapping[Where, str]
) -> dict[str, object]:
    suppressions = [{"kind": "external", "status": "accepted", "justification": plain(finding.ignored)}]
    return {
        "ruleId": plain(finding.code),
        **({"ruleIndex": places[finding.code]} if finding.code in places else {}),
        "level": _LEVELS[finding.severity],
        "message": {"text": sentence(finding.message)},
        "locations": [_location(where, _snippet(where, finding, quotes)) for where in finding.where[:1]],
        "relatedLocations": [_location(where) for where in _unique(finding.where[1:])],
        "partialFingerprints": {"fcosreport/v1": identity.fingerprint},
        "suppressions": suppressions if finding.ignored else [],
    }


def _unique(places: Sequence[Where]) -> Iterable[Where]:
    return {(_uri(where.path), where.line): where for where in places}.values()


def _location(where: Where, snippet: Mapping[str, object] | None = None) -> dict[str, object]:
    region = {"startLine": where.line, **(snippet or {})}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(where.path)}, "region": region}}


def _snippet(where: Where, finding: Finding, quotes: Mapping[Where, str]) -> dict[str, object]:
    """The line that is pointed at, where it can be read."""
    return {"snippet": {"text": excerpt(quotes[where], finding.message)}} if where in quotes else {}


def _uri(path: str) -> str:
    """A path as a reference: relative, or with `file:` where it is absolute."""
    shown = relative(path)
    quoted = quote(shown, errors="replace")
    first = quoted.partition("/")[0]
    if shown.startswith("/"):
        return f"file://{quoted}"
    return f"./{quoted}" if ":" in first else quoted
